"""Which incident a mail joins, on the whole path and on both databases: each clue, and what is no clue."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.core.message import Delivery
from maild.errors import Unreachable
from maild.handle_message import take
from maild.store.tables import ancestor, arrival, incident, message, metadata
from tests.faults.target import ANNA, EVE, JANE, PROOF, Target, first, target
from tests.parts.postgres import require, running_postgres
from tests.test_handle_message import HOTRUSH, came

BOB = "bob@customer.example"
ASKED = "<asked@elsewhere.example>"
OLD = "<old@elsewhere.example>"


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[str]:
    """The URL of a PostgreSQL database, to be emptied before each test: faster than a new one."""
    require()
    with running_postgres() as server, server.fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of each sort; "" is the SQLite file of the target."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("on_postgres"))


@contextlib.contextmanager
def emptied(folder: Path, more: str, url: str) -> Iterator[Target]:
    """Give a maild on an empty database."""
    with target(folder, more, url=url) as found:
        if url:
            with found.desk.database.begin() as tx:
                tx.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")
        yield found


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with emptied(tmp_path, PROOF, url) as found:
        yield found


@pytest.fixture
def trusting(tmp_path: Path, url: str) -> Iterator[Target]:
    """A maild behind no mail server that proves anybody."""
    with emptied(tmp_path, "", url) as found:
        yield found


def outcomes(found: Target) -> list[tuple[str, int | None]]:
    """Return what became of each mail, and the incident it is on."""
    rows = found.rows(select(arrival.c.disposition, arrival.c.incident).order_by(arrival.c.id))
    return [(row["disposition"], row["incident"]) for row in rows]


def why(found: Target) -> list[str]:
    """Return the names of the reasons for what became of the last mail."""
    row = found.rows(select(arrival.c.reasons).order_by(arrival.c.id.desc()).limit(1))[0]
    return [reason["name"] for reason in row["reasons"]]


# --- mails of ours ------------------------------------------------------------------------------------------


def test_an_answer_finds_its_incident_by_our_signed_id(maild: Target) -> None:
    """Whoever holds it belongs to the incident."""
    maild.opens()
    maild.gets(maild.answer(first(maild.to(JANE)), JANE, "It still fails.", proven=True))
    assert outcomes(maild) == [("opened", 1001), ("appended", 1001)]
    assert "token" in why(maild)


def test_it_is_found_though_a_relay_rewrote_our_message_id(maild: Target) -> None:
    """The signed id stands in References too, which relays leave alone."""
    maild.opens()
    ours = maild.read(JANE)[-1]
    thread = {
        "In_Reply_To": "<rewritten@relay.example>",
        "References": f"{ours['References']} <rewritten@relay.example>",
    }
    maild.gets(maild.mail(JANE, "It still fails.\n", proven=True, Subject="Re: The checkout", **thread))
    assert outcomes(maild)[-1] == ("appended", 1001)
    assert "token" in why(maild)


def test_a_number_joins_who_takes_part_and_nobody_else(maild: Target) -> None:
    """Jane wrote a new mail and typed the number; Eve knows it too."""
    maild.opens()
    maild.gets(maild.mail(JANE, proven=True, Subject="About [#1001]"))
    maild.gets(maild.mail(EVE, proven=True, Subject="About [#1001]"))
    maild.gets(maild.mail(JANE, Subject="About [#1001]"))
    assert outcomes(maild)[1:] == [("appended", 1001), ("opened", 1002), ("opened", 1003)]
    assert [row["linked_to"] for row in maild.rows(select(incident.c.linked_to))] == [None, 1001, 1001]


def test_a_customer_who_answers_their_own_mail_goes_on_with_it(maild: Target) -> None:
    """Its Message-ID is known, and they take part."""
    maild.gets(maild.mail(JANE, proven=True, Message_ID="<mine@customer.example>"))
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To="<mine@customer.example>", Subject="Re: it"))
    assert outcomes(maild)[-1] == ("appended", 1001)
    assert "known_message_id" in why(maild)


def test_a_guessed_id_of_ours_joins_nothing(maild: Target) -> None:
    """Without the signature it is a text like any other."""
    maild.opens()
    ours = maild.read(JANE)[-1]["Message-ID"]
    for guess in (
        ours.replace("1001", "1002"),
        ours.replace("maild.", "maild.x"),
        "<maild.1001@example.com>",
    ):
        maild.gets(maild.mail(EVE, guess, proven=True, In_Reply_To=guess, References=guess))
    assert [disposition for disposition, _ in outcomes(maild)] == ["opened"] * 4


# --- mails that we never saw -----------------------------------------------------------------------------------


def test_two_mails_with_an_ancestor_that_we_never_saw_are_one_thread(maild: Target) -> None:
    """Jane answers a colleague of hers with us in Cc, and then once more: both refer to the colleague's mail."""
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED, References=ASKED, Subject="Re: Tax"))
    maild.gets(
        maild.mail(JANE, proven=True, References=f"{ASKED} <other@customer.example>", Subject="AW: tax")
    )
    assert outcomes(maild) == [("opened", 1001), ("appended", 1001)]
    assert "shared_ancestor" in why(maild)


