"""Every limit on reading: what exceeds it is quarantined whole or noted; the next is read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.core.limits import Limits
from maild.isolate import ReaderPool
from maild.store.tables import arrival, blob, incident, message
from tests.faults.target import ANNA, JANE, Target, target

HEAD = f"From: {JANE}\r\nTo: support@example.com\r\nSubject: too much\r\n"
NEXT = f"From: {JANE}\r\nTo: support@example.com\r\nSubject: the next one\r\n\r\nIt is broken.\r\n".encode()


def parts(count: int, head: str = "Content-Type: image/png; name=a.png") -> str:
    """Return the header and the body of a mail with so many parts."""
    body = "".join(f"--b\r\n{head}\r\n\r\n{number}\r\n" for number in range(count))
    return f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{body}--b--\r\n"


def nested(levels: int) -> str:
    """Return parts within parts."""
    return (
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(levels))
        + "\r\nhi"
    )


HARD = {
    "message_bytes": (2_000, HEAD + "\r\n" + "x" * 2_000, "larger than 2000 bytes"),
    "header_bytes": (500, HEAD + "X-Long: " + "y" * 500 + "\r\n\r\nhi", "header is larger than 500 bytes"),
    "mime_depth": (3, HEAD + nested(5), "deeper than 3 levels"),
    "parse_seconds": (1.0, "hang " + HEAD + "\r\nhi", "not read within 1.0 seconds"),
    "parse_memory": (60_000_000, "grow " + HEAD + "\r\nhi", "more memory than a mail may"),
}
SOFT = {
    "mime_parts": (3, HEAD + parts(5), "only the first 3 parts were read"),
    "attachments": (2, HEAD + parts(4), "only the first 2 attachments were kept"),
    "recipients_shown": (
        2,
        HEAD + "Cc: a@x.example, b@x.example, c@x.example\r\n\r\nhi",
        "Cc names 3 addresses; the first 2 were kept",
    ),
    "text_chars": (20, HEAD + "\r\n" + "many words " * 10, "the text was cut after 20 characters"),
}
# Kept shorter without a word, since nobody misses it: the whole subject and all ids stand in the mail itself.
QUIET = {
    "subject_chars": (10, HEAD.replace("too much", "s" * 50) + "\r\nhi", lambda read: len(read.subject)),
    "references": (
        2,
        HEAD + "References: <a@x> <b@x> <c@x> <d@x>\r\n\r\nhi",
        lambda read: len(read.references),
    ),
}
# How the reading is organised, what leaves, and what the listener takes: tested where those are.
ELSEWHERE = {
    **dict.fromkeys(("parser_children", "parser_renew_after"), "test_isolate.py"),
    **dict.fromkeys(
        ("received_fields", "smtp_recipients", "smtp_connections", "line_bytes"), "mail/test_lmtp.py"
    ),
    "batch": "mail/test_mailbox_contract.py",
    "staff_attachment_bytes": "core/deciding/test_reply_facts.py",
    **dict.fromkeys(
        ("address_per_hour", "address_per_day", "unproven_ack_minutes"), "core/deciding/test_caps.py"
    ),
    **dict.fromkeys(("domain_per_hour", "total_per_minute"), "test_send_outbox.py"),
    **dict.fromkeys(("staff_notifications", "staff_notifications_minutes"), "store/test_staff_lists.py"),
    "confirmations_per_hour": "store/test_record_replies.py",
    "receipts_per_hour": "core/deciding/test_caps.py",
}


@contextmanager
def reading(folder: Path, limit: str, value: float) -> Iterator[Target]:
    """Run a maild with one limit set, whose children read as those of the daemon do, and misbehave on request."""
    with target(folder, "") as made:
        limits = replace(Limits(), **{limit: value})
        with ReaderPool(limits, "tests.parts.readers:read") as pool:
            made.desk = replace(made.desk, reader=pool)
            yield made


def subjects(found: Target) -> list[str]:
    """Return the subjects of all incidents."""
    return [row["subject"] for row in found.rows(select(incident.c.subject))]


@pytest.mark.parametrize("limit", HARD)
def test_what_exceeds_a_hard_limit_is_kept_whole(tmp_path: Path, limit: str) -> None:
    """In quarantine, byte for byte, with its reason; staff are told; the next mail is handled (rule 19)."""
    value, text, said = HARD[limit]
    with reading(tmp_path, limit, value) as maild:
        maild.gets(text.encode())
        maild.gets(NEXT)
        maild.sends()
        kept = maild.rows(
            select(arrival.c.disposition, arrival.c.reasons, blob.c.bytes)
            .join(message, message.c.id == arrival.c.message)
            .join(blob, blob.c.sha256 == message.c.raw)
            .order_by(arrival.c.id)
        )
        assert [row["disposition"] for row in kept] == ["quarantined", "opened"]
        assert kept[0]["bytes"] == text.encode()
        assert said in json.dumps(kept[0]["reasons"])
        assert subjects(maild) == ["the next one"]
        assert any(said in sent.raw.decode() for sent in maild.to(ANNA))


@pytest.mark.parametrize("limit", SOFT)
def test_what_exceeds_a_soft_limit_is_noted(tmp_path: Path, limit: str) -> None:
    """An incident like any other, whose notification says what was left out; the next mail is handled."""
    value, text, said = SOFT[limit]
    with reading(tmp_path, limit, value) as maild:
        maild.gets(text.encode())
        maild.gets(NEXT)
        maild.sends()
        assert subjects(maild) == ["too much", "the next one"]
        told = maild.to(ANNA)[0].raw.decode().replace("=\r\n", "")
        assert said in told


@pytest.mark.parametrize("limit", QUIET)
def test_what_nobody_misses_is_cut_in_silence(limit: str) -> None:
    """And the mail is read."""
    value, text, size = QUIET[limit]
    with ReaderPool(replace(Limits(), **{limit: value})) as pool:
        assert size(pool.read(text.encode())) == value


def test_every_limit_is_tested() -> None:
    """Here or in the file that is named."""
    assert {field.name for field in fields(Limits)} == {*HARD, *SOFT, *QUIET, *ELSEWHERE}
    for limit, file in ELSEWHERE.items():
        assert limit in (Path(__file__).parent / file).read_text(encoding="utf-8"), limit
