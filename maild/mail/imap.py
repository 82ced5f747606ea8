"""A mailbox read by IMAP (RFC 9051): UIDs, mails in batches, moving, and waiting for more.

The only module that knows imapclient. Whatever it or imaplib raises comes out as Unreachable or LoginRefused,
one line for people, and the connection is closed then: a client that failed once may be out of step with its
server. A mailbox belongs to one thread; imapclient hangs where two share a client.
"""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from maild.config.mailbox import MailboxSettings
from maild.core.limits import Limits
from maild.errors import BrokenOver, LoginRefused, Unreachable
from maild.log import logger
from maild.mail.idle import wait_in_idle
from maild.mail.interfaces import Fetched, Folder, Portion, Withheld
from maild.mail.login import Tokens, log_in_imap, log_in_imap_by_token
from maild.mail.tls import verified_context
from maild.mail.trouble import in_words

__all__ = ["Fetched", "Folder", "ImapMailbox"]

DONE = b"$MaildDone"
_TIMEOUT = SocketTimeout(connect=10, read=60)
_GOODBYE_SECONDS = 2.0
# Servers take command lines of 8 kB and more (RFC 7162 §4).
_COMMAND_UIDS = 500
# An odd answer makes imapclient's parsers raise any of these.
_FOREIGN = (IMAPClientError, OSError, ValueError, TypeError, LookupError)
# Of these, what says that the connection is gone or out of step.
_LOST = (IMAPClientAbortError, OSError)
# What is the server's trouble and not that of a mail (RFC 5530 §3; Gmail and others say the last two).
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[EXPIRED]", "[THROTTLED]", "[OVERQUOTA]")
log = logger(__name__)


