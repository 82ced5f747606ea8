"""Mails made to stop whoever reads them, through the real door and the real readers, an ordinary one after each."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.daemon import Daemon
from maild.store.tables import arrival, blob, incident
from tests.faults.target import CONFIG, JANE, SUPPORT
from tests.story.patience import wait_until

HEAD = f"From: {JANE}\r\nTo: {SUPPORT}\r\nSubject: bomb\r\n"
CONTROL = f"From: {JANE}\r\nTo: {SUPPORT}\r\nSubject: control\r\n\r\nIt is broken.\r\n".encode()
MORE = """
[listen]
address = "127.0.0.1:0"

[outgoing]
transport = "maildir"
folder = "var/out"

[limits]
parse_seconds = 2.0
"""


def nested(levels: int, kind: str) -> str:
    """Return parts within parts."""
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
        if kind == "multipart"
        else "Content-Type: message/rfc822\r\n\r\n"
        for n in range(levels)
    )
    return f"{HEAD}MIME-Version: 1.0\r\n{opened}\r\nhi\r\n"


BOMBS: dict[str, Callable[[], str]] = {
    "100 levels": lambda: nested(100, "multipart"),
    "1000 levels": lambda: nested(1000, "multipart"),
    "1000 mails in mails": lambda: nested(1000, "rfc822"),
    "20,000 parts": lambda: (
        HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n" * 20_000 + "--b--\r\n"
    ),
    "100,000 empty parts": lambda: (
        HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n" * 100_000
    ),
    "subject folded 100,000 times": lambda: (
        "Subject: x" + "\r\n x" * 100_000 + f"\r\nFrom: {JANE}\r\n\r\nhi\r\n"
    ),
    "20,000 encoded words": lambda: f"Subject: {'=?utf-8?q?a?= ' * 20_000}\r\nFrom: {JANE}\r\n\r\nhi\r\n",
    "brackets in From": lambda: f"From: {'(' * 4000} <{JANE}>\r\n\r\nhi\r\n",
    "20,000 recipients": lambda: (
        HEAD + "Cc: " + ",\r\n ".join(f"a{n}@b.example" for n in range(20_000)) + "\r\n\r\nhi\r\n"
    ),
    "20,000 parameters": lambda: (
        HEAD + "Content-Type: text/plain" + "".join(f";\r\n a{n}=b" for n in range(20_000)) + "\r\n\r\nhi\r\n"
    ),
    "20,000 pieces of a name": lambda: (
        HEAD
        + "Content-Type: application/x"
        + "".join(f";\r\n name*{n}*=a" for n in range(20_000))
        + "\r\n\r\nhi\r\n"
    ),
    "zlib": lambda: HEAD + "Content-Type: text/plain; charset=zlib_codec\r\n\r\nhi\r\n",
    "idna": lambda: HEAD + "Content-Type: text/plain; charset=idna\r\n\r\nhi\r\n",
    "undefined": lambda: HEAD.replace("bomb", "=?undefined?q?a?=") + "\r\nhi\r\n",
    "NUL and surrogates": lambda: (
        f"Subject: [#\x001001] \udcff[#١٠٠١]\r\nFrom: {JANE}\r\nX: \x00\r\n\r\n\x00\udcff\r\n"
    ),
    "numbers": lambda: (
        f"Subject: [#{'9' * 5000}][#{2**31}][#{2**63}][#0][#-1][#1e9]\r\nFrom: {JANE}\r\n\r\nhi\r\n"
    ),
    "dates": lambda: (
        HEAD + "Date: Mon, 1 Jan 0001 00:00:00 +2359\r\nDate: Fri, 31 Dec 9999 23:59:59 -9999\r\n\r\nhi\r\n"
    ),
    "10,000 references": lambda: (
        HEAD + "References: " + "\r\n ".join(f"<{n}@x.example>" for n in range(10_000)) + "\r\n\r\nhi\r\n"
    ),
    "100,000 fields": lambda: HEAD + "X: y\r\n" * 100_000 + "\r\nhi\r\n",
    "HTML nested 50,000 deep": lambda: (
        HEAD + "Content-Type: text/html\r\n\r\n" + "<div>\r\n" * 50_000 + "hi\r\n"
    ),
    "HTML entities": lambda: HEAD + "Content-Type: text/html\r\n\r\n" + "&amp;&#x1F600;\r\n" * 50_000,
    "quotes in quotes": lambda: HEAD + "\r\n" + ("> " * 400 + "x\r\n") * 500,
    "attributions": lambda: HEAD + "\r\n" + "On 1 Jan 2026 at 10:00, a@b.example wrote:\r\n" * 10_000,
    "commas of hot rush": lambda: HEAD + "\r\n" + "hot rush hot " * 40 * 500 + "\r\n",
    "no header": lambda: "\r\n\r\n",
    "one line of a megabyte": lambda: HEAD + "\r\n" + "x" * 990_000 + "\r\n",
    "SQL": lambda: (
        HEAD.replace("bomb", "'; DROP TABLE incident; --") + "Message-ID: <'\"%s{}$1@x>\r\n\r\n'); --\r\n"
    ),
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A maild with its listener and its reading children."""
    folder: Path = tmp_path_factory.mktemp("bombs")
    path = folder / "config.toml"
    path.write_text(CONFIG + MORE, encoding="utf-8")
    running = Daemon(path, {})
    running.start()
    yield running
    running.stop()


