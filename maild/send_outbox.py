"""STORY 2: a mail of ours is due.

claim due rows → too many of the same kind? → may it leave now? → compose → check the bytes → send → mark. A row is
marked `sending` in a commit of its own before its mail leaves, and keeps its Message-ID for life: whatever crashes in
between, a second copy can be known as one.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from maild.core.deciding.caps import Wait, check_caps, check_receipts
from maild.core.deciding.decide_undelivered import decide_undelivered, left_after_all, refused
from maild.core.deciding.retry import next_attempt
from maild.core.message import Attachment
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.attached_files import fitting
from maild.core.writing.compose import Composed, Letter, compose
from maild.core.writing.outgoing_check import check_outgoing
from maild.desk import Desk, identity_of
from maild.errors import SendDeferred, SendRefused, SendUncertain, Unreachable, contain
from maild.log import logger
from maild.render_reply import render_reply
from maild.store import messages, outbox, sent_mail, staff_lists
from maild.store.outbox import Row
from maild.store.record import TimeCame, record
from maild.store.traffic import receipts, traffic
from replies.render import ReplyError

AT_ONCE = 20
# After the final dot a server may take ten minutes to answer (RFC 5321 §4.5.3.2.6), and a mail whose lease has run
# out is sent again. So a claimed mail is begun within FRESH or put back, and its lease outlasts the dialogue.
FRESH = timedelta(minutes=1)
LEASE = timedelta(minutes=30)
# A relay may take a while to deliver the proof copy of a mail that it accepted.
PROOF_WAIT = timedelta(seconds=120)
PROOF_PATIENCE = timedelta(hours=1)
MARK_AGAIN_SECONDS = 1.0
log = logger(__name__)
Stop = Callable[[], bool]


def send_due(desk: Desk, stop: Stop = lambda: False) -> int:
    """Send what is due now; return how many rows were looked at. `stop` is asked between mails."""
    now = desk.clock.now()
    with desk.database.begin() as tx:
        claimed = outbox.claim(tx, now, limit=AT_ONCE, lease=LEASE)
        rows = staff_lists.gather(tx, claimed, now, desk.config.limits) if claimed else []
    for row in rows:
        if stop() or desk.clock.now() - now > FRESH:
            put_back(row, desk)
        else:
            send_safely(row, desk, stop)
    return len(claimed)


def send_safely(row: Row, desk: Desk, stop: Stop) -> None:
    """Send one claimed row; a fault of ours in it is a trouble like any other, and stops no other row."""
    failed: list[Exception] = []
    with contain(failed.append):
        send_one(row, desk, stop)
    for error in failed:
        try_later(row, desk, SendDeferred(repr(error)))


def send_one(row: Row, desk: Desk, stop: Stop) -> None:
    """Send one claimed row, or put it where it belongs: held, tried again, failed."""
    wait = must_wait(row, desk)
    if wait is not None:
        with desk.database.begin() as tx:
            outbox.held(tx, row.id, wait.until, wait.reason)
        log.info("mail held", outbox=row.id, incident=row.incident, kind=row.kind, reason=wait.reason.name)
        return
    try:
        mail = write(row, desk)
        if not (row.in_doubt and arrived(row, mail.message_id, desk)):
            desk.sender.send(mail.raw, mail.mail_from, mail.recipient)
    except SendRefused as refusal:
        give_up(row, desk, str(refusal))
    except SendUncertain as doubt:
        wait_for_proof(row, desk, doubt)
    except SendDeferred as trouble:
        try_later(row, desk, trouble)
    else:
        mark_sent(row, mail.message_id, desk, stop)
        log.info("mail sent", outbox=row.id, incident=row.incident, kind=row.kind, message_id=mail.message_id)


def arrived(row: Row, message_id: str, desk: Desk) -> bool:
    """Say whether the proof copy of an earlier attempt came; without proof copies nothing can tell.

    Raises SendUncertain where nobody can tell now. A folder that cannot be searched for an hour holds up no mail any
    longer: then the mail leaves again, under the same Message-ID.
    """
    if desk.proofs is None:
        return False
    try:
        found = desk.proofs.holds(message_id)
    except Unreachable as error:
        if desk.clock.now() - (row.first_tried_at or desk.clock.now()) < PROOF_PATIENCE:
            raise SendUncertain(str(error)) from error
        log.warning("no proof to be had", outbox=row.id, incident=row.incident, error=str(error))
        return False
    log.info("proof looked for", outbox=row.id, incident=row.incident, found=found)
    return found


def wait_for_proof(row: Row, desk: Desk, doubt: SendUncertain) -> None:
    """Leave a mail that may have arrived alone until its proof copy can be there; without those, try it later."""
    now = desk.clock.now()
    at = next_attempt(row.attempts, row.first_tried_at or now, now)
    if desk.proofs is None or at is None:
        try_later(row, desk, doubt)
        return
    until = max(at, now + PROOF_WAIT)
    with desk.database.begin() as tx:
        outbox.in_doubt(tx, row.id, until, str(doubt))
    log.warning("mail in doubt", outbox=row.id, incident=row.incident, until=until, error=str(doubt))


def mark_sent(row: Row, message_id: str, desk: Desk, stop: Stop) -> None:
    """Note that the mail left, again and again until the database takes it: unmarked, it would leave once more.

    Without its database the courier could do nothing else anyway. Once `stop` says so the mail stays claimed, and
    leaves a second time, as the same mail, only when its lease is over and no one could mark it.
    """
    while True:
        failed: list[Exception] = []
        with contain(failed.append), desk.database.begin() as tx:
            note_sent(tx, row, message_id, desk)
        if not failed:
            return
        log.error("sent but not marked", outbox=row.id, incident=row.incident, error=repr(failed[0]))
        if stop():
            return
        time.sleep(MARK_AGAIN_SECONDS)


def note_sent(tx: Connection, row: Row, message_id: str, desk: Desk) -> None:
    """Note that the mail left, and what follows where a person had it tried again."""
    now = desk.clock.now()
    outbox.sent(tx, row.id, message_id, now)
    if row.forced:
        done = left_after_all(sent_mail.by_row(tx, row.id), desk.rules, now)
        occasion = TimeCame(f"outbox:{row.id}")
        record(tx, done, occasion, incident=row.incident, now=now, limits=desk.config.limits)


def must_wait(row: Row, desk: Desk) -> Wait | None:
    """Return why the row may not leave now, or None: automatic mail to customers is capped (rule 5), and receipts are.

    What a person wants sent (`maild outbox retry`) is not.
    """
    capped = (row.audience == "customer" and row.automatic) or row.kind == "receipt"
    if not capped or row.forced or row.in_doubt:
        return None
    now, limits = desk.clock.now(), desk.config.limits
    trusted = row.proven or row.kind != "acknowledgement"
    with desk.database.read() as tx:
        verdict = (
            check_receipts(receipts(tx, row, now), limits, now)
            if row.kind == "receipt"
            else check_caps(traffic(tx, row, now), limits, proven=trusted, now=now)
        )
    return verdict if isinstance(verdict, Wait) else None


def write(row: Row, desk: Desk) -> Composed:
    """Return the row as bytes that passed our own check; raises SendRefused where they cannot."""
    try:
        words = render_reply(row, desk)
    except ReplyError as error:
        raise SendRefused(f"template {error}") from error
    letter = Letter(
        key=row.key,
        kind=row.kind,
        audience=row.audience,
        automatic=row.automatic,
        recipient=row.recipient,
        address_id=row.address_id,
        incident=row.incident or 0,
        words=words,
        in_reply_to=row.in_reply_to,
        created_at=row.created_at,
        attachments=files_of(row, desk),
        from_name=author_of(row),
        confirmation=row.confirmation or 0,
        opened_at=row.opened_at,
    )
    mail = compose(letter, identity_of(desk))
    check_outgoing(mail.raw, never=ANSWER_ABOVE if row.audience == "customer" else "")
    return mail


def author_of(row: Row) -> str:
    """Return whose words the mail is about: who answered, or the customer's name; empty where it is only ours."""
    return str(row.facts.get("author") or row.facts.get("customer", "")).partition(" <")[0]


