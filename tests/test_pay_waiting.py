"""From a mail to the ledger: what pays, what waits and is offered, what HotRush costs, and what is given back.

Each story is told through the real path, on SQLite and on PostgreSQL, and at the end the ledger adds up.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maild.core.message import Address
from maild.desk import rules_of
from maild.pay_waiting import pay_waiting, same
from maild.store import entitlements, organisations
from maild.store.audit import audit
from maild.store.entitlements import Bought, charges_of
from maild.store.organisations import Owner
from maild.store.tables import incident
from tests.faults.outside_parser import Outside
from tests.faults.target import ANNA, EVE, JANE, NOW, PROOF, Target, target
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures

RULES = """
[entitlements]
required = true
offer = "One incident is 99 EUR: https://shop.example/support"

[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["checkout is down"]

[[classifiers.scopes]]
id = "configuration"
label = "a question of settings"
phrases = ["settings"]

[[classifiers.scopes]]
id = "custom_development"
label = "development"
in_scope = false
phrases = ["a module"]

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
unless = ["withdraw hotrush", "without hotrush"]

[[classifiers.priorities]]
level = "high"
phrases = ["urgent"]
always_for = ["outage"]
"""
HOTRUSH = "HotRush: the checkout is down"


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A maild that wants to be paid, behind a mail server that proves people; its ledger adds up at the end."""
    with target(tmp_path, PROOF + RULES, url=url) as made:
        yield made
        with made.desk.database.read() as tx:
            assert audit(tx) == []


def buys(found: Target, kind: str = "incident", owner: str = JANE, **changes: Any) -> list[int]:
    """Let somebody buy something, as `maild entitlement add` stores it; return the incidents that it paid for."""
    option = "normal" if kind == "incident" else ""
    now = found.clock.now()
    told = {"starts_at": now, "option": option, "amount": None if kind == "subscription" else 1, **changes}
    with found.desk.database.begin() as tx:
        entitlements.no_mail_meanwhile(tx)
        who = organisations.find_owner(tx, owner, now)
        row = entitlements.add(tx, who, Bought(kind, **told), now)  # type: ignore[arg-type]
        config = found.desk.config
        paid = pay_waiting(tx, [who], rules_of(config), config.limits, now, f"bought:{row}")
    found.sends()
    return paid


def row_of(found: Target, number: int = 1001) -> dict[str, Any]:
    """Return an incident as the database has it."""
    return found.rows(select(incident).where(incident.c.number == number))[0]


def ledger(found: Target, number: int = 1001) -> list[tuple[str, str, int, str]]:
    """Return what an incident took: of which kind, what for, how much, and what became of it."""
    with found.desk.database.read() as tx:
        return [(row["kind"], row["purpose"], row["units"], row["state"]) for row in charges_of(tx, number)]


def jane(found: Target, text: str, **headers: str) -> Outside:
    """Let Jane answer the first mail that she got, an hour later; return the last that she has then."""
    found.clock.advance(timedelta(hours=1))
    found.gets(found.answer(found.to(JANE)[0], JANE, text, proven=True, **headers))
    found.sends()
    return found.read(JANE)[-1]


def anna(found: Target, text: str) -> Outside:
    """Let Anna answer her first notification, an hour later; return the last mail that Jane has then."""
    found.clock.advance(timedelta(hours=1))
    found.gets(found.answer(found.to(ANNA)[0], ANNA, text, proven=True))
    found.sends()
    return found.read(JANE)[-1]


def words(mail: Outside) -> str:
    """Return the text of a mail however its lines are broken."""
    return " ".join(mail.text.split())


# --- when it is opened ------------------------------------------------------------------------------------------


def test_what_was_bought_is_reserved_and_shown(maild: Target) -> None:
    """The acknowledgement says what is left, with this request counted; closing spends it."""
    buys(maild, amount=3)
    maild.opens()
    (told,) = maild.read(JANE)
    assert re.search(r"Incidents +2", told.text)
    assert ledger(maild) == [("incident", "incident", 1, "reserved")]
    anna(maild, "#close\nDone.")
    assert ledger(maild) == [("incident", "incident", 1, "spent")]
    assert "1 incident" in words(maild.read(JANE)[-1])


def test_nothing_pays_and_nothing_is_refused(maild: Target) -> None:
    """The incident waits, the customer reads how to buy, the staff are told as ever, and may close it for nothing."""
    maild.opens()
    assert row_of(maild)["state"] == "awaiting_entitlement"
    (told,) = maild.read(JANE)
    assert "nothing that pays for it yet" in words(told)
    assert "https://shop.example/support" in told.text
    assert maild.outbox("staff_new_incident")
    anna(maild, "#close\nIt was nothing.")
    assert (row_of(maild)["state"], ledger(maild)) == ("closed", [])


def test_who_asks_for_hotrush_and_has_nothing_reads_how_to_get_both(maild: Target) -> None:
    """The word is not passed over: two things pay for the incident and put it ahead."""
    maild.opens(Subject=HOTRUSH)
    (told,) = maild.read(JANE)
    assert "There are two ways to get it: an urgent incident or a subscription" in words(told)
    maild.opens()
    assert "two ways" not in words(maild.read(JANE)[-1])


def test_a_purchase_pays_for_what_waits(maild: Target) -> None:
    """It is submitted, and the customer hears so, once; a second purchase finds nothing to pay for."""
    maild.opens()
    assert buys(maild) == [1001]
    assert (row_of(maild)["state"], row_of(maild)["flags"]) == ("submitted", [])
    assert ledger(maild) == [("incident", "incident", 1, "reserved")]
    assert [row["kind"] for row in maild.outbox() if row["audience"] == "customer"] == [
        "entitlement_offer",
        "acknowledgement",
    ]
    assert buys(maild) == []


def test_hotrush_is_paid_for_before_what_waits_longer(maild: Target) -> None:
    """Of two that wait one asked for HotRush: the only incident goes there."""
    maild.opens()
    maild.opens(Subject=HOTRUSH)
    assert buys(maild, option="urgent") == [1002]
    assert row_of(maild, 1001)["state"] == "awaiting_entitlement"
    assert (row_of(maild, 1002)["priority"], row_of(maild, 1002)["hotrush"]) == ("hotrush", "granted")
    assert "HotRush" in maild.read(JANE)[-1].text


def test_work_on_what_waits_is_paid_by_a_later_purchase_too(maild: Target) -> None:
    """The staff need not wait for the money, and the money finds its incident all the same."""
    maild.opens()
    anna(maild, "Please send us the address of the shop.")
    assert row_of(maild)["state"] == "waiting"
    assert buys(maild) == [1001]
    assert (row_of(maild)["state"], row_of(maild)["flags"]) == ("waiting", [])


def test_a_purchase_pays_for_nobody_else(maild: Target) -> None:
    """What Eve buys is hers; what an organisation buys is for its people."""
    maild.opens()
    assert buys(maild, owner=EVE) == []
    assert buys(maild, owner="@customer.example") == [1001]


def test_what_is_out_of_scope_takes_nothing_until_it_is_accepted(maild: Target) -> None:
    """A person accepts it, and then it is paid for."""
    buys(maild)
    maild.opens(Subject="Write a module for me")
    assert (row_of(maild)["state"], ledger(maild)) == ("submitted", [])


def test_a_machines_and_a_forgers_mail_spend_nothing(maild: Target) -> None:
    """Nobody can use up what Jane bought in her name."""
    buys(maild, amount=5)
    maild.gets(maild.mail(JANE, Auto_Submitted="auto-generated", Subject="Report"))
    forged = maild.mail(JANE, proven=True).replace(b"dmarc=pass", b"dmarc=fail")
    maild.gets(forged)
    assert [ledger(maild, number) for number in (1001, 1002)] == [[], []]


def test_a_subscription_pays_for_everything_in_its_time(maild: Target) -> None:
    """Its uses are counted, and several problems in one mail are no trouble."""
    buys(maild, "subscription", ends_at=NOW + timedelta(days=30))
    maild.opens(Subject=HOTRUSH)
    maild.opens()
    assert [ledger(maild, number)[0][0] for number in (1001, 1002)] == ["subscription"] * 2
    assert row_of(maild, 1001)["priority"] == "hotrush"
    assert re.search(r"Subscriptions? .*April 2026", words(maild.read(JANE)[0]))
    maild.clock.advance(timedelta(days=31))
    maild.opens()
    assert row_of(maild, 1003)["state"] == "awaiting_entitlement"


def test_points_pay_their_price_and_twice_that_for_hotrush(maild: Target) -> None:
    """60, and 60 again."""
    buys(maild, "points", amount=180)
    maild.opens(Subject=HOTRUSH)
    assert ledger(maild) == [("points", "incident", 60, "reserved"), ("points", "hotrush", 60, "reserved")]
    assert re.search(r"Points +60", maild.read(JANE)[0].text)


def test_a_reopened_incident_is_paid_for_already(maild: Target) -> None:
    """Within the window; a later mail is a new incident, and needs something of its own."""
    buys(maild)
    maild.opens()
    anna(maild, "#close\nDone.")
    jane(maild, "It is back!")
    assert (row_of(maild)["state"], ledger(maild)) == (
        "in_progress", [("incident", "incident", 1, "spent")]
    )  # fmt: skip
    anna(maild, "#close\nDone again.")
    assert ledger(maild) == [("incident", "incident", 1, "spent")]
    maild.clock.advance(timedelta(days=20))
    jane(maild, "It is back once more!")
    assert (row_of(maild, 1002)["state"], ledger(maild, 1002)) == ("awaiting_entitlement", [])


# --- what is given back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "state"), [("#decline", "declined"), ("#spam", "spam"), ("#bug", "submitted")]
)
def test_what_ends_for_nothing_gives_back_what_was_reserved(maild: Target, verb: str, state: str) -> None:
    """And the next incident has it."""
    buys(maild)
    maild.opens()
    anna(maild, verb)
    assert row_of(maild)["state"] == state
    assert ledger(maild) == [("incident", "incident", 1, "released")]
    maild.opens()
    assert ledger(maild, 1002) == [("incident", "incident", 1, "reserved")]


