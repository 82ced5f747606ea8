"""STORY 0: a mailbox may have new mail: which mails are new, in what order, and telling the server.

The ledger (account, folder, UIDVALIDITY, UID) says what was taken; flags that people set in their mail clients say
nothing. A mail is fetched, committed by `take`, and only then moved. Whatever breaks in between is found again by
the ledger: a UID that was taken but not moved is moved now, and never handled twice. A mail that the server lists
but does not hand over stops no other one: it is named, told to the staff, and asked for again (mail/patience.py).
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from maild.config.mailbox import MailboxSettings
from maild.core.deciding.decide_withheld_mail import REMEDY, decide_withheld_mail
from maild.core.message import Delivery
from maild.desk import Desk
from maild.errors import BrokenOver, LoginRefused, Overtaken, Unreachable, contain
from maild.log import logger
from maild.mail.interfaces import Fetched, Folder, Mailbox
from maild.mail.patience import Patience
from maild.store import backlog, mailboxes
from maild.store.mailboxes import MailboxState
from maild.store.record import TimeCame, record

LEASE = timedelta(minutes=5)
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0  # seconds between attempts to connect
log = logger(__name__)
Take = Callable[[Sequence[Delivery]], None]


@dataclass(slots=True)
class BackOff:
    """How long to wait before connecting again: doubled at each failure, with jitter, short again after success."""

    seconds: float = FIRST_WAIT

    def worked(self) -> None:
        """Start over: the connection was good for something."""
        self.seconds = FIRST_WAIT

    def next(self) -> float:
        """Return the seconds to wait now, and wait longer the next time."""
        seconds, self.seconds = self.seconds, min(self.seconds * 2, LONGEST_WAIT)
        return random.uniform(seconds / 2, seconds)  # noqa: S311 - spreads reconnects, hides nothing


@dataclass(slots=True)
class Watch:
    """One mailbox, looked after by one thread: `desk` gives the desk of the moment, `said` is the last complaint."""

    settings: MailboxSettings
    owner: str
    desk: Callable[[], Desk]
    take: Take
    open_mailbox: Callable[[], Mailbox]
    stop: threading.Event = field(default_factory=threading.Event)
    back_off: BackOff = field(default_factory=BackOff)
    patience: Patience = field(default_factory=Patience)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One look into one folder: what it takes, and as whom."""

    settings: MailboxSettings
    folder: Folder
    owner: str
    desk: Desk
    take: Take
    stop: threading.Event = field(default_factory=threading.Event)
    patience: Patience = field(default_factory=Patience)


def keep_fetching(watch: Watch) -> None:
    """Read the mailbox until stopped; whatever goes wrong is said once, and tried again later and later."""
    while not watch.stop.is_set():
        mailbox = watch.open_mailbox()
        with contain(lambda error: complain(watch, error)):
            read_on(mailbox, watch)
        mailbox.close()
        watch.stop.wait(watch.back_off.next())


def read_on(mailbox: Mailbox, watch: Watch) -> None:
    """Connect, and fetch whenever there may be something new; raises when the connection is lost."""
    folder = mailbox.open()
    while not watch.stop.is_set():
        look = Round(
            watch.settings, folder, watch.owner, watch.desk(), watch.take, watch.stop, watch.patience
        )
        fetch_new_mail(mailbox, look)
        if watch.said:
            log.info("mailbox works again", mailbox=watch.settings.name)
        watch.said = ""
        watch.back_off.worked()
        mailbox.wait(watch.settings.poll_seconds, watch.stop)


def complain(watch: Watch, error: Exception) -> None:
    """Log why the mailbox cannot be read: one line, and only when it is another reason than before."""
    text = str(error) or repr(error)
    if text == watch.said:
        return
    watch.said = text
    kind = "mailbox refuses us" if isinstance(error, LoginRefused) else "mailbox trouble"
    known = isinstance(error, Unreachable)
    log.error(kind, mailbox=watch.settings.name, error=text if known else repr(error))


def fetch_new_mail(mailbox: Mailbox, look: Round) -> int:
    """Take all mail that is new in the folder and tell the server; return how many mails that were.

    Returns 0 at once where another process holds the folder's lease. Raises Unreachable when the server is gone,
    and what `take` raises when the database cannot keep a mail: then the server is told nothing.
    """
    state = enter(look)
    if state is None:
        return 0
    since = look.settings.since if isinstance(look.settings.since, date) else None
    uids = mailbox.uids(state.cursor, since)
    taken = already_taken(uids, state, look)
    mailbox.settle([uid for uid in uids if uid in taken])
    look.patience.look_at(look.folder.uidvalidity, [uid for uid in uids if uid not in taken])
    new = look.patience.due([uid for uid in uids if uid not in taken], look.desk.clock.now())
    try:
        count, through = take_all(mailbox, new, state, look)
    finally:
        speak_of_withheld(state, look)
    if through:
        leave(state, uids, look)
    return count


def take_all(mailbox: Mailbox, uids: Sequence[int], state: MailboxState, look: Round) -> tuple[int, bool]:
    """Take these mails batch by batch; return how many were taken, and whether all were asked for.

    Where not, the cursor stays where it was: the ledger knows what was taken.
    """
    count = 0
    for batch in look.patience.batches(uids, look.desk.config.limits.batch):
        if look.stop.is_set():
            return count, False
        try:
            count += take_batch(mailbox, batch, state, look)
        except BrokenOver as lost:
            look.patience.broke_over(lost.uids, str(lost), look.desk.clock.now())
            raise
        if look.patience.withholds_all(batch):
            return count, False
    return count, True


