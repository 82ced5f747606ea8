"""Signed and encrypted mail: which parts are signatures, what nobody here can read, what a signature merely wraps.

Nothing is verified and nothing is decrypted: no signature of a mail proves anything here (rule 10), and there
are no keys. RFC 8551 (S/MIME), RFC 3156 and 9580 (OpenPGP), RFC 5652 (CMS).
"""

import re

SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
CMS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENCRYPTED_TEXT = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.MULTILINE)
_SIGNED_TEXT = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,30}:[^\n]{0,200}\n){0,10}[ \t]*\n",
    re.MULTILINE,
)
_SIGNATURE_BEGIN, _SIGNATURE_END = "\n-----BEGIN PGP SIGNATURE-----", "\n-----END PGP SIGNATURE-----"
_DASHES = re.compile(r"^- (?=-)", re.MULTILINE)

_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS, _CONSTRUCTED_OCTETS, _FIRST = (
    0x30,
    0x31,
    0x02,
    0x06,
    0x04,
    0x24,
    0xA0,
)
_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"


def is_encrypted_text(text: str) -> bool:
    """Tell whether a plain text holds a message that PGP encrypted."""
    return "-----BEGIN PGP MESSAGE" in text and _ENCRYPTED_TEXT.search(text) is not None


def strip_armor(text: str) -> str:
    r"""Return a text that PGP signed in clear without the signature around it (RFC 9580 §7).

    >>> strip_armor("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n- -- Ann")
    'Hi\n-- Ann'
    """
    begin = _SIGNED_TEXT.search(text) if "-----BEGIN PGP SIGNED" in text else None
    if begin is None:
        return text
    signed, mark, signature = text[begin.end() - 1 :].partition(_SIGNATURE_BEGIN)
    behind = signature.partition(_SIGNATURE_END)[2] if mark else ""
    return text[: begin.start()] + _DASHES.sub("", signed[1:]).rstrip("\n") + behind


def is_signed_data(der: bytes) -> bool:
    """Tell whether a CMS object is signed and not encrypted, whatever its `smime-type` says."""
    return der.find(_SIGNED_DATA, 0, 40) >= 0


def signed_content(der: bytes) -> bytes | None:
    """Return what the signature of a CMS object encloses (RFC 5652 §5.1), or None where it is not plainly there."""
    reader = _Ber(der)
    try:
        reader.enter(_SEQUENCE)
        if reader.value(_OID) != _SIGNED_DATA:
            return None
        reader.enter(_FIRST)
        reader.enter(_SEQUENCE)
        reader.value(_INTEGER)
        reader.value(_SET)
        reader.enter(_SEQUENCE)
        reader.value(_OID)
        reader.enter(_FIRST)
        return reader.octets()
    except ValueError:
        return None


class _Ber:
    """Walks down the beginnings of nested BER values (X.690 §8.1), which is all that the way to the content takes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def enter(self, tag: int) -> int | None:
        """Step over tag and length; returns the length, None for an indefinite one; raises ValueError."""
        head = self._data[self._at : self._at + 2]
        if len(head) < 2 or head[0] != tag:
            raise ValueError("another value than expected")
        self._at += 2
        count = head[1] & 0x7F if head[1] & 0x80 else 0
        if head[1] == 0x80:
            return None
        if count > 4:
            raise ValueError("a length that no mail has")
        length = int.from_bytes(self._data[self._at : self._at + count], "big") if count else head[1]
        self._at += count
        if self._at + length > len(self._data):
            raise ValueError("it is cut off")
        return length

    def value(self, tag: int) -> bytes:
        """Step over a value of definite length and return it."""
        length = self.enter(tag)
        if length is None:
            raise ValueError("no definite length")
        self._at += length
        return self._data[self._at - length : self._at]

    def octets(self) -> bytes:
        """Return an octet string, in one piece or in many (X.690 §8.7)."""
        if self._data[self._at : self._at + 1] != bytes((_CONSTRUCTED_OCTETS,)):
            return self.value(_OCTETS)
        length = self.enter(_CONSTRUCTED_OCTETS)
        end = len(self._data) if length is None else self._at + length
        pieces: list[bytes] = []
        while self._at < end and self._data[self._at] == _OCTETS:
            pieces.append(self.value(_OCTETS))
        return b"".join(pieces)
