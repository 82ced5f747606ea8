"""The clock of the first answer: staff are reminded at fractions of the promised time, each time once."""

from datetime import timedelta

from tests.story.people import Mail
from tests.story.world import World

# Promised within 4 open hours, from Monday 10:00: due at 14:00, half of it over at 12:00.
URGENT = "Urgent: a setting for taxes"


def opened(world: World) -> Mail:
    """Let Jane ask for something with a promise of four hours; everybody reads what they get, and Anna keeps it."""
    world.opens().jane.writes(URGENT, "Which setting is it?\n")
    world.jane.gets("[#1001]")
    world.ben.gets("[#1001]")
    return world.anna.gets("[#1001]")


def test_staff_are_reminded_at_each_fraction_and_at_the_breach(each_world: World) -> None:
    """At 0.5, 0.75 and 0.9 it is due soon, after 1.0 it is late; each of the staff is told once a step, Jane never."""
    world = each_world
    opened(world)
    world.time_passes(hours=1, minutes=59)
    assert world.anna.finds() == []
    for minutes, words in ((1, "Due soon"), (60, "Due soon"), (36, "Due soon"), (24, None), (1, "Late")):
        world.time_passes(minutes=minutes)
        expected = [f"[#1001] {words}: {URGENT} (HIGH)"] if words else []
        for person in (world.anna, world.ben):
            assert person.finds() == expected
            person.reads_all()
    assert world.jane.finds() == []


def test_a_reminder_can_be_answered(world: World) -> None:
    """A reply to it goes to the customer and stops the clock: no step after it fires."""
    opened(world)
    world.time_passes(hours=2)
    world.anna.replies(world.anna.gets("Due soon"), "It is the setting under Taxes.")
    assert world.jane.gets().text == "It is the setting under Taxes.\n"
    world.ben.reads_all()
    world.time_passes(days=7)
    assert world.anna.finds() == world.ben.finds() == []
    assert len(world.outbox("reminder")) == 2


def test_a_held_answer_stops_no_clock(world: World) -> None:
    """What is not proven has not been said yet: the reminder comes, and the release counts as the answer."""
    notice = opened(world)
    world.anna.verdict = ""
    world.anna.replies(notice, "Under Taxes.")
    question = world.anna.gets("Please confirm")
    world.time_passes(hours=2)
    assert "Due soon" in world.anna.gets("Due soon")["Subject"]
    world.anna.replies(question, "send")
    world.jane.gets()
    assert "sent your answer to the customer" in world.anna.gets().text
    world.time_passes(days=7)
    assert world.anna.finds() == []


def test_no_reminder_comes_twice_across_a_restart(each_world: World) -> None:
    """It stops right after a step and starts again: the step has fired, the next one has not."""
    world = each_world
    opened(world)
    world.time_passes(hours=2)
    world.anna.gets("Due soon")
    world.closes()
    world.opens()
    world.time_passes(minutes=59)
    assert world.anna.finds() == []
    world.time_passes(minutes=1)
    assert len(world.anna.finds()) == 1


def test_downtime_loses_no_reminder_and_piles_none_up(world: World) -> None:
    """Down from 10:00 to 13:40, over three steps: one reminder says how things stand now, and later ones follow."""
    opened(world)
    world.closes()
    world.time_passes(hours=3, minutes=40)
    world.opens()
    assert "20 minutes" in world.anna.gets("Due soon").text
    assert world.anna.finds() == []
    world.time_passes(minutes=21)
    world.anna.gets("Late")
    assert world.anna.finds() == []


def test_a_clock_set_back_reminds_of_nothing_again(world: World) -> None:
    """The machine's clock jumps back an hour: what has fired has fired."""
    opened(world)
    world.time_passes(hours=2)
    world.anna.gets("Due soon")
    world.moving_clock.advance(timedelta(hours=-1))
    assert world.anna.finds() == []
    world.time_passes(hours=1)
    assert world.anna.finds() == []
    world.time_passes(hours=1)
    assert len(world.anna.finds()) == 1


def test_nobody_is_reminded_at_night(world: World) -> None:
    """A promise of one day made at 10:00 has steps until the evening; what falls due closed waits for the morning."""
    world.opens().jane.writes("How do I change the logo?", "Where is the setting?\n")
    for person in (world.jane, world.anna):
        person.gets()
    world.closes()
    world.time_passes(hours=9)
    world.opens()
    assert world.anna.finds() == []
    world.time_passes(hours=14)
    assert len(world.anna.finds()) == 1
