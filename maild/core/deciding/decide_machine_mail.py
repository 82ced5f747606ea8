"""A machine wrote: keep it where it belongs; it changes no state, stops no clock, and is never answered."""

from maild.core.actions import Action, AddEntry, Dispose
from maild.core.deciding.case import Case
from maild.core.reasons import Reason, because
from maild.core.understanding.automatic import Kind

# Mails that only ever leave a trace. A list or a program may carry a request; these carry none (rules: Machines).
QUIET_KINDS: frozenset[Kind] = frozenset(
    {
        "auto_reply",
        "bounce",
        "delay_notice",
        "delivery_receipt",
        "read_receipt",
        "feedback_report",
        "loop",
        "calendar",
    }
)


def decide_machine_mail(case: Case, also: tuple[Reason, ...] = ()) -> list[Action]:
    """Return a machine note on the incident the mail belongs to, or keep the mail where it belongs to none.

    `also` is what else there is to say of it.
    """
    kind = case.writer.kind
    if case.found.incident is None or kind == "loop":
        return [Dispose("kept", (because("kept_machine", kind=said(kind)), *also, *case.writer.reasons))]
    note = because("machine_note", kind=said(kind))
    return [
        Dispose("quiet", (note, *also, *case.writer.reasons, *case.found.reasons)),
        AddEntry("machine_note", case.message.sender, case.split.new, (note, *also, *case.writer.reasons)),
    ]


def said(kind: Kind) -> str:
    """Return the kind in words.

    >>> said("auto_reply")
    'auto reply'
    """
    return kind.replace("_", " ")
