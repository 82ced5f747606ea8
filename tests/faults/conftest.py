"""What the attacks share: a maild behind a mail server that vouches for senders, and one behind none."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.target import Target, target


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: most attacks are not about the disk, and must not wait for it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="maild-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def maild(memory: Path) -> Iterator[Target]:
    """A maild that believes one mail server; whatever left it can be read by another program, in each test."""
    with target(memory) as found:
        yield found
        for sent in found.sender.sent:
            found.read(sent.recipient)


@pytest.fixture
def trusting(memory: Path) -> Iterator[Target]:
    """A maild behind no mail server that vouches for anybody."""
    with target(memory, "") as found:
        yield found
