"""Which config decided what: the text of each version that was ever loaded, and how many verdicts it gave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from maild.store.columns import insert_or_skip
from maild.store.corrections import labels
from maild.store.tables import config_version, verdict

_VERSIONS = (
    select(config_version.c.version, config_version.c.text, config_version.c.loaded_at)
    .add_columns(func.count(verdict.c.id).label("verdicts"), func.max(verdict.c.at).label("last_verdict_at"))
    .outerjoin(verdict, verdict.c.config_version == config_version.c.version)
    .group_by(config_version.c.version, config_version.c.text, config_version.c.loaded_at)
    .order_by(config_version.c.loaded_at, config_version.c.version)
)


@dataclass(frozen=True, slots=True)
class ConfigVersion:
    """One version: since when it decides, how many verdicts it gave, and how many of those staff corrected."""

    version: str
    text: str
    since: datetime
    verdicts: int
    corrected: int
    last_verdict_at: datetime | None


def note(tx: Connection, version: str, text: str, now: datetime) -> None:
    """Keep the text of a version; one that is known stays as it was first loaded."""
    tx.execute(insert_or_skip(tx, config_version), {"version": version, "text": text, "loaded_at": now})


def listing(tx: Connection, beginning: str = "") -> list[ConfigVersion]:
    """Return every version, or those whose name has this beginning, the oldest first."""
    wrong = {(label.version, label.verdict) for label in labels(tx) if label.right != label.said}
    counts: dict[str, int] = {}
    for version, _ in wrong:
        counts[version] = counts.get(version, 0) + 1
    chosen = _VERSIONS.where(config_version.c.version.startswith(beginning, autoescape=True))
    return [
        ConfigVersion(
            row.version,
            row.text,
            row.loaded_at,
            row.verdicts,
            counts.get(row.version, 0),
            row.last_verdict_at,
        )
        for row in tx.execute(chosen)
    ]
