"""What staff changed a verdict to: kept as labels, by which rules are tried and phrases are learned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from maild.core.actions import Correct, CorrectedField
from maild.store.recording import Recording
from maild.store.tables import correction, incident, verdict

_LAST_VERDICT = (
    select(func.max(verdict.c.id)).where(verdict.c.incident == bindparam("of_incident")).scalar_subquery()
)
_NEW = correction.insert().values(verdict=_LAST_VERDICT)
_NEWEST = select(func.max(correction.c.id)).group_by(correction.c.verdict, correction.c.field)
_LABELS = (
    select(
        correction.c.incident, correction.c.verdict, correction.c.field, correction.c.after, correction.c.at
    )
    .add_columns(verdict.c.scope, verdict.c.priority, verdict.c.config_version)
    .join(verdict, verdict.c.id == correction.c.verdict)
    .where(correction.c.id.in_(_NEWEST))
    .order_by(correction.c.id)
)


@dataclass(frozen=True, slots=True)
class Label:
    """What staff say that a verdict should have been in one field; `said` is what it was, by config `version`."""

    incident: int
    verdict: int
    version: str
    field: CorrectedField
    said: str
    right: str
    at: datetime


def correct(work: Recording, action: Correct) -> None:
    """Give the incident at hand another scope or priority, and keep what its last verdict should have been."""
    number = work.at_hand()
    work.tx.execute(update(incident).where(incident.c.number == number).values({action.field: action.after}))
    work.tx.execute(
        _NEW,
        {
            "of_incident": number,
            "incident": number,
            "entry": work.entry,
            "author": work.address(action.by),
            "field": action.field,
            "before": action.before,
            "after": action.after,
            "at": work.now,
        },
    )


def labels(tx: Connection) -> Iterator[Label]:
    """Yield the label of each corrected verdict and field: of several corrections the last one counts.

    One that was taken back says that the verdict was right: `right` is then what was `said`.
    """
    for row in tx.execute(_LABELS):
        said = row.scope if row.field == "scope" else row.priority
        yield Label(row.incident, row.verdict, row.config_version, row.field, said, row.after, row.at)
