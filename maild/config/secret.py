"""The keys that sign our Message-IDs: made at the first start, read ever after.

The file holds one `ID HEX` a line. The last line signs, all of them verify; so keys are rotated by adding a
line (`echo "k2 $(openssl rand -hex 32)" >> var/secret`) and a restart. A line may go once nobody answers mail
of its time any more.
"""

import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from maild.config.settings import Config
from maild.core.reply_token import Keys
from maild.errors import UserError

_BYTES = 32
_LARGEST = 65_536


def load_keys(config: Config, random: Callable[[int], bytes] = secrets.token_bytes) -> Keys:
    """Return the signing keys; raises UserError for a file that can't be used.

    The default file in `data_dir` is made if it is not there; one that `secret_file` names elsewhere is
    shared with other processes, and a fresh one would not know their mail.
    """
    path = Path(config.service.secret_file)
    if path == config.service.data_dir / "secret" and not path.exists():
        _make(path, random)
    return _parse(_read(path), path)


def _make(path: Path, random: Callable[[int], bytes]) -> None:
    """Write a new key, whole or not at all; of two processes that do so at once, one wins."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes it readable for nobody else from the start.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(f"k1 {random(_BYTES).hex()}\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    except OSError as error:
        raise UserError(f"{path}: the signing key can't be written: {error.strerror}") from None


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UserError(f"{path}: the signing key must be in a file")
        if mode & stat.S_IROTH:
            raise UserError(
                f"{path}: the signing key can be read by every user of this machine; chmod o-r {path}"
            )
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("ascii")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; copy the signing key of the other processes there") from None
    except OSError as error:
        raise UserError(f"{path}: the signing key can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _unusable(path, "it holds more than letters and digits") from None


def _parse(text: str, path: Path) -> Keys:
    found: dict[str, bytes] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        key_id, _, hexadecimal = line.strip().partition(" ")
        try:
            # Not quoted in the message: what is wrong with a secret may still be most of it.
            secret = bytes.fromhex(hexadecimal)
        except ValueError:
            raise _unusable(path, "a line is not `ID HEX`") from None
        if key_id in found:
            raise _unusable(path, f"the key id {key_id[:16]} stands there twice")
        found[key_id] = secret
    if not found:
        raise _unusable(path, "it is empty")
    try:
        return Keys(current=list(found)[-1], secrets=found)
    except ValueError:
        raise _unusable(
            path, "a key id is not 1 to 16 lower-case letters or digits, or its secret is too short"
        ) from None


def _unusable(path: Path, why: str) -> UserError:
    return UserError(f"{path}: the signing key can't be used: {why}; put it back from a backup")
