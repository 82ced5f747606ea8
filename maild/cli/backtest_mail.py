"""The mail that a backtest tries: stored mail, an mbox file or texts with their labels; nothing is written."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from classifiers.settings import HEADER, About, Settings
from maild.cli.common import short
from maild.cli.labels import Labels
from maild.cli.parse import own_mail_of
from maild.config.settings import Config
from maild.core.deciding.backtest import Mail, NotTried, Truth
from maild.core.message import Message
from maild.core.reasons import Reason, because
from maild.core.understanding.about import about
from maild.core.understanding.automatic import OwnMail, recognise
from maild.core.understanding.new_text import split_text
from maild.errors import Unreadable, UserError
from maild.isolate import ReaderPool
from maild.mail.mbox import mails_of
from maild.store.database import Database
from maild.store.messages import raw_of
from maild.store.stored_mail import Opened, corrections, count, opened

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MANY, LARGE = 1_000, 1_000_000  # mails, bytes: fewer are done before a bar is seen
IDS_KNOWN = 100_000  # how far back an answer in an mbox is recognised as one


@dataclass(frozen=True, slots=True)
class Source:
    """Mails to try: what they are in words, and the mails.

    `total` is how many there are, or how many bytes of which `done` tells how many are read; 0 where that is not worth
    a bar on the terminal.
    """

    title: str
    mails: Iterable[Mail | NotTried]
    total: int = 0
    done: Callable[[], int] | None = None


@contextmanager
def stored(config: Config, since: datetime | None, labels: Labels | None, header: bool) -> Iterator[Source]:
    """Give the mails that opened incidents, all or since then; staff's corrections and the labels say what is right.

    Header fields are read again from the bytes of each mail, if some rule asks for them.
    """
    said = labels.truths() if labels else {}
    begin = since or BEGINNING
    database = Database.look(config.database.url)
    with closing(database), ReaderPool(config.limits) as reader:
        known = corrections(database)
        mails = (
            _of_incident(
                one,
                known.get(one.number, {}),
                said.get(str(one.number)),
                fields_of(database, one.message, reader) if header else (),
            )
            for one in opened(database, begin)
        )
        title = f"incidents since {short(since)}" if since else "incidents"
        yield Source(title, mails, _worth_a_bar(count(database, begin), MANY))


def asks_for_header(settings: Settings) -> bool:
    """Say whether some rule looks into a header field."""
    return any(field.startswith(HEADER) for rule in settings.rules for field in rule.fields)


def fields_of(database: Database, row: int, reader: ReaderPool) -> tuple[tuple[str, str], ...]:
    """Return the header fields of a stored mail; none of one that nobody can read by now."""
    with database.read() as tx:
        raw = raw_of(tx, row)
    try:
        return reader.read(raw).fields
    except Unreadable:
        return ()


def _worth_a_bar(total: int, least: int) -> int:
    return total if total >= least else 0


def _of_incident(
    one: Opened, corrected: Mapping[str, str], said: Truth | None, fields: tuple[tuple[str, str], ...]
) -> Mail:
    said = said or Truth()
    return Mail(
        name=f"#{one.number}",
        subject=one.subject,
        body=one.text,
        at=one.received_at,
        truth=Truth(said.scope or corrected.get("scope"), said.priority or corrected.get("priority")),
        acknowledged=one.acknowledged,
        incident=one.number,
        about=About(sender=one.sender, mailbox=one.source, fields=fields),
    )


@contextmanager
def from_mbox(path: Path, config: Config, labels: Labels | None) -> Iterator[Source]:
    """Give the mails of an mbox that would open incidents; raises UserError for what is no mbox."""
    said = labels.truths() if labels else {}
    try:
        with path.open("rb") as file, ReaderPool(config.limits) as reader:
            if not file.peek(5).startswith(b"From "):
                raise UserError(f"{path}: is no mbox: it must begin with a line `From ...`")
            yield Source(
                f"mails of {path.name}",
                _read_mbox(file, reader, config, said),
                _worth_a_bar(path.stat().st_size, LARGE),
                file.tell,
            )
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None


def _read_mbox(
    file: BinaryIO, reader: ReaderPool, config: Config, said: Mapping[str, Truth]
) -> Iterator[Mail | NotTried]:
    own, seen = own_mail_of(config), _Seen()
    for number, raw in enumerate(mails_of(file, config.limits.message_bytes), start=1):
        name = f"mail {number}"
        try:
            message = reader.read(raw)
        except Unreadable as refused:
            yield NotTried(name, "unreadable", Reason(refused.reason, str(refused)))
        else:
            yield _of_mbox(name, message, own, seen, said)


def _of_mbox(
    name: str, message: Message, own: OwnMail, seen: "_Seen", said: Mapping[str, Truth]
) -> Mail | NotTried:
    further = seen.answers(message)
    writer = recognise(message, None, own)
    if message.sender is None:
        return NotTried(name, "unreadable", because("no_sender", doubt=message.sender_doubt))
    if writer.kind != "human":
        return NotTried(name, "machine", writer.reasons[0])
    if further:
        return NotTried(name, "further", because("answers_earlier", message_id=further))
    return Mail(
        name=name,
        subject=message.subject,
        body=split_text(message.text, first=message.is_first).new,
        at=message.date,
        truth=said.get(message.message_id or "", Truth()),
        acknowledged=writer.ack_allowed,
        about=about(message),
    )


class _Seen:
    """The latest Message-IDs of the file: who answers one of them writes on an incident that is there."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def answers(self, message: Message) -> str:
        """Return the id of an earlier mail that this one answers, or "", and remember its own."""
        earlier = (one for one in (*message.in_reply_to, *message.references) if one in self._ids)
        found = next(earlier, "")
        if message.message_id:
            self._ids[message.message_id] = None
        if len(self._ids) > IDS_KNOWN:
            self._ids.popitem(last=False)
        return found
