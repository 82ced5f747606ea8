"""Claims about files within a text: they are found, and no word beside them is lost."""

from binascii import b2a_uu

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.encoded_files import PADDING_BYTES, EncodedFile, decode_uu, take_out_files


def uu(content: bytes, name: bytes = b"a.bin", end: bytes = b"`\nend\n") -> bytes:
    """Return `content` as uuencode writes it."""
    lines = [b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + end


def yenc(content: bytes, name: bytes = b"a.bin") -> bytes:
    """Return `content` as yEnc writes it, in one line."""
    coded = bytearray()
    for byte in content:
        high = (byte + 42) % 256
        coded += bytes([61, (high + 64) % 256]) if high in b"\0\n\r=" else bytes([high])
    return b"=ybegin line=128 size=%d name=%s\n%s\n=yend size=%d\n" % (
        len(content),
        name,
        coded,
        len(content),
    )


@given(st.binary(min_size=1, max_size=300))
def test_a_file_between_words_is_found(content: bytes) -> None:
    """Its place keeps its name, the words around it stay, in either code."""
    for block in (uu(content), yenc(content)):
        text, files = take_out_files(b"Before\n" + block + b"after\n")
        assert text == b"Before\n[file: a.bin]\nafter\n"
        assert files == [EncodedFile(b"a.bin", content)]


def test_several_files_are_found_in_order() -> None:
    """With names that hold blanks and bytes of any charset."""
    text, files = take_out_files(uu(b"one", b"my \xe4.txt") + b"between\n" + uu(b"two", b"b"))
    assert [file.content for file in files] == [b"one", b"two"]
    assert text == b"[file: my \xe4.txt]\nbetween\n[file: b]\n"


@pytest.mark.parametrize(
    "text",
    [
        b"begin with the cart, please\n",
        b"begin 644 \n",
        b"begin 999 x\n",
        b"=ybegin without a name\n",
        b"we begin 644 x\n",
        b"begin 644 empty.txt\n`\nend\nmore\n",
        b"begin 644 words\nHello, these are words.\nend\n",
        b"=ybegin line=128 size=1 name=a\nthe code is never ended\n",
        b"",
    ],
)
def test_words_that_only_look_so_stay(text: bytes) -> None:
    """A sentence is no file, and a block that holds nothing stays as it is."""
    assert take_out_files(text) == (text, [])


def test_wrong_counts_and_missing_ends_are_read() -> None:
    """Encoders that count wrongly, and mails that break off."""
    assert take_out_files(uu(b"abc" * 20, end=b""))[1][0].content == b"abc" * 20
    assert take_out_files(uu(b"abc", end=b"") + b"Kind regards\n")[0] == b"[file: a.bin]\nKind regards\n"
    assert decode_uu(b"begin 644 x\n#86)C EXTRA\nnot one of them\n#9&5F\nend\n") == b"abcdef"
    assert decode_uu(b"no beginning\n") == b""


def test_zeros_that_a_server_took_away_come_back() -> None:
    """Blanks at the end of a line are lost on the way; short lines can't make a large file of a small mail."""
    content = b"abc" + bytes(42)
    assert take_out_files(uu(content).replace(b" ", b"").replace(b"begin644a.bin", b"begin 644 a.bin"))[
        1
    ] == [EncodedFile(b"a.bin", content)]
    bomb = b"begin 644 a\n" + b"M\n" * 100_000
    assert len(take_out_files(bomb)[1][0].content) <= len(bomb) + PADDING_BYTES


@given(
    st.lists(
        st.sampled_from(
            [b"begin 644 a\n", b"end\n", b"#86)C\n", b"=ybegin name=x\n", b"=yend\n", b"words\n", b"="]
        )
    )
)
def test_any_arrangement_is_read_once(pieces: list[bytes]) -> None:
    """Blocks that are never closed: what is found is bounded by what came."""
    raw = b"".join(pieces)
    text, files = take_out_files(raw)
    assert len(text) + sum(len(file.content) for file in files) <= 2 * len(raw) + PADDING_BYTES


@pytest.mark.parametrize("line", [b"begin 644 a\n", b"=ybegin name=a\n", b"begin 644 a\n`\n", b"begin\n"])
def test_beginnings_by_the_thousand_are_read_in_one_pass(line: bytes) -> None:
    """No line is looked at twice (a second look at each would take minutes)."""
    text, files = take_out_files(line * 50_000)
    assert len(text) <= len(line) * 50_000 + 20
    assert len(files) <= 1
