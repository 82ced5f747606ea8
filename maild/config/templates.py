"""The templates of our mails: the shipped ones, and those that a folder puts in their place."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from maild.config.problems import Problem
from maild.config.replies import RepliesSettings
from replies.render import Templates

_SUFFIX = ".md"


def load_templates(settings: RepliesSettings) -> tuple[Templates | None, list[Problem]]:
    """Return the templates that `settings` ask for, or None and every problem of them."""
    sources, places, problems = _sources(settings)
    if problems:
        return None, problems
    loaded = Templates.load(sources)
    if isinstance(loaded, Templates):
        return loaded, []
    key = ("replies", "folder" if settings.folder else "language")
    return None, [
        Problem(key, f"{places.get(problem.template, problem.template)}:{problem.line}: {problem.text}")
        for problem in loaded
    ]


def _sources(settings: RepliesSettings) -> tuple[Mapping[str, str], Mapping[str, str], list[Problem]]:
    """Return kind -> source, kind -> the file it came from, and what can't be read."""
    sources = dict(_shipped(settings.language))
    places = {kind: f"{kind}{_SUFFIX}" for kind in sources}
    problems = []
    if not settings.folder:
        if not sources:
            problems.append(Problem(("replies", "language"), f"must be one of {', '.join(languages())}"))
        return sources, places, problems
    key = ("replies", "folder")
    if not Path(settings.folder).is_dir():
        return sources, places, [Problem(key, f"{settings.folder} is not a folder")]
    for file in sorted(Path(settings.folder).glob(f"*{_SUFFIX}")):
        try:
            sources[file.stem], places[file.stem] = file.read_text(encoding="utf-8"), str(file)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(key, f"{file} can't be read: {error}"))
    return sources, places, problems


def _shipped(language: str) -> Iterator[tuple[str, str]]:
    if language in languages():
        for file in (files("replies") / "templates" / language).iterdir():
            if file.name.endswith(_SUFFIX):
                yield file.name.removesuffix(_SUFFIX), file.read_text(encoding="utf-8")


def languages() -> tuple[str, ...]:
    """Return the languages whose templates are shipped."""
    return tuple(sorted(entry.name for entry in (files("replies") / "templates").iterdir() if entry.is_dir()))
