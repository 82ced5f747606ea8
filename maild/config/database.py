"""[database]: where incidents are kept."""

import re
from dataclasses import dataclass, field

_PASSWORD = re.compile(r"(?<=://)([^/@:]*):([^/]*)@")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """What [database] says; `url` is SQLAlchemy's, and may hold a password, so it is not in the repr."""

    url: str = field(default="sqlite:///var/maild.db", repr=False)

    @property
    def shown(self) -> str:
        """The URL without its password, for people and logs."""
        return hide_password(self.url)


def hide_password(url: str) -> str:
    """Return `url` with three asterisks where its password stands.

    >>> hide_password("postgresql+psycopg://maild:s3cret@db/maild")
    'postgresql+psycopg://maild:***@db/maild'
    """
    return _PASSWORD.sub(r"\1:***@", url)
