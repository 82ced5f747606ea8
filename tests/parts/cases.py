"""Cases as values for tests of deciding: an ordinary mail with all that was found for it, and what tests change."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from classifiers.settings import Evidence, Verdict
from maild.core.actions import Action, ClockHappened, Dispose, QueueReply
from maild.core.customer import Party
from maild.core.deciding.case import Case, Confirmation, HeldEntry, Rules
from maild.core.incident import Incident, Priority, State
from maild.core.message import Attachment, Delivery, Message
from maild.core.promising.business_hours import Calendar
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import Policy, WaitKind
from maild.core.promising.steps import Watch, lay_out
from maild.core.promising.target import Minutes
from maild.core.reasons import Reason, because
from maild.core.reply_token import Token
from maild.core.staff import StaffMember
from maild.core.understanding.authenticate import Proof
from maild.core.understanding.automatic import Kind, Writer
from maild.core.understanding.find_incident import Found
from maild.core.understanding.new_text import split_text
from tests.parts.messages import ALICE, a_message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ANNA = StaffMember("Anna", "anna@staff.example.org")
BEN = StaffMember("Ben", "ben@staff.example.org")
TEAM = StaffMember("The team", "team@staff.example.org", group=True)

PROVEN = Proof(
    "proven", Reason("proven", "the sender is proven: dmarc of mx.example.org"), "dmarc of mx.example.org"
)
UNPROVEN = Proof("unproven", because("no_authserv"))
FORGED = Proof("failed", Reason("dmarc_failed", "mx.example.org says dmarc=fail for example.net"))

OFFICE = Calendar(UTC, (*(((540, 1080),),) * 5, (), ()))  # Monday to Friday, 09:00 to 18:00
POLICY = Policy(
    OFFICE, {"hotrush": Minutes(120), "high": Minutes(240), "normal": Minutes(480), "low": Minutes(960)}
)
VERDICT = Verdict(
    scope="outage",
    scopes=("outage",),
    priority="normal",
    in_scope=True,
    multi=False,
    evidence=(Evidence("scope outage", "subject", "checkout is down", 4, 20, "chosen"),),
    label="a shop that is down",
)
HOTRUSH = replace(
    VERDICT,
    priority="hotrush",
    evidence=(*VERDICT.evidence, Evidence("priority hotrush", "body", "HotRush", 0, 7, "chosen")),
)
FILE = Attachment("log.txt", "text/plain", 3, "ab" * 32, content=b"log")
PICTURE = replace(FILE, name="logo.png", content_type="image/png", inline=True)

TypeOf = TypeVar("TypeOf", bound=Action)


def rules(**changes: Any) -> Rules:
    """Return rules with two people on the staff, who are not told of each other."""
    own = frozenset({"support@example.org"})
    return replace(Rules(POLICY, (ANNA, BEN), own, tell_colleagues="none"), **changes)


def message(*fields: tuple[str, str], **changes: Any) -> Message:
    """Return Alice's mail about her checkout, with these header fields and changes."""
    return a_message(*fields, **changes)


def incident(
    number: int = 1003, state: State = "submitted", *, proven: bool = False, **changes: Any
) -> Incident:
    """Return Alice's incident, opened an hour ago; Anna and Ben look after it."""
    parties = (
        Party(3, ALICE.address, ALICE.name, "requester", proven),
        Party(1, ANNA.address, ANNA.name, "staff", proven=False),
        Party(2, BEN.address, BEN.name, "staff", proven=False),
    )
    found = Incident(
        number=number,
        state=state,
        subject="Re: The checkout is down",
        priority="normal",
        scope="outage",
        language="en",
        opened_at=NOW - HOUR,
        closed_at=NOW - DAY if state == "closed" else None,
        parties=parties,
        last_message_id="<1@example.net>",
    )
    return replace(found, **changes)


def found(joined: Incident | None = None, token: Token | None = None, **changes: Any) -> Found:
    """Return what the search found: a new incident, or `joined`, by `token` or else by Message-ID."""
    if joined is None:
        return replace(Found(None, "new", None, False, (because("new"),), None), **changes)
    if token is not None:
        why = because("token", number=joined.number)
        return replace(Found(joined, "token", token, True, (why,), None), **changes)
    why = because("known_message_id", message_id="<2@example.org>", number=joined.number)
    return replace(Found(joined, "message_id", None, False, (why,), None), **changes)


def writer(kind: Kind = "human", *reasons: Reason, ack_allowed: bool | None = None) -> Writer:
    """Return who wrote; a machine by default allows no acknowledgement."""
    return Writer(kind, kind == "human" if ack_allowed is None else ack_allowed, reasons)


