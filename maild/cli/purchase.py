"""One purchase as people write it, on the command line or in a row of a file, becomes what the store keeps."""

import hashlib
import json
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, cast, get_args

from sqlalchemy import Connection

from maild.config.kinds import is_address, is_domain
from maild.config.problems import nearest
from maild.core.entitlement import PAYS_INCIDENT, Kind, Option
from maild.core.understanding.store_names import store_name
from maild.errors import UserError
from maild.store import entitlements, organisations
from maild.store.entitlements import Bought

# The names of a file's columns, and what is in them; all but `owner` and `kind` may be left out.
FIELDS: Mapping[str, str] = {
    "id": "its id where it was sold; what comes again under it is not added twice",
    "owner": "whose it is: an address, @domain, or the name of an organisation or customer",
    "kind": f"one of {', '.join(get_args(Kind))}",
    "option": "normal or urgent, of incidents; left out: normal",
    "amount": "how many, or how many points; left out: 1",
    "store": "the shop that a subscription is for, as a host or URL",
    "starts": "the first day, or an instant; left out: now",
    "ends": "the last day, or the instant of the end",
    "note": "whatever the staff should read",
    "organisation": "the organisation that the owner's address or domain belongs to; made if it is new",
    "domains": "further mail domains of that organisation, with blanks between them",
    "language": "the customer's language, as en or de",
    "zone": "the customer's time zone, as Europe/Berlin",
}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was read: whose it is, what it is, and what is said about its owner beside.

    `assumed` are the columns that hold what nobody said, and that depend on the time of the import.
    """

    owner: str
    bought: Bought
    organisation: str = ""
    domains: tuple[str, ...] = ()
    language: str = ""
    zone: str = ""
    assumed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Habits:
    """What stands where a purchase does not say it: the zone of its days, how long points last, and now."""

    zone: tzinfo
    points_days: int
    now: datetime


def read_purchase(given: Mapping[str, str], habits: Habits, *, once: bool) -> Purchase:
    """Return the purchase that the fields say; raises UserError with the field and what may stand there.

    `once`: a purchase without an id is known again by all that it says.
    """
    fields = {name: text.strip() for name, text in given.items() if text.strip()}
    for name, text in fields.items():
        if len(text) > LONGEST or not text.isprintable():
            raise UserError(f"{name}: must be at most {LONGEST} printable characters on one line")
    kind = cast(Kind, _one_of(fields, "kind", get_args(Kind)))
    starts = _instant(fields, "starts", habits.zone) or habits.now
    bought = Bought(
        kind=kind,
        starts_at=starts,
        ends_at=_end(fields, kind, starts, habits),
        option=_option(fields, kind),
        store=_store(fields),
        amount=_amount(fields, kind),
        note=fields.get("note", ""),
        external=_external(fields, once),
    )
    organisation = fields.get("organisation", "")
    domains = tuple(map(_domain, fields.get("domains", "").split()))
    if domains and not organisation:
        raise UserError("domains: need an organisation beside them")
    assumed = frozenset(f"{name}_at" for name in ("starts", "ends") if name not in fields)
    return Purchase(_owner(fields), bought, organisation, domains, _language(fields), _zone(fields), assumed)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a purchase: its id, None where it was there already, and its owner."""

    id: int | None
    owner: organisations.Owner


def store_purchase(tx: Connection, purchase: Purchase, now: datetime) -> Stored:
    """Store it with its owner; raises UserError."""
    owner = _whose(tx, purchase, now)
    added = entitlements.add(tx, owner, purchase.bought, now)
    if added is None and (other := entitlements.differs(tx, owner, purchase.bought, purchase.assumed)):
        external = purchase.bought.external or ""
        raise UserError(f"id: {external.removeprefix('id:')} is there already, with another {other}")
    return Stored(added, owner)


def _whose(tx: Connection, purchase: Purchase, now: datetime) -> organisations.Owner:
    if not purchase.organisation:
        owner = organisations.find_owner(tx, purchase.owner, now)
    else:
        domains = (*purchase.domains, *([purchase.owner[1:]] if purchase.owner.startswith("@") else []))
        shop = organisations.organisation_named(tx, purchase.organisation, domains, now)
        owner = shop
        if "@" in purchase.owner[1:] and shop.organisation is not None:
            owner = organisations.find_owner(tx, purchase.owner, now)
            organisations.join(tx, owner, shop.organisation)
        elif not purchase.owner.startswith("@") and purchase.owner.casefold() != shop.name.casefold():
            raise UserError(f"organisation: {purchase.owner} is no address of {shop.name}")
    if owner.customer is not None:
        organisations.describe(tx, owner, purchase.language, purchase.zone)
    elif purchase.language or purchase.zone:
        raise UserError("language, zone: belong to a person; the owner must be an address")
    return owner


