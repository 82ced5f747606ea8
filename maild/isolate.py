"""Runs the reader of mail in child processes with limits on time and memory: no mail can stop the others.

A child is a fresh interpreter (`python -m maild.isolate`), started without our file descriptors and with an
environment that holds no secret. It gets one mail at a time over a pipe and answers with a Message or the name of
a reason. What hangs, grows or crashes costs its own mail: the child is killed, a new one takes its place
(rules 19, 40).
"""

import fcntl
import logging
import os
import pickle
import queue
import resource
import select
import signal
import subprocess
import sys
import threading
from codecs import lookup
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from time import monotonic
from typing import Any, BinaryIO

from maild.core.limits import Limits
from maild.core.message import Message
from maild.core.reading.charset import CODECS
from maild.core.reasons import SENTENCES, because
from maild.errors import Unreachable, Unreadable

PARSE = "maild.core.reading.parse_message:parse_message"
_LENGTH = 8
_ANSWER_SPARE = 67_108_864
_PIPE_BYTES = 1_048_576
_START_SECONDS, _ORPHAN_SECONDS = 60.0, 2.0
_READY = b"ready"
CLOSED = "the reader of mail is closed"
# What an answer may consist of: a child that was taken over must not choose what we run.
_ANSWER_CLASSES = {
    ("maild.core.message", "Message"),
    ("maild.core.message", "Address"),
    ("maild.core.message", "Attachment"),
    ("maild.core.message", "Report"),
    ("datetime", "datetime"),
    ("datetime", "timezone"),
    ("datetime", "timedelta"),
}


