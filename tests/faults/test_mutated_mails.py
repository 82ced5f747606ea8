"""Mails damaged in every way we could think of, through the reader and every question that is asked of a mail."""

import os

import pytest

from benchmarks.mutants import Figures, mails_of, mutant, try_all
from maild.core.limits import Limits

COUNT = 20_000 if os.environ.get("CI") == "true" else 1_000


@pytest.fixture(scope="module")
def figures() -> Figures:
    """What one run over the mails of the tests and of the benchmark shows; the reader lives through all of it."""
    return try_all(mails_of(None), COUNT, Limits(parser_renew_after=COUNT + 1))


@pytest.mark.timeout(600)
def test_no_damaged_mail_crashes_the_reader_or_any_later_step(figures: Figures) -> None:
    """Whatever comes, the answer is a message or the name of a reason; nothing raises, hangs or eats the memory."""
    assert figures.harms == ()
    assert figures.refused.total() < COUNT / 10


def test_no_damaged_mail_needs_much_memory(figures: Figures) -> None:
    """The reader of them all never grows beyond what one mail may need."""
    assert figures.grown_mib < 200


def test_a_harm_is_found_and_its_mail_can_be_made_again() -> None:
    """The measure can fail: a reader with no time to read does harm, and the number names the mail."""
    mails = mails_of(None)
    found = try_all(mails, 3, Limits(parse_seconds=0.000_001))
    assert [harm.number for harm in found.harms] == [0, 1, 2]
    assert found.harms[0].what.startswith("too_slow")
    assert mutant(mails, 2) == mutant(mails, 2) != mutant(mails, 1)