def _one_of(fields: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    said = fields.get(name, "")
    if said in words:
        return said
    meant = nearest(said, words)
    hint = f"; did you mean {meant}?" if meant and said else ""
    missing = "is missing; it" if not said else f"{said!r}:"
    raise UserError(f"{name}: {missing} must be one of {', '.join(words)}{hint}")


def _option(fields: Mapping[str, str], kind: Kind) -> Option:
    if kind not in PAYS_INCIDENT:
        if "option" in fields:
            raise UserError(f"option: {kind} has none")
        return ""
    return cast(
        Literal["normal", "urgent"], _one_of({"option": "normal", **fields}, "option", ("normal", "urgent"))
    )


def _amount(fields: Mapping[str, str], kind: Kind) -> int | None:
    said = fields.get("amount", "")
    if kind == "subscription":
        if said:
            raise UserError("amount: a subscription has none")
        return None
    if kind == "points" and not said:
        raise UserError("amount: is missing; how many points?")
    if (
        not (said or "1").isascii()
        or not (said or "1").isdecimal()
        or not 1 <= int((said or "1")[:9]) <= 1_000_000
    ):
        raise UserError(f"amount: must be a whole number from 1 to 1000000, not {said!r}")
    return int(said or "1")


def _end(fields: Mapping[str, str], kind: Kind, starts: datetime, habits: Habits) -> datetime | None:
    ends = _instant(fields, "ends", habits.zone, last=True)
    if ends is None and kind == "subscription":
        raise UserError("ends: is missing; a subscription has a last day")
    if ends is None and kind == "points" and habits.points_days:
        ends = starts + timedelta(days=habits.points_days)
    if ends is not None and ends <= starts:
        raise UserError("ends: lies before its start")
    return ends


def _instant(fields: Mapping[str, str], name: str, zone: tzinfo, *, last: bool = False) -> datetime | None:
    """Return the instant that a field says; a day begins at midnight of our zone, and the last one is whole."""
    said = fields.get(name)
    if said is None:
        return None
    try:
        if len(said) == len("2026-01-31"):
            day = date.fromisoformat(said) + timedelta(days=1 if last else 0)
            return datetime.combine(day, time(), zone).astimezone(UTC)
        found = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.tzinfo is None:
        raise UserError(f"{name}: must be a day such as 2026-01-31 or 2026-01-31T12:00:00Z, not {said!r}")
    return found.astimezone(UTC)


def _store(fields: Mapping[str, str]) -> str:
    said = fields.get("store", "")
    name = store_name(said)
    if said and not (name and is_domain(name)):
        raise UserError(f"store: must be a host or URL such as shop.example, not {said!r}")
    return name


def _owner(fields: Mapping[str, str]) -> str:
    said = fields.get("owner", "")
    if not said:
        raise UserError("owner: is missing; an address, @domain, or a name")
    if said.startswith("@"):
        return f"@{_domain(said[1:])}"
    if "@" in said and not is_address(said):
        raise UserError(f"owner: {said!r} is no mail address")
    return said


def _domain(said: str) -> str:
    if not is_domain(said) or "." not in said:
        raise UserError(f"domain: {said!r} is no domain such as shop.example")
    return said.casefold()


def _language(fields: Mapping[str, str]) -> str:
    said = fields.get("language", "").lower()
    if said and not (said.isascii() and said.isalpha() and 2 <= len(said) <= 3):
        raise UserError(f"language: must be a code such as en or de, not {said!r}")
    return said


def _zone(fields: Mapping[str, str]) -> str:
    said = fields.get("zone", "")
    try:
        return zoneinfo.ZoneInfo(said).key if said else ""
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(f"zone: must be a time zone such as Europe/Berlin, not {said!r}") from None


def _external(fields: Mapping[str, str], once: bool) -> str | None:
    if "id" in fields:
        return f"id:{fields['id']}"
    if not once:
        return None
    said = json.dumps(sorted(fields.items()), ensure_ascii=True)
    return f"row:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
