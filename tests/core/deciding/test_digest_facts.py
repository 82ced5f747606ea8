"""What a morning mail says to whom: own and unowned work, all of it to those who lead, HotRush first."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.digest_facts import (
    SHOWN,
    OpenIncident,
    Standing,
    digest,
    sort_for,
    worth_saying,
)
from tests.parts import cases as c

EVENING = c.NOW + 15 * c.HOUR
LEA = replace(c.BEN, name="Lea", address="lea@staff.example.org", role="lead")
PRESENT = {c.ANNA.key, c.BEN.key, LEA.key}


def incident(number: int = 1003, **changes: Any) -> OpenIncident:
    """Return an incident that nobody has, due at 13:00."""
    ordinary = OpenIncident(
        number, "Re: Checkout", "normal", "submitted", c.NOW - c.DAY, due_at=c.NOW + 4 * c.HOUR
    )
    return replace(ordinary, **changes)


def annas(number: int, **changes: Any) -> OpenIncident:
    """Return an incident that Anna works on."""
    return incident(number, **{"state": "assigned", "owner": c.ANNA.address, "owner_name": "Anna", **changes})


def numbers(rows: Any) -> list[int]:
    """Return the numbers of rows, or of incidents, in order."""
    return [int(row["number"]) if isinstance(row, dict) else row.number for row in rows]


def facts(*found: OpenIncident, reader: Any = c.ANNA, **more: Any) -> dict[str, Any]:
    """Return the facts of somebody's morning mail."""
    standing = Standing(found, **more)
    return dict(digest(reader, sort_for(reader, standing, EVENING, PRESENT), standing, c.UTC, c.NOW))


def test_each_incident_stands_where_it_waits() -> None:
    """Due today, else on us, on the customer, or on what must be bought first."""
    found = sort_for(
        c.ANNA,
        Standing(
            (
                incident(1001),
                incident(1002, due_at=c.NOW + c.DAY),
                incident(1003, due_at=None, state="in_progress"),
                incident(1004, state="waiting"),
                incident(1005, state="pre_closed"),
                incident(1006, state="awaiting_entitlement"),
                incident(1007, due_at=c.NOW - c.HOUR),
            )
        ),
        EVENING,
        PRESENT,
    )
    assert numbers(found.due_today) == [1007, 1001]
    assert numbers(found.on_us) == [1002, 1003]
    assert numbers(found.on_customers) == [1004, 1005]
    assert numbers(found.on_purchase) == [1006]


def test_hotrush_stands_first_in_every_list() -> None:
    """Though it is due last."""
    late = c.NOW + 14 * c.HOUR
    found = facts(incident(1001), incident(1002, priority="hotrush", due_at=late))
    assert numbers(found["due_today"]) == [1002, 1001]
    new = (incident(1001), incident(1002, priority="hotrush"))
    assert numbers(facts(came_in=new, came_in_count=2)["new"]) == [1002, 1001]


def test_staff_read_of_their_own_and_of_nobodys_and_how_many_others_there_are() -> None:
    """What colleagues have is a number."""
    found = facts(annas(1001), incident(1002), annas(1003, owner=c.BEN.address, owner_name="Ben"))
    assert [(row["number"], row["whose"]) for row in found["due_today"]] == [
        ("1001", "yours"),
        ("1002", "nobodys"),
    ]
    assert found["others"] == 1


def test_who_leads_reads_of_all_with_the_names_of_owners() -> None:
    """A lead asks who has what; where there is no name, the address stands for it."""
    found = facts(annas(1001), incident(1002), annas(1003, owner_name=""), reader=LEA)
    assert [row["owner"] for row in found["due_today"]] == ["Anna", "", c.ANNA.address]
    assert found["others"] == 0


