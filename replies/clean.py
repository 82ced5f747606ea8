"""What may stand in a mail of ours: text of strangers without the characters that deceive or break lines.

Two forms: `one_line` for whatever must stay on its line (a subject, a name, a fact in a list), `plain_text`
for what may have many. Neither raises, whatever the text.
"""

import re

# Line and paragraph separators and every control character but the tab and line feed: in a header they would
# start a new one, in a text they would steer the terminal that shows it.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# Embeddings, overrides and isolates turn the order of what is read around (the "Trojan source" trick).
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Characters without width hide a word inside another one.
_HIDDEN = "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
# The joiners have no width either, but Persian, Hindi and many emoji are spelled with them: texts keep them.
_JOINERS = "\u200c\u200d"

_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_BREAKS_LINE = re.compile(f"[{_CONTROL}\u2028\u2029]")
_NOT_IN_LINE = re.compile(f"[{_TURNING}{_HIDDEN}{_JOINERS}]")
_NOT_IN_TEXT = re.compile(f"[{_CONTROL}{_TURNING}{_HIDDEN}]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def one_line(text: str) -> str:
    r"""Return `text` on one line: controls become blanks, runs of blanks one blank, deceiving characters go.

    >>> one_line("Order 12\r\nBcc: eve@example.net")
    'Order 12 Bcc: eve@example.net'
    """
    if not (text.isascii() and text.isprintable()):
        text = _SURROGATE.sub("\ufffd", _NOT_IN_LINE.sub("", _BREAKS_LINE.sub(" ", text)))
    return " ".join(text.split())


def plain_text(text: str) -> str:
    r"""Return `text` with `\n` as its only line end and without characters that steer or deceive.

    >>> plain_text("first\r\nsecond\x1b[2J")
    'first\nsecond[2J'
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text  # most texts, and several times as fast
    return _SURROGATE.sub("\ufffd", _NOT_IN_TEXT.sub("", _LINE_ENDS.sub("\n", text)))


def shorten(text: str, limit: int) -> str:
    """Return `text` with at most `limit` characters; a cut shows as an ellipsis.

    >>> shorten("My store is down", 9)
    'My store…'
    """
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
