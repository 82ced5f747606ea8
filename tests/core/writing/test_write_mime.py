"""Header fields, names and bodies in a form that any server takes, whatever they say."""

import binascii
from email import message_from_string
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.writing.write_mime import (
    encode_bytes,
    encode_text,
    field,
    file_name,
    file_name_words,
    mailbox_words,
    text_words,
)
from replies.clean import one_line

LINES = st.text(max_size=200).map(one_line)


@given(LINES)
def test_a_subject_folds_into_short_lines_and_back(text: str) -> None:
    """Lines end in CRLF; unfolded and decoded, the text is the same (RFC 5322 §2.2.3, RFC 2047)."""
    written = field("Subject", text_words(text))
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert all(line.startswith(" ") for line in lines[1:])
    assert all(len(line) <= 76 or " " not in line.strip().removeprefix("Subject: ") for line in lines)
    value = written[len("Subject: ") : -2].replace("\r\n ", " ")
    assert value.isascii()
    assert str(make_header(decode_header(value))) == text


@given(st.text("é中👩a", min_size=1, max_size=200))
def test_no_encoded_word_is_long_or_cuts_a_character(text: str) -> None:
    """Each word is at most 75 characters and whole by itself (RFC 2047 §2, §5)."""
    words = text_words(text + "é")
    assert all(len(word) <= 75 for word in words)
    pieces = [
        binascii.a2b_base64(word.removeprefix("=?utf-8?b?").removesuffix("?=")).decode() for word in words
    ]
    assert "".join(pieces) == text + "é"


def test_plain_words_stay_readable() -> None:
    """ASCII is not encoded, unless it looks as if it were."""
    assert text_words("Re: No stock [#1003]") == ["Re:", "No", "stock", "[#1003]"]
    assert text_words("=?utf-8?q?x?=") == ["=?utf-8?b?PT91dGYtOD9xP3g/PQ==?="]


def test_a_long_word_is_not_torn_from_its_field() -> None:
    """A name and nothing after it on the line is taken for an empty field by some readers."""
    assert field("Message-ID", ["<" + "x" * 100 + "@y>"]).startswith("Message-ID: <xxx")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ada Moreau", ['"Ada', 'Moreau"', "<a@b.example>"]),
        ("", ["a@b.example"]),
        ("<>@,;", ["a@b.example"]),
        ("ada@shop.example", ['"ada', 'shop.example"', "<a@b.example>"]),
        ('A "B" \\ C', ['"A', "B", 'C"', "<a@b.example>"]),
        ("Zoë", ["=?utf-8?b?Wm/Dqw==?=", "<a@b.example>"]),
    ],
)
def test_a_name_holds_no_address(name: str, words: list[str]) -> None:
    """Quotes, angles, commas and @ leave it, so that it can be read in one way only."""
    assert mailbox_words(name, "a@b.example") == words


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("order.pdf", "order.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\order.pdf", "order.pdf"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>d|e?f*g:h%41', "a_b_c_d_e_f_g_h_41"),
        ("order.pdf\r\nBcc: x", "order.pdf Bcc_ x"),
        ("", "attachment"),
        ("...", "attachment"),
        ("/", "attachment"),
        ("trailing. . ", "trailing"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("x" * 300 + ".pdf", "x" * 95 + "….pdf"),
        ("x." + "y" * 300, "x." + "y" * 97 + "…"),
    ],
)
def test_a_file_name_is_harmless_and_keeps_its_meaning(name: str, clean: str) -> None:
    """Cleaned first, judged then: what hides a path or a dot is gone before we look for one."""
    assert file_name(name) == clean


@given(st.text(max_size=300))
def test_any_file_name_comes_back_from_its_parameters(name: str) -> None:
    """Quoted or in numbered pieces, joined and decoded it is the same name (RFC 2231)."""
    clean = file_name(name)
    assert len(clean) <= 100
    assert not set(clean) & set('/\\"<>|?*:%\r\n')
    words = file_name_words(clean)
    part = message_from_string(field("Content-Disposition", ["attachment;", *words]))
    assert part.get_filename() == clean
    assert all(len(word) <= 75 for word in words)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=2_000),
    st.booleans(),
)
def test_any_text_is_carried_by_7bit_lines(text: str, always: bool) -> None:
    """Short ASCII lines that end in CRLF, from which the text comes back."""
    encoding, data = encode_text(text + "\n", escape_always=always)
    assert data.isascii()
    assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
    assert all(len(line) <= 78 for line in data.split(b"\r\n"))
    decode = {"7bit": bytes, "base64": binascii.a2b_base64, "quoted-printable": binascii.a2b_qp}[encoding]
    assert decode(data).replace(b"\r\n", b"\n").decode() == text + "\n"
    assert not always or (encoding != "7bit" and b"=_" not in data)


@given(st.binary(max_size=1_000))
def test_any_bytes_are_carried_by_7bit_lines(content: bytes) -> None:
    """Base64 in lines of 76, from which the bytes come back."""
    data = encode_bytes(content)
    assert all(len(line) <= 76 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert binascii.a2b_base64(data) == content
