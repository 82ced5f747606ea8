"""Mails and decisions for tests of the store: an ordinary delivery, the actions that open an incident, and the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from classifiers.settings import Evidence, Verdict
from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    ClockHappened,
    Dispose,
    OpenIncident,
    QueueReply,
)
from maild.core.incident import Priority
from maild.core.limits import Limits
from maild.core.message import Address, Delivery, Message
from maild.core.promising.business_hours import Calendar
from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.sla import ALWAYS, Policy
from maild.core.promising.target import Minutes
from maild.core.reasons import because
from maild.store.messages import keep
from maild.store.record import MailCame, PersonDid, Recorded, record
from tests.parts.messages import ALICE, a_message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = Limits()
ANNA = Address("anna@staff.example.org", "Anna")
BEN = Address("ben@staff.example.org", "Ben")
WHY = because("opened")
VERDICT = Verdict(
    scope="checkout",
    scopes=("checkout",),
    priority="high",
    in_scope=True,
    multi=False,
    evidence=(Evidence("checkout.phrase", "subject", "checkout", 4, 12, "scope checkout"),),
)
# Eight hours of any day, with steps after four, at eight, and then every four.
ROUND_THE_CLOCK = Calendar(ZoneInfo("UTC"), ALWAYS.weekly)
POLICY = Policy(ROUND_THE_CLOCK, {"high": Minutes(480), "hotrush": Minutes(120)}, reminders=(0.5,))


def a_clock(at: datetime = NOW, priority: Priority = "high", policy: Policy = POLICY) -> ClockHappened:
    """Return the start of the clocks of an incident."""
    return ClockHappened(ClockEvent("created", at, priority), policy)


def a_delivery(raw: bytes = b"Subject: x\r\n\r\ny\r\n", **changes: Any) -> Delivery:
    """Return a mail that came in by SMTP at NOW."""
    return replace(Delivery(raw=raw, received_at=NOW, source="smtp"), **changes)


def opening(*more: Action, requester: Address = ALICE, **changes: Any) -> list[Action]:
    """Return the actions that open an incident, with its entry, followed by `more`."""
    opened = OpenIncident(
        requester=requester,
        proven=False,
        subject="The checkout is down",
        verdict=VERDICT,
        priority="high",
        language="en",
    )
    entry = AddEntry("customer_message", requester, "It shows a white page.\n", (WHY,))
    return [Dispose("opened", (WHY,)), replace(opened, **changes), entry, *more]


def everything_new(requester: Address) -> list[Action]:
    """Return all that a new mail asks for: incident, parties, entry, clock, acknowledgement, two notifications."""
    return opening(
        *(AddParty(one, "staff", proven=False) for one in (ANNA, BEN)),
        a_clock(),
        QueueReply("acknowledgement", requester, {"subject": ""}, in_reply_to="<1@example.net>"),
        *(notification(one) for one in (ANNA, BEN)),
        requester=requester,
    )


def notification(to: Address = ANNA, subject: str = "The checkout is down") -> QueueReply:
    """Return the notification of a new incident."""
    return QueueReply("staff_new_incident", to, {"subject": subject}, audience="staff", proven=True)


def came(
    tx: Connection,
    actions: Sequence[Action],
    *,
    message: Message | None = None,
    delivery: Delivery | None = None,
    incident: int | None = None,
    now: datetime = NOW,
) -> Recorded:
    """Store a mail and what was decided about it."""
    delivery = delivery or a_delivery()
    message = message or a_message(message_id=None)
    kept = keep(tx, delivery, message, now)
    occasion = MailCame(delivery, kept.message, message.message_id, "v1")
    return record(tx, actions, occasion, incident=incident, now=now, limits=LIMITS)


def an_incident(tx: Connection, *more: Action, now: datetime = NOW, **changes: Any) -> int:
    """Open an incident, with `more` actions; return its number."""
    number = came(tx, opening(*more, **changes), now=now).incident
    assert number is not None
    return number


def did(
    tx: Connection,
    actions: Sequence[Action],
    incident: int | None = None,
    now: datetime = NOW,
    cause: str = "test",
) -> Recorded:
    """Record actions without a mail, as the command line does."""
    return record(tx, actions, PersonDid(cause), incident=incident, now=now, limits=LIMITS)
