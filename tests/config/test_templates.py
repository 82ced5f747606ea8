"""Shipped templates, and a folder of one's own."""

from pathlib import Path

from classifiers.settings import ScopeRule
from maild.config.replies import RepliesSettings
from maild.config.templates import languages, load_templates
from tests.parts.configs import SMALLEST, problems_of
from tests.replies.facts import COMMON, RICH

RICH_OPENING = {**COMMON, **RICH["acknowledgement"]}
REPLIES = '[replies]\nfolder = "mine"\n'


def test_the_shipped_templates_are_good_in_every_language() -> None:
    """English is there; whatever comes after it loads too."""
    assert "en" in languages()
    for language in languages():
        templates, problems = load_templates(RepliesSettings(language=language))
        assert templates is not None
        assert problems == []


def test_a_template_of_ones_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """The other kinds stay."""
    (tmp_path / "answer.md").write_text("Subject: Mine\n\n{{ text }}\n")
    templates, problems = load_templates(RepliesSettings(folder=str(tmp_path)))
    assert problems == []
    assert templates is not None
    rendered = templates.render(
        "answer", {"service": "S", "address": "a@b", "number": 1, "subject": "x", "text": "y"}
    )
    assert (rendered.subject, rendered.text) == ("Mine", "y\n")


def test_a_mistake_in_a_template_names_its_file_and_line(tmp_path: Path) -> None:
    """As one in config.toml does; it stands at the key that names the folder."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "answer.md").write_text("Subject: x\n\nfine\n{{ txt }}\n")
    (problem,) = problems_of(tmp_path, SMALLEST + REPLIES)
    assert problem.startswith(
        f"13: replies.folder: {tmp_path}/mine/answer.md:4: "
        "`txt` is no fact of this reply; did you mean `text`? known are "
    )


def test_a_template_of_no_reply_is_a_mistake(tmp_path: Path) -> None:
    """A misspelt file name would be ignored in silence."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "anser.md").write_text("Subject: x\n\ny\n")
    (problem,) = problems_of(tmp_path, SMALLEST + REPLIES)
    assert "anser.md: there is no such reply" in problem


def test_a_file_that_is_no_text_and_one_that_is_wrong_are_both_said(tmp_path: Path) -> None:
    """All at once here, too."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "answer.md").write_bytes(b"\xff")
    (tmp_path / "mine" / "closed.md").write_text("no subject")
    problems = problems_of(tmp_path, SMALLEST + REPLIES)
    assert ["answer.md can't be read" in problems[0], "closed.md:1: must begin" in problems[1]] == [
        True,
        True,
    ]
    assert len(problems) == 2


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With its whole path."""
    assert problems_of(tmp_path, SMALLEST + REPLIES) == [
        f"13: replies.folder: {tmp_path}/mine is not a folder"
    ]


def test_a_new_language_has_to_bring_every_template(tmp_path: Path) -> None:
    """Half a language would answer in two."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "answer.md").write_text("Subject: Meins\n\n{{ text }}\n")
    problems = problems_of(tmp_path, SMALLEST + REPLIES + 'language = "fr"\n')
    assert len(problems) >= 8
    assert all("no template for this reply" in problem for problem in problems)


ANSWER = {"service": "S", "address": "a@b", "number": 1, "subject": "x", "text": "y"}


def test_a_language_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """Beside the shipped ones, or in their place; what it lacks is in the language of the config."""
    for code in ("de", "fr"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "answer.md").write_text(f"Subject: in {code}\n\n{{{{ text }}}}\n")
    templates, problems = load_templates(RepliesSettings(folder=str(tmp_path)))
    assert problems == []
    assert templates is not None
    assert templates.languages == ("de", "en", "fr", "ru")
    said = {
        code: templates.render("answer", ANSWER, language=code).subject
        for code in ("de", "fr", "en", "xx", "")
    }
    assert said == {"de": "in de", "fr": "in fr", "en": "Re: x [#1]", "xx": "Re: x [#1]", "": "Re: x [#1]"}
    closed = {**ANSWER, "reopen_days": 1}
    assert "We have closed" in templates.render("closed", closed, language="fr").text
    assert "wir haben Ihre Anfrage" in templates.render("closed", closed, language="de").text


def test_a_mistake_in_a_folder_of_a_language_names_its_file_and_line(tmp_path: Path) -> None:
    """As in the folder itself."""
    (tmp_path / "mine" / "de").mkdir(parents=True)
    (tmp_path / "mine" / "de" / "answer.md").write_text(
        "Subject: x\nPreview: {{ txt }}\n\n{{ text }}\n{{ oops }}\n"
    )
    said = problems_of(tmp_path, SMALLEST + REPLIES)
    assert [
        "de/answer.md:2: `txt` is no fact" in said[0],
        "de/answer.md:5: `oops` is no fact" in said[1],
    ] == [
        True,
        True,
    ]


def test_scopes_are_said_in_the_language_of_the_reader() -> None:
    """Where a scope has no label in it, in the one that all have; a scope nobody knows any more by what it was."""
    scopes = (ScopeRule("outage", "a shop that is down", {"de": "ein Shop, der nicht läuft"}),)
    templates, _ = load_templates(RepliesSettings(), scopes)
    assert templates is not None
    facts = {**RICH_OPENING, "scope": "outage", "scope_label": "?"}
    said = {
        code: templates.render("acknowledgement", facts, language=code)
        .text.partition("#1003")[2]
        .split("\n")[1]
        for code in ("en", "de", "ru")
    }
    assert [line.split("  ")[-1].strip() for line in said.values()] == [
        "a shop that is down",
        "ein Shop, der nicht läuft",
        "a shop that is down",
    ]
    gone = templates.render(
        "acknowledgement", {**facts, "scope": "gone", "scope_label": "a past"}, language="de"
    )
    assert "a past" in gone.text