def case(written: Message | None = None, joined: Found | None = None, **changes: Any) -> Case:
    """Return the case of `written`, an unproven mail of a person's that opens an incident unless `joined` says more."""
    written = written or message()
    joined = joined or found()
    ordinary = Case(
        delivery=Delivery(raw=b"", received_at=NOW - MINUTE, source="support"),
        message=written,
        writer=writer(),
        bounce=None,
        proof=UNPROVEN,
        split=split_text(written.text, first=joined.how == "new"),
        found=joined,
        verdict=VERDICT,
    )
    return replace(ordinary, **changes)


def staff_token(number: int = 1003, party: int = 1) -> Token:
    """Return the token in Anna's notification of an incident."""
    return Token("staff", number, party)


def thread_token(number: int = 1003) -> Token:
    """Return the token in our mails to Alice."""
    return Token("thread", number, 3)


def from_staff(
    text: str = "It works again.\n", member: StaffMember = ANNA, joined: Found | None = None, **changes: Any
) -> Case:
    """Return the case of a staff mail on Alice's incident, with its token, and proven unless `changes` say else."""
    names = {name: changes.pop(name) for name in ("html_text", "attachments") if name in changes}
    written = message(
        sender=replace(ALICE, address=member.address, name=member.name),
        message_id="<9@staff.example.org>",
        text=text,
        **names,
    )
    return case(written, joined or found(incident(), staff_token()), **{"proof": PROVEN, **changes})


def backlog_delivery() -> Delivery:
    """Return the delivery of a mail that was there before us."""
    return Delivery(raw=b"", received_at=NOW - DAY, source="support", backlog=True)


def held(entry: int = 7, at: Incident | None = None, text: str = "It works again.", *verbs: str) -> HeldEntry:
    """Return a staff mail that waits on an incident."""
    return HeldEntry(entry, at or incident(), text, verbs, files=False)


def asked(*entries: HeldEntry, of: StaffMember = ANNA, used_at: datetime | None = None) -> Confirmation:
    """Return a confirmation that was asked of `of`, about `entries` or one held mail."""
    return Confirmation(5, 1, of.address, used_at, entries or (held(),))


def confirming(text: str = "send\n", confirmation: Confirmation | None = None, **changes: Any) -> Case:
    """Return the case of a mail that answers a confirmation: Anna's, unproven, unless `changes` say else."""
    joined = found(how="confirm", token=Token("confirm", 0, 1, 5), reasons=(because("confirmation"),))
    told = {"confirmation": confirmation or asked(), "proof": UNPROVEN, "joined": joined}
    return from_staff(text, **{**told, **changes})


def clocks(*events: ClockEvent, priority: Priority = "normal", at: datetime = NOW) -> Clocks:
    """Return the clocks of Alice's incident: created at opening time, if not said otherwise, then `events`."""
    found = Clocks(POLICY).after(ClockEvent("created", at, priority))
    for event in events:
        found = found.after(event)
    return found


def watch(*fired: str, of: Clocks | None = None) -> Watch:
    """Return the clock of the first answer as the store hands it out, of which these steps fired."""
    timer = (of or clocks()).newest("first_response")
    assert timer is not None
    return Watch(4, 1003, timer, POLICY, lay_out(timer, POLICY), fired)


def wait(kind: WaitKind, *fired: str, at: datetime = NOW, row: int = 9, number: int = 1003) -> Watch:
    """Return a wait for a customer as the store hands it out: five days, or three, that began at `at`."""
    policy = replace(POLICY, pre_close_days=5, close_days=3)
    begun = Clocks(policy).started(kind, at).newest(kind)
    assert begun is not None
    return Watch(row, number, begun, policy, lay_out(begun, policy), fired)


def clock_events(actions: Iterable[Action]) -> list[ClockEventType]:
    """Return what the actions are to the clocks, in order."""
    return [action.event.type for action in of_type(actions, ClockHappened)]


def owed(actions: Iterable[Action], before: Clocks) -> datetime | None:
    """Return when an answer is due after the actions."""
    for action in of_type(actions, ClockHappened):
        before = before.after(action.event)
    return before.due()


def of_type(actions: Iterable[Action], kind: type[TypeOf]) -> list[TypeOf]:
    """Return the actions of one type, in order."""
    return [action for action in actions if isinstance(action, kind)]


def only(actions: Iterable[Action], kind: type[TypeOf]) -> TypeOf:
    """Return the one action of a type; fails where there is none or more."""
    (action,) = of_type(actions, kind)
    return action


def mails(actions: Iterable[Action], kind: str | None = None) -> list[QueueReply]:
    """Return the mails that the actions queue, all or those of one kind."""
    return [mail for mail in of_type(actions, QueueReply) if kind in (None, mail.kind)]


def disposed(actions: Iterable[Action]) -> str:
    """Return what became of the mail."""
    return only(actions, Dispose).disposition


def why(actions: Iterable[Action]) -> list[str]:
    """Return the names of the reasons of the disposition."""
    return [reason.name for reason in only(actions, Dispose).reasons]
