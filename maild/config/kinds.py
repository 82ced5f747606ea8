"""The kinds of value a key may hold: a plain type, what it may be in words, and the test of it.

A `Rule` rides in `Annotated[...]`: pydantic runs its test, and the message for a wrong value is made of its
words ("must be a port from 1 to 65535, not 0"), so that what is checked and what is said can't drift apart.
"""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f-\x9f]{1,64}")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_DAY = re.compile(r"(?:\d{4}-)?\d{2}-\d{2}")
_INTERVAL = re.compile(r"(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A test on a value whose type is right already; `words` say what passes it."""

    words: str
    allows: Callable[[Any], bool]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Run the test after pydantic's own check of the type."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        if not self.allows(value):
            raise ValueError(self.words)
        return value


@dataclass(frozen=True, slots=True)
class Reading:
    """A value written in one form and kept in another; `read` raises ValueError for what it can't be."""

    words: str
    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let `read` take the place of pydantic's own check."""
        return core_schema.no_info_plain_validator_function(self.read)


def is_slug(text: str) -> bool:
    """Say whether `text` is a short name that is safe in logs, file names and commands."""
    return _SLUG.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """Say whether `text` is a host name, of letters of any script that have an ASCII form (RFC 5890)."""
    try:
        return _DOMAIN.fullmatch(text) is not None and len(text.encode("idna")) <= 253
    except UnicodeError:
        return False


def is_address(text: str) -> bool:
    """Say whether `text` is a bare mail address: `local@domain`, no name, no quotes (RFC 5322 §3.4.1)."""
    local, at, domain = text.rpartition("@")
    dots_in_order = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return bool(at) and dots_in_order and _LOCAL.fullmatch(local) is not None and is_domain(domain)


def is_host(text: str) -> bool:
    """Say whether `text` is a host name or an IP address; names on private networks may have underscores."""
    return is_domain(text.replace("_", "-")) or _ip(text) is not None


def is_loopback(host: str) -> bool:
    """Say whether `host` never leaves this machine: `localhost` (RFC 6761 §6.3) or a loopback IP address."""
    address = _ip(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def split_address(text: str) -> tuple[str, int] | None:
    """Split `host:port` or `[v6]:port`; None where it is neither.

    >>> split_address("127.0.0.1:2525"), split_address("[::1]:25"), split_address("2525")
    (('127.0.0.1', 2525), ('::1', 25), None)
    """
    host, colon, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return None
    # isdecimal alone would take Arabic digits too.
    if not (colon and port.isascii() and port.isdecimal() and len(port) <= 5 and is_host(host)):
        return None
    return (host, int(port)) if 0 <= int(port) <= 65535 else None


def interval_minutes(text: str) -> tuple[int, int] | None:
    """Read `HH:MM-HH:MM` as minutes after midnight, 0..1440; None where it is not that.

    >>> interval_minutes("09:00-24:00"), interval_minutes("22:00-06:00"), interval_minutes("9-18")
    ((540, 1440), (1320, 360), None)
    """
    match = _INTERVAL.fullmatch(text)
    if match is None or not text.isascii():
        return None
    hour, minute, to_hour, to_minute = map(int, match.groups())
    start, end = hour * 60 + minute, to_hour * 60 + to_minute
    return (start, end) if start < 1440 and end <= 1440 else None


def is_one_line(text: str) -> bool:
    """Say whether `text` shows something, on one line, without control characters, and is not too long."""
    return 1 <= len(text) <= 200 and text.isprintable() and not text.isspace()


def _is_token_url(text: str) -> bool:
    """Say whether secrets may be posted there: by https, or to this machine; a wrong port is a ValueError."""
    try:
        place = urlsplit(text)
        host, _ = place.hostname or "", place.port
    except ValueError:
        return False
    plain = place.scheme == "http" and is_loopback(host)
    unsure = "@" in place.netloc or not text.isascii() or not text.isprintable() or " " in text
    return (place.scheme == "https" or plain) and is_host(host) and not unsure


def is_zone(text: str) -> bool:
    """Say whether `text` names a time zone that this machine knows."""
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_day(text: str) -> bool:
    """Say whether `text` is a date, or a day of every year (`12-25`)."""
    if _DAY.fullmatch(text) is None or not text.isascii():
        return False
    try:
        # 2024 stands in for a holiday of every year: 02-29 is one.
        date.fromisoformat(text if len(text) == 10 else f"2024-{text}")
    except ValueError:
        return False
    return True


def is_date(text: str) -> bool:
    """Say whether `text` is a date of the calendar, written `2026-12-24`."""
    return len(text) == 10 and is_day(text)


def _is_endpoint(text: str) -> bool:
    return len(text) > 5 if text.startswith("unix:") else split_address(text) is not None


def _read_since(value: Any) -> date | str:
    if value in ("now", "all"):
        return str(value)
    if isinstance(value, str) and is_date(value):
        return date.fromisoformat(value)
    raise ValueError(value)


OneLine = Annotated[str, Rule("text of one line, at most 200 characters", is_one_line)]
MaybeSlug = Annotated[
    str,
    Rule(
        "letters, digits, dots, dashes and underscores, at most 63, or empty",
        lambda text: not text or is_slug(text),
    ),
]
MaybeOneLine = Annotated[
    str,
    Rule("text of one line, at most 200 characters, or empty", lambda text: not text or is_one_line(text)),
]
Slug = Annotated[
    str,
    Rule("letters, digits, dots, dashes and underscores, at most 63", is_slug),
]
Domain = Annotated[str, Rule("a domain such as example.com", is_domain)]
MaybeDomain = Annotated[str, Rule("a domain such as example.com", lambda text: not text or is_domain(text))]
MailAddress = Annotated[str, Rule("a mail address such as anna@example.com", is_address)]
MaybeMailAddress = Annotated[
    str, Rule("a mail address such as anna@example.com", lambda text: not text or is_address(text))
]
Host = Annotated[str, Rule("a host name or an IP address", is_host)]
MaybeHost = Annotated[str, Rule("a host name or an IP address", lambda text: not text or is_host(text))]
TokenUrl = Annotated[str, Rule("a URL that begins with https://", _is_token_url)]
Port = Annotated[int, Rule("a port from 1 to 65535", lambda port: 1 <= port <= 65535)]
Endpoint = Annotated[str, Rule('"host:port" with a port up to 65535, or "unix:/path"', _is_endpoint)]
Days = Annotated[int, Rule("a whole number of days from 0 to 3650", lambda days: 0 <= days <= 3650)]
PollSeconds = Annotated[
    float, Rule("a number of seconds from 0.1 to 3600", lambda seconds: 0.1 <= seconds <= 3600)
]
Fraction = Annotated[float, Rule("a fraction between 0 and 1, such as 0.5", lambda part: 0 < part < 1)]
ZoneName = Annotated[str, Rule("a time zone such as Europe/Berlin", is_zone)]
Interval = Annotated[
    str, Rule('opening hours such as "09:00-18:00"', lambda text: interval_minutes(text) is not None)
]
Holiday = Annotated[str, Rule('a day such as "2026-12-25", or "12-25" for every year', is_day)]
Date = Annotated[str, Rule("a date such as 2026-12-24", is_date)]
Since = Annotated[
    date | Literal["now", "all"], Reading('"now", "all" or a date such as 2026-01-31', _read_since)
]
