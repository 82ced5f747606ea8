"""What one of the staff answers, notes or closes, the others hear of, and its author does not."""

from dataclasses import replace

import pytest

from maild.core.actions import Action, AskConfirmation
from maild.core.deciding.case import Case
from maild.core.deciding.decide_confirmation import decide_confirmation
from maild.core.deciding.decide_staff_mail import decide_staff_mail
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.time_words import instant
from tests.parts import cases as c

SCOPES = {"outage": "a shop that is down", "malfunction": "something that does not work"}
SCOPE, PRIORITY = "changed the scope from outage to malfunction", "changed the priority from normal to high"


def decided(case: Case, **rules: object) -> list[Action]:
    """Return what is decided about Anna's mail, where colleagues are told of everything."""
    return decide_staff_mail(
        case, c.ANNA, c.rules(**{"tell_colleagues": "all", "scopes": SCOPES, **rules}), c.NOW
    )


def test_colleagues_hear_that_what_was_over_is_open_again_or_one_with_another() -> None:
    """With the number of the incident that goes on."""
    closed = c.from_staff("#reopen", joined=c.found(c.incident(state="closed"), c.staff_token()))
    younger = c.from_staff("#merge 1001", other=c.incident(1001))
    elder = c.from_staff("#merge 1007", other=c.incident(1007))
    told = [c.mails(decided(case), "colleague_wrote")[0].facts["did"] for case in (closed, younger, elder)]
    assert told == ["opened it again", "merged it into #1001", "merged another one into it"]


@pytest.mark.parametrize(
    ("text", "wanted", "did"),
    [
        ("It works again.", "all", "answered the customer"),
        ("It works again.", "answers", "answered the customer"),
        ("It works again.", "none", None),
        ("#close\nIt works again.", "answers", "answered the customer and closed the incident"),
        ("#close", "answers", "closed the incident"),
        ("#note\nThe licence ran out.", "all", "wrote a note"),
        ("#note\nThe licence ran out.", "answers", None),
        ("#note\n#close\nThe licence ran out.", "all", "wrote a note and closed the incident"),
        ("#note\n#close\nThe licence ran out.", "answers", "closed the incident"),
        ("#note", "all", None),
        ("#working", "all", None),
        ("#take", "all", "took the incident"),
        ("#take", "answers", None),
        ("#take\nIt works again.", "answers", "answered the customer and took the incident"),
        ("#assign Ben", "all", None),
        ("#assign Ben\n#note\nThe licence ran out.", "all", "wrote a note and gave the incident to Ben"),
        ("#decline", "answers", "declined it as outside the service"),
        ("#spam\nThe third one.", "all", "wrote a note and ended it as spam"),
        ("#bug", "all", "found a defect of the software"),
        (
            "#bug\n#close\nIt is mended.",
            "all",
            "answered the customer, closed the incident and found a defect of the software",
        ),
        ("#split malfunction", "all", "asked the customer about a second incident"),
        ("#scope malfunction", "all", f"{SCOPE}"),
        ("#scope outage", "all", None),
        ("#scope malfunction", "answers", None),
        ("#scope malfunction", "none", None),
        ("#scope malfunction\n#priority high", "all", f"{SCOPE} and {PRIORITY}"),
        ("#scope malfunction\nIt works again.", "answers", f"answered the customer and {SCOPE}"),
        ("#note\n#scope malfunction\nThe licence ran out.", "all", f"wrote a note and {SCOPE}"),
        (
            "#close\n#scope malfunction\n#priority high\nIt works again.",
            "all",
            f"answered the customer, closed the incident, {SCOPE} and {PRIORITY}",
        ),
    ],
)
def test_colleagues_hear_of_what_the_config_says(text: str, wanted: str, did: str | None) -> None:
    """Ben alone: Anna knows what she wrote."""
    told = c.mails(decided(c.from_staff(text), tell_colleagues=wanted), "colleague_wrote")
    assert [(mail.to.address, mail.facts["did"]) for mail in told] == ([(c.BEN.address, did)] if did else [])


