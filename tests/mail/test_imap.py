"""What only a real IMAP connection can get wrong: TLS, logins, odd answers, IDLE, and ways to put mail away."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from maild.config.mailbox import MailboxSettings
from maild.core.limits import Limits
from maild.errors import BrokenOver, LoginRefused, Unreachable
from maild.mail.imap import ImapMailbox
from tests.mail.conftest import MakeSettings
from tests.parts.dovecot import PASSWORD, USER, PrivateDovecot, require_dovecot
from tests.parts.scripted_imap import Answer, ScriptedServer

MAIL = b"Subject: hello\r\n\r\nhello\r\n"
NEVER = threading.Event()


Scripted = Callable[..., tuple[ImapMailbox, ScriptedServer]]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Start a server with these answers, and make a mailbox that reads it; commands have `_` for spaces."""
    made: list[tuple[ImapMailbox, ScriptedServer]] = []

    def make(**answers: Answer) -> tuple[ImapMailbox, ScriptedServer]:
        server = ScriptedServer({name.replace("_", " "): answer for name, answer in answers.items()})
        settings = MailboxSettings(
            name="support",
            host="127.0.0.1",
            port=server.port,
            tls="none",
            user=USER,
            password=PASSWORD,
            since="all",
        )
        made.append((ImapMailbox(settings, Limits()), server))
        return made[-1]

    yield make
    for mailbox, server in made:
        mailbox.close()
        server.stop()


@contextlib.contextmanager
def opened(settings: MailboxSettings, kind: type[ImapMailbox] = ImapMailbox) -> Iterator[ImapMailbox]:
    """Open a mailbox for a block."""
    mailbox = kind(settings, Limits())
    mailbox.open()
    try:
        yield mailbox
    finally:
        mailbox.close()


@contextlib.contextmanager
def own_server(capability: str) -> Iterator[tuple[PrivateDovecot, MailboxSettings]]:
    """Run a server that offers only this, and give settings for its INBOX."""
    require_dovecot()
    server = PrivateDovecot(capability=capability)
    try:
        server.start()
        yield (
            server,
            MailboxSettings(
                name="support",
                host="localhost",
                port=server.tls_port,
                ca_file=str(server.ca_file),
                user=USER,
                password=PASSWORD,
                since="all",
            ),
        )
    finally:
        server.remove()


# TLS and logging in


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_is_verified_against_the_ca_file(
    dovecot: PrivateDovecot, make_settings: MakeSettings, tls: str
) -> None:
    """Both ways into TLS work with the authority that signed the server's certificate."""
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    with opened(make_settings(tls=tls, port=port)) as mailbox:
        assert mailbox.uids(0) == []


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    dovecot: PrivateDovecot, make_settings: MakeSettings, tls: str
) -> None:
    """No login is tried on such a connection."""
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    mailbox = ImapMailbox(make_settings(tls=tls, port=port, ca_file=""), Limits())
    with pytest.raises(Unreachable, match=r"^mailbox support: localhost: its certificate is not trusted: "):
        mailbox.open()


def test_a_missing_ca_file_is_one_line(make_settings: MakeSettings) -> None:
    """The file may go while the daemon runs."""
    mailbox = ImapMailbox(make_settings(ca_file="/nonexistent/ca.pem"), Limits())
    with pytest.raises(Unreachable, match=r"^mailbox support: localhost: no such file or directory$"):
        mailbox.open()


def test_a_refused_login_names_mailbox_server_and_user(make_settings: MakeSettings) -> None:
    """One line with the server's words, and without the password."""
    mailbox = ImapMailbox(make_settings(password="wrong-one"), Limits())
    with pytest.raises(LoginRefused) as caught:
        mailbox.open()
    assert str(caught.value) == (
        "mailbox support: localhost refused user support: [AUTHENTICATIONFAILED] Authentication failed."
    )


def test_a_server_with_plain_gets_any_password(scripted: Scripted) -> None:
    """AUTHENTICATE PLAIN goes before LOGIN where it is offered."""
    mailbox, server = scripted(
        CAPABILITY=b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        AUTHENTICATE=b"{tag} NO [AUTHENTICATIONFAILED] no\r\n",
    )
    with pytest.raises(LoginRefused):
        mailbox.open()
    assert "AUTHENTICATE PLAIN" in server.heard
    assert not any(line.startswith("LOGIN") for line in server.heard)


