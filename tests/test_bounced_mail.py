"""Mails of ours that come back, from the report to what staff, customers and the clock have of it, on each database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store import customers, outbox
from maild.store.database import Database
from maild.store.tables import event, suppression, timer
from maild.testing import FakeSmtp
from tests.faults.target import ANNA, BEN, JANE, PROOF, Target, target
from tests.parts.postgres import Postgres, require, running_postgres
from tests.parts.records import DAY, HOUR
from tests.parts.reports import bounce_of, complaint_of


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for this file."""
    require()
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def maild(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people, on each database."""
    if request.param == "sqlite":
        with target(tmp_path, PROOF) as made:
            yield made
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.fresh_database() as url, target(tmp_path, PROOF, url=url) as made:
        yield made


def answered(maild: Target, text: str = "It works again.") -> str:
    """Let Jane open an incident and Anna answer it; return the Message-ID of the answer."""
    maild.gets(maild.answer(maild.opens(), ANNA, text, proven=True))
    maild.sends()
    return newest(maild, "answer")


def newest(maild: Target, kind: str) -> str:
    """Return the Message-ID of the newest mail of a kind."""
    found: str = maild.outbox(kind)[-1]["message_id"]
    return found


def comes_back(maild: Target, report: bytes) -> None:
    """Let a report come in, and all that follows leave."""
    maild.gets(report, mail_from="")
    maild.sends()


def clock(maild: Target) -> dict[str, object]:
    """Return the clock of the first answer."""
    (row,) = maild.rows(select(timer).where(timer.c.kind == "first_response"))
    return row


def marked(maild: Target) -> list[str]:
    """Return the reasons for which addresses are suppressed."""
    return [row["reason"] for row in maild.rows(select(suppression))]


def test_a_lost_answer_lets_the_clock_run_again(maild: Target) -> None:
    """The same start and the same due time; the state, the mark, the note, and word to each of the staff."""
    ours = answered(maild)
    before = clock(maild)
    assert before["stopped_at"] is not None
    comes_back(maild, bounce_of(ours, JANE))
    after = clock(maild)
    assert after["stopped_at"] is None
    assert {name: after[name] for name in ("started_at", "due_at", "cycle", "steps")} == {
        name: before[name] for name in ("started_at", "due_at", "cycle", "steps")
    }
    assert after["next_at"] is not None
    assert (maild.states(), marked(maild)) == ({1001: "submitted"}, ["bounce_user_unknown"])
    assert maild.dispositions()[-1] == "quiet"
    assert maild.entries(1001)[-1] == ("machine_note", "done")
    for one in (ANNA, BEN):
        told = maild.read(one)[-1]
        assert f"[#1001] Not delivered to Jane <{JANE}>" in told["Subject"] or JANE in told["Subject"]
        assert "the clock" in told.text
        assert "550 5.1.1 no such user" in told.text
    assert [row["reason"] for row in maild.outbox("answer")] == ["bounce_user_unknown"]


def test_the_clock_that_runs_again_reminds_of_what_is_still_to_come(maild: Target) -> None:
    """What fired before the answer stays fired; what is overdue by now is told once."""
    notice = maild.opens()
    maild.works_for(5 * HOUR, 1)
    fired = len(maild.outbox("reminder"))
    maild.gets(maild.answer(notice, ANNA, "It works again.", proven=True))
    maild.sends()
    ours = newest(maild, "answer")
    maild.works_for(2 * HOUR, 1)
    assert len(maild.outbox("reminder")) == fired > 0
    comes_back(maild, bounce_of(ours, JANE))
    maild.works_for(HOUR, 2)
    assert len(maild.outbox("reminder")) > fired


def test_the_same_report_twice_does_nothing_the_second_time(maild: Target) -> None:
    """Another Message-ID, so it is no duplicate; the row in the outbox knows."""
    ours = answered(maild)
    for _ in range(2):
        comes_back(maild, bounce_of(ours, JANE))
    assert len(maild.outbox("delivery_problem")) == 2
    events = [row["name"] for row in maild.rows(select(event))]
    assert events.count("clock_restarted") == events.count("suppressed") == 1


@pytest.mark.parametrize("forgery", ["another address", "another mail", "the thread alone"])
def test_a_forged_report_does_nothing(maild: Target, forgery: str) -> None:
    """Who has no mail of ours, or another's, moves no clock and marks nobody."""
    ours = answered(maild)
    before = clock(maild)
    forged = {
        "another address": bounce_of(ours, "eve@example.net"),
        "another mail": bounce_of("<maild.t1-1001-1-1.abcdefghijklmnopqrstuvwxyz@example.com>", JANE),
        "the thread alone": bounce_of(str(maild.read(JANE)[-1]["References"]).split()[0], JANE),
    }
    comes_back(maild, forged[forgery])
    assert clock(maild) == before
    assert (marked(maild), maild.outbox("delivery_problem")) == ([], [])
    assert maild.states() == {1001: "waiting"}
    assert maild.dispositions()[-1] in ("quiet", "kept")


def test_a_delay_is_noted_and_no_more(maild: Target) -> None:
    """The server still tries."""
    ours = answered(maild)
    comes_back(maild, bounce_of(ours, JANE, status="4.4.1", action="delayed", said="connection timed out"))
    assert maild.entries(1001)[-1] == ("machine_note", "done")
    assert (marked(maild), maild.outbox("delivery_problem")) == ([], [])
    assert clock(maild)["stopped_at"] is not None


def test_a_full_mailbox_is_told_of_an_answer_and_marks_nothing(maild: Target) -> None:
    """It may be empty tomorrow; but today nobody has answered."""
    comes_back(maild, bounce_of(answered(maild), JANE, status="5.2.2", said="mailbox full"))
    assert marked(maild) == []
    assert len(maild.outbox("delivery_problem")) == 2
    assert clock(maild)["stopped_at"] is None


def test_a_full_mailbox_is_not_told_of_an_acknowledgement(maild: Target) -> None:
    """Nobody waits for it."""
    maild.opens()
    comes_back(maild, bounce_of(newest(maild, "acknowledgement"), JANE, status="5.2.2", said="mailbox full"))
    assert (marked(maild), maild.outbox("delivery_problem")) == ([], [])
    assert maild.entries(1001)[-1] == ("machine_note", "done")


def test_an_alias_is_known_by_the_original_recipient(maild: Target) -> None:
    """Jane's mail is forwarded, and it is the far end that does not exist."""
    more = f"Original-Recipient: rfc822; {JANE.upper()}\r\n"
    comes_back(maild, bounce_of(answered(maild), "jane@far.example", more=more))
    assert marked(maild) == ["bounce_user_unknown"]


def test_a_marked_address_gets_no_automatic_mail_until_a_proven_one_comes_from_it(maild: Target) -> None:
    """Silence with a reason; then the mark is lifted, with an event, and the acknowledgement leaves."""
    comes_back(maild, bounce_of(answered(maild), JANE))
    maild.gets(maild.mail(JANE))
    assert len(maild.outbox("acknowledgement")) == 1
    maild.gets(maild.mail(JANE, proven=True))
    assert (len(maild.outbox("acknowledgement")), marked(maild)) == (2, [])
    names = [row["name"] for row in maild.rows(select(event).order_by(event.c.id))]
    assert names.count("suppression_lifted") == 1


def test_closing_writes_no_notice_to_a_marked_address(maild: Target) -> None:
    """It would come back as well; the receipt says that it was closed all the same."""
    notice = maild.opens()
    comes_back(maild, bounce_of(newest(maild, "acknowledgement"), JANE))
    maild.gets(maild.answer(notice, ANNA, "#close", proven=True))
    maild.sends()
    assert (maild.states(), maild.outbox("closed")) == ({1001: "closed"}, [])
    told = " ".join(maild.read(ANNA)[-1].text.split())
    assert "closed the incident" in told
    assert f"the customer was not told: {JANE} is on the suppression list" in told


def test_a_second_answer_keeps_the_clock_stopped(maild: Target) -> None:
    """The first is lost, and told; the customer has the second."""
    ours = answered(maild)
    maild.clock.advance(HOUR)
    maild.gets(maild.answer(maild.to(ANNA)[0], ANNA, "And one more thing.", proven=True))
    maild.sends()
    comes_back(maild, bounce_of(ours, JANE, status="5.2.2", said="mailbox full"))
    assert clock(maild)["stopped_at"] is not None
    assert maild.states() == {1001: "in_progress"}
    comes_back(maild, bounce_of(newest(maild, "answer"), JANE, status="5.2.2", said="mailbox full"))
    assert clock(maild)["stopped_at"] is None
    assert maild.states() == {1001: "submitted"}


def test_a_dead_member_of_staff_is_told_to_the_others_once_a_day(maild: Target) -> None:
    """Ten incidents later Ben has one mail about Anna; tomorrow he has another."""
    for _ in range(3):
        maild.opens()
        mine = [row["message_id"] for row in maild.outbox("staff_new_incident")][-2]
        comes_back(maild, bounce_of(mine, ANNA))
    assert [sent.recipient for sent in maild.sender.sent if b"Not delivered" in sent.raw] == [BEN]
    assert marked(maild) == []
    maild.clock.advance(DAY)
    maild.opens()
    comes_back(maild, bounce_of(maild.outbox("staff_new_incident")[-2]["message_id"], ANNA))
    assert len(maild.outbox("delivery_problem")) == 2


def test_two_dead_members_of_staff_do_not_keep_each_other_busy(maild: Target) -> None:
    """Every mail to them comes back, and after a few it is quiet."""
    maild.opens()
    seen = 0
    for _ in range(6):
        to_staff = [row for row in maild.outbox() if row["audience"] == "staff" and row["message_id"]]
        fresh, seen = to_staff[seen:], len(to_staff)
        for row in fresh:
            address = next(s.recipient for s in maild.sender.sent if row["message_id"].encode() in s.raw)
            comes_back(maild, bounce_of(row["message_id"], address))
    assert len(maild.outbox("delivery_problem")) == 2


def test_a_complaint_silences_us_and_is_no_incident(maild: Target) -> None:
    """RFC 5965: staff hear of it once; nothing lifts it by itself."""
    maild.opens()
    for _ in range(2):
        comes_back(maild, complaint_of(newest(maild, "acknowledgement")))
    assert marked(maild) == ["complained"]
    assert len(maild.outbox("delivery_problem")) == 2
    assert "Taken for spam by" in maild.read(ANNA)[-1]["Subject"]
    maild.gets(maild.mail(JANE, proven=True))
    assert marked(maild) == ["complained"]
    assert len(maild.states()) == 2


def test_an_answer_that_is_refused_at_the_door_is_as_lost_as_one_that_comes_back(maild: Target) -> None:
    """The relay says at once what others report later: mark, clock, state and word are the same."""
    notice = maild.opens()
    maild.sender.refuse(JANE)
    maild.gets(maild.answer(notice, ANNA, "It works again.", proven=True))
    maild.sends()
    assert clock(maild)["stopped_at"] is None
    assert (maild.states(), marked(maild)) == ({1001: "submitted"}, ["bounce_user_unknown"])
    assert "the clock" in maild.read(ANNA)[-1].text


def test_an_answer_that_is_tried_again_by_hand_and_leaves_stops_the_clock(maild: Target) -> None:
    """The customer has it; else the staff were reminded of an answer that was given."""
    notice = maild.opens()
    maild.sender.refuse(JANE)
    maild.gets(maild.answer(notice, ANNA, "It works again.", proven=True))
    maild.sends()
    maild.sender = FakeSmtp()
    maild.desk = replace(maild.desk, sender=maild.sender)
    with maild.desk.database.begin() as tx:
        assert outbox.retry(tx, maild.outbox("answer")[-1]["id"], maild.clock.now())
    maild.sends()
    assert "It works again." in maild.read(JANE)[-1].text
    assert clock(maild)["stopped_at"] is not None
    assert maild.states() == {1001: "waiting"}


def test_a_relay_that_changes_message_ids_leaves_our_mark(maild: Target) -> None:
    """X-Maild-Loop of automatic mail holds the id that we gave it."""
    maild.opens()
    ours = maild.read(JANE)[-1]
    report = bounce_of("<rewritten@relay.example>", JANE).replace(
        b"From: support@example.com\r\n\r\n", f"X-Maild-Loop: {ours['X-Maild-Loop']}\r\n\r\n".encode()
    )
    comes_back(maild, report)
    assert marked(maild) == ["bounce_user_unknown"]


def test_a_report_is_about_the_mail_it_returns_whatever_else_it_refers_to(maild: Target) -> None:
    """Exchange refers to the whole thread, in which our acknowledgement stands above the answer that was lost."""
    ours = answered(maild)
    thread = f"References: {newest(maild, 'acknowledgement')} {ours}"
    report = bounce_of(ours, JANE).replace(b"Return-Path: <>", f"Return-Path: <>\r\n{thread}".encode())
    comes_back(maild, report)
    assert [row["reason"] for row in maild.outbox("acknowledgement")] == [None]
    assert [row["reason"] for row in maild.outbox("answer")] == ["bounce_user_unknown"]
    assert maild.states() == {1001: "submitted"}


@pytest.mark.parametrize(
    "kind",
    [
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        'text/plain; name="details.txt"',
    ],
)
def test_who_asks_about_a_report_writes_no_report(maild: Target, kind: str) -> None:
    """Programs send its parts along with what is forwarded; it is the letter of a person, and gets an answer."""
    text = (
        "--o\nContent-Type: text/plain\n\nOur order mails come back, please help.\n"
        f"--o\nContent-Type: {kind}\n\nReporting-MTA: dns; mx\n\n"
        "Final-Recipient: rfc822; bob@shop.example\nAction: failed\nStatus: 5.1.1\n--o--\n"
    )
    mixed = {"MIME_Version": "1.0", "Content_Type": 'multipart/mixed; boundary="o"'}
    maild.gets(maild.mail(JANE, text, proven=True, **mixed))
    assert maild.dispositions() == ["opened"]
    assert len(maild.outbox("acknowledgement")) == 1


def test_a_mark_can_be_lifted_by_hand(maild: Target) -> None:
    """Once; and the list says which there are."""
    database: Database = maild.desk.database
    comes_back(maild, bounce_of(answered(maild), JANE))
    with database.begin() as tx:
        assert [row["address"] for row in customers.suppressions(tx)] == [JANE]
        assert customers.lift(tx, JANE.upper())
        assert not customers.lift(tx, JANE)
        assert customers.suppressions(tx) == []
