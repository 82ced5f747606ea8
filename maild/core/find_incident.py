"""Which incident a mail belongs to: by token, then known Message-ID, then `[#n]` (rulings 11 to 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from maild.core.incident import Incident
from maild.core.reasons import Reason
from maild.core.reply_token import Token

How = Literal["token", "message_id", "number", "confirm", "new"]


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about its incident, each kind with the newest first.

    `tokens` verified; `message_ids` are the other ids it answers or refers to, as the parser gives them;
    `numbers` stand as `[#n]` in its subject. The store looks up these two, and the incidents of the tokens.
    """

    tokens: tuple[Token, ...]
    message_ids: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found for the clues: incidents by number, and the numbers of known Message-IDs."""

    by_number: Mapping[int, Incident]
    by_message_id: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """The incident that a mail joins, or None for a new one; `reasons` say what counted and what did not.

    `how` is the clue that decided; `confirm` = the mail answers a confirmation, and `incident` may be None.
    `proven_join` = it holds a token or its sender is proven. `linked_to` = an incident that it named in vain.
    """

    incident: Incident | None
    how: How
    token: Token | None
    proven_join: bool
    reasons: tuple[Reason, ...]
    linked_to: int | None
