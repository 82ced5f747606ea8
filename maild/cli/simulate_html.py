"""What a simulation found as one HTML file to look at and to print (report_page.py)."""

from pathlib import Path

from maild.cli.common import clean
from maild.cli.report_page import render_page, write_private
from maild.cli.simulate_chart import (
    BAR_HUES,
    BAR_WIDTH,
    HEIGHT,
    WIDTH,
    promise_parts,
    queue_curve,
    week_cells,
)
from maild.cli.simulate_words import (
    KINDS,
    PRIORITIES,
    SHORT,
    Run,
    comparison,
    heads,
    hours,
    length,
    pairs,
    share,
    worst_cells,
)
from maild.core.simulating import figures

MOST_WORST = 10


def write_html(path: Path, run: Run, against: Run | None) -> None:
    """Write the report, readable by us alone. Raises UserError."""
    write_private(path, render(run, against))


def render(run: Run, against: Run | None = None) -> str:
    """Return the page; the plots are of the first config."""
    record = run.record
    promises = figures.promised(record)
    most = max((one.clocks for one in promises), default=0)
    zone_lengths = [(at.astimezone(record.zone), count) for at, count in figures.queue(record)]
    return render_page(
        "simulate.html",
        heads=[(name, clean(words)) for name, words in heads(run)],
        record=record,
        zone=run.zone,
        days=SHORT,
        priorities=PRIORITIES,
        kinds=KINDS,
        outcomes=BAR_HUES,
        size=(WIDTH, HEIGHT, BAR_WIDTH),
        length=length,
        hours=hours,
        share=share,
        promises=[(one, promise_parts(one, most)) for one in promises],
        broken=sum(one.broken for one in promises),
        clocks=sum(one.clocks for one in promises),
        worst=[(*worst_cells(one), clean(one.incident.subject)) for one in figures.worst(record, MOST_WORST)],
        acknowledged=figures.acknowledged(record),
        scopes=figures.scopes(record),
        cells=week_cells(figures.load(record)),
        curve=queue_curve(zone_lengths),
        longest=max((count for _, count in zone_lengths), default=0),
        busy=figures.busy(record),
        sent=sorted(figures.sent(record).items(), key=lambda one: (one[0][0], -one[1])),
        against=clean(against.config) if against else "",
        comparison=comparison(run, against) if against else [],
        pairs=pairs(run, against) if against else [],
    )
