"""Has the config file changed? Its content says so, once it lies still."""

import hashlib
from pathlib import Path

_Mark = tuple[int, int, int] | None


class ConfigWatch:
    """Looks at a file now and then; to be told of each content that is known by `know`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.know()

    def know(self) -> None:
        """Take the content as it is now for known; to be called before it is read, so that no change is missed."""
        self._last = self._compared = _mark(self._path)
        self._known = _digest(self._path)

    def changed(self) -> bool:
        """Say, once for each new content, that the file holds another one than is known.

        Only what was the same at two looks is compared: an editor may still be writing, and half a config can be
        a good one. A file that was only touched, or holds the known text again, did not change.
        """
        mark = _mark(self._path)
        lies_still, self._last = mark == self._last, mark
        if not lies_still or mark == self._compared:
            return False
        self._compared = mark
        before, self._known = self._known, _digest(self._path)
        return self._known != before


def _mark(path: Path) -> _Mark:
    """Return what changes when a file is written or replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""
