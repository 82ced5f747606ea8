"""Decide what to do about one mail: who wrote it, and to what, says which page decides.

Everything comes in as values and goes out as actions (core/actions.py); nothing happens here.
"""

from dataclasses import replace
from datetime import datetime

from maild.core.actions import Action, LiftSuppression
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.decide_bounce import REPORT_KINDS, decide_bounce
from maild.core.deciding.decide_confirmation import decide_confirmation
from maild.core.deciding.decide_customer_mail import decide_customer_mail
from maild.core.deciding.decide_list_answer import decide_list_answer
from maild.core.deciding.decide_machine_mail import QUIET_KINDS, decide_machine_mail
from maild.core.deciding.decide_staff_mail import decide_staff_mail
from maild.core.deciding.decide_unreadable_mail import decide_unreadable_mail
from maild.core.reasons import because

SPAM = "spam_flag"  # the reason by whose name automatic.py tells of a filter's mark


def decide(case: Case, rules: Rules, now: datetime) -> list[Action]:
    """Return the actions that `case` asks for: one Dispose first, then what follows from it."""
    if only_leaves_a_trace(case):
        return decide_bounce(case, rules) if case.writer.kind in REPORT_KINDS else decide_machine_mail(case)
    lifted = lift(case)
    return [*decide_letter(replace(case, suppressed="") if lifted else case, rules, now), *lifted]


def lift(case: Case) -> list[Action]:
    """Return the end of a mark that a report set: a person who writes from the address proves that it lives.

    Who complained of our mail is not asked again by having written: only a person lifts that.
    """
    if not (case.suppressed.startswith("bounce_") and case.proven and case.writer.kind == "human"):
        return []
    sender = case.sender
    return [LiftSuppression(sender, because("lifted", address=sender.address))]


def decide_letter(case: Case, rules: Rules, now: datetime) -> list[Action]:
    """Return the actions for a mail that may do more than leave a trace."""
    if case.message.sender is None or not case.message.sender.domain:
        doubt = because("no_sender", doubt=case.message.sender_doubt)
        return decide_unreadable_mail(doubt, case.delivery.source, case.delivery.received_at, rules)
    if case.confirmation is not None:
        return decide_confirmation(case, case.confirmation, rules, now)
    member = case.from_staff(rules)
    if case.found.how == "list" and (member or not case.by_hand):
        return decide_list_answer(case, member, rules)
    if is_spam(case) and not (member and case.proven):
        spam = next(reason for reason in case.writer.reasons if reason.name == SPAM)
        return decide_unreadable_mail(spam, case.delivery.source, case.delivery.received_at, rules)
    if member is not None:
        return decide_staff_mail(case, member, rules, now)
    return decide_customer_mail(case, rules, now)


def is_spam(case: Case) -> bool:
    """Say whether a filter marked a mail that belongs to nothing: a person looks, then it is handled like any other."""
    marked = any(reason.name == SPAM for reason in case.writer.reasons)
    return marked and case.found.incident is None and not case.by_hand


def only_leaves_a_trace(case: Case) -> bool:
    """Say whether the mail may do nothing but stand on a thread: a machine's, or a program's on an incident.

    What confirms, or asks for the mails of a list, must be written by a person (rule 11): no program releases anything.
    """
    kind = case.writer.kind
    if case.confirmation is not None or case.found.how == "list":
        return kind != "human"
    return kind in QUIET_KINDS or (kind == "auto_generated" and case.found.incident is not None)
