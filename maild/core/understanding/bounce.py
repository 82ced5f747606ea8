"""Read a delivery report: which address it is about, what happened, and to which mail of ours.

Reports in the form of RFC 3464 are read field by field (bounce_fields.py). Servers that write prose instead are
believed only where the sender is one that writes such prose; then address and reason are looked for in the lines
(bounce_prose.py). Why it failed is one plain word (bounce_reason.py). A report that a mail is late is not one that
it failed (rule 36), and nobody is ever answered because of a report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from maild.core.message import Message
from maild.core.reading.encoded_words import decode_words
from maild.core.understanding import bounce_words as words
from maild.core.understanding.bounce_fields import Action, Told, best_status, groups, told_by
from maild.core.understanding.bounce_prose import above_returned, reply_in, says, told_in_prose
from maild.core.understanding.bounce_reason import failure_of, lasts
from maild.core.understanding.bounce_words import Failure


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address that a report is about.

    `status` is the code of RFC 3463 or "", `reason` why it failed, `said` the server's words. `original` is the
    address it was sent to, where the report tells it and an alias or a forwarding changed it; else "".
    """

    address: str
    status: str
    action: Action
    reason: Failure
    said: str = ""
    original: str = ""

    @property
    def hard(self) -> bool:
        """Whether the address itself is at fault, so that every further mail to it must fail as well."""
        return self.action == "failed" and lasts(self.reason, self.status)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report: is an address of it beyond reach, whom it is about, and which mail came back.

    No recipients are in it where none can be read; it is a report all the same.
    """

    hard: bool
    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None

    @property
    def actions(self) -> frozenset[str]:
        """What happened to some recipient: `failed` is a bounce, `delayed` alone is a delay notice."""
        return frozenset(recipient.action for recipient in self.recipients)


_MOST_RECIPIENTS = 100
_MOST_IDS = 20
_SAID_CHARS = 500
_FILE_BYTES = 65_536
_DSN_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


def read_bounce(message: Message) -> Bounce | None:
    """Return the delivery report that the mail is, or None where it is none, or only holds one; never raises."""
    if is_passed_on(message):
        return None
    reported = _is_reported(message)
    told = _from_fields(message) or (told_in_prose(message) if reported else [])
    if not told and not reported:
        return None
    unique = list({(one.address.casefold(), one.action): one for one in told}.values())[:_MOST_RECIPIENTS]
    head = message.text if message.reports else "\n".join(above_returned(message.text))
    around = f"{head}\n{_told_by_subject(message.subject)}" if len(unique) == 1 else ""
    recipients = tuple(_judged(one, around or _about(one, head)) for one in unique)
    hard = any(recipient.hard for recipient in recipients)
    return Bounce(hard, recipients, next(iter(returned_ids(message)), None))


def _judged(told: Told, context: str) -> FailedRecipient:
    """Return the recipient with the reason why; where the report says nothing of it, its whole text is asked."""
    said, context = (" ".join(text.split()) for text in (told.said or context, context))
    reply = reply_in(said) or (reply_in(context) if not told.status else "") or said
    status = told.status or best_status("", reply)
    reason = failure_of(status, reply, f"{said} {context}")
    original = "" if told.original.casefold() == told.address.casefold() else told.original
    return FailedRecipient(told.address, status, told.action, reason, reply[:_SAID_CHARS], original)


def _about(told: Told, text: str) -> str:
    """Return the passage of the text that follows the address: one report may say different things of several."""
    at = text.casefold().find(told.address.casefold())
    return text[at : at + _SAID_CHARS].partition("\n\n")[0] if at >= 0 else ""


def _told_by_subject(subject: str) -> str:
    """Return what the subject says of the reason; most repeat ours there, which says nothing."""
    start, colon, rest = subject.partition(":")
    return rest if colon and start.strip().casefold() in words.TELLING_SUBJECTS else ""


def _from_fields(message: Message) -> list[Told]:
    """Return what the machine-readable part tells, or a file that a gateway made of it."""
    texts = [report.text for report in message.reports if report.content_type in _DSN_TYPES]
    texts += [
        file.content[:_FILE_BYTES].decode("utf-8", "replace")
        for file in message.attachments
        if file.content[:40].lstrip().lower().startswith(b"reporting-mta:")
    ]
    return [told for text in texts for fields in groups(text) if (told := told_by(fields))]


# --- is it one? -------------------------------------------------------------------------------------------


def is_passed_on(message: Message) -> bool:
    """Say whether a person wrote the mail: who asks about a report, or forwards it, sends its parts along."""
    declared = message.content_type == "multipart/report" or "report-type" in dict(message.content_params)
    marked = any(map(message.all, ("Auto-Submitted", "X-Failed-Recipients", "X-MLServer")))
    return bool(message.first("From")) and not (declared or marked or any(_signs(message)))


def _signs(message: Message) -> tuple[bool, bool, bool]:
    """Say what the sender tells: a name that reports bear, an empty envelope sender, a name that some bear."""
    sender = decode_words(message.first("From") or "").casefold()
    returned_to = (message.first("Return-Path") or "").casefold()
    reporter = any(name in sender for name in words.REPORTERS) or bool(message.all("X-MS-Embedded-Report"))
    null = "<>" in (returned_to.strip(), sender.strip()) or "mailer-daemon" in returned_to
    return reporter, null, any(name in sender for name in words.DOUBTFUL)


def _is_reported(message: Message) -> bool:
    """Say whether a mail server wrote this mail to report a delivery: it says so, or two signs agree."""
    declared = dict(message.content_params).get("report-type", "").casefold() == "delivery-status"
    enclosed = any(report.content_type in _DSN_TYPES for report in message.reports)
    if declared or enclosed or message.all("X-Failed-Recipients"):
        return True
    sender = decode_words(message.first("From") or "").casefold()
    head = list(above_returned(message.text))
    if message.all("X-MLServer") and "-admin@" in sender:
        return says(message, head, words.LIST_REFUSED)
    reporter, null, doubtful = _signs(message)
    if not (reporter or null or doubtful):
        return False
    subject = any(phrase in message.subject.casefold() for phrase in words.SUBJECTS)
    said = says(message, head, words.FAILED + words.DELAYED)
    returned = any(report.content_type in _RETURNED_TYPES for report in message.reports)
    return (reporter and (subject or said)) or (null and returned) or (subject and said)


# --- the mail that came back ------------------------------------------------------------------------------

# Quoted by a forwarding, folded, or written anew as encoded words.
_MESSAGE_ID = re.compile(
    r"^[> \t]{0,20}(?:x-)?(?:original-)?message-id:[ \t]*(?:\n[> \t]{1,20})?(<[^<>\s]{1,998}>|=\?[^\s]{1,400}\?=)",
    re.IGNORECASE | re.MULTILINE,
)
# Our own mark of automatic mail ends in its Message-ID, which some relays write anew.
_LOOP_MARK = re.compile(
    r"^[> \t]{0,20}x-maild-loop:\s{0,5}[a-z0-9]{1,16}\.[a-z2-7]{26}\.([!-~]{1,400})[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE,
)


def returned_ids(message: Message) -> tuple[str, ...]:
    """Return the Message-IDs by which a report may name the mail it is about, the likeliest first."""
    return tuple(dict.fromkeys(islice(_ids(message), _MOST_IDS)))


def _ids(message: Message) -> Iterator[str]:
    """Yield the Message-IDs of the returned part, of the report's fields, of the prose, and what it answers."""
    returned = [report.text for report in message.reports if report.content_type in _RETURNED_TYPES]
    fields = [report.text for report in message.reports if report.content_type in _DSN_TYPES]
    for text in (*returned, *fields, message.text):
        yield from (decode_words(match[1]).strip() for match in _MESSAGE_ID.finditer(text))
        yield from (f"<{match[1]}>" for match in _LOOP_MARK.finditer(text))
    yield from message.in_reply_to
    yield from reversed(message.references)
