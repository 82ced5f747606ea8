"""An answer to a list of notifications: the mail about an incident follows by its number, and nothing else is done.

A list is about many incidents, so that words below it are nobody's answer to a customer; whoever wrote them is told so.
What follows goes only to the address that the list was made for, and so needs no proof but its token.
"""

from maild.core.actions import Action, Dispose, SendGathered
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.decide_staff_mail import to_staff
from maild.core.deciding.decide_unreadable_mail import decide_unreadable_mail
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember
from maild.core.understanding.list_answer import asked_numbers

ADVICE = (
    "To answer an incident of the list, reply to the list with its number, such as #1015, on a line of its own: "
    "the mail about it then comes to you, and a reply to that one is your answer."
)


def decide_list_answer(case: Case, member: StaffMember | None, rules: Rules) -> list[Action]:
    """Return the mails of `case.listed` that the answer asks for, and a receipt where it says anything else."""
    if member is None:
        return decide_unreadable_mail(
            because("list_of_another"), case.delivery.source, case.delivery.received_at, rules
        )
    numbers, more = asked_numbers(case.split.new)
    forged = case.proof.verdict == "failed"
    follow = [] if forged else [number for number in numbers if number in case.listed]
    problems = [case.proof.reason] if forged else _problems(case, numbers, more=more)
    person = case.found.token.party if case.found.token else 0
    why = because("list_answer", name=member.name)
    actions: list[Action] = [Dispose("kept", (why, *problems))]
    actions += [SendGathered(number, person) for number in follow]
    if problems:
        done = [f"sent you the mail about #{number}" for number in follow]
        facts = reply_facts.list_receipt(done, map(reply_facts.sentence, problems), ADVICE)
        actions.append(to_staff("receipt", case.sender, facts, case))
    return actions


def _problems(case: Case, numbers: tuple[int, ...], *, more: bool) -> list[Reason]:
    """Return why the mail, or a part of it, leads to nothing."""
    nothing = [because("list_no_answer")] if more or not numbers else []
    return [
        *nothing,
        *(because("not_listed", number=number) for number in numbers if number not in case.listed),
    ]
