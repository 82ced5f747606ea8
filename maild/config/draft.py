"""config.toml as far as each section can be read on its own; checks.py compares them later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.settings import Settings as ClassifierSettings
from maild.config.assignment import AssignmentSettings
from maild.config.calendar import CalendarSection
from maild.config.database import DatabaseSettings
from maild.config.digest import DigestSettings
from maild.config.entitlements import EntitlementsSettings
from maild.config.kinds import is_slug
from maild.config.limits import LimitsSection
from maild.config.lines import Path
from maild.config.listen import ListenSettings
from maild.config.mailbox import MailboxSettings
from maild.config.oauth import OauthSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.problems import Problem, shown, unknown
from maild.config.proof import ProofSection
from maild.config.read import read_table
from maild.config.replies import RepliesSettings
from maild.config.service import ServiceSettings
from maild.config.sla import SlaSection
from maild.config.staff import StaffSection

# [name], once
SINGLE: Mapping[str, type[Any]] = {
    "service": ServiceSettings,
    "database": DatabaseSettings,
    "listen": ListenSettings,
    "outgoing": OutgoingSettings,
    "proof": ProofSection,
    "assignment": AssignmentSettings,
    "digest": DigestSettings,
    "sla": SlaSection,
    "entitlements": EntitlementsSettings,
    "classifiers": ClassifierSettings,
    "replies": RepliesSettings,
    "limits": LimitsSection,
}
# [[name]], any number
REPEATED: Mapping[str, type[Any]] = {
    "mailbox": MailboxSettings,
    "oauth": OauthSettings,
    "staff": StaffSection,
}
# [name.NAME], any number
NAMED: Mapping[str, type[Any]] = {"calendar": CalendarSection}
SECTIONS = (*SINGLE, *REPEATED, *NAMED)


@dataclass(frozen=True, slots=True)
class Draft:
    """The sections as read; None stands where one can't be read without a key that is missing or wrong."""

    service: ServiceSettings | None
    database: DatabaseSettings | None
    listen: ListenSettings | None
    outgoing: OutgoingSettings | None
    proof: ProofSection | None
    assignment: AssignmentSettings | None
    digest: DigestSettings | None
    sla: SlaSection | None
    entitlements: EntitlementsSettings | None
    classifiers: ClassifierSettings | None
    replies: RepliesSettings | None
    limits: Any | None
    mailbox: tuple[MailboxSettings | None, ...]
    oauth: tuple[OauthSettings | None, ...]
    staff: tuple[StaffSection | None, ...]
    calendar: Mapping[str, CalendarSection | None]


def read_draft(expanded: Mapping[str, Any], written: Mapping[str, Any]) -> tuple[Draft, list[Problem]]:
    """Read every section; returns what could be read, and every problem within a section.

    `written` is the file as parsed, `expanded` the same with the variables of the environment filled in.
    """
    reader = _Reader(expanded, written)
    sections: dict[str, Any] = {name: reader.single(name) for name in SINGLE}
    sections |= {name: reader.repeated(name) for name in REPEATED}
    sections |= {name: reader.named(name) for name in NAMED}
    strangers = [unknown((name,), SECTIONS, "section") for name in written if name not in SECTIONS]
    return Draft(**sections), strangers + reader.problems


class _Reader:
    """Reads sections of the three shapes and gathers what is wrong with them."""

    def __init__(self, expanded: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        self._expanded = expanded
        self._written = written
        self.problems: list[Problem] = []

    def single(self, name: str) -> Any | None:
        table = self._expanded.get(name, {})
        if isinstance(table, dict):
            return self._read(SINGLE[name], table, (name,))
        self._refuse((name,), f"must be one table, written [{name}]")
        return None

    def repeated(self, name: str) -> tuple[Any | None, ...]:
        tables = self._expanded.get(name, [])
        if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
            return tuple(self._read(REPEATED[name], table, (name, n)) for n, table in enumerate(tables))
        self._refuse((name,), f"must be tables, each written [[{name}]] with two brackets")
        return (None,)

    def named(self, name: str) -> Mapping[str, Any | None]:
        tables = self._expanded.get(name, {})
        if isinstance(tables, dict):
            return {key: self._read_named(name, key, table) for key, table in tables.items()}
        self._refuse((name,), f"must be tables with a name, each written [{name}.NAME]")
        return {}

    def _read_named(self, name: str, key: str, table: Any) -> Any | None:
        if is_slug(key) and isinstance(table, dict):
            return self._read(NAMED[name], table, (name, key))
        if is_slug(key):
            self._refuse((name, key), f"must be a table, written [{name}.{key}]")
        else:
            self._refuse((name, key), f"a name must be letters, digits and dashes, not {shown(key)}")
        return None

    def _read(self, kind: type[Any], table: Any, path: Path) -> Any | None:
        value, found = read_table(kind, table, path, self._written)
        self.problems += found
        return value

    def _refuse(self, path: Path, text: str) -> None:
        self.problems.append(Problem(path, text))
