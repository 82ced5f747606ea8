"""A token server on loopback: gives out access tokens for a form, and tells an IMAP server whether one is good."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


class TokenServer:
    """Counts what it gives: `access-1`, `access-2` ...; `answers`, if there are any, go out instead, first to last.

    An answer is (status, JSON value or bytes). `forms` has every form that came, `good` the tokens that are good.
    `rotates`: a new refresh token comes with each access token, and only the newest is taken.
    """

    def __init__(self, *, lasts: object = 3600, rotates: bool = False) -> None:
        self.forms: list[dict[str, str]] = []
        self.answers: list[tuple[int, object]] = []
        self.good: set[str] = set()
        self.refresh_token = "refresh-0"
        self._lasts, self._rotates = lasts, rotates
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where a form is posted."""
        return f"http://127.0.0.1:{self._server.server_port}/token"

    @property
    def introspection_url(self) -> str:
        """Where an IMAP server asks about a token (RFC 7662)."""
        return f"http://127.0.0.1:{self._server.server_port}/introspect"

    def stop(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, object]:
        """Return status and body for a form."""
        with self._lock:
            if path == "/introspect":
                good = form.get("token") in self.good
                return 200, {"active": good, "username": "support"} if good else {"active": False}
            self.forms.append(dict(form))
            if self.answers:
                return self.answers.pop(0)
            if form.get("grant_type") == "refresh_token" and form.get("refresh_token") != self.refresh_token:
                return 400, {"error": "invalid_grant", "error_description": "it was revoked"}
            return 200, self._tokens()

    def _tokens(self) -> dict[str, object]:
        number = len(self.forms)
        self.good.add(f"access-{number}")
        given: dict[str, object] = {"access_token": f"access-{number}", "expires_in": self._lasts}
        if self._rotates:
            self.refresh_token = f"refresh-{number}"
            given["refresh_token"] = self.refresh_token
        return given


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            status, said = server.answer(self.path, dict(parse_qsl(self.rfile.read(length).decode())))
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/token")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
