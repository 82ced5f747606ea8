"""Claims about signed and encrypted mail: what can be read is read, what can't is called so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.sealed import is_encrypted_text, is_signed_data, signed_content, strip_armor
from tests.parts.cms import DATA_OID, SIGNED_OID, der, signed, streamed

CLEAR = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe cart fails.\n- -- \nAnn\n"
SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"


@given(st.binary(max_size=400))
def test_what_a_signature_wraps_is_read(content: bytes) -> None:
    """In one piece, in pieces of known and of unknown number."""
    assert is_signed_data(signed(content))
    assert signed_content(signed(content)) == content
    assert signed_content(streamed(content[:7], content[7:])) == content


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        signed(b"x")[:30],
        der(0x30, der(6, bytes.fromhex("2a864886f70d010703")), der(0xA0)),
        der(
            0x30,
            der(6, SIGNED_OID),
            der(0xA0, der(0x30, der(2, b"\x01"), der(0x31), der(0x30, der(6, DATA_OID)))),
        ),
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\xff" + b"\xff" * 200,
        b"not der",
    ],
    ids=["empty", "cut", "cut later", "encrypted", "certificates", "too long", "absurd", "words"],
)
def test_what_is_not_plainly_there_is_not_read(data: bytes) -> None:
    """Encrypted, detached, cut, or no such thing."""
    assert signed_content(data) is None


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_survived(noise: bytes, place: int) -> None:
    """Damage anywhere gives some bytes of it or nothing."""
    data = signed(b"content")
    place %= len(data)
    found = signed_content(data[:place] + noise + data[place:])
    assert found is None or len(found) <= len(data) + len(noise)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (CLEAR + SIGNATURE, "The cart fails.\n-- \nAnn\n"),
        ("Hello\n" + CLEAR + SIGNATURE + "footer", "Hello\nThe cart fails.\n-- \nAnn\nfooter"),
        (CLEAR, "The cart fails.\n-- \nAnn"),
        ("> " + CLEAR.replace("\n", "\n> "), None),
        ("no signature", None),
    ],
)
def test_a_clear_signature_hides_no_word(text: str, plain: str | None) -> None:
    """The text within stays with what stands around it; a quoted one is a quote."""
    assert strip_armor(text) == (text if plain is None else plain)


def test_what_pgp_encrypted_is_told() -> None:
    """And a quote of it, or the words alone, are not."""
    block = "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----"
    assert is_encrypted_text("Hello\n" + block)
    assert not is_encrypted_text("> " + block.replace("\n", "\n> "))
    assert not is_encrypted_text("it begins with -----BEGIN PGP MESSAGE----- somewhere")


@pytest.mark.parametrize(
    "mark", ["-----BEGIN PGP SIGNED MESSAGE-----\n", SIGNATURE[:31], "-----BEGIN PGP MESSAGE-----x\n"]
)
def test_marks_by_the_thousand_are_read_in_one_pass(mark: str) -> None:
    """What is looked for ahead is bounded."""
    assert len(strip_armor(mark * 20_000)) <= len(mark) * 20_000
    assert not is_encrypted_text(mark * 20_000)
