"""Template and facts in, subject and text out.

A template's source is a line `Subject: ...`, an empty line, and the body; both are jinja2 in the closed room
of replies/sandbox.py. What can be wrong with a template is found when it is loaded, and returned as values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType

from jinja2 import Template, TemplateError, TemplateSyntaxError, meta, nodes

from replies.catalogue import REPLIES, Fact, Reply, Value
from replies.clean import one_line, plain_text, shorten
from replies.sandbox import Sandbox

SUBJECT_FACT_CHARS = 150  # so that number tag and priority still fit into the 200 characters of a subject
_SUBJECT = "Subject:"
_BODY_LINE = 3  # the line of the file on which the body begins
# What the code of a template can run into; anything else is a fault of ours and may show itself.
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError)


class ReplyError(ValueError):
    """A reply cannot be rendered: a fact is missing or no plain value, or the template fails on them."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with the template of reply kind `template`, and on which line of its source."""

    template: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    r"""A mail's words, clean: `subject` on one line, `text` with `\n` line ends and one at its end."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Pair:
    subject: Template
    body: Template


@dataclass(frozen=True, slots=True)
class Templates:
    """A template for every kind of the catalogue, each tried once; made by `load`."""

    _pairs: Mapping[str, _Pair]

    @staticmethod
    def load(sources: Mapping[str, str]) -> "Templates | tuple[TemplateProblem, ...]":
        """Return the templates of `sources` (reply kind -> source), or all that is wrong with them.

        Every kind of the catalogue must be there and no other.
        """
        problems = [
            TemplateProblem(kind, 0, "no template for this reply") for kind in REPLIES if kind not in sources
        ]
        pairs: dict[str, _Pair] = {}
        for kind, source in sources.items():
            made = _load_one(kind, source)
            if isinstance(made, _Pair):
                pairs[kind] = made
            else:
                problems.extend(made)
        return tuple(problems) if problems else Templates(MappingProxyType(pairs))

    def render(self, kind: str, facts: Mapping[str, Value]) -> Rendered:
        """Return the words of reply `kind`; facts that the catalogue does not name are left out of its sight.

        Raises ReplyError, for an unknown kind too.
        """
        try:
            return _render(self._pairs[kind], _known_facts(REPLIES[kind], facts))
        except _FAULTS as fault:
            raise ReplyError(f"{kind}: {fault}") from fault


def _load_one(kind: str, source: str) -> _Pair | list[TemplateProblem]:
    """Compile one template and try it with the catalogue's examples."""
    if kind not in REPLIES:
        return [TemplateProblem(kind, 0, f"there is no such reply; known are {', '.join(sorted(REPLIES))}")]
    first, _, rest = source.replace("\r\n", "\n").partition("\n")
    empty, _, body = rest.partition("\n")
    if not first.startswith(_SUBJECT) or empty.strip():
        return [TemplateProblem(kind, 1, f"must begin with a line `{_SUBJECT} ...` and an empty line")]
    known = frozenset(REPLIES[kind].facts)
    problems: list[TemplateProblem] = []
    compiled: list[Template] = []
    for text, offset in ((first.removeprefix(_SUBJECT).strip(), 0), (body, _BODY_LINE - 1)):
        made = _compile(text, known)
        if isinstance(made, Template):
            compiled.append(made)
        else:
            problems.extend(TemplateProblem(kind, line + offset, what) for line, what in made)
    return problems or _tried(kind, _Pair(*compiled))


def _compile(text: str, known: frozenset[str]) -> Template | list[tuple[int, str]]:
    """Return the compiled text, or (line, what is wrong) for each unknown fact or the first syntax error."""
    sandbox = Sandbox()
    try:
        tree = sandbox.parse(text)
        unknown = meta.find_undeclared_variables(tree) - known
        template = sandbox.from_string(text)
    except TemplateSyntaxError as error:
        return [(error.lineno, error.message or "syntax error")]
    names = (name for name in tree.find_all(nodes.Name) if name.name in unknown and name.ctx == "load")
    problems = sorted({(name.lineno, name.name) for name in names})
    sentence = f"is no fact of this reply; known are {', '.join(sorted(known))}"
    return [(line, f"`{name}` {sentence}") for line, name in problems] or template


def _tried(kind: str, pair: _Pair) -> _Pair | list[TemplateProblem]:
    """Render once with examples: a misspelt column or a forbidden call shows only when it runs."""
    examples = {name: fact.example for name, fact in REPLIES[kind].facts.items()}
    for template, offset in ((pair.subject, 0), (pair.body, _BODY_LINE - 1)):
        try:
            template.render(examples)
        except _FAULTS as fault:
            return [TemplateProblem(kind, _line_of(fault.__traceback__) + offset, str(fault))]
    return pair


def _line_of(trace: TracebackType | None) -> int:
    """Return the line of the template at which a fault happened; jinja2 puts it into the traceback."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _render(pair: _Pair, facts: Mapping[str, Value]) -> Rendered:
    brief = {name: shorten(v, SUBJECT_FACT_CHARS) if isinstance(v, str) else v for name, v in facts.items()}
    subject = one_line(pair.subject.render(brief))
    return Rendered(subject, plain_text(pair.body.render(facts)).rstrip() + "\n")


def _known_facts(reply: Reply, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Return exactly the facts that the catalogue names for this reply, cleaned by their shapes."""
    missing = [name for name, fact in reply.facts.items() if name not in facts and fact.default is None]
    if missing:
        raise ReplyError(f"missing facts: {', '.join(missing)}")
    return {name: _clean(name, fact, facts.get(name, fact.default)) for name, fact in reply.facts.items()}


def _clean(name: str, fact: Fact, value: object) -> Value:
    """Return the value with its strings cleaned: what is one line stays one, whatever a stranger wrote."""
    if isinstance(value, str):
        return plain_text(value) if fact.shape == "text" else one_line(value)
    if isinstance(value, int):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [{key: _clean_cell(key, cell) for key, cell in row.items()} for row in value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [one_line(item) for item in value]
    raise ReplyError(f"the fact {name} is no plain value: {type(value).__name__}")


def _clean_cell(column: str, cell: object) -> str:
    """Clean one cell of a row; only the column `text` may have several lines."""
    return plain_text(str(cell)) if column == "text" else one_line(str(cell))
