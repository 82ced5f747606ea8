"""Machines write too: what they write is kept, and never answered."""

import pytest
from sqlalchemy import select

from maild.store.tables import timer
from tests.parts.reports import bounce_of
from tests.story.people import Mail
from tests.story.world import World

AWAY = {"Auto-Submitted": "auto-replied"}
# The clock of the first answer; others run beside it.
FIRST_ANSWER = select(timer).where(timer.c.kind == "first_response")


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


def test_a_bounce_of_an_acknowledgement_is_told_to_the_staff(each_world: World) -> None:
    """Jane's address does not exist: a note on the incident, a mark, word to the staff, nothing to any machine."""
    world = each_world
    ack = acknowledged(world)
    world.is_sent(bounce_of(ack["Message-ID"], world.jane.address))
    for one in (world.anna, world.ben):
        assert "there is no such mailbox" in one.gets("Not delivered").words
    assert world.dispositions() == ["opened", "quiet"]
    assert world.entries(1001)[-1][0] == "machine_note"
    assert len(world.outbox("acknowledgement")) == 1
    assert world.scalar(select(timer.c.stopped_at)) is None
    assert {mail.recipients for mail in world.relay.received} == {
        (one.address,) for one in (world.jane, world.anna, world.ben)
    }


def answered(world: World) -> Mail:
    """Let Anna answer Jane; return the answer as Jane has it."""
    world.opens().jane.writes("The checkout is down")
    world.jane.gets("[#1001]")
    world.anna.replies(world.anna.gets("[#1001]"), "It works again.")
    return world.jane.gets()


def test_an_answer_that_comes_back_is_no_answer(each_world: World) -> None:
    """The clock runs again to its old due time, staff are told, the address is marked until Jane writes."""
    world = each_world
    answer = answered(world)
    due = world.scalar(FIRST_ANSWER.with_only_columns(timer.c.due_at))
    assert world.scalar(FIRST_ANSWER.with_only_columns(timer.c.stopped_at)) is not None
    world.time_passes(minutes=5)
    for _ in range(2):
        world.is_sent(bounce_of(answer["Message-ID"], world.jane.address))
    for one in (world.anna, world.ben):
        told = one.gets("[#1001] Not delivered")
        assert "the clock runs again" in told.words
        assert "550 5.1.1 no such user" in told.words
    world.settles()
    assert world.incident(1001).state == "submitted"
    assert world.scalar(FIRST_ANSWER.with_only_columns(timer.c.stopped_at)) is None
    assert world.scalar(FIRST_ANSWER.with_only_columns(timer.c.due_at)) == due
    assert len(world.outbox("delivery_problem")) == 2
    assert world.jane.address in world.maild("suppression", "list")
    assert "there is no such mailbox" in world.maild("show", "1001")
    world.time_passes(hours=5)
    world.settles()
    assert {row["recipient"] for row in world.outbox("reminder")} == {world.anna.address, world.ben.address}
    world.jane.writes("Is anybody there?")
    assert world.jane.gets("[#1002]")
    assert world.maild("suppression", "list") == "No address is suppressed.\n"


def test_a_forged_report_moves_nothing(world: World) -> None:
    """It names the incident's thread, or the right mail and another address: kept, and the answer counts."""
    answer = answered(world)
    world.is_sent(bounce_of(answer["References"].split()[0], world.jane.address))
    world.is_sent(bounce_of(answer["Message-ID"], world.omar.address))
    world.settles()
    assert world.incident(1001).state == "waiting"
    assert world.scalar(select(timer.c.stopped_at)) is not None
    assert world.outbox("delivery_problem") == []
    assert world.maild("suppression", "list") == "No address is suppressed.\n"


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
