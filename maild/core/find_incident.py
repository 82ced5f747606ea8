"""Which incident a mail belongs to: by token, then known Message-ID, then `[#n]` (rules 11 to 13)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from maild.core.authenticate import Proof
from maild.core.incident import Incident
from maild.core.message import Message
from maild.core.reasons import Reason, because
from maild.core.reply_token import Keys, Token, opening, verify

How = Literal["token", "message_id", "number", "confirm", "new"]

NUMBER_TAG = re.compile(r"\[#([1-9][0-9]{0,9})\]")
HIGHEST_NUMBER = 2**31 - 1  # what an integer column holds; the store is not asked for more


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


@dataclass(frozen=True, slots=True)
class _Lead:
    """One clue that leads to an incident, and what it says if it counts."""

    how: How
    number: int
    token: Token | None
    reason: Reason


def clues(message: Message, recipients: Sequence[str], keys: Keys) -> Clues:
    """Return what the mail says about its incident; `recipients` are those of the envelope, where known.

    First comes In-Reply-To, then References from its end (RFC 5322 §3.6.4), then the plus-addresses.
    """
    answered = dict.fromkeys((*message.in_reply_to, *reversed(message.references)))
    addressed = (*recipients, *message.all("Delivered-To"), *(a.address for a in (*message.to, *message.cc)))
    tokens = {text: verify(keys, text) for text in (*answered, *addressed)}
    numbers = dict.fromkeys(map(int, NUMBER_TAG.findall(message.subject)))
    return Clues(
        tokens=tuple(dict.fromkeys(token for token in tokens.values() if token)),
        message_ids=tuple(text for text in answered if tokens[text] is None),
        numbers=tuple(number for number in numbers if number <= HIGHEST_NUMBER),
    )


def find(
    message: Message, clues: Clues, candidates: Candidates, proof: Proof, authserv_configured: bool
) -> Found:
    """Return which incident the mail joins: the first clue that counts decides, others leave a reason.

    A thread token counts for whoever holds it, a staff token for its own person, both only for the incident
    that was opened when they say; whose a confirmation is, its row in the store knows. A Message-ID or a
    number counts only from an address of that incident which nothing calls forged, and, where an authserv-id
    is configured, which is proven.
    """
    refused: list[Reason] = []
    linked_to = None
    for lead in _leads(clues, candidates):
        incident = candidates.by_number.get(lead.number)
        if incident is None and lead.how != "confirm":
            continue
        objection = _objection(lead, incident, message, proof, authserv_configured) if incident else None
        if objection is None:
            held = lead.token is not None or proof.verdict == "proven"
            return Found(incident, lead.how, lead.token, held, (*dict.fromkeys(refused), lead.reason), None)
        refused.append(objection)
        if objection.name != "token_of_another_time":
            linked_to = linked_to or lead.number
    reasons = tuple(dict.fromkeys(refused)) or (because("new"),)
    return Found(None, "new", None, proof.verdict == "proven", reasons, linked_to)


def _leads(clues: Clues, candidates: Candidates) -> Iterator[_Lead]:
    """Yield every clue in the order in which they count.

    The token of another person is still an id of ours: it comes again as the Message-ID that it is. One of
    another time is not: neither it nor its number, which stands in the same subject, means this incident.
    """
    known = candidates.by_number
    lost = {token for token in clues.tokens if _of_another_time(token, known.get(token.incident))}
    for token in clues.tokens:
        if token.purpose == "confirm":
            yield _Lead("confirm", token.incident, token, because("confirmation"))
        else:
            yield _Lead("token", token.incident, token, because("token", number=token.incident))
    for token in clues.tokens:
        if token not in lost:
            yield _by_message_id(token.incident, "a notification")
    for text in clues.message_ids:
        if text in candidates.by_message_id:
            yield _by_message_id(candidates.by_message_id[text], text)
    lost_numbers = {token.incident for token in lost}
    for number in clues.numbers:
        if number not in lost_numbers:
            yield _Lead("number", number, None, because("number", number=number))


def _of_another_time(token: Token, incident: Incident | None) -> bool:
    """Say whether the token was made for an earlier incident that had the number of this one."""
    return token.purpose != "confirm" and incident is not None and token.item != opening(incident.opened_at)


def _by_message_id(number: int, text: str) -> _Lead:
    return _Lead("message_id", number, None, because("known_message_id", message_id=text, number=number))


def _objection(
    lead: _Lead, incident: Incident, message: Message, proof: Proof, authserv_configured: bool
) -> Reason | None:
    """Return why the lead does not count for this sender, or None if it does."""
    if lead.token is not None and _of_another_time(lead.token, incident):
        return because("token_of_another_time", number=incident.number)
    if lead.token is not None and lead.token.purpose != "staff":
        return None
    if message.sender is None or message.sender_doubt:
        return because("from_doubtful", doubt=message.sender_doubt)
    party = incident.party(message.sender.address)
    if lead.token is not None:
        own = party is not None and party.address_id == lead.token.party
        return None if own else because("token_of_another", number=incident.number)
    if party is None:
        return because("stranger", number=incident.number, address=message.sender.address)
    if proof.verdict == "failed":
        return because("dmarc_failed_join", number=incident.number)
    if authserv_configured and proof.verdict != "proven":
        return because("not_proven", number=incident.number)
    return None
