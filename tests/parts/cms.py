"""Writes signed data (RFC 5652) around a content, for tests: no signature in it is real."""

SIGNED_OID = bytes.fromhex("2a864886f70d010702")
DATA_OID = bytes.fromhex("2a864886f70d010701")


def der(tag: int, *values: bytes) -> bytes:
    """Return one DER value."""
    body = b"".join(values)
    size = len(body)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + body


def endless(tag: int, *values: bytes) -> bytes:
    """Return one BER value of indefinite length."""
    return bytes([tag, 0x80]) + b"".join(values) + b"\0\0"


def signed(content: bytes) -> bytes:
    """Return signed data as most programs write it, without certificates and signers."""
    wrapped = der(0x30, der(6, DATA_OID), der(0xA0, der(4, content)))
    return der(0x30, der(6, SIGNED_OID), der(0xA0, der(0x30, der(2, b"\x01"), der(0x31), wrapped)))


def streamed(*pieces: bytes) -> bytes:
    """Return signed data as programs write it that don't know its size beforehand."""
    octets = endless(0x24, *(der(4, piece) for piece in pieces))
    wrapped = endless(0x30, der(6, DATA_OID), endless(0xA0, octets))
    return endless(
        0x30, der(6, SIGNED_OID), endless(0xA0, endless(0x30, der(2, b"\x01"), der(0x31), wrapped))
    )
