"""A model of what the store keeps of incidents, to which the actions of decisions are applied, one after the other.

It knows only what the life of an incident needs, and complains where an action asks for what the table of transitions
or the store would refuse.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from maild.core.actions import (
    Action,
    AddEntry,
    ClockHappened,
    Correct,
    Dispose,
    FireStep,
    Flag,
    ForIncident,
    KeepSilent,
    MergeInto,
    OpenIncident,
    QueueReply,
    SetOwner,
    SetPriority,
    SetScope,
    SetState,
    Unflag,
)
from maild.core.incident import ENDED_STATES, TRANSITIONS, Incident, State
from maild.core.promising.clocks import WAIT_KINDS, Clocks
from maild.core.promising.steps import Watch, lay_out
from tests.parts import cases as c

STEPS = frozenset((before, after) for (before, _), after in TRANSITIONS.items())


@dataclass
class Lives:
    """All incidents with what was said on them, the mails that were sent, and the story of their clocks."""

    incidents: dict[int, Incident] = field(default_factory=dict)
    entries: list[tuple[int, str]] = field(default_factory=list)
    problems: dict[int, tuple[str, ...]] = field(default_factory=dict)
    mails: Counter[tuple[int, str, str, str]] = field(default_factory=Counter)
    clocks: dict[int, Clocks] = field(default_factory=dict)
    fired: dict[tuple[int, str, int], tuple[str, ...]] = field(default_factory=dict)
    ends: Counter[int] = field(default_factory=Counter)
    starts: Counter[int] = field(default_factory=Counter)
    split: list[tuple[int, str]] = field(default_factory=list)
    occasions: int = 0

    def happen(self, actions: Iterable[Action], at_hand: int | None, now: datetime) -> list[Action]:
        """Apply the actions of one occasion; return them."""
        done = list(actions)
        self.occasions += 1
        number = at_hand
        for action in done:
            number = self._apply(action, number, now)
        return done

    def target(self, number: int) -> Incident:
        """Return the incident that a mail about `number` joins: what it was merged into, if it was."""
        found = self.incidents[number]
        while found.merged_into is not None:
            found = self.incidents[found.merged_into]
        return found

    def watches(self, number: int) -> list[Watch]:
        """Return the waits that run on an incident, with the steps of each that fired."""
        clocks = self.clocks[number]
        return [
            Watch(
                number, number, timer, clocks.policy, lay_out(timer, clocks.policy), self.fired.get(key, ())
            )
            for timer in clocks.timers
            if timer.kind in WAIT_KINDS and timer.stopped_at is None
            for key in [(number, timer.kind, timer.cycle)]
        ]

    def fire(self, watch: Watch, actions: Iterable[Action], now: datetime) -> None:
        """Apply what was decided about a wait; no step fires twice."""
        key = (watch.incident, watch.timer.kind, watch.timer.cycle)
        steps = [action.step for action in actions if isinstance(action, FireStep)]
        assert not set(steps) & set(self.fired.get(key, ()))
        self.fired[key] = (*self.fired.get(key, ()), *steps)
        self.happen(actions, watch.incident, now)

    def _apply(self, action: Action, number: int | None, now: datetime) -> int | None:
        match action:
            case OpenIncident():
                return self._open(action, now)
            case ForIncident(chosen):
                return chosen
            case QueueReply():
                self._mail(action, number or 0)
            case KeepSilent("acknowledgement", why) if number is not None:
                found = self.incidents[number]
                self.incidents[number] = replace(found, unanswerable=found.unanswerable or why)
            case Dispose():
                pass
            case _ if number is not None:
                self._change(action, number, now)
        return number

    def _open(self, action: OpenIncident, now: datetime) -> int:
        number = 1001 + len(self.incidents)
        self.incidents[number] = c.incident(
            number,
            proven=True,
            scope=action.verdict.scope,
            priority=action.priority,
            flags=action.flags,
        )
        self.problems[number] = action.verdict.scopes
        if action.linked_to and not action.verdict.evidence:
            self.split.append((action.linked_to, action.verdict.scope))
        self.starts[number] += 1
        return number

    def _mail(self, action: QueueReply, number: int) -> None:
        """Count a mail by what the outbox knows it by; an answer is caused by its entry."""
        cause = action.cause or f"occasion:{self.occasions}"
        if action.kind == "acknowledgement":
            cause = "opened"
        cause = f"entry:{len(self.entries)}" if action.kind == "answer" else cause
        self.mails[number, action.kind, cause, action.to.key] += 1

    def _change(self, action: Action, number: int, now: datetime) -> None:
        before = self.incidents[number]
        match action:
            case AddEntry():
                self.entries.append((number, action.text))
            case SetState(state):
                self._move(before, state, now)
            case MergeInto(into):
                self._move(before, "merged", now, into)
            case SetOwner(owner):
                self.incidents[number] = replace(before, owner=owner.address if owner else "")
            case SetScope(scope):
                self.incidents[number] = replace(before, scope=scope)
            case SetPriority(priority):
                self.incidents[number] = replace(before, priority=priority)
            case Correct(field, _, after):
                self.incidents[number] = replace(before, **{field: after})  # type: ignore[arg-type]
            case Flag(flag):
                self.incidents[number] = replace(before, flags=tuple(sorted({*before.flags, flag})))
            case Unflag(flag):
                self.incidents[number] = replace(before, flags=tuple(sorted({*before.flags} - {flag})))
            case ClockHappened(event, policy):
                clocks = self.clocks.get(number) or Clocks(policy or c.POLICY)
                self.clocks[number] = clocks.after(event)
                self.ends[number] += event.type == "resolved"
                self.starts[number] += event.type == "reopened"

    def _move(self, before: Incident, state: State, now: datetime, into: int | None = None) -> None:
        assert (before.state, state) in STEPS, f"{before.state} never leads to {state}"
        closed_at = now if state in ENDED_STATES else None
        self.incidents[before.number] = replace(before, state=state, closed_at=closed_at, merged_into=into)
