"""What lies on the desk comes from the config, whole: rules, identity, classifier."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.config.mailbox import MailboxSettings
from maild.desk import identity_of, lay, rules_of
from tests.faults.target import Target, target

MORE = """
[[staff]]
name = "The team"
address = "team@example.com"
group = true

[proof]
authserv_ids = ["mx.example.com"]
staff_proof = "token"

[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["checkout is down"]
"""


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Target]:
    """A maild with more than the smallest config."""
    with target(tmp_path, MORE) as made:
        yield made


def test_the_rules_are_those_of_the_config(found: Target) -> None:
    """Whoever is staff there may act, as sure as it says there."""
    rules = found.desk.rules
    assert [(member.name, member.group) for member in rules.staff] == [
        ("Anna", False),
        ("Ben", False),
        ("The team", True),
    ]
    assert (rules.staff_proof, rules.reopen_days, rules.after_answer, rules.language) == (
        "token",
        14,
        "waiting",
        "en",
    )
    assert rules.policy is found.desk.config.policy


def test_the_scopes_that_staff_may_name_are_those_of_the_config(tmp_path: Path) -> None:
    """With their labels; `unknown` is one whether the config names it or not."""
    with target(tmp_path, '\n[[classifiers.scopes]]\nid = "tax"\nlabel = "one tax"\n') as found:
        assert found.desk.rules.scopes == {"unknown": "a question", "tax": "one tax"}


def test_a_customer_may_name_a_problem_in_each_language(tmp_path: Path) -> None:
    """By the labels of the config; `unknown` is called something in all of ours."""
    tax = '\n[[classifiers.scopes]]\nid = "tax"\nlabel = "one tax"\nlabels = { de = "eine Steuer" }\n'
    with target(tmp_path, tax) as found:
        assert found.desk.rules.labels("tax") == {"one tax", "eine Steuer"}
        assert found.desk.rules.labels("unknown") == {"a question", "eine Frage", "вопрос"}


def test_every_address_we_read_is_ours(found: Target) -> None:
    """Support address, aliases, mailboxes that are addresses; compared case-folded, so that loops are known."""
    config = found.desk.config
    boxes = tuple(
        MailboxSettings(name=name, host="h", user=user, since="now")
        for name, user in (("a", "Orders@Example.COM"), ("b", "login-name"))
    )
    service = replace(config.service, address="Support@Example.com", aliases=("Help@example.com",))
    rules = rules_of(replace(config, service=service, mailbox=boxes))
    assert rules.own_addresses == {"support@example.com", "help@example.com", "orders@example.com"}


def test_our_mail_is_signed_for_the_domain_of_our_address(found: Target) -> None:
    """Unless the config names another domain."""
    assert identity_of(found.desk).domain == "example.com"
    named = replace(found.desk.config, service=replace(found.desk.config.service, domain="mail.example.org"))
    assert identity_of(replace(found.desk, config=named)).domain == "mail.example.org"


def test_who_we_are_is_what_the_config_says(found: Target) -> None:
    """Name, address, envelope, keys."""
    identity = identity_of(found.desk)
    assert (identity.service_name, identity.support_address) == ("Example Support", "support@example.com")
    assert (identity.envelope, identity.plus_addressing) == ("null", False)
    assert identity.keys is found.desk.keys


def test_the_classifier_knows_the_phrases_of_the_config(found: Target) -> None:
    """Compiled once, when the desk is laid."""
    assert found.desk.classifier.classify("The checkout is down", "").scope == "outage"


def test_a_new_desk_has_nothing_waiting(found: Target) -> None:
    """Each desk has its own bell, until a reload hands the old one on."""
    desk = found.desk
    other = lay(desk.config, desk.database, desk.reader, desk.sender, desk.keys, desk.clock)
    assert not other.mail_waits.is_set()
    assert other.mail_waits is not desk.mail_waits