def enter(look: Round) -> MailboxState | None:
    """Return how far the folder was read, taking its lease; None where another process reads it.

    At first contact and after UIDVALIDITY changed, all that is there now lies below `backlog_below`.
    """
    now, folder, settings = look.desk.clock.now(), look.folder, look.settings
    with look.desk.database.begin() as tx:
        state = mailboxes.meet(tx, settings.name, settings.folder, now)
        if not mailboxes.take_lease(tx, state.id, look.owner, now, now + LEASE):
            return None
        if state.uidvalidity == folder.uidvalidity:
            return state
        first = state.uidvalidity is None
        cursor = folder.uidnext - 1 if first and settings.since == "now" else 0
        mailboxes.set_view(
            tx, state.id, uidvalidity=folder.uidvalidity, cursor=cursor, backlog_below=folder.uidnext
        )
        log.info(
            "folder entered",
            mailbox=settings.name,
            uidvalidity=folder.uidvalidity,
            first=first,
            cursor=cursor,
        )
        return mailboxes.meet(tx, settings.name, settings.folder, now)


def already_taken(uids: Sequence[int], state: MailboxState, look: Round) -> frozenset[int]:
    """Return which of `uids` stand in the ledger: committed before a crash, but not yet moved."""
    with look.desk.database.read() as tx:
        return mailboxes.known_uids(tx, state.id, look.folder.uidvalidity, uids)


def take_batch(mailbox: Mailbox, uids: Sequence[int], state: MailboxState, look: Round) -> int:
    """Fetch, take, tell the server, portion by portion; return how many were taken."""
    count = 0
    for portion in mailbox.portions(uids):
        keep_lease(state, look)
        deliveries = {mail.uid: delivery_of(mail, state, look) for mail in portion.mails}
        wanted = {uid: one for uid, one in deliveries.items() if not left_alone(one, look.settings)}
        look.take(list(wanted.values()))
        mailbox.settle(list(wanted))
        count += len(wanted)
        look.patience.leave_alone(list(deliveries.keys() - wanted))
        look.patience.refused(portion.withheld, look.desk.clock.now())
        for uid in look.patience.given(list(deliveries)):
            log.info("mail handed over after all", mailbox=look.settings.name, uid=uid)
    return count


def speak_of_withheld(state: MailboxState, look: Round) -> None:
    """Log each mail that the server does not hand over, once; tell the staff, once, when it still does not later."""
    settings, patience = look.settings, look.patience
    for mail in patience.to_log():
        log.error("mail not handed over", mailbox=settings.name, uid=mail.uid, error=mail.why, remedy=REMEDY)
    for mail in (told := patience.to_tell()):
        cause = TimeCame(f"withheld:{state.id}:{look.folder.uidvalidity}:{mail.uid}")
        actions = decide_withheld_mail(settings.name, settings.folder, mail.uid, mail.why, look.desk.rules)
        with look.desk.database.begin() as tx:
            now, limits = look.desk.clock.now(), look.desk.config.limits
            record(tx, actions, cause, incident=None, now=now, limits=limits)
    patience.were_told(told)
    if told:
        look.desk.mail_waits.set()


def keep_lease(state: MailboxState, look: Round) -> None:
    """Make the folder ours for a while longer; raises Overtaken where we were so slow that another one has it."""
    now = look.desk.clock.now()
    with look.desk.database.begin() as tx:
        if not mailboxes.take_lease(tx, state.id, look.owner, now, now + LEASE):
            raise Overtaken(f"another process reads {look.settings.name} now")


def delivery_of(mail: Fetched, state: MailboxState, look: Round) -> Delivery:
    """Return the delivery; what is older than our first contact with the folder is backlog (rule 23)."""
    there_before = state.backlog_below is not None and mail.uid < state.backlog_below
    return Delivery(
        raw=mail.raw,
        received_at=min(mail.internal_date, look.desk.clock.now()),
        source=look.settings.name,
        mailbox=state.id,
        uidvalidity=look.folder.uidvalidity,
        uid=mail.uid,
        backlog=there_before and mail.internal_date <= state.first_contact_at,
        rescan=there_before,
    )


def left_alone(delivery: Delivery, settings: MailboxSettings) -> bool:
    """Say whether the mail is one that `since = "now"` leaves where it is, though a new UIDVALIDITY shows it again."""
    return delivery.backlog and settings.since == "now"


def leave(state: MailboxState, uids: Sequence[int], look: Round) -> None:
    """Remember how far the folder was read, and write the one summary once the backlog is through.

    A mail that was not handed over is not behind us: the cursor stays below it.
    """
    if not uids:
        return
    now, backlog_below = look.desk.clock.now(), state.backlog_below or 0
    missing = look.patience.first_missing
    cursor = missing - 1 if missing is not None else max(uids[-1], backlog_below - 1)
    with look.desk.database.begin() as tx:
        mailboxes.set_view(
            tx,
            state.id,
            uidvalidity=look.folder.uidvalidity,
            cursor=cursor,
            backlog_below=state.backlog_below,
        )
        if state.cursor + 1 < backlog_below:
            backlog.summarise(tx, state, look.desk.rules, now=now, limits=look.desk.config.limits)
    look.desk.mail_waits.set()