def test_no_password_is_sent_where_logins_are_disabled(scripted: Scripted) -> None:
    """LOGINDISABLED stands for a connection without TLS."""
    mailbox, server = scripted(CAPABILITY=b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n")
    with pytest.raises(LoginRefused, match=r"refused user support: it takes no password .*LOGINDISABLED"):
        mailbox.open()
    assert not any(PASSWORD in line for line in server.heard)


@pytest.mark.parametrize("answer", [b"{tag} NO [UNAVAILABLE] the database is down\r\n", None])
def test_a_login_that_fails_for_now_is_not_a_refusal(scripted: Scripted, answer: bytes | None) -> None:
    """[UNAVAILABLE] (RFC 5530 §3) mends itself, and so does a connection that breaks in the login."""
    mailbox, _ = scripted(LOGIN=answer)
    with pytest.raises(Unreachable) as caught:
        mailbox.open()
    assert type(caught.value) is Unreachable


def test_words_of_a_server_are_one_printable_line(scripted: Scripted) -> None:
    """A terminal and a log line are safe from it."""
    mailbox, _ = scripted(LOGIN=b"{tag} NO \x1b[2Jgo\taway\x00" + b"x" * 5000 + b"\r\n")
    with pytest.raises(LoginRefused) as caught:
        mailbox.open()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


# Odd answers


def test_a_folder_without_uidvalidity_is_not_read(scripted: Scripted) -> None:
    """Its UIDs could not be remembered."""
    mailbox, _ = scripted(SELECT=b"* 2 EXISTS\r\n")
    with pytest.raises(Unreachable, match="gives folder INBOX no UIDVALIDITY"):
        mailbox.open()


SELECTED = b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n"


@pytest.mark.parametrize(
    ("status", "search", "uidnext"),
    [
        (b"* STATUS INBOX (UIDNEXT 12)\r\n", b"* SEARCH 9\r\n", 12),
        (b"* STATUS INBOX (UIDNEXT 3)\r\n", b"* SEARCH 9\r\n", 10),
        (b"{tag} NO not of the selected one\r\n", b"* SEARCH 9\r\n", 10),
        (b"{tag} BAD what?\r\n", b"* SEARCH 9\r\n", 10),
        (b"", b"* SEARCH 9\r\n", 10),
        (b"* STATUS INBOX (MESSAGES 2)\r\n", b"* SEARCH 9\r\n", 10),
    ],
)
def test_without_uidnext_the_folder_is_asked_where_new_uids_begin(
    scripted: Scripted, status: bytes, search: bytes, uidnext: int
) -> None:
    """Some servers leave it out of the answer to SELECT; with `since = "now"` all old mail would be new."""
    mailbox, _ = scripted(SELECT=SELECTED, STATUS=status, UID_SEARCH=search)
    assert mailbox.open().uidnext == uidnext


def test_an_empty_folder_without_uidnext_has_no_old_mail(scripted: Scripted) -> None:
    """There is no last mail to ask for."""
    mailbox, server = scripted(SELECT=b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n", STATUS=b"{tag} NO no\r\n")
    assert mailbox.open().uidnext == 1
    assert not any("SEARCH" in line for line in server.heard)


@pytest.mark.parametrize("lost", ["STATUS", "UID_SEARCH"])
def test_a_connection_lost_over_uidnext_is_not_an_empty_folder(scripted: Scripted, lost: str) -> None:
    """It is opened anew, and then all old mail is still old."""
    mailbox, _ = scripted(SELECT=SELECTED, **{lost: None})
    with pytest.raises(Unreachable):
        mailbox.open()


def given(mailbox: ImapMailbox, uids: list[int]) -> tuple[list[int], dict[int, str]]:
    """Return which mails were given, and which were withheld and why."""
    portions = list(mailbox.portions(uids))
    taken = [mail.uid for portion in portions for mail in portion.mails]
    return taken, {mail.uid: mail.why for portion in portions for mail in portion.withheld}


def one_refused(bad: int, answer: bytes) -> Callable[[str], bytes]:
    """Return how a server answers a FETCH that can't give one mail: `answer` to every command with it."""

    def say(command: str) -> bytes:
        uids = [int(uid) for uid in command.split()[2].split(",")]
        size = "RFC822.SIZE" in command
        what = "RFC822.SIZE 2" if size else f"INTERNALDATE {ARRIVED} BODY[] {{2}}\r\nhi"
        lines = [f"* {uid} FETCH (UID {uid} {what})\r\n".encode() for uid in uids if size or uid != bad]
        return b"".join(lines) + (b"" if size or bad not in uids else answer)

    return say


ARRIVED = '"03-Mar-2026 12:00:00 +0000"'


@pytest.mark.parametrize(
    "answer",
    [b"{tag} NO [SERVERBUG] can't\r\n", b"", b"* 6 FETCH (UID 6 BODY[] NIL)\r\n", b"{tag} BAD what?\r\n"],
)
def test_a_mail_that_the_server_withholds_is_named_and_the_others_given(
    scripted: Scripted, answer: bytes
) -> None:
    """NO, left out, or NIL: the server lists it, so it is not gone, and it stops no other mail."""
    search = b"* SEARCH 6\r\n"
    mailbox, _ = scripted(UID_FETCH=one_refused(6, answer), UID_SEARCH=search)
    mailbox.open()
    taken, withheld = given(mailbox, [3, 4, 5, 6, 7])
    assert (taken, list(withheld)) == ([3, 4, 5, 7], [6])
    assert withheld[6].isprintable()


def test_a_refused_mail_that_is_not_listed_any_more_is_gone(scripted: Scripted) -> None:
    """Some servers say NO to what somebody else has deleted."""
    mailbox, _ = scripted(UID_FETCH=one_refused(6, b"{tag} NO gone\r\n"), UID_SEARCH=b"* SEARCH\r\n")
    mailbox.open()
    assert given(mailbox, [5, 6]) == ([5], {})


def test_what_came_before_a_refusal_is_not_part_of_the_next_answer(scripted: Scripted) -> None:
    """A server may give half of the mails and then say NO: they are asked for again, and the new answer counts."""

    def say(command: str) -> bytes:
        if "RFC822.SIZE" in command:
            return b"* 1 FETCH (UID 5 RFC822.SIZE 2)\r\n* 2 FETCH (UID 6 RFC822.SIZE 2)\r\n"
        whole = (
            f"* 1 FETCH (UID 5 INTERNALDATE {ARRIVED} BODY[] {{2}}\r\nhi)\r\n{{tag}} NO can't\r\n".encode()
        )
        return whole if "5,6" in command else b""

    mailbox, _ = scripted(UID_FETCH=say, UID_SEARCH=b"* SEARCH\r\n")
    mailbox.open()
    assert given(mailbox, [5, 6]) == ([], {})


@pytest.mark.parametrize(
    "answer", [b"{tag} NO [UNAVAILABLE] later\r\n", b"{tag} NO [THROTTLED] slow down\r\n"]
)
def test_a_server_in_trouble_withholds_no_mail(scripted: Scripted, answer: bytes) -> None:
    """It says that it can't now (RFC 5530): that is no fault of a mail."""
    mailbox, _ = scripted(UID_FETCH=answer, UID_SEARCH=b"* SEARCH 5\r\n")
    mailbox.open()
    with pytest.raises(Unreachable) as caught:
        given(mailbox, [5])
    assert type(caught.value) is Unreachable


@pytest.mark.parametrize("lost", [None, b"* BYE out of memory\r\n", b"nonsense\r\n"])
def test_a_connection_lost_over_mails_names_them(scripted: Scripted, lost: bytes | None) -> None:
    """It is never an empty answer, and whoever reads on knows what to ask for by itself."""
    mailbox, _ = scripted(UID_FETCH=lost, UID_SEARCH=b"* SEARCH 5\r\n")
    mailbox.open()
    with pytest.raises(BrokenOver, match=r"^mailbox support: 127\.0\.0\.1: [^\n]+$") as caught:
        given(mailbox, [5, 6])
    assert caught.value.uids == (5, 6)


@pytest.mark.parametrize("lost", ["UID_SEARCH", "NOOP"])
def test_a_connection_lost_over_the_question_whether_it_is_there_is_no_answer(
    scripted: Scripted, lost: str
) -> None:
    """Neither withheld nor gone: nobody knows."""
    answers = {"UID_FETCH": b"", "UID_SEARCH": b"* SEARCH\r\n", lost: None}
    mailbox, _ = scripted(**answers)
    mailbox.open()
    with pytest.raises(Unreachable):
        given(mailbox, [5])


@pytest.mark.parametrize(
    "answer",
    [
        b'* 1 FETCH (UID 5 RFC822.SIZE 2 INTERNALDATE "yesterday" BODY[] {2}\r\nhi)\r\n',
        b"* 1 FETCH (UID 5 RFC822.SIZE 2 BODY[] {2}\r\nhi)\r\n",
        b"* 1 FETCH (UID x RFC822.SIZE\r\n",
        b"* 1 FETCH (UID 5 RFC822.SIZE 2 BODY[] NIL)\r\n",
        b"{tag} NO can't\r\n",
    ],
)
def test_an_answer_about_one_mail_that_makes_no_sense_withholds_that_mail(
    scripted: Scripted, answer: bytes
) -> None:
    """Nothing of imaplib, imapclient or their parsers comes out."""
    mailbox, _ = scripted(UID_FETCH=answer, UID_SEARCH=b"* SEARCH 5\r\n")
    mailbox.open()
    assert list(given(mailbox, [5])[1]) == [5]


def test_the_arrival_is_right_in_the_hour_that_the_clock_has_twice(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself the library gives local time without a zone: 02:30 would be either of two instants."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    line = b'* 1 FETCH (UID 5 RFC822.SIZE 2 INTERNALDATE "25-Oct-2026 0%d:30:00 +0000" BODY[] {2}\r\nhi)\r\n'
    for hour in (0, 1):
        mailbox, _ = scripted(UID_FETCH=line % hour)
        mailbox.open()
        assert [each.internal_date for each in mailbox.fetch([5])] == [
            datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        ]
    monkeypatch.undo()
    time.tzset()


def test_thousands_of_mails_are_settled_in_commands_that_servers_take(scripted: Scripted) -> None:
    """A command line has a length limit."""
    mailbox, server = scripted()
    mailbox.open()
    mailbox.settle(list(range(1, 1201)))
    moves = [line for line in server.heard if line.startswith("UID MOVE")]
    assert len(moves) == 3
    assert max(map(len, moves)) < 8000


# Waiting


def test_mail_announced_right_behind_the_plus_is_noticed(scripted: Scripted) -> None:
    """It is in the client's buffer then, where no poll of the socket finds it."""
    mailbox, _ = scripted(IDLE=b"+ idling\r\n* 3 EXISTS\r\n")
    mailbox.open()
    mailbox.uids(0)
    assert mailbox.wait(60, NEVER)


def test_mail_announced_before_the_plus_is_noticed(scripted: Scripted) -> None:
    """And the connection is in step afterwards."""
    mailbox, _ = scripted(IDLE=b"* 3 EXISTS\r\n+ idling\r\n", UID_SEARCH=b"* SEARCH 11\r\n")
    mailbox.open()
    mailbox.uids(0)
    assert mailbox.wait(0.1, NEVER)
    assert mailbox.uids(0) == [11]


def test_mail_announced_behind_the_list_is_not_waited_for(scripted: Scripted) -> None:
    """The server has said it once, at the end of the SEARCH that did not know of it, and won't in IDLE."""
    mailbox, server = scripted(UID_SEARCH=b"* SEARCH 11\r\n* 3 EXISTS\r\n")
    mailbox.open()
    assert mailbox.uids(0) == [11]
    assert mailbox.wait(60, NEVER)
    assert "IDLE" not in server.heard


def test_a_sign_of_life_is_no_mail(scripted: Scripted) -> None:
    """Servers say `OK Still here` now and then, and report flags that people set."""
    mailbox, _ = scripted(
        IDLE=b"+ idling\r\n* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 2 EXPUNGE\r\n"
    )
    mailbox.open()
    mailbox.uids(0)
    assert not mailbox.wait(0.2, NEVER)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"{tag} BAD no idle here\r\n", "refuses IDLE"),
        (b"+ idling\r\n* BYE shutting down\r\n", "said goodbye"),
        (b"+ idling\r\nhalf a li", "."),
        (None, "."),
    ],
)
def test_an_idle_that_fails_is_unreachable(scripted: Scripted, answer: bytes | None, said: str) -> None:
    """It raises at once instead of waiting for an answer that can't come."""
    mailbox, _ = scripted(IDLE=answer)
    mailbox.open()
    mailbox.uids(0)
    with pytest.raises(Unreachable, match=said):
        mailbox.wait(1, NEVER)


