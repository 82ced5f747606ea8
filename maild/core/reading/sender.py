"""Who wrote, and may it be believed: the From field under a grammar stricter than any parser's (rules: One sender).

Parsers disagree on odd From fields, and a server judges DMARC on whichever address *it* sees. So whatever two of them
could read differently is a doubt: the mail is taken, its sender is never proven.
"""

import re
from unicodedata import normalize

from maild.core.message import Address
from maild.core.reading.encoded_words import decode_words
from maild.core.reading.plain_fields import ADDRESS, ATOM

# `addr`, `<addr>`, `words <addr>`, `"quoted" <addr>`: no comment, no group, no second address anywhere.
_WORDS = r'[^"<>()@,;:\\\[\]]*'
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_STRICT = re.compile(rf"(?:(?P<bare>{ADDRESS})|(?:{_QUOTED}|{_WORDS}) ?<(?P<angle>{ADDRESS})>)")


# Where the field as a whole has no grammar: one address is one address, whatever stands around it.
_LOOSE = re.compile(r"[^\s<>()\[\]\"',;:@\\]{1,64}@[^\s<>()\[\]\"',;:@\\]{1,255}")
_LOCAL = re.compile(
    rf'(?:(?P<name>[^<>@:;,"]*|"[^"@]*") ?<(?P<angle>{ATOM})>|(?P<bare>{ATOM})(?: ?\((?P<note>[^()]*)\))?)'
)
_AROUND_NAME = " \t<[(\"'"
_FIELD_CHARS = 2_000


def salvage_addresses(value: str) -> list[Address]:
    """Return what a From field that no parser takes names beyond doubt: one address, or one local user (`root`).

    >>> salvage_addresses("Ann <ann@shop.example")
    [Address(address='ann@shop.example', name='Ann')]
    """
    text = decode_words(value[:_FIELD_CHARS])
    found = list(_LOOSE.finditer(text))
    if len({match[0] for match in found}) == 1:
        name = text[: found[0].start()].removesuffix("mailto:").strip(_AROUND_NAME)
        return [Address(found[0][0].rstrip("."), "" if name == found[0][0] else name)]
    local = _LOCAL.fullmatch(text) if not found else None
    if local is None:
        return []
    return [
        Address(local["angle"] or local["bare"], (local["name"] or local["note"] or "").strip(_AROUND_NAME))
    ]


def judge_sender(from_values: list[str], found: list[Address]) -> tuple[Address | None, str]:
    """Return the sender and why the From field must not be believed ("" where nothing speaks against it).

    `from_values` are all From fields as they came, `found` the addresses that a lenient parser read in the first.
    """
    if not from_values:
        return None, "there is no From field"
    if len(from_values) > 1:
        return None, f"there are {len(from_values)} From fields"
    if len(found) != 1:
        return (
            None,
            "the From field names no address"
            if not found
            else f"the From field names {len(found)} addresses",
        )
    return found[0], _doubt(from_values[0], found[0].address)


def _doubt(value: str, address: str) -> str:
    if len(address) > 254:
        return "the From address is longer than an address can be"
    if "@" not in address:
        return "the From address names a user without a domain"
    if not address.isascii():
        return "the From address is not ASCII"
    if normalize("NFKC", value).count("@") != value.count("@"):
        return "the From field holds characters that look like an @"
    strict = _STRICT.fullmatch(value)
    if strict is None or (strict["bare"] or strict["angle"]) != address:
        return "the From field is not of the form `name <address>`"
    return ""
