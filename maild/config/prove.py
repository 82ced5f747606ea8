"""The examples of [classifiers] are tests, and its rules are looked over: both as lines of the file.

This takes a second and is no part of loading: only `maild check`, a start and a reload ask for it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath

from classifiers.examples import failures
from classifiers.lint import lint
from classifiers.misfires import Judged, misfires
from classifiers.settings import Settings
from classifiers.verdict import Classifier
from maild.config.lines import Lines, Path
from maild.config.load import load_config, readable_rules
from maild.config.problems import Problem, as_lines
from maild.config.settings import Config
from maild.errors import ConfigError


def load_proven(path: FilePath, environ: Mapping[str, str]) -> Config:
    """Read and check the file at `path`, its examples included; raises ConfigError with all problems."""
    config = load_config(path, environ)
    if failing := failing_examples(config, str(path)):
        raise ConfigError(failing)
    return config


def load_linted(path: FilePath, environ: Mapping[str, str]) -> tuple[Config, tuple[str, ...]]:
    """Read the file at `path`, and return it with what is odd about its rules.

    Raises ConfigError with every mistake: those of the rules are looked for also where the rest of the file has some,
    and where they can't be, the last line says so.
    """
    try:
        config = load_config(path, environ)
    except ConfigError as error:
        raise ConfigError((*error.problems, *_mistakes_of_rules(path, environ))) from None
    wrong, odd = _lint(config.classifiers, config.text, str(path))
    if problems := (*failing_examples(config, str(path)), *wrong):
        raise ConfigError(problems)
    return config, odd


def failing_examples(config: Config, file: str) -> tuple[str, ...]:
    """Return each example that the rules get wrong as `FILE:LINE: KEY: TEXT`, with the words that decided."""
    return _failing(config.classifiers, config.text, file)


def _mistakes_of_rules(path: FilePath, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is wrong with the rules of a file that has other mistakes, or that they can't be tried."""
    try:
        rules, text = readable_rules(path, environ)
    except ConfigError:  # no TOML: it says by itself that nothing else was checked
        return ()
    if rules is None:
        return (
            f"{path}: the examples of [classifiers] were not run yet, nor its phrases tried; mend it first",
        )
    return (*_failing(rules, text, str(path)), *_lint(rules, text, str(path))[0])


def _failing(rules: Settings, text: str, file: str) -> tuple[str, ...]:
    found = failures(Classifier(rules), rules.examples)
    return _as_lines(((("examples", place), said) for place, said in found), text, file)


def _lint(rules: Settings, text: str, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is wrong with the rules, and what is merely worth knowing, as `FILE:LINE: KEY: TEXT`."""
    findings = list(lint(rules))
    wrong = ((finding.path, finding.text) for finding in findings if finding.wrong)
    odd = ((finding.path, finding.text) for finding in findings if not finding.wrong)
    return _as_lines(wrong, text, file), _as_lines(odd, text, file)


def misfiring(judged: Iterable[Judged], config: Config, file: str) -> tuple[str, ...]:
    """Return each phrase that decided wrongly more often than rightly as `FILE:LINE: KEY: TEXT`."""
    found = misfires(config.classifiers, judged)
    return _as_lines(((finding.path, finding.text) for finding in found), config.text, file)


def _as_lines(found: Iterable[tuple[Path, str]], text: str, file: str) -> tuple[str, ...]:
    problems = [Problem(("classifiers", *path), said) for path, said in found]
    return as_lines(problems, Lines(text), file)
