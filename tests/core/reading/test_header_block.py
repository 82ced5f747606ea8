"""Claims about the header of a mail: which fields it has, and where the body begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.header_block import HIDDEN_IN_FROM, header_start, read_header


def body(raw: bytes) -> bytes:
    """Return what stands after the header of `raw`."""
    return raw[read_header(raw).body_start :]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n"], ids=["crlf", "lf", "cr", "crcrlf"])
def test_every_kind_of_line_end_is_read(end: bytes) -> None:
    """Servers pass on what they get (rule 20)."""
    raw = end.join([b"A: 1", b"B: 2", b"\tmore", b"", b"body", b"", b"end"])
    assert read_header(raw).fields == (("A", "1"), ("B", "2 more"))
    assert body(raw) == end.join([b"body", b"", b"end"])


@pytest.mark.parametrize(
    ("raw", "fields", "rest"),
    [
        (b"", (), b""),
        (b"A: 1", (("A", "1"),), b""),
        (b"A: 1\n", (("A", "1"),), b""),
        (b"\nbody", (), b"body"),
        (b"no header\n", (), b"no header\n"),
        (b"A: 1\nB: 2\rC: 3\r\nD: 4\n\nbody", tuple(zip("ABCD", "1234", strict=True)), b"body"),
        (b"A: 1\rB: 2\n\nbody", (("A", "1"), ("B", "2")), b"body"),
        (b"A: 1\n\rB: 2\n", (("A", "1"),), b"B: 2\n"),
        (b"A: 1\nno field\nnor this", (("A", "1"),), b"no field\nnor this"),
        (b"A: 1\nstray\nB: 2\n\nbody", (("A", "1"), ("B", "2")), b"body"),
        (b"From ann Mon Mar 2\nA: 1\n\nbody", (("A", "1"),), b"body"),
        (b"A : 1\n\n", (("A", "1"),), b""),
        (b"From : ann@x.example\n\nbody", (("From", "ann@x.example"),), b"body"),
        (b"A:\n\n\nbody", (("A", ""),), b"\nbody"),
        (b" folded first\nA: 1\n\nb", (), b" folded first\nA: 1\n\nb"),
    ],
)
def test_fields_and_body_are_told_apart(raw: bytes, fields: tuple[tuple[str, str], ...], rest: bytes) -> None:
    """What is no field and is followed by none belongs to the body: no word is lost."""
    assert read_header(raw).fields == fields
    assert body(raw) == rest


def test_what_is_odd_is_named() -> None:
    """Both repairs leave a defect behind."""
    assert read_header(b"A: 1\nstray\nB: 2\n\n").defects == ("a line of the header is no field",)
    assert read_header(b"A: 1\nwords").defects == ("the header is not followed by a blank line",)


def test_raw_bytes_in_a_value_are_read() -> None:
    """UTF-8 (RFC 6532) where it is valid, windows-1252 where it is not."""
    header = read_header("A: Zürich\n".encode() + "B: Zürich\n\n".encode("cp1252"))
    assert header.all("a") == header.all("b") == ["Zürich"]


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("Привет", "koi8-r"),
        ("日本語", "shift_jis"),
        ("中文", "gb2312"),
        ("Größe", "utf-8"),
        ("日本語", "iso-2022-jp"),
    ],
)
def test_raw_bytes_are_read_in_the_charset_that_is_given(value: str, charset: str) -> None:
    """Mailers that write no encoded words write the charset of their text; UTF-8 stays UTF-8."""
    header = read_header(b"A: " + value.encode(charset) + b"\nB: \xc3\xb6\n\n", charset=charset)
    assert (header.first("a"), header.first("b")) == (value, "ö")


def test_raw_bytes_without_a_charset_are_read_as_what_they_look_like() -> None:
    """Whole words beyond ASCII are Cyrillic, an escape is Japanese."""
    header = read_header(b"A: " + "Не работает корзина".encode("cp1251") + b"\nB: \x1b$BF|K\\\x1b(B\n\n")
    assert (header.first("a"), header.first("b")) == ("Не работает корзина", "日本")


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        (b"From: a\n", 0),
        (b"\xef\xbb\xbfFrom: a\n", 3),
        (b"\r\n\nFrom: a\n", 3),
        (b" \nReceived: a\n", 2),
        (b"\nDear all: words\n", 0),
        (b"\n" * 30 + b"From: a\n", 0),
        (b"", 0),
    ],
)
def test_what_stands_before_the_first_field_is_passed_over(raw: bytes, start: int) -> None:
    """A byte order mark, and blank lines that programs put first; but a body without a header stays a body."""
    assert header_start(raw) == start


def test_repeated_fields_keep_their_order() -> None:
    """Topmost first: the last server wrote it."""
    header = read_header(b"X: 1\nY: y\nx: 2\n\n")
    assert (header.all("x"), header.first("x"), header.first("z")) == (["1", "2"], "1", "")


def test_a_header_stops_at_the_end_it_is_given() -> None:
    """The header of a part does not run into the next part."""
    raw = b"A: 1\nB: 2\nC: 3\n\nbody"
    header = read_header(raw, 5, 10)
    assert (header.fields, header.body_start) == ((("B", "2"),), 10)


@pytest.mark.parametrize(
    "value", ["anna\u200b@x.example", "anna@x\u00ad.example", "anna\x08@x.example", "\u202ea@x.example"]
)
def test_what_is_taken_away_from_a_from_field_is_told(value: str) -> None:
    """The server that vouched for the sender read another address than we do."""
    assert HIDDEN_IN_FROM in read_header(f"From: {value}\r\n\r\n".encode()).defects
    assert (
        HIDDEN_IN_FROM
        not in read_header(f"To: {value}\r\nFrom: Jos\u00e9 <a@x.example>\r\n\r\n".encode()).defects
    )


@given(
    st.lists(
        st.sampled_from([b"A: 1", b" x", b"words", b"", b"\r", b"\n", b"\r\n", b":", b"\xff", b"From x"]),
        max_size=30,
    )
)
def test_every_byte_is_header_or_body(pieces: list[bytes]) -> None:
    """The body starts within the mail, and values are on one line, whatever the arrangement."""
    raw = b"".join(pieces)
    header = read_header(raw)
    assert 0 <= header.body_start <= len(raw)
    assert all(len(value.splitlines()) <= 1 for _, value in header.fields)


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True), st.from_regex(r"[!-~]{0,20}", fullmatch=True)
        )
    )
)
def test_written_fields_are_read_back(fields: list[tuple[str, str]]) -> None:
    """A well-formed header loses nothing."""
    raw = "".join(f"{name}: {value}\r\n" for name, value in fields).encode() + b"\r\nbody"
    assert read_header(raw).fields == tuple(fields)
    assert body(raw) == b"body"
