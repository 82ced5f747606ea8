"""A mail that bears a staff address acts at once, waits to be confirmed, or is a stranger's (rules 10 to 16)."""

from dataclasses import replace
from typing import get_args

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    AskConfirmation,
    ClockHappened,
    Dispose,
    KeepSilent,
    OpenIncident,
    SetState,
)
from maild.core.deciding.case import Case
from maild.core.deciding.decide_staff_mail import ANSWERS_AN_HOUR, decide_staff_mail
from maild.core.deciding.reply_facts import sentence
from maild.core.deciding.staff_commands import VERBS
from maild.core.incident import State
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import because
from maild.core.understanding.authenticate import Proof
from maild.core.understanding.new_text import ANSWER_ABOVE, split_text
from tests.parts import cases as c
from tests.parts.messages import ALICE

QUOTED = "\n\nOn Monday Example Support wrote:\n> What do you say?\n"


def actions(case: Case, **rules: object) -> list[Action]:
    """Return what is decided about Anna's or another one's mail."""
    changed = c.rules(**rules)
    member = case.from_staff(changed)
    assert member is not None
    return decide_staff_mail(case, member, changed, c.NOW)


# --- how much must be proven -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proof", "with_token", "becomes"),
    [
        (c.PROVEN, True, ("appended", "staff_answer", "done")),
        (c.UNPROVEN, True, ("appended", "unverified", "held")),
        (c.FORGED, True, ("appended", "unverified", "held")),
        (c.PROVEN, False, ("appended", "unverified", "held")),
        (c.UNPROVEN, False, ("opened", "unverified", "done")),
        (c.FORGED, False, ("opened", "unverified", "done")),
    ],
)
def test_proof_and_token_act_one_of_them_waits_neither_is_a_stranger(
    proof: Proof, with_token: bool, becomes: tuple[str, str, str]
) -> None:
    """Rule 11, all of its cells."""
    joined = c.found(c.incident(), c.staff_token() if with_token else None)
    done = actions(c.from_staff(joined=joined, proof=proof))
    entry = c.only(done, AddEntry)
    assert (c.disposed(done), entry.kind, entry.state) == becomes


def test_the_token_alone_acts_where_the_config_says_so() -> None:
    """Rule 11: `staff_proof = "token"` is for sites whose server writes no verdicts."""
    case = c.from_staff(proof=c.UNPROVEN)
    assert c.only(actions(case, staff_proof="token"), AddEntry).kind == "staff_answer"
    assert c.only(actions(case, staff_proof="verdict"), AddEntry).state == "held"


def test_a_forged_sender_never_acts_not_even_with_a_token() -> None:
    """Where the token is taken for proof, a server that says dmarc=fail is still believed."""
    assert c.only(actions(c.from_staff(proof=c.FORGED), staff_proof="token"), AddEntry).state == "held"


def test_the_customers_token_gives_a_staff_address_nothing() -> None:
    """Rule 11: the token must be a staff token; a customer's thread may be quoted by anybody."""
    joined = c.found(c.incident(), c.thread_token())
    done = actions(c.from_staff(joined=joined, proof=c.UNPROVEN))
    assert c.disposed(done) == "opened"


@pytest.mark.parametrize(("proof", "silence"), [(c.UNPROVEN, "no_ack_staff"), (c.FORGED, "no_ack_dmarc")])
def test_neither_proof_nor_token_opens_an_incident_that_says_so(proof: Proof, silence: str) -> None:
    """Rule 11: flagged, linked to what it named, no acknowledgement, and its text is not the customer's."""
    done = actions(c.from_staff(joined=c.found(c.incident()), proof=proof))
    opened = c.only(done, OpenIncident)
    assert (opened.flags, opened.linked_to) == (("unverified_staff",), 1003)
    assert c.only(done, KeepSilent).reason.name == silence
    assert "unverified_staff" in c.why(done)
    assert {mail.kind for mail in c.mails(done)} == {"staff_new_incident"}


