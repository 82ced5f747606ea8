"""What no section can know on its own: comparisons between keys, and the world outside the file.

A section that could not be read is passed over: what is wrong with it was said already.
"""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from classifiers.verdict import UNKNOWN
from maild.config.check_classifiers import check_classifiers
from maild.config.draft import Draft
from maild.config.kinds import is_loopback
from maild.config.lines import Path
from maild.config.mailbox import MailboxSettings
from maild.config.outgoing import OutgoingSettings
from maild.config.places import SQLITE, why_not_readable, why_not_writable
from maild.config.problems import Problem, twice, unknown
from maild.config.sla import PolicyRule
from maild.config.staff import StaffSection

_POSTGRES = "postgresql+psycopg://"


def check(draft: Draft) -> Iterator[Problem]:
    """Yield every problem that shows only when sections are compared or files are looked at."""
    for one in CHECKS:
        yield from one(draft)


def check_mailboxes(draft: Draft) -> Iterator[Problem]:
    """Names are unique, no folder is read twice, and what is read is not where it is moved to."""
    known = list(enumerate(draft.mailbox))
    names = ((("mailbox", n, "name"), box.name.casefold()) for n, box in known if box)
    yield from twice(names, "is the name of two mailboxes")
    folders = (
        (("mailbox", n), (box.host.lower(), box.port, box.user, box.folder)) for n, box in known if box
    )
    yield from twice(folders, "reads the same folder of the same account as another mailbox")
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
    yield from twice(((path, address.casefold()) for path, address in known), "is listed twice")
    ours = draft.service.addresses if draft.service else frozenset()
    for path, address in known:
        if address.casefold() in ours:
            yield Problem(
                path,
                f"{address} is an address of [service]: mail to staff would come back as new mail, in a loop",
            )
    for n, one in enumerate(draft.staff):
        if one:
            yield from _check_member(one, ("staff", n), draft)


def _check_member(member: StaffSection, path: Path, draft: Draft) -> Iterator[Problem]:
    """The calendar and the scopes that a member names are there."""
    if member.calendar and member.calendar not in draft.calendar:
        yield unknown((*path, "calendar"), list(draft.calendar), "[calendar.NAME]", member.calendar)
    yield from _check_scopes(member.scopes, (*path, "scopes"), draft)


def check_assignment(draft: Draft) -> Iterator[Problem]:
    """Where incidents are to be given to somebody, there is somebody to give them to."""
    if draft.assignment is None or draft.assignment.method == "none" or None in draft.staff:
        return
    if not any(one and not one.group and one.role != "manager" for one in draft.staff):
        yield Problem(
            ("assignment", "method"),
            'needs a [[staff]] that is neither a group nor a manager; "none" gives incidents to nobody',
        )


def check_calendars(draft: Draft) -> Iterator[Problem]:
    """Every calendar opens some time, and knows its holidays."""
    for name, calendar in draft.calendar.items():
        if calendar and not calendar.ever_opens:
            yield Problem(("calendar", name), "is never open; at least one of mon to sun needs hours")
        if calendar and (why := calendar.days_of_country()[1]):
            yield Problem(("calendar", name, "holidays_of"), why)
        for mistake in calendar.days_of_file()[1] if calendar else ():
            yield Problem(("calendar", name, "holidays_file"), mistake)


def check_promises(draft: Draft) -> Iterator[Problem]:
    """The calendars of [sla] are there; each of its rules chooses some incidents, and promises them something."""
    if draft.sla is None:
        return
    rules = [(("sla", "policy", n), rule) for n, rule in enumerate(draft.sla.policy)]
    named: list[tuple[Path, str]] = [(("sla", "calendar"), draft.sla.calendar)]
    named += [((*path, "calendar"), rule.calendar) for path, rule in rules if rule.calendar]
    for path, name in named:
        if name not in draft.calendar:
            known = ", ".join(draft.calendar) or "none"
            yield Problem(path, f"there is no [calendar.{name}]; there are: {known}")
    for path, rule in rules:
        if rule.fits_all:
            yield Problem(path, "is for every incident; it needs an organisation, a scope or a priority")
        if rule.says_nothing:
            yield Problem(
                path, "promises nothing of its own; it needs a calendar, or one of the four targets"
            )
        yield from _check_scopes(rule.scope, (*path, "scope"), draft)
    yield from _check_order(draft.sla.policy)


def _check_scopes(scopes: tuple[str, ...], path: Path, draft: Draft) -> Iterator[Problem]:
    """The scopes that are named are there, or what is in none of them is meant."""
    known = [*(one.id for one in draft.classifiers.scopes), UNKNOWN] if draft.classifiers else []
    for n, scope in enumerate(scopes):
        if known and scope not in known:
            yield unknown((*path, n), known, "scope", scope)


