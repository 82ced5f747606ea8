"""`maild explain`: a verdict and its words, for people and for scripts."""

import json
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from classifiers.settings import Evidence
from maild.cli.main import cli
from maild.cli.verdict_page import signs_of, sums, weight_of
from maild.errors import UserError
from tests.parts.configs import SMALLEST

RULES = """
[[classifiers.scopes]]
id = "tax"
label = "a simple tax"
phrases = ["sales tax"]

[[classifiers.scopes]]
id = "offers"
label = "offers"
phrases = ["coupon"]

[[classifiers.scopes]]
id = "sales"
label = "a question about money"
in_scope = false
phrases = ["invoice"]

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
unless = ["no hot-rush~"]
"""
KEYS = ["id", "scope", "scopes", "priority", "in_scope", "multi", "evidence", "config_version"]
ADDED_KEYS = ["promise"]
EVIDENCE_KEYS = ["rule", "field", "text", "start", "end", "effect", "weight", "phrase"]
MONDAY = "2026-11-23 09:00"


def explain(folder: Path, *words: str) -> Result:
    """Run `maild explain` with a config of two scopes and one priority."""
    config = folder / "config.toml"
    config.write_text(SMALLEST + RULES, encoding="utf-8")
    return CliRunner().invoke(cli, ["--config", str(config), "explain", *words])


def test_the_object_of_a_subject_has_the_stable_keys(tmp_path: Path) -> None:
    """Scripts rely on them, and on one object a line."""
    result = explain(tmp_path, "--json", "HotRush: sales tax")
    [told] = map(json.loads, result.stdout.splitlines())
    assert list(told) == KEYS + ADDED_KEYS
    assert (told["scope"], told["priority"], told["in_scope"], told["multi"]) == (
        "tax",
        "hotrush",
        True,
        False,
    )
    assert [list(evidence) for evidence in told["evidence"]] == [EVIDENCE_KEYS] * 2
    assert told["evidence"][0]["text"] == "sales tax"


def test_the_page_shows_the_text_as_read_the_rules_and_the_verdict(tmp_path: Path) -> None:
    """In 80 columns, with each veto and what it was."""
    result = explain(tmp_path, "Re: no H-o-t-R-u-s-h: sales tax")
    assert "read as  no hotrush: sales tax" in result.stdout
    assert 'vetoed by "no H-o-t-R-u-s-h"' in result.stdout
    assert "a simple tax" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def lines_of(page: str, name: str) -> list[str]:
    """Return the lines of a part of the page: that of its name, and those below it that have none."""
    lines = page.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(name))
    more = takewhile(lambda line: line.startswith("   "), lines[start + 1 :])
    return [lines[start], *more]


def test_the_words_are_marked_without_colour(tmp_path: Path) -> None:
    """Below them: what decided, what yielded, and what was vetoed, whichever of two is the stronger."""
    page = explain(tmp_path, "No HotRush: coupon, sales tax").stdout
    assert lines_of(page, "subject") == [
        "subject  No HotRush: coupon, sales tax",
        "            -------  ^^^^^^  ^^^^^^^^^",
    ]


def test_the_stronger_sign_stands_where_two_rules_found_a_word() -> None:
    """Whichever comes first."""
    chosen = Evidence("scope outage", "subject", "checkout down", 0, 13, "chosen")
    yields = Evidence("scope malfunction", "subject", "down", 9, 13, "yields to outage")
    for evidence in ([chosen, yields], [yields, chosen]):
        assert signs_of("checkout down, ok", "subject", evidence) == "^" * 13 + " " * 4


def test_marks_stand_below_their_words_on_every_line_and_under_wide_letters(tmp_path: Path) -> None:
    """A line is cut at a blank, a word that is too long anywhere; 注 takes two columns."""
    subject = "注文 sales tax " + "filler " * 9 + "coupon " + "x" * 90 + " HotRush"
    text, *_ = lines = lines_of(explain(tmp_path, subject).stdout, "subject")
    assert max(map(cell_len, lines)) <= 80
    assert (text[9:21], lines[1]) == ("注文 sales tax", " " * 14 + "^^^^^^^^^")
    at = next(at for at, line in enumerate(lines) if "coupon" in line)
    assert lines[at + 1].index("^") == lines[at].index("coupon")
    assert lines[-1].index("^") == lines[-2].index("HotRush")


def test_a_body_is_shown_as_far_as_it_matters(tmp_path: Path) -> None:
    """Its beginning, and below that each line with words in it; what is left out shows as dots."""
    mail = tmp_path / "one.eml"
    body = "Hello,\r\n\r\nsales tax please\r\n" + "nothing to see here\r\n" * 100 + "HotRush\r\n"
    mail.write_bytes(b"From: a@example.com\r\nSubject: Question\r\n\r\n" + body.encode())
    lines = lines_of(explain(tmp_path, str(mail)).stdout, "body")
    assert lines[:3] == ["body     Hello,", "         sales tax please", "         ^^^^^^^^^"]
    assert lines[-3:] == ["         ...", "         HotRush", "         ^^^^^^^"]
    assert len(lines) < 70


