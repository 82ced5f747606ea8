"""Claims about the tree of parts: which there are, and that a hostile structure stays within its limits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.limits import Limits
from maild.core.reading.header_block import read_header
from maild.core.reading.mime_parts import Part, PartReader
from maild.errors import Unreadable
from tests.parts.mails import MAILS


def read(raw: bytes, limits: Limits | None = None) -> tuple[Part, PartReader]:
    """Return the tree of `raw` and its reader."""
    reader = PartReader(raw, limits or Limits())
    header = read_header(raw)
    return reader.read(header, header.body_start, len(raw)), reader


def outline(part: Part) -> str:
    """Return the types of a tree: `mixed(plain pdf)`."""
    name = part.content_type.partition("/")[2]
    return f"{name}({' '.join(outline(child) for child in part.children)})" if part.children else name


@pytest.mark.parametrize(
    ("mail", "tree"),
    [
        ("plain_request", "plain"),
        ("both_forms_and_a_picture", "mixed(alternative(plain related(html png)) pdf)"),
        ("attached_mail_stays_apart", "mixed(plain rfc822)"),
        ("delivery_report", "report(plain delivery-status rfc822-headers)"),
        ("boundary_never_closed", "mixed(plain)"),
        ("boundary_not_declared", "alternative(plain html)"),
        ("no_header_at_all", "plain"),
        ("bare_line_ends", "plain"),
    ],
)
def test_the_tree_is_what_the_mail_says(mail: str, tree: str) -> None:
    """Attached mails are leaves; damaged structure is repaired where the parts can be seen."""
    assert outline(read(MAILS[mail])[0]) == tree


def mixed(*parts: bytes, boundary: bytes = b"b", end: bytes = b"\r\n") -> bytes:
    """Return a multipart/mixed of `parts`."""
    lines = [b"Content-Type: multipart/mixed; boundary=" + boundary, b""]
    for part in parts:
        lines += [b"--" + boundary, part]
    return end.join([*lines, b"--" + boundary + b"--", b"epilogue"])


@given(st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"--b", b"")), min_size=1, max_size=8))
def test_bodies_come_back_byte_for_byte(bodies: list[bytes]) -> None:
    """The line end before a boundary is the boundary's; all else is the part's."""
    tree, _ = read(mixed(*(b"\r\n" + body for body in bodies)))
    assert [child.body for child in tree.children] == bodies


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_every_kind_of_line_end_parts_the_parts(end: bytes) -> None:
    """Rule 20 within the body, too."""
    tree, reader = read(mixed(end + b"one", end + b"two", end=end))
    assert ([child.body for child in tree.children], reader.defects) == ([b"one", b"two"], [])


def test_a_longer_boundary_is_another_boundary() -> None:
    """`--b` does not end at `--b2`, nor in the middle of a line."""
    tree, _ = read(mixed(b"\r\none\r\n--b2\r\nx--b\r\n--b x", b"\r\ntwo"))
    assert [child.body for child in tree.children] == [b"one\r\n--b2\r\nx--b\r\n--b x", b"two"]


def test_a_multipart_without_parts_is_text() -> None:
    """Nothing that can't be told apart is thrown away."""
    tree, reader = read(b"Content-Type: multipart/mixed; boundary=b\n\nall the words")
    assert (tree.content_type, tree.body) == ("text/plain", b"all the words")
    assert reader.defects == ["a multipart without parts: read as text"]


