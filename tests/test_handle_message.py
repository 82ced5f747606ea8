"""STORY 1 at its edges: batches, faults, twins, quarantine and back, and what an answer does to its thread."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from classifiers.hits import NOTHING_KNOWN
from classifiers.settings import About, Verdict
from classifiers.verdict import Classifier
from maild.core.limits import Limits
from maild.core.message import Delivery, Message
from maild.core.reading.parse_message import parse_message
from maild.core.reading.salvage import NOTE, salvage
from maild.core.staff import StaffMember
from maild.desk import Desk
from maild.errors import NotFound, Overtaken, Unreadable
from maild.handle_message import COMMIT_TOGETHER, LOGGED_CHARS, take, take_again
from maild.log import set_up_logging
from maild.read_message import Reading, read
from maild.store import customers, quarantine
from maild.store.tables import arrival, attachment, entry, event, incident, message
from tests.faults.target import ANNA, JANE, NOW, PROOF, Target, first, target

HOTRUSH = """
[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
"""
BOUNCE = """\
Your mail did not arrive.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; jane@customer.example
Action: failed
Status: 5.1.1
--r
Content-Type: text/rfc822-headers

Message-ID: {ours}
--r--
"""


class Moody:
    """A reader like the real one, but for mails that hold a certain word: they raise what it stands for."""

    def __init__(self, **moods: Exception) -> None:
        self.moods = {word.encode(): fault for word, fault in moods.items()}

    def read(self, raw: bytes) -> Message:
        """Return what the bytes say, or raise."""
        for word, fault in self.moods.items():
            if word in raw:
                raise fault
        return parse_message(raw, Limits())


class Fragile(Classifier):
    """A classifier with a fault of ours: a mail that says `trouble` raises, so many times."""

    def __init__(self, inner: Classifier, fault: Exception, times: int) -> None:
        self.inner, self.fault, self.times = inner, fault, times

    def classify(self, subject: str, body: str, about: About = NOTHING_KNOWN) -> Verdict:
        """Return the verdict, or raise."""
        if "trouble" in body and self.times:
            self.times -= 1
            raise self.fault
        return self.inner.classify(subject, body, about)


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def proving(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path, PROOF) as made:
        yield made


def came(raw: bytes, **changes: object) -> Delivery:
    """Return a mail that came in by SMTP."""
    return replace(Delivery(raw=raw, received_at=NOW, source="smtp"), **changes)  # type: ignore[arg-type]


def fragile(desk: Desk, fault: Exception, times: int = 99) -> Desk:
    """Return the desk with a classifier that fails on `trouble`."""
    return replace(desk, classifier=Fragile(desk.classifier, fault, times))


def reasons(found: Target) -> list[str]:
    """Return the first reason of each arrival's disposition, by name."""
    return [row["reasons"][0]["name"] for row in found.rows(select(arrival).order_by(arrival.c.id))]


def count(found: Target, table: object) -> int:
    """Return how many rows a table has."""
    (row,) = found.rows(select(func.count().label("rows")).select_from(table))  # type: ignore[arg-type]
    return int(row["rows"])


# --- taking mails in ---------------------------------------------------------------------------------------


def test_a_handled_mail_is_named_in_the_log(maild: Target) -> None:
    """By its Message-ID and sender, on one line and no longer than they need; one that nobody can read has neither."""
    set_up_logging("json", "info", stream := io.StringIO())
    raw = maild.mail(JANE).replace(b"Message-ID: <", b"Message-ID: <" + b"long" * 100)
    maild.gets(raw, mail_from=JANE, recipients=("support@example.com",))
    take([came(b"")], maild.desk)
    handled = [json.loads(line) for line in stream.getvalue().splitlines() if "mail handled" in line]
    assert [(line["sender"], line["message_id"][:9]) for line in handled] == [
        (JANE, "<longlong"),
        ("", ""),
    ]
    assert len(handled[0]["message_id"]) == LOGGED_CHARS


def test_a_mail_is_kept_whole_with_what_decided_about_it(maild: Target) -> None:
    """Bytes, disposition, reasons, the version of the config; and delivery is woken."""
    maild.gets(maild.mail(JANE), mail_from=JANE, recipients=("support@example.com",))
    (row,) = maild.rows(select(arrival))
    assert (row["disposition"], row["incident"], row["mail_from"]) == ("opened", 1001, JANE)
    assert row["config_version"] == maild.desk.config.version
    assert maild.desk.mail_waits.is_set()


def test_many_mails_are_all_taken_in_their_order(maild: Target) -> None:
    """More than share a transaction."""
    mails = [came(maild.mail(JANE, Subject=f"Mail {n}")) for n in range(2 * COMMIT_TOGETHER + 3)]
    take(mails, maild.desk)
    subjects = [row["subject"] for row in maild.rows(select(incident).order_by(incident.c.number))]
    assert subjects == [f"Mail {n}" for n in range(2 * COMMIT_TOGETHER + 3)]


def test_no_mails_are_no_trouble(maild: Target) -> None:
    """An empty batch does nothing."""
    take([], maild.desk)
    assert count(maild, arrival) == 0


def test_a_mail_that_breaks_us_costs_only_itself(maild: Target) -> None:
    """Rule 22: of its batch, all others are handled as if nothing had been, and it goes to quarantine."""
    texts = [f"fine {n}\n" if n != 4 else "trouble\n" for n in range(9)]
    take([came(maild.mail(JANE, text)) for text in texts], fragile(maild.desk, KeyError("a fault of ours")))
    assert maild.dispositions() == ["opened"] * 4 + ["quarantined"] + ["opened"] * 4
    assert reasons(maild)[4] == "handling_failed"
    assert "KeyError" in maild.rows(select(arrival))[4]["reasons"][0]["text"]


def test_a_mail_in_quarantine_is_told_to_the_staff_with_the_way_to_it(maild: Target) -> None:
    """The notice leaves, and names the commands."""
    take([came(maild.mail(JANE, "trouble\n"))], fragile(maild.desk, KeyError("x")))
    maild.sends()
    (notice,) = maild.read(ANNA)
    assert "maild quarantine show 1" in notice.text
    assert "maild quarantine replay 1" in notice.text
    assert maild.to(JANE) == []


def test_who_was_overtaken_decides_once_more(maild: Target) -> None:
    """Others changed the incident meanwhile, several times: that is no fault of the mail."""
    take([came(maild.mail(JANE, "trouble\n"))], fragile(maild.desk, Overtaken("meanwhile"), times=4))
    assert maild.dispositions() == ["opened"]


def test_a_replay_that_was_overtaken_is_decided_once_more(maild: Target) -> None:
    """By hand, too, nobody is told of a deadlock that a second attempt gets out of."""
    raw = maild.mail(JANE, "trouble\n")
    take([came(raw)], fragile(maild.desk, KeyError("x")))
    handled = take_again(1, read(came(raw), maild.desk), fragile(maild.desk, Overtaken("deadlock"), times=3))
    assert handled.disposition == "opened"


def test_overtaken_again_and_again_nothing_is_taken(maild: Target) -> None:
    """The server is told nothing, and offers the mail again."""
    with pytest.raises(Overtaken):
        take([came(maild.mail(JANE, "trouble\n"))], fragile(maild.desk, Overtaken("meanwhile")))
    assert count(maild, arrival) == 0


def test_where_not_even_quarantine_is_possible_nothing_is_taken(maild: Target) -> None:
    """It raises, so that the mail stays where it is: an answer 451, or no move."""
    broken = replace(maild.desk, rules=None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        take([came(maild.mail(JANE))], broken)
    assert (count(maild, arrival), count(maild, message)) == (0, 0)


def test_an_unreadable_mail_goes_to_quarantine_and_the_next_is_handled(maild: Target) -> None:
    """With the name and the words of what its reader ran into."""
    moody = Moody(bomb=Unreadable("too_slow", "not read within 5.0 seconds"))
    take([came(b"bomb"), came(maild.mail(JANE))], replace(maild.desk, reader=moody))
    assert maild.dispositions() == ["quarantined", "opened"]
    assert maild.rows(select(arrival))[0]["reasons"] == [
        {"name": "too_slow", "text": "not read within 5.0 seconds"}
    ]


# --- twins ------------------------------------------------------------------------------------------------


def test_the_same_mail_twice_is_one_incident(maild: Target) -> None:
    """Rule 17: the second delivery is a duplicate that names the first; nobody is answered or told twice."""
    raw = maild.mail(JANE)
    take([came(raw), came(raw)], maild.desk)
    maild.gets(raw)
    assert maild.dispositions() == ["opened", "duplicate", "duplicate"]
    assert "arrival 1" in maild.rows(select(arrival))[2]["reasons"][0]["text"]
    assert len(maild.outbox("acknowledgement")) == 1
    assert len(maild.outbox("staff_new_incident")) == 2


def test_a_copy_that_another_server_passed_on_is_still_the_same_mail(maild: Target) -> None:
    """Another Received field and another envelope make no other mail."""
    raw = maild.mail(JANE)
    maild.gets(raw)
    maild.gets(b"Received: from b by a; Mon, 2 Mar 2026 09:00:01 +0000\r\n" + raw, mail_from=JANE)
    assert maild.dispositions() == ["opened", "duplicate"]


def test_two_mails_with_one_message_id_are_two_mails(maild: Target) -> None:
    """The id proves nothing; what they say differs (rule 17)."""
    maild.gets(maild.mail(JANE, "One thing.\n", Message_ID="<same@customer.example>"))
    maild.gets(maild.mail(JANE, "Another thing.\n", Message_ID="<same@customer.example>"))
    assert maild.dispositions() == ["opened", "opened"]


def test_without_a_message_id_no_mail_is_a_duplicate(maild: Target) -> None:
    """Rule 17: a form may send the same words twice and mean it; at once, it is one problem all the same."""
    raw = maild.mail(JANE, Message_ID="")
    for wait in (0, 9, 9, 11):
        maild.clock.advance(timedelta(minutes=wait))
        maild.gets(raw)
    assert maild.dispositions() == ["opened", "appended", "appended", "opened"]


# --- the steps in their order ------------------------------------------------------------------------------


def test_a_further_mail_is_read_without_its_subject_and_quotes(tmp_path: Path) -> None:
    """Rule 28: `HotRush` in the old subject and in the quoted text asks for nothing now; in new text it does."""
    with target(tmp_path, PROOF + HOTRUSH) as maild:
        maild.gets(maild.mail(JANE, proven=True))
        maild.sends()
        acknowledgement = first(maild.to(JANE))
        assert b"HotRush" in acknowledgement.raw
        for text in ("It still fails.", "HotRush, please."):
            maild.gets(maild.answer(acknowledgement, JANE, text, proven=True, Subject="Re: HotRush [#1001]"))
            wanted = "hotrush" if "HotRush" in text else "normal"
            assert maild.rows(select(incident))[0]["priority"] == wanted
        assert maild.dispositions() == ["opened", "appended", "appended"]


def test_a_bounce_finds_its_incident_by_the_mail_it_returns(maild: Target) -> None:
    """By the Message-ID in its third part; a note on the thread, and no answer (rules: Machines)."""
    maild.gets(maild.mail(JANE))
    maild.sends()
    ours = next(row["message_id"] for row in maild.outbox("acknowledgement"))
    raw = maild.mail(
        "MAILER-DAEMON@mx.customer.example",
        "--r\nContent-Type: text/plain\n\n" + BOUNCE.format(ours=ours),
        MIME_Version="1.0",
        Content_Type='multipart/report; report-type=delivery-status; boundary="r"',
    )
    maild.gets(raw, mail_from="")
    assert maild.dispositions() == ["opened", "quiet"]
    assert maild.entries(1001)[-1] == ("machine_note", "done")


def test_who_asked_for_no_automatic_mail_gets_none(maild: Target) -> None:
    """The suppression list counts for the next incident; the reason is on record."""
    with maild.desk.database.begin() as tx:
        customers.suppress(tx, JANE.upper(), "complained", NOW)
    maild.gets(maild.mail(JANE))
    assert maild.outbox("acknowledgement") == []
    silences = [
        row["reasons"][0]["name"] for row in maild.rows(select(event).where(event.c.name == "silent"))
    ]
    assert silences == ["no_ack_suppressed"]


def test_an_answer_of_proven_staff_reaches_the_customer_at_once(proving: Target) -> None:
    """Rule 11: proof and token; the clock stops when it arrived."""
    notification = proving.opens()
    proving.gets(proving.answer(notification, ANNA, "Try again now.", proven=True))
    proving.sends()
    assert "Try again now." in proving.read(JANE)[-1].text
    assert proving.states() == {1001: "waiting"}


def test_an_unproven_answer_waits_for_one_word(maild: Target) -> None:
    """Rule 11, the whole round; said twice, the word releases nothing more."""
    notification = maild.opens(proven=False)
    maild.gets(maild.answer(notification, ANNA, "Try again now.\n\n-- \nAnna"))
    maild.sends()
    request = maild.to(ANNA)[-1]
    assert "Try again now." not in maild.customers_saw()
    for _ in range(2):
        maild.gets(maild.answer(request, ANNA, "send"))
        maild.sends()
    assert [row["state"] for row in maild.outbox("answer")] == ["sent"]
    assert maild.read(JANE)[-1].text.strip().endswith("-- \nAnna")
    assert reasons(maild)[-1] == "confirmation_used"


def test_one_confirmation_may_release_several_answers(tmp_path: Path) -> None:
    """What was asked about in one list leaves in full: two answers to one customer are two mails."""
    with target(tmp_path, "\n[limits]\nconfirmations_per_hour = 1\n") as maild:
        notification = maild.opens(proven=False)
        for n in range(3):
            maild.gets(maild.answer(notification, ANNA, f"Answer {n}."))
        maild.works_for(timedelta(minutes=61), 1)
        listed = next(mail for mail in reversed(maild.to(ANNA)) if b"confirm 2 of your" in mail.raw)
        maild.gets(maild.answer(listed, ANNA, "send"))
        maild.sends()
        assert [row["facts"]["text"] for row in maild.outbox("answer")] == ["Answer 1.", "Answer 2."]
        assert {row["state"] for row in maild.outbox("answer")} == {"sent"}


# --- quarantine and back ------------------------------------------------------------------------------------


def quarantined(found: Target, text: str = "trouble\n") -> Delivery:
    """Let a mail go to quarantine by a fault of ours; return it as the quarantine has it."""
    take([came(found.mail(JANE, text))], fragile(found.desk, KeyError("x")))
    with found.desk.database.read() as tx:
        return quarantine.delivery(tx, 1)


def test_a_mail_from_quarantine_is_handled_as_if_it_had_just_come(maild: Target) -> None:
    """The same arrival gets another disposition; its clock starts when it came."""
    maild.clock.advance(timedelta(hours=1))
    delivery = quarantined(maild)
    handled = take_again(1, read(delivery, maild.desk), maild.desk)
    assert (handled.disposition, handled.arrival, handled.incident) == ("opened", 1, 1001)
    assert maild.dispositions() == ["opened"]
    assert maild.rows(select(incident))[0]["opened_at"] == NOW
    assert len(maild.outbox("acknowledgement")) == 1


def test_it_is_handled_again_once(maild: Target) -> None:
    """Two people at two terminals: the second is told, and no second incident is made."""
    reading = read(quarantined(maild), maild.desk)
    take_again(1, reading, maild.desk)
    with pytest.raises(Overtaken):
        take_again(1, reading, maild.desk)
    with maild.desk.database.read() as tx, pytest.raises(NotFound):
        quarantine.delivery(tx, 1)
    assert maild.states() == {1001: "submitted"}


def test_a_mail_that_came_again_meanwhile_is_not_handled_twice(maild: Target) -> None:
    """Its twin opened the incident: out of quarantine it is a duplicate of that one."""
    delivery = quarantined(maild)
    maild.gets(delivery.raw)
    handled = take_again(1, read(delivery, maild.desk), maild.desk)
    assert (handled.disposition, handled.incident) == ("duplicate", None)
    assert maild.dispositions() == ["duplicate", "opened"]
    assert maild.states() == {1001: "submitted"}


def test_what_still_cannot_be_read_stays_in_quarantine(maild: Target) -> None:
    """With the reason of today."""
    delivery = quarantined(maild)
    moody = Moody(trouble=Unreadable("too_deep", "nested deeper than 50 levels"))
    handled = take_again(1, read(delivery, replace(maild.desk, reader=moody)), maild.desk)
    assert (handled.disposition, handled.reason) == ("quarantined", "too_deep")


def test_what_a_filter_marked_is_replayed_as_a_request(maild: Target) -> None:
    """It waits for a person; handled again it opens an incident, unacknowledged. On a thread it never waits."""
    maild.gets(maild.mail(JANE, X_Spam_Flag="YES"))
    assert (maild.dispositions(), reasons(maild)) == (["quarantined"], ["spam_flag"])
    with maild.desk.database.read() as tx:
        delivery = quarantine.delivery(tx, 1)
    assert take_again(1, read(delivery, maild.desk), maild.desk).disposition == "opened"
    assert maild.outbox("acknowledgement") == []
    notification = next(row for row in maild.outbox("staff_new_incident"))
    assert "filter took it for spam" in str(notification["facts"]["notes"])
    maild.gets(maild.mail(JANE, Subject="[#1001]", X_Spam_Flag="YES"))
    assert maild.dispositions() == ["opened", "appended"]


def test_a_released_mail_is_a_request_with_the_mail_as_its_file(maild: Target) -> None:
    """Nobody can read it, but a person has decided: From and subject are saved, the rest goes along whole."""
    delivery = quarantined(maild)
    handled = take_again(1, Reading(delivery, salvage(delivery.raw)), maild.desk)
    assert (handled.disposition, handled.incident) == ("opened", 1001)
    (kept,) = maild.rows(select(attachment))
    assert (kept["name"], kept["size"]) == ("message.eml", len(delivery.raw))
    (said,) = maild.rows(select(entry))
    assert said["text"] == NOTE


def test_word_of_a_quarantined_mail_is_about_no_incident(proving: Target) -> None:
    """Though the mail names one: what Anna answers to it is for her colleagues, and Jane never reads it."""
    proving.opens()
    answer = proving.answer(first(proving.to(JANE)), JANE, "It is still white.", proven=True)
    proving.gets(answer.replace(b"From: ", b"From: Eve <eve@evil.example>\r\nFrom: "))
    proving.sends()
    assert proving.dispositions() == ["opened", "quarantined"]
    assert [row["incident"] for row in proving.outbox("quarantine_notice")] == [None, None]
    proving.gets(proving.answer(proving.to(ANNA)[-1], ANNA, "Who wrote this?", proven=True))
    proving.sends()
    assert not proving.staff_acted()
    assert "Who wrote this?" not in proving.customers_saw()


# --- what machines do ---------------------------------------------------------------------------------------


def test_an_absence_note_on_a_thread_is_a_quiet_note(maild: Target) -> None:
    """It is kept where it belongs, and is no duplicate of anything."""
    maild.gets(maild.mail(JANE))
    maild.sends()
    acknowledgement = first(maild.to(JANE))
    maild.gets(maild.answer(acknowledgement, JANE, "I am away.", Auto_Submitted="auto-replied"))
    assert maild.dispositions() == ["opened", "quiet"]
    maild.sends()
    assert len(maild.to(JANE)) == 1


def test_who_joined_the_staff_later_may_answer_what_they_are_told(proving: Target) -> None:
    """A new colleague is told of the customer's next mail, and the answer reaches the customer (rule 11)."""
    cleo = StaffMember("Cleo", "cleo@staff.example.org")
    proving.opens()
    rules = replace(proving.desk.rules, staff=(*proving.desk.rules.staff, cleo))
    proving.desk = replace(proving.desk, rules=rules)
    proving.gets(proving.answer(proving.to(JANE)[0], JANE, "It is still white.", proven=True))
    proving.sends()
    proving.gets(proving.answer(proving.to(cleo.address)[0], cleo.address, "Mended now.", proven=True))
    proving.sends()
    assert "Mended now." in proving.read(JANE)[-1].text
    assert proving.dispositions() == ["opened", "appended", "appended"]
