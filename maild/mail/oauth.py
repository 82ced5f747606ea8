"""Access tokens (RFC 6749) for XOAUTH2: fetched from the token server, kept while they last, renewed in time.

One renewal at a time, of all threads and of all processes that share the data folder: a server that gives out a new
refresh token with each renewal takes the old one for stolen when it comes twice. The newest is kept in the data folder,
readable by us alone.
"""

import fcntl
import hashlib
import http.client
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from maild.clock import Clock, SystemClock
from maild.config.oauth import OauthSettings
from maild.errors import LoginRefused, Unreachable
from maild.mail.tls import verified_context
from maild.mail.trouble import in_words, one_line

# A token that ends while it is on its way is of no use.
_SPARE = timedelta(seconds=60)
_USUAL = timedelta(hours=1)  # where the server doesn't say (RFC 6749 §5.1)
_ANSWER_SECONDS = 30.0
_LARGEST = 262_144


class TokenKeeper:
    """The access token of one grant; safe to share between threads."""

    def __init__(self, settings: OauthSettings, folder: Path, clock: Clock) -> None:
        """Prepare; `folder` is where a rotated refresh token is kept."""
        self._settings = settings
        self._kept = folder / f"oauth-{settings.name}"
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._unkept = ""
        self._until: datetime | None = None

    def token(self) -> str:
        """Return a token that lasts a minute or more.

        Raises LoginRefused where the token server says no, and Unreachable where it says nothing of use.
        """
        with self._lock:
            if self._until is None or self._until <= self._clock.now():
                with self._alone():
                    self._renew()
            return self._token

    def refused(self) -> None:
        """Forget the token: a mail server did not take it, whatever was said of how long it lasts."""
        with self._lock:
            self._until = None

    def _renew(self) -> None:
        now, settings = self._clock.now(), self._settings
        refresh = self._refresh_token()
        grant = {"grant_type": "refresh_token", "refresh_token": refresh}
        form = {
            **(grant if refresh else {"grant_type": "client_credentials"}),
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "scope": settings.scope,
        }
        answer = self._ask({key: value for key, value in form.items() if value})
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise Unreachable(self._line("its answer holds no access token"))
        newer = answer.get("refresh_token")
        if refresh and isinstance(newer, str) and newer not in {"", refresh}:
            self._keep(newer)
        self._token = token
        self._until = now + (_seconds(lasts) or _USUAL) - _SPARE

    def _ask(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Post the form and return the JSON of the answer; no redirect is followed: it would get our secrets."""
        try:
            status, body = _post(self._settings.token_url, form)
            found = json.loads(body) if len(body) <= _LARGEST else None
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(self._line(in_words(error))) from error
        except (ValueError, RecursionError):
            found = None
        said = found if isinstance(found, dict) else {}
        if status == 200 and said:
            return said
        why = ": ".join(one_line(str(said[key])) for key in ("error", "error_description") if said.get(key))
        line = self._line(f"answers {status}{': ' if why else ''}{why}")
        raise LoginRefused(line) if status in (400, 401, 403) else Unreachable(line)

    def _refresh_token(self) -> str:
        """Return the newest one: what a renewal gave us, unless the config has another than that began with."""
        if self._unkept:
            return self._unkept
        try:
            began, _, newest = self._kept.read_text(encoding="ascii").strip().partition(" ")
        except (OSError, ValueError):
            return self._settings.refresh_token
        return newest if newest and began == self._origin() else self._settings.refresh_token

    def _keep(self, newest: str) -> None:
        """Write the newest refresh token, whole or not at all; where that fails it is known to this process alone."""
        self._unkept = newest
        name = ""
        try:
            # mkstemp makes it readable for nobody else from the start.
            handle, name = tempfile.mkstemp(dir=self._kept.parent, prefix=".oauth-")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{self._origin()} {newest}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._kept)
        except (OSError, ValueError) as error:
            with suppress(OSError):
                os.unlink(name)
            why = in_words(error) if isinstance(error, OSError) else "it is not ASCII"
            raise Unreachable(
                self._line(f"the new refresh token can't be kept in {self._kept}: {why}")
            ) from error
        self._unkept = ""

    def _origin(self) -> str:
        return hashlib.sha256(self._settings.refresh_token.encode()).hexdigest()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from renewing meanwhile."""
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._kept.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise Unreachable(self._line(f"{self._kept.parent}: {in_words(error)}")) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _line(self, what: str) -> str:
        return f"oauth {self._settings.name}: {urlsplit(self._settings.token_url).hostname}: {what}"


@cache
def keeper_of(settings: OauthSettings, folder: Path) -> TokenKeeper:
    """Return the one keeper of a grant in this process: mailbox and outgoing server may share it."""
    return TokenKeeper(settings, folder, SystemClock())


def _post(url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
    """Post a form and return status and body; raises OSError and HTTPException."""
    place = urlsplit(url)
    host, port = place.hostname or "", place.port
    if place.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=_ANSWER_SECONDS, context=verified_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=_ANSWER_SECONDS)
    try:
        path = f"{place.path or '/'}{'?' if place.query else ''}{place.query}"
        head = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        connection.request("POST", path, urlencode(form), head)
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST + 1)
    finally:
        connection.close()


def _seconds(text: object) -> timedelta | None:
    """Return `expires_in`, which some servers write as text; None for what is no sensible number."""
    digits = str(text)
    return (
        timedelta(seconds=int(digits))
        if digits.isascii() and digits.isdecimal() and len(digits) < 9
        else None
    )
