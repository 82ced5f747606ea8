"""Read a delivery report in prose: the addresses that failed, each with the lines that are about it.

Only what stands above the mail that came back is read, else the addresses in that mail would be taken for failed
ones. Where the prose names nobody, the address is looked for in the header, then in the mail that came back.
"""

import re
from collections.abc import Iterator, Sequence

from maild.core.message import Message
from maild.core.understanding import bounce_words as words
from maild.core.understanding.bounce_fields import Action, Told, best_status, groups, told_by

_TEXT_LINES = 120
_NESTED_BYTES = 65_536
_ANY_ADDRESS = re.compile(
    r"[A-Za-z0-9._%+=/'!#$&*?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_ADDRESS_LINE = re.compile(
    r"\s*(?:(?:Recipient|Recipient address|Addressed To|Could not be delivered to|RCPT TO|Address):\s*)?"
    rf"[<\"']*({_ANY_ADDRESS.pattern})[>\"']*\s*(?:[:;,]|on\b|\(|\.\.\.|$)",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:(?<![\d.@\w-])[45][0-5]\d[ -]|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}[ -])")
_TO = re.compile(rf"^To:[^\n]*?({_ANY_ADDRESS.pattern})", re.IGNORECASE | re.MULTILINE)


def told_in_prose(message: Message) -> list[Told]:
    """Return what a report in prose says of each address, the first of several the one it names first."""
    head = list(above_returned(message.text))
    listed = [told for fields in groups("\n".join(head)) if _named(fields) and (told := told_by(fields))]
    if listed:
        return listed
    action: Action = "delayed" if says(message, head, words.DELAYED) else "failed"
    named = _named_in(message, head) or _nested(message)
    return [Told(address, "", best_status("", said), action, said) for address, said in named]


def above_returned(text: str) -> Iterator[str]:
    """Yield the lines above the mail that came back."""
    for line in text.splitlines()[:_TEXT_LINES]:
        low = line[:200].casefold()
        ruled = low.lstrip().startswith(("--", "==", "__", "**", *words.RETURNED)) or low.rstrip().endswith(
            ":"
        )
        if low.startswith(("received:", "return-path:", "dkim-signature:", "delivered-to:")):
            return
        if ruled and len(low) < 100 and any(phrase in low for phrase in words.RETURNED):
            return
        yield line[:1000]


def says(message: Message, head: Sequence[str], phrases: Sequence[str]) -> bool:
    """Say whether the subject or the lines hold one of the phrases."""
    said = " ".join(" ".join((message.subject, *head)).casefold().split())
    return any(phrase in said for phrase in phrases)


def reply_in(text: str) -> str:
    """Return the text from the server's own reply on, its code first, or "" where it holds none."""
    found = _REPLY.search(text)
    return text[found.start() :] if found else ""


def _named(fields: object) -> bool:
    return isinstance(fields, dict) and "final-recipient" in fields


def _named_in(message: Message, head: Sequence[str]) -> list[tuple[str, str]]:
    """Return (address, words) for each address that begins a line, else for the first that is named."""
    starts = [(i, match[1]) for i, line in enumerate(head) if (match := _ADDRESS_LINE.match(line[:400]))]
    everything = " ".join(" ".join(head).split())
    if starts:
        ends = [*(i for i, _ in starts[1:]), len(head)]
        return [
            (address, " ".join(" ".join(head[i:end]).split()))
            for (i, address), end in zip(starts, ends, strict=True)
        ]
    named = ", ".join(message.all("X-Failed-Recipients")) or everything
    ours = {address.key for address in (*message.to, *message.cc)}
    found = [one for one in _ANY_ADDRESS.findall(named[:20_000]) if one.casefold() not in ours]
    return [(address, everything) for address in found[:1]]


def _nested(message: Message) -> list[tuple[str, str]]:
    """Return whom a report names that came inside this one, else the one recipient of the mail that came back."""
    for file in message.attachments:
        if file.content_type == "message/rfc822":
            text = file.content[:_NESTED_BYTES].decode("latin-1")
            inside = [told for fields in groups(text) if _named(fields) and (told := told_by(fields))]
            if inside:
                return [(told.address, f"{told.said} {told.status}".strip()) for told in inside]
    everything = " ".join(message.text.split())
    returned = [match[1] for report in message.reports for match in _TO.finditer(report.text)]
    return [(address, everything) for address in set(returned) if len(set(returned)) == 1]
