"""A relay in a process of its own: takes every mail, and at the end says what it took.

`python -m benchmarks.sink` prints its port, serves until its standard input ends, and then prints one JSON object:
how many mails came, over how many connections, and the Message-ID and recipient of each.
"""

import asyncio
import json
import sys
from email.parser import BytesHeaderParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Relay:
    """Remembers of each mail what the reconciliation asks for."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail (aiosmtpd calls this by name)."""
        head = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        self.mails += [(str(head["Message-ID"]), recipient) for recipient in envelope.rcpt_tos]
        return "250 taken"


class Door(Controller):
    """aiosmtpd on a port that the system chose; counts who comes in."""

    connections = 0
    port_chosen = 0

    def factory(self) -> SMTP:
        """Return the protocol for one more connection."""
        self.connections += 1
        return SMTP(self.handler, loop=self.loop, hostname="relay.example")

    def _trigger_server(self) -> None:
        """Note the port before aiosmtpd tries its own door, which would go to port 0."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.port_chosen = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()  # type: ignore[no-untyped-call]


def main() -> None:
    """Serve until standard input ends."""
    relay = Relay()
    door = Door(relay, hostname="127.0.0.1", port=0)
    door.start()
    print(door.port_chosen, flush=True)
    sys.stdin.read()
    door.stop()
    print(json.dumps({"connections": door.connections - 1, "mails": relay.mails}))


if __name__ == "__main__":
    main()