def test_being_kicked_out_ends_the_waiting(dovecot: PrivateDovecot, make_settings: MakeSettings) -> None:
    """An administrator's kick is a BYE or an end of file; either way we learn of it."""
    with opened(make_settings()) as mailbox:
        mailbox.uids(0)
        timer = threading.Timer(0.2, dovecot.kick)
        timer.start()
        with pytest.raises(Unreachable):
            mailbox.wait(60, NEVER)
        timer.join()


def test_without_idle_it_looks_each_poll_seconds(
    dovecot: PrivateDovecot, make_settings: MakeSettings
) -> None:
    """`idle = false` waits a poll's time and then knows whether there is mail."""
    settings = make_settings(idle=False, poll_seconds=0.1)
    with opened(settings) as mailbox:
        assert mailbox.uids(0) == []
        assert not mailbox.wait(60, NEVER)
        dovecot.append(MAIL, settings.folder)
        assert mailbox.wait(60, NEVER)
        assert len(mailbox.uids(0)) == 1


def test_without_idle_a_stop_is_noticed_at_once(make_settings: MakeSettings) -> None:
    """The poll's time is not waited out."""
    stop = threading.Event()
    stop.set()
    with opened(make_settings(idle=False, poll_seconds=60.0)) as mailbox:
        mailbox.uids(0)
        assert not mailbox.wait(60, stop)


