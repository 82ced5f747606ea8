"""A report came in about a mail of ours, or says so: believe it only of a mail that left, to that very address.

Whoever has our Message-ID and the address it went to has had that mail, or is the server that could not deliver
it. All other reports are kept and change nothing; and no report of a mail to the staff makes more than one further
mail to each of them a day.
"""

from maild.core.actions import Action, AddEntry, Dispose, ForIncident, NoteBounce, Suppress
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.decide_machine_mail import decide_machine_mail
from maild.core.deciding.decide_undelivered import Loss, decide_undelivered, tell
from maild.core.message import fold
from maild.core.reasons import Reason, because
from maild.core.sent_mail import SentMail
from maild.core.understanding.automatic import Kind
from maild.core.understanding.bounce import FailedRecipient

REPORT_KINDS: frozenset[Kind] = frozenset({"bounce", "delay_notice", "delivery_receipt", "feedback_report"})
_TOLD_CHARS = 200


def decide_bounce(case: Case, rules: Rules) -> list[Action]:
    """Return what a delivery or feedback report does: a note, and what follows where it is true of a mail of ours."""
    sent = case.returned
    if sent is None:
        return noted(case, None, (because("report_of_nothing"),))
    address = sent.recipient.address
    if not sent.left:
        return noted(case, sent, (because("report_of_unsent"),))
    if case.writer.kind == "feedback_report":
        return complaint(case, sent, rules)
    found = about(case, sent)
    if found is None:
        return noted(case, sent, (because("report_misaddressed", address=address),))
    if found.action != "failed":
        name = "report_delayed" if found.action == "delayed" else "report_delivered"
        return noted(case, sent, (because(name, address=address),))
    if sent.came_back:
        return noted(case, sent, (because("report_again"),))
    return lost(case, sent, found, rules)


def about(case: Case, sent: SentMail) -> FailedRecipient | None:
    """Return what the report says of the address the mail went to, by its own name or by what it was made of."""
    told = [
        one
        for one in (case.bounce.recipients if case.bounce else ())
        if sent.recipient.key in (fold(one.address), fold(one.original))
    ]
    return next((one for one in told if one.action == "failed"), told[0] if told else None)


def lost(case: Case, sent: SentMail, found: FailedRecipient, rules: Rules) -> list[Action]:
    """Return the note of a mail that did not arrive, and what follows for whom it was meant."""
    why = because(f"bounce_{found.reason}", address=sent.recipient.address)
    loss = Loss(sent, why, found.said, found.hard, case.delivery.received_at)
    marked = (because("marked", address=sent.recipient.address),) if _marks(loss) else ()
    reasons = (why, because("server_said", said=found.said[:_TOLD_CHARS]), *marked)
    return [*noted(case, sent, reasons), NoteBounce(sent.id, why), *follows(case, loss, rules)]


def follows(case: Case, loss: Loss, rules: Rules) -> list[Action]:
    """Return what follows: all of it for an answer or a dead address; for a passing trouble of the rest, nothing."""
    if loss.sent.audience == "staff":
        return others_told(case, loss, rules)
    return decide_undelivered(loss, rules) if loss.hard or loss.sent.kind == "answer" else []


def others_told(case: Case, loss: Loss, rules: Rules) -> list[Action]:
    """Return word to the other staff that one of them can't be reached: about no incident, and once a day.

    That such a word came back is told to nobody, or two dead addresses would keep each other busy.
    """
    if loss.sent.kind == "delivery_problem":
        return []
    day = case.delivery.received_at.date().isoformat()
    facts = reply_facts.delivery_problem(loss.sent, loss.why, loss.said)
    cause = f"unreachable:{loss.sent.recipient.key}:{day}"
    return [ForIncident(None), *tell(loss.sent, facts, rules, cause)]


def complaint(case: Case, sent: SentMail, rules: Rules) -> list[Action]:
    """Return what a feedback report does (RFC 5965): no automatic mail to that customer; staff are told once."""
    why = because("complained", address=sent.recipient.address)
    if sent.audience == "staff":
        return noted(case, sent, (why,))
    facts = reply_facts.delivery_problem(sent, why, "", complaint=True, marked=True)
    return [
        *noted(case, sent, (why, because("marked", address=sent.recipient.address))),
        Suppress(sent.recipient, why),
        *tell(sent, facts, rules, f"complaint:{sent.recipient.key}"),
    ]


def noted(case: Case, sent: SentMail | None, reasons: tuple[Reason, ...]) -> list[Action]:
    """Return the mail as a note on the incident of the mail of ours, or kept where that is about none."""
    if sent is None:
        return decide_machine_mail(case, reasons)
    because_of = (*reasons, *case.writer.reasons)
    if sent.incident is None:
        return [Dispose("kept", because_of), ForIncident(None)]
    return [
        Dispose("quiet", because_of),
        ForIncident(sent.incident.number),
        AddEntry("machine_note", case.message.sender, case.split.new, because_of),
    ]


def _marks(loss: Loss) -> bool:
    return loss.hard and loss.sent.audience == "customer"
