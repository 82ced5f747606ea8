"""Whether a mail of ours arrived, though nobody said so: its proof copy lies in a folder that we can search.

A proof copy goes to a second recipient in the same SMTP transaction. One answer ends both (RFC 5321 §4.1.1.4), so
the copy is there if, and only if, the relay took the mail. No header names that recipient.
"""

from collections.abc import Callable
from typing import Protocol


class Searched(Protocol):
    """A folder of mail that can be asked for a Message-ID."""

    def open(self) -> object:
        """Connect and select the folder; raise Unreachable."""
        ...

    def holds(self, message_id: str) -> bool:
        """Say whether a mail with this Message-ID lies there; raise Unreachable."""
        ...

    def close(self) -> None:
        """Disconnect; never raises."""
        ...


class ProofFolder:
    """The folder of proof copies; it is connected to only when there is something to ask."""

    def __init__(self, make: Callable[[], Searched]) -> None:
        self._make = make

    def holds(self, message_id: str) -> bool:
        """Say whether the mail arrived; raises Unreachable where nobody can tell now."""
        folder = self._make()
        try:
            folder.open()
            return folder.holds(message_id)
        finally:
            folder.close()
