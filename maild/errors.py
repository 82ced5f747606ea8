"""The error tree; what a person sees of each is its message, one line, and an exit code.

MaildError
├── UserError                a person can mend it: one line that names the place and the remedy, exit 2
│   ├── ConfigError          every problem of config.toml at once
│   └── NotFound             there is no such incident, quarantined mail, outbox row
├── Unreachable              a service does not answer: exit 3
│   ├── LoginRefused         it answers, and refuses our name or password
│   └── BrokenOver           the connection ended while certain mails were asked for
├── Overtaken                somebody else changed what a decision was made on: decide again
├── Unreadable               a mail that no reader of ours gets through: its bytes go to quarantine
└── SendError                a mail of ours did not leave
    ├── SendRefused          permanently (SMTP 5xx, or a mail that fails our own check): never tried again as it is
    └── SendDeferred         for now (SMTP 4xx, no connection): tried again later
        └── SendUncertain    the connection broke in the mail: it may have arrived
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class MaildError(Exception):
    """All errors that maild raises on purpose."""

    exit_code = 1


class UserError(MaildError):
    """A person can mend it; the message names the place and the remedy."""

    exit_code = 2


class ConfigError(UserError):
    """config.toml has problems; `problems` holds one line for each, in the order of the file."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFound(UserError):
    """A person asked for something that is not there; the message names what and its number."""


class Unreachable(MaildError):
    """A service (IMAP, SMTP, database) does not answer."""

    exit_code = 3


class LoginRefused(Unreachable):
    """A server answered and refused our user name or password."""


class BrokenOver(Unreachable):
    """The connection to a mailbox ended while the mails `uids` were asked for; one of them may be why."""

    def __init__(self, line: str, uids: Sequence[int]) -> None:
        super().__init__(line)
        self.uids = tuple(uids)


class Overtaken(MaildError):
    """Somebody else changed what a decision was made on: undo the transaction, read again, decide again."""


class Unreadable(MaildError):
    """A mail could not be read within its limits; `reason` is a name from core/reasons.py."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class SendError(MaildError):
    """A mail of ours did not leave."""


class SendRefused(SendError):
    """Refused for good: sending the same bytes again can only be refused again."""


class SendDeferred(SendError):
    """Not accepted for now: the same mail may be accepted later."""


class SendUncertain(SendDeferred):
    """The connection broke after the mail and before the answer: nobody said whether it arrived."""


@contextmanager
def contain(told: Callable[[Exception], None]) -> Iterator[None]:
    """Run the block; whatever it raises goes to `told` and no further. The one place that catches everything.

    For the few borders where one mail, one row or one tick must not stop the next (invariant I10).
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a border: told() keeps what is needed, the next one goes on
        told(error)