def test_of_two_that_are_one_problem_the_younger_is_given_back(maild: Target) -> None:
    """The elder pays for both."""
    buys(maild, amount=2)
    maild.opens()
    maild.opens()
    anna(maild, "#merge 1002")
    assert row_of(maild, 1002)["state"] == "merged"
    assert (ledger(maild)[0][3], ledger(maild, 1002)[0][3]) == ("reserved", "released")


def test_silence_spends_it_and_says_what_it_cost(maild: Target) -> None:
    """Announced with the cost, then closed: by the clock alone."""
    buys(maild)
    maild.opens()
    anna(maild, "Please try again.")
    maild.works_for(timedelta(hours=12), 20)
    assert (row_of(maild)["state"], ledger(maild)) == (
        "closed", [("incident", "incident", 1, "spent")]
    )  # fmt: skip
    told = {row["kind"]: row["facts"] for row in maild.outbox() if row["audience"] == "customer"}
    assert told["pre_closed"]["cost"] == told["closed"]["cost"] == "1 incident"
    assert "entitlement_low" in told


def test_the_last_one_is_told_as_such(maild: Target) -> None:
    """Closing spends it, and the customer hears that nothing is left."""
    buys(maild)
    maild.opens()
    anna(maild, "#close\nDone.")
    assert len(maild.outbox("entitlement_low")) == 1


