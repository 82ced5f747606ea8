"""One call of record(): its occasion, the incident at hand, the rows to be written at its end."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, select, update

from maild.core.actions import Dispose
from maild.core.limits import Limits
from maild.core.message import Address, Delivery
from maild.core.reasons import Reason
from maild.errors import Overtaken
from maild.store.columns import insert_of, insert_or_skip
from maild.store.tables import arrival, event, outbox, party

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MailCame:
    """A mail was delivered, and stored as `message`; `config_version` decides about it."""

    delivery: Delivery
    message: int
    message_id: str | None
    config_version: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """A quarantined arrival is handled again, now read as `message`."""

    arrival: int
    message: int
    message_id: str | None
    config_version: str


@dataclass(frozen=True, slots=True)
class TimeCame:
    """A clock came to a step; `cause` names it once and for all, so that its mails are queued once."""

    cause: str


@dataclass(frozen=True, slots=True)
class PersonDid:
    """A person used the command line; `cause` names what for."""

    cause: str


Occasion = MailCame | Replayed | TimeCame | PersonDid

# The dispositions that put a mail on an incident.
ON_INCIDENT = frozenset({"opened", "appended", "quiet"})

_WAS_QUARANTINED = select(arrival.c.received_at, arrival.c.reasons).where(
    arrival.c.id == bindparam("row"), arrival.c.disposition == "quarantined"
)
_NEW_EVENTS = event.insert()
_REPLAY = update(arrival).where(arrival.c.id == bindparam("row"), arrival.c.disposition == "quarantined")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What is known of an arrival that lies in quarantine."""

    received_at: datetime
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Recording:
    """What one call works on. `entry` is the one last added or released; `queued` counts new mails."""

    tx: Connection
    occasion: Occasion
    now: datetime
    limits: Limits
    addresses: Mapping[str, int]
    incident: int | None
    disposed: Dispose | None = None
    entry: int | None = None
    queued: int = 0
    _arrival: int | None = None
    _was: Quarantined | None = None
    _parties: dict[tuple[int, int], Row] = field(default_factory=dict)
    _events: list[Row] = field(default_factory=list)
    _mails: list[Row] = field(default_factory=list)

    def at_hand(self) -> int:
        """Return the number of the incident at hand; ValueError where there is none."""
        if self.incident is None:
            raise ValueError("this action needs an incident, and none is at hand")
        return self.incident

    def address(self, found: Address) -> int:
        """Return the id of an address that some action names."""
        return self.addresses[found.key]

    def arrival(self) -> int | None:
        """Return the arrival of the mail at hand, or None where no mail came.

        It is written when it is first asked for, because it names the incident that the mail may just have
        opened.
        """
        if self._arrival is None and isinstance(self.occasion, MailCame):
            self._arrival = self._arrive(self.occasion)
        if self._arrival is None and isinstance(self.occasion, Replayed):
            self._arrival = self._arrive_again(self.occasion)
        return self._arrival

    def cause(self) -> str:
        """Return what makes a mail of ours the same mail when it is asked for twice."""
        if isinstance(self.occasion, (TimeCame, PersonDid)):
            return self.occasion.cause
        return f"arrival:{self.arrival()}"

    def config_version(self) -> str:
        """Return the version that decided, or "" where no mail came."""
        return self.occasion.config_version if isinstance(self.occasion, (MailCame, Replayed)) else ""

    def message_id(self) -> str | None:
        """Return the Message-ID of the mail at hand, if it has one."""
        return self.occasion.message_id if isinstance(self.occasion, (MailCame, Replayed)) else None

    def said_at(self) -> datetime:
        """Return when the mail at hand came in, by its server's clock but never in the future, else now."""
        if isinstance(self.occasion, MailCame):
            return min(self.occasion.delivery.received_at, self.now)
        if isinstance(self.occasion, Replayed):
            return self._quarantined(self.occasion).received_at
        return self.now

    def note(self, name: str, text: str, *reasons: Reason) -> None:
        """Write down that something happened, for `maild show`."""
        self._events.append(
            {
                "incident": self.incident,
                "at": self.now,
                "name": name,
                "text": text,
                "reasons": plain(reasons),
            }
        )

    def add_party(self, found: Address, role: str, *, proven: bool) -> None:
        """Let an address take part in the incident at hand."""
        number, row = self.at_hand(), self.address(found)
        known = self._parties.get((number, row))
        if known is not None:
            known["proven"] = known["proven"] or proven
            return
        self._parties[number, row] = {
            "incident": number,
            "address": row,
            "role": role,
            "proven": proven,
            "added_at": self.now,
        }

    def add_mail(self, to: Address, cause: str, row: Row) -> None:
        """Gather one mail of ours; the columns that `row` does not name say that it is new, and due now."""
        self._mails.append(
            {
                "key": unguessable(),
                "cause": cause,
                "address": self.address(to),
                "domain": to.domain,
                "automatic": True,
                "entry": None,
                "confirmation": None,
                "state": "queued",
                "created_at": self.now,
                "not_before": self.now,
                "attempts": 0,
                "reason": None,
                "reason_text": None,
            }
            | row
        )

    def write_parties(self) -> None:
        """Write the parties gathered so far; who is one already stays so."""
        if self._parties:
            self.tx.execute(_take_part(self.tx.dialect.name), list(self._parties.values()))
            self._parties.clear()

    def queue(self) -> None:
        """Write the mails gathered so far; one that is in the outbox already is left out."""
        if self._mails:
            added = self.tx.execute(insert_or_skip(self.tx, outbox, outbox.c.id), self._mails)
            self.queued += len(added.all())
            self._mails.clear()

    def finish(self) -> None:
        """Write what was gathered: one statement a table."""
        if isinstance(self.occasion, (MailCame, Replayed)):
            self.arrival()
        self.write_parties()
        self.queue()
        if self._events:
            self.tx.execute(_NEW_EVENTS, self._events)

    def _arrive(self, came: MailCame) -> int:
        delivery = came.delivery
        row = self._outcome(came) | {
            "raw": sha256(delivery.raw).hexdigest(),
            "source": delivery.source,
            "mailbox": delivery.mailbox,
            "uidvalidity": delivery.uidvalidity,
            "uid": delivery.uid,
            "mail_from": delivery.mail_from,
            "recipients": list(delivery.recipients),
            "backlog": delivery.backlog,
            "received_at": delivery.received_at,
        }
        written = self.tx.scalar(insert_or_skip(self.tx, arrival, arrival.c.id), row)
        if written is None:
            raise Overtaken(f"UID {delivery.uid} of {delivery.source} was taken in meanwhile")
        return int(written)

    def _arrive_again(self, again: Replayed) -> int:
        was = self._quarantined(again)
        if self.tx.execute(_REPLAY.values(self._outcome(again)), {"row": again.arrival}).rowcount != 1:
            raise Overtaken(f"arrival {again.arrival} was handled meanwhile")
        self.note("replayed", f"arrival {again.arrival}, which was quarantined", *was.reasons)
        return again.arrival

    def _quarantined(self, again: Replayed) -> Quarantined:
        """Return what the arrival was before it was handled again: asked once, because it changes."""
        if self._was is None:
            found = self.tx.execute(_WAS_QUARANTINED, {"row": again.arrival}).first()
            if found is None:
                raise Overtaken(f"arrival {again.arrival} is not in quarantine")
            self._was = Quarantined(found.received_at, tuple(Reason(**why) for why in found.reasons))
        return self._was

    def _outcome(self, mail: MailCame | Replayed) -> Row:
        if self.disposed is None:
            raise ValueError("a decision about a mail says first what becomes of it")
        disposition = self.disposed.disposition
        return {
            "message": mail.message,
            "handled_at": self.now,
            "disposition": disposition,
            "reasons": plain(self.disposed.reasons),
            "config_version": mail.config_version,
            "incident": self.at_hand() if disposition in ON_INCIDENT else None,
        }


def plain(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Return reasons in the form in which they are stored."""
    return [{"name": reason.name, "text": reason.text} for reason in reasons]


def unguessable() -> str:
    """Return 24 letters and digits, 120 random bits, in lower case because relays fold Message-IDs."""
    return base64.b32encode(secrets.token_bytes(15)).decode("ascii").lower()


@cache
def _take_part(dialect: str) -> Executable:
    """Return the INSERT of a party; who is one already stays so, proven if they are either time."""
    statement = insert_of(dialect, party)
    return statement.on_conflict_do_update(
        index_elements=[party.c.incident, party.c.address],
        set_={"proven": True},
        where=statement.excluded.proven,
    )
