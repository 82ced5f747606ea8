"""A folder of proof copies tells whether a mail arrived; what it can't tell, it does not say."""

import pytest

from maild.core.limits import Limits
from maild.errors import Unreachable
from maild.mail.imap import ImapMailbox
from maild.mail.proof import ProofFolder
from tests.mail.conftest import MakeSettings
from tests.parts.dovecot import PrivateDovecot

COPY = b"Message-ID: <maild.abc.def@example.com>\r\nSubject: hello\r\n\r\n<maild.other.x@example.com>\r\n"


@pytest.mark.parametrize(
    ("message_id", "there"),
    [
        ("<maild.abc.def@example.com>", True),
        ("<maild.abc.xyz@example.com>", False),
        ("<maild.other.x@example.com>", False),
    ],
)
def test_a_real_server_finds_a_copy_by_its_message_id(
    dovecot: PrivateDovecot, make_settings: MakeSettings, message_id: str, there: bool
) -> None:
    """Also one that came after the folder was last looked at; the id in the text of another mail is none."""
    settings = make_settings(processed_folder="")
    proofs = ProofFolder(lambda: ImapMailbox(settings, Limits()))
    assert not proofs.holds(message_id)
    dovecot.append(COPY, settings.folder)
    assert proofs.holds(message_id) is there


def test_a_server_that_is_away_says_nothing(make_settings: MakeSettings) -> None:
    """Neither yes nor no."""
    settings = make_settings(port=1, host="127.0.0.1", tls="none")
    with pytest.raises(Unreachable):
        ProofFolder(lambda: ImapMailbox(settings, Limits())).holds("<a@b>")


class Counted:
    """A folder that fails, and notes that it was closed."""

    closed = 0

    def open(self) -> None:
        """Connect."""

    def holds(self, message_id: str) -> bool:
        """Fail."""
        raise Unreachable(message_id)

    def close(self) -> None:
        """Note it."""
        self.closed += 1


def test_no_connection_is_left_open() -> None:
    """Whatever was said."""
    folder = Counted()
    with pytest.raises(Unreachable):
        ProofFolder(lambda: folder).holds("<a@b>")
    assert folder.closed == 1
