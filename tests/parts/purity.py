"""A guard for tests of pure code: while it is on, the code under test may not reach the outside world.

CPython raises an audit event for each file, socket and process that is opened (PEP 578); the hook below turns those
of the guarded thread into a failure. Allowed stays what Python itself needs, importing modules and codecs, and
what hypothesis writes down for its next run.
"""

import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import hypothesis

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.spawn", "os.posix_spawn")
_FORBIDDEN_FILES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir")
_CODE = (".py", ".pyc", ".so")
_STDLIB = sysconfig.get_paths()["stdlib"]
_HYPOTHESIS = str(Path(hypothesis.__file__).parent)

_guarded: set[int] = set()
_installed: list[bool] = []


class TouchedTheWorld(AssertionError):
    """Code that is to be pure opened a file, a socket or a process."""


@contextmanager
def no_outside() -> Iterator[None]:
    """Fail whatever this thread opens inside the block; raises TouchedTheWorld at the place that opens it."""
    if not _installed:
        # An audit hook can't be taken away again: there is one, and a set that says whom it watches.
        sys.addaudithook(_hook)
        _installed.append(True)
    _guarded.add(threading.get_ident())
    try:
        yield
    finally:
        _guarded.discard(threading.get_ident())


def _hook(event: str, args: tuple[object, ...]) -> None:
    if not _guarded or threading.get_ident() not in _guarded:
        return
    if event == "open":
        if not _allowed(args[0], args[1]):
            raise TouchedTheWorld(f"a pure test opened {args[0]!r}")
    elif event.startswith(_FORBIDDEN) or (event in _FORBIDDEN_FILES and not _allowed(args[0], "r")):
        raise TouchedTheWorld(f"a pure test did {event} {args!r}")


def _allowed(path: object, mode: object) -> bool:
    if isinstance(path, int):
        return True
    name = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    reads = mode is None or not set(str(mode)) & set("wax+")
    # Imports write .pyc files, too; `path` then ends in a number.
    return (reads and name.endswith(_CODE)) or "__pycache__" in Path(name).parts or _by_hypothesis()


def _by_hypothesis() -> bool:
    """Tell whether it is hypothesis, not the code it tests, that opens something: it keeps a database."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_HYPOTHESIS):
            return True
        if not file.startswith((_STDLIB, "<frozen")) or "site-packages" in file:
            return False
        frame = frame.f_back
    return False