def test_a_proven_staff_mail_that_names_nothing_is_a_request_of_its_author() -> None:
    """Staff have problems, too; they get no acknowledgement (rule 9)."""
    done = actions(c.from_staff(joined=c.found()))
    opened = c.only(done, OpenIncident)
    assert (opened.requester.address, opened.flags) == (c.ANNA.address, ())
    assert c.only(done, AddEntry).kind == "customer_message"
    assert c.only(done, KeepSilent).reason.name == "no_ack_staff"


def test_mail_from_a_group_address_always_waits() -> None:
    """Rule 16: several people read it, so proof and token name nobody; one of the staff confirms."""
    done = actions(c.from_staff(member=c.TEAM), staff=(c.ANNA, c.TEAM))
    asked = c.only(done, AskConfirmation)
    assert (c.only(done, AddEntry).state, asked.to.address) == ("held", c.TEAM.address)
    assert asked.why == "Several people read that address."


def test_who_answers_the_mail_of_a_group_is_asked_in_person() -> None:
    """Rule 16: the group's token is not Anna's; proven, and by the known Message-ID, hers is held."""
    done = actions(c.from_staff(joined=c.found(c.incident())), staff=(c.ANNA, c.TEAM))
    assert c.only(done, AskConfirmation).to.address == c.ANNA.address


# --- an answer ---------------------------------------------------------------------------------------------


def test_an_answer_reaches_the_requester_as_its_author_wrote_it() -> None:
    """Rule 7: the new text and the signature, from a person, in the customer's thread, with the files."""
    text = "It works again.\n\n-- \nAnna, support\n"
    done = actions(c.from_staff(text + QUOTED))
    (answer,) = c.mails(done, "answer")
    assert (answer.to, answer.audience, answer.automatic) == (ALICE, "customer", False)
    assert answer.facts["text"] == "It works again.\n\n-- \nAnna, support"
    assert (answer.in_reply_to, answer.with_attachments) == ("<1@example.net>", True)
    assert c.only(done, AddEntry).text == answer.facts["text"]


def test_a_signature_under_nothing_is_not_sent() -> None:
    """Rule 7: `#close` above a signature sends no mail that is only a name."""
    done = actions(c.from_staff("#close\n\n-- \nAnna\n"))
    assert c.mails(done, "answer") == []
    assert c.only(done, AddEntry).text == ""


def test_an_answer_stops_the_clock_when_it_arrived() -> None:
    """Rule 33: proven, it counts from its arrival, not from when we got round to it."""
    stopped, waits = c.of_type(actions(c.from_staff()), ClockHappened)
    assert stopped.event == ClockEvent("staff_reply", c.NOW - c.MINUTE)
    assert waits.event == ClockEvent("waiting", c.NOW - c.MINUTE, by="staff")
    assert stopped.reason == waits.reason == because("answered", name="Anna")


@pytest.mark.parametrize(
    ("before", "text", "after_answer", "state"),
    [
        ("submitted", "Yes.", "waiting", "waiting"),
        ("in_progress", "Yes.", "waiting", "waiting"),
        ("submitted", "Yes.", "in_progress", "in_progress"),
        ("waiting", "#working\nSoon.", "waiting", "in_progress"),
        ("closed", "#working\nSoon.", "waiting", "in_progress"),
        ("waiting", "#working", "waiting", "in_progress"),
        ("submitted", "#working", "waiting", "in_progress"),
        ("closed", "#working", "waiting", "in_progress"),
        ("in_progress", "#working", "waiting", None),
        ("waiting", "#note\n#working\nI look into it.", "waiting", "in_progress"),
        ("waiting", "Yes.", "waiting", None),
        ("closed", "Yes.", "waiting", None),
        ("submitted", "#note\nYes.", "waiting", None),
    ],
)
def test_whose_turn_it_is_after_an_answer(
    before: State, text: str, after_answer: str, state: State | None
) -> None:
    """Rule 31: the customer's, unless `#working`, also alone, or the config says ours; a note changes nothing."""
    case = c.from_staff(text, joined=c.found(c.incident(state=before), c.staff_token()))
    changes = c.of_type(actions(case, after_answer=after_answer), SetState)
    assert [change.state for change in changes] == ([state] if state else [])