def test_the_promise_follows_from_the_priority_and_the_calendar(tmp_path: Path) -> None:
    """Out of hours too: the clock begins when the calendar opens."""
    said = " ".join(explain(tmp_path, "HotRush: sales tax", "--at", "2026-11-22 21:33").stdout.split())
    assert "answer by Monday 23 November 2026, 11:00 UTC" in said
    assert "within 2 hours of opening time, for a mail of Sunday 22 November 2026, 21:33 UTC" in said
    said = " ".join(explain(tmp_path, "sales tax", "--at", MONDAY).stdout.split())
    assert "within 1 business day, for a mail of Monday" in said


@pytest.mark.parametrize(
    ("subject", "target", "due"),
    [
        ("HotRush: sales tax", 120, "2026-11-23T11:00:00Z"),
        ("sales tax", {"bd": 1}, "2026-11-30T09:00:00Z"),
    ],
)
def test_scripts_get_the_promise_as_well(
    tmp_path: Path, subject: str, target: int | dict[str, int], due: str
) -> None:
    """Its target as `[sla]` writes it; a time with an offset is understood."""
    told = json.loads(explain(tmp_path, "--json", subject, "--at", "2026-11-23T10:00:00+01:00").stdout)
    assert told["promise"] == {"since": "2026-11-23T09:00:00Z", "target": target, "due": due}


@pytest.mark.parametrize("time", ["tomorrow", "9999-12-31 23:00", "0001-01-01T00:00:00+05:00", "2026-13-01"])
def test_a_time_that_is_none_is_a_users_mistake(tmp_path: Path, time: str) -> None:
    """In one line."""
    result = explain(tmp_path, "sales tax", "--at", time)
    assert isinstance(result.exception, UserError)
    assert str(result.exception).startswith(f"--at {time}")


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("sales tax", "acknowledged, as in scope"),
        ("an invoice", "acknowledged, with a note: it may lie outside the service; a person will tell"),
        ("coupon, sales tax", "with a note: it asks for more than one thing; we begin with the first"),
    ],
)
def test_it_says_what_is_particular_about_the_acknowledgement(
    tmp_path: Path, subject: str, said: str
) -> None:
    """In scope, out of scope, several."""
    assert f"we say {'' if said[0] == 'a' else 'acknowledged, '}{said}" in " ".join(
        explain(tmp_path, subject).stdout.split()
    )


def test_the_weights_of_each_rule_are_added_up(tmp_path: Path) -> None:
    """What was vetoed weighs nothing; all are 1 where the config says nothing else."""
    page = explain(tmp_path, "no HotRush: sales tax, Sales Tax, coupon").stdout
    assert lines_of(page, "sum") == ["sum      scope: tax 2, offers 1", "         priority: hotrush 0"]
    assert "weight" not in page


def test_other_weights_than_one_have_a_column() -> None:
    """And count."""
    heavy = Evidence("scope tax", "subject", "vat", 0, 3, "chosen", weight=3)
    vetoed = Evidence("scope tax", "subject", "tax", 4, 7, 'vetoed by "taxi"', weight=5)
    assert sums([heavy, heavy, vetoed]) == {"scope": {"tax": 6}}
    assert weight_of(vetoed) == 0


def test_a_text_that_no_rule_knows_is_told_as_such(tmp_path: Path) -> None:
    """Nothing is made up."""
    assert "no rule fired" in explain(tmp_path, "hello").stdout


def test_several_requests_are_shown(tmp_path: Path) -> None:
    """With every scope that was named."""
    assert "more than one thing: offers, tax" in explain(tmp_path, "coupon, sales tax").stdout


def test_a_subject_can_not_steer_the_terminal(tmp_path: Path) -> None:
    """Escape sequences are shown, not sent."""
    output = explain(tmp_path, "sales tax \x1b[2J \u202e").stdout
    assert "\x1b" not in output
    assert "\u202e" not in output


def test_a_batch_answers_each_line_with_its_id(tmp_path: Path) -> None:
    """In the order of the file; blank lines are none; a body may be missing."""
    batch = tmp_path / "asked.jsonl"
    batch.write_text(
        '{"id": 7, "subject": "Sales tax", "body": "HotRush"}\n\n{"id": "b", "subject": "coupon, sales tax"}\n',
        encoding="utf-8",
    )
    told = [
        json.loads(line) for line in explain(tmp_path, "--json", "--batch", str(batch)).stdout.splitlines()
    ]
    assert [(each["id"], each["scope"], each["priority"]) for each in told] == [
        (7, "tax", "hotrush"),
        ("b", "offers", "normal"),
    ]
    assert told[1]["scopes"] == ["offers", "tax"]
    lines = explain(tmp_path, "--batch", str(batch)).stdout.splitlines()
    assert lines == ["7\thotrush\ttax\tSales tax", "b\tnormal\toffers\tcoupon, sales tax"]


