"""What a backtest found as one HTML file to look at and to print (report_page.py); texts of mails are cleaned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from classifiers.evaluate import Evaluation, Figures
from maild.cli.backtest_chart import Chart, confusion_chart
from maild.cli.backtest_words import (
    Move,
    Report,
    accuracy_words,
    change_words,
    deciding,
    heads,
    moves,
    priorities,
)
from maild.cli.common import clean, short
from maild.cli.report_page import render_page, write_private
from maild.core.deciding.backtest import FIELDS, Change, Field, Tally, Trial

MOST_OF_A_MOVE = 50
MOST_PROMISES = 200
AROUND = 90  # characters of a body on either side of what is marked
SUBJECT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and what its words do: decide now, decided before, or count otherwise; "" for none."""

    text: str
    does: Literal["", "now", "was", "other"] = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail of a move: what it is called, its texts with the words marked, and what they do."""

    name: str
    date: str
    subject: Sequence[Piece]
    body: Sequence[Piece]
    became: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Group:
    """A move, its mails as far as they are shown, and how many more there are."""

    move: Move
    shown: Sequence[Shown]
    more: int


@dataclass(frozen=True, slots=True)
class Rightness:
    """How right both configs are in one field: in a sentence, label by label, and as a chart."""

    field: Field
    words: str
    rows: Sequence["Row"]
    chart: Chart


@dataclass(frozen=True, slots=True)
class Row:
    """One label: how often it is true, precision and recall as (old, new); None where there is nothing to share."""

    label: str
    true: int
    shares: tuple[tuple[float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer would have read, where it differs: (old, new) of each."""

    name: str
    about: tuple[str, str]
    priority: str
    due: tuple[str, str]
    shift: str


def write_html(path: Path, report: Report) -> None:
    """Write the report, readable by us alone: it quotes people's mail. Raises UserError."""
    write_private(path, render(report))


def render(report: Report) -> str:
    """Return the page."""
    tally = report.tally
    promises = [_promise(one) for one in tally.examples if one.promise_differs]
    return render_page(
        "backtest.html",
        heads=[(name, clean(words)) for name, words in heads(report)],
        tally=tally,
        groups=[_group(move) for move in moves(tally)],
        rightness=[_rightness(tally, field) for field in FIELDS if tally.labelled(field)],
        promises=promises[:MOST_PROMISES],
        unreadable=[(one.name, clean(one.reason.text)) for one in tally.unreadable[:MOST_PROMISES]],
    )


def _group(move: Move) -> Group:
    shown = [_shown(trial, move.field) for trial in move.examples[:MOST_OF_A_MOVE]]
    return Group(move, shown, move.count - len(shown))


def _shown(trial: Trial, field: Field) -> Shown:
    changes = deciding(trial, field)
    mail = trial.mail
    return Shown(
        name=clean(mail.name),
        date=short(mail.at) if mail.at else "",
        subject=_marked(mail.subject, [one for one in changes if one.field == "subject"], (0, SUBJECT_SHOWN)),
        body=_excerpt(mail.body, [one for one in changes if one.field == "body"]),
        became=trial.became(field),
        why=[clean(change_words(one)) for one in changes],
    )


def _excerpt(body: str, changes: Sequence[Change]) -> Sequence[Piece]:
    """Return the body around the first words that count otherwise; nothing where there are none."""
    if not changes:
        return ()
    first = min(changes, key=lambda one: one.start)
    start, end = max(0, first.start - AROUND), min(len(body), first.end + AROUND)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(body) else []
    return [*before, *_marked(body, changes, (start, end)), *after]


def _marked(text: str, changes: Sequence[Change], span: tuple[int, int]) -> Sequence[Piece]:
    """Return [start, end) of the text in pieces, those of the changes marked by what they do."""
    start, end = span[0], min(span[1], len(text))
    does: list[Literal["", "now", "was", "other"]] = [""] * max(0, end - start)
    for change in reversed(changes):
        for at in range(max(change.start, start), min(change.end, end)):
            does[at - start] = _does(change)
    return list(_pieces(text[start:end], does))


def _does(change: Change) -> Literal["now", "was", "other"]:
    if change.after.startswith("chosen"):
        return "now"
    return "was" if change.before.startswith("chosen") else "other"


def _pieces(text: str, does: Sequence[Literal["", "now", "was", "other"]]) -> Iterator[Piece]:
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or does[at] != does[begin]:
            yield Piece(clean(text[begin:at]), does[begin])
            begin = at


def _rightness(tally: Tally, field: Field) -> Rightness:
    old, new = tally.evaluation("old", field), tally.evaluation("new", field)
    return Rightness(
        field=field,
        words=accuracy_words(tally, field),
        rows=_rows(old, new),
        chart=confusion_chart(tally.pairs("new", field), tally.pairs("old", field)),
    )


def _rows(old: Evaluation, new: Evaluation) -> Sequence[Row]:
    labels = sorted({one.label for side in (old, new) for one in side.labels})
    return [_row(old.of(label), new.of(label)) for label in labels]


def _row(old: Figures, new: Figures) -> Row:
    precision = (old.precision if old.said else None, new.precision if new.said else None)
    recall = (old.recall if old.true else None, new.recall if new.true else None)
    return Row(new.label, new.true, (precision, recall))


def _promise(trial: Trial) -> Promise:
    return Promise(
        name=clean(trial.mail.name),
        about=(trial.old.verdict.label, trial.new.verdict.label),
        priority=priorities(trial),
        due=(short(trial.old.due), short(trial.new.due)),
        shift="" if trial.shift == "same" else trial.shift,
    )
