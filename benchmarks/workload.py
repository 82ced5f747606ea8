"""A workload from a seed: the mail of a support address, as raw bytes, the same for the same seed on every machine.

Of a hundred mails 60 are new requests, 30 replies to earlier ones, 5 auto-replies, 3 bounces, 2 malformed. A request
or reply has a file of 20 to 200 kB with probability 0.14, which makes about 12 % of all mails.
"""

import base64
import html
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime, quote
from itertools import count
from typing import Literal

from benchmarks.texts import LANGUAGES, Language

Kind = Literal["new", "reply", "auto_reply", "bounce", "malformed"]
MIX: tuple[tuple[Kind, int], ...] = (
    ("new", 60),
    ("reply", 30),
    ("auto_reply", 5),
    ("bounce", 3),
    ("malformed", 2),
)
SUPPORT = "support@shop.example"
AUTHSERV = "mx.shop.example"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FILE_SHARE = 0.14
FILE_BYTES = (20_000, 200_000)
FILES = ("screen.png", "error log.txt.gz", "Übersicht.pdf", "theme-backup.zip")
# Of a hundred requests so many come from a server that signs nothing, from somebody who never writes again.
STRANGERS = 0.15
STRANGE_DOMAIN = "unsigned.example"
REMEMBERED = 300  # threads that people still reply to


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of the workload, with CRLF line ends, and what it was made as."""

    raw: bytes = field(repr=False)
    kind: Kind
    has_file: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes, in one language, from one address."""

    name: str
    address: str
    language: Language


@dataclass(frozen=True, slots=True)
class Thread:
    """What was written in a conversation last: who may reply to it, and with which header fields."""

    person: Person
    subject: str
    message_ids: tuple[str, ...]


