"""config.toml -> Config, or every problem of it at once; a file with a problem is never half used."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from classifiers.settings import Settings as ClassifierSettings
from maild.config.checks import check
from maild.config.draft import Draft, read_draft
from maild.config.environment import expand
from maild.config.limits import build_limits
from maild.config.lines import Lines
from maild.config.passwords import literal_passwords, with_passwords
from maild.config.places import anchored
from maild.config.problems import Problem, as_lines
from maild.config.service import ServiceSettings
from maild.config.settings import Config
from maild.config.templates import check_languages, load_templates
from maild.errors import ConfigError
from replies.render import Templates

_DEEPEST = 16
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
# What tomllib says, where its words would not help a person: the pattern, and our words.
_TOML_WORDS = (
    (r"Illegal character '\\n'", "a text is not closed: its quote is missing on this line"),
    (r"Unterminated string|Expected [\"']+", "a text is not closed: its quote is missing, here or above"),
    (r"Unclosed array", "a list is not closed, or a comma or a quote is missing in it"),
    (r"Unclosed inline table", "a table in braces is not closed, or a comma is missing in it"),
    (r"Cannot overwrite a value|Duplicate inline table key.*", "this key is given twice"),
    (r"Cannot declare (\(.*\)) twice", "this section is given twice; its keys belong under one header"),
    (r"Invalid value", "the value is missing or none of TOML's; text stands in quotes"),
)


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check the file at `path`; raises ConfigError with all problems as `FILE:LINE: key: ...`."""
    text = read_text(path)
    raw = parse_toml(text, path)
    draft, templates, problems = _collect(raw, environ, path.absolute().parent)
    if problems or templates is None:
        raise ConfigError(as_lines(problems, Lines(text), str(path)))
    return _build(draft, templates, text, path.absolute().parent)


def readable_rules(path: Path, environ: Mapping[str, str]) -> tuple[ClassifierSettings | None, str]:
    """Return [classifiers] of a file that need not be good otherwise, and the text of the file.

    None where the section has mistakes of its own, so that its rules can't be tried. Raises ConfigError where nothing
    of the file can be read.
    """
    text = read_text(path)
    draft, _, problems = _collect(parse_toml(text, path), environ, path.absolute().parent)
    has_mistakes = any(problem.path[:1] == ("classifiers",) for problem in problems)
    return None if has_mistakes else draft.classifiers, text


def read_text(path: Path) -> str:
    """Return the text of the file; raises ConfigError for one that can't be read or is no UTF-8."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise ConfigError((f"{path}: can't be read: {error.strerror}",)) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError((f"{path}:{line}: must be UTF-8 text; a byte here is not",)) from None


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Parse the TOML; raises ConfigError with the one line that tomllib stumbled over."""
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        raise ConfigError((f"{path}:1: is nested too deeply",)) from None
    except ValueError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else max(1, len(text.rstrip().split("\n")))
        what = _AT_LINE.sub("", str(error)).removesuffix(" (at end of document)")
        raise ConfigError((f"{path}:{line}: is not valid TOML: {_plainly(what)}",)) from None
    if _depth(raw) > _DEEPEST:
        raise ConfigError((f"{path}:1: is nested too deeply",))
    return raw


def _plainly(what: str) -> str:
    """Return what tomllib stumbled over in words for a person, and that it read no further."""
    words = next((words for pattern, words in _TOML_WORDS if re.fullmatch(pattern, what)), what)
    return f"{words} (nothing else was checked)"


def _depth(value: Any) -> int:
    """Return how many levels deep tables and lists stand in each other, without recursion."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        tables = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [child for items in tables if isinstance(items, list) for child in items]
        depth += 1
    return depth


def _collect(
    raw: dict[str, Any], environ: Mapping[str, str], folder: Path
) -> tuple[Draft, Templates | None, list[Problem]]:
    expanded, problems = expand(raw, environ)
    problems += literal_passwords(raw)
    draft, found = read_draft(expanded, raw)
    problems += _news(found, problems)
    draft, found = with_passwords(anchored(draft, folder), [problem.path for problem in problems])
    problems += _news(found, problems)
    problems += _news(check(draft), problems)
    scopes = draft.classifiers.scopes if draft.classifiers else ()
    templates, found = load_templates(draft.replies, scopes) if draft.replies else (None, [])
    problems += _news(found, problems)
    problems += _news(check_languages(draft.staff, templates), problems) if templates else []
    return draft, templates, problems


def _news(later: Iterable[Problem], earlier: Iterable[Problem]) -> list[Problem]:
    """Return the later problems that don't merely follow from an earlier one at the same place or below."""
    said = [problem.path for problem in earlier]
    return [one for one in later if not any(path[: len(one.path)] == one.path for path in said)]


def _build(draft: Draft, templates: Templates, text: str, folder: Path) -> Config:
    """Put together what was found good."""
    assert draft.service and draft.database and draft.listen and draft.outgoing  # noqa: PT018 - for mypy
    assert draft.proof and draft.sla and draft.classifiers and draft.replies and draft.limits  # noqa: PT018
    assert draft.assignment and draft.digest  # noqa: PT018 - for mypy
    assert draft.entitlements
    calendars = {name: section for name, section in draft.calendar.items() if section}
    built = {name: section.build() for name, section in calendars.items()}
    return Config(
        service=_completed(draft.service),
        database=draft.database,
        mailbox=tuple(mailbox for mailbox in draft.mailbox if mailbox),
        listen=draft.listen,
        outgoing=draft.outgoing,
        oauth=tuple(grant for grant in draft.oauth if grant),
        staff=tuple(member.build(built) for member in draft.staff if member),
        proof=draft.proof.build(),
        policy=draft.sla.build(built, draft.service.pre_close_days, draft.service.close_days),
        assignment=draft.assignment.method,
        mornings=draft.digest.build(),
        entitlements=draft.entitlements,
        classifiers=draft.classifiers,
        templates=templates,
        limits=build_limits(draft.limits),
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        text=text,
        folder=folder,
        calendar=draft.sla.calendar,
        time_zone=calendars[draft.sla.calendar].time_zone,
        language=draft.replies.language,
    )


def _completed(service: ServiceSettings) -> ServiceSettings:
    """Fill in what follows from other keys: the domain of Message-IDs in ASCII, and where the secret lies."""
    domain = service.domain or service.address.rpartition("@")[2]
    secret_file = service.secret_file or str(service.data_dir / "secret")
    return replace(service, domain=domain.encode("idna").decode("ascii").lower(), secret_file=secret_file)
