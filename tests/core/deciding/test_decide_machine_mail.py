"""A machine's mail is kept where it belongs, changes nothing and is never answered."""

from typing import get_args

import pytest

from maild.core.actions import AddEntry, Dispose
from maild.core.deciding.decide_machine_mail import QUIET_KINDS, decide_machine_mail, said
from maild.core.reasons import because
from maild.core.understanding.automatic import Kind
from tests.parts import cases as c
from tests.parts.messages import ALICE

AWAY = because("auto_submitted", value="auto-replied")


def test_an_unmatched_machine_mail_is_kept_without_alarm() -> None:
    """Rules 18 and 35: listed, with every sign that told it from a person's; nobody is told."""
    (kept,) = decide_machine_mail(c.case(writer=c.writer("auto_reply", AWAY)))
    assert kept == Dispose("kept", (because("kept_machine", kind="auto reply"), AWAY))


def test_a_matched_machine_mail_is_a_note_on_the_thread() -> None:
    """What it says now, by whom, and nothing follows from it (rules: Machines)."""
    case = c.case(
        c.message(text="I am away.\n\n> We are on it.\n"),
        c.found(c.incident(), c.thread_token()),
        writer=c.writer("auto_reply", AWAY),
    )
    disposed, note = decide_machine_mail(case)
    assert isinstance(disposed, Dispose)
    assert (disposed.disposition, disposed.reasons[0].name) == ("quiet", "machine_note")
    assert isinstance(note, AddEntry)
    assert (note.kind, note.author, note.text) == ("machine_note", ALICE, "I am away.")
    assert note.reasons == (because("machine_note", kind="auto reply"), AWAY)


def test_a_note_may_have_no_author() -> None:
    """A bounce has an empty sender."""
    case = c.case(c.message(sender=None), c.found(c.incident(), c.thread_token()), writer=c.writer("bounce"))
    assert c.only(decide_machine_mail(case), AddEntry).author is None


def test_a_mail_of_our_own_never_stands_on_a_thread() -> None:
    """Rule 8: a loop is kept apart, even where it carries our token."""
    case = c.case(joined=c.found(c.incident(), c.thread_token()), writer=c.writer("loop"))
    assert c.disposed(decide_machine_mail(case)) == "kept"
    assert len(decide_machine_mail(case)) == 1


def test_lists_programs_and_people_may_bring_requests() -> None:
    """Everything else only leaves a trace."""
    assert set(get_args(Kind)) - QUIET_KINDS == {"human", "list", "auto_generated"}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_kind_is_said_in_words(kind: Kind) -> None:
    """No underscore in what people read."""
    assert "_" not in said(kind)
