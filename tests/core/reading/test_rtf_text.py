"""Claims about Rich Text: its words come out, its machinery does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.rtf_text import rtf_to_text, unpack_rtf, wraps_html
from tests.parts.tnef import compressed_rtf


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1 plain words}", "plain words"),
        (rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\*\generator X;}words}", "words"),
        (rb"{\rtf1 one\par two\line three\tab four}", "one\ntwo\nthree\tfour"),
        (rb"{\rtf1\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2}", "Привет"),
        (rb"{\rtf1\ansicpg932 \'93\'fa\'96\'7b}", "日本"),
        (rb"{\rtf1 \u8364?5, \uc2\u8364 ??x, \u-10179?\u-8704?}", "€5, €x, 😀"),
        (rb"{\rtf1 braces \{ \} and \\ and\~space}", "braces { } and \\ and\xa0space"),
        (rb"{\rtf1 a{\pict 0123}b{\*\unknown c}d}", "abd"),
        (rb"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}}", "shown"),
        (rb"{\rtf1 \ldblquote so\rdblquote  \emdash  it", "“so” — it"),
        (b"not rtf at all", "not rtf at all"),
        (b"", ""),
    ],
)
def test_the_words_come_out(rtf: bytes, text: str) -> None:
    """Paragraphs, characters in every way RTF writes them, and no font names."""
    assert rtf_to_text(rtf) == text


def test_html_within_comes_out_as_html() -> None:
    """What only readers of RTF need is left out."""
    rtf = (
        rb"{\rtf1\ansi\fromhtml1{\fonttbl{\f0 A;}}{\*\htmltag <b>}\htmlrtf {\b\htmlrtf0 fat\htmlrtf }\htmlrtf0"
        rb"{\*\htmltag </b>}{\*\mhtmltag x}}"
    )
    assert wraps_html(rtf)
    assert rtf_to_text(rtf) == "<b>fat</b>"


@given(st.binary(max_size=300))
def test_packed_is_unpacked(rtf: bytes) -> None:
    """Any bytes, with and without repetitions within reach."""
    assert unpack_rtf(compressed_rtf(rtf), 10_000) == rtf


def test_a_long_document_is_unpacked_through_the_window() -> None:
    """The window of 4,096 bytes turns over, and the limit cuts."""
    rtf = b"{\\rtf1 " + b"".join(b"line %d of it\\par " % n for n in range(800)) + b"}"
    assert unpack_rtf(compressed_rtf(rtf), 100_000) == rtf
    assert unpack_rtf(compressed_rtf(rtf), 5_000) == rtf[:5_000]


def test_what_is_not_packed_is_taken_as_it_is() -> None:
    """And what says neither is nothing."""
    assert unpack_rtf(b"\0" * 8 + b"MELA" + b"\0" * 4 + b"{\\rtf1 x}", 100) == b"{\\rtf1 x}"
    assert unpack_rtf(b"\0" * 8 + b"WHAT" + b"\0" * 4 + b"{\\rtf1 x}", 100) == b""


@given(st.binary(max_size=300), st.integers(0, 1_000))
def test_unpacking_any_bytes_is_bounded(data: bytes, limit: int) -> None:
    """References before the beginning and beyond the end."""
    assert len(unpack_rtf(b"\0\0\0\0\xff\xff\0\0LZFu\0\0\0\0" + data, limit)) <= limit


@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", b"\\", b"\\*", b"\\par", b"\\u9?", b"\\'f", b"\\'fc", b"x ", b"\\fonttbl", b"\n"]
        )
    )
)
def test_no_arrangement_raises(pieces: list[bytes]) -> None:
    """Unbalanced, cut and nested in any way."""
    assert len(rtf_to_text(b"".join(pieces))) <= len(b"".join(pieces))


@pytest.mark.parametrize(
    "mark", [b"{", b"}", b"\\", b"{\\*", b"\\'", b"\\uc999999999 \\u1?", b"\\u99999999999999999999"]
)
def test_a_hostile_document_is_read_in_one_pass(mark: bytes) -> None:
    """Hundreds of thousands of one thing come to an end."""
    assert len(rtf_to_text(mark * 100_000)) <= len(mark) * 100_000
