"""How much automatic mail may leave: one more is free to go, or waits, with a reason (rule 5).

Nothing is ever dropped and intake never stops: whoever floods us gets answers later, and evenly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.core.limits import Limits
from maild.core.reasons import Reason, because

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = timedelta(seconds=1)  # the least a held mail waits, so that no loop spins on it


@dataclass(frozen=True, slots=True)
class Window:
    """What was sent in the span that ends now: how many mails, when the `oldest` of them left.

    `ahead` are the mails that wait for this very window and are older than the one asked about: they go
    first. Those held for another window do not count, or one flooded address would hold up everybody.
    """

    count: int = 0
    oldest: datetime | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """The automatic mail sent to customers: to the same address, to the same domain, and in all.

    `acknowledged_at` is when the last acknowledgement to the address left. Staff mail and answers by
    people do not count.
    """

    address_hour: Window = Window()
    address_day: Window = Window()
    domain_hour: Window = Window()
    total_minute: Window = Window()
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """The mail may leave now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """The mail waits: ask again at `until`, with fresh counts."""

    until: datetime
    reason: Reason


def check_caps(traffic: Traffic, limits: Limits, *, proven: bool, now: datetime) -> Free | Wait:
    """Say whether one more automatic mail may leave now; of several waits, the longest is returned."""
    waits = [*_window_waits(traffic, limits, now)]
    if not proven and traffic.acknowledged_at is not None:
        until = traffic.acknowledged_at + limits.unproven_ack_minutes * MINUTE
        waits.append(Wait(until, because("cap_unproven", minutes=limits.unproven_ack_minutes)))
    return max((wait for wait in waits if wait.until > now), key=lambda wait: wait.until, default=Free())


def check_receipts(sent: Window, limits: Limits, now: datetime) -> Free | Wait:
    """Say whether one more receipt may go to a person who got those `sent` within the hour.

    Who writes by hand never comes near it; a program that answers each receipt with a mistake would else be answered
    for ever.
    """
    if sent.count + sent.ahead < limits.receipts_per_hour:
        return Free()
    why = because("cap_receipts", count=limits.receipts_per_hour)
    return Wait(_free_at(sent, limits.receipts_per_hour, HOUR, now), why)


def _window_waits(traffic: Traffic, limits: Limits, now: datetime) -> Iterator[Wait]:
    """Yield a wait for every window that is full."""
    for name, window, limit, span in (
        ("cap_address_hour", traffic.address_hour, limits.address_per_hour, HOUR),
        ("cap_address_day", traffic.address_day, limits.address_per_day, DAY),
        ("cap_domain", traffic.domain_hour, limits.domain_per_hour, HOUR),
        ("cap_total", traffic.total_minute, limits.total_per_minute, MINUTE),
    ):
        if window.count + window.ahead >= limit:
            yield Wait(_free_at(window, limit, span, now), because(name, count=limit))


def _free_at(window: Window, limit: int, span: timedelta, now: datetime) -> datetime:
    """Return when the window has room: its oldest mail has left it, and those ahead went, evenly spaced."""
    full = window.count >= limit
    opens = (window.oldest or now) + span if full else now
    return max(opens, now + SOON) + window.ahead * span / max(limit, 1)
