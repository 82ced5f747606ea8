"""STORY 2: what is due leaves once, what may not leave waits with its reason, and nothing is ever lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from maild.core.deciding.retry import next_attempt
from maild.desk import Desk
from maild.errors import SendUncertain, Unreachable
from maild.mail.interfaces import Proofs
from maild.send_outbox import AT_ONCE, FRESH, LEASE, PROOF_WAIT, send_due
from maild.store import outbox, tables
from maild.store.history import history
from maild.testing import FakeSmtp
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, JANE, NOW, PROOF, Target, target

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Slow(FakeSmtp):
    """A server that takes its time over each mail: the clock moves on meanwhile."""

    def __init__(self, maild: Target, takes: timedelta) -> None:
        super().__init__()
        self.maild, self.takes = maild, takes

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Keep the mail, after a while."""
        self.maild.clock.advance(self.takes)
        super().send(raw, mail_from, recipient, message_id)


class Broken(FakeSmtp):
    """A sender with a fault of ours, for one recipient."""

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Fail for Anna, keep the mail for all others."""
        if recipient == ANNA:
            raise ZeroDivisionError("a fault of ours")
        super().send(raw, mail_from, recipient, message_id)


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


def customers(found: Target) -> list[str]:
    """Return to whom mail left that is not of the staff, in order."""
    return [sent.recipient for sent in found.sender.sent if sent.recipient not in (ANNA, BEN)]


def row_of(found: Target, kind: str, to: str = "") -> dict[str, Any]:
    """Return the one row of the outbox of this kind, to this address if one is named."""
    (row,) = [row for row in found.outbox(kind) if to in ("", address_of(found, row))]
    return row


def address_of(found: Target, row: dict[str, Any]) -> str:
    """Return to whom a row goes."""
    (person,) = found.rows(select(tables.address).where(tables.address.c.id == row["address"]))
    return str(person["key"])


# --- what is due leaves ------------------------------------------------------------------------------------


def test_what_is_due_leaves_once_and_is_marked(maild: Target) -> None:
    """Three mails of one new incident; asked again there is nothing to do."""
    maild.gets(maild.mail(JANE))
    assert send_due(maild.desk) == 3
    assert sorted(sent.recipient for sent in maild.sender.sent) == [ANNA, BEN, JANE]
    assert {(row["state"], row["sent_at"]) for row in maild.outbox()} == {("sent", NOW)}
    assert send_due(maild.desk) == 0


def test_the_message_id_is_on_record_as_it_left(maild: Target) -> None:
    """An answer finds its incident by it."""
    maild.opens(proven=False)
    for row in maild.outbox():
        ids = [read_outside(sent.raw)["Message-ID"] for sent in maild.to(address_of(maild, row))]
        assert row["message_id"] in ids


def test_automatic_mail_leaves_from_nobody_and_an_answer_from_us(tmp_path: Path) -> None:
    """Rule 1: no machine answers the null sender; the report about an answer must come back."""
    with target(tmp_path) as maild:
        maild.gets(maild.answer(maild.opens(), ANNA, "Try again now.", proven=True))
        maild.sends()
        assert [sent.mail_from for sent in maild.to(JANE)] == ["", "support@example.com"]


def test_a_mail_names_its_incident_and_the_service_wherever_it_is_written(maild: Target) -> None:
    """The facts that every reply may use are added when it leaves."""
    maild.opens(proven=False)
    (acknowledgement,) = maild.read(JANE)
    assert acknowledgement["Subject"] == "[#1001] We received your request"
    assert "Example Support" in acknowledgement.text


def test_no_more_than_a_batch_is_claimed_at_a_time(tmp_path: Path) -> None:
    """So that a stop comes soon; the rest is next."""
    with target(tmp_path, "\n[limits]\nstaff_notifications = 1000\n") as maild:
        for n in range(10):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
        assert [send_due(maild.desk), send_due(maild.desk), send_due(maild.desk)] == [AT_ONCE, 10, 0]


# --- caps --------------------------------------------------------------------------------------------------


def test_an_unproven_sender_is_acknowledged_once_in_ten_minutes(maild: Target) -> None:
    """Rule 5: the second acknowledgement waits with its reason, and leaves when it may; staff know both at once."""
    for _ in range(2):
        maild.gets(maild.mail(JANE))
        maild.sends()
    held = maild.outbox("acknowledgement")[1]
    assert (held["state"], held["reason"], held["attempts"]) == ("held", "cap_unproven", 0)
    assert held["not_before"] == NOW + 10 * MINUTE
    assert len(maild.to(ANNA)) == 2
    maild.works_for(10 * MINUTE, 1)
    assert customers(maild) == [JANE, JANE]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("address_per_hour", "cap_address_hour"),
        ("address_per_day", "cap_address_day"),
        ("domain_per_hour", "cap_domain"),
        ("total_per_minute", "cap_total"),
    ],
)
def test_every_cap_holds_what_exceeds_it(tmp_path: Path, limit: str, reason: str) -> None:
    """Rule 5: held, never dropped, and intake never stops."""
    with target(tmp_path, f"{PROOF}\n[limits]\n{limit} = 2\n") as maild:
        for _ in range(3):
            maild.opens()
        assert [row["state"] for row in maild.outbox("acknowledgement")] == ["sent", "sent", "held"]
        assert maild.outbox("acknowledgement")[2]["reason"] == reason
        assert maild.dispositions() == ["opened"] * 3
        maild.works_for(DAY + MINUTE, 1)
        assert len(customers(maild)) == 3


def test_held_mail_leaves_oldest_first(tmp_path: Path) -> None:
    """Rule 5: nobody is overtaken by who came later."""
    with target(tmp_path, "\n[limits]\ntotal_per_minute = 1\nstaff_notifications = 1000\n") as maild:
        people = [f"c{n}@d{n}.example" for n in range(5)]
        for person in people:
            maild.gets(maild.mail(person))
        maild.sends()
        maild.works_for(MINUTE / 4, 60)
        assert customers(maild) == people


def test_a_proven_sender_is_acknowledged_each_time(tmp_path: Path) -> None:
    """The ten minutes are for addresses that may be somebody else's."""
    with target(tmp_path) as maild:
        for _ in range(2):
            maild.opens()
        assert customers(maild) == [JANE, JANE]


