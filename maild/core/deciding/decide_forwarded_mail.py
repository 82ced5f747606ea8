"""One of the staff forwards a customer's mail: the incident is the customer's, and what stands above it is a note.

The mail is not proven by being forwarded: whoever may forward could as well have been lied to. It is answered only
where its forwarder asks for that with `#ack`, and it came in when we got it. A mail of ours or of a machine that is
forwarded to us is no request; on its incident it is kept as a note. Everything else is the staff member's own mail.
"""

from dataclasses import replace
from datetime import datetime

from maild.core.actions import Action, AddEntry, AddParty, Dispose, ForIncident, QueueReply
from maild.core.deciding import reply_facts
from maild.core.deciding.append_mail import append_mail
from maild.core.deciding.case import Case, ForwardCase, Rules
from maild.core.deciding.decide_customer_mail import apart_from, closed_for_good
from maild.core.deciding.decide_machine_mail import QUIET_KINDS
from maild.core.deciding.open_incident import open_incident
from maild.core.deciding.staff_commands import VERBS, Commands, out_of_place, read_commands
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, staff_member


def is_customers(forward: ForwardCase, rules: Rules) -> bool:
    """Say whether the forwarded mail is a customer's: of one sender, who is not one of us, and a person or a shop."""
    sender = forward.case.message.sender
    if sender is None or staff_member(rules.staff, sender.address) or sender.key in rules.own_addresses:
        return False
    return forward.case.writer.kind not in QUIET_KINDS


def is_no_request(forward: ForwardCase, rules: Rules) -> bool:
    """Say whether the forwarded mail is one that we sent, or a machine's, on an incident that is known."""
    machines = forward.case.writer.kind in QUIET_KINDS
    return (machines or _is_ours(forward, rules)) and forward.case.found.incident is not None


def _is_ours(forward: ForwardCase, rules: Rules) -> bool:
    sender = forward.case.message.sender
    return forward.case.writer.kind == "loop" or (sender is not None and sender.key in rules.own_addresses)


def decide_forwarded_mail(
    case: Case, forward: ForwardCase, member: StaffMember, rules: Rules, now: datetime
) -> list[Action]:
    """Return the actions for a customer's mail that `member` forwards with `case`."""
    commands = read_commands(forward.note, case.message.html_text)
    problems = (*commands.problems, *out_of_place(commands, "forward"))
    how = f"proven by {case.proof.by}" if case.proven else f"though {case.proof.reason.text}"
    why = because("forwarded", name=member.name, how=how)
    inner = forward.case
    incident = inner.found.incident
    opens = incident is None or closed_for_good(incident, rules, now)
    late = (because("ack_too_late"),) if "ack" in commands.verbs and not opens else ()
    told = replace(inner.found, reasons=(why, *inner.found.reasons, *problems, *late))
    inner = replace(inner, found=told)
    if incident is None or opens:
        silence = _silence(case, commands, problems, member)
        alone = apart_from(inner, incident) if incident else inner
        actions = open_incident(alone, rules, (), silence=silence)
    else:
        dispose, *rest = append_mail(inner, incident, rules)
        actions = [dispose, ForIncident(incident.number), *rest, *_new_party(inner, incident)]
    return [*actions, *_note(case, commands, why)]


def note_no_request(case: Case, forward: ForwardCase, member: StaffMember, rules: Rules) -> list[Action]:
    """Return a note for a mail of ours or a machine's that `member` forwards, and a receipt: nothing is sent."""
    incident = forward.case.found.incident
    if incident is None:
        raise ValueError("a forwarded mail that is kept as a note belongs to an incident")
    ours = _is_ours(forward, rules)
    why = because("forwarded_ours" if ours else "forwarded_machine", name=member.name)
    pieces = (forward.note, "" if ours else forward.case.message.text)
    text = "\n\n".join(piece for piece in pieces if piece)
    facts = reply_facts.receipt(incident, [VERBS["note"].did], [])
    to = Address(member.address, member.name)
    return [
        Dispose("appended", (why, *forward.case.found.reasons)),
        ForIncident(incident.number),
        AddEntry("internal_note", case.sender, text, (why,), proven=case.proven),
        QueueReply("receipt", to, facts, audience="staff", in_reply_to=case.message.message_id, proven=True),
    ]


def _silence(
    case: Case, commands: Commands, problems: tuple[Reason, ...], member: StaffMember
) -> Reason | None:
    """Return why the customer is not sent a number, or None where one person of the staff, proven, asks for it."""
    asked = "ack" in commands.verbs and not problems and case.proven and not member.group
    return None if asked else because("no_ack_forwarded", name=member.name)


def _new_party(inner: Case, incident: Incident) -> list[Action]:
    """Let the customer go on with an incident on which they wrote from another address before."""
    if incident.party(inner.sender.address) is not None:
        return []
    return [AddParty(inner.sender, "cc", proven=False)]


def _note(case: Case, commands: Commands, why: Reason) -> list[Action]:
    """Return what its forwarder wrote above the mail, for the staff alone."""
    if not commands.text and not commands.verbs:
        return []
    return [
        AddEntry(
            "internal_note", case.sender, commands.text, (why,), commands=commands.verbs, proven=case.proven
        )
    ]