def test_a_colleague_reads_the_whole_text_below_our_line() -> None:
    """In the thread, from a machine, as mail to staff; what they quote of it never reaches a customer."""
    (told,) = c.mails(decided(c.from_staff("#note\nThe licence ran out.")), "colleague_wrote")
    assert (told.facts["text"], told.facts["internal"]) == ("The licence ran out.", True)
    assert told.facts["answer_above"] == ANSWER_ABOVE
    assert (told.audience, told.automatic) == ("staff", True)
    assert (told.facts["author"], told.facts["state"]) == ("Anna", "submitted")


def test_only_text_that_colleagues_are_to_hear_is_in_their_mail() -> None:
    """With `answers`, a note that closes is told as a closing, without the note."""
    done = decided(c.from_staff("#note\n#close\nThe licence ran out."), tell_colleagues="answers")
    (told,) = c.mails(done, "colleague_wrote")
    assert (told.facts["text"], told.facts["state"]) == ("", "closed")


def test_colleagues_hear_by_when_an_answer_is_due_now() -> None:
    """They may be the ones to answer; where the clock stops or runs as before there is nothing to say."""
    for text, changed in (
        ("#priority high", True),
        ("#scope malfunction", False),
        ("#close\n#priority high", False),
    ):
        case = c.from_staff(text, clocks=c.clocks())
        done = decided(case)
        (told,) = c.mails(done, "colleague_wrote")
        due = c.owed(done, c.clocks())
        assert told.facts["due"] == (instant(due) if changed else "")
        assert bool(told.facts["due"]) is changed


def test_files_go_along() -> None:
    """A note may be a picture; there is no other place to see it."""
    done = decided(c.from_staff("#note", attachments=(c.FILE,)))
    (told,) = c.mails(done, "colleague_wrote")
    assert (told.facts["files"], told.with_attachments) == (True, True)


def test_what_waits_is_told_to_nobody_until_it_is_released() -> None:
    """Rule 11: it may be forged; at its author's word it is told like any other."""
    held = decided(c.from_staff(proof=c.UNPROVEN))
    assert c.only(held, AskConfirmation)
    assert c.mails(held, "colleague_wrote") == []
    case = c.confirming()
    assert case.confirmation is not None
    done = decide_confirmation(case, case.confirmation, c.rules(tell_colleagues="all"), c.NOW)
    assert [mail.to.address for mail in c.mails(done, "colleague_wrote")] == [c.BEN.address]


def test_a_correction_that_waited_is_told_when_it_is_released() -> None:
    """In one mail with the answer that it came with."""
    case = c.confirming(confirmation=c.asked(c.held(7, None, "It works again.", "scope malfunction")))
    assert case.confirmation is not None
    rules = c.rules(tell_colleagues="all", scopes=SCOPES)
    done = decide_confirmation(case, case.confirmation, rules, c.NOW)
    (told,) = c.mails(done, "colleague_wrote")
    assert told.facts["did"] == f"answered the customer and {SCOPE}"


def test_who_is_given_an_incident_hears_of_it_once_and_the_others_hear_who_has_it() -> None:
    """Their own mail says it; a second one would say the same."""
    cleo = replace(c.BEN, name="Cleo", address="cleo@staff.example.org")
    done = decided(c.from_staff("#assign Ben"), staff=(c.ANNA, c.BEN, cleo))
    assert [(mail.kind, mail.to.address) for mail in c.mails(done)] == [
        ("assigned", c.BEN.address),
        ("colleague_wrote", cleo.address),
        ("receipt", c.ANNA.address),
    ]
    assert c.mails(done, "colleague_wrote")[0].facts["did"] == "gave the incident to Ben"


def test_what_was_put_back_is_told_to_all_others() -> None:
    """Somebody else may take it."""
    owned = c.found(c.incident(state="assigned", owner=c.ANNA.address), c.staff_token())
    done = decided(c.from_staff("#assign nobody", joined=owned))
    assert [mail.facts["did"] for mail in c.mails(done, "colleague_wrote")] == ["put the incident back"]
