"""Files and folders that config.toml names: relative ones start at its own folder."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from maild.config.calendar import CalendarSection
from maild.config.database import DatabaseSettings
from maild.config.draft import Draft
from maild.config.listen import ListenSettings
from maild.config.mailbox import MailboxSettings
from maild.config.oauth import OauthSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.replies import RepliesSettings
from maild.config.service import ServiceSettings

SQLITE = "sqlite:///"
_KEYS: dict[type, tuple[str, ...]] = {
    ServiceSettings: ("data_dir", "secret_file"),
    MailboxSettings: ("ca_file", "password_file"),
    OutgoingSettings: ("folder", "ca_file", "password_file"),
    OauthSettings: ("client_secret_file", "refresh_token_file"),
    RepliesSettings: ("folder",),
    CalendarSection: ("holidays_file",),
}
_Section = TypeVar("_Section")


def anchored(draft: Draft, folder: Path) -> Draft:
    """Return `draft` with every path in it absolute; `folder` is the absolute one that config.toml is in."""
    return replace(
        draft,
        service=_anchor(draft.service, folder),
        database=draft.database and _anchor_database(draft.database, folder),
        listen=draft.listen and _anchor_listen(draft.listen, folder),
        outgoing=_anchor(draft.outgoing, folder),
        replies=_anchor(draft.replies, folder),
        mailbox=tuple(_anchor(mailbox, folder) for mailbox in draft.mailbox),
        oauth=tuple(_anchor(grant, folder) for grant in draft.oauth),
        calendar={name: _anchor(calendar, folder) for name, calendar in draft.calendar.items()},
    )


def _anchor(section: _Section, folder: Path) -> _Section:
    if section is None:
        return section
    found = {key: getattr(section, key) for key in _KEYS[type(section)]}
    # An empty text means "no such file" and stays.
    moved = {key: type(value)(folder / value) for key, value in found.items() if value != ""}
    return replace(section, **moved)  # type: ignore[type-var]


def _anchor_database(database: DatabaseSettings, folder: Path) -> DatabaseSettings:
    if not database.url.startswith(SQLITE) or database.url == SQLITE:
        return database
    return DatabaseSettings(url=f"{SQLITE}{folder / database.url.removeprefix(SQLITE)}")


def _anchor_listen(listen: ListenSettings, folder: Path) -> ListenSettings:
    if listen.socket_path is None:
        return listen
    return replace(listen, address=f"unix:{folder / listen.socket_path}")


def why_not_readable(file: str) -> str:
    """Return why `file` can't be read, or "" if it can."""
    if not os.path.isfile(file):
        return f"{file} is not a file"
    return "" if os.access(file, os.R_OK) else f"{file} can't be read by this user"


def why_not_writable(folder: Path) -> str:
    """Return why files can't be made in `folder`, or "" if they can; one that is not there yet can be."""
    nearest = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
    if not nearest.is_dir():
        return f"{nearest} is not a folder"
    return "" if os.access(nearest, os.W_OK | os.X_OK) else f"{nearest} can't be written to by this user"
