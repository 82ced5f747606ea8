"""Every shipped mail, word for word: what the files in golden/ show is what people get.

A changed template fails here. Run this file as a program to write the golden files anew, then read the difference
with your own eyes before committing it.
"""

from datetime import UTC
from pathlib import Path

import pytest

from replies.render import Rendered
from tests.parts.zones import BERLIN, MOSCOW
from tests.replies.facts import BARE, COMMON, RICH, templates

FOLDER = Path(__file__).parent / "golden"
ZONES = {"en": UTC, "de": BERLIN, "ru": MOSCOW}
CASES = {
    f"{language}/{kind}-{name}": (language, kind, {**COMMON, **facts})
    for language in ZONES
    for name, replies in (("rich", RICH), ("bare", BARE))
    for kind, facts in replies.items()
}
GOLDEN = {
    f"{path.parent.name}/{path.stem}": path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.glob("*/*.txt"))
}
TEMPLATES = templates()


def rendered(case: str) -> Rendered:
    """Return the mail of a case, for a reader in the capital of its language."""
    language, kind, facts = CASES[case]
    return TEMPLATES.render(kind, facts, language=language, zone=ZONES[language])


def shown(case: str) -> str:
    """Return the mail as the golden files hold it: the subject, an empty line, the text."""
    mail = rendered(case)
    return f"Subject: {mail.subject}\n\n{mail.text}"


@pytest.mark.parametrize("case", CASES)
def test_the_mail_reads_as_it_was_approved(case: str) -> None:
    """Each template, with the fullest and with the barest facts, gives exactly the approved text."""
    assert shown(case) == GOLDEN[case]


def test_no_golden_file_is_left_over() -> None:
    """A golden file that no case writes would approve nothing."""
    assert set(GOLDEN) == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_no_mail_has_ragged_blank_lines(case: str) -> None:
    """A condition that drops a paragraph drops its blank line too."""
    assert "\n\n\n" not in shown(case)
    assert [line for line in shown(case).splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("case", CASES)
def test_lines_stay_within_72_columns(case: str) -> None:
    """Lines that we write can be quoted twice within 80 columns; lines of others are never broken."""
    ours = [line for line in rendered(case).text.splitlines() if not line.startswith(">")]
    assert [line for line in ours if len(line) > 72] == []


if __name__ == "__main__":
    for case in CASES:
        (FOLDER / case).parent.mkdir(exist_ok=True)
        (FOLDER / f"{case}.txt").write_text(shown(case), encoding="utf-8")
