"""Which one mail follows an opening, and what a person is to settle then; the rest: test_decide_customer_mail.py."""

from dataclasses import replace

import pytest

from classifiers.settings import Verdict
from maild.core.actions import OpenIncident
from maild.core.deciding.decide_customer_mail import decide_customer_mail
from maild.core.deciding.open_incident import doubts, opening_kind
from maild.core.deciding.payment import Payment
from maild.core.incident import OUT_OF_SCOPE, HotRush, Priority
from tests.parts import cases as c

EVIDENCE = replace(c.VERDICT.evidence[0], rule="scope upgrade")
OUTSIDE = replace(c.VERDICT, scope="upgrade", scopes=("upgrade",), in_scope=False, evidence=(EVIDENCE,))
INSTEAD = {"upgrade": {"en": ("a quote",), "de": ("ein Angebot",)}}


def paid(priority: Priority = "normal", hotrush: HotRush = "none", *, awaits: bool = False) -> Payment:
    """Return how an incident is paid for."""
    return Payment(priority, hotrush, (), (), awaits=awaits)


@pytest.mark.parametrize(
    ("flags", "payment", "kind"),
    [
        ((), paid(), "acknowledgement"),
        ((), paid("hotrush", "granted"), "acknowledgement_hotrush"),
        (("several",), paid("hotrush", "granted"), "several_problems"),
        (("several",), paid("high", "offered"), "hotrush_offer"),
        (("several",), paid("high", "offered", awaits=True), "entitlement_offer"),
        (("out_of_scope", "several"), paid(awaits=True), "out_of_scope"),
        (("backlog", "unverified_staff"), paid(), "acknowledgement"),
    ],
)
def test_one_mail_follows_an_opening_the_first_that_applies(
    flags: tuple[str, ...], payment: Payment, kind: str
) -> None:
    """What matters more is said, and the rest stands in it as far as it is short."""
    assert opening_kind(flags, payment) == kind


def test_what_is_surely_outside_is_told_what_can_be_done_instead() -> None:
    """In the language of the mail, with a flag and a reason for the staff; the promise holds all the same."""
    german = c.message(
        text="Guten Tag, bitte aktualisieren Sie unseren Shop auf die neue Version, vielen Dank."
    )
    done = decide_customer_mail(c.case(german, verdict=OUTSIDE), c.rules(alternatives=INSTEAD), c.NOW)
    (told,) = c.mails(done, "out_of_scope")
    assert (told.cause, told.facts["alternatives"]) == ("opened", ["ein Angebot"])
    assert told.facts["reply_by"] == "2026-03-02T17:00:00Z"
    assert c.only(done, OpenIncident).flags == (OUT_OF_SCOPE,)
    assert "out_of_scope" in c.why(done)


@pytest.mark.parametrize(
    "verdict",
    [
        replace(OUTSIDE, evidence=(replace(EVIDENCE, effect="chosen by a hint"),)),
        replace(OUTSIDE, evidence=()),
        replace(OUTSIDE, scope="sales", evidence=(replace(EVIDENCE, rule="scope sales"),)),
        replace(OUTSIDE, in_scope=True),
    ],
)
def test_in_doubt_a_mail_is_only_acknowledged(verdict: Verdict) -> None:
    """By a hint, by nothing, where there is nothing to offer, or inside the service."""
    assert doubts(c.case(verdict=verdict), c.rules(alternatives=INSTEAD)) == {}


def test_a_mail_has_both_doubts_at_once() -> None:
    """Each with its reason, for the staff to settle one after the other."""
    verdict = replace(OUTSIDE, scopes=("upgrade", "tax"), multi=True)
    assert list(doubts(c.case(verdict=verdict), c.rules(alternatives=INSTEAD))) == ["out_of_scope", "several"]
