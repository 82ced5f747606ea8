"""Claims about parse_message: every mail becomes a Message or a named refusal, and neither lies."""

import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.limits import Limits
from maild.core.message import Address, Message
from maild.core.reading.encoded_files import PADDING_BYTES
from maild.core.reading.parse_message import FIELDS_MAX, parse_message
from maild.errors import Unreadable
from tests.parts.mails import MAILS

LIMITS = Limits()


def parse(raw: bytes | str, limits: Limits = LIMITS) -> Message:
    """Parse `raw`; text stands for its UTF-8 bytes."""
    return parse_message(raw.encode() if isinstance(raw, str) else raw, limits)


def test_an_ordinary_mail_is_read_whole() -> None:
    """Every field of a Message, from one mail as any mailer writes it."""
    message = parse(MAILS["plain_request"])
    assert message.message_id == "<one@shop.example>"
    assert (message.sender, message.sender_doubt) == (Address("ann@shop.example", "Ann Smith"), "")
    assert message.to == (Address("support@example.com", "Support"),)
    assert message.cc == (Address("bob@shop.example", "Bob"), Address("carol@shop.example"))
    assert message.reply_to == ()
    assert message.subject == "Tax rates are wrong"
    assert message.date == datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
    assert message.in_reply_to == ("<earlier@example.com>",)
    assert message.references == ("<first@example.com>", "<earlier@example.com>")
    assert message.text == "Hello,\n\nthe rates for Österreich are wrong.\n\nAnn"
    assert (message.html_text, message.has_html, message.attachments, message.reports) == (
        None,
        False,
        (),
        (),
    )
    assert (message.content_type, dict(message.content_params)) == ("text/plain", {"charset": "utf-8"})
    assert message.first("authentication-results") == "mx.example.com; dmarc=pass header.from=shop.example"
    assert [name for name, _ in message.fields][:2] == ["Return-Path", "Received"]
    assert (message.defects, message.notes) == ((), ())


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_line_ends_do_not_matter(end: bytes) -> None:
    """IMAP, SMTP and a file on disk give the same message (rule 20)."""
    raw = MAILS["plain_request"]
    assert replace(parse(raw.replace(b"\r\n", end)), body_hash="") == replace(parse(raw), body_hash="")


@pytest.mark.parametrize("raw", [b"", b" \r\n\t\n"])
def test_nothing_at_all_is_refused(raw: bytes) -> None:
    """White space is no mail."""
    with pytest.raises(Unreadable) as refused:
        parse(raw)
    assert refused.value.reason == "empty"


def test_size_and_header_have_hard_limits() -> None:
    """One byte more than the limit is refused, under its own name."""
    raw = b"Subject: " + b"x" * 100 + b"\r\n\r\n" + b"y" * 100
    limits = replace(LIMITS, message_bytes=len(raw), header_bytes=111)
    assert parse(raw, limits).subject == "x" * 100
    for tighter, reason in (
        ({"message_bytes": len(raw) - 1}, "too_large"),
        ({"header_bytes": 110}, "header_too_large"),
    ):
        with pytest.raises(Unreadable) as refused:
            parse(raw, replace(limits, **tighter))
        assert refused.value.reason == reason


def test_a_spoofed_display_never_becomes_the_sender() -> None:
    """The address between the angles is the sender, and the field is doubted (rules: One sender)."""
    message = parse(MAILS["sender_shown_is_not_the_sender"])
    assert message.sender == Address("mallory@evil.example", "ceo@bank.example")
    assert message.sender_doubt
    assert message.defects


def test_two_from_fields_name_no_sender() -> None:
    """Neither of them is picked."""
    assert parse(MAILS["two_from_fields"]).sender is None


