"""The parts that stories are told with: a test that breaks a connection must break it where it says."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.parts.dovecot import PrivateDovecot
from tests.parts.proxy import Proxy


class Echo:
    """A server that sends back what it gets, and remembers it."""

    def __init__(self) -> None:
        self.got = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Listen no longer."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                while data := connection.recv(4096):
                    self.got += data
                    connection.sendall(data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    """A running echo."""
    server = Echo()
    yield server
    server.stop()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    """A proxy in front of it."""
    made = Proxy(echo.port)
    yield made
    made.stop()


def connect(proxy: Proxy) -> socket.socket:
    """Connect through the proxy."""
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=20)


def test_a_proxy_passes_everything_on(proxy: Proxy) -> None:
    """Until it is told otherwise."""
    with connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(100) == b"hello"


def test_a_proxy_holds_at_its_word_and_goes_on(proxy: Proxy, echo: Echo) -> None:
    """What is held has not reached the server."""
    held = proxy.hold_on(b"MOVE")
    with connect(proxy) as client:
        client.sendall(b"before ")
        assert client.recv(100) == b"before "
        assert not held.is_set()
        client.sendall(b"UID MOVE 1")
        assert held.wait(20)
        assert echo.got == b"before "
        proxy.resume()
        assert client.recv(100) == b"UID MOVE 1"


def test_a_proxy_that_cuts_loses_what_it_held(proxy: Proxy, echo: Echo) -> None:
    """The client sees the end, and the server never sees the word; new connections work."""
    held = proxy.hold_on(b"MOVE")
    with connect(proxy) as client:
        client.sendall(b"UID MOVE 1")
        assert held.wait(20)
        proxy.cut()
        assert client.recv(100) == b""
    with connect(proxy) as client:
        client.sendall(b"again")
        assert client.recv(100) == b"again"
    assert echo.got == b"again"


def test_a_proxy_refuses_until_it_resumes(proxy: Proxy) -> None:
    """A server that is gone, and back."""
    proxy.cut(refuse=True)
    with connect(proxy) as client:
        assert client.recv(100) == b""
    proxy.resume()
    with connect(proxy) as client:
        client.sendall(b"back")
        assert client.recv(100) == b"back"


def test_dovecot_keeps_its_mail_when_uidvalidity_changes(dovecot: PrivateDovecot) -> None:
    """Only the numbers are new."""
    with dovecot.client() as client:
        client.create_folder("parts")
        before = client.folder_status("parts", ["UIDVALIDITY"])
    dovecot.append(b"Subject: one\r\n\r\n", "parts")
    dovecot.delete(dovecot.append(b"Subject: two\r\n\r\n", "parts"), "parts")
    dovecot.change_uidvalidity()
    with dovecot.client() as client:
        assert client.folder_status("parts", ["UIDVALIDITY"]) != before
    assert list(dovecot.mails("parts").values()) == [b"Subject: one\r\n\r\n"]
    assert dovecot.mails("nowhere") == {}
