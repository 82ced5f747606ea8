"""Signed tokens in our Message-IDs and plus-addresses: whoever has one was written to by us.

    <maild.t1-1003-7-1772524800-k5b2.MAC@example.org>   a Message-ID: purpose, key, incident, party, item, nonce
    support+t1-1003-7-1772524800.MAC@example.org        the same in an address, without the nonce

MAC is 26 characters of lower-case base32: 130 bits of HMAC-SHA256 (RFC 2104) over purpose, incident,
party, item and key id. The nonce only makes Message-IDs differ; it is not signed. Relays fold case, so
case never matters. There is one form and no older one: whatever does not verify is an ordinary text.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Purpose = Literal["thread", "staff", "confirm", "list"]

SECRET_BYTES = 16  # the least a secret may have; fewer could be guessed offline from one Message-ID of ours
TEXT_CHARS = 998  # nothing longer than a line (RFC 5322 §2.1.1) is looked at
THREAD_NONCE = "thread"

_PURPOSES: dict[str, Purpose] = {"t": "thread", "s": "staff", "c": "confirm", "l": "list"}
_LETTERS: dict[Purpose, str] = {purpose: letter for letter, purpose in _PURPOSES.items()}
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
_NONCE = re.compile(r"[A-Za-z0-9-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")
_LOOP_TEXT = re.compile(r"[!-~]{1,400}")
_NUMBER = r"(0|[1-9][0-9]{0,9})"
_SIGNED = re.compile(
    rf"([tscl])([a-z0-9]{{1,16}})-{_NUMBER}-{_NUMBER}-{_NUMBER}(?:-[a-z0-9-]{{1,64}})?\.([a-z2-7]{{26}})"
)
_LOOP = re.compile(r"([a-z0-9]{1,16})\.([a-z2-7]{26})\.([!-~]{1,400})")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets by key id, and the id of the one that signs; raises ValueError for a weak or unnamed one.

    Key ids are 1 to 16 lower-case letters or digits. Secrets that are no longer current still verify.
    """

    current: str
    secrets: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.secrets:
            raise ValueError(f"there is no secret with the current key id {self.current!r}")
        for key_id, secret in self.secrets.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"key id {key_id!r} is not 1 to 16 lower-case letters or digits")
            if len(secret) < SECRET_BYTES:
                raise ValueError(f"the secret {key_id!r} has fewer than {SECRET_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token names: `incident` by number, `party` by address id, and what the `item` says.

    `thread` joins a mail to its incident, `staff` lets one person act on it; their `item` is its `opening`.
    `confirm` releases what was held; its `item` is the confirmation, which may be about several incidents, and so
    the `opening` of that stands in the place of the incident. `list` stands in a list of notifications: it asks for
    one of them, and is about no incident. `key_id` tells which secret signed a verified token; a new one is signed by
    the current secret.
    """

    purpose: Purpose
    incident: int
    party: int
    item: int = 0
    key_id: str = ""


def opening(opened_at: datetime | None) -> int:
    """Return what a token says besides a number: the second in which that came to be; 0 for no incident.

    A number alone is no identity: a database from a backup gives it out again, to another customer or request.
    """
    return int(opened_at.timestamp()) % 10**10 if opened_at else 0


def message_id(keys: Keys, token: Token, nonce: str, domain: str) -> str:
    """Return `<maild.KEY.MAC@domain>` (RFC 5322 §3.6.4); raises ValueError for what would not verify later.

    `nonce` is 1 to 64 ASCII letters, digits or `-`: the same for every sending of one mail.
    """
    if not _NONCE.fullmatch(nonce) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"no Message-ID can be made of nonce {nonce!r} and domain {domain!r}")
    return f"<maild.{_key(keys, token)}-{nonce}.{_token_mac(keys, keys.current, token)}@{domain}>"


def thread_id(keys: Keys, token: Token, domain: str) -> str:
    """Return the id that stands first in References of a thread's mails, where no relay rewrites it."""
    return message_id(keys, token, THREAD_NONCE, domain)


def plus_tag(keys: Keys, token: Token) -> str:
    """Return what stands between `+` and `@` (RFC 5233); raises ValueError for what would not verify later.

    With `support+`, an item of ten digits and other numbers of six it fits the 64 octets of a local part
    (RFC 5321 §4.5.3.1.1).
    """
    return f"{_key(keys, token)}.{_token_mac(keys, keys.current, token)}"


def verify(keys: Keys, text: str) -> Token | None:
    """Return the token in one Message-ID (`<>` or not) or one plus-address, else None; never raises."""
    found = _SIGNED.fullmatch(_signed_part(text))
    if found is None:
        return None
    letter, key_id, incident, party, item, mac = found.groups()
    token = Token(_PURPOSES[letter], int(incident), int(party), int(item), key_id)
    known = key_id in keys.secrets
    return token if known and hmac.compare_digest(_token_mac(keys, key_id, token), mac) else None


def loop_value(keys: Keys, text: str) -> str:
    """Return the X-Maild-Loop of a mail of ours; `text`, such as its Message-ID, is ASCII without blanks."""
    if not _LOOP_TEXT.fullmatch(text):
        raise ValueError("the text of a loop value is 1 to 400 printable ASCII characters without blanks")
    return f"{keys.current}.{_mac(keys.secrets[keys.current], 'loop', keys.current, text.lower())}.{text}"


def is_our_loop(keys: Keys, value: str) -> bool:
    """Say whether we wrote this X-Maild-Loop; anybody may copy one, so it may only silence us (rule 8)."""
    found = _LOOP.fullmatch(_folded(value))
    if found is None or found[1] not in keys.secrets:
        return False
    return hmac.compare_digest(_mac(keys.secrets[found[1]], "loop", found[1], found[3]), found[2])


def _key(keys: Keys, token: Token) -> str:
    """Return KEY without its nonce; raises ValueError for a number that `verify` would not read."""
    numbers = (token.incident, token.party, token.item)
    if any(not 0 <= number < 10**10 for number in numbers):
        raise ValueError(f"a token holds numbers of 1 to 10 digits, not {numbers}")
    return "-".join([_LETTERS[token.purpose] + keys.current, *map(str, numbers)])


def _signed_part(text: str) -> str:
    """Return KEY.MAC in lower case where the text looks like a Message-ID or address of ours; else ""."""
    local, _, _ = _folded(text).removeprefix("<").removesuffix(">").rpartition("@")
    if local.startswith("maild."):
        return local.removeprefix("maild.")
    return local.rpartition("+")[2] if "+" in local else ""


def _folded(text: str) -> str:
    """Return the text in lower case, or "" if not ASCII: the Kelvin sign folds to a `k` we never wrote."""
    return text.strip().lower() if len(text) <= TEXT_CHARS and text.isascii() else ""


def _token_mac(keys: Keys, key_id: str, token: Token) -> str:
    """Return the MAC of the token under the secret `key_id`."""
    numbers = (str(token.incident), str(token.party), str(token.item))
    return _mac(keys.secrets[key_id], token.purpose, *numbers, key_id)


def _mac(secret: bytes, *values: str) -> str:
    """Return 130 bits of HMAC-SHA256 in base32; each value follows its length, so none runs into the next."""
    parts = [b"maild", *(value.encode() for value in values)]
    signed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return base64.b32encode(hmac.digest(secret, signed, hashlib.sha256)).decode()[:26].lower()
