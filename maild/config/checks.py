"""What no section can know on its own: comparisons between keys, and the world outside the file.

A section that could not be read is passed over: what is wrong with it was said already.
"""

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from classifiers.keywords import problem_with
from classifiers.settings import Settings as ClassifierSettings
from maild.config.draft import Draft
from maild.config.kinds import OneLine, Slug, is_loopback, is_one_line, is_slug
from maild.config.lines import Path
from maild.config.mailbox import MailboxSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.places import SQLITE, why_not_readable, why_not_writable
from maild.config.problems import Problem, shown, unknown, wrong
from maild.config.read import STAND_IN
from maild.config.shapes import words

_POSTGRES = "postgresql+psycopg://"


def check(draft: Draft) -> Iterator[Problem]:
    """Yield every problem that shows only when sections are compared or files are looked at."""
    for one in CHECKS:
        yield from one(draft)


def check_mailboxes(draft: Draft) -> Iterator[Problem]:
    """Names are unique, no folder is read twice, and what is read is not where it is moved to."""
    known = list(enumerate(draft.mailbox))
    names = ((("mailbox", n, "name"), box.name.casefold()) for n, box in known if box)
    yield from _twice(names, "is the name of two mailboxes")
    folders = (
        (("mailbox", n), (box.host.lower(), box.port, box.user, box.folder)) for n, box in known if box
    )
    yield from _twice(folders, "reads the same folder of the same account as another mailbox")
    for index, box in known:
        if box and box.processed_folder == box.folder:
            yield Problem(
                ("mailbox", index, "processed_folder"),
                'must be another folder than folder; "" leaves handled mail where it is and only flags it',
            )
        if box:
            yield from _check_account(box, ("mailbox", index))


def check_staff(draft: Draft) -> Iterator[Problem]:
    """There is somebody, each address once, and none of them is ours: our mail to it would come back."""
    if not draft.staff:
        yield Problem(("staff",), "is missing; without one [[staff]] nobody is told of new mail")
    known = [(("staff", n, "address"), one.address) for n, one in enumerate(draft.staff) if one]
    yield from _twice(((path, address.casefold()) for path, address in known), "is listed twice")
    ours = draft.service.addresses if draft.service else frozenset()
    for path, address in known:
        if address.casefold() in ours:
            yield Problem(
                path,
                f"{address} is an address of [service]: mail to staff would come back as new mail, in a loop",
            )


def check_calendars(draft: Draft) -> Iterator[Problem]:
    """Every calendar opens some time, and the one of [sla] is there."""
    for name, calendar in draft.calendar.items():
        if calendar and not calendar.ever_opens:
            yield Problem(("calendar", name), "is never open; at least one of mon to sun needs hours")
    if draft.sla and draft.sla.calendar not in draft.calendar:
        known = ", ".join(draft.calendar) or "none"
        yield Problem(("sla", "calendar"), f"there is no [calendar.{draft.sla.calendar}]; there are: {known}")


def check_listen(draft: Draft) -> Iterator[Problem]:
    """Only this machine may hand us mail: whoever reaches the port may say that a sender is proven."""
    if draft.listen and draft.listen.host_port and not is_loopback(draft.listen.host_port[0]):
        yield Problem(
            ("listen", "address"),
            "must be on loopback (127.0.0.1, ::1, localhost) or a unix socket, "
            f"not {draft.listen.host_port[0]}: let a mail server on this machine stand in front",
        )


def check_outgoing(draft: Draft) -> Iterator[Problem]:
    """SMTP has a host, a user has a password, and a maildir can be written."""
    outgoing = draft.outgoing
    if outgoing is None:
        return
    if outgoing.transport == "maildir":
        if why := why_not_writable(outgoing.folder):
            yield Problem(("outgoing", "folder"), why)
        return
    if not outgoing.host:
        yield Problem(
            ("outgoing", "host"), 'is missing; transport = "smtp" needs a host name or an IP address'
        )
    yield from _check_account(outgoing, ("outgoing",))
    if not outgoing.user and (outgoing.password or outgoing.password_file):
        yield Problem(("outgoing", "user"), "is missing; a password without a user is of no use")


