"""The verbs that staff write at the top of a mail, one a line, and the word that confirms a held mail.

A command is a line `#close`, or `#priority high` where its verb takes a word, among the first new lines of a
mail. A line that begins like a command and is none is never text, nor is a verb in the wrong place or dress
(`*#note*`, a `#note` below a greeting): what was meant for the staff would else reach the customer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from maild.core.reasons import Reason, because
from maild.core.understanding.new_text import split_text


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb does, in three wordings: `does` for help and docs, `asks` when it waits to be confirmed, `did`.

    `takes` says in a word what must stand behind the verb on its line, and ends `asks`; most verbs stand alone. It is
    `optional` where the verb may stand alone as well. `above` says above what it may stand: an answer to a customer,
    or a customer's mail that is forwarded to us. `daily` verbs are named in each notification, the others in the docs
    and wherever a command is not known.
    """

    does: str
    asks: str
    did: str
    takes: str = ""
    optional: bool = False
    daily: bool = False
    above: tuple[Literal["answer", "forward"], ...] = ("answer",)


# The one table of verbs. Later verbs are added here and nowhere else.
VERBS: dict[str, Verb] = {
    "note": Verb(
        does="keeps this mail among the staff: nothing of it reaches the customer",
        asks="keep it among the staff",
        did="kept your mail among the staff",
        above=("answer", "forward"),
        daily=True,
    ),
    "close": Verb(
        does="closes the incident; the text, if there is any, is sent first",
        asks="close the incident",
        did="closed the incident",
        daily=True,
    ),
    "working": Verb(
        does="says that the work goes on: the incident is in progress; the text, if there is any, is sent first",
        asks="go on working on it",
        did="put the incident in progress",
        daily=True,
    ),
    "scope": Verb(
        does="with the id of a scope behind it: corrects what the incident is about",
        asks="change the scope to",
        did="changed the scope",
        takes="ID",
        daily=True,
    ),
    "priority": Verb(
        does="with hotrush, high, normal or low behind it: corrects the priority, and with it the promised time",
        asks="change the priority to",
        did="changed the priority",
        takes="LEVEL",
        daily=True,
    ),
    "take": Verb(
        does="makes the incident yours; the customer is told nothing",
        asks="make the incident theirs who confirm it",
        did="made the incident yours",
        daily=True,
    ),
    "assign": Verb(
        does="with the name of one of the staff behind it: the incident is theirs; `#assign nobody` puts it back",
        asks="give the incident to",
        did="gave the incident to",
        takes="NAME",
    ),
    "bug": Verb(
        does="says that the software is at fault: the customer is told that it costs nothing, the work goes on",
        asks="tell the customer that it is a defect of the software and costs nothing",
        did="told the customer that it is a defect of the software and costs nothing",
    ),
    "decline": Verb(
        does="says that it lies outside the service: the customer is told what can be done instead, nothing is charged;"
        " with the id of a scope behind it, that is corrected first",
        asks="decline it as outside the service, and tell the customer",
        did="declined it as outside the service",
        takes="ID",
        optional=True,
    ),
    "accept": Verb(
        does="says that it is inside the service after all, where the customer was told that it may not be",
        asks="accept it as inside the service",
        did="accepted it as inside the service",
    ),
    "spam": Verb(
        does="ends the incident as no request at all; the text stays among the staff, and the sender is told nothing",
        asks="end it as spam",
        did="ended it as spam",
    ),
    "merge": Verb(
        does="with the number of another incident of the same customer: they are one problem, and the younger one ends;"
        " its mails go to the elder",
        asks="merge it with incident",
        did="merged it",
        takes="NUMBER",
    ),
    "split": Verb(
        does="asks the customer whether the second problem may become an incident of its own;"
        " with the id of a scope behind it, that problem",
        asks="ask the customer whether another problem may become an incident of its own",
        did="asked the customer whether another problem may become an incident of its own",
        takes="ID",
        optional=True,
    ),
    "reopen": Verb(
        does="opens an incident again that is over; the customer is told, or reads the text",
        asks="open the incident again",
        did="opened the incident again",
    ),
    "grant": Verb(
        does="gives the customer the incident for nothing; with normal, urgent or hotrush behind it, as that",
        asks="give the customer for nothing",
        did="gave it to the customer for nothing",
        takes="KIND",
        optional=True,
    ),
    "charge": Verb(
        does="with none behind it: the incident costs its customer nothing; with now: what they have pays for it now",
        asks="change what it costs:",
        did="changed what it costs",
        takes="none or now",
    ),
    "hotrush": Verb(
        does="with grant behind it: the incident becomes HotRush; with remove and project, bug or general, it is none"
        " any more; the customer is told",
        asks="change its HotRush, and tell the customer:",
        did="changed its HotRush, and told the customer",
        takes="grant or remove REASON",
    ),
    "ack": Verb(
        does="above a customer's mail that you forward to us: the customer is sent the number of the incident",
        asks="send the customer the number of the incident",
        did="sent the customer the number of the incident",
        above=("forward",),
    ),
}

