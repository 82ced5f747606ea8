"""Shipped templates, and a folder of one's own."""

from pathlib import Path

from maild.config.replies import RepliesSettings
from maild.config.templates import languages, load_templates
from tests.parts.configs import SMALLEST, problems_of

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
        f"13: replies.folder: {tmp_path}/mine/answer.md:4: `txt` is no fact of this reply"
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
    problems = problems_of(tmp_path, SMALLEST + REPLIES + 'language = "de"\n')
    assert len(problems) >= 8
    assert all("no template for this reply" in problem for problem in problems)
