"""A reply to a list of notifications, over the whole path: it brings the mails that can be answered, no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import incident
from maild.testing import Sent
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, EVE, JANE, PROOF, Target, target

FEW = "\n[limits]\nstaff_notifications = 3\n"


@pytest.fixture(params=["verdicts", "no verdicts"])
def maild(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """A maild that gathers after three notifications, with a mail server whose word counts and without one."""
    with target(tmp_path, FEW + (PROOF if request.param == "verdicts" else "")) as found:
        yield found


def a_list(maild: Target) -> Sent:
    """Let Jane open five incidents at once, and return the list that Anna gets of them."""
    for n in range(5):
        maild.gets(maild.mail(JANE, Subject=f"The checkout is down in shop {n}"))
    maild.sends()
    (listed,) = maild.to(ANNA)
    assert "5 notifications in one mail" in maild.read(ANNA)[0]["Subject"]
    return listed


def answered(maild: Target, raw: bytes) -> list[str]:
    """Take a mail and send what follows: the subjects of what Anna got because of it."""
    before = len(maild.to(ANNA))
    maild.gets(raw)
    maild.sends()
    assert len(maild.rows(select(incident))) == 5
    assert not maild.staff_acted()
    return [mail["Subject"] for mail in maild.read(ANNA)[before:]]


@pytest.mark.parametrize("proven", [True, False])
def test_a_number_brings_the_notification_and_its_answer_reaches_the_customer(
    maild: Target, proven: bool
) -> None:
    """Proven or not: it goes where it was meant to go. Its token makes the reply an answer like any other."""
    listed = a_list(maild)
    got = answered(maild, maild.answer(listed, ANNA, "#1004", proven=proven))
    assert got == ["[#1004] The checkout is down in shop 3 (NORMAL)"]
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "It works again.", proven=proven))
    maild.sends()
    if not maild.staff_acted():
        maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "send"))
    maild.sends()
    assert [row["incident"] for row in maild.outbox("answer")] == [1004]


def test_several_numbers_bring_as_many_mails(maild: Target) -> None:
    """One by one, past the cap that made the list; a second time there is nothing left to send, and that is said."""
    listed = a_list(maild)
    assert len(answered(maild, maild.answer(listed, ANNA, "#1001\n#1002, #1003\n*#1004*\n#1005"))) == 5
    (receipt,) = answered(maild, maild.answer(listed, ANNA, "#1001"))
    assert receipt == "Nothing was done: your answer to a list of notifications"


@pytest.mark.parametrize("proven", [True, False])
@pytest.mark.parametrize("quote", [True, False])
def test_words_below_a_list_open_nothing_and_reach_nobody(maild: Target, proven: bool, quote: bool) -> None:
    """The natural reply, with whatever number in its subject: a receipt says what to do, and that is all."""
    raw = maild.answer(
        a_list(maild), ANNA, "It works again.", proven=proven, quote=quote, Subject="Re: [#1002] x"
    )
    assert answered(maild, raw) == ["Nothing was done: your answer to a list of notifications"]
    assert maild.dispositions()[-1] == "kept"
    assert "such as #1015, on a line of its own" in maild.read(ANNA)[-1].text.replace("\n", " ")
    assert "above this line" not in maild.read(ANNA)[-1].text


def test_a_list_that_a_program_quotes_without_a_mark_asks_for_nothing(maild: Target) -> None:
    """Outlook puts no sign before what it quotes: its numbers are ours, and only the one above it was written."""
    listed = a_list(maild)
    below = "\n".join(read_outside(listed.raw).text.splitlines())
    text = (
        f"#1004\n\nFrom: Example Support\nSent: Monday, 2 March 2026 09:00\nTo: Anna\nSubject: x\n\n{below}"
    )
    got = answered(maild, maild.answer(listed, ANNA, text, quote=False))
    assert got == ["[#1004] The checkout is down in shop 3 (NORMAL)"]


def test_a_reply_to_the_receipt_asks_the_list_too(maild: Target) -> None:
    """It is about the list, and opens nothing either."""
    answered(maild, maild.answer(a_list(maild), ANNA, "Which of them is urgent?"))
    got = answered(maild, maild.answer(maild.to(ANNA)[-1], ANNA, "#1002"))
    assert got == ["[#1002] The checkout is down in shop 1 (NORMAL)"]


def test_numbers_beside_words_are_sent_and_the_words_are_not(maild: Target) -> None:
    """Both is said."""
    got = answered(maild, maild.answer(a_list(maild), ANNA, "#1002\nPlease restart the shop."))
    assert len(got) == 2
    said = next(mail.text for mail in maild.read(ANNA) if "Not all was done" in mail["Subject"])
    assert "sent you the mail about #1002" in said
    assert "nothing of that mail was sent" in said.replace("\n", " ").replace("    ", "")


def test_a_colleagues_word_sends_only_to_whom_the_list_was_made_for(maild: Target) -> None:
    """Ben, who was forwarded Anna's list, gets nothing of hers."""
    listed = a_list(maild)
    before = len(maild.to(BEN))
    got = answered(maild, maild.answer(listed, BEN, "#1003"))
    assert got == ["[#1003] The checkout is down in shop 2 (NORMAL)"]
    assert len(maild.to(BEN)) == before


def test_a_forged_address_brings_nothing(maild: Target) -> None:
    """Where the mail server says so."""
    forged = "mx.example.com; dmarc=fail header.from=example.com"
    raw = maild.answer(a_list(maild), ANNA, "#1003", Authentication_Results=forged)
    got = answered(maild, raw)
    trusted = maild.desk.config.proof.authserv_ids
    assert len(got) == 1
    assert got[0].startswith("Nothing was done" if trusted else "[#1003]")


def test_a_strangers_reply_to_a_list_is_looked_at_by_a_person(maild: Target) -> None:
    """It quotes what customers wrote: no incident, no acknowledgement, and nothing is lost."""
    got = answered(maild, maild.answer(a_list(maild), EVE, "#1003", proven=True))
    assert maild.dispositions()[-1] == "quarantined"
    assert [subject.partition(":")[0] for subject in got] == ["Example Support"]
    assert maild.to(EVE) == []


def test_a_customers_reply_to_what_began_as_a_list_opens_its_incident(maild: Target) -> None:
    """Somebody forwarded them the list: what they answer is that mail, and their own is a request."""
    listed = a_list(maild)
    maild.gets(maild.answer(listed, EVE, "And mine?", In_Reply_To="<forwarded@example.com>"))
    assert maild.dispositions()[-1] == "opened"


def test_a_machine_asks_for_nothing(maild: Target) -> None:
    """An away message that quotes a list is kept, and answered by nothing."""
    raw = maild.answer(a_list(maild), ANNA, "#1003", Auto_Submitted="auto-replied")
    assert answered(maild, raw) == []
    assert maild.dispositions()[-1] == "kept"