class ReaderPool(AbstractContextManager["ReaderPool"]):
    """Reads mails in `limits.parser_children` children; any number of threads may call `read`."""

    def __init__(self, limits: Limits, read: str = PARSE) -> None:
        """Prepare a pool; `read` is `module:function`, a function (raw: bytes, limits: Limits) -> Message."""
        self._limits = limits
        self._read = read
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._children: set[_Child] = set()
        self._closed = False
        for _ in range(limits.parser_children):
            self._idle.put(None)

    def start(self) -> None:
        """Start the children and wait until they are ready; raises Unreachable where one does not start."""
        for _ in range(self._limits.parser_children):
            self._discard(self._idle.get())
        children: list[_Child] = []
        try:
            # One by one into the list: if the third does not start, the first two are known.
            children.extend(self._spawn() for _ in range(self._limits.parser_children))
            for child in children:
                child.wait_ready()
        except Unreachable:
            while children:
                self._discard(children.pop())
            raise
        finally:
            missing = self._limits.parser_children - len(children)
            for place in (*children, *[None] * missing):
                self._idle.put(place)

    def read(self, raw: bytes) -> Message:
        """Read one mail; raises Unreadable (names in core/reasons.py), or Unreachable where no child starts."""
        if not raw:
            raise _unreadable("empty")
        if len(raw) > self._limits.message_bytes:
            raise _unreadable("too_large", limit=self._limits.message_bytes)
        child = self._idle.get()
        try:
            if child is None or child.is_spent(self._limits):
                self._discard(child)
                child = None
                child = self._spawn()
                child.wait_ready()
            return child.read(raw)
        except Unreadable:
            if not self._closed:
                raise
            raise Unreachable(CLOSED) from None  # we ended it: nothing is wrong with the mail
        finally:
            if child is not None and not child.usable:
                self._discard(child)
                child = None
            self._idle.put(child)

    def adopt(self, limits: Limits) -> None:
        """Read by other limits from the next mail on; how many children there are stays as it is."""
        self._limits = replace(limits, parser_children=self._limits.parser_children)

    @property
    def reading(self) -> int:
        """How many mails are being read right now."""
        return self._limits.parser_children - self._idle.qsize()

    def close(self) -> None:
        """Stop the children; a mail that is being read was not read, which is no fault of its own: Unreachable."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        # Whoever reads from a child releases its pipes; a number closed here could be another file's by then.
        for child in children:
            child.kill()
        places = [self._idle.get() for _ in range(self._limits.parser_children)]
        for place in places:
            self._discard(place)
            self._idle.put(None)

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _spawn(self) -> "_Child":
        with self._lock:
            if self._closed:
                raise Unreachable(CLOSED)
            try:
                child = _Child(self._limits, self._read)
            except OSError as error:
                raise Unreachable(f"the reader of mail does not start: {error.strerror}") from error
            self._children.add(child)
        return child

    def _discard(self, child: "_Child | None") -> None:
        if child is None:
            return
        with self._lock:
            self._children.discard(child)
        child.stop()


def _unreadable(reason: str, **facts: object) -> Unreadable:
    return Unreadable(reason, because(reason, **facts).text)


class _Child:
    """One child process, lent to one caller at a time."""

    def __init__(self, limits: Limits, read: str) -> None:
        self.limits = limits
        self.reads = 0
        self.usable = True
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no word of a mail
            [sys.executable, "-P", "-m", "maild.isolate", read],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin.fileno()
        self._from = self._process.stdout.fileno()
        for descriptor in (self._to, self._from):
            os.set_blocking(descriptor, False)
            _widen(descriptor)

    def wait_ready(self) -> None:
        """Hand over the limits and wait for the imports to be done; raises Unreachable where they fail."""
        try:
            answer = self._exchange(pickle.dumps(self.limits), monotonic() + _START_SECONDS)
        except (OSError, EOFError):
            answer = b""
        if answer != _READY:
            self.usable = False
            raise Unreachable(f"the reader of mail does not start: {sys.executable} -m maild.isolate")

    def is_spent(self, limits: Limits) -> bool:
        """Say whether another must take its place: it died, has read enough, or goes by other limits than these."""
        died = self._process.poll() is not None
        return died or self.reads >= limits.parser_renew_after or self.limits != limits

    def read(self, raw: bytes) -> Message:
        """Have one mail read; raises Unreadable, after which `usable` says whether the child may go on."""
        self.reads += 1
        self.usable = False
        try:
            result = _load(self._exchange(raw, monotonic() + self.limits.parse_seconds))
        except TimeoutError:
            raise _unreadable("too_slow", seconds=self.limits.parse_seconds) from None
        except (OSError, EOFError, ValueError):
            raise _unreadable("crashed", error=self._last_words()) from None
        if isinstance(result, Message):
            self.usable = True
            return result
        self.usable = result.reason != "too_much_memory"
        raise result

    def kill(self) -> None:
        """End the process; safe at any time, from any thread."""
        self._process.kill()

    def stop(self) -> None:
        """End the process and release its pipes; for whoever holds the child, safe to call twice."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _last_words(self) -> str:
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "it gave no sound answer"
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"

    def _exchange(self, data: bytes, deadline: float) -> bytes:
        """Send one frame and return the answer; raises TimeoutError, or EOFError where the child is gone."""
        self._send(len(data).to_bytes(_LENGTH, "big"), deadline)
        self._send(data, deadline)
        length = int.from_bytes(self._receive(_LENGTH, deadline), "big")
        if length > 2 * self.limits.message_bytes + _ANSWER_SPARE:
            raise ValueError("an answer that no mail can have")
        return self._receive(length, deadline)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            _wait(self._to, select.POLLOUT, deadline)
            view = view[os.write(self._to, view[:_PIPE_BYTES]) :]

    def _receive(self, length: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        missing = length
        while missing:
            _wait(self._from, select.POLLIN, deadline)
            piece = os.read(self._from, min(missing, _PIPE_BYTES))
            if not piece:
                raise EOFError
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)


class _AnswerUnpickler(pickle.Unpickler):
    """Loads nothing but messages."""

    def find_class(self, module: str, name: str) -> Any:
        """Return an allowed class; raises UnpicklingError for every other name."""
        if (module, name) not in _ANSWER_CLASSES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return super().find_class(module, name)