# Putting away


def test_a_missing_processed_folder_is_made_again(
    dovecot: PrivateDovecot, make_settings: MakeSettings
) -> None:
    """Somebody may delete it while we run; what is to be moved gets there all the same."""
    settings = make_settings()
    dovecot.append(MAIL, settings.folder)
    with opened(settings) as mailbox:
        uids = mailbox.uids(0)
        with dovecot.client() as client:
            client.delete_folder(settings.processed_folder)
        mailbox.settle(uids)
    assert list(dovecot.mails(settings.processed_folder).values()) == [MAIL]


def test_the_seen_flag_stays_as_people_left_it(dovecot: PrivateDovecot, make_settings: MakeSettings) -> None:
    """Reading is not seeing: that flag belongs to people (rule 22)."""
    settings = make_settings()
    dovecot.append(MAIL, settings.folder)
    with opened(settings) as mailbox:
        mailbox.fetch(mailbox.uids(0))
    assert [b"\\Seen" in flags for flags in dovecot.flags(settings.folder).values()] == [False]


def test_without_move_mails_are_copied_and_others_deletions_are_left() -> None:
    """COPY and UID EXPUNGE end our own mails; what a person marked as deleted is not ours to remove."""
    with own_server("IMAP4rev1 UIDPLUS IDLE") as (server, settings):
        mine, theirs = server.append_all([MAIL, b"Subject: keep me\r\n\r\n"])
        with server.client() as client:
            client.select_folder("INBOX")
            client.delete_messages([theirs])
        mailbox = ImapMailbox(settings, Limits())
        folder = mailbox.open()
        assert not folder.can_move
        mailbox.settle(mailbox.uids(0)[:1])
        mailbox.settle([mine])
        mailbox.close()
        assert list(server.mails("Processed").values()) == [MAIL]
        assert list(server.mails("INBOX")) == [theirs]


