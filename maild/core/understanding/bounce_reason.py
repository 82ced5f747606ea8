"""Say in one plain word why a mail could not be delivered, and whether the next one would fail as well.

A status that servers write only where it is true decides first, then the server's words, then any other status
(RFC 3463): servers write 5.1.1 for a full mailbox and 5.0.0 for nearly everything. That a mailbox does not exist is
believed where it is said of the address; said only after the mail itself it may be a filter that hides behind it.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from maild.core.understanding import bounce_words as words
from maild.core.understanding.bounce_words import Failure

Command = Literal["", "connect", "mail", "rcpt", "data"]

# Whether every further mail to the address must fail as well. Everything that marks an address asks here.
LASTS: Mapping[Failure, bool] = MappingProxyType(
    {
        "user_unknown": True,
        "host_unknown": True,
        "moved": True,
        "not_accepting": True,
        "mailbox_full": False,
        "disabled": False,
        "filtered": False,
        "too_large": False,
        "blocked": False,
        "spam": False,
        "policy": False,
        "system": False,
        "network": False,
        "expired": False,
        "unknown": False,
    }
)

# Written only where they are true, so no words can say better.
_EXACT: Mapping[str, Failure] = MappingProxyType(
    {"2.2": "mailbox_full", "2.3": "too_large", "3.4": "too_large", "4.6": "network", "4.7": "expired"}
)
# What the other details mean (RFC 3463 §3, RFC 7504, RFC 7505, and what Exchange adds to them).
_BY_STATUS: Mapping[str, Failure] = MappingProxyType(
    {
        "1.1": "user_unknown",
        "1.2": "host_unknown",
        "1.3": "user_unknown",
        "1.4": "user_unknown",
        "1.6": "moved",
        "1.7": "policy",
        "1.8": "policy",
        "1.10": "user_unknown",
        "1.351": "user_unknown",
        "2.1": "disabled",
        "4.1": "network",
        "4.2": "network",
        "4.4": "host_unknown",
        "4.310": "host_unknown",
        "4.312": "network",
        "4.316": "expired",
        "7.27": "policy",
    }
)
# What is known where only the subject of the status is (RFC 3463 §2): the number behind the class.
_BY_SUBJECT: Mapping[str, Failure] = MappingProxyType(
    {"2": "filtered", "3": "system", "4": "network", "5": "system", "6": "policy", "7": "policy"}
)
_MOST_CHARS = 4_000


def failure_of(status: str, said: str, context: str = "") -> Failure:
    """Return why it failed, of a status (or ""), the server's own words, and the report's text around them."""
    detail = status.partition(".")[2]
    exact = _EXACT.get(detail)
    if exact is not None:
        return exact
    told = _by_words(said) or _BY_STATUS.get(detail) or _by_words(context)
    found = told or _BY_SUBJECT.get(detail.partition(".")[0]) or _anyhow(f"{said} {context}")
    return _doubted(status, said, context) if found == "user_unknown" else found


def lasts(failure: Failure, status: str) -> bool:
    """Say whether the address is beyond reach: a 4.x.x is never the last word (RFC 3463 §2)."""
    return LASTS[failure] and not status.startswith("4.")


def command_of(text: str) -> Command:
    """Return the SMTP command that was refused, as far as the words tell; of two the one about the address."""
    low = _folded(text)
    return next((name for name, signs in _COMMANDS if any(sign in low for sign in signs)), "")


_COMMANDS: tuple[tuple[Command, tuple[str, ...]], ...] = (
    ("rcpt", words.AT_RCPT),
    ("data", words.AT_DATA),
    ("mail", words.AT_MAIL),
    ("connect", words.AT_CONNECT),
)


def _by_words(text: str) -> Failure | None:
    """Return the first reason of the table whose words are in the text."""
    low = _folded(text)
    found = next((name for name, phrases in words.SAID if any(phrase in low for phrase in phrases)), None)
    return "host_unknown" if found == "user_unknown" and _HOST_IS_NONE.search(low) else found


def _anyhow(text: str) -> Failure:
    low = _folded(text)
    return "policy" if any(phrase in low for phrase in words.ANYHOW) else "unknown"


_HOST_IS_NONE = re.compile(r"(?<![@\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8} does not exist")


def _doubted(status: str, said: str, context: str) -> Failure:
    """Return what `user unknown` is worth: of the address itself, or from behind a mailbox that is there."""
    if status.startswith(("4.1.", "5.1.")):
        return "user_unknown"
    command = command_of(said) or command_of(context)
    if any(sign in _folded(context) for sign in words.SWITCHED_OFF):
        return "disabled"
    if command == "rcpt":
        return "user_unknown"
    if command == "data" or any(sign in _folded(said) for sign in words.AFTER_DATA):
        return "filtered"
    return "disabled" if status.startswith(("4.2.", "5.2.")) else "user_unknown"


def _folded(text: str) -> str:
    """Return the text on one line and in lower case, without what may hold any word by chance.

    Of a mail address nothing is left but its `@`, of an address on the web the server alone: a blocklist's says
    something.
    """
    low = _ADDRESS.sub("@", text[:_MOST_CHARS].casefold())
    return " ".join(_URL_PATH.sub(r"\1 ", low).split())


_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_URL_PATH = re.compile(r"(https?://[^\s/?]{1,255})\S*")
