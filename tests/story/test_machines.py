"""Machines write too: what they write is kept, and never answered."""

import pytest
from sqlalchemy import select

from maild.store.tables import timer
from tests.story.people import SUPPORT, Mail
from tests.story.world import World

AWAY = {"Auto-Submitted": "auto-replied"}


def acknowledged(world: World) -> Mail:
    """Let Jane write, and return her acknowledgement; staff have read what they were told."""
    world.opens().jane.writes("The checkout is down")
    ack = world.jane.gets()
    world.anna.reads_all()
    return ack


def test_an_auto_reply_is_kept_on_its_thread(each_world: World) -> None:
    """Jane's responder answers our acknowledgement: a note on the incident, no mail to anyone, the clock runs on."""
    world = each_world
    world.jane.replies(acknowledged(world), "I am away until Monday.", headers=AWAY)
    assert (world.jane.finds(), world.anna.finds()) == ([], [])
    assert world.dispositions() == ["opened", "quiet"]
    assert world.entries(1001)[-1] == ("machine_note", "done", "I am away until Monday.")
    assert world.incident(1001).state == "submitted"
    assert world.scalar(select(timer.c.stopped_at)) is None


@pytest.mark.parametrize(
    "headers",
    [
        AWAY,
        {"X-Autoreply": "yes"},
        {"Return-Path": "<>", "Subject": "Out of office"},
        {"Precedence": "auto_reply"},
    ],
)
def test_an_auto_reply_to_nothing_of_ours_is_kept(world: World, headers: dict[str, str]) -> None:
    """No incident, no acknowledgement, no alarm; the mail itself is kept and moved."""
    world.opens().jane.writes("Out of office: holidays", "I am away until Monday.\n", headers=headers)
    assert (world.jane.finds(), world.anna.finds()) == ([], [])
    assert (world.dispositions(), world.numbers()) == (["kept"], [])
    assert len(world.all_moved()) == 1


def bounce_of(message_id: str, recipient: str) -> bytes:
    """Return the report of a mail server that it could not deliver a mail (RFC 3464)."""
    report = (
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    )
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.customer.example\r\n"
        f"To: {SUPPORT}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@mx.customer.example>\r\n"
        "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail to {recipient}.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{report}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nFrom: {SUPPORT}\r\n"
        "--b--\r\n"
    ).encode()


def test_a_bounce_of_our_mail_is_kept_on_its_incident(each_world: World) -> None:
    """The acknowledgement could not be delivered: a note on the incident, and no mail to any machine."""
    world = each_world
    ack = acknowledged(world)
    world.is_sent(bounce_of(ack["Message-ID"], world.jane.address))
    world.settles()
    assert world.dispositions() == ["opened", "quiet"]
    assert world.entries(1001)[-1][0] == "machine_note"
    assert len(world.outbox("acknowledgement")) == 1
    assert {mail.recipients for mail in world.relay.received} == {
        (one.address,) for one in (world.jane, world.anna, world.ben)
    }


def test_a_bounce_of_no_mail_of_ours_is_kept(world: World) -> None:
    """Whoever abuses our address elsewhere makes no incident here."""
    world.opens().is_sent(bounce_of("<spam@elsewhere.example>", "victim@third.example"))
    world.settles()
    assert (world.dispositions(), world.numbers(), world.outbox()) == (["kept"], [], [])


def test_our_own_mail_that_comes_back_is_kept(world: World) -> None:
    """A forwarding turns our acknowledgement round: nothing answers it, whatever it says."""
    ack = acknowledged(world)
    world.is_sent(ack.received.raw)
    world.settles()
    assert world.dispositions()[1:] == ["kept"]
    assert world.jane.finds() == []


def test_two_machines_without_marks_fall_silent(world: World) -> None:
    """A helpdesk that answers every mail of ours with an unmarked one gets a single acknowledgement."""
    world.opens().omar.writes("Ticket 1", "Your mail was received.\n")
    for _ in range(6):
        for mail in world.omar.reads_all():
            world.omar.replies(mail, "Your mail was received.")
    assert len([row for row in world.outbox() if row["recipient"] == world.omar.address]) == 1


def test_a_list_mail_opens_an_incident_but_is_not_answered(world: World) -> None:
    """A mailing list may carry a request: staff see it, and the list hears nothing."""
    world.opens().jane.writes("The checkout is down", headers={"List-Id": "<shops.lists.example>"})
    assert "List-Id" in world.anna.gets("[#1001]").text
    assert world.jane.finds() == []
    assert world.dispositions() == ["opened"]
