"""The mails that the people of a simulation write, as bytes: each goes through the same door as a real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from maild.config.settings import Config
from maild.core.message import Address
from maild.core.reply_token import Token, message_id, opening
from maild.core.simulating.waiting import Waiting
from maild.simulate.stage import KEYS
from maild.store.simulated import DOMAIN

ANSWER = "This is an answer in a simulation."
SAID_AGAIN = "This is what a customer writes back in a simulation, for the {turn}. time."


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to support, in whose thread it is, and what it says; `verbs` are the commands above the text."""

    sender: str
    at: datetime
    serial: int
    thread: str
    text: str
    verbs: Sequence[str] = ()


def staff_answer(
    sender: Address, party: int, one: Waiting, at: datetime, serial: int, *, closes: bool, says: str = ANSWER
) -> Letter:
    """Return the answer of a member of staff, whose address has the id `party`, and which bears their token."""
    token = Token("staff", one.number, party, opening(one.opened_at))
    return Letter(sender.address, at, serial, _id(token), says, ("close",) if closes else ())


def customer_answer(one: Waiting, at: datetime, turn: int, serial: int) -> Letter:
    """Return what the customer writes back to the answer that they got."""
    token = Token("thread", one.number, one.party, opening(one.opened_at))
    return Letter(one.requester.address, at, serial, _id(token), SAID_AGAIN.format(turn=turn))


def confirmation(sender: str, asked: str, at: datetime, serial: int) -> Letter:
    """Return the word that releases what was held, as an answer to the request with that Message-ID."""
    return Letter(sender, at, serial, asked, "send")


def as_bytes(letter: Letter, config: Config) -> bytes:
    """Return the mail as our mail server would hand it over: it vouches for its sender, where the config names one."""
    fields = [
        *_verdict(letter.sender, config.proof.authserv_ids),
        f"From: {letter.sender}",
        f"To: {config.service.address}",
        "Subject: Re: simulated",
        f"Date: {format_datetime(letter.at)}",
        f"Message-ID: <{letter.serial}@{DOMAIN}>",
        f"In-Reply-To: {letter.thread}",
        f"References: {letter.thread}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    lines = [*fields, "", *(f"#{verb}" for verb in letter.verbs), letter.text, ""]
    return "\r\n".join(lines).encode()


def _id(token: Token) -> str:
    return message_id(KEYS, token, "simulated", DOMAIN)


def _verdict(sender: str, servers: Sequence[str]) -> list[str]:
    domain = sender.rpartition("@")[2]
    method = f"dmarc=pass header.from={domain}"
    return [f"Authentication-Results: {f'{servers[0]}; ' if servers[0] else ''}{method}"] if servers else []