def test_a_digest_holds_mails() -> None:
    """RFC 2046 §5.1.5: the default type of its parts is message/rfc822."""
    tree, _ = read(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nbody\n--b--")
    assert outline(tree) == "digest(rfc822)"


def test_a_type_that_is_none_is_guessed() -> None:
    """One with a boundary was a multipart, any other is text."""
    assert outline(read(b"Content-Type: ?; boundary=b\n\n--b\n\nx\n--b--")[0]) == "mixed(plain)"
    assert outline(read(b"Content-Type: a/b/c; x=y\n\nx")[0]) == "plain"


def nested(depth: int) -> bytes:
    """Return a mail of `depth` multiparts, one inside the other."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    return b"From: a@b.example\n" + opened + b"\nwords"


def test_depth_has_a_hard_limit() -> None:
    """At the limit it is read, above it is refused by name, and far above is no other error."""
    limits = replace(Limits(), mime_depth=5)
    assert read(nested(4), limits)[0].children
    for depth in (5, 6, 2_000):
        with pytest.raises(Unreadable) as refused:
            read(nested(depth), limits)
        assert (refused.value.reason, str(refused.value)) == ("too_deep", "nested deeper than 5 levels")


def test_the_number_of_parts_has_a_soft_limit() -> None:
    """The first ones are read, and a note says so."""
    tree, reader = read(mixed(*[b"\r\nx"] * 50), replace(Limits(), mime_parts=10))
    assert len(tree.children) == 10
    assert reader.notes == ["only the first 10 parts were read"]


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", b"aGVsbG8=", b"hello"),
        ("BASE64 ", b"aGVsbG8=", b"hello"),
        ("base64 (really)", b"aGVsbG8=", b"hello"),
        ("quoted-printable", b"a=3Db=\r\nc", b"a=bc"),
        ("x-uuencode", b"begin 644 x\n%:&5L;&\\\n`\nend\nmore", b"hello"),
        ("uuencode", b"begin 644 x\n\xff\xff\n%:&5L;&\\\n", b"hello"),
        ("8bit", b"\xff", b"\xff"),
        ("x-own", b"kept", b"kept"),
        ("", b"plain", b"plain"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, body: bytes, content: bytes) -> None:
    """All of RFC 2045 and uuencode; what is unknown stays as it is."""
    part, _ = read(f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body)
    assert part.content() == content


@given(
    st.lists(
        st.sampled_from(
            [b"--b", b"--b--", b"\n", b"\r\n", b"Content-Type: multipart/mixed; boundary=b", b"x", b"\n\n"]
        ),
        max_size=40,
    )
)
def test_no_arrangement_of_boundaries_raises(pieces: list[bytes]) -> None:
    """Boundaries inside their own parts, without lines, without ends."""
    assert read(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"".join(pieces))


def test_parts_behind_the_end_are_parts() -> None:
    """A multipart within that has the boundary of the one around it closes both (seen from gateways)."""
    inner = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\ninner\n--b--\n"
    raw = f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{inner}\n--b\n\nafter\n--b--\n"
    root, reader = read(raw.encode())
    assert [part.body for part in root.children if part.body] == [b"inner", b"after"]
    assert "a multipart is not closed" not in reader.defects
    _, reader = read(raw.encode().removesuffix(b"--b--\n"))
    assert "a multipart is not closed" in reader.defects


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("base64", b"hello"),
        ("BASE64;", b"hello"),
        ('"base64"', b"hello"),
        ("base64 (so they say)", b"hello"),
        ("8bit", b"aGVsbG8="),
        ("x-unknown", b"aGVsbG8="),
        ("", b"aGVsbG8="),
    ],
)
def test_a_transfer_encoding_is_read_through_its_clutter(value: str, content: bytes) -> None:
    """Marks that do not belong there hide no encoding; an unknown one leaves the bytes as they are."""
    assert read(f"Content-Transfer-Encoding: {value}\n\naGVsbG8=".encode())[0].content() == content


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"f=C3=B6o", "föo".encode()),
        (b"f=c3=b6o", "föo".encode()),
        (b"soft=\n break", b"soft break"),
        (b"soft= \t\r\n break", b"soft break"),
        (b"= =\t= x=", b"= =\t= x"),
        (b"100=% =XY", b"100=% =XY"),
    ],
)
def test_quoted_printable_is_read_as_it_is_written(body: bytes, content: bytes) -> None:
    """Small digits, blanks behind a soft break, signs that nobody encoded (RFC 2045 §6.7)."""
    raw = b"Content-Transfer-Encoding: Quoted Printable\n\n" + body
    assert read(raw)[0].content() == content


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        ("Text/HTML; charset=x", "text/html"),
        ("text / html", "text/html"),
        ('"text/html"; charset=x', "text/html"),
        ("text/html, charset=x", "text/html"),
        ("image; name=a", "application/octet-stream"),
        ("text", "text/plain"),
        ("words", "text/plain"),
        ("", "text/plain"),
        ("/", "text/plain"),
    ],
)
def test_a_type_is_read_through_its_clutter(value: str, content_type: str) -> None:
    """What is no type is text (RFC 2045 §5.2), unless it says that it is none."""
    assert read(f"Content-Type: {value}\n\nx".encode())[0].content_type == content_type


@pytest.mark.parametrize(
    ("kind", "body", "content"),
    [
        ("text/plain", b"aGVsbG8=\n\nAdded by a list.\n-- = --\n", b"hello\nAdded by a list.\n-- = --\n"),
        ("text/plain", b"Words that nobody encoded.", b"Words that nobody encoded."),
        ("text/plain", b"aGVs\n bG8=\n", b"hello"),
        ("text/plain", b"aG!VsbG8=", b"hello"),
        ("image/png", b"aGVsbG8=\n\nAdded by a scanner.\n", b"hello"),
    ],
)
def test_words_beside_base64_are_not_lost(kind: str, body: bytes, content: bytes) -> None:
    """List servers add a text in plain, gateways say base64 of what is none; a file stays a file."""
    raw = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n".encode() + body
    assert read(raw)[0].content() == content
