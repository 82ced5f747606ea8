"""Customer and staff talk through maild, each in their own mail client."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select

from maild.store.tables import timer
from tests.story.people import SUPPORT, Mail
from tests.story.world import World

# Two printed bytes that are no text, and a line that would end a mail on its way (RFC 5321 §4.1.1.4).
FILE = ("licence.bin", b"\x00\xffkey\r\n.\r\n" * 50)


def opened(world: World) -> Mail:
    """Let Jane write, and return what Anna is told of it; the acknowledgement is read."""
    world.opens().jane.writes("The checkout is down", "It shows a white page.\n")
    world.jane.gets("[#1001]")
    return world.anna.gets("[#1001]")


def test_a_reply_stays_on_its_incident(each_world: World) -> None:
    """The customer replies to the acknowledgement: one incident, the new text alone, no second acknowledgement."""
    world, jane = each_world.opens(), each_world.jane
    jane.writes("The checkout is down", "It shows a white page.\n")
    jane.replies(jane.gets(), "It also happens in Firefox.")
    assert "It also happens in Firefox." in world.anna.reads_all()[1].text
    assert world.numbers() == [1001]
    assert world.entries(1001) == [
        ("customer_message", "done", "It shows a white page."),
        ("customer_message", "done", "It also happens in Firefox."),
    ]
    assert jane.finds() == []
    assert world.dispositions() == ["opened", "appended"]


def test_a_number_joins_only_whom_it_belongs_to(world: World) -> None:
    """A fresh mail of the proven requester with `[#1001]` joins; the same one without proof does not."""
    opened(world)
    world.jane.writes("one more thing [#1001]", "It began on Sunday.\n")
    world.settles()
    world.jane.verdict = ""
    world.jane.writes("one more thing [#1001]", "Please delete everything.\n")
    world.settles()
    assert world.dispositions() == ["opened", "appended", "opened"]
    assert [text for _, _, text in world.entries(1001)] == ["It shows a white page.", "It began on Sunday."]


def test_a_proven_answer_reaches_the_customer_at_once(each_world: World) -> None:
    """Proof and token: the new text goes out from support, in the customer's thread, with nothing of ours in it."""
    world = each_world
    notice = opened(world)
    world.anna.replies(
        notice, "Hello Jane,\n\nthe licence key was lost. It is back.\n\n-- \nAnna, second floor"
    )
    answer = world.jane.gets()
    assert (answer.received.mail_from, answer["From"]) == (SUPPORT, f"Anna via Example Support <{SUPPORT}>")
    assert answer["Subject"] == "Re: The checkout is down [#1001]"
    assert answer["Auto-Submitted"] == ""
    assert answer["In-Reply-To"] == str(message_from_bytes(world.sent[0])["Message-ID"])
    assert answer.text == "Hello Jane,\n\nthe licence key was lost. It is back.\n\n-- \nAnna, second floor\n"
    assert world.incident(1001).state == "waiting"
    assert world.scalar(select(timer.c.stopped_at)) == world.clock.now()
    assert world.anna.finds() == []


def test_the_customers_next_mail_reaches_staff_and_theirs_the_customer(each_world: World) -> None:
    """The thread goes on in both directions, from whichever mail each of them replies to."""
    world = each_world
    world.anna.replies(opened(world), "Is it better now?")
    world.jane.replies(world.jane.gets(), "No, still white.")
    first, told, second = world.ben.gets(), world.ben.gets(), world.ben.gets()
    assert "It shows a white page." in first.text
    assert "Is it better now?" in told.text
    assert "No, still white." in second.text
    assert "Is it better now?" not in second.text
    assert world.incident(1001).state == "in_progress"
    world.ben.replies(second, "I look at it now.")
    answer = world.jane.gets()
    assert answer["From"].startswith("Ben via")
    assert answer.text == "I look at it now.\n"
    assert [kind for kind, _, _ in world.entries(1001)] == [
        "customer_message",
        "staff_answer",
        "customer_message",
        "staff_answer",
    ]