def _load(answer: bytes) -> Message | Unreadable:
    """Return what a child answered; raises ValueError for anything but a message or a reason."""
    try:
        result = _AnswerUnpickler(BytesIO(answer)).load()
    except (
        pickle.UnpicklingError,
        EOFError,
        AttributeError,
        ImportError,
        IndexError,
        KeyError,
        TypeError,
    ) as error:
        raise ValueError("no sound answer") from error
    match result:
        case Message():
            return result
        case (str(reason), str(detail)) if reason in SENTENCES:
            return Unreadable(reason, detail)
        case _:
            raise ValueError("neither a message nor a reason")


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Return when the pipe is ready; raises TimeoutError at the deadline (a value of `monotonic`)."""
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(deadline - monotonic(), 0) * 1000):
        raise TimeoutError


def _widen(descriptor: int) -> None:
    """Let a pipe hold an ordinary mail at once, where the system can (Linux)."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _environment() -> dict[str, str]:
    """Return all that a child may know of our environment: where modules are found."""
    paths = [os.path.abspath(path) for path in sys.path]
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(paths)}


# ---- the child's side ----


def main() -> None:
    """Be a child: read limits, then mails, from standard input, until it ends."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    # Nobody's print may come between two answers.
    os.dup2(2, 1)
    limits: Limits = pickle.loads(_frame(incoming))  # noqa: S301  from our parent
    read = _find_reader(sys.argv[1])
    _confine(limits)
    _answer(outgoing, _READY)
    while raw := _frame(incoming):
        # Our parent ends what takes too long; if it is gone, this does.
        signal.setitimer(signal.ITIMER_REAL, limits.parse_seconds + _ORPHAN_SECONDS)
        answer = pickle.dumps(_outcome(read, raw, limits), pickle.HIGHEST_PROTOCOL)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _answer(outgoing, answer)


def _find_reader(name: str) -> Callable[[bytes, Limits], Message]:
    """Import the reader and all that it would import later: codecs are modules, too."""
    module, _, function = name.partition(":")
    found: Callable[[bytes, Limits], Message] = getattr(import_module(module), function)
    for codec in CODECS:
        lookup(codec)
    # It logs each field that it can't decode: what a sender writes is no event of ours.
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)
    return found


def _confine(limits: Limits) -> None:
    """Limit the address space to what is in use now plus `parse_memory`; write no file, dump no core."""
    space = _address_space() + limits.parse_memory
    for kind, value in ((resource.RLIMIT_AS, space), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    """Return the size of this process in bytes; 0 where the system does not tell: the limit is tighter then."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _frame(incoming: BinaryIO) -> bytes:
    """Return the next frame; empty at the end of input."""
    return incoming.read(int.from_bytes(incoming.read(_LENGTH), "big"))


def _answer(outgoing: BinaryIO, data: bytes) -> None:
    outgoing.write(len(data).to_bytes(_LENGTH, "big") + data)
    outgoing.flush()


def _outcome(
    read: Callable[[bytes, Limits], Message], raw: bytes, limits: Limits
) -> Message | tuple[str, str]:
    """Return the message, or the name and the sentence of the reason why there is none."""
    try:
        return read(raw, limits)
    except Unreadable as refused:
        return refused.reason, str(refused)
    except RecursionError:
        return "too_deep", because("too_deep", limit=limits.mime_depth).text
    except MemoryError:
        return "too_much_memory", because("too_much_memory").text
    except Exception as error:  # noqa: BLE001  the error boundary of one mail: it goes to quarantine, the next is read
        return "crashed", because("crashed", error=_place(error)).text


def _place(error: Exception) -> str:
    """Return the kind of an error and where it arose; not its message, which may quote the mail."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where


if __name__ == "__main__":
    main()
