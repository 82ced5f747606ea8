"""Blocks of a mail as HTML that any mail program shows: inline styles, nothing from elsewhere, no script.

Colours are set only where they are readable on white and on black, and nothing has a background: so a program that
turns a mail dark can. Everything a fact holds is escaped; the only links are those of the template, and those of the
texts that the people who run the service wrote into their config.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape

from replies.blocks import AsTyped, Block, Items, Paragraph, Piece, Quote, Rows, read_line
from replies.guard import BLANK, LINE, opened

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BREAKS = "overflow-wrap:anywhere;word-break:break-word"
_UNBROKEN = "overflow-wrap:normal;word-break:normal"
_LONGEST_LABEL = 20  # characters that leave room beside them on a phone
_GREY = "color:#7a7a7a"  # as readable on white as on the dark of a dark mode
_GAP = "margin:0 0 16px 0"
_HIDE = "display:none;mso-hide:all;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px"
_MONO = "font-family:Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:14px"
_CELL = "padding:2px 0;vertical-align:top"
# Blanks that somebody typed at the beginning of a line, or several of them; one tab counts as one.
_TYPED_BLANKS = re.compile(f"(?:^|(?<={LINE})){BLANK}+|{BLANK}{{2,}}")
_LINK = re.compile(r"(?:https://|http://|mailto:)[^\s\"'<>`\\]{1,500}")
_PAGE = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<title>{title}</title>\n</head>\n'
    '<body style="margin:0;padding:0">\n{hidden}'
    '<div style="max-width:600px;padding:16px;{font};font-size:16px;line-height:1.5;{breaks}">\n'
    "{body}\n</div>\n</body>\n</html>\n"
)


def write_html(
    blocks: Iterable[Block], *, language: str, title: str, preview: str = "", marker: str = ""
) -> str:
    """Return a whole page; `preview` is what a list of mails shows of it, `marker` the line that parts an answer."""
    hidden = f'<div style="{_HIDE}">{_inline(preview)}</div>\n' if preview else ""
    body = "\n".join(_mark(marker) if _is(block, marker) else _block(block) for block in blocks)
    return _PAGE.format(
        language=escape(language), title=escape(title), hidden=hidden, font=_FONT, breaks=_BREAKS, body=body
    )


def _is(block: Block, marker: str) -> bool:
    return bool(marker) and isinstance(block, Paragraph) and opened(block.text) == marker


def _mark(marker: str) -> str:
    return f'<p style="{_GAP};{_GREY};font-size:13px">{escape(marker)}</p>'


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _paragraphs(text)
        case Items(items, names):
            return _list(items, names)
        case Rows(rows):
            return _table(rows)
        case Quote(lines):
            style = f"{_GAP};padding:0 0 0 12px;border-left:3px solid #999999"
            return f'<blockquote style="{style}">{_typed(LINE.join(lines))}</blockquote>'
        case AsTyped(lines):
            return f'<p style="{_GAP};padding:0 0 0 16px;{_MONO}">{_typed(LINE.join(lines))}</p>'


def _paragraphs(text: str) -> str:
    """Return a paragraph, or those of a text that somebody typed, which are parted by blank lines."""
    return "\n".join(f'<p style="{_GAP}">{_inline(part)}</p>' for part in _parted(text))


def _parted(text: str) -> Iterator[str]:
    stretches = re.split(f"{LINE}(?:[ \t]*{LINE})+", text) if LINE in text else [text]
    yield from (stretch.strip(LINE) for stretch in stretches if stretch.strip(LINE))


def _list(items: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Return a list; with names it counts from the first one."""
    tag, start = ("ol", f' start="{escape(opened(names[0]))}"') if names else ("ul", "")
    shown = "".join(f'<li style="margin:0 0 4px 0">{_inline(item)}</li>' for item in items)
    return f'<{tag}{start} style="{_GAP};padding:0 0 0 24px">{shown}</{tag}>'


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """Return rows of label and value; labels take no more room than they need, so that values fit on a phone."""
    shown = "\n".join(
        f'<tr><td style="{_CELL};padding-right:16px;{_GREY};{_whole(label)}">{_inline(label)}</td>'
        f'<td style="{_CELL};{_BREAKS}">{_inline(value)}</td></tr>'
        for label, value in rows
    )
    style = f'role="presentation" cellpadding="0" cellspacing="0" border="0" style="{_GAP};border-collapse:collapse"'
    return f"<table {style}>\n{shown}\n</table>"


def _whole(label: str) -> str:
    """Return the style that keeps a label in one piece; a long one may be broken, though never within a word."""
    return f"{_UNBROKEN};white-space:nowrap" if len(label) <= _LONGEST_LABEL else _UNBROKEN


def _inline(text: str) -> str:
    return "".join(map(_piece, read_line(text)))


def _piece(piece: Piece) -> str:
    shown = _typed(piece.text)
    match piece.kind:
        case "strong":
            return f"<strong>{shown}</strong>"
        case "code":
            return f'<code style="{_MONO}">{shown}</code>'
        case "link":
            target = opened(piece.target)
            return f'<a href="{escape(target)}">{shown}</a>' if _LINK.fullmatch(target) else shown
        case _:
            return shown


def _typed(text: str) -> str:
    """Return text escaped, with the line ends that it has and what blanks were typed beside each other."""
    if BLANK in text:
        text = _TYPED_BLANKS.sub(lambda found: "\xa0" * len(found[0]), text)
    escaped = escape(opened(text))
    return escaped.replace("\xa0", "&nbsp;").replace("\n", "<br>\n")
