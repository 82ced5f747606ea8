"""The mails of simulated people: whatever reads mail finds in them what it finds in those of real ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from maild.core.limits import Limits
from maild.core.message import Address, Message
from maild.core.reading.parse_message import parse_message
from maild.core.reply_token import opening, verify
from maild.core.simulating.waiting import Waiting
from maild.core.understanding.authenticate import prove
from maild.simulate.letters import Letter, as_bytes, confirmation, customer_answer, staff_answer
from maild.simulate.stage import KEYS
from tests.parts.archives import HOUR, MONDAY, PROOF, config_in

JANE = Address("jane@customer.example", "Jane")
ANNA = Address("anna@example.com", "Anna")
ONE = Waiting(1003, "a", "outage", "high", MONDAY, MONDAY + HOUR, JANE, 7)


def read(letter: Letter, folder: Path, more: str = PROOF) -> Message:
    """Read the mail as the daemon does, and check that it is sound."""
    message = parse_message(as_bytes(letter, config_in(folder, more)), Limits())
    assert message.defects == ()
    return message


def test_an_answer_of_the_staff_bears_their_token_and_is_proven(tmp_path: Path) -> None:
    """So it is carried out at once; its commands stand on top."""
    letter = staff_answer(ANNA, 5, ONE, MONDAY, 1, closes=True)
    message = read(letter, tmp_path)
    token = verify(KEYS, message.in_reply_to[0])
    assert token is not None
    assert (token.purpose, token.incident, token.party, token.item) == ("staff", 1003, 5, opening(MONDAY))
    assert message.text.splitlines()[0] == "#close"
    assert message.sender == Address("anna@example.com")
    assert message.date == MONDAY
    assert prove(message, config_in(tmp_path, PROOF).proof).verdict == "proven"


def test_one_that_closes_nothing_has_no_command(tmp_path: Path) -> None:
    """It is an answer, and that is all."""
    message = read(staff_answer(ANNA, 5, ONE, MONDAY, 1, closes=False), tmp_path)
    assert not message.text.startswith("#")


def test_what_a_customer_writes_again_is_in_their_thread(tmp_path: Path) -> None:
    """And differs from what they wrote before, so that it is no mail sent twice."""
    first, second = (read(customer_answer(ONE, MONDAY, turn, turn), tmp_path) for turn in (1, 2))
    token = verify(KEYS, first.in_reply_to[0])
    assert token is not None
    assert (token.purpose, token.incident, token.party) == ("thread", 1003, 7)
    assert first.text != second.text
    assert first.message_id != second.message_id


def test_a_confirmation_is_the_word_and_nothing_else(tmp_path: Path) -> None:
    """In answer to the very mail that asked."""
    message = read(confirmation("anna@example.com", "<asked@example.com>", MONDAY, 1), tmp_path)
    assert (message.text.strip(), message.in_reply_to) == ("send", ("<asked@example.com>",))


@pytest.mark.parametrize(
    ("more", "verdict"), [("", "unproven"), (PROOF, "proven"), ('\n[proof]\nauthserv_ids = [""]\n', "proven")]
)
def test_the_mail_server_vouches_where_the_config_names_one(tmp_path: Path, more: str, verdict: str) -> None:
    """By its name, or without one as Microsoft 365 does it; where none is named nobody is proven."""
    message = read(confirmation("anna@example.com", "<1@x>", MONDAY, 1), tmp_path, more)
    assert prove(message, config_in(tmp_path, more).proof).verdict == verdict


def test_an_address_that_is_not_ascii_still_makes_a_mail(tmp_path: Path) -> None:
    """An archive holds what people had."""
    odd = replace(ONE, requester=Address("jürgen@kunde.example"))
    assert as_bytes(customer_answer(odd, MONDAY, 1, 1), config_in(tmp_path)).startswith(b"From: j")
