"""What the parts of a mail are to a reader: its text, its attachments, its machine-readable reports."""

import re
from dataclasses import dataclass
from hashlib import sha256

from maild.core.charset import clean_line, clean_text, decode
from maild.core.encoded_words import decode_words
from maild.core.flowed import unflow
from maild.core.header_block import read_header
from maild.core.html_text import html_to_text
from maild.core.limits import Limits
from maild.core.message import Attachment, Report
from maild.core.mime_parts import Part

_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/global-headers",
    }
)
_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_TEXTS = frozenset({"text/plain", "text/html"})
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_EXTENSIONS = {"text/calendar": "invite.ics", "text/html": "part.html", "text/plain": "part.txt"}
REPORT_CHARS = 262_144


@dataclass(slots=True)
class _Passage:
    """A stretch of the body in one or both of its forms."""

    plain: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """See core/message.py for each field; `defects` concern charsets, `notes` what was cut."""

    text: str
    html_text: str | None
    has_html: bool
    attachments: tuple[Attachment, ...]
    reports: tuple[Report, ...]
    defects: tuple[str, ...]
    notes: tuple[str, ...]


def read_body(root: Part, limits: Limits) -> Body:
    """Return what `root` says, within the soft limits on text and attachments (rule 19)."""
    reader = _BodyReader(limits)
    passages = reader.collect(root)
    if not any((p.plain or p.html or "").strip() for p in passages):
        passages += reader.named_texts
    text = reader.shorten("\n".join(_shown(p.plain, p.html) for p in passages))
    has_html = any(p.html is not None for p in passages)
    both = has_html and any(p.plain is not None for p in passages)
    html_text = reader.shorten("\n".join(_shown(p.html, p.plain) for p in passages)) if both else None
    return Body(
        text,
        html_text,
        has_html,
        tuple(reader.attachments),
        tuple(reader.reports),
        tuple(dict.fromkeys(reader.defects)),
        tuple(dict.fromkeys(reader.notes)),
    )


def _shown(wanted: str | None, other: str | None) -> str:
    """Return the wanted form; the other one where it is missing or blank."""
    return wanted if wanted is not None and (wanted.strip() or not other) else other or ""


class _BodyReader:
    """Goes through the tree once; what is not text that a reader sees becomes an attachment, so nothing is lost."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.attachments: list[Attachment] = []
        # Text that is a file by its name only: the body, where nothing else is (seen from Netscape and scanners).
        self.named_texts: list[_Passage] = []
        self.reports: list[Report] = []
        self.defects: list[str] = []
        self.notes: list[str] = []

    def collect(self, part: Part, *, related: bool = False) -> list[_Passage]:
        """Return the passages of `part` in order."""
        if part.children:
            return self._multipart(part)
        if part.content_type in _REPORTS:
            self.reports.append(Report(part.content_type, self._report_text(part)))
        elif part.content_type in _MAILS:
            self._attached_mail(part)
        elif _is_text(part):
            return [self._passage(part)]
        else:
            self._attach(part, inline=related or part.disposition == "inline")
            if part.content_type in _TEXTS and part.disposition != "attachment":
                self.named_texts.append(self._passage(part))
        return []

    def _multipart(self, part: Part) -> list[_Passage]:
        related = part.content_type == "multipart/related"
        collected = [self.collect(child, related=related) for child in part.children]
        if part.content_type == "multipart/alternative":
            return _one_of(collected)
        return [passage for passages in collected for passage in passages]

    def _passage(self, part: Part) -> _Passage:
        if part.content_type == "text/html":
            html = self._decoded(part)[: self._limits.text_chars * 4]
            return _Passage(html=clean_text(html_to_text(html))) if html.strip() else _Passage()
        text = clean_text(self._decoded(part))
        if part.params.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        return _Passage(plain=text)

    def _decoded(self, part: Part) -> str:
        content = part.content()
        label = part.params.get("charset")
        if label is None and part.content_type == "text/html":
            meta = _META_CHARSET.search(content, 0, 2_048)
            label = meta[1].decode("ascii") if meta else None
        text, right = decode(content, label)
        if not right:
            self.defects.append(
                f"charset {clean_line(label or '')[:40]} does not fit the bytes of a {part.content_type}"
            )
        return text

    def _report_text(self, part: Part) -> str:
        return clean_text(decode(part.content(), part.params.get("charset"))[0])[:REPORT_CHARS]

    def _attached_mail(self, part: Part) -> None:
        """Keep an attached mail whole, and its header as a report: a bounce names the failed mail there."""
        content = part.content()
        header = read_header(content)
        lines = "\n".join(f"{name}: {value}" for name, value in header.fields)
        self.reports.append(Report(part.content_type, lines[:REPORT_CHARS]))
        subject = decode_words(header.first("subject"))[:100].strip()
        self._attach(part, name=part.filename or f"{subject or 'mail'}.eml", content=content)

    def _attach(
        self, part: Part, *, name: str = "", content: bytes | None = None, inline: bool = False
    ) -> None:
        if len(self.attachments) >= self._limits.attachments:
            self.notes.append(f"only the first {self._limits.attachments} attachments were kept")
            return
        data = part.content() if content is None else content
        number = len(self.attachments) + 1
        self.attachments.append(
            Attachment(
                name=name or part.filename or _EXTENSIONS.get(part.content_type, f"attachment-{number}.bin"),
                content_type=part.content_type,
                size=len(data),
                sha256=sha256(data).hexdigest(),
                inline=inline,
                content_id=part.content_id,
                content=data,
            )
        )

    def shorten(self, text: str) -> str:
        """Cut the text at the soft limit, with a note."""
        text = text.strip("\n")
        if len(text) <= self._limits.text_chars:
            return text
        self.notes.append(f"the text was cut after {self._limits.text_chars} characters")
        return text[: self._limits.text_chars]


def _is_text(part: Part) -> bool:
    """Tell whether a leaf is part of the body: plain or HTML text that is not marked as a file (RFC 2183 §2)."""
    if part.content_type not in _TEXTS:
        return False
    return part.disposition in ("", "inline") and not part.filename


def _one_of(alternatives: list[list[_Passage]]) -> list[_Passage]:
    """Join the alternatives of one text into passages with both forms (RFC 2046 §5.1.4)."""
    plain = [p.plain for passages in alternatives for p in passages if p.plain is not None]
    html = [p.html for passages in alternatives for p in passages if p.html is not None]
    if not plain and not html:
        return []
    return [_Passage("\n".join(plain) if plain else None, "\n".join(html) if html else None)]
