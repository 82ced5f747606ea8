"""Passwords and other secrets come from a file of their own or from the environment, never from config.toml itself."""

import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, TypeVar

from maild.config.draft import Draft
from maild.config.environment import VARIABLE
from maild.config.lines import Path
from maild.config.mailbox import MailboxSettings
from maild.config.oauth import OauthSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.problems import Problem

_URL_PASSWORD = re.compile(r"://[^/@:]*:([^@]+)@|[?&]password=([^&]+)")
_SECRETS = ("password", "client_secret", "refresh_token")
_KEYS = (*_SECRETS, *(f"{key}_file" for key in _SECRETS))
_LARGEST = 65_536
_Account = TypeVar("_Account", MailboxSettings, OutgoingSettings)
_Section = TypeVar("_Section", MailboxSettings, OutgoingSettings, OauthSettings)


def literal_passwords(raw: Any, path: Path = ()) -> Iterator[Problem]:
    """Yield a problem for each password that stands in the file itself; `raw` is not expanded yet."""
    if isinstance(raw, list):
        raw = dict(enumerate(raw))
    if not isinstance(raw, dict):
        return
    for key, value in raw.items():
        if key in _SECRETS and isinstance(value, str) and value and not VARIABLE.fullmatch(value):
            what = f"{key.replace('_', ' ')}s"
            yield Problem((*path, key), f"{what} are read from {key}_file or ${{ENV}}, never from this file")
        elif (*path, key) == ("database", "url") and _has_password(value):
            yield Problem((*path, key), "a password in the URL is read from ${ENV}, never from this file")
        else:
            yield from literal_passwords(value, (*path, key))


def _has_password(url: Any) -> bool:
    found = (text for match in _URL_PASSWORD.finditer(str(url)) for text in match.groups() if text)
    return any(not VARIABLE.fullmatch(text) for text in found)


def with_passwords(draft: Draft, said: Collection[Path]) -> tuple[Draft, list[Problem]]:
    """Return `draft` with the passwords of all accounts read, and what is wrong with any.

    `said` are the places where a problem was found before: a password that is wrong is not missing too.
    """
    problems: list[Problem] = []
    mailboxes = [
        box and _with_password(box, ("mailbox", index), problems) for index, box in enumerate(draft.mailbox)
    ]
    outgoing = draft.outgoing and _with_password(draft.outgoing, ("outgoing",), problems)
    grants = [
        grant and _with_secrets(grant, ("oauth", index), problems) for index, grant in enumerate(draft.oauth)
    ]
    news = [one for one in problems if not {(*one.path[:-1], key) for key in _KEYS} & set(said)]
    return replace(draft, mailbox=tuple(mailboxes), outgoing=outgoing, oauth=tuple(grants)), news


def _with_password(account: _Account, path: Path, problems: list[Problem]) -> _Account:
    said = bool(account.password or account.password_file)
    if account.oauth and said:
        problems.append(
            Problem((*path, "oauth"), "stands beside a password; only one of the two may be given")
        )
    elif account.user and not account.oauth and not said:
        missing = 'is missing; give password_file = "FILE" or password = "${ENV}"'
        problems.append(Problem((*path, "password_file"), missing))
    return _with_secret(account, "password", path, problems)


def _with_secrets(grant: OauthSettings, path: Path, problems: list[Problem]) -> OauthSettings:
    """Read both secrets of a grant, at least one of which it needs."""
    known = len(problems)
    for key in ("client_secret", "refresh_token"):
        grant = _with_secret(grant, key, path, problems)
    if not grant.client_secret and not grant.refresh_token and len(problems) == known:
        missing = "is missing; without it the grant is the client's own, and needs a client_secret_file"
        problems.append(Problem((*path, "refresh_token_file"), missing))
    return grant


def _with_secret(section: _Section, key: str, path: Path, problems: list[Problem]) -> _Section:
    """Read the secret `key` from its file, where one is named."""
    place, value, file = (*path, f"{key}_file"), getattr(section, key), getattr(section, f"{key}_file")
    if value and file:
        problems.append(Problem(place, f"stands beside {key}; only one of the two may be given"))
    elif file:
        try:
            found: dict[str, Any] = {key: read_password(FilePath(file))}
            return replace(section, **found)
        except ValueError as error:
            problems.append(Problem(place, str(error)))
    return section


def read_password(file: FilePath) -> str:
    """Return what a password file holds, white space around it off; raises ValueError with what is wrong."""
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise ValueError(f"{file} is not a file")
        if mode & stat.S_IROTH:
            raise ValueError(f"{file} can be read by every user of this machine; chmod o-r {file}")
        with file.open("rb") as opened:
            password = opened.read(_LARGEST).decode().strip()
    except OSError as error:
        raise ValueError(f"{file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not UTF-8 text") from None
    if not password or "\n" in password:
        raise ValueError(f"{file} must hold the password on one line")
    return password