def files_of(row: Row, desk: Desk) -> tuple[Attachment, ...]:
    """Return the files that go along: those of the entry that the row passes on, for the staff up to a limit."""
    if row.entry is None:
        return ()
    with desk.database.read() as tx:
        files = messages.attachments_of_entry(tx, row.entry)
    return fitting(files, desk.config.limits.staff_attachment_bytes) if row.audience == "staff" else files


def try_later(row: Row, desk: Desk, trouble: SendDeferred) -> None:
    """Put the row back for its next attempt, or give it up after five days (rule 24)."""
    now = desk.clock.now()
    at = next_attempt(row.attempts, row.first_tried_at or now, now)
    if at is None:
        give_up(row, desk, str(trouble))
        return
    with desk.database.begin() as tx:
        outbox.again(tx, row.id, at, str(trouble))
    log.warning(
        "mail deferred", outbox=row.id, incident=row.incident, kind=row.kind, until=at, error=str(trouble)
    )


def give_up(row: Row, desk: Desk, error: str) -> None:
    """Mark the row as failed, and tell the staff where a customer gets nothing."""
    now = desk.clock.now()
    with desk.database.begin() as tx:
        outbox.failed(tx, row.id, error, now)
        lost = refused(sent_mail.by_row(tx, row.id), error, now) if row.audience == "customer" else None
        told = decide_undelivered(lost, desk.rules) if lost else []
        occasion = TimeCame(f"outbox:{row.id}")
        record(tx, told, occasion, incident=row.incident, now=now, limits=desk.config.limits)
    log.error("mail failed", outbox=row.id, incident=row.incident, kind=row.kind, error=error)


def put_back(row: Row, desk: Desk) -> None:
    """Return a claimed row untried: the daemon is stopping, or those before it took too long."""
    with desk.database.begin() as tx:
        if row.in_doubt:
            outbox.in_doubt(tx, row.id, desk.clock.now(), "not looked for yet")
        else:
            outbox.put_back(tx, row.id)