def test_an_answer_of_files_alone_is_an_answer() -> None:
    """The text may be empty where a file says it."""
    done = actions(c.from_staff("", attachments=(c.FILE,)))
    (answer,) = c.mails(done, "answer")
    assert (answer.facts["text"], answer.with_attachments) == ("", True)


def test_the_picture_of_a_signature_is_no_answer() -> None:
    """An empty reply with a logo says nothing: the author is told, the customer is not."""
    done = actions(c.from_staff("", attachments=(c.PICTURE,)))
    assert c.why(done)[0] == "empty_answer"
    assert c.mails(done, "answer") == []


def test_the_answer_names_its_author_and_nothing_else_of_the_staff() -> None:
    """The name stands in From; the address of a member of staff reaches no customer."""
    (answer,) = c.mails(actions(c.from_staff()), "answer")
    assert answer.facts["author"] == "Anna"
    assert c.ANNA.address not in repr(answer.facts)


def test_an_answer_without_commands_has_no_receipt() -> None:
    """Nobody wants a mail for each mail they write."""
    assert [mail.kind for mail in c.mails(actions(c.from_staff()))] == ["answer"]


# --- commands ----------------------------------------------------------------------------------------------


def test_a_note_stays_among_the_staff() -> None:
    """`#note`: an internal entry; no answer, no clock stopped."""
    done = actions(c.from_staff("#note\nThe licence ran out.\n"))
    entry = c.only(done, AddEntry)
    assert (entry.kind, entry.text, entry.commands) == ("internal_note", "The licence ran out.", ("note",))
    assert c.clock_events(done) == []
    assert [mail.kind for mail in c.mails(done)] == ["receipt"]


def test_close_sends_the_text_first_and_then_says_that_it_is_closed() -> None:
    """Answer, state, notice, in that order; the clock stops."""
    done = actions(c.from_staff("#close\nIt works again.\n"))
    assert [mail.kind for mail in c.mails(done)] == ["answer", "closed", "receipt"]
    assert [change.state for change in c.of_type(done, SetState)] == ["waiting", "closed"]


def test_close_alone_closes_and_tells_the_requester() -> None:
    """A promise that was kept otherwise, by telephone say: the clock stops all the same."""
    done = actions(c.from_staff("#close\n"))
    (notice,) = c.mails(done, "closed")
    assert (notice.to, notice.facts["reopen_days"], notice.automatic) == (ALICE, 14, True)
    assert c.only(done, SetState).state == "closed"
    assert c.only(done, ClockHappened).event.type == "resolved"
    assert c.only(done, AddEntry).kind == "internal_note"


def test_the_notice_of_closing_repeats_nothing_to_an_unproven_requester() -> None:
    """Rule 4: their subject only where they once proved who they are."""
    facts = [
        c.mails(actions(c.from_staff("#close\n", joined=c.found(found, c.staff_token()))), "closed")[0].facts
        for found in (c.incident(proven=False), c.incident(proven=True))
    ]
    assert [fact["subject"] for fact in facts] == ["", "The checkout is down"]


def test_closing_what_is_closed_tells_nobody_again() -> None:
    """The customer gets one notice."""
    done = actions(c.from_staff("#close\n", joined=c.found(c.incident(state="closed"), c.staff_token())))
    assert c.mails(done, "closed") == []
    assert c.of_type(done, SetState) == []


def test_a_receipt_says_what_was_done() -> None:
    """To the author, in their thread, in the words of the one verb table (rule 48)."""
    (receipt,) = c.mails(actions(c.from_staff("#close\nIt works again.\n")), "receipt")
    assert receipt.facts["done"] == ["sent your answer to the customer", VERBS["close"].did]
    assert (receipt.to.address, receipt.audience) == (c.ANNA.address, "staff")
    assert receipt.in_reply_to == "<9@staff.example.org>"


