"""The word `send` from whoever was asked releases what waits, once; everything in doubt releases nothing."""

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    ClockHappened,
    Dispose,
    ForIncident,
    OpenIncident,
    QueueReply,
    ReleaseEntry,
    SetState,
    UseConfirmation,
)
from maild.core.deciding.case import Case, Confirmation
from maild.core.deciding.decide_confirmation import decide_confirmation, may_confirm
from maild.core.deciding.reply_facts import sentence
from maild.core.staff import StaffMember
from tests.parts import cases as c
from tests.parts.messages import ALICE


def actions(case: Case, **rules: object) -> list[Action]:
    """Return what is decided about a mail that answers a confirmation."""
    assert case.confirmation is not None
    return decide_confirmation(case, case.confirmation, c.rules(**rules), c.NOW)


def test_send_releases_the_answer() -> None:
    """Rule 11: the held mail counts now, its confirmation is used up, the customer gets the text."""
    done = actions(c.confirming())
    assert c.why(done) == ["staff_released"]
    assert c.only(done, UseConfirmation).confirmation == 5
    released = c.only(done, ReleaseEntry)
    assert (released.entry, released.kind) == (7, "staff_answer")
    answer, _ = c.mails(done)
    assert (answer.kind, answer.to, answer.facts["text"]) == ("answer", ALICE, "It works again.")
    assert not answer.automatic


def test_the_entry_is_released_before_its_mail_is_queued() -> None:
    """The mail takes the files of the entry last released; so each release stands before its own mail."""
    kinds = [type(action).__name__ for action in actions(c.confirming())]
    assert kinds[:5] == ["Dispose", "ForIncident", "UseConfirmation", "ForIncident", "ReleaseEntry"]


def test_the_clock_stops_at_the_release() -> None:
    """Rule 33: unproven, the answer counts from now, not from when it was written."""
    assert [one.event.at for one in c.of_type(actions(c.confirming()), ClockHappened)] == [c.NOW, c.NOW]


def test_a_released_note_reaches_no_customer() -> None:
    """`#note` waited like anything else, and stays internal; only its author hears that it is kept."""
    case = c.confirming(confirmation=c.asked(c.held(7, None, "The licence ran out.", "note")))
    done = actions(case)
    assert c.only(done, ReleaseEntry).kind == "internal_note"
    (receipt,) = c.mails(done)
    assert (receipt.kind, receipt.to.address) == ("receipt", c.ANNA.address)
    assert receipt.facts["done"] == ["kept your mail among the staff"]


@pytest.mark.parametrize(
    ("text", "verbs", "said"),
    [
        ("It works again.", (), ["sent your answer to the customer"]),
        ("It works again.", ("close",), ["sent your answer to the customer", "closed the incident"]),
        ("", ("working",), ["put the incident in progress"]),
        ("", ("scope outage",), ["the scope was outage already"]),
    ],
)
def test_who_confirms_hears_what_was_done(text: str, verbs: tuple[str, ...], said: list[str]) -> None:
    """In one receipt, for an answer as for a command: no silence after `send`."""
    done = actions(
        c.confirming(confirmation=c.asked(c.held(7, None, text, *verbs))), scopes={"outage": "a shop"}
    )
    (receipt,) = c.mails(done, "receipt")
    assert (receipt.facts["done"], receipt.facts["problems"]) == (said, [])


def test_one_word_releases_all_that_one_mail_asked_about() -> None:
    """Each on its own incident, in order."""
    entries = (c.held(7, c.incident(1003)), c.held(8, c.incident(1004), "Done.", "close"))
    done = actions(c.confirming(confirmation=c.asked(*entries)))
    assert [action.number for action in c.of_type(done, ForIncident)] == [1003, 1003, 1004, 1003, 1004]
    assert [action.entry for action in c.of_type(done, ReleaseEntry)] == [7, 8]
    assert [mail.kind for mail in c.mails(done)] == ["answer", "answer", "closed", "receipt", "receipt"]


def test_the_second_mail_finds_the_incident_as_the_first_one_left_it() -> None:
    """First closed, then answered: the answer does not open it again, and it is not closed twice."""
    same = c.incident()
    entries = (
        c.held(7, same, "", "close"),
        c.held(8, same, "One thing more."),
        c.held(9, same, "", "close"),
    )
    done = actions(c.confirming(confirmation=c.asked(*entries)))
    assert [change.state for change in c.of_type(done, SetState)] == ["closed"]
    assert len(c.mails(done, "closed")) == 1


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (c.confirming("yes, do\n"), "confirmation_unclear"),
        (c.confirming("> send\n"), "confirmation_unclear"),
        (c.confirming(""), "confirmation_unclear"),
        (c.confirming(confirmation=c.asked(used_at=c.NOW - c.DAY)), "confirmation_used"),
        (c.confirming(proof=c.FORGED), "dmarc_failed"),
    ],
)
def test_in_doubt_nothing_is_released_and_its_author_is_told(case: Case, reason: str) -> None:
    """Rule 11: once, by a person, by its first new line; never by a forged address."""
    done = actions(case)
    assert c.of_type(done, ReleaseEntry) == []
    assert c.why(done) == [reason]
    assert c.only(done, AddEntry).state == "held"
    (receipt,) = c.mails(done)
    assert (receipt.kind, receipt.to.address) == ("receipt", c.ANNA.address)
    assert receipt.facts["problems"] == [sentence(c.only(done, Dispose).reasons[0])]
    waits = reason != "confirmation_used"
    assert str(receipt.facts["advice"]).startswith("Your mail still waits: reply to") is waits


@pytest.mark.parametrize("who", [c.BEN, StaffMember("Eve", "eve@example.com")])
def test_somebody_elses_word_is_a_new_incident(who: StaffMember) -> None:
    """Rule 11: a forwarded confirmation is no licence; the staff see which incident it came from."""
    done = actions(c.confirming(member=who))
    assert c.disposed(done) == "opened"
    assert c.only(done, OpenIncident).linked_to == 1003
    assert "token_of_another" in c.why(done)
    assert c.of_type(done, ReleaseEntry) == []
    acknowledged = any(reply.kind == "acknowledgement" for reply in c.of_type(done, QueueReply))
    assert acknowledged is (who != c.BEN)


@pytest.mark.parametrize(
    ("member", "of", "may"),
    [
        (c.ANNA, c.ANNA, True),
        (c.BEN, c.ANNA, False),
        (c.ANNA, c.TEAM, True),
        (c.BEN, c.TEAM, True),
        (c.TEAM, c.TEAM, True),
        (c.TEAM, c.ANNA, False),
    ],
)
def test_a_groups_mail_may_be_confirmed_by_any_of_the_staff(
    member: StaffMember, of: StaffMember, may: bool
) -> None:
    """Rule 16; a person's own only by that person."""
    assert may_confirm(member, c.asked(of=of), c.rules(staff=(c.ANNA, c.BEN, c.TEAM))) == may


def test_who_left_the_staff_confirms_nothing() -> None:
    """The config of today decides who is staff."""
    assert c.disposed(actions(c.confirming(), staff=(c.BEN,))) == "opened"


def test_the_address_is_compared_whatever_its_case() -> None:
    """As everywhere."""
    upper = Confirmation(5, 1, c.ANNA.address.upper(), None, (c.held(),))
    assert c.only(actions(c.confirming(confirmation=upper)), ReleaseEntry).entry == 7
