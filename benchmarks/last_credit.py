"""Many processes reserve the last credit at the same instant, again and again: one of them gets it each time.

    python benchmarks/last_credit.py                          8 processes, 1,000 times, on SQLite and PostgreSQL
    python benchmarks/last_credit.py --rounds 50 --processes 4

In every other round all of them have looked before any of them reserves, so that each believes the credit to be
theirs and only the database can tell; in the others each looks and reserves in one transaction, as the daemon does.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, func, select

from maild.core.actions import Action
from maild.core.message import Address
from maild.errors import Overtaken
from maild.store import entitlements, organisations
from maild.store.account_tables import charge
from maild.store.audit import audit
from maild.store.database import Database, upgrade
from maild.store.entitlements import Bought
from tests.parts.bought import pays
from tests.parts.postgres import available, running_postgres
from tests.parts.records import NOW, an_incident, did

WAIT = 300  # seconds after which a process is given up


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many got the credit in each round, how many had believed it theirs in vain, and what the audit says."""

    winners: Sequence[int]
    overtaken: int
    problems: Sequence[str]
    seconds: float

    @property
    def sound(self) -> bool:
        """Whether exactly one got it each time, and the ledger adds up."""
        return set(self.winners) == {1} and not self.problems


def race(url: str, rounds: int, processes: int) -> Outcome:
    """Let `processes` race for one credit, `rounds` times, on the empty database at `url`."""
    context = get_context("spawn")
    barrier = context.Barrier(processes + 1)
    tally = context.Value("i", 0)
    database = Database.open(url)
    upgrade(database)
    workers = [
        context.Process(target=work, args=(url, number, rounds, barrier, tally), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    try:
        began, winners = perf_counter(), []
        for _ in range(rounds):
            row = one_credit(database)
            for _ in range(3):  # they may look, they may reserve, they have
                barrier.wait(WAIT)
            winners.append(holders(database, row))
        seconds = perf_counter() - began
        with database.read() as tx:
            return Outcome(winners, tally.value, audit(tx), seconds)
    finally:
        barrier.abort()
        for worker in workers:
            worker.join(WAIT)
        database.close()


def work(url: str, number: int, rounds: int, barrier: Barrier, tally: "Synchronized[int]") -> None:
    """Be one of the processes: in each round open an incident and try to reserve the credit for it."""
    database = Database.open(url)
    who = Address(f"person{number}@shop.example")
    for turn in range(rounds):
        with database.begin() as tx:
            incident = an_incident(tx, requester=who)
        barrier.wait(WAIT)
        stale: list[Action] | None = None
        if turn % 2:
            with database.read() as tx:
                stale = pays(tx, who)
        barrier.wait(WAIT)
        if not reserve(database, incident, who, stale):
            with tally.get_lock():
                tally.value += 1
        barrier.wait(WAIT)
    database.close()


def reserve(database: Database, incident: int, who: Address, stale: list[Action] | None) -> bool:
    """Reserve what pays, as seen now or as seen before; False where another was quicker. Overtaken, look again."""
    try:
        with database.begin() as tx:
            did(tx, pays(tx, who) if stale is None else stale, incident)
    except Overtaken:
        reserve(database, incident, who, None)
        return False
    return True


def one_credit(database: Database) -> int:
    """Let the organisation of all of them buy one incident; return its id."""
    with database.begin() as tx:
        owner = organisations.find_owner(tx, "@shop.example", NOW)
        row = entitlements.add(tx, owner, Bought("incident", NOW - timedelta(days=1), option="normal"), NOW)
    assert row is not None
    return row


def holders(database: Database, row: int) -> int:
    """Return how many incidents have that credit."""
    with database.read() as tx:
        return _holders(tx, row)


def _holders(tx: Connection, row: int) -> int:
    live = charge.c.state.in_(("reserved", "spent"))
    return int(tx.scalar(select(func.count()).where(charge.c.entitlement == row, live)) or 0)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the URLs of an empty database of each sort, PostgreSQL where its packages are installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{Path(folder) / 'maild.db'}"}
        if not available():
            yield found
            return
        with running_postgres() as server, server.fresh_database() as url:
            yield found | {"PostgreSQL": url}


def main() -> None:
    """Race on each database and print what came of it; exit code 1 where it was not sound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=8)
    given = parser.parse_args()
    sound = True
    with databases() as found:
        for name, url in found.items():
            outcome = race(url, given.rounds, given.processes)
            sound &= outcome.sound
            once = sum(count == 1 for count in outcome.winners)
            print(
                f"{name:10}  {given.processes} processes, {given.rounds} times: one got it {once} times,"
                f" {outcome.overtaken} had believed it theirs; {len(outcome.problems)} rows do not add up;"
                f" {outcome.seconds:.0f} s"
            )
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
