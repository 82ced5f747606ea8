"""The rules of the config.toml that we ship: what they make of subjects as people write them."""

import json
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import TypeAdapter

from classifiers.evaluate import evaluate
from classifiers.examples import failures
from classifiers.keywords import problem_with
from classifiers.lint import lint
from classifiers.settings import Settings
from classifiers.verdict import Classifier


@pytest.fixture(scope="module")
def shipped() -> Settings:
    """The section [classifiers] of config.toml."""
    config = tomllib.loads((Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8"))
    return TypeAdapter(Settings).validate_python(config["classifiers"])


class Labelled(NamedTuple):
    """A mail, and what a person says it is."""

    subject: str
    body: str
    scope: str
    priority: str


@pytest.fixture(scope="module")
def labelled() -> list[Labelled]:
    """The mails of labelled.jsonl, one a line."""
    text = (Path(__file__).parent / "labelled.jsonl").read_text(encoding="utf-8")
    return [Labelled(**json.loads(line)) for line in text.splitlines()]


@pytest.fixture(scope="module")
def classifier(shipped: Settings) -> Classifier:
    """A classifier by the shipped rules."""
    return Classifier(shipped)


def test_no_shipped_rule_is_in_vain(shipped: Settings) -> None:
    """Every phrase can fire and none stands twice, every rule has an example, every id that a rule names is there."""
    assert [finding.text for finding in lint(shipped)] == []
    vetoes = [
        *(p for scope in shipped.scopes for p in scope.unless),
        *(p for rule in (*shipped.priorities, *shipped.rules) for p in rule.unless),
        *shipped.several,
    ]
    assert [why for phrase in vetoes if (why := problem_with(phrase, shipped.groups))] == []
    ids = {scope.id for scope in shipped.scopes}
    assert {i for scope in shipped.scopes for i in (*scope.beats, *scope.joins)} <= ids
    assert {i for rule in shipped.priorities for i in (*rule.not_for, *rule.always_for)} <= ids


def test_the_shipped_examples_come_out_as_they_say(shipped: Settings, classifier: Classifier) -> None:
    """There are at least sixty, for every scope and priority, and some look like what they are not."""
    assert list(failures(classifier, shipped.examples)) == []
    assert len(shipped.examples) >= 60
    assert {example.scope for example in shipped.examples} == {scope.id for scope in shipped.scopes}
    assert {example.priority for example in shipped.examples} == {"hotrush", "high", "normal", "low"}


def test_the_shipped_rules_are_right_about_labelled_mail(
    classifier: Classifier, labelled: list[Labelled]
) -> None:
    """Eight hundred mails of our own making, as people write them, in ten languages; HotRush above all."""
    verdicts = [classifier.classify(mail.subject, mail.body) for mail in labelled]
    scopes = evaluate((mail.scope, verdict.scope) for mail, verdict in zip(labelled, verdicts, strict=True))
    levels = evaluate(
        (mail.priority, verdict.priority) for mail, verdict in zip(labelled, verdicts, strict=True)
    )
    assert len(labelled) > 800
    assert scopes.accuracy >= 0.97
    assert levels.accuracy >= 0.98
    hotrush = levels.of("hotrush")
    assert hotrush.precision >= 0.99
    assert hotrush.recall >= 0.99


def test_every_scope_has_a_label_of_its_own(shipped: Settings) -> None:
    """The label is what a customer reads in the acknowledgement."""
    labels = [scope.label for scope in shipped.scopes]
    assert all(labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("subject", "body", "scope"),
    [
        ("Our shop is down", "", "outage"),
        ("Blank page", "on every category", "outage"),
        ("Nobody can check out", "", "outage"),
        ("payments failing", "every card is declined", "outage"),
        ("Shop nicht erreichbar", "", "outage"),
        ("Интернет-магазин упал", "", "outage"),
        ("staging site is down", "nothing but an error", "malfunction"),
        ("Export fails", "it used to work", "malfunction"),
        ("Product pictures disappeared", "", "malfunction"),
        ("wrong tax total", "since the update", "malfunction"),
        ("Sales tax for Ohio", "", "tax_simple"),
        ("Mehrwertsteuer einstellen", "", "tax_simple"),
        ("GST and PST", "", "tax_complex"),
        ("Sales tax", "the rate depends on the county and the ZIP code", "tax_complex"),
        ("Connect Avalara", "", "tax_complex"),
        ("taxi service on our site", "how do I export its orders?", "configuration"),
        ("free shipping over 80", "", "shipping_simple"),
        ("Versandkosten", "pauschal 5 Euro", "shipping_simple"),
        ("DHL live rates", "", "shipping_complex"),
        ("Shipping", "two warehouses, 12 weight ranges", "shipping_complex"),
        ("buy 2 get 1", "", "special_offers"),
        ("Gutscheine", "", "special_offers"),
        ("Configurator for bikes", "", "configurable_product"),
        ("Hide the phone number", "", "minor_modification"),
        ("Farbe der Knöpfe", "", "minor_modification"),
        ("4.6.2 to 4.6.5", "", "minor_upgrade"),
        ("Could not patch three templates", "", "patch_guidance"),
        ("Unknown column during the upgrade", "", "db_upgrade"),
        ("Where do I enter the Stripe key?", "", "configuration"),
        ("hello", "", "unknown"),
        ("", "", "unknown"),
        ("Apply the security patch for us", "", "manual_patch"),
        ("Upgrade 4.1 to 4.6", "", "major_upgrade"),
        ("Redesign of the home page", "", "custom_development"),
        ("Move our store to another server", "", "paid_service"),
        ("WordPress blog looks odd", "", "third_party"),
        ("Bug report: rounding", "", "bug_report"),
        ("Refund of my support points", "", "sales_billing"),
        ("working hours at Easter", "", "general"),
        ("SEO services", "first page of Google", "not_support"),
        ("Where is my parcel?", "", "not_support"),
        ("Automatic reply: tax", "", "not_support"),
    ],
)
def test_a_mail_gets_the_scope_that_its_words_name(
    classifier: Classifier, subject: str, body: str, scope: str
) -> None:
    """At least one mail for each scope, and those that only look like one."""
    assert classifier.classify(subject, body).scope == scope


@pytest.mark.parametrize(
    "subject",
    [
        "HotRush: tax",
        "HOT RUSH tax",
        "hot-rush tax",
        "[HotRush] tax",
        "tax - hotrush!",
        "H.O.T.R.U.S.H. tax",
        "h o t r u s h: tax",
        "HotRsh tax",
        "hotrsuh tax",
        "HotRushh tax",
        "H\u043et Rush tax",
        "Ｈｏｔ Ｒｕｓｈ tax",
        "Hot\u200bRush tax",
        "Re: AW: hot_rush tax",
        "please raise the priority: tax",
        "tax (out of queue please)",
        "hotruhs: tax",
        "HOT_RUSH tax",
        "h·o·t·r·u·s·h tax",
        "H0T RUSH tax",
        "Hot‑Rush tax",
        "НОТ RUSH tax",
        "HotRush: no tax is shown",
        "Upgrade to HotRush: tax",
        "HotRush bitte: Mehrwertsteuer",
        "Bitte Priorität erhöhen: MwSt",
        "tax hotrush, please do not wait",
    ],
)
def test_hotrush_is_heard_however_it_is_written(classifier: Classifier, subject: str) -> None:
    """Spaced, hyphenated, misspelled by one letter, in look-alike or full-width letters."""
    assert classifier.classify(subject, "").priority == "hotrush"


@pytest.mark.parametrize(
    "subject",
    [
        "photo rush tax",
        "hot brush tax",
        "HotBrush tax",
        "tax is hot. Rush!",
        "rush tax",
        "hot tax",
        "crush tax",
        "shot rush tax",
        "hotrushing tax",
        "tax, see hotrush@example.com",
        "tax for HotRush Ltd",
        "no hotrush: tax",
        "not a hot-rush, tax",
        "tax without HotRush",
        "Red hot rush mug: tax",
        "what is HotRush?",
        "How much is HotRush?",
        "cancel HotRush",
        "sugar rush candy tax",
        "please don't treat as HotRush: tax",
        "HotRush is not necessary: tax",
        "tax, kein Hot-Rush nötig",
        "TVA, pas de HotRush",
        "was hotrush, now normal: tax",
        "never mind HotRush: tax",
        "Without Hot-Rush this time: tax",
        "Difference between HotRush and normal",
        "Hot Rush perfume product: tax",
        "Who may use HotRush",
        "Please remove the HotRush flag",
    ],
)
def test_what_is_no_request_for_hotrush_is_none(classifier: Classifier, subject: str) -> None:
    """Other words, names, prices asked, refusals and withdrawals."""
    assert classifier.classify(subject, "").priority == "normal"


@pytest.mark.parametrize(
    ("subject", "body", "priority"),
    [
        ("urgent: sales tax", "", "high"),
        ("Sales tax", "asap, please", "high"),
        ("dringend: Versandkosten", "", "high"),
        ("настройка налога, срочно", "", "high"),
        ("nicht dringend: Export", "", "low"),
        ("Export, no rush", "", "low"),
        ("sin prisa: cupones", "", "low"),
        ("no rush, the site is down", "it's only my shop", "high"),
        ("Site is down", "", "high"),
        ("HotRush invoice 12", "", "low"),
        ("HotRush: custom module", "", "normal"),
        ("HotRush: bug in the default install", "", "normal"),
        ("urgent refund", "", "normal"),
        ("SALES TAX!!!", "", "normal"),
        ("HotRush coupons", "It is not urgent any more, take your time.", "low"),
    ],
)
def test_a_mail_gets_the_priority_it_asks_for(
    classifier: Classifier, subject: str, body: str, priority: str
) -> None:
    """Within what its scope allows."""
    assert classifier.classify(subject, body).priority == priority


@pytest.mark.parametrize(
    ("subject", "multi"),
    [
        ("VAT and a flat rate for shipping", False),
        ("could not patch, and SQL errors", False),
        ("coupons and UPS rates", True),
        ("Two questions", True),
        ("coupons", False),
    ],
)
def test_a_mail_that_asks_for_two_incidents_is_noticed(
    classifier: Classifier, subject: str, multi: bool
) -> None:
    """What is sold together is one."""
    assert classifier.classify(subject, "").multi is multi