def handed_in(daemon: Daemon, *mails: bytes) -> list[int]:
    """Send mails in one session and return the answers."""
    host, _, port = daemon.listening_on.rpartition(":")
    answers = []
    with smtplib.SMTP(host, int(port), timeout=30) as client:
        for mail in mails:
            client.ehlo_or_helo_if_needed()
            client.mail(JANE)
            client.rcpt(SUPPORT)
            answers.append(client.data(mail)[0])
    return answers


def subjects(daemon: Daemon) -> list[str]:
    """Return the subjects of all incidents."""
    with daemon.desk.database.read() as tx:
        return list(tx.scalars(select(incident.c.subject)))


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_costs_its_own_mail_at_most(daemon: Daemon, bomb: Callable[[], str]) -> None:
    """It opens an incident or lies in quarantine with its bytes; the next mail is handled at once (invariant I10)."""
    raw = bomb().encode("utf-8", "surrogateescape")
    before = subjects(daemon).count("control")
    # Each control says something else: the same again is no new request.
    assert handed_in(daemon, raw, CONTROL + str(before).encode()) == [250, 250]
    assert subjects(daemon).count("control") == before + 1
    with daemon.desk.database.read() as tx:
        became = tx.execute(
            select(arrival.c.disposition, arrival.c.reasons, blob.c.bytes)
            .join(blob, blob.c.sha256 == arrival.c.raw)
            .order_by(arrival.c.id.desc())
            .limit(2)
        ).all()
    assert became[1].disposition in ("opened", "appended", "quarantined", "kept")
    assert became[1].reasons[0]["name"] != "handling_failed"
    assert became[1].bytes.rstrip(b"\r\n") == raw.rstrip(b"\r\n")


def test_every_mail_about_the_bombs_leaves(daemon: Daemon) -> None:
    """What staff are told of a bomb is a mail that passes our own check: none is refused."""
    from maild.store import outbox

    def failed() -> list[object]:
        with daemon.desk.database.read() as tx:
            rows = outbox.listing(tx, None)
        assert [row["last_error"] for row in rows if row["state"] == "failed"] == []
        return [row for row in rows if row["state"] in ("queued", "sending")]

    wait_until("all has left", lambda: not failed())


SMUGGLED = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\r\n.\n",
    b"\n\n.\r\n",
    b"\r\n\x00.\r\n",
]


@pytest.mark.parametrize("end", SMUGGLED)
def test_no_end_of_data_but_the_true_one_ends_a_mail(daemon: Daemon, end: bytes) -> None:
    """A second mail hidden behind a crooked end is never a mail (SMTP smuggling): refused, or text of the first."""
    before = len(subjects(daemon))
    host, _, port = daemon.listening_on.rpartition(":")
    inner = f"MAIL FROM:<{JANE}>\r\nRCPT TO:<{SUPPORT}>\r\nDATA\r\nSubject: smuggled\r\n\r\nx".encode()
    with socket.create_connection((host, int(port)), 20) as client, client.makefile("rb") as answers:
        assert answers.readline().startswith(b"220")
        for command in (b"HELO x", f"MAIL FROM:<{JANE}>".encode(), f"RCPT TO:<{SUPPORT}>".encode(), b"DATA"):
            client.sendall(command + b"\r\n")
            assert answers.readline()[:1] in b"23"
        client.sendall(HEAD.encode() + b"\r\nfirst" + end + inner + b"\r\n.\r\nQUIT\r\n")
        said = answers.read().splitlines()
    assert [line[:3] for line in said] in ([b"554", b"221"], [b"250", b"221"])
    assert len(subjects(daemon)) - before == (1 if said[0].startswith(b"250") else 0)
    assert "smuggled" not in subjects(daemon)