def check_database(draft: Draft) -> Iterator[Problem]:
    """The URL names a kind of database that we know, and a place that can be written."""
    path, url = ("database", "url"), draft.database.url if draft.database else SQLITE + "/"
    if url.startswith(_POSTGRES):
        if importlib.util.find_spec("psycopg") is None:
            yield Problem(path, "PostgreSQL needs the extra of that name: pip install 'maild[postgres]'")
    elif not url.startswith(SQLITE) or url == SQLITE:
        yield Problem(path, f'must be "{SQLITE}PATH" or "{_POSTGRES}USER@HOST/NAME"')
    elif why := why_not_writable(FilePath(url.removeprefix(SQLITE)).parent):
        yield Problem(path, why)


def check_service(draft: Draft) -> Iterator[Problem]:
    """The folder of our data can be written."""
    if draft.service and (why := why_not_writable(draft.service.data_dir)):
        yield Problem(("service", "data_dir"), why)


def check_classifiers(draft: Draft) -> Iterator[Problem]:
    """Scopes have ids of their own and labels, and rules speak only of scopes that exist."""
    settings = draft.classifiers or ClassifierSettings()
    ids = [scope.id for scope in settings.scopes]
    places = ((("classifiers", "scopes", n, "id"), id_) for n, id_ in enumerate(ids))
    yield from _twice(places, "is the id of two scopes")
    for index, scope in enumerate(settings.scopes):
        path: Path = ("classifiers", "scopes", index)
        if not is_slug(scope.id):
            yield wrong((*path, "id"), words(Slug), scope.id)
        if not is_one_line(scope.label):
            yield wrong((*path, "label"), words(OneLine), scope.label)
        yield from _check_scopes({"beats": scope.beats, "joins": scope.joins}, path, ids)
        phrases = {"phrases": scope.phrases, "unless": scope.unless, "hints": scope.hints}
        yield from _check_phrases(phrases, path)
    for index, rule in enumerate(settings.priorities):
        path = ("classifiers", "priorities", index)
        yield from _check_scopes({"not_for": rule.not_for, "always_for": rule.always_for}, path, ids)
        yield from _check_phrases({"phrases": rule.phrases, "unless": rule.unless}, path)
    yield from _check_phrases({"several": settings.several}, ("classifiers",))


CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    check_service,
    check_database,
    check_mailboxes,
    check_listen,
    check_outgoing,
    check_staff,
    check_calendars,
    check_classifiers,
)


def _check_account(account: MailboxSettings | OutgoingSettings, path: Path) -> Iterator[Problem]:
    """Without TLS a password may not leave the machine; and a file of certificates must be there."""
    if account.tls == "none" and account.host and not is_loopback(account.host):
        yield Problem(
            (*path, "tls"),
            f'must be "implicit" or "starttls" for {account.host}; "none" is for a server on this machine',
        )
    if account.ca_file and (why := why_not_readable(account.ca_file)):
        yield Problem((*path, "ca_file"), why)


def _check_scopes(named: Mapping[str, tuple[str, ...]], path: Path, ids: list[str]) -> Iterator[Problem]:
    """Yield a problem for each scope that a key names and that does not exist.

    Silent where an id is unreadable or given twice: then one that should be there may be missing for that reason.
    """
    if STAND_IN in ids or len(set(ids)) < len(ids):
        return
    for key, scopes in named.items():
        for place, scope in enumerate(scopes):
            if scope not in ids:
                yield unknown((*path, key, place), ids, "scope", scope)


def _check_phrases(named: Mapping[str, tuple[str, ...]], path: Path) -> Iterator[Problem]:
    """Yield a problem for each phrase that can never fire as it is written."""
    for key, phrases in named.items():
        for place, phrase in enumerate(phrases):
            if why := problem_with(phrase):
                yield Problem((*path, key, place), why)


def _twice(places: Iterable[tuple[Path, Any]], text: str) -> Iterator[Problem]:
    """Yield a problem for each place whose value stood at an earlier place too."""
    seen: set[Any] = set()
    for path, value in places:
        if value in seen:
            yield Problem(path, f"{shown(value)} {text}" if isinstance(value, str) else text)
        seen.add(value)
