"""One of the staff answered, closed or noted something: their colleagues are told, a short mail each (rule 47).

There is no web site to look at: without this two people would answer the same customer, and a note would be read by
nobody. A reply to such a mail is an answer to the customer like any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from maild.core.actions import Action, QueueReply, SetState
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.staff import StaffMember


def tell_colleagues(
    incident: Incident, author: StaffMember, wrote: reply_facts.Wrote, done: Sequence[Action], rules: Rules
) -> list[Action]:
    """Return one mail to each of the staff but the author of what was `done`, as far as the config wants them told."""
    if rules.tell_colleagues == "answers" and not wrote.to_customer:
        wrote = replace(wrote, text="", files=False)
    states = [action.state for action in done if isinstance(action, SetState)]
    did = [*_what(wrote, closed="closed" in states)]
    if not did or rules.tell_colleagues == "none":
        return []
    facts = reply_facts.colleague_wrote(incident, (states or [incident.state])[-1], author.name, did, wrote)
    return [
        QueueReply(
            "colleague_wrote",
            Address(member.address, member.name),
            facts,
            audience="staff",
            with_attachments=wrote.files,
            proven=True,
        )
        for member in rules.staff
        if member.key != author.key
    ]


def _what(wrote: reply_facts.Wrote, *, closed: bool) -> Iterator[str]:
    """Yield in words what was done that colleagues hear of."""
    if wrote.to_customer:
        yield "answered the customer"
    elif wrote.text or wrote.files:
        yield "wrote a note"
    if closed:
        yield "closed the incident"
