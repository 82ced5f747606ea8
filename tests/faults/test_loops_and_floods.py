"""Machines that answer machines, our own mail coming back, and more mail than anybody can answer."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.testing import Sent
from tests.faults.target import ANNA, BEN, JANE, MX, SUPPORT, Target, target

MINUTE = timedelta(minutes=1)
OTHER = "support@other.example"
MARKS = ("auto-submitted", "x-auto-response-suppress", "x-maild-loop")
THREAD = (*MARKS, "references", "in-reply-to")


@pytest.fixture
def pair(memory: Path) -> Iterator[tuple[Target, Target]]:
    """Two daemons, each the customer of the other."""
    with target(memory / "a") as one, target(memory / "b", domain="other.example") as other:
        yield one, other


def stripped(raw: bytes, fields: tuple[str, ...]) -> bytes:
    """Return a mail as a gateway passes it on that takes these fields away and vouches for the sender."""
    head, _, body = raw.partition(b"\r\n\r\n")
    names = "|".join(fields)
    text = (
        re.sub(rf"(?im)^(?:{names}):.*\r\n(?:[ \t].*\r\n)*", "", head.decode() + "\r\n")
        if fields
        else head.decode()
    )
    text = re.sub(r"(?i)\[#\d+\]", "", text) if "references" in fields else text
    domain = re.findall(r"(?im)^From: .*@([\w.]+)", text)[0]
    verdict = f"Authentication-Results: {MX}; dmarc=pass header.from={domain}\r\n"
    return (verdict + text.rstrip("\r\n") + "\r\n\r\n").encode() + body


@pytest.mark.parametrize(
    ("lost", "envelope_kept", "most"),
    [((), True, 2), ((), False, 2), (MARKS, True, 2), (MARKS, False, 4), (THREAD, False, 12)],
)
def test_two_daemons_wired_to_each_other_fall_silent(
    pair: tuple[Target, Target], lost: tuple[str, ...], envelope_kept: bool, most: int
) -> None:
    """For an hour every mail goes to the other one, even through gateways that strip all marks (invariant I9)."""
    one, other = pair
    one.gets(one.mail(OTHER, proven=True, Message_ID="<spark@other.example>"))
    done = {id(one): 0, id(other): 0}
    for _ in range(60):
        for source, sink, to in ((one, other, OTHER), (other, one, SUPPORT)):
            source.works_for(MINUTE, 1)
            for sent in source.sender.sent[done[id(source)] :]:
                if sent.recipient == to:
                    sink.gets(
                        stripped(sent.raw, lost), mail_from=sent.mail_from if envelope_kept else SUPPORT
                    )
            done[id(source)] = len(source.sender.sent)
    assert len(one.to(OTHER)) + len(other.to(SUPPORT)) <= most


@pytest.mark.parametrize("lost", [(), MARKS])
def test_our_own_mail_that_comes_back_goes_nowhere(maild: Target, lost: tuple[str, ...]) -> None:
    """A forwarding rule sends us acknowledgement, notification and answer: no customer gets another mail for it."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, ANNA, "#close\nDone.", proven=True))
    maild.sends()
    to_jane, done = len(maild.to(JANE)), 0
    states = maild.states()
    for _ in range(30):
        for sent in maild.sender.sent[done:]:
            done += 1
            maild.gets(stripped(sent.raw, lost), mail_from=sent.mail_from)
        maild.works_for(MINUTE, 1)
    assert len(maild.to(JANE)) == to_jane
    assert done < 20
    assert maild.states() == states


def test_an_unmarked_autoresponder_of_the_staff_does_not_write_to_the_customer(maild: Target) -> None:
    """Anna's program answers every mail with no mark at all: nothing of it leaves, and it ends."""
    maild.opens()
    done = 0
    for _ in range(60):
        for sent in maild.sender.sent[done:]:
            done += 1
            if sent.recipient == ANNA:
                maild.gets(maild.answer(sent, ANNA, "I am away until Monday."))
        maild.works_for(MINUTE, 1)
    assert not maild.staff_acted()
    assert len(maild.to(ANNA)) <= 30