def test_rows_say_when_it_is_due_and_whether_it_is_late() -> None:
    """For the customer's turn, when their silence ends it."""
    found = facts(
        incident(1001, due_at=c.NOW - c.MINUTE),
        incident(1002, state="waiting", due_at=None, closes_at=c.NOW + 5 * c.DAY),
        incident(1003, due_at=None),
    )
    (late,), (waiting,), (idle,) = found["due_today"], found["on_customers"], found["on_us"]
    assert (late["due"], late["late"]) == ("2026-03-02T08:59:00Z", "yes")
    assert (waiting["due"], waiting["late"]) == ("2026-03-07T09:00:00Z", "")
    assert (idle["due"], idle["late"]) == ("", "")
    assert (found["due_count"], found["late_count"]) == (1, 1)


def test_a_long_list_is_cut_and_counted() -> None:
    """A mail of five hundred lines is read by nobody."""
    found = facts(*(incident(1001 + n) for n in range(SHOWN + 5)))
    assert len(found["due_today"]) == SHOWN
    assert found["due_count"] == SHOWN + 5


def test_bars_compare_whose_turn_it_is() -> None:
    """Ours, the customers', and what waits to be paid for, on one scale."""
    waiting = (incident(1003 + n, state="waiting") for n in range(4))
    assert facts(incident(1001), incident(1002, due_at=None), *waiting)["bars"] == [
        "████████████ 2",
        "████████████████████████ 4",
        "0",
    ]


def test_a_chart_shows_at_what_hours_answers_are_due() -> None:
    """What is late counts with this hour; of one hour there is nothing to show."""
    assert facts(incident(1001))["chart"] == ""
    found = facts(
        incident(1001, due_at=c.NOW - c.DAY),
        incident(1002, due_at=c.NOW + 2.5 * c.HOUR),
        incident(1003, due_at=c.NOW + 2 * c.HOUR),
    )
    assert found["chart"].split("\n") == [
        "09:00  ████████████ 1",
        "10:00  0",
        "11:00  ████████████████████████ 2",
    ]


def test_a_subject_is_shown_clean() -> None:
    """Without reply prefixes; a mail without one says so."""
    found = facts(incident(1001), incident(1002, subject=""))
    assert [row["what"] for row in found["due_today"]] == ["Checkout", "(no subject)"]


def test_nothing_to_say_is_nothing_that_concerns_the_reader_and_nothing_new() -> None:
    """Mails of machines are counted, and are no reason to write; colleagues' work is none either."""
    silent = Standing((annas(1001, owner=c.BEN.address),), kept=7)
    assert not worth_saying(sort_for(c.ANNA, silent, EVENING, PRESENT), silent)
    assert worth_saying(sort_for(LEA, silent, EVENING, PRESENT), silent)
    for more in ({"came_in_count": 1}, {"quarantined": 1}, {"open": (incident(),)}):
        told = replace(silent, **more)  # type: ignore[arg-type]
        assert worth_saying(sort_for(c.ANNA, told, EVENING, PRESENT), told)


@given(
    st.lists(
        st.builds(
            incident,
            number=st.integers(1001, 1100),
            state=st.sampled_from(
                ["submitted", "assigned", "in_progress", "waiting", "pre_closed", "awaiting_entitlement"]
            ),
            owner=st.sampled_from(["", c.ANNA.address, c.BEN.address]),
            due_at=st.none() | st.integers(-50, 50).map(lambda n: c.NOW + n * c.HOUR),
            priority=st.sampled_from(["hotrush", "high", "normal", "low"]),
        ),
        max_size=20,
        unique_by=lambda one: one.number,
    ),
    st.sampled_from([c.ANNA, LEA]),
)
def test_every_open_incident_stands_in_exactly_one_place(found: list[OpenIncident], reader: Any) -> None:
    """Or is one of the others; and HotRush is above what is not, everywhere."""
    told = sort_for(reader, Standing(tuple(found)), EVENING, PRESENT)
    lists = (told.due_today, told.on_us, told.on_customers, told.on_purchase)
    listed = [one.number for part in lists for one in part]
    assert len(listed) == len(set(listed)) == len(found) - told.others
    for part in lists:
        ranks = [one.priority != "hotrush" for one in part]
        assert ranks == sorted(ranks)
