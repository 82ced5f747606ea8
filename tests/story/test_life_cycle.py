"""Every row of docs/life-cycle.md, walked by mail: what customer and staff write, and what each of them reads."""

import pytest

from tests.story.people import Mail
from tests.story.world import World

RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that does not work"
phrases = ["checkout is down"]

[[classifiers.scopes]]
id = "tax"
label = "a tax"
phrases = ["sales tax"]

[[classifiers.scopes]]
id = "coupons"
label = "coupons"
labels = { de = "Gutscheine" }
phrases = ["coupon"]

[[classifiers.scopes]]
id = "upgrade"
label = "an upgrade to another branch"
in_scope = false
phrases = ["upgrade to version 5"]
alternatives = { en = ["a quote for the upgrade", "a subscription for guidance"] }

[[classifiers.scopes]]
id = "unknown"
label = "a question"

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
"""
RECEIPTS = ("Done as you asked", "This was done", "We could not do what")
AWAY = {"Auto-Submitted": "auto-replied"}


def opened(world: World, subject: str = "The checkout is down", text: str = "A white page.\n") -> Mail:
    """Let Jane write; return what Anna is told of it."""
    if world.daemon is None:
        world.rules = RULES
        world.opens()
    world.jane.writes(subject, text)
    world.settles()
    return world.anna.gets("[#")


def state(world: World, number: int = 1001) -> str:
    """Return the state of an incident, once all is done."""
    world.settles()
    return world.incident(number).state


def orders(world: World, mail: Mail, text: str) -> Mail:
    """Let Anna order something by reply; return her receipt."""
    world.anna.replies(mail, text)
    return next(mail for mail in world.anna.reads_all() if any(one in mail.words for one in RECEIPTS))


def test_taken_answered_solved(each_world: World) -> None:
    """Anna takes it, Jane adds something, Anna answers, Jane says that it is solved, and thanks; she rates it."""
    world, jane = each_world, each_world.jane
    notice = opened(world)
    receipt = orders(world, notice, "#take")
    assert "made the incident yours" in receipt.words
    assert (state(world), world.incident(1001).owner) == ("assigned", world.anna.address)
    jane.replies(jane.gets("[#1001]"), "In Firefox, too.")
    assert state(world) == "assigned"
    world.anna.replies(notice, "Please try again.")
    answer = jane.gets()
    assert state(world) == "waiting"
    jane.replies(answer, "Solved, thank you!")
    assert state(world) == "closed"
    closing = jane.gets()
    assert "We have closed your request number 1001" in closing.words
    world.anna.reads_all()
    jane.replies(closing, "Thanks again, Anna!")
    assert state(world) == "closed"
    assert "nothing is opened again" in " ".join(mail.words for mail in world.anna.reads_all())
    jane.replies(closing, "5")
    assert state(world) == "closed"
    assert jane.finds() == []
    assert [kind for kind, _, _ in world.entries(1001)] == [
        *("customer_message", "internal_note", "customer_message", "staff_answer"),
        *("customer_message", "customer_message", "customer_message"),
    ]


def test_working_and_waiting(each_world: World) -> None:
    """#working makes it our turn, with an answer or alone; what the customer writes then only adds to it."""
    world, jane = each_world, each_world.jane
    notice = opened(world)
    jane.gets()
    orders(world, notice, "#working\nWe look into it.")
    assert state(world) == "in_progress"
    jane.replies(jane.gets(), "It is urgent.")
    assert state(world) == "in_progress"
    world.anna.replies(notice, "Is it better now?")
    assert state(world) == "waiting"
    orders(world, notice, "#working")
    assert state(world) == "in_progress"
    receipt = orders(world, notice, "#close\nIt was a broken disk.")
    assert "closed the incident" in receipt.words
    assert state(world) == "closed"
    assert [mail.words[:20] for mail in jane.reads_all()][1:2] == ["It was a broken disk"]
    receipt = orders(world, notice, "#close")
    assert "the incident was closed already" in receipt.words
    orders(world, notice, "#working")
    assert state(world) == "in_progress"


