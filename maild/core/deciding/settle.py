"""What a change of an incident's state does to what was bought for it: every such change asks here.

Closed is spent; whatever ends without work of ours, and a bug of ours, is given back. Reopened, it is paid for
already. What is reserved in the first place is decided in payment.py.
"""

from collections.abc import Mapping
from typing import Literal

from maild.core.actions import Action, Release, Spend
from maild.core.incident import Cause, Incident
from maild.core.reasons import because

Occasion = Cause | Literal["bug"]
# What ends an incident that cost its customer something, and what makes it cost nothing: with the words for why.
SPENDS: Mapping[Occasion, str] = {
    "closed_by_staff": "spent_closed",
    "closed_by_customer": "spent_closed",
    "closed_by_silence": "spent_closed",
}
RELEASES: Mapping[Occasion, str] = {
    "declined": "free_declined",
    "spam": "free_spam",
    "merged": "free_merged",
    "bug": "free_bug",
}


def settle(incident: Incident, cause: Occasion) -> list[Action]:
    """Return what is spent or released where `cause` changes `incident`, which is as it was before."""
    if not incident.charges:
        return []
    if cause in SPENDS and any(one.state == "reserved" for one in incident.charges):
        return [Spend(because(SPENDS[cause]))]
    return [Release(because(RELEASES[cause]))] if cause in RELEASES else []


def honoured(incident: Incident) -> list[Action]:
    """Return the spending of a HotRush that is answered now: it was what its customer paid for."""
    owed = (one for one in incident.charges if one.purpose == "hotrush" and one.state == "reserved")
    return [Spend(because("spent_honoured"), "hotrush")] if any(owed) else []


def cost_of(incident: Incident) -> str:
    """Return in words what the incident costs its customer once it is closed; "" where nothing was bought for it."""
    return " + ".join(words for words in (one.cost for one in incident.charges) if words)
