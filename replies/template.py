"""One template: its source taken apart, compiled, and tried once with examples."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from types import TracebackType

from jinja2 import Template, TemplateError, TemplateSyntaxError, meta, nodes

from replies.catalogue import REPLIES, Value
from replies.guard_facts import guard_facts
from replies.language import Language
from replies.languages import language_named
from replies.sandbox import Sandbox
from replies.say_facts import Reader, say_fact

_SUBJECT, _PREVIEW = "Subject:", "Preview:"
# What the code of a template can run into; anything else is a fault of ours and may show itself.
FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError)


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with the template of reply kind `template`, and on which line of its source."""

    template: str
    line: int
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Parts:
    """The compiled parts of the template of reply `kind`."""

    kind: str
    subject: Template
    preview: Template
    body: Template


@lru_cache(maxsize=1024)  # a few hundred make all languages: none is compiled twice
def load_template(kind: str, source: str, code: str) -> "Parts | tuple[TemplateProblem, ...]":
    """Compile the template of one reply in language `code`, and try it with the catalogue's examples."""
    if kind not in REPLIES:
        known = ", ".join(sorted(REPLIES))
        return (TemplateProblem(kind, 0, f"there is no such reply; known are {known}", code),)
    taken = _taken_apart(source.replace("\r\n", "\n"))
    if taken is None:
        say = f"must begin with a line `{_SUBJECT} ...` and an empty line"
        return (TemplateProblem(kind, 1, say, code),)
    known_facts = frozenset(REPLIES[kind].facts)
    problems: list[TemplateProblem] = []
    compiled: list[Template] = []
    for text, offset in taken:
        made = _compile(text, known_facts, language_named(code))
        if isinstance(made, Template):
            compiled.append(made)
        else:
            problems.extend(TemplateProblem(kind, line + offset, what, code) for line, what in made)
    return tuple(problems) or _tried(Parts(kind, *compiled), [offset for _, offset in taken], code)


def _taken_apart(source: str) -> list[tuple[str, int]] | None:
    """Return subject, preview and body, each with the lines above it; None where they can't be told."""
    first, _, rest = source.partition("\n")
    second, _, below = rest.partition("\n")
    preview, offset = "", 2
    if second.startswith(_PREVIEW):
        preview, offset = second.removeprefix(_PREVIEW).strip(), 3
        second, _, below = below.partition("\n")
    if not first.startswith(_SUBJECT) or second.strip():
        return None
    return [(first.removeprefix(_SUBJECT).strip(), 0), (preview, 1), (below, offset)]


def _compile(text: str, known: frozenset[str], language: Language) -> Template | list[tuple[int, str]]:
    """Return the compiled text, or (line, what is wrong) for each unknown fact or the first syntax error."""
    sandbox = Sandbox(language)
    try:
        tree = sandbox.parse(text)
        unknown = meta.find_undeclared_variables(tree) - known
        template = sandbox.from_string(text)
    except TemplateSyntaxError as error:
        return [(error.lineno, error.message or "syntax error")]
    names = (name for name in tree.find_all(nodes.Name) if name.name in unknown and name.ctx == "load")
    problems = sorted({(name.lineno, name.name) for name in names})
    return [(line, _unknown(name, known)) for line, name in problems] or template


def _unknown(name: str, known: frozenset[str]) -> str:
    """Return that a reply has no such fact, with the nearest that it has, and all of them."""
    near = get_close_matches(name, sorted(known), n=1)
    nearest = f"did you mean `{near[0]}`? " if near else ""
    return f"`{name}` is no fact of this reply; {nearest}known are {', '.join(sorted(known))}"


def _tried(parts: Parts, offsets: list[int], code: str) -> Parts | tuple[TemplateProblem, ...]:
    """Render once with examples: a misspelt column or a forbidden call shows only when it runs."""
    examples = example_facts(parts.kind, Reader(language_named(code)))
    for template, offset in zip((parts.subject, parts.preview, parts.body), offsets, strict=True):
        try:
            template.render(examples)
        except FAULTS as fault:
            return (TemplateProblem(parts.kind, _line_of(fault.__traceback__) + offset, str(fault), code),)
    return parts


def example_facts(kind: str, reader: Reader) -> dict[str, Value]:
    """Return the examples of a reply's facts as a template gets them."""
    known = REPLIES[kind].facts
    said = {name: say_fact(name, fact, fact.example, reader) for name, fact in known.items()}
    return guard_facts(said, known)


def _line_of(trace: TracebackType | None) -> int:
    """Return the line of the template at which a fault happened; jinja2 puts it into the traceback."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in ("<template>", "<unknown>"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