def test_an_answer_of_a_person_is_never_capped(tmp_path: Path) -> None:
    """Rule 5: caps are for automatic mail."""
    with target(
        tmp_path, '\n[proof]\nauthserv_ids = ["mx.example.com"]\n[limits]\naddress_per_hour = 1\n'
    ) as maild:
        notification = maild.opens()
        for n in range(3):
            maild.gets(maild.answer(notification, ANNA, f"Answer {n}.", proven=True))
        maild.sends()
        assert len(maild.to(JANE)) == 4


def test_a_person_may_send_what_a_cap_holds(maild: Target) -> None:
    """`maild outbox retry`: an admin said so; it leaves at once and is held no more, the next one is."""
    for _ in range(2):
        maild.gets(maild.mail(JANE))
        maild.sends()
    held = maild.outbox("acknowledgement")[1]["id"]
    with maild.desk.database.begin() as tx:
        assert outbox.retry(tx, held, NOW)
    maild.sends()
    maild.gets(maild.mail(JANE))
    maild.sends()
    assert [row["state"] for row in maild.outbox("acknowledgement")] == ["sent", "sent", "held"]


def test_what_a_person_sends_stays_free_of_caps_until_it_has_left(maild: Target) -> None:
    """The server is away when it is tried: the next attempt is not held either."""
    for _ in range(2):
        maild.gets(maild.mail(JANE))
        maild.sends()
    with maild.desk.database.begin() as tx:
        outbox.retry(tx, maild.outbox("acknowledgement")[1]["id"], NOW)
    maild.sender.defer(JANE)
    maild.sends()
    maild.sender.accept(JANE)
    maild.works_for(MINUTE, 1)
    assert maild.outbox("acknowledgement")[1]["state"] == "sent"


# --- notifications in excess ---------------------------------------------------------------------------------


def test_many_notifications_become_one_list(maild: Target) -> None:
    """Rule 5: of thirty at once the first are told one by one, all others in one list, each with its number."""
    for n in range(30):
        maild.gets(maild.mail(f"c{n}@d{n}.example", Subject=f"Problem {n}."))
    maild.sends()
    told = maild.read(ANNA)
    *alone, listed = told
    assert len(told) <= maild.desk.config.limits.staff_notifications
    assert f"{30 - len(alone)} notifications" in listed["Subject"]
    for n in range(30):
        assert [f"#{1001 + n}" in mail.text and f"Problem {n}." in mail.everything for mail in told].count(
            True
        ) == 1
    assert len(customers(maild)) == 30


