"""What the tests of mail share: one private Dovecot, one authority, and a folder of its own for each test."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.config.mailbox import MailboxSettings
from tests.parts.certificates import Certificates, make_certificates
from tests.parts.dovecot import PASSWORD, USER, PrivateDovecot, require_dovecot

_numbers = itertools.count(1)
MakeSettings = Callable[..., MailboxSettings]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority and a server certificate."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def dovecot() -> Iterator[PrivateDovecot]:
    """A running IMAP server."""
    require_dovecot()
    server = PrivateDovecot()
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture
def make_settings(dovecot: PrivateDovecot) -> MakeSettings:
    """Make settings for a new folder on the server, with a processed folder of its own."""
    number = next(_numbers)
    with dovecot.client() as client:
        client.create_folder(f"in{number}")

    def make(**changes: Any) -> MailboxSettings:
        keys: dict[str, Any] = {
            "name": "support",
            "host": "localhost",
            "port": dovecot.tls_port,
            "ca_file": str(dovecot.ca_file),
            "user": USER,
            "password": PASSWORD,
            "folder": f"in{number}",
            "processed_folder": f"done{number}",
            "since": "all",
        }
        return MailboxSettings(**{**keys, **changes})

    return make


@pytest.fixture
def socket_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a path short enough for a unix socket."""
    return tmp_path_factory.mktemp("s")
