"""An IMAP server that says what a test wants said: for answers that no real server can be made to give."""

import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

Answer = bytes | None | Callable[[str], bytes | None]


class ScriptedServer:
    """An IMAP server that says what a test wants said, one connection after the other.

    `answers` maps a command to what is sent before its tagged OK; an answer with `{tag}` in it ends with a tagged
    line of its own, and None ends the connection. A function is asked with the whole command. `heard` has every
    command that came.
    """

    GREETING = b"* OK hello\r\n"
    USUAL: Mapping[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\r\n",
        "LIST": b'* LIST () "/" Processed\r\n',
        "SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 12] ok\r\n",
        "IDLE": b"+ idling\r\n",
    }

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = {**self.USUAL, **answers}
        self.heard: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no longer."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
                    connection.sendall(self.GREETING)
                    self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: Any) -> None:
        idle_tag = b""
        for line in lines:
            words = line.split()
            if words == [b"DONE"]:
                connection.sendall(idle_tag + b" OK done\r\n")
                continue
            tag, name = words[0], words[1].decode().upper()
            name = f"UID {words[2].decode().upper()}" if name == "UID" else name
            self.heard.append(line.partition(b" ")[2].strip().decode())
            answer = self.answers.get(name, b"")
            answer = answer(self.heard[-1]) if callable(answer) else answer
            if answer is None:
                return
            idle_tag = tag if name == "IDLE" else idle_tag
            alone = name == "IDLE" or b"{tag}" in answer
            connection.sendall(answer.replace(b"{tag}", tag) + (b"" if alone else tag + b" OK done\r\n"))
