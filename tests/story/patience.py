"""How the stories wait: for what the daemon will have done, never for a length of time."""

import threading
from collections.abc import Callable
from typing import TypeVar

PATIENCE_SECONDS = 60.0  # far more than anything takes, even on a busy machine
_LOOK_EVERY = 0.02

_T = TypeVar("_T")


def wait_until(what: str, found: Callable[[], _T], seconds: float = PATIENCE_SECONDS) -> _T:
    """Return the first true value of `found`, looking again and again; fail saying `what` never came true."""
    pause = threading.Event()
    for _ in range(int(seconds / _LOOK_EVERY)):
        if value := found():
            return value
        pause.wait(_LOOK_EVERY)
    raise AssertionError(f"after {seconds:.0f} s it is still not so that {what}")
