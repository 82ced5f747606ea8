"""A customer asks what they have left: by a mail that says nothing else, which opens no incident."""

from maild.core.actions import Action, Dispose, ForIncident, QueueReply
from maild.core.deciding import service_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.life_facts import subject_of
from maild.core.deciding.tell_requester import tell_requester
from maild.core.entitlement import Account
from maild.core.incident import Incident
from maild.core.reasons import because
from maild.core.understanding.clean_subject import clean_subject
from maild.core.understanding.service_words import balance_language


def asks_balance(case: Case) -> bool:
    """Say whether a proven person asks for the balance and nothing else, in the subject, the text or both."""
    if not case.proven or case.writer.kind != "human" or case.forwarded or case.suppressed:
        return False
    return bool(balance_language(_asked_by(case)))


def _asked_by(case: Case) -> str:
    """Return the one line that may ask for the balance: that of the text, or the subject where it has none."""
    text = [line for line in case.split.new.splitlines() if any(map(str.isalnum, line))]
    if not text:
        return clean_subject(case.message.subject)
    return text[0] if len(text) == 1 else ""


def decide_balance(case: Case, rules: Rules) -> list[Action]:
    """Return the balance in answer to a mail of no incident; the mail is kept, and nobody is disturbed."""
    language = case.language or balance_language(_asked_by(case)) or rules.language
    facts = {**service_facts.balance(case.account, rules, language), "language": language}
    subject = clean_subject(case.message.subject)
    return [
        Dispose("kept", (because("balance_asked"), case.proof.reason)),
        ForIncident(None),
        QueueReply(
            "balance",
            case.sender,
            {"subject": subject, **facts},
            in_reply_to=case.message.message_id,
            proven=True,
        ),
    ]


def balance_on(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return the balance in answer to a mail on an incident, beside all that the mail does there."""
    if not asks_balance(case):
        return []
    facts = {
        "subject": subject_of(incident),
        **service_facts.balance(case.account, rules, incident.language),
    }
    return [QueueReply("balance", case.sender, facts, in_reply_to=case.message.message_id, proven=True)]


def tell_low(incident: Incident, payer: Account, rules: Rules) -> list[Action]:
    """Return word to a customer whose incident is closed that nothing is left for another one.

    Only who paid for it with something that is used up is told, and only a proven one: it is their balance.
    """
    paid = any(one.kind in ("incident", "points") for one in incident.charges)
    more = (
        payer.usable("subscription", payer.at),
        payer.usable("incident", payer.at),
        payer.usable("free", payer.at),
        [payer] if payer.points(payer.at) >= rules.terms.price else [],
    )
    if not paid or any(more) or not incident.requester.proven:
        return []
    facts = service_facts.balance(payer, rules, incident.language)
    return [tell_requester(incident, "entitlement_low", facts)]