@pytest.mark.parametrize(
    ("value", "sender"),
    [
        ('"=?utf-8?Q?J=C3=B6rg?=" <a@b.example>', Address("a@b.example", "Jörg")),
        ("=?gb2312?B?1tDOxA==?= <a@b.example>", Address("a@b.example", "中文")),
        ("Jörg <a@b.example>", Address("a@b.example", "Jörg")),
        ("=?utf-8?B?SsO2cmc====?= <a@b.example> (x)", Address("a@b.example", "Jörg")),
        ("=?gb2312?B?1tDOxLeF?= <a@b.example> (x)", Address("a@b.example", "中文穮")),
        ("=?utf-8?Q?Smith,_Ann_(Sales)?= <a@b.example>", Address("a@b.example", "Smith, Ann (Sales)")),
        ("=?utf-8?B?x <a@b.example> (x)", Address("a@b.example", "=?utf-8?B?x")),
        ("a@b.example (=?utf-8?B?SsO2cmc?=)", Address("a@b.example", "Jörg")),
        ("=?utf-8?B?AAAAA?= <a@b.example> (x)", Address("a@b.example")),
        ("\ue0000\ue000 =?utf-8?Q?a?= <a@b.example> (x)", Address("a@b.example", "0 a")),
        ("Doe, John <a@b.example>", None),
        ("undisclosed-recipients:;", None),
        ("", None),
        ("(" * 20_000, None),
    ],
)
def test_senders_as_they_come(value: str, sender: Address | None) -> None:
    """Names are decoded for display even where the standard says not to; addresses never are."""
    found = parse(f"From: {value}\n\nx").sender
    assert found == sender or (sender is None and found is not None and found.address == "a@b.example")


def test_raw_bytes_in_a_name_keep_the_sender() -> None:
    """An old mailer's latin-1 name costs neither name nor address."""
    assert parse("From: J\xf6rg <a@b.example>\n\nx".encode("latin-1")).sender == Address(
        "a@b.example", "Jörg"
    )


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "shift_jis", "gb2312", "euc-kr", "utf-8"])
def test_raw_bytes_in_the_header_are_in_the_charset_of_the_text(charset: str) -> None:
    """Old mailers write one charset everywhere, and name it once."""
    name = "Анна" if charset in ("koi8-r", "windows-1251") else "安"
    head = f"From: {name} <a@b.example>\nSubject: {name}\n".encode(charset)
    part = f"Content-Type: text/plain; charset={charset}\n\n{name}".encode(charset)
    for raw in (
        head + part,
        head + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + part + b"\n--b--",
    ):
        message = parse(raw)
        assert (message.subject, message.text, message.sender) == (name, name, Address("a@b.example", name))


def test_a_name_is_without_its_comments() -> None:
    """RFC 5322 appendix A.5, in our words: comments stand everywhere, and are no part of anything."""
    message = parse(
        "From: Ann(so called) <ann(at home)@shop.example(the shop)>\nTo: bob@x.example (Bob)\n\nx"
    )
    assert message.sender == Address("ann@shop.example", "Ann")
    assert message.to == (Address("bob@x.example", "Bob"),)


def test_a_sender_is_read_from_a_broken_field() -> None:
    """The mail is a request all the same; it is never proven."""
    message = parse("From: Ann <ann@shop.example\n\nx")
    assert message.sender == Address("ann@shop.example", "Ann")
    assert message.sender_doubt


def test_blank_lines_before_the_header_hide_no_field() -> None:
    """Programs that pipe mail put one first."""
    assert parse("\r\n\r\nFrom: a@b.example\r\nSubject: x\r\n\r\ny").subject == "x"


def test_header_values_can_not_be_split_or_hidden() -> None:
    """Encoded line ends, bidi and zero-width characters do not survive (rules: Header text)."""
    message = parse(MAILS["header_injection"])
    assert message.subject == "Hello Bcc: victim@other.example"
    assert message.first("X-Note") == "abc"
    assert message.first("Bcc") is None


def test_a_raw_subject_is_read() -> None:
    """Bytes that no header may hold are windows-1252 where they are not UTF-8."""
    assert parse(MAILS["unknown_charset"]).subject == "Raw Zürich"


