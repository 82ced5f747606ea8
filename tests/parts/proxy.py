"""A TCP proxy that breaks connections on purpose: it can hold them at given words, cut them, and resume."""

import contextlib
import socket
import threading


class Proxy:
    """Forwards `port` on loopback to `target_port`.

    `hold_on(words)` returns an event: once a client's bytes contain `words`, they are not forwarded, the
    event is set, and all connections stand still until `resume` or `cut`. Works on plain text only.
    """

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._words: bytes | None = None
        self._held = threading.Event()
        self._refusing = False
        self._start(self._accept)

    def hold_on(self, words: bytes) -> threading.Event:
        """Stand still at the next `words` of a client; the event says that they came."""
        with self._lock:
            self._held = threading.Event()
            self._words = words
            return self._held

    def resume(self) -> None:
        """Let everything flow again, and take new connections."""
        with self._lock:
            self._words = None
            self._refusing = False
        self._flowing.set()

    def cut(self, *, refuse: bool = False) -> None:
        """Close all connections, and with `refuse` every new one too, until `resume`; held bytes are lost."""
        with self._lock:
            self._words = None
            self._refusing = refuse
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _close(*pair)
        self._flowing.set()

    def stop(self) -> None:
        """Close everything."""
        self.cut(refuse=True)
        # A blocked accept is not woken by close alone.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: object, *args: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self._refusing:
                    client.close()
                    continue
                self._forward(client)

    def _forward(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target_port))
        except OSError:
            client.close()
            return
        with self._lock:
            self._pairs.append((client, server))
        self._start(self._pump, client, server, True)
        self._start(self._pump, server, client, False)

    def _pump(self, source: socket.socket, target: socket.socket, from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if from_client:
                    self._look_at(data)
                self._flowing.wait()
                target.sendall(data)
        _close(source, target)

    def _look_at(self, data: bytes) -> None:
        with self._lock:
            if self._words is not None and self._words in data:
                self._words = None
                self._flowing.clear()
                self._held.set()


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
