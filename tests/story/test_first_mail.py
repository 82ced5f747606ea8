"""A mail comes in that belongs to no incident yet."""

import smtplib

import pytest
from sqlalchemy import select

from maild.config.load import load_config
from maild.config.secret import load_keys
from maild.core.reply_token import Token, opening, verify
from maild.store.tables import incident, party
from tests.parts.sink import SmtpSink
from tests.story.people import SUPPORT
from tests.story.world import ENVIRON, SHIPPED_RULES, World


def test_a_request_is_acknowledged(each_world: World) -> None:
    """The customer gets number, priority and reply-by time, in their thread, marked as a machine's, and staff know."""
    world, jane = each_world.opens(), each_world.jane
    mail = jane.writes("How do I change the logo?", "Where is the setting for it?\n")
    ack = jane.gets()
    assert (ack.received.mail_from, ack["To"]) == ("", jane.address)
    assert ack["From"] == f"Example Support <{SUPPORT}>"
    assert ack["Subject"] == "Re: How do I change the logo? [#1001]"
    assert ack["In-Reply-To"] == mail["Message-ID"]
    assert ack["Auto-Submitted"] == "auto-replied"
    assert ack["X-Auto-Response-Suppress"] == "All"
    assert ack.message.get_content_type() == "multipart/alternative"
    assert "#1001" in ack.text
    assert "Tuesday 3 March 2026, 10:00 UTC" in ack.text
    assert "Where is the setting" in world.anna.gets("[#1001]").text
    assert "Where is the setting" in world.ben.gets("[#1001]").text
    assert world.incident(1001).state == "submitted"
    assert world.dispositions() == ["opened"]
    assert len(world.all_moved()) == 1


def test_the_acknowledgement_carries_our_signed_id(world: World) -> None:
    """References begin with a token for this incident and this person, and the Message-ID is one too."""
    jane = world.opens().jane
    mail = jane.writes("The checkout is down")
    ack = jane.gets()
    keys = load_keys(load_config(world.config_path, ENVIRON))
    (requester,) = world.rows(select(party.c.address).where(party.c.role == "requester"))
    ours, theirs = ack["References"].split()
    token = verify(keys, ours)
    (opened,) = world.rows(select(incident.c.opened_at))
    item = opening(opened["opened_at"])
    assert token == Token("thread", 1001, requester["address"], item, keys.current)
    assert verify(keys, ack["Message-ID"]) == token
    assert theirs == mail["Message-ID"]
    assert ours != ack["Message-ID"]


def test_mail_leaves_over_tls_and_with_a_login(world: World) -> None:
    """The relay takes nothing in the clear and nothing from strangers, and has our mail."""
    jane = world.opens().jane
    jane.writes("The checkout is down")
    jane.gets()
    assert in_the_clear(world.relay)[0] == 530


def in_the_clear(relay: SmtpSink) -> tuple[int, bytes]:
    """Return what the relay says to a client without TLS."""
    with smtplib.SMTP("127.0.0.1", relay.port) as client:
        client.ehlo()
        return client.mail(SUPPORT)


def test_an_unproven_sender_reads_nothing_of_their_mail(world: World) -> None:
    """Whoever is named in From may not have written: the answer has our words only, and goes to From alone."""
    eve = world.opens().omar
    eve.verdict = ""
    eve.name = "Visit casino.example"
    eve.writes(
        "Win at casino.example", "Come to casino.example\n", headers={"Reply-To": "victim@third.example"}
    )
    ack = eve.gets()
    assert ack["Subject"] == "[#1001] We received your request"
    assert b"casino" not in ack.received.raw
    assert "casino" not in ack.text


def test_a_forged_sender_gets_nothing_and_staff_are_told_why(world: World) -> None:
    """dmarc=fail: whoever is named in From did not write, and must not be bothered."""
    jane = world.opens().jane
    jane.verdict = "fail"
    jane.writes("The checkout is down")
    assert "dmarc=fail" in world.anna.gets("[#1001]").text
    assert jane.finds() == []
    assert world.outbox("acknowledgement") == []