def test_without_move_and_uidplus_the_keyword_tells_what_is_done() -> None:
    """A plain EXPUNGE is never sent: the mails stay, and are listed no more."""
    with own_server("IMAP4rev1 IDLE") as (server, settings):
        uids = server.append_all([MAIL, MAIL])
        with opened(settings) as mailbox:
            mailbox.settle(mailbox.uids(0)[:1])
            assert mailbox.uids(0) == uids[1:]
        assert [b"$MaildDone" in flags for flags in server.flags().values()] == [True, False]


def test_without_keywords_only_the_ledger_remembers(scripted: Scripted) -> None:
    """Where the server keeps no keywords nothing is sent, and everything is listed."""
    mailbox, server = scripted(
        CAPABILITY=b"* CAPABILITY IMAP4rev1\r\n",
        SELECT=b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS (\\Seen)] ok\r\n",
        UID_SEARCH=b"* SEARCH 5 6\r\n",
    )
    mailbox.open()
    mailbox.settle([5])
    assert mailbox.uids(0) == [5, 6]
    assert not any("STORE" in line or "UNKEYWORD" in line for line in server.heard)


def test_a_folder_of_any_size_is_listed_whole(dovecot: PrivateDovecot, make_settings: MakeSettings) -> None:
    """The answer to one SEARCH has a length limit in imaplib: a large folder is searched in pages."""

    class SmallPages(ImapMailbox):
        PAGE = 4

    settings = make_settings()
    uids = dovecot.append_all([MAIL] * 13, settings.folder)
    dovecot.delete(uids[2], settings.folder)
    uids.remove(uids[2])
    with opened(settings, SmallPages) as mailbox:
        assert mailbox.uids(0) == uids
        assert mailbox.uids(uids[5]) == uids[6:]
        more = dovecot.append_all([MAIL] * 6, settings.folder)
        assert mailbox.uids(0) == uids + more
