"""What a backtest found, in words for a terminal of 80 columns, and as JSON for scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from rich.text import Text

from classifiers.evaluate import Evaluation, Figures
from maild.cli.common import clean, console, counted, cut, print_hanging, short, table
from maild.core.deciding.backtest import FIELDS, WHICH, Change, Field, NotTried, Outcome, Side, Tally, Trial

MOST_SHOWN = 5  # of each move; the report and --json have more
MOST_WORDS = 3
MOST_CONFUSED = 10
JUDGED_FIRST = ("broken", "fixed", "still wrong", "right", "")


@dataclass(frozen=True, slots=True)
class Sides:
    """The two configs, and the zone in which people of this support live."""

    old: Side
    new: Side
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Report:
    """All that a backtest found: the configs, what was tried, and what it comes to."""

    sides: Sides
    title: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Move:
    """Trials that move alike: what from, what to, how many, and the first of them."""

    field: Field
    old: str
    new: str
    count: int
    examples: tuple[Trial, ...]


def moves(tally: Tally) -> Iterator[Move]:
    """Yield the moves, scopes before priorities, the most frequent first."""
    for field in FIELDS:
        for (old, new), count in tally.moves[field].most_common():
            alike = [one for one in tally.examples if (one.old.of(field), one.new.of(field)) == (old, new)]
            judged = sorted(alike, key=lambda one: JUDGED_FIRST.index(one.became(field)))
            yield Move(field, old, new, count, tuple(judged))


def change_words(change: Change) -> str:
    """Return what words did and do, as `scope outage: "down" (subject) chosen, was not found`."""
    now = change.after or "no rule finds it now"
    before = f"was {change.before}" if change.before else "was not found"
    return f'{change.rule}: "{change.text}" ({change.field}) {now}; {before}'


def deciding(trial: Trial, field: Field) -> Sequence[Change]:
    """Return the words that moved one field; all that changed where none of them names it."""
    changed = trial.why()
    return [one for one in changed if one.rule.startswith(field)] or changed


# --- JSON -----------------------------------------------------------------------------------------------------


def as_json(result: Trial | NotTried) -> dict[str, Any]:
    """Return the object of one mail: its keys are stable."""
    if isinstance(result, NotTried):
        return {
            "type": result.kind,
            "name": result.name,
            "reason": result.reason.name,
            "text": result.reason.text,
        }
    return {
        "type": "mail",
        "name": result.mail.name,
        "incident": result.mail.incident,
        "subject": result.mail.subject,
        "at": result.mail.at,
        "moved": result.moved,
        "old": _outcome(result.old),
        "new": _outcome(result.new),
        "truth": {field: result.mail.truth.of(field) for field in FIELDS},
        "became": {field: result.became(field) for field in FIELDS},
        "acknowledgement_differs": result.promise_differs,
        "why": [
            {
                name: getattr(one, name)
                for name in ("rule", "field", "text", "start", "end", "before", "after")
            }
            for one in result.why()
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    verdict = outcome.verdict
    return {
        "scope": verdict.scope,
        "scopes": list(verdict.scopes),
        "priority": verdict.priority,
        "in_scope": verdict.in_scope,
        "multi": verdict.multi,
        "due": outcome.due,
    }


def summary(report: Report) -> dict[str, Any]:
    """Return the last object: what all mails come to."""
    tally = report.tally
    return {
        "type": "summary",
        "old": {"config": report.sides.old.name, "version": report.sides.old.version},
        "new": {"config": report.sides.new.name, "version": report.sides.new.version},
        "tried": tally.tried,
        "not_tried": dict(tally.not_tried),
        "moved": tally.moved,
        "unjudged": tally.unjudged,
        "moves": {
            field: [
                {"old": old, "new": new, "count": n} for (old, new), n in tally.moves[field].most_common()
            ]
            for field in FIELDS
        },
        "acknowledgements_differ": tally.promises,
        "due_sooner": tally.shifts["sooner"],
        "due_later": tally.shifts["later"],
        "evaluation": {
            field: {which: _evaluation(tally.evaluation(which, field)) for which in WHICH}
            for field in FIELDS
            if tally.labelled(field)
        },
        "worse": list(tally.worse),
    }


def _evaluation(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "count": evaluation.count,
        "right": evaluation.right,
        "accuracy": round(evaluation.accuracy, 4),
        "labels": {
            one.label: {
                "precision": round(one.precision, 4),
                "recall": round(one.recall, 4),
                "right": one.right,
                "said": one.said,
                "true": one.true,
            }
            for one in evaluation.labels
        },
        "confusion": [
            {"true": true, "said": said, "count": count} for (true, said), count in evaluation.confusion
        ],
    }


# --- a terminal -----------------------------------------------------------------------------------------------


def print_report(report: Report) -> None:
    """Print the figures first, then the moves with their reasons, then how right both configs are."""
    page, tally = console(), report.tally
    for name, words in heads(report):
        print_hanging(page, Text.assemble((f"{name:10}", "dim"), clean(words)), " " * 10)
    for move in moves(tally):
        page.print()
        _print_move(move)
    for field in FIELDS:
        if tally.labelled(field):
            page.print()
            _print_evaluation(tally, field)
    _print_promises(report)
    for one in tally.unreadable[:MOST_SHOWN]:
        print_hanging(page, Text(clean(f"{one.name} was not read: {one.reason.text}")))


def heads(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the figures of the whole as (name, words)."""
    tally, sides = report.tally, report.sides
    yield "old", f"{sides.old.name}, version {sides.old.version}"
    yield "new", f"{sides.new.name}, version {sides.new.version}"
    yield "tried", f"{tally.tried} {report.title}{_left_out(tally)}"
    counts = " and ".join(f"{sum(tally.moves[field].values())} in {field}" for field in FIELDS)
    yield "moved", f"{tally.moved}: {counts}" if tally.moved else "none"
    shifts = f"{counted(tally.shifts['sooner'], 'answer')} due sooner, {tally.shifts['later']} later"
    told = counted(tally.promises, "acknowledgement")
    yield "promised", f"{told} would say something else; {shifts}"
    labelled = [field for field in FIELDS if tally.labelled(field)]
    yield "right", "; ".join(accuracy_words(tally, field) for field in labelled) or NOBODY_SAID
    if labelled and tally.unjudged:
        yield "to judge", f"of {counted(tally.unjudged, 'move')} nobody said what is right"