# --- HotRush ----------------------------------------------------------------------------------------------------


def test_hotrush_without_the_right_is_offered(maild: Target) -> None:
    """Paid for by a normal incident, queued as high because a shop is down, with the two ways to get it."""
    buys(maild)
    maild.opens(Subject=HOTRUSH)
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("high", "offered")
    (told,) = maild.read(JANE)
    assert "does not include it" in words(told)
    assert "two ways" in words(told)


def test_an_option_that_is_bought_later_makes_it_hotrush(maild: Target) -> None:
    """The short promise begins then, and the customer hears it."""
    buys(maild)
    maild.opens(Subject=HOTRUSH)
    maild.clock.advance(timedelta(minutes=30))
    assert buys(maild, "hotrush") == [1001]
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("hotrush", "granted")
    assert ledger(maild)[1] == ("hotrush", "hotrush", 1, "reserved")
    assert "Monday 2 March 2026, 11:30" in words(maild.read(JANE)[-1])


def test_hotrush_is_spent_by_the_answer(maild: Target) -> None:
    """It was honoured: a withdrawal later gives nothing back."""
    buys(maild)
    buys(maild, "hotrush")
    maild.opens(Subject=HOTRUSH)
    anna(maild, "We are on it.")
    assert ledger(maild)[1] == ("hotrush", "hotrush", 1, "spent")
    jane(maild, "Withdraw HotRush")
    assert ledger(maild)[1] == ("hotrush", "hotrush", 1, "spent")


