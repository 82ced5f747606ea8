"""The examples of [classifiers] are tests, and its rules are looked over: both as lines of the file.

This takes a second and is no part of loading: only `maild check`, a start and a reload ask for it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath

from classifiers.examples import failures
from classifiers.lint import lint
from classifiers.misfires import Judged, misfires
from classifiers.verdict import Classifier
from maild.config.lines import Lines, Path
from maild.config.load import load_config
from maild.config.problems import Problem, as_lines
from maild.config.settings import Config
from maild.errors import ConfigError


def load_proven(path: FilePath, environ: Mapping[str, str]) -> Config:
    """Read and check the file at `path`, its examples included; raises ConfigError with all problems."""
    config = load_config(path, environ)
    if failing := failing_examples(config, str(path)):
        raise ConfigError(failing)
    return config


def failing_examples(config: Config, file: str) -> tuple[str, ...]:
    """Return each example that the rules get wrong as `FILE:LINE: KEY: TEXT`, with the words that decided."""
    found = failures(Classifier(config.classifiers), config.classifiers.examples)
    return _as_lines(((("examples", place), text) for place, text in found), config, file)


def lint_rules(config: Config, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is wrong with the rules, and what is merely worth knowing, as `FILE:LINE: KEY: TEXT`."""
    findings = list(lint(config.classifiers))
    wrong = ((finding.path, finding.text) for finding in findings if finding.wrong)
    odd = ((finding.path, finding.text) for finding in findings if not finding.wrong)
    return _as_lines(wrong, config, file), _as_lines(odd, config, file)


def misfiring(judged: Iterable[Judged], config: Config, file: str) -> tuple[str, ...]:
    """Return each phrase that decided wrongly more often than rightly as `FILE:LINE: KEY: TEXT`."""
    found = misfires(config.classifiers, judged)
    return _as_lines(((finding.path, finding.text) for finding in found), config, file)


def _as_lines(found: Iterable[tuple[Path, str]], config: Config, file: str) -> tuple[str, ...]:
    problems = [Problem(("classifiers", *path), text) for path, text in found]
    return as_lines(problems, Lines(config.text), file)
