"""A winmail.dat as parts of the mail: its text in both forms, and its files as if they had been attached one by one."""

from dataclasses import dataclass

from maild.core.reading.charset import clean_line
from maild.core.reading.mime_parts import Part
from maild.core.reading.rtf_text import rtf_to_text, wraps_html
from maild.core.reading.tnef import TnefFile, read_tnef

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NAME = "winmail.dat"


@dataclass(frozen=True, slots=True)
class Winmail:
    """What was found: `plain` and `html` are empty where it has no such text."""

    plain: str
    html: str
    files: tuple[Part, ...]


def is_winmail(part: Part) -> bool:
    """Tell whether a part is one, by its type or, where a server changed that, by its name."""
    return part.content_type in TYPES or (part.main == "application" and part.filename.lower() == _NAME)


def open_winmail(content: bytes, limit: int) -> Winmail | None:
    """Return what it holds, or None where it can't be read or holds nothing; texts have at most `limit` characters."""
    found = read_tnef(content, limit)
    if found is None:
        return None
    plain, html = found.text, found.html
    if not html and found.rtf and (wraps_html(found.rtf) or not plain):
        words = rtf_to_text(found.rtf)
        plain, html = (plain, words) if wraps_html(found.rtf) else (words, "")
    files = tuple(map(_part, found.files))
    return Winmail(plain[:limit], html[: 4 * limit], files) if plain or html or files else None


def _part(file: TnefFile) -> Part:
    return Part(
        content_type=clean_line(file.content_type) or "application/octet-stream",
        params={},
        disposition="attachment",
        filename=clean_line(file.name)[:255],
        content_id=clean_line(file.content_id),
        encoding="binary",
        body=file.content,
    )