@pytest.mark.parametrize(
    ("value", "message_id"),
    [
        ("<a@b.example>", "<a@b.example>"),
        ("  <a@b.example>  ", "<a@b.example>"),
        ("<no-at-sign>", "<no-at-sign>"),
        ("a@b.example", None),
        ("<a b@c>", None),
        ("<a@b> <c@d>", None),
        ("", None),
        ("<" + "a" * 1000 + ">", None),
        ("<a@b>\nMessage-ID: <c@d>", None),
    ],
)
def test_a_message_id_is_one_or_none(value: str, message_id: str | None) -> None:
    """What can't be compared safely is not kept as an identity."""
    assert parse(f"Message-ID: {value}\n\nx").message_id == message_id


def test_references_are_found_in_any_clutter() -> None:
    """Mailers put words, commas and repeats between them."""
    message = parse(
        "References: <a@x>, <b@x>\n (was: <a@x>) <c@x\nIn-Reply-To: your mail of Monday <b@x>\n\nx"
    )
    assert (message.references, message.in_reply_to) == (("<a@x>", "<b@x>"), ("<b@x>",))


def test_ids_in_encoded_words_are_ids() -> None:
    """Mailers that fold what has no blank write a long id, as ours are, as words of RFC 2047, some cut in two."""
    ours = f"<maild.t1-1003-7-1772524800-{'n1_' * 20}.{'k5b2' * 6}@example.org>"
    mail = EmailMessage(SMTP)
    mail["In-Reply-To"] = ours
    mail["References"] = f"<first@x> {ours}"
    raw = mail.as_bytes()
    assert b"=?utf-8?" in raw
    message = parse(raw + b"x")
    assert (message.in_reply_to, message.references) == ((ours,), ("<first@x>", ours))
    assert parse("References: <a@x> =?us-ascii?B?PGJAeD4=?= =?utf-8?q?=3Cc_d=3E?=\n\nx").references == (
        "<a@x>",
        "<b@x>",
    )


def test_of_too_many_references_both_ends_stay() -> None:
    """The first names the thread, the last the mail that is answered."""
    values = [f"<{n}@x>" for n in range(50)]
    kept = parse(f"References: {' '.join(values)}\n\nx", replace(LIMITS, references=5)).references
    assert kept == (*values[:2], *values[-3:])


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Mon, 2 Mar 2026 09:15:00 +0100", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("2 Mar 26 08:15 GMT", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 8:15:00 +0000", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("Monday, 2 Mar 2026 08:15:00 +0000", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 99 Foo 2026 99:99:99 +9999", None),
        ("2 Mar 999999999999999999 08:15 GMT", None),
        ("", None),
    ],
)
def test_dates_are_aware_or_none(value: str, date: datetime | None) -> None:
    """Always UTC, never a guess without a zone, never an exception."""
    assert parse(f"Date: {value}\n\nx").date == date


def test_lists_have_soft_limits() -> None:
    """Recipients and fields beyond the limit leave a note; the topmost fields stay, and every From is counted."""
    to = ", ".join(f"p{n}@x.example" for n in range(20))
    many = "".join(f"X-{n}: y\n" for n in range(FIELDS_MAX))
    message = parse(
        f"To: {to}\nFrom: a@b.example\n{many}From: c@d.example\n\nx", replace(LIMITS, recipients_shown=5)
    )
    assert len(message.to) == 5
    assert len(message.fields) == FIELDS_MAX
    assert message.sender is None
    assert message.notes == (
        "To names 20 addresses; the first 5 were kept",
        f"the header has {FIELDS_MAX + 3} fields; the first {FIELDS_MAX} were kept",
    )


def test_repeated_recipient_fields_count_as_one_list() -> None:
    """Nobody addressed is forgotten."""
    assert [str(a) for a in parse("To: a@x.example\nTo: b@x.example\n\nx").to] == [
        "a@x.example",
        "b@x.example",
    ]


def test_a_long_subject_is_cut_at_its_limit() -> None:
    """998 characters are kept."""
    assert len(parse("Subject: " + "x" * 5000 + "\n\nx").subject) == LIMITS.subject_chars


