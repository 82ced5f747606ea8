"""What one of the staff answered, closed, corrected or noted is told to their colleagues, a short mail each (rule 47).

There is no web site to look at: without this two people would answer the same customer, and a note would be read by
nobody. A reply to such a mail is an answer to the customer like any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from maild.core.actions import Action, Correct, Flag, MergeInto, QueueReply, SetOwner, SetState, Unflag
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody
from maild.core.incident import Incident, State
from maild.core.staff import StaffMember
from maild.core.writing.time_words import instant

ENDS: Mapping[State, str] = {
    "closed": "closed the incident",
    "declined": "declined it as outside the service",
    "spam": "ended it as spam",
}


def tell_colleagues(
    incident: Incident,
    author: StaffMember,
    wrote: reply_facts.Wrote,
    done: Sequence[Action],
    rules: Rules,
    due: datetime | None = None,
) -> list[Action]:
    """Return one mail to each of the staff but the author of what was `done`, as far as the config wants them told.

    `due` is when an answer is due now, where that was changed.
    """
    if rules.tell_colleagues == "answers" and not wrote.to_customer:
        wrote = replace(wrote, text="", files=False)
    states = [action.state for action in done if isinstance(action, SetState)]
    said = [*_what(wrote), *_turned(incident, done)]
    corrected = [*_corrected(done), *_marked(done), *_handed_over(done, author)]
    # Whom it was given to has a mail of that already.
    aware = {author.key} | (set() if said or [*_corrected(done)] else _owners(done))
    if rules.tell_colleagues == "none" or not (said or (corrected and rules.tell_colleagues == "all")):
        return []
    facts = reply_facts.colleague_wrote(
        incident,
        (states or [incident.state])[-1],
        author.name,
        [*said, *corrected],
        wrote,
        instant(due),
    )
    return [
        QueueReply(
            "colleague_wrote",
            member.to,
            facts,
            audience="staff",
            with_attachments=wrote.files,
            proven=True,
        )
        for member in everybody(rules)
        if member.key not in aware
    ]


def _what(wrote: reply_facts.Wrote) -> Iterator[str]:
    """Yield in words what was written that colleagues hear of."""
    if wrote.to_customer:
        yield "answered the customer"
    elif wrote.text or wrote.files:
        yield "wrote a note"


def _turned(incident: Incident, done: Sequence[Action]) -> Iterator[str]:
    """Yield in words how the incident ended, or that it is open again."""
    over = not incident.is_open
    for action in done:
        if isinstance(action, MergeInto):
            mine = action.number == incident.number
            yield "merged another one into it" if mine else f"merged it into #{action.number}"
        elif isinstance(action, SetState) and action.state in ENDS:
            yield ENDS[action.state]
        elif isinstance(action, SetState) and over:
            over = False
            yield "opened it again"


def _marked(done: Sequence[Action]) -> Iterator[str]:
    """Yield in words what was found out about the incident."""
    for action in done:
        if isinstance(action, Flag) and action.flag == "bug":
            yield "found a defect of the software"
        elif isinstance(action, Flag) and action.flag.startswith("split_asked:"):
            yield "asked the customer about a second incident"
        elif (
            isinstance(action, Unflag) and action.flag == "out_of_scope" and "accepted" in action.reason.name
        ):
            yield "accepted it as inside the service"


def _corrected(done: Sequence[Action]) -> Iterator[str]:
    """Yield in words what was corrected."""
    for action in done:
        if isinstance(action, Correct):
            yield f"changed the {action.field} from {action.before} to {action.after}"


def _handed_over(done: Sequence[Action], author: StaffMember) -> Iterator[str]:
    """Yield in words who has the incident now, where that was changed."""
    for action in done:
        if isinstance(action, SetOwner) and action.owner is None:
            yield "put the incident back"
        elif isinstance(action, SetOwner) and action.owner is not None:
            mine = action.owner.key == author.key
            yield "took the incident" if mine else f"gave the incident to {action.owner.name}"


def _owners(done: Sequence[Action]) -> set[str]:
    return {action.owner.key for action in done if isinstance(action, SetOwner) and action.owner}
