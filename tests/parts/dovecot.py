"""A private IMAP server for tests: Dovecot 2.3, run as an ordinary user, in a folder of its own."""

import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from tests.parts.certificates import make_certificates

USER, PASSWORD = "support", "correct horse battery staple"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_HOW = "Dovecot 2.3 is not installed (apt-get install dovecot-imapd): the tests on a real IMAP server"


def available() -> bool:
    """Say whether there is a Dovecot that our configuration is for; 2.4 has another syntax."""
    dovecot = shutil.which("dovecot", path=_PATH)
    if dovecot is None:
        return False
    return subprocess.run([dovecot, "--version"], capture_output=True, text=True).stdout.startswith("2.3.")


def require_dovecot() -> None:
    """Skip the test where there is no Dovecot; fail it under CI=true, where nothing may be skipped unseen."""
    if not available():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{_HOW} can't run, and CI skips nothing")
        pytest.skip(f"{_HOW} are skipped")


class PrivateDovecot:
    """One server with one account, USER with PASSWORD, on a plain port and a TLS port.

    Without `folder` it makes one with a short path (unix sockets take 108 characters), and removes it at the
    end. `capability` replaces what the server says it can do. With `introspection_url` it takes access tokens too, and
    asks there whether one is good (RFC 7662).
    """

    def __init__(
        self, folder: Path | None = None, *, capability: str = "", introspection_url: str = ""
    ) -> None:
        self._own_folder = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-")) if folder is None else folder
        self.port, self.tls_port = _free_ports(2)
        self.certificates = make_certificates(self.folder)
        self.ca_file = self.certificates.ca_file
        self._capability = capability
        self._introspection_url = introspection_url
        self._process: subprocess.Popen[bytes] | None = None
        self._config = self.folder / "dovecot.conf"
        # As root Dovecot's parts refuse to run: a server of ours is nobody's then.
        self._user, self._group = ("nobody", "nogroup") if os.geteuid() == 0 else _own_names()

    def start(self) -> "PrivateDovecot":
        """Start the server, and return when it answers."""
        self._config.write_text(self._configuration(), encoding="utf-8")
        (self.folder / "oauth2.conf").write_text(
            f"introspection_mode = post\nintrospection_url = {self._introspection_url}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
            "client_id = dovecot\nclient_secret = dovecot\n",
            encoding="utf-8",
        )
        (self.folder / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n", encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, self._user, self._group)
        self._process = subprocess.Popen(
            self._as_user("dovecot", "-F", "-c", str(self._config)),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait_until_it_answers(self._process)
        return self

    def stop(self) -> None:
        """Stop the server and end all connections; the mails stay."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            # Whoever is busy would be served for half a minute more.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    def remove(self) -> None:
        """Stop the server and remove its folder, if it is its own."""
        self.stop()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kick(self) -> None:
        """End all connections of the account, as an administrator may."""
        subprocess.run(self._as_user("doveadm", "-c", str(self._config), "kick", USER), check=True)

    def change_uidvalidity(self) -> None:
        """Lose the index: after a restart all mails have new UIDs."""
        self.stop()
        for path in (self.folder / "mail" / USER / "Maildir").rglob("dovecot*"):
            if path.name.startswith(("dovecot-uidlist", "dovecot.index")):
                path.unlink()
        self.start()

    def append(self, raw: bytes, folder: str = "INBOX", internal_date: datetime | None = None) -> int:
        """Put a mail into a folder and return its UID."""
        return self.append_all([raw], folder, internal_date)[0]

    def append_all(
        self, raws: Iterable[bytes], folder: str = "INBOX", internal_date: datetime | None = None
    ) -> list[int]:
        """Put mails into a folder, over one connection, and return their UIDs."""
        with self.client() as client:
            answers = [client.append(folder, raw, (), internal_date) for raw in raws]
        # [APPENDUID 1765450000 7] Append completed.
        return [int(answer.split(b"]")[0].split()[-1]) for answer in answers]

    def mails(self, folder: str = "INBOX") -> dict[int, bytes]:
        """Return what is in a folder, by UID; nothing where there is no such folder."""
        return {uid: data[b"BODY[]"] for uid, data in self._fetch(folder, "BODY.PEEK[]").items()}

    def flags(self, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """Return the flags of the mails in a folder, by UID."""
        return {uid: data[b"FLAGS"] for uid, data in self._fetch(folder, "FLAGS").items()}

    def delete(self, uid: int, folder: str = "INBOX") -> None:
        """Take a mail away, as a person with another mail program may."""
        with self.client() as client:
            client.select_folder(folder)
            client.delete_messages([uid])
            client.uid_expunge([uid])

    def lock_away(self, uid: int, folder: str = "INBOX") -> None:
        """Take from the server the right to read the file of a mail, which it goes on to list."""
        raw = self.mails(folder)[uid].replace(b"\r\n", b"\n")
        home = self.folder / "mail" / USER / "Maildir"
        files = (home if folder == "INBOX" else home / f".{folder}").glob("*/*")
        (file,) = (path for path in files if path.is_file() and path.read_bytes() == raw)
        file.chmod(0)

    @contextlib.contextmanager
    def client(self) -> Iterator[Any]:
        """Give a logged-in client, for what no method here does."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.login(USER, PASSWORD)
            yield client

    def _fetch(self, folder: str, item: str) -> dict[int, Any]:
        with self.client() as client:
            if not client.folder_exists(folder):
                return {}
            client.select_folder(folder, readonly=True)
            uids = client.search()
            return dict(client.fetch(uids, [item])) if uids else {}

    def _as_user(self, *command: str) -> list[str]:
        program = shutil.which(command[0], path=_PATH)
        assert program is not None, _HOW
        # A run of tests that is killed takes its server along.
        line = ["setpriv", "--pdeathsig=TERM"]
        if os.geteuid() == 0:
            line += [f"--reuid={self._user}", f"--regid={self._group}", "--clear-groups"]
        return [*line, program, *command[1:]]

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as probe:
                if probe.recv(10).startswith(b"* OK"):
                    return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                break
        log = self.folder / "dovecot.log"
        raise AssertionError(log.read_text(encoding="utf-8") if log.exists() else "Dovecot did not start")

    def _configuration(self) -> str:
        """Return dovecot.conf: everything in our folder, as our user, without chroots."""
        base, user, group = self.folder, self._user, self._group
        token_passdb = (
            f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {base}/oauth2.conf\n}}"
            if self._introspection_url
            else ""
        )
        mechanisms = "plain login xoauth2" if self._introspection_url else "plain login"
        capability = f"imap_capability = {self._capability}" if self._capability else ""
        return f"""
base_dir = {base}/run
state_dir = {base}/run
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_home = {base}/mail/%n
mail_location = maildir:~/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_fsync = never
mail_max_userip_connections = 50
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
ssl = yes
ssl_cert = <{self.certificates.cert_file}
ssl_key = <{self.certificates.key_file}
{capability}
{token_passdb}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN {base}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%n
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def _own_names() -> tuple[str, str]:
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in sockets]
