"""What the parts of a mail are to a reader: its text, its attachments, its machine-readable reports."""

import re
from dataclasses import dataclass, replace
from hashlib import sha256

from maild.core.limits import Limits
from maild.core.message import Attachment, Report
from maild.core.reading.calendar_text import calendar_lines
from maild.core.reading.charset import clean_line, clean_text, decode
from maild.core.reading.encoded_files import take_out_files
from maild.core.reading.encoded_words import decode_words
from maild.core.reading.enriched_text import enriched_to_text
from maild.core.reading.flowed import unflow
from maild.core.reading.header_block import read_header
from maild.core.reading.html_text import html_to_text
from maild.core.reading.mime_parts import Part, PartReader
from maild.core.reading.rtf_text import rtf_to_text
from maild.core.reading.sealed import (
    CMS,
    SIGNATURES,
    is_encrypted_text,
    is_signed_data,
    signed_content,
    strip_armor,
)
from maild.core.reading.winmail import is_winmail, open_winmail
from maild.core.reasons import because

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
# Signatures, the control part of an encrypted mail, what only a Mac knows of the file beside it (RFC 1740).
_NO_FILES = SIGNATURES | {"application/pgp-encrypted", "application/applefile"}
_ENRICHED = frozenset({"text/enriched", "text/richtext"})
_RTF = frozenset({"text/rtf", "application/rtf"})
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_CID = re.compile(r"cid:([^\s\"'<>()\[\]]{1,250})", re.IGNORECASE)
_CID_IN_TEXT = re.compile(r"\[cid:([^\s\[\]]{1,250})\]")
_MARKS = re.compile(r"\[image: [^\n]{1,255}\]")
_NAMES = {"text/calendar": "invite.ics", "text/html": "part.html", "text/plain": "part.txt"}
_EXTENSIONS = {
    **{f"image/{kind}": kind for kind in ("png", "gif", "bmp", "webp", "tiff", "heic")},
    **{f"text/{kind}": kind for kind in ("csv", "rtf", "xml", "css")},
    **{f"application/{kind}": kind for kind in ("pdf", "zip", "rtf", "json", "xml")},
    "image/jpeg": "jpg",
    "image/svg+xml": "svg",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "application/pgp-signature": "asc",
}
REPORT_CHARS = 262_144


@dataclass(slots=True)
class _Passage:
    """A stretch of the body in one or both of its forms; `html` is still HTML."""

    plain: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """See core/message.py for each field; `defects` concern charsets, `notes` what was cut or can't be read."""

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
    if any((p.plain or p.html or "").strip() for p in passages):
        reader.notes += reader.invitations
    else:
        passages += reader.other_texts
    files = _marked_inline(reader.attachments, passages)
    images = {file.content_id: file.name for file in files if file.content_id}
    text = reader.shorten("\n".join(_shown(p.plain, p.html, images) for p in passages))
    has_html = any(p.html is not None for p in passages)
    both = has_html and any(p.plain is not None for p in passages)
    html_text = reader.shorten("\n".join(_html_shown(p) for p in passages)) if both else None
    return Body(
        text,
        html_text,
        has_html,
        tuple(files),
        tuple(reader.reports),
        tuple(dict.fromkeys(reader.defects)),
        tuple(dict.fromkeys(reader.notes)),
    )


def _shown(plain: str | None, html: str | None, images: dict[str, str]) -> str:
    """Return the plain form, with pictures named; the HTML form where the plain one is missing or blank."""
    if plain is not None and (plain.strip() or not html):
        return _CID_IN_TEXT.sub(lambda found: _picture(found, images), plain) if "[cid:" in plain else plain
    shown = _text_of(html, images) if html else ""
    # A mail that is a picture and no word says nothing: the picture is a file of it.
    return shown if _MARKS.sub("", shown).strip() else ""


def _html_shown(passage: _Passage) -> str:
    """Return the HTML form, with no marks of ours in it: it is held against the plain one (rule 15)."""
    shown = _text_of(passage.html, {}) if passage.html else ""
    return shown if shown.strip() or not passage.plain else passage.plain


def _text_of(html: str, images: dict[str, str]) -> str:
    return clean_text(html_to_text(html, images))


def _picture(found: re.Match[str], images: dict[str, str]) -> str:
    name = images.get(found[1])
    return f"[image: {name}]" if name else found[0]


def _marked_inline(files: list[Attachment], passages: list[_Passage]) -> list[Attachment]:
    """Return the files; inline is also what the text refers to by its Content-ID, wherever it stands (RFC 2392)."""
    if not any(file.content_id and not file.inline for file in files):
        return files
    named = {cid for p in passages for cid in _CID.findall(p.html or "")}
    return [replace(file, inline=True) if file.content_id in named else file for file in files]


