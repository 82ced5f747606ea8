"""What is given back, moved or priced anew while an incident lives on: in the end it costs what it should, once.

Each story is told through the real path, on SQLite and on PostgreSQL, and at the end the ledger adds up.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.core.message import Address
from maild.store import entitlements
from maild.store.audit import audit
from maild.store.tables import timer
from tests.faults.target import ANNA, JANE, PROOF, Target, target
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures
from tests.test_life_races import at_once
from tests.test_pay_waiting import HOTRUSH, anna, buys, jane, ledger, row_of
from tests.test_pay_waiting import RULES as USUAL

OUTSIDE = 'phrases = ["a module"]\n'
RULES = f"""{USUAL.replace(OUTSIDE, OUTSIDE + 'alternatives = { en = ["a quote"] }')}

[[classifiers.scopes]]
id = "development"
label = "a change"
phrases = ["a change"]

[entitlements.prices]
configuration = 20
development = 90
"""


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A maild that wants to be paid; its ledger adds up at the end."""
    with target(tmp_path, PROOF + RULES, url=url) as made:
        yield made
        with made.desk.database.read() as tx:
            assert audit(tx) == []


def taken(found: Target, number: int = 1001) -> list[tuple[str, str, int, str]]:
    """Return what an incident takes now: reserved or spent."""
    return [row for row in ledger(found, number) if row[3] != "released"]


# --- what comes back to life ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "back"),
    [("#decline", "jane"), ("#decline", "#reopen"), ("#spam", "#reopen"), ("#spam", "#working")],
)
def test_what_was_given_back_is_paid_for_when_it_goes_on(maild: Target, end: str, back: str) -> None:
    """Declined or spam by mistake: closed later, it costs what it would have cost."""
    buys(maild)
    maild.opens()
    anna(maild, end)
    assert taken(maild) == []
    jane(maild, "But the shop is down!") if back == "jane" else anna(maild, back)
    assert taken(maild) == [("incident", "incident", 1, "reserved")]
    anna(maild, "#close\nDone.")
    assert taken(maild) == [("incident", "incident", 1, "spent")]


@pytest.mark.parametrize("end", ["#decline", "#spam"])
def test_who_was_turned_away_by_mistake_is_owed_an_answer(maild: Target, end: str) -> None:
    """And reads by when, and what it costs: not that it costs nothing more."""
    buys(maild)
    maild.opens()
    anna(maild, end)
    told = anna(maild, "#reopen")
    assert "nothing more" not in told.text
    assert "1 incident" in told.text
    assert "Answer by" in told.text
    running = select(timer.c.kind).where(timer.c.stopped_at.is_(None))
    assert [row["kind"] for row in maild.rows(running)] == ["next_response"]


def test_what_goes_on_and_nothing_pays_for_is_marked(maild: Target) -> None:
    """The credit went elsewhere meanwhile: a purchase pays for it later."""
    buys(maild)
    maild.opens()
    anna(maild, "#decline")
    maild.opens()
    jane(maild, "But the shop is down!")
    assert (row_of(maild)["flags"], taken(maild)) == (["unpaid"], [])
    assert buys(maild) == [1001]


def test_out_of_scope_and_brought_back_is_in_doubt_again(maild: Target) -> None:
    """The customer's word alone costs them nothing; a person accepts it, and then it is paid for."""
    buys(maild)
    maild.opens(Subject="Write a module for me")
    anna(maild, "#decline")
    jane(maild, "But it is a small one!")
    assert ("out_of_scope" in row_of(maild)["flags"], taken(maild)) == (True, [])
    anna(maild, "#accept")
    assert taken(maild) == [("incident", "incident", 1, "reserved")]


def test_who_has_nothing_that_pays_for_what_is_accepted_reads_the_offer(maild: Target) -> None:
    """They were told that it lies outside, and would else wait for they know not what."""
    maild.opens(Subject="Write a module for me")
    told = anna(maild, "#accept")
    assert "nothing that pays for it yet" in " ".join(told.text.split())
    assert row_of(maild)["flags"] == ["unpaid"]


def test_what_was_bought_while_it_was_closed_pays_when_it_is_open_again(maild: Target) -> None:
    """Nothing paid for it when it was closed."""
    maild.opens()
    anna(maild, "#close\nDone.")
    assert buys(maild) == []
    jane(maild, "It is back!")
    assert (row_of(maild)["flags"], taken(maild)) == ([], [("incident", "incident", 1, "reserved")])


# --- the price --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "then", "left"),
    [(100, 90, 10), (89, 60, 69), (300, 90, 210)],
    ids=["enough", "too few", "plenty"],
)
def test_points_follow_the_scope(maild: Target, points: int, then: int, left: int) -> None:
    """More, from another purchase too; less; and where too few are left for the higher price, the lower one stays."""
    buys(maild, "points", amount=60)
    buys(maild, "points", amount=points - 60)
    maild.opens()
    assert sum(row[2] for row in taken(maild)) == 60
    anna(maild, "#scope development")
    assert sum(row[2] for row in taken(maild)) == then
    anna(maild, "#scope configuration")
    assert sum(row[2] for row in taken(maild)) == 20
    anna(maild, "#scope development\n#close\nDone.")
    assert {row[3] for row in taken(maild)} == {"spent"}
    with maild.desk.database.read() as tx:
        assert entitlements.account_of(tx, Address(JANE), maild.clock.now()).points(maild.clock.now()) == left


def test_the_points_of_a_hotrush_follow_too(maild: Target) -> None:
    """It costs as many again."""
    buys(maild, "points", amount=70)
    buys(maild, "points", amount=200)
    maild.opens(Subject=HOTRUSH)
    for scope, price in (("development", 90), ("configuration", 20), ("outage", 60)):
        anna(maild, f"#scope {scope}")
        assert [
            sum(row[2] for row in taken(maild) if row[1] == what) for what in ("incident", "hotrush")
        ] == [price] * 2


