"""Claims about charsets: what a sender calls them, what the bytes are, what may not stay in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.charset import CODECS, clean_line, clean_text, codec_of, decode


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8"),
        ("'utf-8'", "utf-8"),
        ("us-ascii", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("iso8859-9", "cp1254"),
        ("csISOLatin1", "cp1252"),
        ("GB2312", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("windows-1251", "cp1251"),
        ("cp-850", "cp850"),
        ("iso_8859-1:1987", "cp1252"),
        ("x-sjis", "cp932"),
    ],
)
def test_a_label_means_what_its_mailers_mean(label: str, codec: str) -> None:
    """Names of narrow charsets stand for the wide ones that were used in their name."""
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    "label", ["zlib", "base64", "rot13", "undefined", "idna", "unicode_escape", "", "../x", "mbcs"]
)
def test_a_label_never_reaches_another_codec(label: str) -> None:
    """Only tables of characters can be chosen: nothing that unpacks, raises or escapes."""
    assert codec_of(label) is None


@pytest.mark.parametrize(
    ("data", "label", "text", "right"),
    [
        ("Größe".encode(), "utf-8", "Größe", True),
        ("Größe".encode(), "us-ascii", "Größe", True),
        ("Größe".encode(), None, "Größe", True),
        ("Größe".encode("cp1252"), None, "Größe", True),
        ("Größe – x".encode("cp1252"), "iso-8859-1", "Größe – x", True),
        ("Größe".encode("cp1252"), "utf-8", "Größe", False),
        ("Größe".encode("cp1252"), "x-unknown", "Größe", False),
        ("Größe".encode(), "utf8mb4", "Größe", True),
        ("中文".encode("gb18030"), "gb2312", "中文", True),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本", True),
        (b"plain +AOQ-", "utf-7", "plain ä", True),
        (b"plain", "x-unknown", "plain", False),
        (b"\xff\xfe\xff", "gb2312", "\ufffd\ufffd\ufffd", False),
    ],
)
def test_bytes_are_read_as_what_they_are(data: bytes, label: str | None, text: str, right: bool) -> None:
    """A right label is followed, a wrong or missing one is guessed around, and said so."""
    assert decode(data, label) == (text, right)


def test_one_broken_byte_does_not_spoil_a_utf8_text() -> None:
    """A text cut within a character stays readable: it is not called windows-1252 for that."""
    assert decode("größte Mühe".encode()[:-2] + b"\xc3", "utf-8")[0].startswith("größte Mü")


@given(st.binary(max_size=60), st.one_of(st.none(), st.sampled_from(CODECS), st.text(max_size=20)))
def test_any_bytes_under_any_label_become_storable_text(data: bytes, label: str | None) -> None:
    """No exception, and what comes out of cleaning has a UTF-8 form without NUL: every database takes it."""
    text = clean_text(decode(data, label)[0])
    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text())
def test_cleaned_text_holds_no_control_but_line_end_and_tab(text: str) -> None:
    """Terminals, logs and databases get nothing that they act on."""
    cleaned = clean_text(text)
    assert not [c for c in cleaned if (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f"]
    assert clean_text(cleaned) == cleaned


@given(st.text(alphabet=st.characters()))
def test_a_cleaned_line_is_one_line(text: str) -> None:
    """A header value can't be broken, reversed or hidden in; cleaning twice changes nothing more."""
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\u200b\u200e\u202e\u2066\ufeff\xad\t")
    assert clean_line(line) == line


def test_line_ends_of_all_kinds_become_one() -> None:
    """Words on two lines stay two words."""
    assert clean_text("a\r\nb\rc\x0bd\x85e\u2028f") == "a\nb\nc\nd\ne\nf"
    assert clean_line("a\r\nb\u2028c") == "a b c"
    assert clean_line("a\r\x1f\rb \u200b c") == "a b c"