class ImapMailbox:
    """One folder of one account; see interfaces.Mailbox for the contract of each method."""

    # imaplib takes no answer line beyond 1,000,000 bytes, and a UID needs up to 11 of them.
    PAGE = 90_000

    def __init__(self, settings: MailboxSettings, limits: Limits, tokens: Tokens | None = None) -> None:
        """Prepare; with `tokens` the account has no password."""
        self._settings = settings
        self._tokens = tokens
        self._limits = limits
        self._client: _Client | None = None
        self._way: Literal["move", "copy", "keyword", "ledger"] = "ledger"
        self._can_idle = False
        self._exists = 0

    def open(self) -> Folder:
        """Connect, log in, make the processed folder where it is missing, and select the folder."""
        self.close()
        with self._translated():
            self._client = client = self._connect()
            self._log_in(client)
            self._make_processed_folder(client)
            selected = client.select_folder(self._settings.folder)
            if b"UIDVALIDITY" not in selected:
                raise Unreachable(self._line(f"gives folder {self._settings.folder} no UIDVALIDITY"))
            capabilities = frozenset(client.capabilities())
            self._way = self._way_to_settle(capabilities, selected.get(b"PERMANENTFLAGS", ()))
            self._can_idle = b"IDLE" in capabilities
            self._exists = selected[b"EXISTS"]
            return Folder(
                uidvalidity=selected[b"UIDVALIDITY"],
                uidnext=selected.get(b"UIDNEXT") or self._next_uid(client),
                can_move=b"MOVE" in capabilities,
                can_idle=self._can_idle,
            )

    def uids(self, above: int, since: date | None = None) -> list[int]:
        """Return the UIDs above `above`, ascending, without those that carry our keyword where we set it.

        `since` compares the day of INTERNALDATE as the server writes it (RFC 9051 §6.4.4).
        """
        with self._connected() as client:
            # A SEARCH need not know the newest mail, but a NOOP makes the server look (RFC 9051 §6.1.2).
            client.noop()
            # What is announced from here on may be missing in the answer: `wait` will say so at once.
            client.announced()
            found: list[int] = []
            for span in self._spans(client, above):
                criteria: list[Any] = ["UID", span]
                criteria += ["SINCE", since] if since else []
                criteria += ["UNKEYWORD", DONE.decode()] if self._way == "keyword" else []
                found += client.search(criteria)
            # `n:*` always has the last mail in it, whatever its UID (RFC 9051 §6.4.8).
            return sorted({uid for uid in found if uid > above})

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Return these mails in the order of their UIDs; the Seen flag is not touched."""
        return [fetched for portion in self.portions(uids) for fetched in portion.mails]

    def portions(self, uids: Sequence[int]) -> Iterator[Portion]:
        """Yield them in portions of at most `limits.message_bytes` or one larger mail, to bound the memory."""
        portion: list[int] = []
        room = self._limits.message_bytes
        sizes, withheld = self._sizes(uids)
        if withheld:
            yield Portion((), withheld)
        for uid, size in sizes:
            if portion and size > room:
                yield self._fetch(portion)
                portion, room = [], self._limits.message_bytes
            portion.append(uid)
            room -= size
        if portion:
            yield self._fetch(portion)

    def holds(self, message_id: str) -> bool:
        """Say whether the folder has a mail with this Message-ID, by the server's own search."""
        with self._connected() as client:
            client.noop()
            return bool(client.search(["HEADER", "MESSAGE-ID", message_id]))

    def settle(self, uids: Sequence[int]) -> None:
        """Move these mails to the processed folder, else give them our keyword, else leave them alone."""
        with self._connected() as client:
            for start in range(0, len(uids), _COMMAND_UIDS):
                self._settle(client, uids[start : start + _COMMAND_UIDS])

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait by IDLE where offered and wanted, else for `poll_seconds`; True where new mail was announced.

        What was announced along with the answers to earlier commands counts: IDLE would not say it again.
        False is no proof of the contrary, only that nobody said so: look with `uids` all the same.
        """
        with self._connected() as client:
            if client.announced():
                return True
            if self._can_idle and self._settings.idle:
                return wait_in_idle(client, seconds, stop)
            if not stop.wait(min(seconds, self._settings.poll_seconds)):
                client.noop()
            return client.announced()

    def close(self) -> None:
        """Log out where the server still listens, and disconnect."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FOREIGN):
                client.socket().settimeout(_GOODBYE_SECONDS)
                client.logout()
            with contextlib.suppress(*_FOREIGN):
                client.shutdown()

    def _connect(self) -> "_Client":
        settings = self._settings
        context = None if settings.tls == "none" else verified_context(settings.ca_file)
        client = _Client(
            settings.host,
            settings.port,
            ssl=settings.tls == "implicit",
            ssl_context=context,
            timeout=_TIMEOUT,
        )
        # Else INTERNALDATE would be in the zone of this machine, without saying so.
        client.normalise_times = False
        # Assigned before STARTTLS, so that a failure there closes the connection.
        self._client = client
        if settings.tls == "starttls":
            client.starttls(context)
        return client

    def _log_in(self, client: "_Client") -> None:
        try:
            if self._tokens is None:
                log_in_imap(client, self._settings.user, self._settings.password)
            else:
                log_in_imap_by_token(client, self._settings.user, self._tokens.token())
        except (LoginError, PermissionError) as error:
            # imapclient makes a LoginError of whatever happens in a login, the end of the connection too.
            said = error.__context__ if isinstance(error, LoginError) and error.__context__ else error
            if isinstance(said, IMAPClientAbortError) or "[UNAVAILABLE]" in str(said):
                raise
            if self._tokens is not None:
                self._tokens.refused()
            line = f"{self._settings.host} refused user {self._settings.user}: {in_words(said)}"
            raise LoginRefused(f"mailbox {self._settings.name}: {line}") from error

    def _make_processed_folder(self, client: "_Client") -> None:
        folder = self._settings.processed_folder
        if folder and not client.folder_exists(folder):
            client.create_folder(folder)
            # For people's mail programs, which show what is subscribed; the rest works without.
            with contextlib.suppress(IMAPClientError):
                client.subscribe_folder(folder)

    def _way_to_settle(
        self, capabilities: frozenset[bytes], flags: Sequence[bytes]
    ) -> Literal["move", "copy", "keyword", "ledger"]:
        """Choose the best way that this server allows.

        Without UIDPLUS only a plain EXPUNGE could end a copy, and it would delete what others marked as deleted.
        """
        if self._settings.processed_folder:
            if b"MOVE" in capabilities:
                return "move"
            if b"UIDPLUS" in capabilities:
                return "copy"
        return "keyword" if b"\\*" in flags or DONE in flags else "ledger"

    def _next_uid(self, client: "_Client") -> int:
        """Return a UID above all that are given out, where the answer to SELECT has none (RFC 9051 §6.3.2).

        What STATUS says, else by the last mail: SELECT alone would make all old mail look new.
        """
        told: dict[bytes, int] = {}
        try:
            told = client.folder_status(self._settings.folder, ["UIDNEXT"])
        except _LOST:
            raise
        except _FOREIGN:
            log.info("no UIDNEXT", mailbox=self._settings.name)
        last = max(client.search(["UID", "*"]), default=0) if self._exists else 0
        return max(told.get(b"UIDNEXT", 1), last + 1)

    def _spans(self, client: "_Client", above: int) -> list[str]:
        """Cut `above`+1 to the last UID so that a SEARCH of each span has at most PAGE UIDs in its answer."""
        steps = range(self.PAGE, self._exists, self.PAGE)
        borders = client.search([",".join(map(str, steps))]) if steps else []
        inner = sorted(border for border in borders if border > above)
        starts = [above + 1, *(border + 1 for border in inner)]
        return [f"{start}:{end}" for start, end in zip(starts, [*inner, "*"], strict=True)]

    def _sizes(self, uids: Sequence[int]) -> tuple[list[tuple[int, int]], list[Withheld]]:
        with self._connected() as client:
            answer, said = self._ask(client, uids, ["RFC822.SIZE"])
            sizes = {uid: data[b"RFC822.SIZE"] for uid, data in answer.items() if b"RFC822.SIZE" in data}
            return sorted(sizes.items()), self._withheld(client, set(uids) - set(sizes), said)

    def _fetch(self, uids: Sequence[int]) -> Portion:
        with self._connected() as client:
            answer, said = self._ask(client, uids, ["BODY.PEEK[]", "INTERNALDATE"])
            found = {
                uid: Fetched(uid, data[b"BODY[]"], data[b"INTERNALDATE"].astimezone(UTC))
                for uid, data in answer.items()
                if data.get(b"BODY[]") is not None and isinstance(data.get(b"INTERNALDATE"), datetime)
            }
            withheld = self._withheld(client, set(uids) - set(found), said)
            return Portion([found[uid] for uid in sorted(found)], withheld)

    def _ask(
        self, client: "_Client", uids: Sequence[int], items: Sequence[str]
    ) -> tuple[dict[int, dict[bytes, Any]], dict[int, str]]:
        """Return what the server gives of these mails, and what it says to those that it refuses, by UID.

        A mail that it can't read makes a server refuse all that are asked for with it: then each half is asked for by
        itself. Raises BrokenOver where it ends the connection instead.
        """
        try:
            return client.fetch(uids, items), {}
        except _LOST as error:
            raise BrokenOver(self._line(in_words(error)), uids) from error
        except _FOREIGN as error:
            client.drop_fetched()
            said = in_words(error)
        if any(code in said for code in _NOT_NOW):
            raise Unreachable(self._line(said))
        if len(uids) == 1:
            return {}, {uids[0]: said}
        half = len(uids) // 2
        (given, refused), (more, others) = (
            self._ask(client, part, items) for part in (uids[:half], uids[half:])
        )
        return given | more, refused | others

    def _withheld(self, client: "_Client", missing: set[int], said: Mapping[int, str]) -> list[Withheld]:
        """Return those of the missing mails that are still there: only of the others are we sure that they are gone."""
        if missing:
            client.noop()
        left = self._still_there(client, sorted(missing))
        return [Withheld(uid, said.get(uid, "it leaves the mail out of its answer")) for uid in left]

    def _still_there(self, client: "_Client", uids: Sequence[int]) -> list[int]:
        wanted = frozenset(uids)
        found = client.search(["UID", ",".join(map(str, uids))]) if wanted else ()
        return sorted(wanted.intersection(found))

    def _settle(self, client: "_Client", uids: Sequence[int]) -> None:
        try:
            self._put_away(client, uids)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            # Somebody took a mail away, or the processed folder: servers answer NO to either.
            left = self._still_there(client, uids)
            if left:
                self._make_processed_folder(client)
                self._put_away(client, left)

    def _put_away(self, client: "_Client", uids: Sequence[int]) -> None:
        folder = self._settings.processed_folder
        if self._way == "move":
            client.move(uids, folder)
        elif self._way == "copy":
            client.copy(uids, folder)
            client.add_flags(uids, [b"\\Deleted"], silent=True)
            client.uid_expunge(uids)
        elif self._way == "keyword":
            client.add_flags(uids, [DONE], silent=True)

    @contextlib.contextmanager
    def _connected(self) -> Iterator["_Client"]:
        with self._translated():
            if self._client is None:
                raise Unreachable(self._line("not connected"))
            yield self._client

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn whatever a block raises into Unreachable, and close the connection."""
        try:
            yield
        except Unreachable:
            self._drop()
            raise
        except _FOREIGN as error:
            self._drop()
            raise Unreachable(self._line(in_words(error))) from error

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*_FOREIGN):
                client.shutdown()

    def _line(self, what: str) -> str:
        return f"mailbox {self._settings.name}: {self._settings.host}: {what}"


class _Client(IMAPClient):  # type: ignore[misc]  # imapclient has no types
    """imapclient, except that what a server says unasked is not lost, and that a dead IDLE is noticed."""

    def __init__(self, *args: Any, **keys: Any) -> None:
        super().__init__(*args, **keys)
        self.woken = False
        self._first_look = False
        # imapclient sets 5: imaplib would spell out every byte of every mail for a log that drops it, which takes
        # more time than all the rest of a fetch.
        self._imap.debug = 0

    def drop_fetched(self) -> None:
        """Forget what came of a FETCH before the server refused the rest: it would be part of the next answer."""
        self._imap.untagged_responses.pop("FETCH", None)

    def announced(self) -> bool:
        """Say whether new mail was announced in answers since the last call; forgets it.

        imaplib keeps what it was not asked for until the next SELECT, one entry for each mail that is moved.
        """
        unasked = self._imap.untagged_responses
        found = "EXISTS" in unasked
        unasked.clear()
        return found

    def idle(self) -> None:
        """Enter IDLE; an announcement may come before the `+`, which imapclient takes for an error."""
        self._idle_tag = tag = self._imap._command("IDLE")
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands[tag] is not None:
                raise IMAPClientError("the server refuses IDLE")
        self._first_look = True

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> list[Any]:
        """Wait for something to read; `woken` says afterwards whether there was.

        Dovecot announces what came before IDLE right behind the `+`: it has been read into imaplib's buffer
        by then, where no poll sees it. So the first look after IDLE doesn't wait.
        """
        if self._first_look:
            self._first_look = self.woken = False
            return [sock]
        events: list[Any] = super()._poll_socket(sock, timeout)
        self.woken = bool(events)
        return events