def test_hotrush_is_withdrawn_for_nothing_until_it_is_taken(maild: Target) -> None:
    """Then three times at most, and after that it stays."""
    buys(maild)
    buys(maild, "hotrush")
    maild.opens(Subject=HOTRUSH)
    assert "free" in words(jane(maild, "Withdraw HotRush, please.\n\nIt works again."))
    assert (row_of(maild)["priority"], row_of(maild)["withdrawals"]) == ("high", 0)
    assert ledger(maild)[1][3] == "released"
    jane(maild, "HotRush again, please: it is down")
    anna(maild, "#take")
    for turn in (1, 2, 3):
        assert f"withdrawal {turn} of 3" in words(jane(maild, f"Ohne HotRush\n\n{turn}"))
        assert row_of(maild)["hotrush"] == "withdrawn"
        jane(maild, f"HotRush again, please: {turn}")
        assert row_of(maild)["hotrush"] == "granted"
    assert "it stays HotRush" in words(jane(maild, "Снимите HotRush"))
    assert (row_of(maild)["priority"], row_of(maild)["withdrawals"]) == ("hotrush", 3)


def test_only_the_customers_own_word_withdraws(maild: Target) -> None:
    """Neither an unproven mail nor a sentence about it does."""
    buys(maild, option="urgent")
    maild.opens(Subject=HOTRUSH)
    maild.gets(maild.mail(JANE, "Withdraw HotRush", Subject="Re: [#1001]"))
    jane(maild, "Can I withdraw HotRush later?")
    assert row_of(maild)["hotrush"] == "granted"


@pytest.mark.parametrize("reason", ["project", "bug", "general"])
def test_hotrush_is_removed_for_three_reasons_and_told(maild: Target, reason: str) -> None:
    """What was paid for it comes back; any other reason is refused."""
    buys(maild)
    buys(maild, "hotrush")
    maild.opens(Subject=HOTRUSH)
    anna(maild, "#hotrush remove mood")
    assert row_of(maild)["hotrush"] == "granted"
    told = anna(maild, f"#hotrush remove {reason}")
    assert "removed HotRush" in words(told)
    assert (row_of(maild)["priority"], row_of(maild)["hotrush"]) == ("high", "removed")
    assert ledger(maild) == [("incident", "incident", 1, "reserved"), ("hotrush", "hotrush", 1, "released")]


def test_a_bug_ends_hotrush_and_costs_nothing(maild: Target) -> None:
    """One mail says both."""
    buys(maild, option="urgent")
    maild.opens(Subject=HOTRUSH)
    anna(maild, "#bug")
    assert (row_of(maild)["hotrush"], ledger(maild)[0][3]) == ("removed", "released")
    assert len(maild.outbox("bug_confirmed")) == 1
    assert maild.outbox("hotrush_removed") == []


# --- what staff order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "kind", "hotrush"),
    [
        ("#grant", "free", "offered"),
        ("#grant urgent", "free", "granted"),
        ("#grant hotrush", "free", "granted"),
        ("#hotrush grant", "free", "granted"),
    ],
)
def test_staff_give_what_was_not_bought(maild: Target, order: str, kind: str, hotrush: str) -> None:
    """It waits no longer, costs nothing, and the ledger says who gave it."""
    maild.opens(Subject=HOTRUSH)
    anna(maild, order)
    assert (row_of(maild)["state"], row_of(maild)["hotrush"]) == ("submitted", hotrush)
    assert ledger(maild)[0][0] == kind
    told = anna(maild, "#close\nDone.")
    assert ledger(maild)[0][3] == "spent"
    assert "Cost" not in told.text


