"""Who gets an incident: by scope, working hours, room, and load or turn; HotRush before all others, always the same."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.assign import Given, Load, Method, NotYet, Unowned, Worker, choose, deal, team_of
from maild.core.promising.business_hours import Calendar
from maild.core.staff import Away, StaffMember
from tests.parts import cases as c

CLEO = StaffMember("Cleo", "cleo@staff.example.org")
LATE = Calendar(c.UTC, (*(((840, 1320),),) * 5, (), ()))  # Monday to Friday, 14:00 to 22:00
NIGHT = c.NOW + 12 * c.HOUR


def unowned(number: int = 1003, **changes: object) -> Unowned:
    """Return an ordinary incident that nobody has."""
    return replace(Unowned(number, "normal", "outage", c.NOW + c.DAY), **changes)  # type: ignore[arg-type]


def team(*staff: StaffMember, now: object = c.NOW, **loads: Load) -> list[Worker]:
    """Return the staff as they are at `now`; loads go by first names in small letters."""
    by_key = {one.key: loads[one.name.casefold()] for one in staff if one.name.casefold() in loads}
    return team_of(staff, by_key, now, c.OFFICE)  # type: ignore[arg-type]


def chosen(incident: Unowned, workers: list[Worker], method: Method = "least_load") -> str:
    """Return who gets it, or the name of the reason why nobody does."""
    choice = choose(incident, workers, method)
    return choice.member.name if isinstance(choice, Given) else choice.reason.name


def test_who_has_least_to_do_gets_it() -> None:
    """And the reason says what was compared."""
    workers = team(c.ANNA, c.BEN, CLEO, anna=Load(3), ben=Load(1), cleo=Load(2))
    choice = choose(unowned(), workers, "least_load")
    assert choice.reason.text == "Ben takes outage, works now and has the fewest to do: 1, Anna 3, Cleo 2"


def test_of_equals_it_is_whoever_was_given_none_for_longest_then_the_first_named() -> None:
    """So that nobody is first just by standing first in the config."""
    equal = team(c.ANNA, c.BEN, anna=Load(1, c.NOW), ben=Load(1, c.NOW - c.HOUR))
    assert chosen(unowned(), equal) == "Ben"
    assert chosen(unowned(), team(c.ANNA, c.BEN)) == "Anna"


def test_round_robin_asks_for_turns_and_not_for_load() -> None:
    """Whoever was never given one comes first, however much they have."""
    workers = team(c.ANNA, c.BEN, CLEO, anna=Load(0, c.NOW), ben=Load(9, c.NOW - c.DAY), cleo=Load(20))
    assert chosen(unowned(), workers, "round_robin") == "Cleo"
    assert chosen(unowned(), workers[:2], "round_robin") == "Ben"


def test_turns_go_round_within_one_tick() -> None:
    """Seven at once for three people: each gets every third."""
    queue = [unowned(1001 + n, due_at=None) for n in range(7)]
    dealt = deal(queue, team(c.ANNA, c.BEN, CLEO), "round_robin", c.NOW)
    names = [choice.member.name for _, choice in dealt if isinstance(choice, Given)]
    assert names == ["Anna", "Ben", "Cleo", "Anna", "Ben", "Cleo", "Anna"]


def test_turns_within_one_tick_ask_for_no_load_either() -> None:
    """Anna has nine, so that Ben is first; then her turn comes all the same."""
    queue = [unowned(1001 + n) for n in range(4)]
    dealt = deal(queue, team(c.ANNA, c.BEN, anna=Load(9)), "round_robin", c.NOW)
    assert [choice.member.name for _, choice in dealt if isinstance(choice, Given)] == [
        "Ben",
        "Anna",
        "Ben",
        "Anna",
    ]


def test_only_who_takes_the_scope_gets_it() -> None:
    """None named means all."""
    ben = replace(c.BEN, scopes=("tax_simple", "tax_complex"))
    assert chosen(unowned(scope="outage"), team(c.ANNA, ben, anna=Load(9))) == "Anna"
    assert chosen(unowned(scope="tax_simple"), team(c.ANNA, ben, anna=Load(9))) == "Ben"


def test_where_nobody_takes_the_scope_or_all_who_do_are_away_another_stands_in() -> None:
    """A holiday of the only expert must not leave a customer waiting for two weeks; the reason says so."""
    away = replace(c.BEN, scopes=("outage",), away=(Away(date(2026, 3, 2), date(2026, 3, 15)),))
    anna = replace(c.ANNA, scopes=("tax_simple",))
    choice = choose(unowned(), team(anna, away), "least_load")
    assert choice.reason.text == "Anna stands in for who takes outage, and nobody else could now"
    assert chosen(unowned(), team(anna)) == "Anna"


def test_who_takes_it_and_begins_later_is_waited_for() -> None:
    """A few hours are no absence; the reason says until when."""
    ben = replace(c.BEN, scopes=("outage",), calendar=LATE)
    anna = replace(c.ANNA, scopes=("tax_simple",))
    choice = choose(unowned(), team(anna, ben), "least_load")
    assert isinstance(choice, NotYet)
    assert (
        choice.reason.text == "nobody who takes outage works now: Ben begins Monday 2 March 2026, 14:00 UTC"
    )


def test_a_hotrush_does_not_wait_for_an_expert_to_begin() -> None:
    """Whoever works takes it."""
    ben = replace(c.BEN, scopes=("outage",), calendar=LATE)
    anna = replace(c.ANNA, scopes=("tax_simple",))
    assert chosen(unowned(priority="hotrush"), team(anna, ben)) == "Anna"


def test_who_has_as_many_as_they_take_gets_no_more_but_a_hotrush() -> None:
    """The cap is there for ordinary work."""
    anna, ben = replace(c.ANNA, most_open=2), replace(c.BEN, most_open=5)
    full = team(anna, ben, anna=Load(2), ben=Load(5))
    assert chosen(unowned(), team(anna, ben, anna=Load(2), ben=Load(4))) == "Ben"
    assert chosen(unowned(), full) == "not_assigned_full"
    assert chosen(unowned(priority="hotrush"), full) == "Anna"


def test_a_cap_holds_within_one_tick() -> None:
    """What was just given counts."""
    dealt = deal([unowned(1001), unowned(1002)], team(replace(c.ANNA, most_open=1)), "least_load", c.NOW)
    assert [type(choice) for _, choice in dealt] == [Given, NotYet]


def test_at_night_it_waits_for_the_morning() -> None:
    """Of several it is the first to begin who is named."""
    ken = replace(c.BEN, calendar=LATE)
    choice = choose(unowned(), team(c.ANNA, ken, now=c.NOW + 13.5 * c.HOUR), "least_load")
    assert choice.reason.name == "not_assigned_closed"
    assert "Anna begins Tuesday 3 March 2026, 09:00" in choice.reason.text


def test_neither_groups_nor_managers_are_given_incidents() -> None:
    """A group has no hours and a manager no queue."""
    boss = replace(c.BEN, role="manager")
    assert team(c.TEAM, boss) == []
    assert chosen(unowned(), []) == "not_assigned_nobody"
    assert chosen(unowned(), team(replace(c.ANNA, role="lead"))) == "Anna"


def test_a_hotrush_is_given_first_then_what_is_due_first() -> None:
    """Whatever the order of the queue; what nobody was promised comes last."""
    queue = [
        unowned(1001, due_at=None),
        unowned(1002, due_at=c.NOW + 2 * c.DAY),
        unowned(1003),
        unowned(1004, priority="hotrush", due_at=c.NOW + 3 * c.DAY),
        unowned(1005, priority="high"),
    ]
    dealt = deal(queue, team(c.ANNA), "least_load", c.NOW)
    assert [incident.number for incident, _ in dealt] == [1004, 1003, 1005, 1002, 1001]


STAFF = st.lists(
    st.builds(
        StaffMember,
        name=st.sampled_from("ABCDEF"),
        address=st.integers(0, 5).map(lambda n: f"p{n}@staff.example.org"),
        scopes=st.sampled_from([(), ("outage",), ("tax_simple",), ("outage", "tax_simple")]),
        calendar=st.sampled_from([None, LATE]),
        away=st.sampled_from([(), (Away(date(2026, 3, 2), date(2026, 3, 4)),)]),
        most_open=st.sampled_from([0, 1, 3]),
        role=st.sampled_from(["staff", "lead", "manager"]),
    ),
    max_size=5,
    unique_by=lambda member: member.address,
)
QUEUE = st.lists(
    st.builds(
        Unowned,
        number=st.integers(1001, 1020),
        priority=st.sampled_from(["hotrush", "high", "normal", "low"]),
        scope=st.sampled_from(["outage", "tax_simple", "unknown"]),
        due_at=st.none() | st.integers(0, 9).map(lambda n: c.NOW + n * c.HOUR),
    ),
    max_size=8,
    unique_by=lambda incident: incident.number,
)


@given(STAFF, QUEUE, st.integers(0, 72), st.sampled_from(["round_robin", "least_load"]), st.randoms())
def test_whoever_gets_one_works_takes_it_and_has_room(
    staff: list[StaffMember], queue: list[Unowned], hours: int, method: Method, chance: object
) -> None:
    """And the same queue in another order gives the same owners."""
    now = c.NOW + hours * c.HOUR
    workers = team_of(staff, {}, now, c.OFFICE)
    dealt = deal(queue, workers, method, now)
    assert sorted(one.number for one, _ in dealt) == sorted(one.number for one in queue)
    given_to: dict[str, int] = {}
    for incident, choice in dealt:
        assert choice.reason.text
        if isinstance(choice, NotYet):
            assert incident.priority != "hotrush" or not any(one.works for one in workers)
            continue
        worker = next(one for one in workers if one.member == choice.member)
        assert worker.works
        given_to[choice.member.key] = given_to.get(choice.member.key, 0) + 1
        if incident.priority != "hotrush":
            assert not choice.member.most_open or given_to[choice.member.key] <= choice.member.most_open
    shuffled = list(queue)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deal(shuffled, workers, method, now) == dealt


@pytest.mark.parametrize("count", [10, 11, 12])
def test_least_load_evens_out(count: int) -> None:
    """However many come at once, nobody gets two more than another."""
    dealt = deal(
        [unowned(1001 + n) for n in range(count)], team(c.ANNA, c.BEN, CLEO, ben=Load(1)), "least_load", c.NOW
    )
    names = [choice.member.name for _, choice in dealt if isinstance(choice, Given)]
    loads = [names.count("Anna"), names.count("Ben") + 1, names.count("Cleo")]
    assert max(loads) - min(loads) <= 1