NOBODY_SAID = "nobody can say: there is no correction and no label of this mail"


def accuracy_words(tally: Tally, field: Field) -> str:
    """Return how often a field is said rightly, before and now, and what moved there."""
    old, new = (tally.evaluation(which, field) for which in WHICH)
    became = tally.became[field]
    return (
        f"{field} {_share(old.accuracy, new.accuracy)} of {new.count}"
        f" ({became['fixed']} fixed, {became['broken']} broken)"
    )


def _left_out(tally: Tally) -> str:
    names = {"machine": "by machines", "further": "further mails", "unreadable": "unreadable"}
    counts = [f"{tally.not_tried[kind]} {words}" for kind, words in names.items() if tally.not_tried[kind]]
    return f"; not tried: {', '.join(counts)}" if counts else ""


def _print_move(move: Move) -> None:
    page = console()
    page.print(Text.assemble((f"{move.old} -> {move.new}", "bold"), f"  ({move.field}, {move.count})"))
    for trial in move.examples[:MOST_SHOWN]:
        became = trial.became(move.field)
        room = page.width - len(became) - 3
        line = cut(f"  {trial.mail.name} {trial.mail.subject or '(no subject)'}", room - 2)
        page.print(Text.assemble("  ", line, "  " if became else "", (became, "italic")))
        for change in deciding(trial, move.field)[:MOST_WORDS]:
            print_hanging(page, Text(clean(f"      {change_words(change)}"), style="dim"), " " * 8)
    if move.count > MOST_SHOWN:
        page.print(
            Text(f"  and {move.count - MOST_SHOWN} more: --json or --html FILE shows them", style="dim")
        )


def _print_evaluation(tally: Tally, field: Field) -> None:
    old, new = (tally.evaluation(which, field) for which in WHICH)
    columns = table(field, "true", "precision", "recall")
    for label in sorted({one.label for side in (old, new) for one in side.labels}):
        before, now = old.of(label), new.of(label)
        columns.add_row(label, str(now.true), *_shares(before, now))
    console().print(columns)
    for (true, said), count in new.confusion[:MOST_CONFUSED]:
        console().print(Text(f"  {count} x {true}, taken for {said}", style="dim"))


def _shares(before: Figures, now: Figures) -> tuple[str, str]:
    """Return precision and recall, before and now; a dash where there is nothing to have a share of."""
    precision = _share(before.precision if before.said else None, now.precision if now.said else None)
    return precision, _share(before.recall if before.true else None, now.recall if now.true else None)


def _share(old: float | None, new: float | None) -> str:
    words = [f"{value:.1%}" if value is not None else "-" for value in (old, new)]
    return words[0] if words[0] == words[1] else " -> ".join(words)


def _print_promises(report: Report) -> None:
    """Print where another priority or time was promised; another name of the problem is told with the moves."""
    promises = [
        one
        for one in report.tally.examples
        if one.promise_differs and (one.shift != "same" or one.moves("priority"))
    ]
    if not promises:
        return
    console().print()
    columns = table("promise", "priority", "answer by, old", "new")
    for one in promises[:MOST_SHOWN]:
        columns.add_row(clean(one.mail.name), priorities(one), short(one.old.due), short(one.new.due))
    console().print(columns)
    if len(promises) > MOST_SHOWN:
        console().print(Text(f"and {len(promises) - MOST_SHOWN} more: --json or --html FILE", style="dim"))


def priorities(trial: Trial) -> str:
    """Return the priority, or both where they differ."""
    old, new = trial.old.of("priority"), trial.new.of("priority")
    return f"{old} -> {new}" if old != new else new
