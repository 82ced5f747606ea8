"""Claims about the guard of pure tests: it catches what it is for, and nothing that Python itself needs."""

import importlib
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.parts.purity import TouchedTheWorld, no_outside

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[1]


def _reads_a_file() -> None:
    (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def _writes_a_file() -> None:
    tempfile.TemporaryFile().close()


def _opens_a_zone() -> None:
    ZoneInfo.no_cache("Europe/Vienna")


def _opens_a_socket() -> None:
    socket.socket().close()


def _starts_a_process() -> None:
    subprocess.run([sys.executable, "-V"], check=True)


@pytest.mark.parametrize(
    "act", [_reads_a_file, _writes_a_file, _opens_a_zone, _opens_a_socket, _starts_a_process]
)
def test_the_outside_is_out_of_reach(act: Callable[[], None]) -> None:
    """Whatever opens something fails inside the guard, and works outside."""
    with pytest.raises(TouchedTheWorld), no_outside():
        act()
    act()


def test_python_itself_still_works() -> None:
    """Modules and codecs may be imported, wherever they lie."""
    sys.modules.pop("colorsys", None)
    with no_outside():
        importlib.import_module("colorsys")
        assert b"\xe9".decode("cp1006", "replace")


def test_other_threads_are_not_watched() -> None:
    """Only the thread of the test is held to the rule: a fixture's server may go on."""
    done: list[str] = []
    with no_outside():
        thread = threading.Thread(target=lambda: done.append(str(_reads_a_file())))
        thread.start()
        thread.join()
    assert done == ["None"]


@pytest.mark.parametrize("folder", ["core", "classifiers", "replies"])
def test_the_folders_of_pure_tests_are_guarded(pytester: pytest.Pytester, folder: str) -> None:
    """A test there that opens a file fails, though nothing in it asks for the guard."""
    conftest = (ROOT / "tests" / folder / "conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(conftest)
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def words():
            with open("/dev/null") as nothing:
                return nothing.read() + "fixtures may"

        def test_opens(words):
            open("/dev/null").close()

        def test_is_pure(words):
            assert words
        """
    )
    pytester.syspathinsert(ROOT)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*TouchedTheWorld: a pure test opened '/dev/null'*"])