def test_where_nobody_is_proven_the_ancestor_leads_the_requester(trusting: Target) -> None:
    """The entry is marked as unproven, as with a known Message-ID (rule 12)."""
    trusting.gets(trusting.mail(JANE, In_Reply_To=ASKED))
    trusting.gets(trusting.mail(JANE, In_Reply_To=ASKED))
    assert outcomes(trusting)[-1] == ("appended", 1001)
    assert why(trusting)[0] == "appended_unproven"


def test_an_ancestor_never_leads_across_strangers(maild: Target) -> None:
    """A newsletter is an ancestor of many customers' mails; each has an incident of their own."""
    for person in (JANE, EVE, BOB):
        maild.gets(maild.mail(person, proven=True, In_Reply_To=ASKED))
    maild.gets(maild.mail(EVE, proven=True, In_Reply_To=ASKED))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002), ("opened", 1003), ("appended", 1002)]
    assert {row["linked_to"] for row in maild.rows(select(incident.c.linked_to))} == {None}


def test_who_is_only_named_in_cc_is_not_drawn_into_a_stranger_s_incident(maild: Target) -> None:
    """Else Eve could lay out an incident with Jane in Cc, and read what Jane asks us later."""
    maild.gets(maild.mail(EVE, proven=True, In_Reply_To=ASKED, Cc=JANE))
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002)]


def test_an_unproven_mail_is_led_by_no_ancestor_where_servers_vouch(maild: Target) -> None:
    """The same rule as for a known Message-ID; staff see the link."""
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED))
    maild.gets(maild.mail(JANE, In_Reply_To=ASKED))
    assert outcomes(maild)[-1] == ("opened", 1002)
    assert maild.rows(select(incident.c.linked_to))[-1] == {"linked_to": 1001}


def test_a_mail_that_comes_after_its_own_answer_finds_it(maild: Target) -> None:
    """A server held the first mail back for some minutes; the second, which answers it, was here before."""
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To="<late@customer.example>", Subject="Re: Tax"))
    maild.gets(maild.mail(JANE, proven=True, Message_ID="<late@customer.example>", Subject="Tax"))
    assert outcomes(maild) == [("opened", 1001), ("appended", 1001)]
    assert "late_ancestor" in why(maild)


def test_of_several_incidents_the_newest_counts(maild: Target) -> None:
    """An old mail of a colleague's leads to what is talked about now."""
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED))
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=OLD))
    maild.gets(maild.mail(JANE, proven=True, References=f"{ASKED} {OLD}", In_Reply_To="<x@x.example>"))
    assert outcomes(maild)[-1] == ("appended", 1002)


def test_another_subject_on_a_closed_incident_is_another_problem(maild: Target) -> None:
    """Who answers an old mail only to find our address again opens a new incident."""
    notification = maild.opens(In_Reply_To=ASKED)
    maild.gets(maild.answer(notification, ANNA, "#close", proven=True))
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED, Subject="Shipping"))
    assert outcomes(maild)[-1] == ("opened", 1002)
    assert "another_topic" in why(maild)


def test_the_old_subject_on_a_closed_incident_reopens_it(maild: Target) -> None:
    """The problem is back, and its sender answered the mail with which it began."""
    notification = maild.opens(In_Reply_To=ASKED)
    maild.gets(maild.answer(notification, ANNA, "#close", proven=True))
    maild.gets(maild.mail(JANE, proven=True, In_Reply_To=ASKED, Subject="Re: The checkout is down"))
    assert outcomes(maild)[-1] == ("appended", 1001)
    assert why(maild)[0] == "reopened"