def workload(size: int, seed: int = 1) -> Iterator[Mail]:
    """Yield `size` mails in the order in which they arrive; the first is a new request."""
    writer = _Writer(random.Random(seed), max(10, size // 4))
    kinds: list[Kind] = [kind for kind, percent in MIX for _ in range(round(size * percent / 100))]
    kinds += ["new"] * (size - len(kinds))
    del kinds[size:]
    writer.random.shuffle(kinds)
    for kind in kinds:
        yield writer.mail(kind)


class _Writer:
    """Writes one mail after another; remembers the threads that can be replied to."""

    def __init__(self, randomness: random.Random, people: int) -> None:
        self.random = randomness
        self._numbers = count(1)
        self._now = START
        self._threads: list[Thread] = []
        weights = [language.weight for language in LANGUAGES]
        self._people = [
            Person(self.random.choice(language.names), f"customer{at}@company{at % 89}.example", language)
            for at, language in enumerate(self.random.choices(LANGUAGES, weights, k=people))
        ]

    def mail(self, kind: Kind) -> Mail:
        """Return the next mail."""
        self._now += timedelta(seconds=self.random.randint(5, 400))
        if kind == "new" or not self._threads:
            return self._request()
        if kind == "reply":
            return self._reply()
        if kind == "auto_reply":
            return Mail(self._auto_reply(), kind)
        if kind == "bounce":
            return Mail(self._bounce(), kind)
        return Mail(self._malformed(), kind)

    def _request(self) -> Mail:
        person = self.random.choice(self._people)
        if self.random.random() < STRANGERS:
            at = next(self._numbers)
            person = replace(person, address=f"person{at}@{STRANGE_DOMAIN}")
        subject = self.random.choice(person.language.subjects)
        return self._written("new", Thread(person, subject, ()), self._text(person, 3, 14))

    def _reply(self) -> Mail:
        thread = self.random.choice(self._threads[-REMEMBERED:])
        language = thread.person.language
        quoted = [language.wrote.format(who="Example Support"), *self._text(thread.person, 2, 8).split("\n")]
        text = self._text(thread.person, 1, 5) + "\n" + "\n> ".join(quoted) + "\n"
        prefix = self.random.choice(("Re: ", "RE: ", "AW: ", "Re: Re: "))
        return self._written("reply", thread, text, prefix)

    def _written(self, kind: Literal["new", "reply"], thread: Thread, text: str, prefix: str = "") -> Mail:
        """Return a person's mail on `thread`, which can be replied to from then on."""
        message_id = self._message_id(thread.person)
        head = self._head(thread.person, prefix + thread.subject, message_id)
        if thread.message_ids:
            head.append(f"In-Reply-To: {thread.message_ids[-1]}")
            head.append("References: " + "\r\n ".join(thread.message_ids[-10:]))
        has_file = self.random.random() < FILE_SHARE
        charset = self.random.choice(thread.person.language.charsets)
        parts = [self._text_part(text, charset)]
        if self.random.random() < 0.6:
            parts = [self._joined("alternative", [*parts, self._html_part(text, charset)])]
        if has_file:
            parts = [self._joined("mixed", [*parts, self._file_part()])]
        if not thread.person.address.endswith(STRANGE_DOMAIN):
            self._threads.append(Thread(thread.person, thread.subject, (*thread.message_ids, message_id)))
        return Mail("\r\n".join(head).encode() + b"\r\nMIME-Version: 1.0\r\n" + parts[0], kind, has_file)

    def _auto_reply(self) -> bytes:
        thread = self.random.choice(self._threads[-REMEMBERED:])
        person = thread.person
        head = self._head(person, f"Automatic reply: {thread.subject}", self._message_id(person))
        head += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
        if self.random.random() < 0.7:
            head.append(f"In-Reply-To: {thread.message_ids[-1]}")
        return "\r\n".join(head).encode() + b"\r\n" + self._text_part(person.language.away + "\n", "utf-8")

    def _bounce(self) -> bytes:
        """Return a report by another server (RFC 3464) that some mail of ours found nobody."""
        person = self.random.choice(self._people)
        domain = person.address.partition("@")[2]
        server = Person("Mail Delivery System", f"MAILER-DAEMON@{domain}", LANGUAGES[0])
        head = self._head(server, "Undelivered Mail Returned to Sender", self._message_id(server))
        head += ["Auto-Submitted: auto-replied", "MIME-Version: 1.0"]
        explained = f"The mail system could not deliver your message to <gone@{domain}>.\n"
        report = (
            f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.{domain}\r\n\r\n"
            f"Final-Recipient: rfc822; gone@{domain}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        )
        returned = (
            f"Content-Type: text/rfc822-headers\r\n\r\nFrom: {SUPPORT}\r\nTo: gone@{domain}\r\n"
            f"Message-ID: {self._message_id(person)}\r\nSubject: Re: your question\r\n"
        )
        parts = [self._text_part(explained, "us-ascii"), report.encode(), returned.encode()]
        return (
            "\r\n".join(head).encode() + b"\r\n" + self._joined("report; report-type=delivery-status", parts)
        )

    def _malformed(self) -> bytes:
        """Return a mail that breaks one rule of its format, as programs and old gateways do."""
        person = self.random.choice(self._people)
        head = self._head(person, "Order 4711", self._message_id(person))
        text = self._text(person, 2, 6).replace("\n", "\r\n").encode()
        match self.random.randrange(6):
            case 0:  # a boundary that never comes again
                content = b'Content-Type: multipart/mixed; boundary="open"\r\n\r\n--open\r\n\r\n' + text
            case 1:  # no boundary at all
                content = b"Content-Type: multipart/alternative\r\n\r\n" + text
            case 2:  # a charset that nobody knows
                content = b"Content-Type: text/plain; charset=x-shop-9\r\n\r\n" + text
            case 3:  # base64 that is none
                content = b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text
            case 4:  # nobody has sent it
                head = [line for line in head if not line.startswith(("From:", "Date:", "Message-ID:"))]
                content = b"\r\n" + text
            case _:  # parts within parts within parts
                content = b"X-Note: " + text.split()[0] + b"\r\n" + self._nested(text, 60)
        return "\r\n".join(head).encode() + b"\r\nMIME-Version: 1.0\r\n" + content

    def _nested(self, text: bytes, depth: int) -> bytes:
        part = b"Content-Type: text/plain\r\n\r\n" + text
        for _ in range(depth):
            part = self._joined("mixed", [part])
        return part

    def _text(self, person: Person, least: int, most: int) -> str:
        """Return so many sentences in paragraphs, with a greeting and a signature."""
        language = person.language
        chosen = self.random.choices(language.sentences, k=self.random.randint(least, most))
        paragraphs = [" ".join(chosen[at : at + 4]) for at in range(0, len(chosen), 4)]
        return "\n\n".join((language.hello, *paragraphs, f"{language.goodbye}\n{person.name}")) + "\n"

    def _head(self, person: Person, subject: str, message_id: str) -> list[str]:
        """Return the header fields that a mail bears when it lies in the mailbox."""
        domain = person.address.partition("@")[2]
        date = format_datetime(self._now)
        passed = "dmarc=none" if domain == STRANGE_DOMAIN else f"dmarc=pass header.from={domain}"
        signature = base64.b64encode(self.random.randbytes(192)).decode()
        return [
            f"Return-Path: <{person.address}>",
            f"Received: from mail.{domain} (mail.{domain} [192.0.2.{self.random.randint(1, 254)}])",
            f"\tby {AUTHSERV} (Postfix) with ESMTPS id {self.random.getrandbits(40):010X}",
            f"\tfor <{SUPPORT}>; {date}",
            f"Authentication-Results: {AUTHSERV};\r\n\t{passed};\r\n\tspf=pass smtp.mailfrom={person.address}",
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=mail;",
            f"\th=from:to:subject:date:message-id; bh={signature[:44]};",
            f"\tb={signature[44:110]}",
            *(f"\t {signature[start : start + 70]}" for start in (110, 180, 250)),
            f"Received: by mail.{domain} with SMTP id {self.random.getrandbits(60):015x};\r\n\t{date}",
            f"Message-ID: {message_id}",
            f"Date: {date}",
            f"From: {_mailbox(person)}",
            f"To: Example Support <{SUPPORT}>",
            f"Subject: {_words(subject)}",
        ]

    def _message_id(self, person: Person) -> str:
        domain = person.address.partition("@")[2]
        return f"<{next(self._numbers):06d}.{self.random.getrandbits(48):012x}@{domain}>"

    def _text_part(self, text: str, charset: str) -> bytes:
        return self._encoded("text/plain", text, charset)

    def _html_part(self, text: str, charset: str) -> bytes:
        paragraphs = "".join(
            f'<p class="MsoNormal" style="margin:0 0 8pt 0"><span lang="EN">{html.escape(one)}</span></p>\n'
            for one in text.split("\n\n")
        )
        page = (
            "<html><head><style>p.MsoNormal {font-size:11pt; font-family:Calibri}</style></head>\n"
            f'<body lang="EN" link="#0563C1">\n<div>\n{paragraphs}</div>\n'
            '<table><tr><td><a href="https://company.example/?from=mail&amp;id=7">company</a></td></tr></table>\n'
            "</body></html>\n"
        )
        return self._encoded("text/html", page, charset)

    def _encoded(self, kind: str, text: str, charset: str) -> bytes:
        """Return a text part in `charset`, transferred as the sender's program likes it."""
        data = text.replace("\n", "\r\n").encode(charset, "replace")
        if charset in ("us-ascii", "iso-2022-jp"):
            way, body = "7bit", data
        else:
            way = self.random.choice(("quoted-printable", "quoted-printable", "base64", "8bit"))
            body = data
        if way == "quoted-printable":
            body = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        if way == "base64":
            body = base64.encodebytes(data).replace(b"\n", b"\r\n")
        head = f'Content-Type: {kind}; charset="{charset}"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
        return head.encode() + body

    def _file_part(self) -> bytes:
        name = self.random.choice(FILES)
        content = self.random.randbytes(self.random.randint(*FILE_BYTES))
        named = f'filename="{name}"' if name.isascii() else f'filename="{_words(name)}"'
        head = (
            f"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; {named}\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
        )
        return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")

    def _joined(self, form: str, parts: list[bytes]) -> bytes:
        """Return a multipart of the parts, each with its own header."""
        boundary = f"=_{self.random.getrandbits(64):016x}"
        border = f"\r\n--{boundary}\r\n".encode()
        subtype, _, parameter = form.partition("; ")
        more = f" {parameter};" if parameter else ""
        head = f'Content-Type: multipart/{subtype};{more}\r\n boundary="{boundary}"\r\n'
        return head.encode() + b"".join(border + part for part in parts) + f"\r\n--{boundary}--\r\n".encode()


def _words(text: str) -> str:
    """Return a header value as it travels: encoded words where it is not ASCII (RFC 2047)."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=60).encode(linesep="\r\n")


def _mailbox(person: Person) -> str:
    name = f'"{quote(person.name)}"' if person.name.isascii() else _words(person.name)
    return f"{name} <{person.address}>"
