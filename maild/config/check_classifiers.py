"""What [classifiers] must be to mean anything: ids that exist, phrases that can be found, fields that are known."""

import re
from collections.abc import Iterator, Mapping, Sequence

from classifiers.conditions import stands_alone
from classifiers.keywords import problem_with, problem_with_member
from classifiers.regexes import problem_with_regex
from classifiers.settings import FIELDS, HEADER, Rule
from classifiers.settings import Settings as ClassifierSettings
from classifiers.verdict import UNKNOWN
from maild.config.draft import Draft
from maild.config.kinds import OneLine, Slug, is_one_line, is_slug
from maild.config.lines import Path
from maild.config.problems import Problem, shown, twice, unknown, wrong
from maild.config.read import STAND_IN
from maild.config.shapes import words

_HEADER_FIELD = re.compile(rf"{HEADER}[!-9;-~]+")  # RFC 5322 section 2.2
_GROUP_NAME = re.compile(r"[a-z0-9_-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def check_classifiers(draft: Draft) -> Iterator[Problem]:
    """Scopes have ids of their own and labels, and rules speak only of scopes that exist."""
    settings = draft.classifiers or ClassifierSettings()
    ids = [scope.id for scope in settings.scopes]
    places = ((("classifiers", "scopes", n, "id"), id_) for n, id_ in enumerate(ids))
    yield from twice(places, "is the id of two scopes")
    for index, scope in enumerate(settings.scopes):
        path: Path = ("classifiers", "scopes", index)
        if not is_slug(scope.id):
            yield wrong((*path, "id"), words(Slug), scope.id)
        if not is_one_line(scope.label):
            yield wrong((*path, "label"), words(OneLine), scope.label)
        yield from _check_scopes({"beats": scope.beats, "joins": scope.joins}, path, ids)
        phrases = {"phrases": scope.phrases, "unless": scope.unless, "hints": scope.hints}
        yield from _check_phrases(phrases, path, settings)
    for index, priority in enumerate(settings.priorities):
        path = ("classifiers", "priorities", index)
        yield from _check_scopes({"not_for": priority.not_for, "always_for": priority.always_for}, path, ids)
        yield from _check_phrases({"phrases": priority.phrases, "unless": priority.unless}, path, settings)
    for index, rule in enumerate(settings.rules):
        yield from _check_rule(rule, ("classifiers", "rules", index), settings)
    for index, example in enumerate(settings.examples):
        path = ("classifiers", "examples", index, "scope")
        yield from _check_scope(example.scope, path, ids if UNKNOWN in ids else [*ids, UNKNOWN])
    yield from _check_groups(settings)
    yield from _check_phrases({"several": settings.several}, ("classifiers",), settings)


def _check_rule(rule: Rule, path: Path, settings: ClassifierSettings) -> Iterator[Problem]:
    """Yield what keeps a rule from speaking for its one scope or priority."""
    if bool(rule.scope) == bool(rule.priority):
        yield Problem(path, "must name either a scope or a priority that it speaks for")
    elif rule.scope:
        yield from _check_scope(rule.scope, (*path, "scope"), [scope.id for scope in settings.scopes])
    elif rule.priority not in [priority.level for priority in settings.priorities]:
        text = f"there is no [[classifiers.priorities]] with level = {shown(rule.priority)}"
        yield Problem((*path, "priority"), text)
    if stands_alone(rule) and not (rule.senders or rule.organisations or rule.mailboxes or rule.language):
        yield Problem(path, "can never fire: it has neither phrases nor regexes nor a condition")
    if not rule.weight:
        yield Problem((*path, "weight"), "must not be 0: the rule would change nothing")
    yield from _check_fields(rule.fields, (*path, "fields"))
    if rule.language and not _LANGUAGE.fullmatch(rule.language):
        yield wrong((*path, "language"), 'a code such as "de" (ISO 639)', rule.language)
    yield from _check_phrases({"phrases": rule.phrases, "unless": rule.unless}, path, settings)
    for place, regex in enumerate(rule.regexes):
        if why := problem_with_regex(regex):
            yield Problem((*path, "regexes", place), why)


def _check_fields(fields: Sequence[str], path: Path) -> Iterator[Problem]:
    if not fields:
        yield Problem(path, "must not be empty: nothing could be found")
    for place, field in enumerate(fields):
        if field not in FIELDS and not _HEADER_FIELD.fullmatch(field):
            allowed = f"{', '.join(map(shown, FIELDS))} or {shown(HEADER + 'NAME')}"
            yield wrong((*path, place), allowed, field)


def _check_scopes(named: Mapping[str, tuple[str, ...]], path: Path, ids: list[str]) -> Iterator[Problem]:
    """Yield a problem for each scope that a key names and that does not exist."""
    for key, scopes in named.items():
        for place, scope in enumerate(scopes):
            yield from _check_scope(scope, (*path, key, place), ids)


def _check_scope(scope: str, path: Path, ids: list[str]) -> Iterator[Problem]:
    """Yield a problem if there is no such scope.

    Silent where an id is unreadable or given twice: then one that should be there may be missing for that reason.
    """
    if scope not in ids and STAND_IN not in ids and len(set(ids)) == len(ids):
        yield unknown(path, ids, "scope", scope)


def _check_phrases(
    named: Mapping[str, tuple[str, ...]], path: Path, settings: ClassifierSettings
) -> Iterator[Problem]:
    """Yield a problem for each phrase that can never fire as it is written."""
    for key, phrases in named.items():
        for place, phrase in enumerate(phrases):
            if why := problem_with(phrase, settings.groups):
                yield Problem((*path, key, place), why)


def _check_groups(settings: ClassifierSettings) -> Iterator[Problem]:
    """Groups have names that can stand in braces, and words that stand alone."""
    for name, members in settings.groups.items():
        path: Path = ("classifiers", "groups", name)
        if not _GROUP_NAME.fullmatch(name):
            yield Problem(path, f"a name must be small letters, digits and dashes, not {shown(name)}")
        for place, member in enumerate(members):
            if why := problem_with_member(member):
                yield Problem((*path, place), why)