class _BodyReader:
    """Goes through the tree once; what is not text that a reader sees becomes an attachment, so nothing is lost."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.attachments: list[Attachment] = []
        # What is the body only where nothing else is: text that is a file by its name only (seen from Netscape and
        # scanners), other forms of text, what a winmail.dat or an invitation says.
        self.other_texts: list[_Passage] = []
        self.invitations: list[str] = []
        self.reports: list[Report] = []
        self.defects: list[str] = []
        self.notes: list[str] = []
        self._unwrapped = False

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
        elif part.content_type in CMS or part.filename.lower().endswith(".p7m"):
            return self._sealed(part)
        elif is_winmail(part):
            self._winmail(part)
        else:
            self._file(part, related=related)
        return []

    def _multipart(self, part: Part) -> list[_Passage]:
        related = part.content_type == "multipart/related"
        if part.content_type == "multipart/encrypted":
            self.notes.append(because("encrypted", method="PGP").text)
        collected = [self.collect(child, related=related) for child in part.children]
        if part.content_type == "multipart/alternative":
            return _one_of(collected)
        return [passage for passages in collected for passage in passages]

    def _passage(self, part: Part) -> _Passage:
        if part.content_type == "text/html":
            html = self._decoded(part, part.content())[: self._limits.text_chars * 4]
            return _Passage(html=html) if html.strip() else _Passage()
        content, files = take_out_files(part.content())
        for file in files:
            name = clean_line(decode(file.name, part.params.get("charset"))[0])
            self._attach(
                replace(part, content_type="application/octet-stream"), name=name, content=file.content
            )
        text = strip_armor(clean_text(self._decoded(part, content)))
        if is_encrypted_text(text):
            self.notes.append(because("encrypted", method="PGP").text)
        if part.params.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        return _Passage(plain=text)

    def _decoded(self, part: Part, content: bytes) -> str:
        label = part.params.get("charset")
        if label is None and part.content_type == "text/html":
            meta = _META_CHARSET.search(content, 0, 2_048)
            # Who could read that as ASCII knows that it is no UTF-16 (WHATWG HTML §13.2.3.2).
            label = meta[1].decode("ascii") if meta and not meta[1].lower().startswith(b"utf-16") else None
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

    def _file(self, part: Part, *, related: bool) -> None:
        """Keep a part that is no text of the mail; what it says may be all that there is to read."""
        picture = part.main == "image" and (related or part.disposition == "inline")
        self._attach(part, inline=picture or part.content_type in _NO_FILES)
        if part.content_type == "text/calendar":
            lines = calendar_lines(clean_text(self._decoded(part, part.content())))
            self.invitations += ["; ".join(lines)] if lines else []
            self.other_texts.append(_Passage(plain="\n".join(lines)))
        elif part.disposition != "attachment" and (part.main == "text" or part.content_type in _RTF):
            self.other_texts.append(self._other_text(part))

    def _other_text(self, part: Part) -> _Passage:
        if part.content_type in _TEXTS:
            return self._passage(part)
        if part.content_type in _RTF:
            return _Passage(plain=clean_text(rtf_to_text(part.content()[: self._limits.text_chars])))
        text = clean_text(self._decoded(part, part.content()))[: self._limits.text_chars]
        return _Passage(plain=enriched_to_text(text) if part.content_type in _ENRICHED else text)

    def _sealed(self, part: Part) -> list[_Passage]:
        """Read what an S/MIME signature wraps, and say where nothing can be read (RFC 8551 §3.5.2); one level."""
        content = part.content()
        signed = is_signed_data(content)
        inner = signed_content(content) if signed and not self._unwrapped else None
        self._attach(part, content=content, inline=inner is not None)
        if inner is None:
            certificates = part.params.get("smime-type", "").lower() == "certs-only"
            if not certificates:
                self.notes.append(because("sealed" if signed else "encrypted", method="S/MIME").text)
            return []
        self._unwrapped = True
        header = read_header(inner)
        reader = PartReader(inner, self._limits)
        passages = self.collect(reader.read(header, header.body_start, len(inner)))
        self.defects += reader.defects
        self.notes += reader.notes
        return passages

    def _winmail(self, part: Part) -> None:
        content = part.content()
        opened = open_winmail(content, self._limits.text_chars)
        self._attach(part, content=content, inline=opened is not None)
        if opened is None:
            self.notes.append(because("winmail").text)
            return
        for file in opened.files:
            self._attach(file)
        self.other_texts.append(_Passage(clean_text(opened.plain) or None, opened.html or None))

    def _attach(
        self, part: Part, *, name: str = "", content: bytes | None = None, inline: bool = False
    ) -> None:
        if len(self.attachments) >= self._limits.attachments:
            self.notes.append(f"only the first {self._limits.attachments} attachments were kept")
            return
        data = part.content() if content is None else content
        self.attachments.append(
            Attachment(
                name=name or part.filename or self._default_name(part.content_type),
                content_type=part.content_type,
                size=len(data),
                sha256=sha256(data).hexdigest(),
                inline=inline,
                content_id=part.content_id,
                content=data,
            )
        )

    def _default_name(self, content_type: str) -> str:
        extension = _EXTENSIONS.get(content_type, "bin")
        return _NAMES.get(content_type) or f"attachment-{len(self.attachments) + 1}.{extension}"

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