def test_of_a_thousand_ancestors_a_few_are_kept(maild: Target) -> None:
    """Also one that is longer than a line: it costs nothing and stops nothing."""
    many = " ".join(f"<{n}@elsewhere.example>" for n in range(90))
    maild.gets(maild.mail(JANE, proven=True, References=f"{many} <{'x' * 990}@elsewhere.example>"))
    kept = {row["message_id"] for row in maild.rows(select(ancestor))}
    assert len(kept) <= 20
    assert {"<0@elsewhere.example>", "<89@elsewhere.example>"} <= kept


# --- no clue at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", "<>", "none", "<a@x.example> <b@x.example>"])
def test_a_mail_without_a_message_id_is_never_matched_by_it(maild: Target, value: str) -> None:
    """Two such mails are two; one that answers the empty id answers nothing."""
    maild.gets(maild.mail(JANE, proven=True, Message_ID=value))
    maild.gets(maild.mail(JANE, proven=True, Message_ID=value, In_Reply_To=value, References=value))
    maild.gets(maild.mail(JANE, proven=True, Message_ID=value))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002), ("opened", 1003)]


def test_thread_index_and_topic_are_no_proof(maild: Target) -> None:
    """Outlook copies them from whatever mail its user began from; anybody can."""
    outlook = {"Thread_Index": "AQHZx1example==", "Thread_Topic": "The checkout is down"}
    maild.gets(maild.mail(JANE, proven=True, **outlook))
    maild.gets(maild.mail(JANE, proven=True, **outlook))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002)]


# --- the same mail ----------------------------------------------------------------------------------------------


def test_one_mail_to_two_of_our_mailboxes_is_one_incident(maild: Target) -> None:
    """The second arrival is a duplicate of the first; nobody is answered twice."""
    raw = maild.mail(JANE, proven=True, To="support@example.com, sales@example.com")
    maild.gets(raw, recipients=("support@example.com",))
    maild.gets(b"Received: by sales\r\n" + raw, recipients=("sales@example.com",))
    assert outcomes(maild) == [("opened", 1001), ("duplicate", None)]
    assert len(maild.outbox("acknowledgement")) == 1


def test_two_readers_that_take_it_at_once_make_one_incident(maild: Target) -> None:
    """Each in a thread of its own, as two mailboxes are read; ten times, to meet in the middle."""
    for n in range(10):
        raw = maild.mail(JANE, f"Question {n}.\n", proven=True)
        together = threading.Barrier(2)

        def read(copy: bytes, together: threading.Barrier = together) -> None:
            together.wait(10)
            take([came(copy)], maild.desk)

        readers = [threading.Thread(target=read, args=(hop + raw,)) for hop in (b"", b"Received: by b\r\n")]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(30)
    assert sorted(one for one, _ in outcomes(maild)) == ["duplicate"] * 10 + ["opened"] * 10
    assert len(maild.states()) == 10


def test_two_readers_with_the_same_mails_in_other_orders_lose_none(maild: Target) -> None:
    """Each waits for a row of the other's: the database ends one of them, and its mails are handled one by one.

    One that is ended again offers its mails again, as a mail server does that is told to come later.
    """
    for n in range(5):
        mails = [came(maild.mail(JANE, f"Question {n}, part {part}.\n", proven=True)) for part in range(8)]
        together = threading.Barrier(2)

        def read(batch: Sequence[Delivery], together: threading.Barrier = together) -> None:
            together.wait(10)
            for _ in range(5):
                with contextlib.suppress(Unreachable):
                    take(batch, maild.desk)
                    return

        readers = [threading.Thread(target=read, args=(batch,)) for batch in (mails, mails[::-1])]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(60)
    became = [one for one, _ in outcomes(maild)]
    assert (became.count("opened"), set(became)) == (40, {"opened", "duplicate"})
    assert became.count("duplicate") >= 40


def test_two_mails_with_one_message_id_are_both_kept(maild: Target) -> None:
    """A broken program, or a forger: neither displaces the other, and an answer finds the elder of its own sender."""
    same = "<same@customer.example>"
    maild.gets(maild.mail(JANE, "One thing.\n", proven=True, Message_ID=same))
    maild.gets(maild.mail(EVE, "Another thing.\n", proven=True, Message_ID=same))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002)]
    assert [row["message_id"] for row in maild.rows(select(message.c.message_id))] == [same, same]
    maild.gets(maild.mail(JANE, "More.\n", proven=True, In_Reply_To=same))
    assert outcomes(maild)[-1] == ("appended", 1001)


