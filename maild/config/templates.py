"""The templates of our mails: the shipped ones, and those that a folder puts in their place."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from maild.config.problems import Problem
from maild.config.replies import RepliesSettings
from replies.render import TemplateProblem, Templates

_SUFFIX = ".md"
_SHIPPED = files("replies") / "templates"


def languages() -> tuple[str, ...]:
    """Return the languages whose templates are shipped."""
    return tuple(sorted(entry.name for entry in _SHIPPED.iterdir() if entry.is_dir()))


def load_templates(settings: RepliesSettings) -> tuple[Templates | None, list[Problem]]:
    """Return the templates that `settings` ask for, or None and every problem of them."""
    if settings.folder:
        return _load_folder(Path(settings.folder), settings.language)
    if settings.language not in languages():
        return None, [Problem(("replies", "language"), f"must be one of {', '.join(languages())}")]
    return _load_shipped(settings.language), []


@cache
def _load_shipped(language: str) -> Templates:
    # They never change while we run, and compiling them takes longer than all the rest of the config.
    loaded = Templates.load(_sources(language))
    assert isinstance(loaded, Templates), loaded
    return loaded


def _load_folder(folder: Path, language: str) -> tuple[Templates | None, list[Problem]]:
    """Load the shipped templates with those in `folder` in their place; a new language has to bring them all."""
    if not folder.is_dir():
        return None, [Problem(("replies", "folder"), f"{folder} is not a folder")]
    sources = dict(_sources(language)) if language in languages() else {}
    unreadable = []
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            sources[file.stem] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            unreadable.append(Problem(("replies", "folder"), f"{file} can't be read: {error}"))
    loaded = Templates.load(sources)
    if isinstance(loaded, Templates) and not unreadable:
        return loaded, []
    wrong = () if isinstance(loaded, Templates) else loaded
    return None, unreadable + [
        Problem(("replies", "folder"), f"{_place(folder, problem)}: {problem.text}") for problem in wrong
    ]


def _place(folder: Path, problem: TemplateProblem) -> str:
    """Return the file, with the line where one line is at fault and not the file as a whole."""
    file = f"{folder / problem.template}{_SUFFIX}"
    return f"{file}:{problem.line}" if problem.line else file


def _sources(language: str) -> Mapping[str, str]:
    """Return reply kind -> source of the shipped templates of one language."""
    return {
        file.name.removesuffix(_SUFFIX): file.read_text(encoding="utf-8")
        for file in (_SHIPPED / language).iterdir()
        if file.name.endswith(_SUFFIX)
    }
