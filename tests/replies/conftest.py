"""Every test of this folder runs under the guard of tests/parts/purity.py: what it tests is pure."""

from collections.abc import Iterator

import pytest

from tests.parts.purity import no_outside


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Guard the test itself, not its fixtures: those may read what they need."""
    with no_outside():
        return (yield)