@pytest.mark.parametrize(
    ("text", "html_text", "reason"),
    [
        ("#colse\nDone.\n", None, "verb_unknown"),
        ("#note to self\n", None, "verb_not_alone"),
        ("Done.\n", "#close\nDone.\n", "verb_hidden"),
        ("#note\nInternal.\n", "Internal.\n", "verb_hidden"),
        ("", None, "empty_answer"),
        ("> What do you say?\n", None, "empty_answer"),
    ],
)
def test_what_is_not_understood_is_not_done(text: str, html_text: str | None, reason: str) -> None:
    """Rule 15: held, with a receipt that says why: a mistyped `#note` must not reach the customer."""
    case = c.from_staff(text, html_text=html_text)
    done = actions(case)
    entry = c.only(done, AddEntry)
    assert (entry.kind, entry.state, c.why(done)[0]) == ("unverified", "held", reason)
    (receipt,) = c.mails(done)
    assert (receipt.kind, receipt.facts["done"]) == ("receipt", [])
    assert receipt.facts["problems"] == [sentence(c.only(done, Dispose).reasons[0])]


def test_commands_that_both_forms_show_are_carried_out() -> None:
    """Rule 15: white space apart, both forms begin with the same verb."""
    done = actions(c.from_staff("#close\nDone.\n", html_text="  #close \n\nDone."))
    assert c.only(done, AddEntry).commands == ("close",)


# --- what waits --------------------------------------------------------------------------------------------


def test_a_held_mail_is_asked_about_in_full() -> None:
    """Rule 11: recipient and the whole text as it would leave, to the address of the config, and what is missing."""
    text = "It works again.\n\n-- \nAnna\n"
    done = actions(c.from_staff(text + QUOTED, proof=c.UNPROVEN))
    asked, entry = c.only(done, AskConfirmation), c.only(done, AddEntry)
    assert asked.to.address == c.ANNA.address
    assert asked.item["to"] == str(ALICE)
    assert asked.item["text"] == entry.text == "It works again.\n\n-- \nAnna"
    assert asked.why == "The sender is not proven: no mail server's word is configured."


def test_a_held_mail_does_nothing_yet() -> None:
    """Rule 11: not relayed, no clock stopped, no state changed, no mail but the request to confirm."""
    done = actions(c.from_staff("#close\nDone.\n", proof=c.UNPROVEN))
    assert [type(action) for action in done] == [Dispose, AddEntry, AskConfirmation]
    assert c.only(done, AddEntry).commands == ("close",)


def test_a_proven_mail_without_a_token_says_what_is_missing() -> None:
    """The other half of rule 11."""
    asked = c.only(actions(c.from_staff(joined=c.found(c.incident()))), AskConfirmation)
    assert asked.why == "It answers no mail of ours about that incident."


def test_our_line_unquoted_in_a_proven_answer_is_shown_first() -> None:
    """Rule 34: what stands above the marker is asked about, never held silently, and nothing below goes out."""
    text = f"It works again.\n{ANSWER_ABOVE}\nCustomer: Alice\nSender: unproven\n"
    done = actions(c.from_staff(text))
    asked = c.only(done, AskConfirmation)
    assert asked.item["text"] == "It works again."
    assert c.mails(done, "answer") == []
    assert "unquoted" in asked.why


def test_a_quoted_marker_is_an_ordinary_answer() -> None:
    """Rule 34: every mail program quotes it."""
    quoted = "".join(f"> {line}\n" for line in (ANSWER_ABOVE, "Customer: Alice"))
    done = actions(c.from_staff("It works again.\n\n" + quoted))
    assert c.only(done, AddEntry).kind == "staff_answer"


def test_nothing_above_the_marker_is_an_empty_answer() -> None:
    """Rule 34: where no text remains there is nothing to confirm, and the author is told."""
    done = actions(c.from_staff(f"{ANSWER_ABOVE}\nCustomer: Alice\n"))
    assert c.why(done)[0] == "empty_answer"


@pytest.mark.parametrize("state", get_args(State))
def test_no_state_lets_an_unproven_mail_through(state: State) -> None:
    """What is held is held on a closed incident, too."""
    joined = c.found(c.incident(state=state), c.staff_token())
    done = actions(c.from_staff("#close\nDone.\n", joined=joined, proof=c.UNPROVEN))
    assert c.mails(done) == []