def test_files_go_along_with_an_answer(each_world: World) -> None:
    """What staff attach reaches the customer byte for byte, under its name."""
    world = each_world
    world.anna.replies(opened(world), "Please put this file into the main folder.", files=[FILE])
    answer = world.jane.gets()
    assert answer.text == "Please put this file into the main folder.\n"
    assert answer.files == dict([FILE])


@pytest.mark.parametrize(
    "text", ["#note\nHer key was stolen, I think.", "#NOTE\n\nHer key was stolen, I think."]
)
def test_a_note_stays_among_the_staff(world: World, text: str) -> None:
    """#note: an entry and a receipt; nothing for the customer, and the clock runs on."""
    world.anna.replies(opened(world), text, files=[FILE])
    receipt = world.anna.gets()
    assert "Done as you asked" in receipt.words
    assert world.jane.finds() == []
    assert world.entries(1001)[-1] == ("internal_note", "done", "Her key was stolen, I think.")
    assert world.scalar(select(timer.c.stopped_at)) is None
    assert b"stolen" not in b"".join(
        one.raw for one in world.relay.received if one.recipients == (world.jane.address,)
    )


def test_a_correction_moves_the_promise_and_tells_no_customer(each_world: World) -> None:
    """#priority and #scope above a note: the clock, the incident and its history follow; the receipt tells the hour."""
    world = each_world
    question = opened(world)
    world.time_passes(minutes=30)
    world.anna.replies(question, "#scope unknown\n#priority hotrush\n#note\nShe cannot sell at all.")
    receipt = world.anna.gets()
    assert "changed the priority from high to hotrush; an answer is now due Monday 2 March" in receipt.words
    assert "changed the scope from outage to unknown" in receipt.words
    assert (world.incident(1001).scope, world.incident(1001).priority) == ("unknown", "hotrush")
    assert world.scalar(select(timer.c.due_at)) == world.clock.now() + timedelta(hours=2)
    assert world.jane.finds() == []
    shown = " ".join(world.maild("show", "1001").split())
    assert "correction by anna@example.com: priority high -> hotrush" in shown


def test_a_mistyped_command_is_no_text(world: World) -> None:
    """`#notte` reaches nobody: its author is told which commands there are."""
    world.anna.replies(opened(world), "#notte\nHer key was stolen, I think.")
    receipt = world.anna.gets()
    assert "command #notte" in receipt.words
    assert world.jane.finds() == []
    assert world.outbox("answer") == []


def test_close_answers_first_and_then_closes(each_world: World) -> None:
    """#close with a text: the answer, the closing notice, the receipt; the incident is closed."""
    world = each_world
    world.anna.replies(opened(world), "#close\nDone, have a nice day.")
    assert world.jane.gets().text == "Done, have a nice day.\n"
    assert "We have closed your request number 1001" in world.jane.gets().words
    assert "closed the incident" in world.anna.gets().words
    incident = world.incident(1001)
    assert (incident.state, incident.closed_at) == ("closed", world.clock.now())


def test_a_reply_to_a_closed_incident_opens_it_again_for_two_weeks(world: World) -> None:
    """Within 14 days the same incident goes on; later it becomes a new one that names the old to staff."""
    world.anna.replies(opened(world), "#close")
    notice = world.jane.gets()
    world.time_passes(days=14)
    world.jane.replies(notice, "It is back.")
    newest = world.anna.reads_all()[-1]
    assert world.incident(1001).state == "in_progress"
    assert "is open again" in world.jane.gets().words
    world.anna.replies(newest, "#close")
    notice = world.jane.gets()
    world.time_passes(days=14, seconds=1)
    world.jane.replies(notice, "It is back once more.")
    assert "[#1002]" in world.jane.gets()["Subject"]
    assert world.incident(1001).state == "closed"
