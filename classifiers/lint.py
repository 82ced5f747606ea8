"""What is odd about the rules of a config: phrases in vain, phrases of two scopes, rules that no example tries.

Each phrase is tried on a text that consists of nothing else: where it does not fire there, it fires nowhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from classifiers.conditions import stands_alone
from classifiers.hits import Reader, RuleHits, RuleKey, apply_vetoes
from classifiers.keywords import GAP, NO_GROUPS, parts_of
from classifiers.normalise import normalise
from classifiers.settings import HEADER, TEXT, About, PriorityRule, Rule, ScopeRule, Settings
from classifiers.verdict import Classifier
from classifiers.versions import OTHER_BRANCH, SAME_BRANCH

Path = tuple[str | int, ...]

_SAMPLES = {SAME_BRANCH: "4.5.1 to 4.5.4", OTHER_BRANCH: "4.2.1 to 4.5.1"}
# A phrase that ends in such a sign was meant to be found with it alone.
_SIGN_IN_VAIN = re.compile(r"[:;,!?]$")
# An ending and a number that no phrase asks for by name; letters would make a word of two alphabets.
_ANY_ENDING = "77"
_ANY_NUMBER = "70707"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd at a place of [classifiers]; `wrong` where it is certainly not what was meant."""

    path: Path
    text: str
    wrong: bool = True


class _Tried(NamedTuple):
    """One phrase: where it stands in the config, what it speaks for, and the fields that it is looked for in."""

    path: Path
    target: RuleKey
    role: str
    phrase: str
    fields: Sequence[str] = TEXT


def lint(settings: Settings) -> Iterator[Finding]:
    """Yield what is odd, by kind."""
    tried = [*_phrases(settings), *_phrases_of_rules(settings)]
    reader = Reader(_without_conditions(settings))
    for each in tried:
        yield from _in_vain(each, reader, sample_of(each.phrase, settings.groups))
    yield from _claimed_twice([each for each in tried if each.target.kind == "scope"], settings)
    yield from _without_example(settings)


def sample_of(phrase: str, groups: Mapping[str, Sequence[str]] = NO_GROUPS) -> str:
    """Return a text that consists of the phrase and nothing else.

    >>> sample_of("patch* + {shop} ... upgrade #", {"shop": ["store", "shop"]})
    'patch77 ; store upgrade 70707'
    """
    return " ; ".join(_SAMPLES.get(part) or _sample_part(part, groups) for part in parts_of(phrase))


def _sample_part(part: str, groups: Mapping[str, Sequence[str]]) -> str:
    named = {f"{{{name}}}": members[0] for name, members in groups.items() if members}
    words = (named.get(word, word) for word in part.split() if word != GAP)
    return " ".join(map(_sample_word, words))


def _sample_word(word: str) -> str:
    if word == "#":
        return _ANY_NUMBER
    return word[:-1] + _ANY_ENDING if word.endswith("*") else word.removesuffix("~")


def _phrases(settings: Settings) -> Iterator[_Tried]:
    for number, scope in enumerate(settings.scopes):
        key, path = RuleKey("scope", number), ("scopes", number)
        yield from (
            _Tried((*path, "phrases", n), key, "phrase", text) for n, text in enumerate(scope.phrases)
        )
        yield from (_Tried((*path, "hints", n), key, "hint", text) for n, text in enumerate(scope.hints))
    for number, priority in enumerate(settings.priorities):
        key, path = RuleKey("priority", number), ("priorities", number)
        yield from (
            _Tried((*path, "phrases", n), key, "phrase", text) for n, text in enumerate(priority.phrases)
        )


def _phrases_of_rules(settings: Settings) -> Iterator[_Tried]:
    ids = [scope.id for scope in settings.scopes]
    levels = [priority.level for priority in settings.priorities]
    for number, rule in enumerate(settings.rules):
        if rule.scope:
            key = RuleKey("scope", ids.index(rule.scope))
        else:
            key = RuleKey("priority", [*levels].index(rule.priority or "normal"))
        for n, text in enumerate(rule.phrases):
            yield _Tried(("rules", number, "phrases", n), key, "phrase", text, rule.fields)


