"""Readers that misbehave as a mail may make a reader misbehave; for tests of maild/isolate.py.

Each is called in a child process; the first word of the "mail" says what it does.
"""

import os
import sys
from itertools import count

from maild.core.limits import Limits
from maild.core.message import Message
from maild.core.reading.parse_message import parse_message


def read(raw: bytes, limits: Limits) -> Message:
    """Read a mail, unless it begins with the name of a misdeed."""
    word = raw.split(b" ", 1)[0].decode("ascii", "replace")
    misdeed = _MISDEEDS.get(word)
    if misdeed is not None:
        misdeed(raw)
    return parse_message(raw, limits)


def _hang(raw: bytes) -> None:
    for _ in count():
        pass


def _grow(raw: bytes) -> None:
    [bytearray(1_000_000 + number) for number in count()]


def _die(raw: bytes) -> None:
    os.abort()


def _leave(raw: bytes) -> None:
    os._exit(7)


def _recurse(raw: bytes) -> None:
    _recurse(raw)


def _fail(raw: bytes) -> None:
    raise KeyError(raw.decode())


def _chat(raw: bytes) -> None:
    print("words on standard output", flush=True)  # noqa: T201  the misdeed itself


def _write(raw: bytes) -> None:
    with open(raw.split(b" ")[1].decode(), "w", encoding="utf-8") as file:
        file.write("words")


_MISDEEDS = {
    "hang": _hang,
    "grow": _grow,
    "die": _die,
    "leave": _leave,
    "recurse": _recurse,
    "fail": _fail,
    "chat": _chat,
    "write": _write,
}


def see(raw: bytes, limits: Limits) -> Message:
    """Return a mail whose text says what this process can see: its environment and its open descriptors."""
    descriptors = ",".join(sorted(os.listdir("/proc/self/fd"), key=int))
    environment = ",".join(sorted(os.environ))
    return parse_message(f"Subject: {os.getpid()}\n\n{environment}\n{descriptors}\n".encode(), limits)


def forge(raw: bytes, limits: Limits) -> Message:
    """Return something that is no message but would run code in whoever unpickles it."""
    return _Bomb()  # type: ignore[return-value]


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return sys.exit, ("taken over",)