# What is written with these stays among the staff.
INTERNAL = frozenset({"note", "spam"})
# What ends an incident, and what goes on with it: of all these one is enough, and two are a slip.
ENDS = ("close", "decline", "spam", "merge")
GOES_ON = ("working", "reopen", "accept", "take", "assign")

# `#` and a letter begin a command; `#12345`, `#1 fan` and `# heading` are text.
_COMMAND = re.compile(r"#([^\W\d_][\w-]*)\s*[.,:;!]?\s*(.*)", re.DOTALL)
_INVISIBLE = " \t\r\n\x0b\x0c\xa0\u200b\u200c\u200d\u2060\ufeff"
# A verb as mail clients and hurried people write it: in bold, in quotes, in a list, with a wide number sign.
_MEANT = re.compile(rf"[\W_]*[#\uff03][\W_]*({'|'.join(VERBS)})(?![^\W_])[\W_]*(.*)", re.DOTALL)
_PLACES = {"answer": "an answer to a customer", "forward": "a mail that is forwarded to us"}
_SHOWN = 40  # characters of a mistyped command that a receipt repeats


@dataclass(frozen=True, slots=True)
class Commands:
    """What a staff mail asks for: its commands in order, each once, and the text below them.

    Each of `verbs` is a verb, with the word that it takes behind a blank, as its author wrote it: `priority High`.
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
        problems += [because("verb_hidden")] if _said(others) != _said(commands) else []
    verbs = tuple(dict.fromkeys(_said([one for one in commands if one[0] in VERBS])))
    problems += _contradictions([verb_and_word(verb)[0] for verb in verbs])
    return Commands(verbs, "\n".join(lines[rest:]).strip("\n").rstrip(), tuple(problems))


def verb_and_word(command: str) -> tuple[str, str]:
    """Return a command of `Commands.verbs` as its verb, and the word behind it or "".

    >>> verb_and_word("priority high"), verb_and_word("close")
    (('priority', 'high'), ('close', ''))
    """
    verb, _, word = command.partition(" ")
    return verb, word


def scope_id(word: str) -> str:
    """Return a word as ids of scopes are written.

    >>> scope_id("Tax-Complex"), scope_id("tax complex")
    ('tax_complex', 'tax_complex')
    """
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def asked(command: str) -> str:
    """Return in words what a command asks for.

    >>> asked("priority high"), asked("close")
    ('change the priority to high', 'close the incident')
    """
    verb, word = verb_and_word(command)
    return f"{VERBS[verb].asks} {word}".rstrip()


def out_of_place(commands: Commands, above: Literal["answer", "forward"]) -> tuple[Reason, ...]:
    """Return word of each verb that may not stand above what the mail is."""
    verbs = (verb_and_word(command)[0] for command in commands.verbs)
    wrong = (verb for verb in verbs if above not in VERBS[verb].above)
    return tuple(because("verb_not_here", verb=f"#{verb}", above=_PLACES[above]) for verb in wrong)


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
            commands.append((match[1].casefold(), " ".join(match[2].split())))
            rest = i + 1
    return commands, rest


def _said(commands: list[tuple[str, str]]) -> list[str]:
    """Return the commands as one string each: the verb, and the word where it takes one."""
    return [f"{verb} {more}".rstrip() if _takes(verb) else verb for verb, more in commands]


def _takes(verb: str) -> str:
    return VERBS[verb].takes if verb in VERBS else ""


def _contradictions(verbs: Sequence[str]) -> list[Reason]:
    """Return word of two verbs that can't both be meant: two ends, or an end and that it goes on."""
    ends = [verb for verb in ENDS if verb in verbs]
    going = [verb for verb in GOES_ON if verb in verbs]
    pair = ends[:2] if len(ends) > 1 else [*ends, *going[:1]]
    return [because("verbs_contradict", one=pair[0], other=pair[1])] if len(pair) == 2 and ends else []


def _misplaced(lines: list[str]) -> Iterator[Reason]:
    """Yield each verb that stands where it is no command; on the first line also with text behind it."""
    written = (line for line in lines if line.strip(_INVISIBLE))
    for i, line in enumerate(written):
        meant = _MEANT.fullmatch(line.casefold())
        if meant and (i == 0 or len(meant[2].split()) <= bool(_takes(meant[1]))):
            yield because("verb_misplaced", verb=f"#{meant[1]}")


def _problems(verb: str, more: str) -> Iterator[Reason]:
    """Yield what is wrong with one command."""
    if verb not in VERBS:
        known = " ".join(f"#{name}" for name in VERBS)
        near = get_close_matches(verb[:_SHOWN], VERBS, n=1)
        nearest = f"did you mean #{near[0]}? " if near else ""
        yield because("verb_unknown", verb=f"#{verb[:_SHOWN]}", nearest=nearest, known=known)
    elif VERBS[verb].takes and not more and not VERBS[verb].optional:
        yield because("verb_lacks_word", verb=f"#{verb}", takes=VERBS[verb].takes)
    elif more and not VERBS[verb].takes:
        yield because("verb_not_alone", verb=f"#{verb}")
