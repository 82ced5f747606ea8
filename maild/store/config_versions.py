"""Which config decided what: the text of each version that was ever loaded."""

from datetime import datetime

from sqlalchemy import Connection

from maild.store.columns import insert_or_skip
from maild.store.tables import config_version


def note(tx: Connection, version: str, text: str, now: datetime) -> None:
    """Keep the text of a version; one that is known stays as it was first loaded."""
    tx.execute(insert_or_skip(tx, config_version), {"version": version, "text": text, "loaded_at": now})