def test_ten_notifications_are_ten_mails(maild: Target) -> None:
    """Up to the limit each can be answered as it comes."""
    for n in range(10):
        maild.gets(maild.mail(f"c{n}@d{n}.example"))
    maild.sends()
    assert len(maild.to(ANNA)) == 10


def test_a_notification_that_a_person_sends_again_is_no_part_of_a_list(maild: Target) -> None:
    """It leaves as it is, though there is more than enough."""
    for n in range(10):
        maild.gets(maild.mail(f"c{n}@d{n}.example"))
    maild.sends()
    maild.gets(maild.mail(JANE, Subject="One more"))
    maild.sends()
    waiting = next(row for row in maild.outbox("staff_new_incident") if row["state"] == "held")
    with maild.desk.database.begin() as tx:
        outbox.retry(tx, waiting["id"], NOW)
    maild.sends()
    assert "One more" in maild.read(address_of(maild, waiting))[-1]["Subject"]


# --- troubles --------------------------------------------------------------------------------------------------


def attempts(found: Target, until: datetime) -> list[datetime]:
    """Send whenever something is due, until then; return when the acknowledgement was tried."""
    tried = list[datetime]()
    while found.clock.now() < until:
        found.sends()
        row = row_of(found, "acknowledgement")
        if row["state"] == "failed":
            return [*tried, found.clock.now()]
        tried.append(found.clock.now())
        found.clock.advance(row["not_before"] - found.clock.now())
    return tried


def test_a_deferred_mail_is_tried_again_later_and_later_and_then_given_up(maild: Target) -> None:
    """Rule 24: after 1, 2, 4 ... minutes, up to 4 hours, for 5 days; then it has failed, and staff are told."""
    maild.sender.defer(JANE)
    maild.gets(maild.mail(JANE))
    tried = attempts(maild, NOW + 9 * DAY)
    assert [later - sooner for sooner, later in pairwise(tried)][:4] == [
        MINUTE,
        2 * MINUTE,
        4 * MINUTE,
        8 * MINUTE,
    ]
    assert next_attempt(len(tried), tried[0], tried[-1]) is None
    maild.sends()
    assert "Not delivered to" in maild.read(ANNA)[-1]["Subject"]


def test_a_deferred_mail_leaves_as_the_same_mail(maild: Target) -> None:
    """One Message-ID for life, whatever happened in between."""
    maild.sender.defer(JANE)
    maild.gets(maild.mail(JANE))
    maild.sends()
    row = row_of(maild, "acknowledgement")
    assert (row["state"], row["attempts"], row["last_error"]) == ("queued", 1, "451 4.3.0 try again later")
    maild.sender.accept(JANE)
    maild.works_for(MINUTE, 1)
    (sent,) = maild.read(JANE)
    assert row["key"] in sent["Message-ID"]


def test_a_refused_mail_is_told_to_the_staff_who_can_answer_to_that(maild: Target) -> None:
    """A customer waits for nothing: what, to whom, and what the server said; it is never tried again."""
    maild.sender.refuse(JANE)
    maild.gets(maild.mail(JANE, Subject="Nobody can pay"))
    maild.sends()
    assert row_of(maild, "acknowledgement")["state"] == "failed"
    told = maild.read(ANNA)[-1]
    assert f"[#1001] Not delivered to {JANE}" in told["Subject"]
    assert "550 5.1.1 no such user" in told.text
    assert "acknowledgement" in told.text
    maild.works_for(DAY, 2)
    assert maild.to(JANE) == []


def test_a_refused_notification_tells_nobody(maild: Target) -> None:
    """Staff who cannot be reached cannot be told so by mail: it stands in the outbox and the log."""
    maild.sender.refuse(ANNA)
    maild.gets(maild.mail(JANE))
    maild.sends()
    assert row_of(maild, "staff_new_incident", ANNA)["state"] == "failed"
    assert maild.outbox("delivery_problem") == []


def test_a_failed_mail_can_be_sent_again_by_hand(maild: Target) -> None:
    """The customer mended the mailbox."""
    maild.sender.refuse(JANE)
    maild.gets(maild.mail(JANE))
    maild.sends()
    maild.sender.accept(JANE)
    with maild.desk.database.begin() as tx:
        assert outbox.retry(tx, row_of(maild, "acknowledgement")["id"], NOW)
    maild.sends()
    assert len(maild.to(JANE)) == 1