def test_a_scope_that_is_free_gives_back(maild: Target) -> None:
    """Corrected to a scope that costs nothing, and to one that does."""
    buys(maild)
    maild.opens()
    anna(maild, "#scope custom_development")
    assert taken(maild) == []
    anna(maild, "#scope outage")
    assert taken(maild) == [("incident", "incident", 1, "reserved")]


# --- two that are one -------------------------------------------------------------------------------------------


def test_the_credit_of_the_younger_pays_for_the_elder(maild: Target) -> None:
    """Nothing paid for the elder; what was reserved for the younger does now, and Jane has one to pay in all."""
    maild.opens()
    maild.opens(Subject=HOTRUSH)
    assert buys(maild, option="urgent") == [1002]
    anna(maild, "#merge 1002")
    assert maild.states() == {1001: "submitted", 1002: "merged"}
    assert (row_of(maild)["flags"], row_of(maild)["hotrush"]) == ([], "granted")
    assert (taken(maild), taken(maild, 1002)) == ([("incident", "incident", 1, "reserved")], [])
    anna(maild, "#close\nDone.")
    assert taken(maild) == [("incident", "incident", 1, "spent")]


def test_the_elder_is_hotrush_as_the_younger_was(maild: Target) -> None:
    """Jane wrote twice, the second time in a hurry: the normal incident comes back, the urgent one pays."""
    buys(maild)
    buys(maild, option="urgent")
    maild.opens()
    maild.opens(Subject=HOTRUSH)
    anna(maild, "#merge 1002")
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("hotrush", "granted")
    assert (len(taken(maild)), taken(maild, 1002)) == (1, [])
    maild.opens()
    assert row_of(maild, 1003)["state"] == "submitted"


def test_of_three_that_are_one_problem_one_is_paid(maild: Target) -> None:
    """In a chain: the youngest into the one before it, and that into the eldest, for which nothing paid."""
    for _ in range(3):
        maild.opens()
    assert buys(maild) == [1001]
    assert buys(maild, amount=1) == [1002]
    told = maild.to(ANNA)
    maild.gets(maild.answer(told[2], ANNA, "#merge 1002", proven=True))
    maild.gets(maild.answer(told[2], ANNA, "#merge 1001", proven=True))
    maild.gets(maild.answer(told[0], ANNA, "#merge 1003", proven=True))
    assert maild.states() == {1001: "submitted", 1002: "merged", 1003: "merged"}
    assert [len(taken(maild, number)) for number in (1001, 1002, 1003)] == [1, 0, 0]
    assert buys(maild) == []


# --- HotRush ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["hotrush", None])
def test_a_correction_to_hotrush_is_one(maild: Target, kind: str | None) -> None:
    """Paid for by what the customer has, else given: and what the incident says of itself is so."""
    buys(maild)
    if kind:
        buys(maild, kind)
    maild.opens()
    anna(maild, "#priority hotrush")
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("hotrush", "granted")
    assert taken(maild)[1] == ("hotrush", "hotrush", 1, "reserved")
    anna(maild, "#priority normal")
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("normal", "none")
    assert taken(maild) == [("incident", "incident", 1, "reserved")]


def test_each_raise_is_told(maild: Target) -> None:
    """HotRush, withdrawn, asked for again: both times the customer hears by when."""
    buys(maild, option="urgent")
    maild.opens()
    for turn in (1, 2):
        jane(maild, f"HotRush, please: {turn}")
        assert row_of(maild)["hotrush"] == "granted"
        assert len(maild.outbox("raised")) == turn
        jane(maild, f"Withdraw HotRush\n\n{turn}")


def test_each_refusal_is_told(maild: Target) -> None:
    """A fifth time as the fourth."""
    buys(maild, option="urgent")
    maild.opens(Subject=HOTRUSH)
    anna(maild, "#take")
    for turn in (1, 2, 3):
        jane(maild, f"Ohne HotRush\n\n{turn}")
        jane(maild, f"HotRush again, please: {turn}")
    for turn in (1, 2):
        jane(maild, f"Ohne HotRush\n\n{turn} {turn}")
        assert len(maild.outbox("hotrush_refused")) == turn


def test_an_answer_that_came_back_honoured_nothing(maild: Target) -> None:
    """The DSN undoes it: a withdrawal gives the option back."""
    buys(maild)
    buys(maild, "hotrush")
    maild.opens(Subject=HOTRUSH)
    maild.sender.refuse(JANE)
    maild.gets(maild.answer(maild.to(ANNA)[0], ANNA, "We are on it.", proven=True))
    maild.sends()
    maild.sender.accept(JANE)
    assert row_of(maild)["state"] == "submitted"
    jane(maild, "Withdraw HotRush")
    assert ledger(maild)[1][3] == "released"


def test_a_stranger_in_cc_spends_nothing(maild: Target) -> None:
    """Another company's person in Cc asks for HotRush."""
    buys(maild)
    buys(maild, "hotrush")
    maild.opens(Cc="pat@agency.example")
    ours = maild.to(JANE)[0]
    maild.gets(maild.answer(ours, "pat@agency.example", "HotRush please!", proven=True))
    maild.sends()
    assert taken(maild) == [("incident", "incident", 1, "reserved")]


def test_purchase_and_mail_at_once(maild: Target) -> None:
    """Whichever is first, the purchase pays."""
    for number in range(1001, 1009):
        owner = f"p{number}@customer{number}.example"
        raw = maild.mail(owner, proven=True)
        at_once(partial(maild.gets, raw), partial(buys, maild, owner=owner))
        assert row_of(maild, number)["state"] == "submitted"
