"""What each kind of value takes, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from maild.config import kinds
from maild.config.kinds import interval_minutes, is_address, is_domain, is_host, is_loopback, split_address


def takes(kind: Any, value: object) -> bool:
    """Say whether a kind takes a value."""
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


GOOD: list[tuple[Any, object]] = [
    (kinds.OneLine, "Example Support"),
    (kinds.MaybeOneLine, ""),
    (kinds.Slug, "support-2.eu"),
    (kinds.MaybeDomain, ""),
    (kinds.MailAddress, "anna+maild@mail.example.com"),
    (kinds.MailAddress, "jörg@bücher.example"),
    (kinds.Host, "::1"),
    (kinds.Host, "localhost"),
    (kinds.Host, "mail_server"),
    (kinds.MaybeHost, ""),
    (kinds.Port, 65535),
    (kinds.Endpoint, "[::1]:2525"),
    (kinds.Endpoint, "unix:run/lmtp"),
    (kinds.Days, 0),
    (kinds.PollSeconds, 0.1),
    (kinds.Fraction, 0.999),
    (kinds.ZoneName, "Europe/Berlin"),
    (kinds.Interval, "22:00-06:00"),
    (kinds.Interval, "00:00-24:00"),
    (kinds.Holiday, "02-29"),
    (kinds.Holiday, "2026-12-25"),
    (kinds.Date, "2026-12-24"),
    (kinds.Since, "all"),
]

BAD: list[tuple[Any, object]] = [
    (kinds.OneLine, ""),
    (kinds.OneLine, "   "),
    (kinds.OneLine, "two\nlines"),
    (kinds.OneLine, "x" * 201),
    (kinds.OneLine, "bidi \u202e"),
    (kinds.Slug, "../up"),
    (kinds.Slug, ""),
    (kinds.Slug, "x\n"),
    (kinds.MailAddress, "Anna <anna@example.com>"),
    (kinds.MailAddress, "anna@"),
    (kinds.MailAddress, "@example.com"),
    (kinds.MailAddress, "a..b@example.com"),
    (kinds.MailAddress, "anna@example.com\r\nBcc: x@example.com"),
    (kinds.MailAddress, "anna@exa mple.com"),
    (kinds.Host, "imap.example.com:993"),
    (kinds.Host, "-x.example"),
    (kinds.MailAddress, "a@under_score.example"),
    (kinds.Host, "a..b"),
    (kinds.Host, "x" * 64),
    (kinds.Port, 0),
    (kinds.Port, 65536),
    (kinds.Port, True),
    (kinds.Port, "993"),
    (kinds.Endpoint, "2525"),
    (kinds.Endpoint, "::1:2525"),
    (kinds.Endpoint, "unix:"),
    (kinds.Days, -1),
    (kinds.PollSeconds, 0.05),
    (kinds.PollSeconds, float("nan")),
    (kinds.PollSeconds, float("inf")),
    (kinds.Fraction, 0.0),
    (kinds.Fraction, 1.0),
    (kinds.ZoneName, "Europe/Berlim"),
    (kinds.ZoneName, "../../etc/passwd"),
    (kinds.ZoneName, ""),
    (kinds.ZoneName, "Europe"),
    (kinds.ZoneName, "a\x00b"),
    (kinds.Interval, "9-18"),
    (kinds.Interval, "24:00-06:00"),
    (kinds.Interval, "09:00-24:01"),
    (kinds.Interval, "09:60-18:00"),
    (kinds.Interval, "٠٩:٠٠-١٨:٠٠"),
    (kinds.Holiday, "02-30"),
    (kinds.Holiday, "25.12."),
    (kinds.Date, "12-24"),
    (kinds.Since, "yesterday"),
    (kinds.Since, "2026-02-30"),
    (kinds.Since, 3),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_a_kind_takes_what_its_words_say(kind: Any, value: object) -> None:
    """Each of these is what a person may write."""
    assert takes(kind, value)


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_kind_refuses_the_rest(kind: Any, value: object) -> None:
    """Each of these is a mistake that somebody makes, or a trick."""
    assert not takes(kind, value)


def test_a_date_of_since_becomes_a_date() -> None:
    """Other rooms compare it with dates."""
    assert TypeAdapter(kinds.Since).validate_python("2026-01-31") == date(2026, 1, 31)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_never_leaves_the_machine(host: str) -> None:
    """These are the only hosts to which a password may go without TLS."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.nip.io", ""]
)
def test_what_only_looks_like_loopback_is_not(host: str) -> None:
    """All interfaces, private networks, and names that anybody may register."""
    assert not is_loopback(host)


@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    """They say no; they never raise."""
    for reader in (is_address, is_domain, is_host, is_loopback, split_address, interval_minutes):
        reader(text)


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_opening_hours_are_read_as_minutes_after_midnight(start: int, end: int) -> None:
    """Written as HH:MM-HH:MM and read back, they are the same minutes."""
    text = f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    assert interval_minutes(text) == (start, end)