def test_the_same_words_again_are_one_incident_and_one_acknowledgement(maild: Target) -> None:
    """A program that sends in a circle makes a new Message-ID each time; what it sends is noted on the first."""
    for _ in range(5):
        maild.gets(maild.mail(JANE, "It fails.\n"))
        maild.clock.advance(timedelta(minutes=6))
    maild.gets(maild.mail(JANE, "It fails.\n", Subject="Another subject"))
    maild.gets(maild.mail(EVE, "It fails.\n"))
    assert [number for _, number in outcomes(maild)] == [1001] * 5 + [1002, 1003]
    assert [row["incident"] for row in maild.outbox("acknowledgement")] == [1001, 1002, 1003]
    maild.clock.advance(timedelta(minutes=11))
    maild.gets(maild.mail(EVE, "It fails.\n"))
    assert outcomes(maild)[-1] == ("opened", 1004)


def test_what_a_forger_copies_joins_nothing(maild: Target) -> None:
    """The server calls the copy forged: it opens an incident of its own, which says so."""
    maild.gets(maild.mail(JANE, "It fails.\n", proven=True))
    forged = "mx.example.com; dmarc=fail header.from=customer.example"
    maild.gets(maild.mail(JANE, "It fails.\n", Authentication_Results=forged))
    assert outcomes(maild) == [("opened", 1001), ("opened", 1002)]


# --- old threads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "number", "state"), [(13, 1001, "in_progress"), (15, 1002, "closed")])
def test_an_answer_to_a_closed_incident_reopens_it_for_some_days(
    maild: Target, days: int, number: int, state: str
) -> None:
    """After that it is a new one, which names the old."""
    notification = maild.opens()
    maild.gets(maild.answer(notification, ANNA, "#close", proven=True))
    maild.sends()
    maild.clock.advance(timedelta(days=days))
    maild.gets(maild.answer(maild.to(JANE)[-1], JANE, "It is back.", proven=True))
    assert outcomes(maild)[-1][1] == number
    assert maild.states()[1001] == state
    assert maild.rows(select(incident.c.linked_to))[-1]["linked_to"] == (1001 if number == 1002 else None)


@pytest.mark.parametrize("unproven_staff", [False, True])
def test_a_further_mail_that_opens_an_incident_is_classified_with_its_subject(
    tmp_path: Path, unproven_staff: bool
) -> None:
    """It is a first mail after all: too late for the old incident, or in the name of the staff without any proof."""
    with target(tmp_path, HOTRUSH + ("" if unproven_staff else PROOF)) as maild:
        maild.gets(maild.answer(maild.opens(), ANNA, "#close", proven=True))
        maild.sends()
        maild.clock.advance(timedelta(days=15))
        subject = "[#1001] Hot-Rush: the checkout is down"
        maild.gets(maild.mail(ANNA if unproven_staff else JANE, "It is back.", proven=True, Subject=subject))
        (opened,) = maild.rows(select(incident).where(incident.c.number == 1002))
        assert (opened["linked_to"], opened["priority"]) == (1001, "hotrush")


def test_another_subject_on_an_old_thread_is_told_to_the_staff(maild: Target) -> None:
    """It joins by the id it answers; that the subject is new stands in the notification, and is on record."""
    maild.opens()
    maild.gets(
        maild.answer(first(maild.to(JANE)), JANE, "Another thing.", proven=True, Subject="Shipping to Malta")
    )
    maild.sends()
    assert outcomes(maild)[-1] == ("appended", 1001)
    assert "subject_changed" in why(maild)
    assert "Its subject is new: Shipping to Malta" in " ".join(maild.read(ANNA)[-1].text.split())


@pytest.mark.parametrize("subject", ["", "Re: Re: the  CHECKOUT is down", "[#1001] We received your request"])
def test_an_answer_under_the_old_subject_is_nothing_special(maild: Target, subject: str) -> None:
    """Nor is one under the subject of a mail of ours, or under none."""
    maild.opens()
    maild.gets(maild.answer(first(maild.to(JANE)), JANE, "It fails.", proven=True, Subject=subject))
    assert outcomes(maild)[-1] == ("appended", 1001)
    assert "subject_changed" not in why(maild)
