"""The mailbox held mail before maild came: `since` decides what of it is taken, and nobody is mailed about it."""

from datetime import timedelta
from email import policy

from sqlalchemy import func, select

from maild.store.tables import timer
from tests.story.world import MONDAY, World


def old_mails(world: World, count: int = 3) -> list[bytes]:
    """Put mails of Jane's into the inbox, one a day before maild comes, the newest a day ago; return them."""
    mails = [
        world.jane.composes(f"Question {days}", "Where is it?\n").as_bytes(policy=policy.SMTP)
        for days in range(count, 0, -1)
    ]
    for days, raw in zip(range(count, 0, -1), mails, strict=True):
        world.was_there(raw, MONDAY - timedelta(days=days))
    return mails


def test_now_leaves_alone_what_was_there(each_world: World) -> None:
    """With since = "now" old mail stays where it is, unread; new mail is handled, also after a restart."""
    world = each_world
    world.mailboxes = [world.a_mailbox(since="now")]
    mails = old_mails(world)
    world.opens().jane.writes("The checkout is down")
    assert "[#1001]" in world.jane.gets()["Subject"]
    world.closes()
    world.opens().jane.writes("How do I change the logo?")
    assert "[#1002]" in world.jane.gets()["Subject"]
    assert len(world.all_moved()) == 2
    assert world.waiting() == mails
    assert world.server.flags(world.inbox) == {1: (), 2: (), 3: ()}
    assert world.dispositions() == ["opened", "opened"]


def test_all_takes_what_was_there_in_silence(each_world: World) -> None:
    """With since = "all" there are incidents without acknowledgement, notification or clock, and one summary."""
    world = each_world
    world.sent += old_mails(world)
    world.opens()
    summary = world.anna.gets()
    assert "mail that was already in support" in summary["Subject"]
    assert all(f"Question {days}" in summary.text for days in (1, 2, 3))
    assert (world.anna.finds(), world.jane.finds(), len(world.ben.finds())) == ([], [], 1)
    assert world.numbers() == [1001, 1002, 1003]
    assert world.incident(1001).flags == ("backlog",)
    assert world.incident(1001).opened_at == MONDAY - timedelta(days=3)
    assert world.scalar(select(func.count()).select_from(timer)) == 0
    world.jane.writes("The checkout is down")
    assert "[#1004]" in world.jane.gets()["Subject"]
    assert len(world.all_moved()) == 4


def test_a_date_takes_what_came_since(world: World) -> None:
    """With a date what is older stays where it is."""
    older, *younger = old_mails(world)
    world.mailboxes = [world.a_mailbox(since="2026-02-28")]
    world.sent += younger
    world.opens()
    assert "Question 1" in world.anna.gets().text
    assert len(world.all_moved()) == 2
    assert world.waiting() == [older]


def test_backlog_is_acknowledged_where_the_config_says_so(world: World) -> None:
    """ack_backlog = true, for whoever moves from another program in the middle of the day."""
    world.mailboxes = [world.a_mailbox(ack_backlog=True)]
    world.sent += old_mails(world, 1)
    world.opens()
    assert "[#1001]" in world.jane.gets()["Subject"]


def test_a_backlog_longer_than_a_batch_has_one_summary(world: World) -> None:
    """A hundred and twenty mails, taken fifty at a time: each an incident, one summary, nothing for Jane."""
    world.sent += [
        world.jane.composes(f"Question {number}", "Where is it?\n").as_bytes(policy=policy.SMTP)
        for number in range(120)
    ]
    world.server.append_all(world.sent, world.inbox, MONDAY - timedelta(days=1))
    world.opens().settles()
    assert "and 70 more" in world.anna.gets().text
    assert (world.anna.finds(), world.jane.finds()) == ([], [])
    assert len(world.numbers()) == 120
