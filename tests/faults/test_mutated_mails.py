"""Mails damaged in every way we could think of, through the reader and every question that is asked of a mail."""

import os
from collections import Counter

import pytest

from benchmarks.mutants import Figures, harm_of, mails_of, mutant, try_all
from maild.core.limits import Limits
from maild.core.message import Message
from maild.errors import Unreadable

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


class Failing:
    """A reader that fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, raw: bytes) -> Message:
        """Fail."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "harm"),
    [
        (Unreadable("too_slow", "not read in time"), "too_slow: not read in time"),
        (ValueError("a fault"), "ValueError('a fault')"),
        (Unreadable("empty", "no bytes at all"), ""),
    ],
)
def test_a_harm_is_found(error: Exception, harm: str) -> None:
    """The measure can fail: what a hostile mail has not earned is one."""
    assert harm_of(b"", Failing(error), Counter()) == harm


def test_a_mail_can_be_made_again() -> None:
    """By the number that its harm is told with."""
    mails = mails_of(None)
    assert mutant(mails, 2) == mutant(mails, 2) != mutant(mails, 1)