def test_silence_closes_with_two_words_before(each_world: World) -> None:
    """Half-way a reminder, then the notice with its day, then the end; a word at any time is in time."""
    world, jane = each_world, each_world.jane
    notice = opened(world)
    jane.gets()
    world.anna.replies(notice, "Is it better now?")
    jane.gets()
    world.time_passes(days=2.5)
    assert "we wait for you" in jane.gets().words
    assert state(world) == "waiting"
    world.time_passes(days=2.5, seconds=1)
    announced = jane.gets()
    assert "Any answer keeps it open" in announced.words
    assert "10 March 2026" in announced.words
    assert state(world) == "pre_closed"
    jane.replies(announced, "No, it is still white.")
    assert state(world) == "in_progress"
    world.anna.replies(notice, "And now?")
    jane.gets()
    world.time_passes(days=5, seconds=1)
    assert state(world) == "pre_closed"
    world.time_passes(days=3, seconds=1)
    assert state(world) == "closed"
    closing = jane.reads_all()[-1]
    assert "We have closed your request number 1001" in closing.words
    assert [row["kind"] for row in world.outbox() if row["recipient"] == jane.address] == [
        *("acknowledgement", "answer", "waiting_reminder", "pre_closed"),
        *("answer", "pre_closed", "closed"),
    ]


def test_a_word_after_the_end(each_world: World) -> None:
    """Within the window the same incident is open again; later it is a new one that names the old to staff."""
    world, jane = each_world, each_world.jane
    notice = opened(world)
    orders(world, notice, "#close")
    closing = jane.reads_all()[-1]
    world.time_passes(days=14)
    jane.replies(closing, "It is back.")
    reopened = jane.gets("[#1001]")
    assert "is open again" in reopened.words
    assert "Answer by" in reopened.words
    assert state(world) == "in_progress"
    orders(world, notice, "#close")
    world.time_passes(days=14, seconds=1)
    jane.reads_all()
    jane.replies(closing, "It is back once more.")
    assert "[#1002]" in jane.gets()["Subject"]
    assert "#1001" in world.anna.gets("[#1002]").words
    assert (state(world, 1001), state(world, 1002)) == ("closed", "submitted")


def test_declined_and_brought_back(each_world: World) -> None:
    """What is surely outside is said so with alternatives; a person declines; an objection brings it back."""
    world, jane = each_world, each_world.jane
    notice = opened(world, "Upgrade to version 5", "Please upgrade us to version 5.\n")
    told = jane.gets("[#1001]")
    assert "an upgrade to another branch" in told.words
    assert "a quote for the upgrade" in told.words
    assert "Nothing is charged" in told.words
    assert "#accept or #decline" not in told.words
    jane.replies(told, "But you did it for us last year.")
    assert "#accept or #decline" in world.anna.gets().words
    assert "declined it as outside the service" in orders(world, notice, "#decline").words
    assert state(world) == "declined"
    declined = jane.gets()
    assert "lies outside of this service" in declined.words
    assert "a subscription for guidance" in declined.words
    jane.replies(declined, "Thanks.")
    assert state(world) == "declined"
    assert jane.finds() == []
    jane.replies(declined, "It is the same fault as last week, and no upgrade.")
    assert state(world) == "submitted"
    assert "is open again" in jane.gets().words
    assert "objects" in " ".join(mail.words for mail in world.anna.reads_all())
    orders(world, notice, "#decline")
    orders(world, notice, "#reopen\nWe found a way after all.")
    assert state(world) == "waiting"


def test_accepted_after_all(each_world: World) -> None:
    """#accept lifts the doubt, and nothing is told twice."""
    world = each_world
    notice = opened(world, "Upgrade to version 5", "Please upgrade us to version 5.\n")
    world.jane.gets("[#1001]")
    assert "accepted it as inside the service" in orders(world, notice, "#accept").words
    assert (state(world), world.incident(1001).flags) == ("submitted", ())
    assert "nobody was told" in orders(world, notice, "#accept").words


def test_spam_and_a_mistake(each_world: World) -> None:
    """Spam ends without a word to its sender; what comes on it is kept and shown; #reopen mends a mistake."""
    world, jane = each_world, each_world.jane
    notice = opened(world)
    ack = jane.gets()
    orders(world, notice, "#spam\nThe third this week.")
    assert state(world) == "spam"
    jane.replies(ack, "Hello? HotRush!")
    assert state(world) == "spam"
    assert jane.finds() == []
    assert "#reopen opens it again" in " ".join(mail.words for mail in world.anna.reads_all())
    orders(world, notice, "#reopen")
    assert state(world) == "in_progress"
    assert "We have opened your request number 1001 again" in jane.gets().words


def test_a_defect_is_free(each_world: World) -> None:
    """#bug tells the customer, once, and the work goes on."""
    world = each_world
    notice = opened(world)
    world.jane.gets()
    orders(world, notice, "#bug")
    assert "defect" in world.jane.gets().words
    assert (state(world), world.incident(1001).flags) == ("submitted", ("bug",))
    assert "already" in orders(world, notice, "#bug").words
    assert world.jane.finds() == []


