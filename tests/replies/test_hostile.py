"""Every mail in every language with facts that want to be more than words: they stay words."""

import re
from html.parser import HTMLParser

import pytest

from maild.core.writing.html_check import check_html
from replies.catalogue import REPLIES, Value
from replies.facts import Fact
from replies.languages import LANGUAGES
from tests.replies.facts import ALL_SOURCES, COMMON, MARKER, RICH, Facts, templates

HOSTILE = (
    "<script>alert(1)</script><img src=http://evil.example/x.gif>",
    "[click here](http://evil.example) **Sam wrote:** `maild`",
    "- item\n> quote\n  typed\n\n\n# heading",
    "\u202eevil\u2066 \u200b\x00\x1b[2J\r\n.\r\n",
    "{{ 7 * 7 }}{% for x in y %}",
    "<" * 10_000,
)
# Those that decide which lines a template has; a stranger has no say in them.
OURS = {"answer_above", "reason", "language"}
TEMPLATES = templates()


def spoiled(kind: str, text: str) -> Facts:
    """Return the full facts of a reply with `text` in place of every string."""
    known = REPLIES[kind].facts
    facts: Facts = {**COMMON, **RICH[kind]}
    return {
        name: value if name in OURS or name not in known else _spoil(value, known[name], text)
        for name, value in facts.items()
    }


def _spoil(value: Value, fact: Fact, text: str) -> Value:
    if isinstance(value, str):
        return value if fact.shape == "words of ours" else text
    if isinstance(value, list):
        return [dict.fromkeys(one, text) if isinstance(one, dict) else text for one in value]  # type: ignore[return-value]
    return value


class Links(HTMLParser):
    """Collects where a page leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the target of a link."""
        self.found += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", REPLIES)
def test_whatever_stands_in_a_fact_is_text(kind: str, code: str) -> None:
    """The page passes the check, leads nowhere but where our own words do, and the text holds every mark as it was."""
    for text in HOSTILE:
        mail = TEMPLATES.render(kind, spoiled(kind, text), language=code)
        check_html(mail.html)
        assert "evil" not in "".join(Links(mail.html).found)
        assert len(mail.subject) <= 998
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", mail.text + mail.html)
        assert not re.search("[\U000f0000-\U000f00ff]", mail.text + mail.html)
        assert ALL_SOURCES[code][kind].count("answer_above") == 0 or mail.text.count(f"{MARKER}\n") <= 1


def test_the_facts_are_spoiled_indeed() -> None:
    """Else the test above would show nothing."""
    mail = TEMPLATES.render("staff_new_incident", spoiled("staff_new_incident", HOSTILE[1]))
    assert mail.text.count("[click here](http://evil.example)") > 8
    assert "&lt;script&gt;" in TEMPLATES.render("receipt", spoiled("receipt", HOSTILE[0])).html
