"""One automatic mail to the requester of an incident, or the reason why they are sent none."""

from maild.core.actions import KeepSilent, QueueReply, ReplyKind
from maild.core.deciding.reply_facts import Facts
from maild.core.incident import Incident
from maild.core.message import Address


def tell_requester(incident: Incident, kind: ReplyKind, facts: Facts) -> QueueReply | KeepSilent:
    """Return the mail in the requester's thread; a machine, a forger or a dead address is told nothing."""
    if incident.silence:
        return KeepSilent(kind, incident.silence)
    requester = incident.requester
    return QueueReply(
        kind,
        Address(requester.address, requester.name),
        facts,
        in_reply_to=incident.last_message_id,
        proven=requester.proven,
    )
