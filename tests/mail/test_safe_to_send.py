"""No byte of a mail or of an address may end a line, a command or the mail before its time."""

import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.errors import SendRefused
from maild.mail.safe_to_send import check_safe_to_send

RAW = b"Subject: hello\r\n\r\nhello\r\n"
A, B = "support@example.com", "anna@example.com"


@pytest.mark.parametrize(
    "ending", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\r", b"\r\n.\n", b"\n", b"\r", b"\r\r\n", b"x\n\ry"]
)
@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_a_bare_cr_or_lf_is_refused_wherever_it_stands(ending: bytes, place: str) -> None:
    """All the endings of the smuggling papers, and each alone."""
    raw = {"start": ending + RAW, "middle": RAW + ending + b"x" + RAW, "end": RAW + ending}[place]
    with pytest.raises(SendRefused, match="bare CR or LF"):
        check_safe_to_send(raw, A, B)


@given(st.lists(st.binary().map(lambda line: line.replace(b"\r", b"").replace(b"\n", b""))))
def test_lines_that_end_in_crlf_pass(lines: list[bytes]) -> None:
    """Whatever is in them."""
    check_safe_to_send(b"".join(line + b"\r\n" for line in lines), A, B)


@given(st.binary())
def test_what_passes_has_no_line_end_but_crlf(raw: bytes) -> None:
    """The other way round: CR and LF only ever stand together."""
    try:
        check_safe_to_send(raw, A, B)
    except SendRefused:
        return
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.com\r\nRCPT TO:<eve@example.net>",
        "anna@example.com\x00",
        "anna@example.com> SIZE=1",
        "Anna <anna@example.com>",
        "alice@example.org <mallory@example.net>",
        "<anna@example.com>",
        "anna@example.com, eve@example.net",
        "anna@example.com(eve@example.net)",
        "anna@example.com\u2028",
        "\udc80@example.com",
    ],
)
def test_what_is_not_one_bare_address_is_refused(address: str) -> None:
    """As recipient and as sender, and the refusal can be printed."""
    for mail_from, recipient in ((A, address), (address, B)):
        with pytest.raises(SendRefused) as caught:
            check_safe_to_send(RAW, mail_from, recipient)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "address", [B, "a.b+c@sub.example.com", '"an na"@example.com', "jörg@exämple.de", "root@localhost"]
)
def test_ordinary_addresses_pass(address: str) -> None:
    """Quoted, international and short ones too; and the null sender."""
    check_safe_to_send(RAW, address, address)
    check_safe_to_send(RAW, "", address)


def test_a_mail_needs_a_recipient() -> None:
    """The null address is a sender only."""
    with pytest.raises(SendRefused, match="no recipient"):
        check_safe_to_send(RAW, A, "")


@given(st.text(min_size=1))
def test_the_address_that_passes_is_the_one_that_is_sent_to(address: str) -> None:
    """The library asks parseaddr, which may see another address than the one that was meant."""
    try:
        check_safe_to_send(RAW, A, address)
    except SendRefused:
        return
    assert email.utils.parseaddr(address)[1] in (address, "")
