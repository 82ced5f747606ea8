"""The verbs that staff write at the top of a mail, one a line, and the word that confirms a held mail.

A command is a line `#close` among the first new lines of a mail. A line that begins like a command and is
none is never text, nor is a verb in the wrong place or dress (`*#note*`, a `#note` below a greeting): what was
meant for the staff would else reach the customer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maild.core.new_text import split_text
from maild.core.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb does, in three wordings: `does` for help and docs, `asks` when it waits to be confirmed, `did`."""

    does: str
    asks: str
    did: str


# The one table of verbs. Later verbs are added here and nowhere else.
VERBS: dict[str, Verb] = {
    "note": Verb(
        does="keeps this mail among the staff: nothing of it reaches the customer",
        asks="keep it among the staff",
        did="kept your mail among the staff",
    ),
    "close": Verb(
        does="closes the incident; the text, if there is any, is sent first",
        asks="close the incident",
        did="closed the incident",
    ),
    "working": Verb(
        does="says that the work goes on: the incident is in progress; the text, if there is any, is sent first",
        asks="go on working on it",
        did="put the incident in progress",
    ),
}

# `#` and a letter begin a command; `#12345`, `#1 fan` and `# heading` are text.
_COMMAND = re.compile(r"#([^\W\d_][\w-]*)\s*[.,:;!]?\s*(.*)", re.DOTALL)
_INVISIBLE = " \t\r\n\x0b\x0c\xa0\u200b\u200c\u200d\u2060\ufeff"
# A verb as mail clients and hurried people write it: in bold, in quotes, in a list, with a wide number sign.
_MEANT = re.compile(rf"[\W_]*[#\uff03][\W_]*({'|'.join(VERBS)})(?![^\W_])[\W_]*(.*)", re.DOTALL)
_SHOWN = 40  # characters of a mistyped command that a receipt repeats


@dataclass(frozen=True, slots=True)
class Commands:
    """What a staff mail asks for: its verbs in order, each once, and the text below them.

    Where there are problems, nothing of the mail may be carried out.
    """

    verbs: tuple[str, ...]
    text: str
    problems: tuple[Reason, ...] = ()


def read_commands(text: str, html_text: str | None) -> Commands:
    """Return the commands at the top of `text`, the new text of a mail, and the text below them.

    `html_text` is the whole text of the HTML form where the mail has both: its new part must begin with
    the same commands, so that nobody sees one mail and sends another (rule 15).
    """
    lines = text.splitlines()
    commands, rest = _leading(lines)
    problems = [problem for verb, more in commands for problem in _problems(verb, more)]
    problems += _misplaced(lines[rest:])
    if html_text is not None and not problems:
        others, _ = _leading(split_text(html_text).new.splitlines())
        problems += [because("verb_hidden")] if _names(others) != _names(commands) else []
    verbs = tuple(name for name in dict.fromkeys(_names(commands)) if name in VERBS)
    problems += [because("verbs_contradict")] if {"close", "working"} <= set(verbs) else []
    return Commands(verbs, "\n".join(lines[rest:]).strip("\n").rstrip(), tuple(problems))


def is_send(new_text: str) -> bool:
    """Say whether the first new line is the word `send`, in any case, with only punctuation around it."""
    first = next((line for line in new_text.splitlines() if line.strip(_INVISIBLE)), "")
    if first.lstrip(_INVISIBLE).startswith(">"):
        return False
    return re.fullmatch(r"[\W_]*send[\W_]*", first.casefold()) is not None


def is_only_send(new_text: str) -> bool:
    """Say whether the word `send` is all that is new: an answer to a request to confirm, and never to a customer."""
    written = [line for line in new_text.splitlines() if line.strip(_INVISIBLE)]
    return len(written) == 1 and is_send(written[0])


def _leading(lines: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Return the leading commands as (verb, rest of its line), and how many lines they take."""
    commands: list[tuple[str, str]] = []
    rest = 0
    for i, line in enumerate(lines):
        bare = line.strip(_INVISIBLE)
        match = _COMMAND.fullmatch(bare)
        if bare and not match:
            break
        if match:
            commands.append((match[1].casefold(), match[2]))
            rest = i + 1
    return commands, rest


def _names(commands: list[tuple[str, str]]) -> list[str]:
    return [verb for verb, _ in commands]


def _misplaced(lines: list[str]) -> Iterator[Reason]:
    """Yield each verb that stands where it is no command; on the first line also with text behind it."""
    written = (line for line in lines if line.strip(_INVISIBLE))
    for i, line in enumerate(written):
        meant = _MEANT.fullmatch(line.casefold())
        if meant and (i == 0 or not meant[2]):
            yield because("verb_misplaced", verb=f"#{meant[1]}")


def _problems(verb: str, more: str) -> Iterator[Reason]:
    """Yield what is wrong with one command."""
    if verb not in VERBS:
        known = " ".join(f"#{name}" for name in VERBS)
        yield because("verb_unknown", verb=f"#{verb[:_SHOWN]}", known=known)
    elif more:
        yield because("verb_not_alone", verb=f"#{verb}")
