"""The desk that the stories work at: config, database, reader, sender, keys, clock, put there once.

A reload lays a new desk beside the old one and swaps them; whoever works reads `desk` once a mail and so sees one
config from beginning to end.
"""

import threading
from dataclasses import dataclass, field
from typing import Protocol

from classifiers.verdict import UNKNOWN, Classifier
from maild.clock import Clock
from maild.config.settings import Config
from maild.core.deciding.case import Rules
from maild.core.incident import Priority
from maild.core.message import Message
from maild.core.reply_token import Keys
from maild.core.writing.compose import Identity
from maild.mail.interfaces import Proofs, Sender
from maild.store.database import Database
from replies.languages import LANGUAGES


class Reader(Protocol):
    """Turns bytes into a message, or raises Unreadable."""

    def read(self, raw: bytes) -> Message:
        """Return what the bytes say."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What a story needs to do its work; `mail_waits` wakes delivery after a commit that queued something.

    `proofs` knows of mails that may have arrived, where the config asks for proof copies.
    """

    config: Config
    database: Database
    reader: Reader
    sender: Sender
    keys: Keys
    clock: Clock
    classifier: Classifier
    rules: Rules
    proofs: Proofs | None = None
    mail_waits: threading.Event = field(default_factory=threading.Event)


def lay(config: Config, database: Database, reader: Reader, sender: Sender, keys: Keys, clock: Clock) -> Desk:
    """Return a desk for `config`, with its classifier compiled and its rules drawn up."""
    return Desk(
        config, database, reader, sender, keys, clock, Classifier(config.classifiers), rules_of(config)
    )


def rules_of(config: Config) -> Rules:
    """Return what the config says about deciding."""
    service = config.service
    own = {service.address, *service.aliases, *(m.user for m in config.mailbox if "@" in m.user)}
    return Rules(
        policy=config.policy,
        staff=config.staff,
        assignment=config.assignment,
        mornings=config.mornings,
        own_addresses=frozenset(address.casefold() for address in own),
        staff_proof=config.proof.staff_proof,
        reopen_days=service.reopen_days,
        after_answer=service.after_answer,
        tell_colleagues=service.tell_colleagues,
        language=config.language,
        terms=config.entitlements.build(),
        staff_attachment_bytes=config.limits.staff_attachment_bytes,
        scopes={UNKNOWN: "a question"} | {scope.id: scope.label for scope in config.classifiers.scopes},
        all_labels=labels_of(config),
        at_least=at_least(config),
        outside=frozenset(scope.id for scope in config.classifiers.scopes if not scope.in_scope),
        alternatives={scope.id: scope.alternatives for scope in config.classifiers.scopes},
    )


def labels_of(config: Config) -> dict[str, tuple[str, ...]]:
    """Return what each scope is called in other languages; `unknown` has words in each, whatever the config says."""
    words = (language.scopes.get(UNKNOWN, "") for language in LANGUAGES.values())
    named = {scope.id: tuple(scope.labels.values()) for scope in config.classifiers.scopes}
    return {UNKNOWN: tuple(filter(None, words))} | named


def at_least(config: Config) -> dict[str, Priority]:
    """Return the priority that a scope has without a word, for those that have one; HotRush must be asked for."""
    rules = [rule for rule in config.classifiers.priorities if rule.level != "hotrush"]
    return {scope: rule.level for rule in reversed(rules) for scope in rule.always_for}


def identity_of(desk: Desk) -> Identity:
    """Return who we are in the mails that we write."""
    service = desk.config.service
    return Identity(
        service_name=service.name,
        support_address=service.address,
        domain=service.domain or service.address.rpartition("@")[2],
        keys=desk.keys,
        envelope=desk.config.outgoing.envelope,
        plus_addressing=desk.config.outgoing.plus_addressing,
    )
