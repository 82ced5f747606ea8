"""What each stage of a mail's way costs in CPU: the same path as in the daemon, once more, in one thread.

The product knows nothing of this. Its functions are replaced by ones that look at the clock of the thread before
and after; a stage within another takes its time away from the outer one, so that the stages add up.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import thread_time
from typing import Any

from benchmarks.processes import children, used
from classifiers.verdict import Classifier
from maild import handle_message, send_outbox
from maild.config.load import load_config
from maild.config.settings import Config
from maild.daemon import desk_for
from maild.desk import Desk
from maild.fetch_mail import Round, fetch_new_mail
from maild.mail.imap import ImapMailbox
from maild.mail.interfaces import Portion, Sender
from maild.store import customers, entitlements, incidents, messages, outbox, staff_lists, timers
from replies.render import Templates

# In the order of a mail's way; each line of the report is one of these.
NAMES = (
    "fetch",
    "read in the child",
    "hand over to and from it",
    "understand",
    "classify",
    "look up",
    "decide",
    "record",
    "commit, ledger and log",
    "move",
    "claim",
    "look at the caps",
    "render and compose",
    "check",
    "send",
    "mark as sent and log",
)


class Stages:
    """Seconds of this thread's CPU time by stage."""

    def __init__(self, clock: Callable[[], float] = thread_time) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._clock = clock
        self._open: list[str] = []
        self._since = clock()

    @contextmanager
    def during(self, name: str) -> Iterator[None]:
        """Count the time of the block for `name`, and not for the stage around it."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, with each call counted for `name`."""

        def call(*args: Any, **kwargs: Any) -> Any:
            with self.during(name):
                return function(*args, **kwargs)

        return call

    def _turn(self) -> None:
        now = self._clock()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now


class MeasuredMailbox(ImapMailbox):
    """A mailbox whose calls are stages."""

    stages: Stages

    def uids(self, above: int, since: date | None = None) -> list[int]:
        """Return the UIDs, counted as fetching."""
        with self.stages.during("fetch"):
            return super().uids(above, since)

    def portions(self, uids: Sequence[int]) -> Iterator[Portion]:
        """Yield the mails, counted as fetching."""
        portions = super().portions(uids)
        while True:
            with self.stages.during("fetch"):
                portion = next(portions, None)
            if portion is None:
                return
            yield portion

    def settle(self, uids: Sequence[int]) -> None:
        """Move the mails."""
        with self.stages.during("move"):
            super().settle(uids)


class MeasuredSender:
    """A sender whose calls are a stage."""

    def __init__(self, sender: Sender, stages: Stages) -> None:
        self._sender, self._stages = sender, stages

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Send the mail."""
        with self._stages.during("send"):
            self._sender.send(raw, mail_from, recipient, message_id)

    def close(self) -> None:
        """Disconnect."""
        self._sender.close()


def measure(config_path: Path, environ: dict[str, str]) -> dict[str, float]:
    """Run the mail of the config's first mailbox through every stage; return CPU seconds by stage name."""
    config, stages = load_config(config_path, environ), Stages()
    with desk_for(config) as laid, measured(stages):
        desk = replace(laid, sender=MeasuredSender(laid.sender, stages))
        child_before = readers_cpu()
        take_all(config, desk, stages)
        with stages.during("mark as sent and log"):
            while send_outbox.send_due(desk):
                pass
        stages.seconds["read in the child"] = readers_cpu() - child_before
        laid.sender.close()
    return {name: stages.seconds[name] for name in NAMES}


def take_all(config: Config, desk: Desk, stages: Stages) -> None:
    """Fetch, handle and move what lies in the mailbox."""
    settings = config.mailbox[0]
    mailbox = MeasuredMailbox(settings, config.limits)
    mailbox.stages = stages
    folder = mailbox.open()
    look = Round(settings, folder, "the benchmark", desk, lambda mails: handle_message.take(mails, desk))
    with stages.during("commit, ledger and log"):
        fetch_new_mail(mailbox, look)
    mailbox.close()


def readers_cpu() -> float:
    """Return the CPU seconds of this process's readers of mail so far; a reader is renewed from time to time."""
    live = [
        child
        for child in children(os.getpid())
        if b"maild.isolate" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    return used(os.getpid()).waited + sum(used(child).cpu for child in live)


@contextmanager
def measured(stages: Stages) -> Iterator[None]:
    """Let the functions of the product be counted, until the end of the block."""
    places: tuple[tuple[object, str, str], ...] = (
        (handle_message, "read", "hand over to and from it"),
        (handle_message, "understand", "understand"),
        (handle_message, "decide", "decide"),
        (handle_message, "record", "record"),
        (messages, "keep", "record"),
        (Classifier, "classify", "classify"),
        (incidents, "candidates", "look up"),
        (customers, "known", "look up"),
        (timers, "load", "look up"),
        (entitlements, "account_of", "look up"),
        (outbox, "claim", "claim"),
        (staff_lists, "gather", "claim"),
        (send_outbox, "must_wait", "look at the caps"),
        (send_outbox, "compose", "render and compose"),
        (Templates, "render", "render and compose"),
        (send_outbox, "check_outgoing", "check"),
    )
    with ExitStack() as stack:
        for owner, attribute, name in places:
            stack.enter_context(replaced(owner, attribute, stages.timed(name, getattr(owner, attribute))))
        yield


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Put `value` in the place of an attribute, until the end of the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
