"""The templates of our mails: the shipped ones in every language, and those that a folder puts in their place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from classifiers.settings import ScopeRule
from maild.config.kinds import is_slug
from maild.config.problems import Problem, shown
from maild.config.replies import RepliesSettings
from maild.config.staff import StaffSection
from replies.render import TemplateProblem, Templates

_SUFFIX = ".md"
_SHIPPED = files("replies") / "templates"
_PLACE = ("replies", "folder")

Sources = Mapping[str, Mapping[str, str]]  # language -> reply kind -> source


def languages() -> tuple[str, ...]:
    """Return the languages whose templates are shipped."""
    return tuple(shipped())


@cache
def shipped() -> Sources:
    """Return the shipped templates; they never change while we run."""
    folders = sorted((entry for entry in _SHIPPED.iterdir() if entry.is_dir()), key=lambda entry: entry.name)
    return {
        folder.name: {
            file.name.removesuffix(_SUFFIX): file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.endswith(_SUFFIX)
        }
        for folder in folders
    }


def load_templates(
    settings: RepliesSettings, scopes: Sequence[ScopeRule] = ()
) -> tuple[Templates | None, list[Problem]]:
    """Return the templates that `settings` ask for, with the labels of `scopes`, or None and every problem of them."""
    own, problems = _own(settings) if settings.folder else ({}, [])
    if settings.language not in {*languages(), *own}:
        known = ", ".join(sorted({*languages(), *own}))
        return None, [*problems, Problem(("replies", "language"), f"must be one of {known}")]
    sources = {
        code: {**shipped().get(code, {}), **own.get(code, {})} for code in sorted({*languages(), *own})
    }
    loaded = Templates.load(sources, settings.language, _labels(scopes, sources), known_good=shipped())
    if isinstance(loaded, Templates) and not problems:
        return loaded, []
    wrong = () if isinstance(loaded, Templates) else loaded
    folder = Path(settings.folder)
    return None, problems + [
        Problem(_PLACE, f"{_place(folder, problem, settings.language)}: {problem.text}") for problem in wrong
    ]


def check_languages(staff: Sequence[StaffSection | None], templates: Templates) -> Iterator[Problem]:
    """Whoever of the staff is written to in a language of their own is so in one that has templates."""
    for n, one in enumerate(staff):
        if one and one.language and one.language not in templates.languages:
            known = ", ".join(templates.languages)
            yield Problem(("staff", n, "language"), f"must be one of {known}, not {shown(one.language)}")


def _labels(scopes: Sequence[ScopeRule], codes: Iterable[str]) -> Sources:
    """Return language -> scope -> its label; where it has none in that language, the one that all have."""
    return {code: {scope.id: scope.labels.get(code, scope.label) for scope in scopes} for code in codes}


def _own(settings: RepliesSettings) -> tuple[Sources, list[Problem]]:
    """Return the templates of the folder: beside each other for the default language, in `de/` for German."""
    folder = Path(settings.folder)
    if not folder.is_dir():
        return {}, [Problem(_PLACE, f"{folder} is not a folder")]
    own: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    inner = {
        entry.name: entry for entry in sorted(folder.iterdir()) if entry.is_dir() and is_slug(entry.name)
    }
    for code, place in [(settings.language, folder), *inner.items()]:
        for file in sorted(place.glob(f"*{_SUFFIX}")):
            try:
                own.setdefault(code, {})[file.stem] = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                problems.append(Problem(_PLACE, f"{file} can't be read: {error}"))
    return own, problems


def _place(folder: Path, problem: TemplateProblem, default: str) -> str:
    """Return the file, with the line where one line is at fault and not the file as a whole."""
    inner = folder / problem.language / f"{problem.template}{_SUFFIX}"
    in_default = problem.language == default and not inner.exists()
    file = folder / f"{problem.template}{_SUFFIX}" if in_default else inner
    return f"{file}:{problem.line}" if problem.line else str(file)
