"""Facts under guard: while a template is filled, no character of a fact can be read as markup.

The characters that mean something in the source of a mail are put aside for others that no mail holds, before a fact
enters its template, and put back when text or HTML is written. So what a stranger wrote is never a list, a link or a
quote of ours, whatever stands around it.
"""

import re

_AWAY = 0xF0000  # a private plane of Unicode: nobody agreed on these characters, so no text can lack them
_MARKS = "*[]()<>`\\|#-"
_BLANKS = " \t\n"
_PLANE = range(_AWAY, _AWAY + 0x100)

ROW = chr(_AWAY + 1)  # what filters make, begins with one of these, and no fact can hold them
PART = chr(_AWAY + 2)
NUMBER = chr(_AWAY + 3)
LINE = chr(_AWAY + ord("\n"))  # a line end within a fact
BLANK = chr(_AWAY + ord(" "))  # a blank within a fact that stays as it was typed

_CLEARED = dict.fromkeys(_PLANE, "\ufffd")
_OF_LINE = _CLEARED | {ord(char): chr(_AWAY + ord(char)) for char in _MARKS}
_OF_TEXT = _OF_LINE | {ord(char): chr(_AWAY + ord(char)) for char in _BLANKS}
_HELD = re.compile(f"[{chr(_PLANE[0])}-{chr(_PLANE[-1])}]")
_BACK = {_AWAY + ord(char): char for char in _MARKS + _BLANKS}


def guarded(line: str) -> str:
    """Return a fact of one line without a character that is markup; its blanks stay, so that it can be wrapped."""
    return line.translate(_OF_LINE)


def guarded_text(text: str) -> str:
    """Return a fact of many lines without a character that is markup, its blanks and line ends included."""
    return text.translate(_OF_TEXT)


def opened(text: str) -> str:
    """Return what was guarded as it was.

    >>> opened(guarded("- [x](http://shop.example)"))
    '- [x](http://shop.example)'
    """
    return (
        text.translate(_BACK) if _HELD.search(text) else text
    )  # to look is ten times as fast as to translate