def _check_order(rules: tuple[PolicyRule, ...]) -> Iterator[Problem]:
    """The first rule that fits decides, so no rule stands below one that has all of its incidents already."""
    for n, rule in enumerate(rules):
        above = (m for m, one in enumerate(rules[:n]) if not one.fits_all and one.leaves_nothing_to(rule))
        if (first := next(above, None)) is not None:
            yield Problem(
                ("sla", "policy", n),
                f"never decides: all it names is decided by sla.policy[{first + 1}]; move it above that",
            )


def check_entitlements(draft: Draft) -> Iterator[Problem]:
    """Prices are those of scopes that there are, and whoever needs an entitlement is told how to buy one."""
    bought, rules = draft.entitlements, draft.classifiers
    if bought is None:
        return
    known = [scope.id for scope in rules.scopes] if rules else []
    for scope in bought.prices:
        if rules and scope not in known:
            yield unknown(("entitlements", "prices", scope), known, "scope")
    if bought.required and not bought.offer:
        yield Problem(
            ("entitlements", "offer"), "is missing; with required = true customers must read how to buy"
        )


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


def check_proof_copy(draft: Draft) -> Iterator[Problem]:
    """Proof copies have one folder to lie in, which is read for nothing else; and they are no mail to us."""
    folders = [n for n, box in enumerate(draft.mailbox) if box and box.proof]
    address = draft.outgoing.proof_copy if draft.outgoing else ""
    ours = draft.service.addresses if draft.service else frozenset()
    if address and draft.outgoing and draft.outgoing.transport != "smtp":
        yield Problem(("outgoing", "proof_copy"), 'is for transport = "smtp"; a folder needs no proof')
    if address and not folders and None not in draft.mailbox:
        yield Problem(
            ("outgoing", "proof_copy"), "needs a [[mailbox]] with proof = true, where the copies lie"
        )
    if address.casefold() in ours:
        yield Problem(
            ("outgoing", "proof_copy"), f"{address} is an address of [service]: copies would come in as mail"
        )
    for place, n in enumerate(folders):
        if place:
            yield Problem(("mailbox", n, "proof"), "is true for two mailboxes; one holds all proof copies")
        elif not address and draft.outgoing:
            missing = "is missing; a [[mailbox]] with proof = true is for what is sent to that address"
            yield Problem(("outgoing", "proof_copy"), missing)


def check_oauth(draft: Draft) -> Iterator[Problem]:
    """Grants have names of their own, accounts name one that is there, and only accounts that log in do."""
    known = [(("oauth", n, "name"), grant.name) for n, grant in enumerate(draft.oauth) if grant]
    yield from twice(known, "is the name of two grants")
    names = [name for _, name in known]
    accounts: list[tuple[Path, MailboxSettings | OutgoingSettings | None]] = [(("outgoing",), draft.outgoing)]
    accounts += [(("mailbox", n), box) for n, box in enumerate(draft.mailbox)]
    for path, account in accounts:
        if account and account.oauth and account.oauth not in names and None not in draft.oauth:
            yield unknown((*path, "oauth"), names, "[[oauth]]", account.oauth)
        if account and account.oauth and not account.user:
            yield Problem((*path, "user"), "is missing; a grant without a user is of no use")


def check_database(draft: Draft) -> Iterator[Problem]:
    """The URL names a kind of database that we know, and a place that can be written."""
    path, url = ("database", "url"), draft.database.url if draft.database else SQLITE + "/"
    if url.startswith(_POSTGRES):
        if importlib.util.find_spec("psycopg") is None:
            yield Problem(
                path,
                "PostgreSQL needs a driver, in the same environment as maild: pip install 'psycopg[binary]'",
            )
    elif not url.startswith(SQLITE) or url == SQLITE:
        yield Problem(path, f'must be "{SQLITE}PATH" or "{_POSTGRES}USER@HOST/NAME"')
    elif why := why_not_writable(FilePath(url.removeprefix(SQLITE)).parent):
        yield Problem(path, why)


def check_service(draft: Draft) -> Iterator[Problem]:
    """The folder of our data can be written."""
    if draft.service and (why := why_not_writable(draft.service.data_dir)):
        yield Problem(("service", "data_dir"), why)


CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    check_service,
    check_database,
    check_mailboxes,
    check_listen,
    check_outgoing,
    check_proof_copy,
    check_oauth,
    check_staff,
    check_assignment,
    check_calendars,
    check_promises,
    check_entitlements,
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
