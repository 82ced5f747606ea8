"""What an incident began with: the problems that its first mail asked for, and the words of that mail."""

from sqlalchemy import Connection, bindparam, select

from maild.store.tables import entry, verdict

_PROBLEMS = (
    select(verdict.c.scopes).where(verdict.c.incident == bindparam("number")).order_by(verdict.c.id).limit(1)
)
_TEXT = (
    select(entry.c.text)
    .where(entry.c.incident == bindparam("number"), entry.c.kind.in_(("customer_message", "unverified")))
    .order_by(entry.c.id)
    .limit(1)
)


def problems(tx: Connection, number: int) -> tuple[str, ...]:
    """Return the scopes that the first mail of incident `number` asked for, that of the verdict first."""
    return tuple(tx.scalar(_PROBLEMS, {"number": number}) or ())


def text(tx: Connection, number: int) -> str:
    """Return what incident `number` began with, "" where it has no such entry."""
    return str(tx.scalar(_TEXT, {"number": number}) or "")