def test_quoted_words_ask_for_nothing_and_offsets_stay_true(tmp_path: Path) -> None:
    """Quotes are blanked out: the evidence counts characters of the body as given."""
    body = "> HotRush please\n> thanks\n\nOnly a sales tax now.\n"
    batch = tmp_path / "asked.jsonl"
    batch.write_text(json.dumps({"id": 1, "subject": "Re: question", "body": body}), encoding="utf-8")
    told = json.loads(explain(tmp_path, "--json", "--batch", str(batch)).stdout)
    assert told["priority"] == "normal"
    [evidence] = told["evidence"]
    assert body[evidence["start"] : evidence["end"]] == "sales tax"


def test_a_mail_is_read_as_the_daemon_reads_it(tmp_path: Path) -> None:
    """Encoded subject, body as text."""
    mail = tmp_path / "one.eml"
    mail.write_bytes(
        b"From: a@example.com\r\nSubject: =?utf-8?q?HotRush=3A_tax?=\r\n\r\nWe need a sales tax.\r\n"
    )
    told = json.loads(explain(tmp_path, "--json", str(mail)).stdout)
    assert (told["id"], told["scope"], told["priority"]) == (str(mail), "tax", "hotrush")
    page = explain(tmp_path, str(mail)).stdout
    assert "We need a sales tax." in page


BY_SENDER = """
[[classifiers.rules]]
scope = "offers"
organisations = ["shop.example"]

[[classifiers.rules]]
priority = "hotrush"
fields = ["header:X-Form"]
phrases = ["outage"]
"""


def test_rules_that_ask_for_sender_and_header_see_those_of_a_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the daemon does; in a subject alone there are none."""
    (tmp_path / "config.toml").write_text(SMALLEST + RULES + BY_SENDER, encoding="utf-8")
    (tmp_path / "one.eml").write_bytes(
        b"From: Ann <ann@shop.example>\r\nSubject: Hello\r\nX-Form: Outage\r\n\r\nPlease help.\r\n"
    )
    monkeypatch.chdir(tmp_path)
    for what, scope, priority in (("one.eml", "offers", "hotrush"), ("Hello", "unknown", "normal")):
        told = json.loads(CliRunner().invoke(cli, ["explain", "--json", what]).stdout)
        assert (told["scope"], told["priority"]) == (scope, priority)


@pytest.mark.parametrize("sender", ["ann@shop.example", "Ann <ann@shop.example>"])
def test_a_line_of_a_batch_may_say_who_wrote(tmp_path: Path, sender: str) -> None:
    """Rules by sender count for it, and for no other line."""
    (tmp_path / "config.toml").write_text(SMALLEST + RULES + BY_SENDER, encoding="utf-8")
    batch = tmp_path / "asked.jsonl"
    batch.write_text(f'{{"subject": "Hello", "from": "{sender}"}}\n{{"subject": "Hello"}}\n')
    words = ["--config", str(tmp_path / "config.toml"), "explain", "--json", "--batch", str(batch)]
    told = [json.loads(line) for line in CliRunner().invoke(cli, words).stdout.splitlines()]
    assert [each["scope"] for each in told] == ["offers", "unknown"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "asked.jsonl:1: is not JSON"),
        ("[" * 100_000, "asked.jsonl:1: is n"),
        ("[1]", "asked.jsonl:1: must be an object"),
        ('{"id": 1}', "asked.jsonl:1: must be an object"),
        ('{"subject": "a", "from": 5}', 'asked.jsonl:1: "from" must be a text'),
        ('{"subject": "a", "body": 5}', 'asked.jsonl:1: "body" must be a text'),
        (b"\xff", "asked.jsonl: must be UTF-8"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str | bytes, problem: str) -> None:
    """The file, the line and what is wrong with it; no traceback."""
    batch = tmp_path / "asked.jsonl"
    batch.write_bytes(line if isinstance(line, bytes) else line.encode())
    result = explain(tmp_path, "--batch", str(batch))
    assert isinstance(result.exception, UserError)
    assert problem in str(result.exception)


@pytest.mark.parametrize("name", ["none.eml", "empty.eml"])
def test_a_mail_that_can_not_be_read_is_a_users_mistake(tmp_path: Path, name: str) -> None:
    """One line says which file and why."""
    (tmp_path / "empty.eml").touch()
    result = explain(tmp_path, str(tmp_path / name))
    assert isinstance(result.exception, UserError)
    assert name in str(result.exception)


def test_a_batch_that_is_not_there_is_named(tmp_path: Path) -> None:
    """One line, exit 2."""
    result = explain(tmp_path, "--batch", str(tmp_path / "none.jsonl"))
    assert isinstance(result.exception, UserError)
    assert "none.jsonl: can't be read" in str(result.exception)


@pytest.mark.parametrize("words", [(), ("a", "--batch", "b.jsonl")])
def test_it_wants_one_thing_to_explain(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A subject or a batch, neither none nor both."""
    result = explain(tmp_path, *words)
    assert result.exit_code == 2
    assert "give one SUBJECT" in result.stderr