def test_a_fault_of_ours_stops_no_other_mail(maild: Target) -> None:
    """It is a trouble like any other: the mail is tried again, the rest leaves."""
    broken = Broken()
    maild.gets(maild.mail(JANE))
    send_due(replace(maild.desk, sender=broken))
    assert sorted(sent.recipient for sent in broken.sent) == [BEN, JANE]
    row = row_of(maild, "staff_new_incident", ANNA)
    assert (row["state"], "ZeroDivisionError" in row["last_error"]) == ("queued", True)


def test_a_mail_without_its_facts_fails_at_once(maild: Target) -> None:
    """A template that misses something will miss it tomorrow, too."""
    maild.gets(maild.mail(JANE))
    with maild.desk.database.begin() as tx:
        tx.execute(update(tables.outbox).where(tables.outbox.c.kind == "acknowledgement").values(facts={}))
    maild.sends()
    row = row_of(maild, "acknowledgement")
    assert (row["state"], "missing facts" in row["last_error"]) == ("failed", True)


# --- a stop ----------------------------------------------------------------------------------------------------


def test_a_stop_puts_back_what_is_not_begun(maild: Target) -> None:
    """The mail in hand leaves, the others stay queued, due, and as untried as they were."""
    maild.gets(maild.mail(JANE))
    send_due(maild.desk, lambda: len(maild.sender.sent) >= 1)
    states = [(row["state"], row["attempts"], row["last_error"]) for row in maild.outbox()]
    assert states == [("sent", 1, None), ("queued", 0, None), ("queued", 0, None)]
    maild.sends()
    assert len(maild.sender.sent) == 3


def test_a_slow_server_costs_nobody_a_second_copy(maild: Target) -> None:
    """What was claimed too long ago to be begun is put back; leases outlast every dialogue."""
    maild.gets(maild.mail(JANE))
    slow = Slow(maild, FRESH + timedelta(seconds=1))
    send_due(replace(maild.desk, sender=slow))
    assert (len(slow.sent), [row["state"] for row in maild.outbox()]) == (1, ["sent", "queued", "queued"])
    assert LEASE > FRESH + 10 * MINUTE


def test_what_a_dead_sender_held_is_sent_when_its_lease_has_run_out(maild: Target) -> None:
    """Kill -9 between claim and send: nothing is lost, and its copy can be known by the Message-ID."""
    maild.gets(maild.mail(JANE))
    with maild.desk.database.begin() as tx:
        outbox.claim(tx, NOW, limit=AT_ONCE, lease=LEASE)
    assert send_due(maild.desk) == 0
    maild.clock.advance(LEASE)
    maild.sends()
    assert len(maild.sender.sent) == 3


# --- files -------------------------------------------------------------------------------------------------


def test_files_of_a_customer_reach_the_staff_up_to_the_limit(tmp_path: Path) -> None:
    """What fits is attached, what does not is named; the history names both."""
    with target(tmp_path, "[limits]\nstaff_attachment_bytes = 100\n") as found:
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = JANE, "Nobody can pay", "<files@example.net>"
        mail.set_content("See the files.")
        mail.add_attachment(b"x" * 60, maintype="image", subtype="png", filename="shot.png")
        mail.add_attachment(b"y" * 200, maintype="application", subtype="zip", filename="shop.zip")
        found.gets(mail.as_bytes())
        found.sends()
        told = message_from_bytes(found.to(ANNA)[-1].raw, policy=policy.default)
        assert [part.get_filename() for part in told.iter_attachments()] == ["shot.png"]
        body = told.get_body()
        assert body is not None
        text = body.get_content()
        assert "shot.png (60 bytes)" in text
        assert "not attached, too large: shop.zip (200 bytes)" in text
        with found.desk.database.read() as tx:
            (entry,) = [line for line in history(tx, 1001) if line.table == "entry"]
        assert entry.files == ("shot.png (60 bytes)", "shop.zip (200 bytes)")


# --- proof copies ------------------------------------------------------------------------------------------


def with_proofs(maild: Target, proofs: Proofs | None = None) -> Desk:
    """Return the desk of a maild that sends proof copies; what the relay took, their folder knows."""
    return replace(maild.desk, proofs=proofs or maild.sender)


def acknowledged(maild: Target) -> int:
    """Return how many acknowledgements Jane got."""
    return len(maild.to(JANE))


def dies_while_sending(maild: Target, desk: Desk, *, took: bool) -> None:
    """Let the process die after it claimed its mails; `took`: the relay had them by then."""

    class Dies(FakeSmtp):
        def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
            if took:
                maild.sender.send(raw, mail_from, recipient)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(replace(desk, sender=Dies()))


