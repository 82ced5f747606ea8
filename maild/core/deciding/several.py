"""One incident is about one problem: what a mail asks for beside it, and which its customer wants first.

The numbers that a customer answers with are those of the first list they were sent, whatever is first now.
"""

from collections.abc import Sequence

from classifiers.settings import Verdict
from maild.core.actions import Action, SetScope
from maild.core.deciding import life_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import Incident
from maild.core.message import fold
from maild.core.reasons import because
from maild.core.understanding.customer_words import says_order

FLAG = "several"


def problems_of(verdict: Verdict, *, unlimited: bool = False) -> tuple[str, ...]:
    """Return the problems of a mail that need an incident each, the first one first; none where it has only one.

    What belongs together (two scopes of one upgrade, where a fault lies) the rules of the classifier join. Who has a
    subscription is `unlimited`: they may ask for as much as they like in one mail.
    """
    return verdict.scopes if verdict.multi and len(verdict.scopes) > 1 and not unlimited else ()


def labels_of(problems: Sequence[str], rules: Rules) -> list[str]:
    """Return the problems in the words of the config."""
    return [rules.scopes.get(problem, problem.replace("_", " ")) for problem in problems]


def decide_order(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return the change of what is first, where the requester answers our list with it; nothing where they do not."""
    if FLAG not in incident.flags or not case.vouched or not is_requester(case, incident):
        return []
    labels = labels_of(case.problems, rules)
    order = says_order(case.split.new, labels)
    if not order:
        return []
    scope = case.problems[order[0]]
    why = because("order_changed", label=labels[order[0]])
    others = [problem for problem in case.problems if problem != scope]
    return [
        *((SetScope(scope, why),) if scope != incident.scope else ()),
        tell_requester(incident, "order_changed", life_facts.order_changed(incident, scope, others)),
    ]


def is_requester(case: Case, incident: Incident) -> bool:
    """Say whether the mail is a person's whose incident it is: what others in Cc say binds nobody."""
    return case.writer.kind == "human" and case.sender.key == fold(incident.requester.address)
