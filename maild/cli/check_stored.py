"""`maild check --stored`: which phrases decide wrongly more often than rightly, on mail that staff judged."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from classifiers.misfires import Judged
from classifiers.settings import About, Evidence, Verdict
from classifiers.verdict import UNKNOWN, Classifier
from maild.cli.backtest_mail import BEGINNING, asks_for_header, fields_of
from maild.cli.common import counted
from maild.config.prove import misfiring
from maild.config.settings import Config
from maild.core.deciding.backtest import FIELDS
from maild.errors import UserError
from maild.isolate import ReaderPool
from maild.store.database import Database
from maild.store.stored_mail import Opened, corrections, opened


def misfires_on_stored_mail(config: Config, file: str) -> tuple[str, ...]:
    """Return a line for each phrase that misfires, and one that says on how much mail that was asked.

    Where there is no database that can be read, or nothing was corrected, that is the one line. Raises Unreachable.
    """
    try:
        database = Database.look(config.database.url)
    except UserError as nothing:
        return (f"--stored: {nothing}",)
    with closing(database):
        corrected = corrections(database)
        if not corrected:
            return ("--stored: staff corrected nothing yet: nobody said which words decide wrongly",)
        judged = _Stored(config, database, corrected)
        found = misfiring(judged, config, file)
    on = f"{counted(judged.mails, 'stored mail')}, {len(corrected)} corrected"
    return (
        *found,
        f"--stored: {on}: {counted(len(found), 'phrase')} decided wrongly more often than rightly",
    )


@dataclass(slots=True)
class _Stored:
    """What the rules as they are now make of the mails that opened incidents; counts them as it goes."""

    config: Config
    database: Database
    corrected: Mapping[int, Mapping[str, str]]
    mails: int = 0

    def __iter__(self) -> Iterator[Judged]:
        """Yield each with what is right of it."""
        classifier = Classifier(self.config.classifiers)
        header = asks_for_header(self.config.classifiers)
        with ReaderPool(self.config.limits) as reader:
            for one in opened(self.database, BEGINNING):
                self.mails += 1
                fields = fields_of(self.database, one.message, reader) if header else ()
                about = About(sender=one.sender, mailbox=one.source, fields=fields)
                verdict = classifier.classify(one.subject, one.text, about)
                yield _judged(one, verdict, self.corrected.get(one.number, {}))


def _judged(one: Opened, verdict: Verdict, corrected: Mapping[str, str]) -> Judged:
    """Return the words that decided, and what staff corrected, or let stand, as right.

    That a mail was taken for nothing known, and nobody said for what, speaks neither for words nor against them.
    """
    right = {"scope": one.scope, "priority": one.priority, **corrected}
    silent = {field for field in FIELDS if field not in corrected and right[field] == UNKNOWN}
    return Judged(
        tuple(found for found in verdict.evidence if _field_of(found) not in silent),
        right["scope"],
        right["priority"],
    )


def _field_of(found: Evidence) -> str:
    return found.rule.partition(" ")[0]