def test_a_byte_order_mark_hides_no_field() -> None:
    """Seen from mailers that write files."""
    assert parse("\ufeffSubject: x\n\ny").subject == "x"


def test_two_deliveries_of_one_mail_have_one_hash() -> None:
    """Trace fields, folding and line ends differ on the way; words, sender, date and subject do not (rule 17)."""
    raw = MAILS["plain_request"]
    again = raw.replace(b"Received: from mail", b"Received: from other").replace(b"Tax rates", b"Tax  rates")
    assert parse(raw).body_hash == parse(again).body_hash
    assert parse(raw).body_hash == parse(raw.replace(b"\r\n", b"\n") + b"\n\n").body_hash


@pytest.mark.parametrize("old", [b"rates for", b"Subject: Tax", b"Ann Smith", b"09:15:00"])
def test_another_mail_has_another_hash(old: bytes) -> None:
    """A changed word of body, subject, sender or date makes another mail."""
    raw = MAILS["plain_request"]
    assert parse(raw).body_hash != parse(raw.replace(old, old + b"x", 1)).body_hash


# ---- whatever comes ----


def texts_of(value: object) -> list[str]:
    """Return every string inside a message."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts_of(item)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts_of(getattr(value, field.name))]
    return []


def assert_sound(raw: bytes) -> None:
    """Assert what holds for every mail: it is refused by name, or all its text can be stored and shown."""
    try:
        message = parse(raw)
    except Unreadable as refused:
        assert refused.reason in {"empty", "too_deep"}  # noqa: PT017  either outcome is sound
        return
    for text in texts_of(message):
        assert "\0" not in text
        assert text.encode("utf-8").decode("utf-8") == text
    one_line = [
        message.subject,
        *texts_of(message.fields),
        *texts_of(message.to),
        *(a.name for a in message.attachments),
    ]
    assert all(len(line.splitlines()) <= 1 for line in one_line)
    assert message.date is None or message.date.tzinfo is UTC
    # A winmail.dat is kept beside the files that came out of it.
    assert sum(a.size for a in message.attachments) <= 2 * len(raw) + PADDING_BYTES


@given(st.binary(max_size=400))
def test_any_bytes_are_sound(raw: bytes) -> None:
    """Noise is a mail too."""
    assert_sound(raw)


@given(
    st.sampled_from(sorted(MAILS)),
    st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=4)), max_size=6),
)
def test_any_damage_is_sound(name: str, damages: list[tuple[int, bytes]]) -> None:
    """Bytes changed anywhere in a real mail, headers and boundaries included."""
    raw = bytearray(MAILS[name])
    for place, data in damages:
        place %= len(raw)
        raw[place : place + len(data)] = data
    assert_sound(bytes(raw))


@given(st.sampled_from(sorted(MAILS)), st.integers(0, 2_000))
def test_any_cut_is_sound(name: str, length: int) -> None:
    """A connection that broke leaves the first part of a mail."""
    assert_sound(MAILS[name][:length])


@given(
    st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1),
    st.sampled_from(["utf-8", "cp1252", None]),
)
def test_no_word_of_a_plain_mail_is_lost(words: str, charset: str | None) -> None:
    """What was written is what is read, in any charset that can write it."""
    try:
        data = words.encode(charset or "utf-8")
    except UnicodeEncodeError:
        data = words.encode("utf-8")
        charset = "utf-8"
    head = f"Content-Type: text/plain; charset={charset}\n\n" if charset else "\n"
    assert parse(head.encode() + data).text == words or charset == "cp1252"


TEXT, PAGE, MIXED = (
    f"Content-Type: {kind}\n".encode() for kind in ("text/plain", "text/html", "multipart/mixed; boundary=b")
)
BOMBS: dict[str, Callable[[int], bytes]] = {
    "to": lambda n: b"To: " + b"a@b.example, " * n + b"\n\nx",
    "to, not plain": lambda n: b"To: " + b"a@b.example (c), <d@e> (f), " * n + b"\n\nx",
    "words": lambda n: b"Subject: " + b"=?utf-8?Q?=C3=B6?= " * n + b"\n\nx",
    "open words": lambda n: b"Subject: " + b"=?utf-8?Q?a" * n + b"\n\nx",
    "base64 words": lambda n: b"Subject: " + b"=?utf-8?B?w?= " * n + b"\n\nx",
    "comment": lambda n: b"From: " + b"(" * n + b"\n\nx",
    "quotes": lambda n: b"Content-Type: text/plain" + b'; a="b' * n + b"\n\nx",
    "pieces": lambda n: b"Content-Type: text/plain" + b"".join(b"; a*%d*=b" % i for i in range(n)) + b"\n\nx",
    "semicolons": lambda n: b"Content-Type: image/png; name=a" + b";b" * n + b"\n\nx",
    "fields": lambda n: b"X: y\n" * n + b"\nx",
    "cr": lambda n: b"\r" * n + b"x",
    "blank lines first": lambda n: b" \n" * n + b"From: a@b\n\nx",
    "parts": lambda n: MIXED + b"\n" + b"--b\n\nx\n" * n,
    "ends": lambda n: MIXED + b"\n" + b"--b\n--b--\n" * n,
    "almost": lambda n: MIXED + b"\n" + b"--bb\n" * n,
    "lt": lambda n: PAGE + b"\n" + b"<" * n,
    "links": lambda n: PAGE + b"\n" + b"<a href='http://x'>x" * n,
    "cells": lambda n: PAGE + b"\n<table><tr>" + b"<td><p>x</p></td>" * n,
    "rows": lambda n: PAGE + b"\n<table>" + b"<tr><td><div>x</div></td></tr>" * n,
    "rules": lambda n: PAGE + b"\n<style>" + b".a,.b{display:none}@x{" * n + b"</style>x",
    "ids": lambda n: b"References: " + b"<a@b> <" * n + b"\n\nx",
    "encoded files": lambda n: TEXT + b"\n" + b"begin 644 a\n#86)C\n`\nend\n" * n,
    "open files": lambda n: TEXT + b"\n" + b"begin 644 a\n=ybegin name=a\n" * n,
    "soft breaks": lambda n: TEXT + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"= \t\n" * n,
    "paddings": lambda n: TEXT + b"Content-Transfer-Encoding: base64\n\n" + b"aGk=\n" * n + b"end of it",
    "escapes": lambda n: TEXT + b"\n" + b"\x1b$BF|\x1b(B" * n,
    "raw bytes": lambda n: TEXT + b"Subject: " + b"\xe0" * n + b"\n\n" + b"\xe0\xe1\xe2 " * n,
    "pgp": lambda n: TEXT + b"\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n" * n,
    "events": lambda n: b"Content-Type: text/calendar\n\n" + b"BEGIN:VEVENT\nX;A=B:c\n" * n,
    "rtf": lambda n: b"Content-Type: text/rtf\n\n{\\rtf1 " + b"{\\u9?\\'e0" * n,
    "enriched": lambda n: b"Content-Type: text/enriched\n\n" + b"<b><param><" * n,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_made_of_a_hostile_mail_is_bounded(bomb: str) -> None:
    """Each known bomb is read, and what it makes of us does not grow faster than the mail itself."""
    small, large = (sum(map(len, texts_of(parse(BOMBS[bomb](n))))) for n in (200, 4_000))
    assert large <= 25 * small + 1_000


def steps(raw: bytes) -> int:
    """Return how many functions are called to read a mail: its cost, whatever the machine."""
    count = 0

    def called(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        parse(raw)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("bomb", BOMBS)
def test_the_work_for_a_hostile_mail_is_bounded(bomb: str) -> None:
    """Eight times the mail takes no more than ten times the steps: where it were quadratic it would take sixty-four."""
    parse(BOMBS[bomb](10))
    small, large = (steps(BOMBS[bomb](n)) for n in (400, 3_200))
    assert large <= 10 * small + 2_000
