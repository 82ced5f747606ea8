"""backtest: two configs side by side on one mail, and what many such trials come to."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.settings import PriorityRule, ScopeRule, Settings
from classifiers.verdict import Classifier
from maild.core.deciding.backtest import MOST_KEPT, Mail, NotTried, Side, Tally, Trial, Truth, try_mail
from maild.core.promising.business_hours import Calendar
from maild.core.promising.sla import Policy
from maild.core.promising.target import Minutes
from maild.core.reasons import because

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALWAYS_OPEN = Calendar(UTC, tuple(((0, 24 * 60),) for _ in range(7)), {})
OFFERS = ScopeRule("offers", "an offer", phrases=("coupon",))
TAX = ScopeRule("tax", "a tax", phrases=("vat",))

NOTHING_SAID = Truth()


def side(*scopes: ScopeRule, normal: int = 60, urgent: str = "urgent") -> Side:
    """Return a config of these scopes, in which `urgent` asks for an answer within ten minutes."""
    settings = Settings(scopes, (PriorityRule("high", (urgent,)),))
    targets = {"hotrush": Minutes(5), "high": Minutes(10), "normal": Minutes(normal), "low": Minutes(900)}
    return Side("a.toml", "v", Classifier(settings), Policy(ALWAYS_OPEN, targets))  # type: ignore[arg-type]


OLD = side(TAX, OFFERS)
NEW = side(TAX, ScopeRule("offers", "an offer", phrases=("voucher",)), urgent="at once")


def trial(subject: str, body: str = "", truth: Truth = NOTHING_SAID, **more: object) -> Trial:
    """Return what OLD and NEW make of a mail."""
    return try_mail(Mail("#1", subject, body, MONDAY, truth, **more), OLD, NEW)  # type: ignore[arg-type]


def tally_of(trials: Iterable[Trial]) -> Tally:
    """Return what trials come to."""
    tally = Tally()
    for one in trials:
        tally.add(one)
    return tally


def test_a_mail_that_both_read_alike_does_not_move() -> None:
    """Nothing differs: no move, no words, no promise."""
    same = trial("vat rate")
    assert not same.moved
    assert same.why() == ()
    assert (same.promise_differs, same.shift) == (False, "same")


def test_a_move_names_the_words_that_no_longer_count_and_those_that_do_now() -> None:
    """With what each did before and does now, those that decide first."""
    moved = trial("coupon, voucher", "vat")
    assert not moved.moves("scope")
    assert [(one.text, one.before, one.after) for one in moved.why()] == [
        ("voucher", "", "chosen"),
        ("coupon", "chosen", ""),
    ]
    lost = trial("coupon").why()
    assert [(one.rule, one.before, one.after) for one in lost] == [("scope offers", "chosen", "")]


def test_the_place_of_the_words_is_that_in_the_mail() -> None:
    """So that a report can mark them."""
    subject = "My voucher: urgent"
    assert {subject[one.start : one.end] for one in trial(subject).why()} == {"voucher", "urgent"}


def test_another_priority_is_another_promise() -> None:
    """What was urgent no longer is: the answer is due fifty minutes later, and the customer reads so."""
    calmer = trial("vat, urgent")
    assert (calmer.old.due, calmer.new.due) == (
        MONDAY + timedelta(minutes=10),
        MONDAY + timedelta(minutes=60),
    )
    assert calmer.shift == "later"
    assert calmer.promise_differs


def test_nobody_reads_an_acknowledgement_that_was_never_sent() -> None:
    """A silence stays one."""
    assert not trial("vat, urgent", acknowledged=False).promise_differs


def test_other_targets_alone_change_promises_and_move_nothing() -> None:
    """[sla] is tried as well as [classifiers]."""
    slower = try_mail(Mail("#1", "vat", "", MONDAY), OLD, side(TAX, OFFERS, normal=90))
    assert (slower.moved, slower.shift, slower.promise_differs) == (False, "later", True)


def test_a_scope_that_is_no_longer_sold_moves_without_another_name() -> None:
    """In scope or not is what the customer pays for."""
    unsold = side(ScopeRule("tax", "a tax", in_scope=False, phrases=("vat",)))
    assert try_mail(Mail("#1", "vat", ""), OLD, unsold).moved


@pytest.mark.parametrize("at", [None, datetime.max.replace(tzinfo=UTC)])
def test_a_mail_of_no_time_is_promised_nothing(at: datetime | None) -> None:
    """The Date field is the sender's: it may be missing or absurd."""
    assert try_mail(Mail("#1", "vat", "", at), OLD, NEW).new.due is None


@pytest.mark.parametrize(
    ("subject", "true", "became"),
    [
        ("voucher", "offers", "fixed"),
        ("coupon", "offers", "broken"),
        ("vat", "tax", "right"),
        ("vat", "offers", "still wrong"),
        ("vat", None, ""),
    ],
)
def test_a_label_says_what_a_move_means(subject: str, true: str | None, became: str) -> None:
    """Right before and after are two questions."""
    assert trial(subject, truth=Truth(scope=true)).became("scope") == became


def test_the_tally_counts_moves_labels_and_promises() -> None:
    """Two moves between the same two scopes are one group of two."""
    tally = tally_of(
        [
            trial("coupon", truth=Truth("offers")),
            trial("a coupon"),
            trial("vat", truth=Truth("tax", "normal")),
            trial("vat, urgent"),
        ]
    )
    assert (tally.tried, tally.moved, tally.unjudged, tally.promises) == (4, 3, 2, 3)
    assert tally.moves["scope"] == {("offers", "unknown"): 2}
    assert tally.moves["priority"] == {("high", "normal"): 1}
    assert (tally.labelled("scope"), tally.labelled("priority")) == (2, 1)
    assert tally.became["scope"] == {"broken": 1, "right": 1}
    assert [tally.evaluation(which, "scope").accuracy for which in ("old", "new")] == [1.0, 0.5]
    assert tally.worse == ("scope",)


def test_what_was_not_tried_is_counted_by_its_reason() -> None:
    """And what nobody could read is kept, to be told."""
    tally = Tally()
    tally.add_not_tried(NotTried("mail 1", "unreadable", because("empty")))
    tally.add_not_tried(
        NotTried("mail 2", "machine", because("precedence", field="Precedence", value="bulk"))
    )
    assert tally.not_tried == {"unreadable": 1, "machine": 1}
    assert [one.name for one in tally.unreadable] == ["mail 1"]


def test_no_more_examples_are_kept_than_fit() -> None:
    """An archive of any size is counted whole and kept in part."""
    moved = trial("coupon")
    tally = tally_of(moved for _ in range(MOST_KEPT + 5))
    assert (tally.moved, len(tally.examples)) == (MOST_KEPT + 5, MOST_KEPT)


@given(st.lists(st.sampled_from(["coupon", "voucher", "vat", "urgent", "at once", "hello"]), max_size=6))
def test_turned_round_every_change_is_the_other_way(words: list[str]) -> None:
    """What is new one way is no longer found the other way."""
    mail = Mail("#1", " ".join(words), "", MONDAY)
    there, back = try_mail(mail, OLD, NEW).why(), try_mail(mail, NEW, OLD).why()
    assert {(one.rule, one.start, one.before, one.after) for one in there} == {
        (one.rule, one.start, one.after, one.before) for one in back
    }