def test_what_is_given_and_closed_in_one_mail_is_settled(maild: Target) -> None:
    """The second order sees what the first one did."""
    maild.opens()
    anna(maild, "#grant\n#close\nDone.")
    assert ledger(maild) == [("free", "incident", 1, "spent")]


def test_a_hotrush_that_is_given_beside_a_normal_incident_is_one_thing_more(maild: Target) -> None:
    """The customer's own incident stays reserved."""
    buys(maild)
    maild.opens(Subject=HOTRUSH)
    anna(maild, "#hotrush grant")
    assert ledger(maild) == [("incident", "incident", 1, "reserved"), ("hotrush", "hotrush", 1, "reserved")]
    assert len(maild.outbox("raised")) == 1


def test_staff_say_that_it_costs_nothing_or_is_paid_now(maild: Target) -> None:
    """`#charge none` gives back, even after closing; `#charge now` takes what there is."""
    buys(maild)
    maild.opens()
    anna(maild, "#charge none")
    assert ledger(maild)[0][3] == "released"
    anna(maild, "#charge now")
    assert ledger(maild)[1] == ("incident", "incident", 1, "reserved")
    anna(maild, "#close\nDone.")
    anna(maild, "#charge none")
    assert ledger(maild)[1][3] == "released"


@pytest.mark.parametrize("order", ["#grant gold", "#charge 30", "#hotrush", "#hotrush remove", "#charge"])
def test_an_order_that_nobody_knows_does_nothing_and_is_explained(maild: Target, order: str) -> None:
    """With the words that there are."""
    maild.opens()
    anna(maild, order)
    receipt = words(maild.read(ANNA)[-1])
    assert "known are" in receipt or "needs a word" in receipt
    assert ledger(maild) == []


# --- the balance ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "text", "points"),
    [("Balance", "\n", "Points"), ("Hello", "Guthaben\n", "Punkte"), ("Баланс?", "balance", "Points")],
)
def test_whoever_asks_for_nothing_but_the_balance_gets_it(
    maild: Target, subject: str, text: str, points: str
) -> None:
    """No incident is opened, nobody of the staff is disturbed, and the words are those of whoever asks."""
    buys(maild, "points", amount=300)
    maild.gets(maild.mail(JANE, text, proven=True, Subject=subject))
    maild.sends()
    (told,) = maild.read(JANE)
    assert re.search(rf"{points} +300", told.text)
    assert (maild.states(), maild.dispositions(), maild.to(ANNA)) == ({}, ["kept"], [])


def test_a_stranger_who_asks_for_the_balance_is_read_by_a_person(maild: Target) -> None:
    """Nothing proves them: what somebody bought is not everybody's business."""
    buys(maild, "points", amount=300)
    maild.gets(maild.mail(JANE, "balance", Subject="Balance"))
    maild.sends()
    assert list(maild.states()) == [1001]
    assert "300" not in "".join(mail.text for mail in maild.read(JANE))


def test_the_balance_on_an_incident_is_one_more_mail_of_it(maild: Target) -> None:
    """It is an entry, and answered."""
    buys(maild, "points", amount=300)
    maild.opens()
    assert re.search(r"Points +240", jane(maild, "Balance").text)
    assert len(maild.entries(1001)) == 2


# --- whose it is ------------------------------------------------------------------------------------------------


def test_one_owners_purchase_is_for_themselves_and_their_people() -> None:
    """Two unknown people have nothing in common."""
    assert not same(Owner(), Owner())
    assert same(Owner(1, 2), Owner(None, 2))
    assert same(Owner(1, 2), Owner(1, None))
    assert not same(Owner(1, 2), Owner(2, None))
    assert Address(JANE).domain == "customer.example"
