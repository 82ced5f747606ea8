"""Many processes at once, each with its own connections: the last credit goes to one of them, every time."""

import os

import pytest

from benchmarks.last_credit import race

# Most of the time goes into starting the processes.
ROUNDS, PROCESSES = (1000, 8) if os.environ.get("CI") == "true" else (10, 4)


@pytest.mark.timeout(1200)
def test_one_process_gets_the_last_credit_each_time(url: str) -> None:
    """Those that looked before another reserved are told so by the database; the ledger adds up at the end."""
    outcome = race(url, ROUNDS, PROCESSES)
    assert outcome.problems == []
    assert list(outcome.winners) == [1] * ROUNDS
    assert outcome.overtaken == ROUNDS // 2 * (PROCESSES - 1)
