"""Staff mail that is not proven is held, and speaks for us only when its author confirms it by mail (rule 11)."""

from collections.abc import Sequence

import pytest

from maild.core.deciding import reply_facts
from maild.core.reasons import because
from tests.story.people import File, Mail
from tests.story.world import World

ANSWER = "The licence key was lost. It is back."
FILE = ("licence.bin", b"\x00\xffkey\r\n")


def asked(world: World, text: str = ANSWER, files: Sequence[File] = ()) -> Mail:
    """Let Anna answer Jane without proof, as where the mail server writes no verdicts; return what maild asks her."""
    world.opens().jane.writes("The checkout is down")
    world.jane.gets("[#1001]")
    world.anna.verdict = ""
    world.anna.replies(world.anna.gets("[#1001]"), text, files=files)
    return world.anna.gets("Please confirm")


def test_an_unproven_answer_is_held_until_it_is_confirmed(each_world: World) -> None:
    """Anna is shown what would go to whom; nothing has gone. The word `send` releases it, with its file."""
    world = each_world
    question = asked(world, ANSWER, [FILE])
    assert "jane@customer.example" in question.text
    assert f"> {ANSWER}" in question.text
    assert world.jane.finds() == []
    assert world.entries(1001)[-1] == ("unverified", "held", ANSWER)
    assert world.incident(1001).state == "submitted"
    world.anna.replies(question, "send")
    answer = world.jane.gets()
    assert (answer.text, answer.files) == (f"{ANSWER}\n", dict([FILE]))
    assert answer["From"].startswith("Anna via")
    assert world.entries(1001)[-1] == ("staff_answer", "released", ANSWER)
    assert world.incident(1001).state == "waiting"


@pytest.mark.parametrize("words", ["Yes, please do.", "send it", "> send", "resend"])
def test_another_word_releases_nothing(world: World, words: str) -> None:
    """Only `send` alone on the first new line counts; Anna is told that nothing was sent."""
    world.anna.replies(asked(world), words)
    assert reply_facts.sentence(because("confirmation_unclear")) in world.anna.gets("Nothing was done").words
    assert world.jane.finds() == []
    assert ("unverified", "held", ANSWER) in world.entries(1001)


def test_a_second_try_with_the_right_word_counts(world: World) -> None:
    """A mistake is no loss: the same question may be answered again."""
    question = asked(world)
    world.anna.replies(question, "Yes, please do.")
    world.anna.gets("Nothing was done")
    world.anna.replies(question, "SEND!")
    assert world.jane.gets().text == f"{ANSWER}\n"


def test_a_confirmation_works_once(each_world: World) -> None:
    """The same `send` again: Jane gets nothing more, and Anna is told that it was used."""
    world = each_world
    question = asked(world)
    world.anna.replies(question, "send")
    world.jane.gets()
    world.anna.replies(question, "send")
    assert reply_facts.sentence(because("confirmation_used")) in world.anna.gets("Nothing was done").words
    assert world.jane.finds() == []
    assert len(world.outbox("answer")) == 1


def test_a_machine_confirms_nothing(world: World) -> None:
    """Anna's holiday responder quotes the question; even with the word on top it releases nothing."""
    world.anna.replies(asked(world), "send", headers={"Auto-Submitted": "auto-replied"})
    assert world.jane.finds() == []
    assert world.anna.finds() == []
    assert world.outbox("answer") == []


def test_nobody_confirms_for_another(world: World) -> None:
    """Who gets hold of Anna's question, even one of the staff, can't release her mail."""
    question = asked(world)
    world.ben.replies(question, "send")
    world.omar.replies(question, "send")
    world.settles()
    assert world.outbox("answer") == []
    assert ("unverified", "held", ANSWER) in world.entries(1001)
    assert world.jane.finds() == []


def test_a_held_close_closes_nothing(world: World) -> None:
    """Commands wait like words do."""
    question = asked(world, "#close")
    assert world.incident(1001).state == "submitted"
    world.anna.replies(question, "send")
    assert "We have closed your request" in world.jane.gets("[#1001]").text
    assert world.incident(1001).state == "closed"


def test_proof_without_a_token_is_held_too(world: World) -> None:
    """Anna writes a fresh mail about [#1001]: it is her, but perhaps not meant as an answer, so she is asked."""
    world.opens().jane.writes("The checkout is down")
    world.jane.gets()
    world.anna.writes("[#1001]", "Try again please.\n")
    question = world.anna.gets("Please confirm")
    assert world.jane.finds() == []
    world.anna.replies(question, "send")
    assert world.jane.gets().text == "Try again please.\n"


def test_where_the_config_says_so_the_token_is_enough(world: World) -> None:
    """staff_proof = "token", for sites whose server writes no verdicts."""
    world.sections["proof"] = {"staff_proof": "token"}
    world.opens().jane.writes("The checkout is down")
    world.jane.gets()
    world.anna.verdict = ""
    world.anna.replies(world.anna.gets(), ANSWER)
    assert world.jane.gets().text == f"{ANSWER}\n"
