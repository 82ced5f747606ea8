"""One of the staff answers, from an address of their own, a mail that a group of the staff was sent (rule 16).

The token in that mail is the group's, and find_incident.py takes no other person's token. But any of the staff may
answer a group's mail: so the token leads to its incident, and what is asked there waits until they confirm it.
"""

from collections.abc import Sequence
from dataclasses import replace

from maild.core.incident import Incident
from maild.core.message import Message
from maild.core.reasons import because
from maild.core.reply_token import Token, opening
from maild.core.staff import StaffMember, staff_member
from maild.core.understanding.find_incident import Candidates, Clues, Found


def with_group_token(
    found: Found, clues: Clues, candidates: Candidates, message: Message, staff: Sequence[StaffMember]
) -> Found:
    """Return what the search found, with the group's token and its incident where the mail answers a group's mail."""
    own = found.token is not None and found.token.purpose != "thread"
    sender = message.sender.address if message.sender and not message.sender_doubt else None
    if own or staff_member(staff, sender) is None:
        return found
    for token in clues.tokens:
        incident = candidates.by_number.get(token.incident)
        if incident is not None and is_of_a_group(token, incident, staff):
            why = because("group_token", number=incident.number)
            return replace(found, incident=incident, how="token", token=token, reasons=(why,), linked_to=None)
    return found


def is_of_a_group(token: Token, incident: Incident, staff: Sequence[StaffMember]) -> bool:
    """Say whether the token was made for this incident and for a group address of the staff of today."""
    if token.purpose != "staff" or token.item != opening(incident.opened_at):
        return False
    holder = next((party for party in incident.parties if party.address_id == token.party), None)
    member = staff_member(staff, holder.address) if holder else None
    return member is not None and member.group


def is_own(token: Token, incident: Incident, member: StaffMember) -> bool:
    """Say whether the token was made for this very member of the staff."""
    party = incident.party(member.address)
    return party is not None and party.address_id == token.party