def answered(maild: Target, sent: Sent) -> None:
    """Let a customer's program answer one mail without any mark."""
    maild.gets(maild.answer(sent, JANE, "We have received your mail.", proven=True))


def test_an_unmarked_autoresponder_of_a_customer_is_not_answered(maild: Target) -> None:
    """It answers our acknowledgement: that is one more mail on the incident, and there it ends."""
    maild.opens()
    for _ in range(10):
        for sent in maild.to(JANE)[-1:]:
            answered(maild, sent)
        maild.works_for(MINUTE, 1)
    assert len(maild.to(JANE)) == 1


def test_a_flood_from_one_address_is_all_kept_and_answered_slowly(trusting: Target) -> None:
    """150 mails in a minute: 150 incidents, one acknowledgement in ten minutes, the rest waits and none is dropped."""
    for number in range(150):
        trusting.gets(trusting.mail("eve@evil.example", Subject=f"bomb {number}"))
    trusting.works_for(MINUTE, 60)
    acks = trusting.outbox("acknowledgement")
    assert len(trusting.states()) == 150
    assert len(trusting.to("eve@evil.example")) <= 6
    assert {row["state"] for row in acks} == {"sent", "held"}
    assert len(acks) == 150
    assert len(trusting.to(ANNA)) <= 40


def test_a_flood_of_forged_senders_is_no_flood_from_us(trusting: Target) -> None:
    """220 addresses of one domain: at most 150 an hour get something, sixty in a minute, and a bystander is served."""
    for number in range(220):
        trusting.gets(trusting.mail(f"victim{number}@big.example"))
    trusting.gets(trusting.mail(JANE))
    for _ in range(5):
        before = len(trusting.sender.sent)
        trusting.works_for(MINUTE, 1)
        new = [s for s in trusting.sender.sent[before:] if s.recipient not in (ANNA, BEN)]
        assert len(new) <= 60
    trusting.works_for(MINUTE, 50)
    assert len([sent for sent in trusting.sender.sent if sent.recipient.endswith("@big.example")]) <= 150
    assert len(trusting.to(JANE)) == 1
    assert {row["state"] for row in trusting.outbox("acknowledgement")} == {"sent", "held"}


def test_staff_lose_nothing_in_a_flood(trusting: Target) -> None:
    """Every one of 60 incidents is named to Anna, in a mail of its own or in a list."""
    for number in range(60):
        trusting.gets(trusting.mail(f"c{number}@c{number}.example"))
        if number % 7 == 0:
            trusting.works_for(MINUTE, 1)
    trusting.works_for(MINUTE, 15)
    told = "\n".join(each["Subject"] + each.text for each in trusting.read(ANNA))
    assert set(map(int, re.findall(r"#(\d{4,})", told))) >= set(trusting.states())


def test_two_unmarked_autoresponders_one_of_the_staff_s_fall_silent(maild: Target) -> None:
    """Both proven, both without any mark: after five answers an hour a person is asked (invariant I9)."""
    maild.opens()
    done = 0
    for minute in range(60):
        for sent in maild.sender.sent[done:]:
            done += 1
            if sent.recipient == ANNA:
                maild.gets(maild.answer(sent, ANNA, f"I am away until Monday, {minute}.", proven=True))
            if sent.recipient == JANE:
                answered(maild, sent)
        maild.works_for(MINUTE, 1)
    assert len(maild.to(JANE)) == 6
    assert len(maild.to(ANNA)) <= 30


def test_a_program_of_the_staff_that_answers_receipts_gets_so_many_an_hour(trusting: Target) -> None:
    """Each receipt makes it say the same mistake again: it goes on at the pace of the cap, and no customer hears."""
    trusting.opens()
    done = 0
    for _ in range(120):
        for sent in trusting.sender.sent[done:]:
            done += 1
            if sent.recipient == ANNA:
                trusting.gets(trusting.answer(sent, ANNA, "#away\nuntil Monday", proven=True))
        trusting.works_for(timedelta(seconds=30), 1)
    receipts = trusting.outbox("receipt")
    assert [row["state"] for row in receipts].count("sent") == 20
    assert {row["reason"] for row in receipts if row["state"] == "held"} == {"cap_receipts"}
    assert len(trusting.to(JANE)) == 1