@pytest.mark.parametrize("took", [True, False])
def test_a_mail_that_was_claimed_at_a_crash_leaves_once(maild: Target, took: bool) -> None:
    """If its proof copy is there it was sent, else it leaves now; either way nobody gets it twice."""
    maild.gets(maild.mail(JANE))
    desk = with_proofs(maild)
    dies_while_sending(maild, desk, took=took)
    maild.clock.advance(LEASE + MINUTE)
    while send_due(desk):
        pass
    assert Counter(sent.recipient for sent in maild.sender.sent) == {JANE: 1, ANNA: 1, BEN: 1}
    assert {row["state"] for row in maild.outbox()} == {"sent"}
    assert len({row["message_id"] for row in maild.outbox()}) == 3


def test_without_proof_copies_it_leaves_again_as_before(maild: Target) -> None:
    """The one case that is said openly: the same mail twice, under the same Message-ID."""
    maild.gets(maild.mail(JANE))
    dies_while_sending(maild, maild.desk, took=True)
    maild.clock.advance(LEASE + MINUTE)
    maild.sends()
    assert len(maild.sender.sent) == 4


def test_a_lost_answer_waits_for_the_proof_copy(maild: Target) -> None:
    """Two minutes, since a relay may deliver it later than it took it; then it counts as sent."""
    maild.gets(maild.mail(JANE))
    maild.sender.lose_answers(3)
    desk = with_proofs(maild)
    send_due(desk)
    assert {row["state"] for row in maild.outbox()} == {"sending"}
    maild.clock.advance(PROOF_WAIT - timedelta(seconds=1))
    assert send_due(desk) == 0
    maild.clock.advance(timedelta(seconds=1))
    assert send_due(desk) == 3
    assert {row["state"] for row in maild.outbox()} == {"sent"}
    assert len(maild.sender.sent) == 3


class Away:
    """A folder of proof copies that nobody can search."""

    def holds(self, message_id: str) -> bool:
        """Raise."""
        raise Unreachable("mailbox proofs: connection refused")


def test_a_folder_that_cannot_be_searched_holds_a_mail_up_for_an_hour(maild: Target) -> None:
    """Then losing an answer to a customer would be worse than sending it twice."""
    maild.gets(maild.mail(JANE))
    desk = with_proofs(maild, Away())
    maild.sender.lose_answers(3)
    send_due(desk)
    for _ in range(29):
        maild.clock.advance(PROOF_WAIT)
        send_due(desk)
    assert acknowledged(maild) == 1
    for _ in range(4):
        maild.clock.advance(PROOF_WAIT)
        send_due(desk)
    assert acknowledged(maild) == 2
    assert row_of(maild, "acknowledgement")["state"] == "sent"


def test_a_mail_in_doubt_that_is_put_back_is_still_in_doubt(maild: Target) -> None:
    """A stop between the claim and the search must not make it look as if nothing had been sent."""
    maild.gets(maild.mail(JANE))
    desk = with_proofs(maild)
    dies_while_sending(maild, desk, took=True)
    maild.clock.advance(LEASE + MINUTE)
    send_due(desk, stop=lambda: True)
    maild.clock.advance(MINUTE)
    send_due(desk)
    assert len(maild.sender.sent) == 3


def test_a_notification_in_doubt_is_not_gathered_into_a_list(tmp_path: Path) -> None:
    """It may have arrived: a list would tell it again, and its row would never be known as sent."""
    with target(tmp_path, "\n[limits]\nstaff_notifications = 1\n") as maild:
        desk = with_proofs(maild)
        maild.gets(maild.mail(JANE))
        dies_while_sending(maild, desk, took=True)
        maild.clock.advance(LEASE + MINUTE)
        for n in range(3):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
        send_due(desk)
        first = [row for row in maild.outbox("staff_new_incident") if row["incident"] == 1001]
        assert [row["state"] for row in first] == ["sent", "sent"]
        assert len([mail for mail in maild.read(ANNA) if "[#1001]" in mail["Subject"]]) == 1


def test_a_mail_whose_answer_is_always_lost_is_given_up_in_the_end(maild: Target) -> None:
    """Rule 24: after five days, however uncertain each attempt was."""

    class Nothing(FakeSmtp):
        def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
            raise SendUncertain("the connection broke in the mail")

    maild.gets(maild.mail(JANE))
    desk = replace(with_proofs(maild), sender=Nothing())
    for _ in range(60):
        send_due(desk)
        maild.clock.advance(4 * HOUR)
    assert row_of(maild, "acknowledgement")["state"] == "failed"
