"""Somebody answers a list of notifications (rule 5): a mail about many incidents, so that nothing in it is for one.

What can be asked of a list is the mail about an incident that it stands for, by its number on a line of its own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from maild.core.message import Message
from maild.core.reasons import because
from maild.core.reply_token import Keys, verify
from maild.core.staff import StaffMember, staff_of
from maild.core.understanding.find_incident import HIGHEST_NUMBER, Clues, Found

MOST_ASKED = 50  # numbers of one mail; no list is that long for whoever reads it
_LINE_CHARS = 200
_ONE = re.compile(r"[\W_]*([1-9][0-9]{0,9})[\W_]*")
_MANY = re.compile(r"[\W_]*(?:[#\uff03]\s*[1-9][0-9]{0,9}[\W_]*)+")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")


def with_list_token(
    found: Found, clues: Clues, message: Message, keys: Keys, staff: Sequence[StaffMember]
) -> Found:
    """Return what the search found, or that the mail answers a list: whatever number stands in its subject.

    A stranger's mail does so only by In-Reply-To: what they answer may have begun as a list that was forwarded.
    """
    tokens = clues.tokens
    if staff_of(message, staff) is None:
        tokens = tuple(token for one in message.in_reply_to if (token := verify(keys, one)))
    listed = next((token for token in tokens if token.purpose == "list"), None)
    if listed is None or (found.token is not None and listed != tokens[0]):
        return found
    why = because("list_token")
    return replace(
        found, incident=None, how="list", token=listed, proven_join=False, reasons=(why,), linked_to=None
    )


def asked_numbers(new_text: str) -> tuple[tuple[int, ...], bool]:
    r"""Return the incidents whose mails are asked for, and whether the text says anything beside.

    >>> asked_numbers("#1015\n#1016, #1017")
    ((1015, 1016, 1017), False)
    >>> asked_numbers("#1015 please restart it")
    ((), True)
    """
    numbers: list[int] = []
    more = False
    for line in new_text.splitlines():
        if not any(char.isalnum() for char in line):
            continue
        short = len(line) <= _LINE_CHARS and not line.lstrip().startswith(">")
        if short and (_ONE.fullmatch(line) or _MANY.fullmatch(line)):
            numbers += [int(number) for number in _NUMBER.findall(line)]
        else:
            more = True
    known = [number for number in dict.fromkeys(numbers) if number <= HIGHEST_NUMBER]
    return tuple(known[:MOST_ASKED]), more or len(known) > MOST_ASKED
