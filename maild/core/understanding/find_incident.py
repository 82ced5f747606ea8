"""Which incident a mail belongs to: by token, known Message-ID, `[#n]`, or mails that we never saw (rules 11 to 13).

What is harder to make up counts first; last comes what its sender wrote in the same words just now. Outlook's
Thread-Index and Thread-Topic are no clue: some programs copy them from mail to mail, others make them anew, and anybody
can write them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from maild.core.incident import Incident
from maild.core.message import Message
from maild.core.reasons import Reason, because
from maild.core.reply_token import Keys, Token, opening, verify
from maild.core.understanding.authenticate import Proof
from maild.core.understanding.clean_subject import same_topic

How = Literal["token", "message_id", "number", "ancestor", "same", "confirm", "list", "new"]

NUMBER_TAG = re.compile(r"\[#([1-9][0-9]{0,9})\]")
HIGHEST_NUMBER = 2**31 - 1  # what an integer column holds; the store is not asked for more
MOST_UNSEEN = 20  # ids of mails we never saw that one mail leaves with its incident


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about its incident, each kind with the newest first.

    `tokens` verified; `message_ids` are the other ids it answers or refers to, as the parser gives them;
    `numbers` stand as `[#n]` in its subject; `own_id` is its Message-ID, which an earlier mail may have answered.
    The store looks up these three, and the incidents of the tokens.
    """

    tokens: tuple[Token, ...]
    message_ids: tuple[str, ...]
    numbers: tuple[int, ...]
    own_id: str | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found for the clues: incidents by number, and the numbers of known Message-IDs.

    `by_ancestor` are ids of mails we never saw, to which mails of the sender's on that incident refer; `same` is an
    incident to which the sender wrote the very same only just now.
    """

    by_number: Mapping[int, Incident]
    by_message_id: Mapping[str, int]
    by_ancestor: Mapping[str, int] = field(default_factory=dict)
    same: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The incident that a mail joins, or None for a new one; `reasons` say what counted and what did not.

    `how` is the clue that decided; `confirm` = the mail answers a confirmation, and `incident` may be None;
    `list` = it answers a list of notifications (list_answer.py), and `incident` is None.
    `proven_join` = it holds a token or its sender is proven. `linked_to` = an incident that it named in vain.
    `merged_from` = the incident that it names, where that was merged into this one.
    `unseen` = ids of mails we never saw to which it refers: a further mail that refers to one belongs to the same.
    """

    incident: Incident | None
    how: How
    token: Token | None
    proven_join: bool
    reasons: tuple[Reason, ...]
    linked_to: int | None
    unseen: tuple[str, ...] = ()
    merged_from: int | None = None


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
        own_id=message.message_id,
    )


def find(
    message: Message, clues: Clues, candidates: Candidates, proof: Proof, authserv_configured: bool
) -> Found:
    """Return which incident the mail joins: the first clue that counts decides, others leave a reason.

    A thread token counts for whoever holds it, a staff token for its own person, both only for the incident
    that was opened when they say; whose a confirmation is, its row in the store knows. A Message-ID or a
    number counts only from an address of that incident which nothing calls forged, and, where an authserv-id
    is configured, which is proven. A mail we never saw joins only who wrote on that incident before.
    """
    found = _find(message, clues, candidates, proof, authserv_configured)
    return replace(found, unseen=_unseen(clues, candidates))


def _find(
    message: Message, clues: Clues, candidates: Candidates, proof: Proof, authserv_configured: bool
) -> Found:
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


def _unseen(clues: Clues, candidates: Candidates) -> tuple[str, ...]:
    """Return the ids of mails we never saw: of many the newest, and the one that began the thread."""
    ids = [text for text in clues.message_ids if text not in candidates.by_message_id]
    return tuple(ids) if len(ids) <= MOST_UNSEEN else (*ids[: MOST_UNSEEN - 1], ids[-1])


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
    yield from _weaker_leads(clues, candidates)


def _weaker_leads(clues: Clues, candidates: Candidates) -> Iterator[_Lead]:
    """Yield what names no incident of ours: mails we never saw, and the same mail sent again."""
    for text in clues.message_ids:
        if text in candidates.by_ancestor:
            number = candidates.by_ancestor[text]
            yield _Lead("ancestor", number, None, because("shared_ancestor", message_id=text, number=number))
    if clues.own_id and clues.own_id in candidates.by_ancestor:
        number = candidates.by_ancestor[clues.own_id]
        yield _Lead("ancestor", number, None, because("late_ancestor", number=number))
    if candidates.same is not None:
        yield _Lead("same", candidates.same, None, because("same_again", number=candidates.same))


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
    if lead.how == "same":
        return because("dmarc_failed_join", number=incident.number) if proof.verdict == "failed" else None
    if message.sender is None or message.sender_doubt:
        return because("from_doubtful", doubt=message.sender_doubt)
    party = incident.party(message.sender.address)
    if lead.token is not None:
        own = party is not None and party.address_id == lead.token.party
        return None if own else because("token_of_another", number=incident.number)
    if party is None or (lead.how == "ancestor" and not party.wrote):
        return because("stranger", number=incident.number, address=message.sender.address)
    if proof.verdict == "failed":
        return because("dmarc_failed_join", number=incident.number)
    if authserv_configured and proof.verdict != "proven":
        return because("not_proven", number=incident.number)
    if (
        lead.how == "ancestor"
        and incident.state == "closed"
        and not same_topic(message.subject, incident.subject)
    ):
        # Who answers an old mail of a colleague's only to find our address begins something new.
        return because("another_topic", number=incident.number)
    return None