def _without_conditions(settings: Settings) -> Settings:
    """Return the settings with rules that count in any mail; those that are nothing but conditions are gone."""
    rules = (
        replace(rule, senders=(), organisations=(), mailboxes=(), language="")
        for rule in settings.rules
        if not stands_alone(rule)
    )
    return replace(settings, rules=tuple(rules))


def _in_vain(tried: _Tried, reader: Reader, sample: str) -> Iterator[Finding]:
    """Yield a finding if the phrase does not even fire in a text of its own, or says more than is looked for."""
    if sign := _SIGN_IN_VAIN.search(tried.phrase):
        yield Finding(
            tried.path, f'"{tried.phrase}" is found without its "{sign.group()}" too: signs are no words'
        )
    found = _read(reader, sample, tried.fields).get(tried.target, RuleHits())
    vetoes = [veto for hit, veto in found.vetoed if hit.phrase == tried.phrase]
    hits = apply_vetoes(found.hint if tried.role == "hint" else found.phrase, found.unless)
    own = [veto for hit, veto in hits if hit.phrase == tried.phrase]
    if own and None in own:
        return
    vetoes += [veto for veto in own if veto]
    if vetoes:
        yield Finding(
            tried.path, f'"{tried.phrase}" can never fire: unless "{vetoes[0].phrase}" takes it away'
        )
    else:
        yield Finding(
            tried.path, f'"{tried.phrase}" can never fire: no phrase reaches over a sign that parts words'
        )


def _read(reader: Reader, sample: str, fields: Sequence[str]) -> Mapping[RuleKey, RuleHits]:
    """Read a mail that has the sample in one of the fields."""
    field = "body" if "body" in fields else fields[0]
    headers = ((field.removeprefix(HEADER), sample),) if field.startswith(HEADER) else ()
    text = {field: sample}
    about = About(text.get("sender", ""), text.get("mailbox", ""), fields=headers)
    return reader.read(text.get("subject", ""), text.get("body", ""), about)


def _claimed_twice(tried: Sequence[_Tried], settings: Settings) -> Iterator[Finding]:
    """Yield a note for each phrase that an earlier scope or rule has too."""
    classifier = Classifier(replace(settings, rules=()))
    first: dict[tuple[str, ...], _Tried] = {}
    for each in tried:
        words = tuple(normalise(part, subject=False).text for part in parts_of(each.phrase))
        before = first.setdefault(words, each)
        if before is each or set(before.fields).isdisjoint(each.fields):
            continue
        id_ = settings.scopes[before.target.number].id
        if before.target == each.target:
            yield Finding(each.path, f'"{each.phrase}" is a phrase of {id_} already', wrong=False)
        else:
            won = classifier.classify("", sample_of(each.phrase, settings.groups)).scope
            yield Finding(
                each.path, f'"{each.phrase}" is claimed by {id_} too; alone it means {won}', wrong=False
            )


def _without_example(settings: Settings) -> Iterator[Finding]:
    """Yield a note for each scope, priority and rule that no example is for."""
    scopes = {example.scope for example in settings.examples}
    levels = {example.priority for example in settings.examples}
    for number, scope in enumerate(settings.scopes):
        if scope.id not in scopes:
            yield Finding(("scopes", number), f"no example is {scope.id}", wrong=False)
    for number, priority in enumerate(settings.priorities):
        if priority.level not in levels:
            yield Finding(("priorities", number), f"no example is {priority.level}", wrong=False)
    for number, rule in enumerate(settings.rules):
        if not _is_tried(rule, settings):
            yield Finding(("rules", number), "no example meets this rule", wrong=False)


def _is_tried(rule: Rule, settings: Settings) -> bool:
    """Say whether an example is there in which this rule finds something."""
    scopes = (ScopeRule(rule.scope, rule.scope),) if rule.scope else ()
    priorities = (PriorityRule(rule.priority),) if rule.priority else ()
    alone = Reader(Settings(scopes, priorities, (rule,), groups=settings.groups))
    return any(
        alone.read(example.subject, example.body, About(example.sender, example.mailbox))
        for example in settings.examples
    )
