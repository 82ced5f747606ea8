"""What a change of an incident's state does to what was bought for it: every such change asks here."""

from typing import Literal

from maild.core.actions import Action
from maild.core.incident import Cause, Incident


def settle(incident: Incident, cause: Cause | Literal["bug", "accepted"]) -> list[Action]:
    """Return what is reserved, spent or released where `cause` changes `incident`, which is as it was before.

    Two causes change no state: staff say that the software is at fault, or accept what seemed out of scope.
    """
    return []


def cost_of(incident: Incident) -> str:
    """Return in words what the incident costs its customer once it is closed; "" where nothing was bought for it."""
    return ""
