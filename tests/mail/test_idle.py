"""The waiting itself, against a client that follows a script: renewals, stops, and dead connections."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.idle import RENEW_SECONDS, wait_in_idle

NOTHING: list[Any] = []
NEVER = threading.Event()


class ScriptedClient:
    """A client whose looks at the socket give what `look` returns; time passes as it is asked to."""

    def __init__(self, look: Callable[["ScriptedClient"], list[Any]] = lambda _: NOTHING) -> None:
        self.look = look
        self.woken = False
        self.news = False
        self.commands: list[str] = []
        self.looks: list[float] = []

    def idle(self) -> None:
        """Enter IDLE."""
        self.commands.append("IDLE")

    def idle_check(self, timeout: float) -> list[Any]:
        """Look once."""
        self.looks.append(timeout)
        return self.look(self)

    def idle_done(self) -> None:
        """Leave IDLE."""
        self.commands.append("DONE")

    def announced(self) -> bool:
        """Say whether there was news in an answer to a command."""
        return self.news


def test_waiting_for_nothing_takes_the_whole_time() -> None:
    """The looks add up to what was asked for."""
    client = ScriptedClient()
    assert not wait_in_idle(client, 3.5, NEVER)
    assert client.looks == [1.0, 1.0, 1.0, 0.5]
    assert client.commands == ["IDLE", "DONE"]


def test_idle_is_renewed_within_nine_minutes() -> None:
    """Servers and routers forget a connection that is silent for longer."""
    client = ScriptedClient()
    assert not wait_in_idle(client, 2 * RENEW_SECONDS + 60, NEVER)
    assert client.commands == ["IDLE", "DONE"] * 3
    assert RENEW_SECONDS <= 9 * 60
    assert sum(client.looks) == pytest.approx(2 * RENEW_SECONDS + 60)


def test_a_stop_is_noticed_within_a_second() -> None:
    """No look takes longer, and after the stop there is none."""
    stop = threading.Event()

    def stop_at_third(client: ScriptedClient) -> list[Any]:
        if len(client.looks) == 3:
            stop.set()
        return NOTHING

    client = ScriptedClient(stop_at_third)
    assert not wait_in_idle(client, 10_000, stop)
    assert client.looks == [1.0, 1.0, 1.0]
    assert client.commands == ["IDLE", "DONE"]


def test_after_a_stop_nothing_is_sent() -> None:
    """A daemon that stops leaves at once."""
    stop = threading.Event()
    stop.set()
    client = ScriptedClient()
    assert not wait_in_idle(client, 60, stop)
    assert client.commands == []


@pytest.mark.parametrize(
    "answers", [[(3, b"EXISTS")], [(b"OK", b"Still here"), (4, b"EXISTS"), (1, b"RECENT")]]
)
def test_new_mail_ends_the_waiting_and_idle(answers: list[Any]) -> None:
    """IDLE is left in order: other commands may follow."""
    client = ScriptedClient(lambda _: answers)
    assert wait_in_idle(client, 60, NEVER)
    assert client.commands == ["IDLE", "DONE"]


def test_news_in_the_answer_to_done_counts() -> None:
    """The server may say it at the very end."""
    client = ScriptedClient()
    client.news = True
    assert wait_in_idle(client, 1, NEVER)


@pytest.mark.parametrize(
    "answer", [(b"OK", b"Still here"), (2, b"EXPUNGE"), (1, b"FETCH", (b"FLAGS", ())), (b"X",)]
)
def test_other_news_is_no_mail(answer: tuple[object, ...]) -> None:
    """Flags, deletions and signs of life wake nobody."""
    client = ScriptedClient(lambda _: [answer])
    assert not wait_in_idle(client, 5, NEVER)


def test_a_goodbye_is_the_end_of_the_connection() -> None:
    """Nothing more is sent after BYE."""
    client = ScriptedClient(lambda _: [(b"BYE", b"shutting", b"down")])
    with pytest.raises(ConnectionError, match="goodbye"):
        wait_in_idle(client, 60, NEVER)
    assert client.commands == ["IDLE"]


def test_a_closed_connection_does_not_spin() -> None:
    """A closed socket is always readable and never has a line: a few such looks are enough to know."""

    def closed(client: ScriptedClient) -> list[Any]:
        client.woken = True
        return NOTHING

    client = ScriptedClient(closed)
    with pytest.raises(ConnectionError, match="closed"):
        wait_in_idle(client, 60, NEVER)
    assert len(client.looks) <= 10


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_readable_without_a_line_now_and_then_is_no_end(gaps: list[int]) -> None:
    """A TLS record in two pieces makes the socket readable before there is a line."""
    script = [empty for gap in gaps for empty in [True] * gap + [False]]

    def sometimes(client: ScriptedClient) -> list[Any]:
        client.woken = len(client.looks) <= len(script) and script[len(client.looks) - 1]
        return NOTHING

    client = ScriptedClient(sometimes)
    assert not wait_in_idle(client, len(script) + 5, NEVER)
