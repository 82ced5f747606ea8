"""What can be saved of a mail that no parser gets through: who, about what, and the mail itself, whole."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.salvage import NOTE, salvage

DEEP = b"Received: x\r\nFrom: Alice <alice@example.net>\r\nSubject: Help\r\n\r\nbody\r\n"


def test_sender_and_subject_are_read_from_the_header() -> None:
    """No more than that: nothing else of it can be trusted."""
    saved = salvage(DEEP)
    assert saved.sender is not None
    assert (saved.sender.address, saved.sender.name, saved.subject) == ("alice@example.net", "", "Help")
    assert saved.sender_doubt
    assert (saved.text, saved.notes) == (NOTE, (NOTE,))


def test_the_mail_goes_along_as_a_file() -> None:
    """Byte for byte, under a name of our own and a type that opens nothing."""
    (whole,) = salvage(DEEP).attachments
    assert (whole.content, whole.size, whole.sha256) == (DEEP, len(DEEP), sha256(DEEP).hexdigest())
    assert (whole.name, whole.content_type, whole.inline) == (
        "message.eml",
        "application/octet-stream",
        False,
    )


def test_a_person_may_say_whose_it_is() -> None:
    """What is given by hand counts more than what the mail says."""
    saved = salvage(DEEP, "bob@example.net")
    assert saved.sender is not None
    assert saved.sender.address == "bob@example.net"


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        (b"from:alice@example.net\n\n", "alice@example.net"),
        (b'FROM: "x, y" <alice@example.net>\r\n\r\n', "alice@example.net"),
        (b"Subject: From: eve@example.com\r\nFrom: alice@example.net\r\n\r\n", "alice@example.net"),
        (b"X-From: eve@example.com\r\n\r\n", None),
        (b"From: nobody\r\n\r\n", None),
        (b"\x00\xff" * 100, None),
        (b"", None),
    ],
)
def test_only_a_from_field_names_a_sender(raw: bytes, address: str | None) -> None:
    """In any spelling; where there is none, nobody is made up."""
    found = salvage(raw).sender
    assert (found.address if found else None) == address


def test_only_the_first_bytes_are_searched() -> None:
    """A From that hides behind 64 KiB is not found, and costs nothing."""
    assert salvage(b"X: " + b"x" * 70_000 + b"\r\nFrom: alice@example.net\r\n").sender is None


def test_control_characters_of_the_subject_go() -> None:
    """It is shown in a terminal before anything else has cleaned it."""
    assert salvage(b"Subject: a\x1b[2Jb\x07\r\n\r\n").subject == "a[2Jb"


@given(st.binary(max_size=400))
def test_it_never_raises_and_keeps_every_byte(raw: bytes) -> None:
    """This is the last resort: there is none behind it."""
    saved = salvage(raw)
    assert saved.attachments[0].content == raw
    assert saved.subject.isprintable()
    assert saved.sender is None or "@" in saved.sender.address
