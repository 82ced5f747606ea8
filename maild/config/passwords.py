"""Passwords come from a file of their own or from the environment, never from config.toml itself."""

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
from maild.config.outgoing import OutgoingSettings
from maild.config.problems import Problem

_URL_PASSWORD = re.compile(r"://[^/@:]*:([^@]+)@|[?&]password=([^&]+)")
_LITERAL = "passwords are read from password_file or ${ENV}, never from this file"
_KEYS = ("password", "password_file")
_LARGEST = 65_536
_Account = TypeVar("_Account", MailboxSettings, OutgoingSettings)


def literal_passwords(raw: Any, path: Path = ()) -> Iterator[Problem]:
    """Yield a problem for each password that stands in the file itself; `raw` is not expanded yet."""
    if isinstance(raw, list):
        raw = dict(enumerate(raw))
    if not isinstance(raw, dict):
        return
    for key, value in raw.items():
        if key == "password" and isinstance(value, str) and value and not VARIABLE.fullmatch(value):
            yield Problem((*path, key), _LITERAL)
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
    news = [one for one in problems if not {(*one.path[:-1], key) for key in _KEYS} & set(said)]
    return replace(draft, mailbox=tuple(mailboxes), outgoing=outgoing), news


def _with_password(account: _Account, path: Path, problems: list[Problem]) -> _Account:
    key = (*path, "password_file")
    if account.password and account.password_file:
        problems.append(Problem(key, "stands beside password; only one of the two may be given"))
    elif account.password_file:
        try:
            return replace(account, password=read_password(FilePath(account.password_file)))
        except ValueError as error:
            problems.append(Problem(key, str(error)))
    elif account.user and not account.password:
        problems.append(Problem(key, 'is missing; give password_file = "FILE" or password = "${ENV}"'))
    return account


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
