"""Template and facts in, subject, text and HTML out.

A template's source is a line `Subject: ...`, maybe a line `Preview: ...`, an empty line, and the body; all are
jinja2 in the closed room of replies/sandbox.py. Filled in, the body is the small Markdown of replies/blocks.py, from
which text and HTML are written. What can be wrong with a template is found when it is loaded, and returned as values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from replies.blocks import read_blocks
from replies.catalogue import REPLIES, Fact, Reply, Value
from replies.clean import one_line, plain_text, shorten
from replies.guard_facts import guard_facts
from replies.languages import language_named
from replies.say_facts import Reader, say_fact
from replies.template import FAULTS, Parts, TemplateProblem, load_template
from replies.write_html import write_html
from replies.write_text import write_text

__all__ = ["Rendered", "ReplyError", "TemplateProblem", "Templates"]

SUBJECT_FACT_CHARS = 150  # so that number tag and priority still fit into the 200 characters of a subject


class ReplyError(ValueError):
    """A reply cannot be rendered: a fact is missing or no plain value, or the template fails on them."""


@dataclass(frozen=True, slots=True)
class Rendered:
    r"""A mail's words, clean: `subject` on one line, `text` with `\n` line ends and one at its end, both as `html`."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of each language, each tried once; made by `load`.

    Those of `language`, the default one, are complete; where another lacks a kind, that of the default is taken, with
    its days and numbers. `labels` are the words for scopes, by language and id.
    """

    _sources: Mapping[str, Mapping[str, str]]
    language: str = "en"
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @staticmethod
    def load(
        sources: Mapping[str, Mapping[str, str]],
        language: str = "en",
        labels: Mapping[str, Mapping[str, str]] | None = None,
        known_good: Mapping[str, Mapping[str, str]] | None = None,
    ) -> "Templates | tuple[TemplateProblem, ...]":
        """Return the templates of `sources` (language -> reply kind -> source), or all that is wrong with them.

        The default language must have every kind of the catalogue, the others may lack some; none has an unknown one.
        What is `known_good` was tried elsewhere, and is compiled only when a mail needs it.
        """
        good = known_good or {}
        default = sources.get(language, {})
        problems = [
            TemplateProblem(kind, 0, "no template for this reply", language)
            for kind in REPLIES
            if kind not in default
        ]
        for code, kinds in sources.items():
            for kind, source in kinds.items():
                made = source == good.get(code, {}).get(kind) or load_template(kind, source, code)
                problems.extend(made if isinstance(made, tuple) else ())
        return tuple(problems) if problems else Templates(sources, language, labels or {})

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have templates, in order."""
        return tuple(sorted(self._sources))

    def languages_of(self, kind: str) -> tuple[str, ...]:
        """Return the languages that have a template of reply `kind`, in order."""
        return tuple(code for code in self.languages if kind in self._sources[code])

    def render(
        self, kind: str, facts: Mapping[str, Value], *, language: str = "", zone: tzinfo = UTC
    ) -> Rendered:
        """Return the words of reply `kind`; facts that the catalogue does not name are left out of its sight.

        Raises ReplyError, for an unknown kind too.
        """
        code = language if kind in self._sources.get(language, ()) else self.language
        reader = Reader(language_named(code), zone, self.labels.get(code, {}))
        try:
            return _render(
                _parts(kind, self._sources[code][kind], code),
                _known_facts(REPLIES[kind], facts, reader),
                code,
            )
        except FAULTS as fault:
            raise ReplyError(f"{kind}: {fault}") from fault


def _parts(kind: str, source: str, code: str) -> Parts:
    """Return the compiled template; it was tried when it was loaded, or by the tests."""
    made = load_template(kind, source, code)
    if isinstance(made, Parts):
        return made
    raise ReplyError(f"line {made[0].line}: {made[0].text}")


def _render(parts: Parts, facts: Mapping[str, Value], code: str) -> Rendered:
    brief = {name: shorten(v, SUBJECT_FACT_CHARS) if isinstance(v, str) else v for name, v in facts.items()}
    subject = one_line(parts.subject.render(brief))
    guarded = guard_facts(facts, REPLIES[parts.kind].facts)
    blocks = list(read_blocks(parts.body.render(guarded)))
    marker = str(facts.get("answer_above", ""))
    preview = " ".join(parts.preview.render(guarded).split())
    html = write_html(blocks, language=code, title=subject, preview=preview, marker=marker)
    return Rendered(subject, plain_text(write_text(blocks)).rstrip() + "\n", plain_text(html))


def _known_facts(reply: Reply, facts: Mapping[str, Value], reader: Reader) -> dict[str, Value]:
    """Return exactly the facts that the catalogue names for this reply, in the reader's words."""
    missing = [name for name, fact in reply.facts.items() if name not in facts and fact.default is None]
    if missing:
        raise ReplyError(f"missing facts: {', '.join(missing)}")
    said = {name: _said(name, fact, facts, reader) for name, fact in reply.facts.items()}
    if "scope_label" in said:
        said["scope_label"] = _label(facts, reader)
    return said


def _said(name: str, fact: Fact, facts: Mapping[str, Value], reader: Reader) -> Value:
    return say_fact(name, fact, facts.get(name, fact.default), reader)


def _label(facts: Mapping[str, Value], reader: Reader) -> str:
    """Return a scope in words: those of the reader's language, else those that came with the facts.

    In rows of an older maild the words are the fact `scope` itself.
    """
    scope = str(facts.get("scope", ""))
    own = reader.labels.get(scope) or reader.language.scopes.get(scope)
    return one_line(own or str(facts.get("scope_label", "")) or scope)
