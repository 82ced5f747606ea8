"""Waiting in IDLE (RFC 2177): renewed in time, quick to stop, not fooled by a connection that is gone."""

import threading
from collections.abc import Sequence
from typing import Any, Protocol

# Servers log out a silent client after 30 minutes, and many a router forgets a connection after 10.
RENEW_SECONDS = 9 * 60.0
# How long a stop may go unnoticed.
_SLICE_SECONDS = 1.0
# A readable socket without a line to read is a closed one (imapclient's issue 565), or a TLS record in two
# pieces.
_EMPTY_WAKES = 10


class IdleClient(Protocol):
    """The part of an IMAP client that waits."""

    woken: bool

    def idle(self) -> object:
        """Enter IDLE."""
        ...

    def idle_check(self, timeout: float) -> list[Any]:
        """Return what the server said within `timeout` seconds; `woken` says if the socket was readable."""
        ...

    def idle_done(self) -> object:
        """Leave IDLE."""
        ...

    def announced(self) -> bool:
        """Say whether new mail was announced in answers."""
        ...


def wait_in_idle(client: IdleClient, seconds: float, stop: threading.Event) -> bool:
    """Wait until new mail is announced (True), or `seconds` have passed or `stop` is set (False).

    Raises ConnectionError where the server says goodbye or has closed the connection, and what the client
    raises.
    """
    while seconds > 0 and not stop.is_set():
        client.idle()
        heard = _listen(client, min(seconds, RENEW_SECONDS), stop)
        client.idle_done()
        if client.announced() or heard:
            return True
        seconds -= RENEW_SECONDS
    return False


def _listen(client: IdleClient, seconds: float, stop: threading.Event) -> bool:
    """Listen in slices, counted down instead of clocked: one that ends early only makes the wait shorter."""
    empty_wakes = 0
    while seconds > 0 and not stop.is_set():
        answers = client.idle_check(timeout=min(seconds, _SLICE_SECONDS))
        if any(_is_goodbye(answer) for answer in answers):
            raise ConnectionResetError("the server said goodbye")
        if any(_is_new_mail(answer) for answer in answers):
            return True
        empty_wakes = empty_wakes + 1 if client.woken and not answers else 0
        if empty_wakes >= _EMPTY_WAKES:
            raise ConnectionResetError("the server closed the connection")
        seconds -= _SLICE_SECONDS
    return False


def _is_new_mail(answer: Sequence[object]) -> bool:
    return len(answer) > 1 and answer[1] == b"EXISTS"


def _is_goodbye(answer: Sequence[object]) -> bool:
    return bool(answer) and answer[0] == b"BYE"