@pytest.mark.parametrize(
    ("subject", "priority", "due"),
    [
        ("HotRush: nobody can check out", "hotrush", "Monday 2 March 2026, 12:00 UTC"),
        ("hotrsuh our shop is down", "hotrush", "Monday 2 March 2026, 12:00 UTC"),
        ("Urgent: a setting for taxes", "high", "Monday 2 March 2026, 14:00 UTC"),
        ("No hurry: how do I add a banner?", "low", "Wednesday 4 March 2026, 10:00 UTC"),
    ],
)
def test_words_decide_the_priority(world: World, subject: str, priority: str, due: str) -> None:
    """By the rules that ship: HotRush goes out of queue, and the customer reads when the answer is due."""
    world.rules = SHIPPED_RULES
    jane = world.opens().jane
    jane.writes(subject, "Please see above.\n")
    ack = jane.gets()
    assert world.incident(1001).priority == priority
    assert due in ack.text
    assert ("ahead" in ack.text) == (priority == "hotrush")
    assert f"({priority.upper()})" in world.anna.gets()["Subject"]


def test_the_server_says_when_mail_comes(world: World) -> None:
    """With IDLE nobody waits for the next poll, which is ten minutes away here."""
    world.mailboxes = [world.a_mailbox(idle=True, poll_seconds=600.0)]
    jane = world.opens().jane
    jane.writes("The checkout is down")
    assert "[#1001]" in jane.gets()["Subject"]
    jane.writes("How do I change the logo?")
    assert "[#1002]" in jane.gets()["Subject"]


def test_a_stranger_who_knows_a_number_opens_an_incident_of_their_own(each_world: World) -> None:
    """`[#1001]` in a subject lets nobody in: a new incident with a link that only staff see."""
    world, jane, eve = each_world.opens(), each_world.jane, each_world.omar
    jane.writes("The checkout is down", "The password of the shop is 12345.\n")
    jane.gets()
    eve.writes("Re: your problem [#1001]", "Please send me everything.\n")
    ack = eve.gets()
    assert "[#1002]" in ack["Subject"]
    assert "1001" not in ack["Subject"] + ack.text
    assert "12345" not in ack.text
    notice = world.anna.gets("[#1002]")
    assert "#1001" in notice.text
    assert [kind for kind, _, _ in world.entries(1001)] == ["customer_message"]
    assert world.incident(1001).party(eve.address) is None
    assert world.scalar(select(incident.c.linked_to).where(incident.c.number == 1002)) == 1001
    assert jane.finds() == []


def test_a_mail_to_two_mailboxes_is_one_incident(each_world: World) -> None:
    """Sent to support and sales, it is answered once; the second copy is a duplicate and is moved like the first."""
    world = each_world
    sales = f"{world.inbox}-sales"
    with world.server.client() as client:
        client.create_folder(sales)
    world.mailboxes.append(world.a_mailbox(name="sales", folder=sales))
    raw = world.jane.composes("The checkout is down", "White page.\n").as_bytes()
    raw = raw.replace(b"\n", b"\r\n")
    world.opens().is_sent(raw)
    world.sent.append(raw)
    world.server.append(raw, sales, world.clock.now())
    world.jane.gets()
    assert world.jane.finds() == []
    assert world.numbers() == [1001]
    assert sorted(world.dispositions()) == ["duplicate", "opened"]
    assert len(world.all_moved()) == 2
    assert world.server.mails(sales) == {}


def test_mail_in_the_name_of_staff_does_nothing(world: World) -> None:
    """With neither proof nor token it is a new incident that says so: no acknowledgement, nothing relayed."""
    world.opens().jane.writes("The checkout is down")
    world.jane.gets()
    world.anna.verdict = ""
    world.anna.writes("Re: The checkout is down [#1001]", "#close\nSend your password to me.\n")
    assert world.jane.finds() == []
    assert world.incident(1002).flags == ("unverified_staff",)
    assert [kind for kind, _, _ in world.entries(1002)] == ["unverified"]
    assert world.incident(1001).state == "submitted"
    assert len(world.outbox("acknowledgement")) == 1
    assert world.outbox("answer") == world.outbox("closed") == world.outbox("confirmation") == []
    assert "but nothing proves that" in world.ben.gets("[#1002]").text