def test_the_new_text_is_what_was_split_off() -> None:
    """The quoted notification is never read for commands."""
    case = c.from_staff("Done.\n\n> #close\n> What do you say?\n")
    assert c.only(actions(case), AddEntry).commands == ()
    again = replace(case, split=split_text("#close\n"))
    assert c.only(actions(again), AddEntry).commands == ("close",)


# --- what a receipt says -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["send\n", "Send.\n\n> Please confirm\n"])
@pytest.mark.parametrize("proof", [c.PROVEN, c.UNPROVEN])
def test_the_word_send_alone_is_never_an_answer(text: str, proof: Proof) -> None:
    """It was meant for a request to confirm: held, and its author told where it belongs."""
    done = actions(c.from_staff(text, proof=proof))
    (receipt,) = c.mails(done)
    assert (c.only(done, AddEntry).state, receipt.kind) == ("held", "receipt")
    assert "reply to the mail 'Please confirm ...' with send" in str(receipt.facts["problems"])


def test_a_sentence_that_begins_with_send_is_an_answer() -> None:
    """Only the word alone is stopped."""
    done = actions(c.from_staff("send\nme the log, please\n"))
    assert len(c.mails(done, "answer")) == 1


def test_a_refused_mail_says_that_nothing_was_sent() -> None:
    """And what to do: an author who reads `unknown command` must not think that the text left."""
    (receipt,) = c.mails(actions(c.from_staff("#colse\nDone.\n")))
    assert "Nothing of that mail was sent to the customer" in str(receipt.facts["advice"])


def test_closing_what_is_closed_says_so() -> None:
    """No receipt claims what was not done."""
    joined = c.found(c.incident(state="closed"), c.staff_token())
    (receipt,) = c.mails(actions(c.from_staff("#close\n", joined=joined)))
    assert (receipt.facts["done"], receipt.facts["problems"]) == ([], ["the incident was closed already"])


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("waiting", "put the incident in progress"),
        ("in_progress", "the incident was in progress already"),
    ],
)
def test_a_receipt_for_working_says_what_really_changed(before: State, says: str) -> None:
    """Without a text nothing goes to the customer, no clock stops, and the state is what the receipt says."""
    joined = c.found(c.incident(state=before), c.staff_token())
    done = actions(c.from_staff("#working\n", joined=joined))
    (receipt,) = c.mails(done)
    assert says in (receipt.facts["done"] if before == "waiting" else receipt.facts["problems"])
    assert not {"staff_reply", "resolved"} & set(c.clock_events(done))


def test_closing_and_going_on_at_once_is_doubt() -> None:
    """Rule 15: one of the two is a slip, and a receipt that claims both would be wrong."""
    done = actions(c.from_staff("#working\n#close\nDone.\n"))
    assert (c.why(done)[0], c.of_type(done, SetState)) == ("verbs_contradict", [])


def test_an_attached_mail_of_ours_is_not_passed_on() -> None:
    """Invariant I5: mail programs attach what they answer, and a notification is for our eyes only."""
    ours = replace(c.FILE, name="notification.eml", content=f"x\n{ANSWER_ABOVE}\n".encode())
    done = actions(c.from_staff("See there.\n", attachments=(ours,)))
    assert c.mails(done, "answer") == []
    assert c.only(done, AddEntry).state == "held"
    (receipt,) = c.mails(done)
    assert "notification.eml" in str(receipt.facts["problems"])


@pytest.mark.parametrize(("lately", "state"), [(ANSWERS_AN_HOUR - 1, "done"), (ANSWERS_AN_HOUR, "held")])
def test_an_answer_too_many_within_an_hour_is_asked_about(lately: int, state: str) -> None:
    """Two machines that answer each other without a mark fall silent; a person says `send`."""
    done = actions(c.from_staff(answered_lately=lately))
    assert c.only(done, AddEntry).state == state
    asked = c.of_type(done, AskConfirmation)
    assert [str(lately) in one.why for one in asked] == ([True] if state == "held" else [])