def test_two_incidents_become_one(each_world: World) -> None:
    """Every mail of the younger finds the elder from then on: replies, the number, what staff answer."""
    world, jane = each_world, each_world.jane
    elder = opened(world)
    first = jane.gets("[#1001]")
    younger = opened(world, "Nobody can pay", "Still nothing works.\n")
    second = jane.gets("[#1002]")
    world.anna.replies(elder, "Is it better now?")
    jane.gets()
    receipt = orders(world, elder, "#merge 1002")
    assert "merged it" in receipt.words
    assert (state(world, 1001), state(world, 1002)) == ("in_progress", "merged")
    assert world.incident(1002).merged_into == 1001
    told = jane.gets("[#1002]")
    assert "number 1001" in told.words
    jane.replies(second, "I answer the younger one.")
    jane.writes("Nobody can pay [#1002]", "By its number.\n")
    world.settles()
    texts = [text for _, _, text in world.entries(1001)]
    assert texts[-2:] == ["I answer the younger one.", "By its number."]
    world.anna.replies(younger, "Now it works, on both.")
    answer = jane.gets("[#1001]")
    assert "Now it works, on both." in answer.text
    assert (state(world, 1001), state(world, 1002)) == ("waiting", "merged")
    jane.replies(first, "solved")
    assert state(world, 1001) == "closed"


def test_incidents_of_two_customers_are_not_merged(world: World) -> None:
    """The one would read the other's answers."""
    elder = opened(world)
    world.omar.writes("The checkout is down", "Here, too.\n")
    world.settles()
    receipt = orders(world, elder, "#merge 1002")
    assert "of another customer" in receipt.words
    assert (state(world, 1001), state(world, 1002)) == ("submitted", "submitted")


def test_an_unproven_merge_waits_for_its_word(world: World) -> None:
    """Anna's order is shown to her with what it asks; what she confirms finds the elder, whatever it was held on."""
    elder = opened(world)
    younger = opened(world, "Nobody can pay", "Still nothing works.\n")
    world.jane.reads_all()
    world.anna.verdict = ""
    world.anna.replies(younger, "It works again on both.")
    answer = world.anna.gets("confirm")
    world.anna.replies(elder, "#merge 1002")
    merging = world.anna.gets("confirm")
    assert "merge it with incident 1002" in merging.words
    world.anna.replies(merging, "send")
    assert (state(world, 1001), state(world, 1002)) == ("submitted", "merged")
    world.anna.replies(answer, "send")
    assert (state(world, 1001), state(world, 1002)) == ("waiting", "merged")
    assert "[#1001]" in world.jane.reads_all()[-1]["Subject"]


def test_several_problems(each_world: World) -> None:
    """They are listed; the customer chooses another first; staff split the other off, once the customer agrees."""
    world, jane = each_world, each_world.jane
    notice = opened(world, "Two things", "The sales tax is wrong. And the coupon is not taken.\n")
    listed = jane.gets("[#1001]")
    assert "more than one thing" in listed.words
    assert world.incident(1001).scope == "tax"
    jane.replies(listed, "2, 1")
    changed = jane.gets()
    assert "coupons" in changed.words
    assert (state(world), world.incident(1001).scope) == ("submitted", "coupons")
    world.anna.reads_all()
    assert "asked the customer" in orders(world, notice, "#split").words
    question = jane.gets()
    assert "a tax" in question.words
    jane.replies(question, "Yes, please.")
    ack = jane.gets("[#1002]")
    assert ack["Subject"] != question["Subject"]
    assert (state(world, 1001), state(world, 1002)) == ("submitted", "submitted")
    assert world.incident(1002).scope == "tax"
    assert world.entries(1002) == [
        ("customer_message", "done", "The sales tax is wrong. And the coupon is not taken.")
    ]
    told = world.anna.gets("[#1002]")
    assert "#1001" in told.words
    jane.replies(ack, "It is 7 percent in Ohio.")
    assert [text for _, _, text in world.entries(1002)][1:] == ["It is 7 percent in Ohio."] or state(
        world, 1002
    )
    world.settles()
    assert [text for _, _, text in world.entries(1002)][1:] == ["It is 7 percent in Ohio."]


@pytest.mark.parametrize("ends", ["#close", "#decline", "#spam", "Please wait."])
def test_a_machine_changes_nothing(world: World, ends: str) -> None:
    """An absence note on an incident that waits or is over opens nothing again."""
    notice = opened(world)
    ack = world.jane.gets()
    world.anna.replies(notice, ends)
    before = state(world)
    world.jane.reads_all()
    world.jane.replies(ack, "I am away until Monday.", headers=AWAY)
    assert state(world) == before
    assert world.jane.finds() == []
    assert world.entries(1001)[-1][0] == "machine_note"
