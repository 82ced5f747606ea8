"""Whatever customers, staff, machines and time do in whatever order, no mail is lost, nobody is left unanswered.

A walk over the decisions themselves: each mail is decided as the daemon decides it, and a model in memory takes the
place of the store (tests/parts/lives.py).
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from maild.core.actions import Action, AddEntry, Dispose, KeepSilent, MergeInto, OpenIncident, Unflag
from maild.core.deciding.change_state import change_state
from maild.core.deciding.decide import decide
from maild.core.deciding.decide_silence import decide_silence
from maild.core.deciding.decide_undelivered import Loss, decide_undelivered
from maild.core.incident import ENDED_STATES, State
from maild.core.promising.sla import TimerKind
from maild.core.reasons import because
from maild.core.reply_token import Token
from maild.core.sent_mail import SentAnswer, SentMail
from maild.core.understanding.new_text import split_text
from tests.parts import cases as c
from tests.parts.lives import Lives
from tests.parts.messages import ALICE

LABELS = {"outage": "a shop that is down", "tax": "taxes", "upgrade": "an upgrade"}
POLICY = replace(c.POLICY, pre_close_days=5, close_days=3, next_response=c.POLICY.first_response)
RULES = c.rules(policy=POLICY, scopes=LABELS, alternatives={"upgrade": {"en": ("a quote",)}})
WAITS: dict[State, TimerKind] = {"waiting": "silence", "pre_closed": "closing"}
VERDICTS = [
    c.VERDICT,
    c.HOTRUSH,
    replace(c.VERDICT, scope="tax", scopes=("tax", "outage"), multi=True),
    replace(
        c.VERDICT,
        scope="upgrade",
        scopes=("upgrade",),
        in_scope=False,
        evidence=(replace(c.VERDICT.evidence[0], rule="scope upgrade"),),
    ),
]
SAYINGS = ["It is back.", "solved", "Thanks!", "yes", "no", "2", "2, 1", "HotRush please", "Danke, gelöst"]
ORDERS = [
    *("#take", "#bug", "#decline", "#decline upgrade", "#accept", "#spam", "#split", "#split tax", "#reopen"),
    *("#close", "#working", "#note\nHm.", "Try this.", "#working\nSoon.", "#close\nDone.", "#reopen\nSorry."),
    *("#take\n#bug", "#clsoe", "#spam\n#close", "#priority hotrush", "#merge 1001"),
]


class LifeCycle(RuleBasedStateMachine):
    """Incidents live, and what must hold of each holds after each step."""

    numbers = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.lives = Lives()
        self.now = c.NOW
        self.mails = 0

    # --- what happens ---

    @initialize(target=numbers)
    def a_first_mail_comes(self) -> int:
        """There is always one to go on with."""
        return self.a_customer_writes_for_the_first_time(c.VERDICT, human=True)

    @rule(target=numbers, verdict=st.sampled_from(VERDICTS), human=st.booleans())
    def a_customer_writes_for_the_first_time(self, verdict: Any, human: bool) -> int:
        """A person is answered by exactly one mail; of a machine it is said why it is not."""
        case = c.case(verdict=verdict, proof=c.PROVEN, writer=c.writer("human" if human else "list"))
        done = self._decided(case, None)
        told = [mail for mail in c.mails(done) if mail.audience == "customer"]
        silences = [action for action in c.of_type(done, KeepSilent) if action.kind == "acknowledgement"]
        assert (len(told), len(silences)) == ((1, 0) if human else (0, 1))
        return max(self.lives.incidents)

    @rule(
        number=numbers,
        text=st.sampled_from(SAYINGS),
        vouched=st.booleans(),
        verdict=st.sampled_from(VERDICTS),
    )
    def the_customer_writes_again(self, number: int, text: str, vouched: bool, verdict: Any) -> None:
        """Somebody of the staff reads it, wherever it goes; it is never the customer's turn after it."""
        found = self.lives.target(number)
        done = self._says(found.number, text, vouched=vouched, verdict=verdict)
        self._is_read(found.number, done)
        answers_a_question = any(isinstance(action, Unflag) for action in done)
        assert self.lives.incidents[found.number].state not in WAITS or answers_a_question

    @rule(number=numbers, text=st.sampled_from(ORDERS))
    def staff_write(self, number: int, text: str) -> None:
        """Whoever ordered something reads what came of it."""
        done = self._orders(number, text)
        assert len(c.mails(done, "receipt")) == ("#" in text)

    @rule(number=numbers)
    def staff_answer(self, number: int) -> None:
        """Then it is the customer's turn, where the incident is not over."""
        found = self.lives.target(number)
        self._orders(number, "Please try again.")
        after = self.lives.incidents[found.number].state
        assert after == ("waiting" if found.is_open else found.state)

    @rule(number=numbers, other=numbers)
    def staff_merge(self, number: int, other: int) -> None:
        """What is merged goes on in an incident that is open, at which it is our turn if it was before."""
        found, into = self.lives.target(number), self.lives.incidents[other]
        done = self._orders(number, f"#merge {other}")
        if c.of_type(done, MergeInto):
            left = self.lives.target(other)
            assert left.is_open
            assert left.state not in WAITS or (found.state in WAITS and into.state in WAITS)

    @rule(number=numbers, answer=st.sampled_from(["yes", "no", "Ja, bitte", "Why?"]), again=st.booleans())
    def a_second_problem_is_split_off(self, number: int, answer: str, again: bool) -> None:
        """Asked once, answered once; the same answer again opens nothing more."""
        self._orders(number, "#split tax")
        for _ in range(2 if again else 1):
            found = self.lives.target(number)
            asked = [flag for flag in found.flags if flag.startswith("split_asked:")]
            done = self._says(found.number, answer, answers="split_asked")
            self._is_read(found.number, done)
            # What is split off has no words of its own that say what it is; a letter that came too late has.
            assert asked or all(one.verdict.evidence for one in c.of_type(done, OpenIncident))

    @rule(number=numbers, kind=st.sampled_from(["auto_reply", "bounce", "calendar", "read_receipt"]))
    def a_machine_writes(self, number: int, kind: Any) -> None:
        """It changes nothing and is answered by nothing."""
        found = self.lives.target(number)
        before = dict(self.lives.incidents)
        done = self._decided(c.case(c.message(), c.found(found), writer=c.writer(kind)), found.number)
        assert self.lives.incidents == before
        assert c.mails(done) == []

    @rule(days=st.sampled_from([0.01, 1, 2.5, 3, 5, 15]))
    def time_passes(self, days: float) -> None:
        """The clock moves; each wait that is due is looked at."""
        self.now += timedelta(days=days)
        for number in sorted(self.lives.incidents):
            for watch in self.lives.watches(number):
                found = self.lives.incidents[number]
                done = decide_silence(watch, found, RULES, self.now)
                self.lives.fire(watch, done, self.now)

    @rule(number=numbers, only=st.booleans())
    def an_answer_comes_back(self, number: int, only: bool) -> None:
        """It is our turn again, or the incident stays as it was decided."""
        found = self.lives.target(number)
        mail = 100 + self.lives.occasions
        others = () if only else (SentAnswer(9, self.now, lost=False),)
        answers = (SentAnswer(mail, self.now, lost=False), *others)
        sent = SentMail(
            mail,
            "answer",
            "customer",
            ALICE,
            "x",
            True,
            False,
            found,
            answers,
            self.lives.clocks[found.number],
        )
        loss = Loss(
            sent, because("bounce_user_unknown", address=ALICE.address), "550 no", hard=False, at=self.now
        )
        self.lives.happen(decide_undelivered(loss, RULES), found.number, self.now)
        after = self.lives.incidents[found.number].state
        assert after not in WAITS
        assert (after == found.state) or found.state not in ENDED_STATES

    @rule(number=numbers)
    def something_is_bought(self, number: int) -> None:
        """What waited for it is submitted; nothing else changes."""
        found = self.lives.target(number)
        done = change_state(found, "granted", because("opened"), self.now)
        self.lives.happen(done, found.number, self.now)

    @rule(number=numbers)
    def it_waits_for_what_pays_for_it(self, number: int) -> None:
        """As if the config required that; only what was just submitted."""
        if self.lives.incidents[number].state == "submitted":
            waiting = replace(self.lives.incidents[number], state="awaiting_entitlement")
            self.lives.incidents[number] = waiting

    # --- what must hold ---

    @invariant()
    def no_two_mails_for_one_cause(self) -> None:
        """To one person, of one kind, about one thing."""
        assert [key for key, count in self.lives.mails.items() if count > 1] == []

    @invariant()
    def no_mail_is_lost(self) -> None:
        """Each one that came stands on an incident at least once."""
        assert len(self.lives.entries) >= self.mails

    @invariant()
    def nothing_ends_twice(self) -> None:
        """So nothing is charged twice: between two ends lies a new beginning."""
        for number, found in self.lives.incidents.items():
            over = found.state in ENDED_STATES
            assert self.lives.ends[number] == self.lives.starts[number] - (not over)

    @invariant()
    def the_clocks_know_whose_turn_it_is(self) -> None:
        """The customer's silence is waited for exactly while it is their turn, and nothing runs after the end."""
        for number, found in self.lives.incidents.items():
            clocks = self.lives.clocks[number]
            over = found.state in ENDED_STATES
            assert clocks.phase == ("resolved" if over else found.state if found.state in WAITS else "open")
            waits = [watch.timer.kind for watch in self.lives.watches(number)]
            assert waits == ([WAITS[found.state]] if found.state in WAITS else [])
            assert not (over and [timer for timer in clocks.timers if timer.stopped_at is None])

    @invariant()
    def what_is_merged_has_a_living_target(self) -> None:
        """Its mails find the way, however often that was merged in turn."""
        for number, found in self.lives.incidents.items():
            assert (found.merged_into is not None) == (found.state == "merged")
            assert self.lives.target(number).merged_into is None

    @invariant()
    def no_problem_is_split_off_twice(self) -> None:
        """Each is an incident of its own once."""
        split = Counter(self.lives.split)
        assert [key for key, count in split.items() if count > 1] == []

    @invariant()
    def nobody_is_told_who_must_not_be(self) -> None:
        """I9: an incident that a machine opened gets nothing automatic, whatever is done with it."""
        silent = {number for number, found in self.lives.incidents.items() if found.silence}
        told = {(number, kind) for number, kind, _, to in self.lives.mails if to == ALICE.key}
        assert {kind for number, kind in told if number in silent} <= {"answer"}

    def _says(
        self, number: int, text: str, *, vouched: bool = True, verdict: Any = c.VERDICT, answers: str = ""
    ) -> list[Action]:
        """Let the customer write on an incident."""
        found = self.lives.incidents[number]
        case = c.case(
            c.message(text=text),
            c.found(found, c.thread_token(number) if vouched else None),
            split=split_text(text),
            verdict=verdict,
            problems=self.lives.problems[number],
            began="It began.",
            clocks=self.lives.clocks[number],
            answers=answers,
        )
        return self._decided(case, number)

    def _is_read(self, number: int, done: list[Action]) -> None:
        """A letter is told to whoever has the incident, and where nobody has it, to all."""
        owner = self.lives.incidents[number].owner
        told = {mail.to.address for mail in c.mails(done) if mail.audience == "staff"}
        assert told in ({owner}, {c.ANNA.address, c.BEN.address})

    def _orders(self, number: int, text: str) -> list[Action]:
        """Let Anna write on an incident; a merge is with the one that she names."""
        found = self.lives.target(number)
        word = text.rpartition(" ")[2]
        case = c.from_staff(
            text,
            joined=c.found(found, Token("staff", found.number, 1)),
            problems=self.lives.problems[found.number],
            other=self.lives.incidents.get(int(word)) if word.isdigit() else None,
            clocks=self.lives.clocks[found.number],
        )
        return self._decided(case, found.number)

    def _decided(self, case: Any, number: int | None) -> list[Action]:
        """Decide about a mail that comes now, and apply it."""
        case = replace(case, delivery=replace(case.delivery, received_at=self.now))
        done = decide(case, RULES, self.now)
        disposed = c.only(done, Dispose).disposition
        assert disposed in ("opened", "appended", "quiet")
        assert c.of_type(done, AddEntry)
        self.mails += 1
        return self.lives.happen(done, number, self.now)


LifeCycle.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestLifeCycle = LifeCycle.TestCase
