"""The team by mail: who gets an incident, who hears of it, how it goes up, and what everybody reads in the morning."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.assign_queue import assign_waiting
from maild.fire_timers import fire_due
from maild.send_digest import send_mornings
from maild.testing import Sent
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, JANE, NOW, PROOF, Target, target
from tests.parts.command_line import Terminal
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEA, MAX = "lea@example.com", "max@example.com"
TEAM = (
    PROOF
    + f"""
[[staff]]
name = "Lea"
address = "{LEA}"
role = "lead"
[[staff]]
name = "Max"
address = "{MAX}"
role = "manager"
language = "de"
time_zone = "Europe/Berlin"
[assignment]
method = "least_load"
[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
"""
)


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A team of four on a Monday morning, on each sort of database."""
    with target(tmp_path, TEAM, url=url) as made:
        yield made


def ticks(found: Target) -> None:
    """Let everything happen that is due now."""
    assign_waiting(found.desk)
    fire_due(found.desk)
    send_mornings(found.desk)
    found.sends()


def at(found: Target, instant: object) -> dict[str, list[str]]:
    """Move the clock there; return whom that brings mail, and its subjects."""
    found.clock.advance(instant - found.clock.now())  # type: ignore[operator]
    return heard(found)


def heard(found: Target) -> dict[str, list[str]]:
    """Let everything happen that is due now; return whom that brings mail, and its subjects."""
    before = len(found.sender.sent)
    ticks(found)
    told: dict[str, list[str]] = {}
    for sent in found.sender.sent[before:]:
        told.setdefault(sent.recipient, []).append(read_outside(sent.raw)["Subject"])
    return told


def annas(found: Target, **headers: str) -> Sent:
    """Let Jane open an incident that Anna is given; return Anna's mail of that. The morning is looked at before."""
    send_mornings(found.desk)
    found.opens(**headers)
    ticks(found)
    assert "Yours" in found.read(ANNA)[-1]["Subject"]
    return found.to(ANNA)[-1]


def test_the_owner_alone_hears_of_what_comes_after(maild: Target) -> None:
    """All but managers heard of it first; then Anna was given it."""
    send_mornings(maild.desk)
    maild.opens()
    assert maild.to(MAX) == []
    assert list(heard(maild)) == [ANNA]
    maild.gets(maild.answer(maild.to(JANE)[0], JANE, "It still does.", proven=True))
    assert list(heard(maild)) == [ANNA]


def test_a_promise_goes_up_by_step(maild: Target) -> None:
    """Anna at a half; Lea when it is broken; Max, in his own language, when it stays so."""
    annas(maild)
    assert list(at(maild, NOW + 4.5 * HOUR)) == [ANNA]
    send_mornings(maild.desk)
    maild.clock.advance(NOW + DAY - maild.clock.now())
    send_mornings(maild.desk)
    maild.sends()
    assert sorted(at(maild, NOW + DAY + MINUTE)) == [ANNA, LEA]
    late = at(maild, NOW + DAY + 4.5 * HOUR)
    assert sorted(late) == [ANNA, LEA, MAX]
    assert late[MAX] == ["[#1001] Zu spät: The checkout is down (NORMAL)"]


def test_of_a_hotrush_all_hear(maild: Target) -> None:
    """Owned or not, from the first moment to the reminders."""
    annas(maild, Subject="HotRush: nobody can pay")
    assert [len(maild.to(person)) > 0 for person in (ANNA, BEN, LEA, MAX)] == [True] * 4
    assert sorted(at(maild, NOW + HOUR)) == sorted([ANNA, BEN, LEA, MAX])


def test_an_incident_changes_hands_by_mail(maild: Target) -> None:
    """Ben has a mail of his own, whose answer reaches the customer; from then on he hears of it."""
    yours = annas(maild)
    maild.gets(maild.answer(yours, ANNA, "#assign Ben", proven=True))
    told = heard(maild)
    assert told[BEN] == ["[#1001] Yours: The checkout is down (NORMAL)"]
    assert "Anna gave you this incident" in maild.read(BEN)[-1].text
    assert "gave the incident to Ben" in maild.read(ANNA)[-1].text
    maild.gets(maild.answer(maild.to(BEN)[-1], BEN, "Please try again now.", proven=True))
    maild.sends()
    assert "Please try again now." in maild.read(JANE)[-1].text
    maild.gets(maild.answer(maild.to(JANE)[-1], JANE, "It works!", proven=True))
    assert list(heard(maild)) == [BEN]


def test_a_name_that_nobody_has_stops_the_mail(maild: Target) -> None:
    """Nothing is sent and nobody owns it but who did; the receipt names whom was meant."""
    yours = annas(maild)
    before = len(maild.to(JANE))
    maild.gets(maild.answer(yours, ANNA, "#assign Bne\nHello Jane,", proven=True))
    maild.sends()
    assert len(maild.to(JANE)) == before
    receipt = " ".join(maild.read(ANNA)[-1].text.split())
    assert "Unknown name Bne; did you mean Ben?" in receipt


def test_the_story_of_an_incident_says_who_got_it_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step with its reason, also that nobody could take it at night."""
    with target(tmp_path, TEAM) as maild:
        maild.clock.advance(12 * HOUR)
        maild.opens()
        ticks(maild)
        at(maild, NOW + DAY)
    said = " ".join(Terminal(tmp_path / "config.toml", capsys, monkeypatch)("show", "1001").out.split())
    assert "because nobody who takes unknown works now: Anna begins Tuesday 3 March 2026, 09:00" in said
    assert "owner: anna@example.com because Anna takes unknown, works now and has the fewest to do: 0" in said
    assert "anna@example.com has it" in said


def test_reminders_of_one_tick_are_one_mail_from_which_each_can_be_had(maild: Target) -> None:
    """HotRush first; with its number on a line the mail comes that can be answered."""
    for n in range(3):
        maild.gets(maild.mail(f"c{n}@d{n}.example", Subject=f"Problem {n}"))
        maild.gets(maild.mail(f"e{n}@f{n}.example", Subject=f"HotRush {n}"))
    ticks(maild)
    told = at(maild, NOW + 4.5 * HOUR)
    assert [len(told[person]) for person in (ANNA, BEN, LEA)] == [1, 1, 1]
    listed = maild.to(ANNA)[-1]
    assert "notifications in one mail" in read_outside(listed.raw)["Subject"]
    text = read_outside(listed.raw).text
    assert text.index("HotRush 2") < text.index("Problem")
    maild.gets(maild.answer(listed, ANNA, "#1002", proven=True))
    maild.sends()
    assert "[#1002]" in maild.read(ANNA)[-1]["Subject"]


def test_the_morning_mail_reads_well_where_its_reader_is(maild: Target) -> None:
    """Anna's in English by UTC; Max's in German, an hour earlier, with the names of the owners."""
    annas(maild)
    maild.opens("eve@evil.example", Subject="HotRush: nobody can pay")
    ticks(maild)
    told = at(maild, NOW + DAY - 1.5 * HOUR)
    assert "Example Support, Dienstag, 3. März 2026: heute fällig: 2, sonst bei uns: 0" in told[MAX]
    text = maild.read(MAX)[-1].text
    assert text.index("HotRush: nobody can pay") < text.index("The checkout is down")
    assert "bei Anna" in text
    assert "10:00 Uhr MEZ (UTC+01:00)" in " ".join(text.split())
    assert "█" in text
    told = at(maild, NOW + DAY - HOUR / 2)
    assert [subject for subject in told[ANNA] if "due today" in subject] == [
        "Example Support, Tuesday 3 March 2026: 1 due today, 0 more waiting for us"
    ]


def test_while_the_owner_is_away_the_others_hear_too(tmp_path: Path) -> None:
    """Lea has it, and is away from Tuesday on: on Monday she hears alone of the customer's mail, then not."""
    away = TEAM.replace('role = "lead"', 'away = ["2026-03-03..2026-03-09"]')
    with target(tmp_path, away) as maild:
        maild.gets(maild.answer(annas(maild), ANNA, "#assign lea", proven=True))
        ticks(maild)
        jane = maild.to(JANE)[0]
        maild.gets(maild.answer(jane, JANE, "It still does.", proven=True))
        assert list(heard(maild)) == [LEA]
        at(maild, NOW + DAY - MINUTE)
        maild.gets(maild.answer(jane, JANE, "And today?", proven=True))
        assert sorted(heard(maild)) == sorted([ANNA, BEN, LEA])


def test_an_answer_to_a_digest_reaches_nobody_and_opens_nothing(maild: Target) -> None:
    """It is about many incidents; a receipt says so."""
    annas(maild)
    at(maild, NOW + DAY - HOUR / 2)
    (digest,) = [sent for sent in maild.to(ANNA) if "due today" in read_outside(sent.raw)["Subject"]]
    maild.gets(maild.answer(digest, ANNA, "Thanks, I will look at it.", proven=True))
    assert heard(maild) == {ANNA: ["Nothing was done: your answer to a list of notifications"]}
    assert list(maild.states()) == [1001]


def test_the_page_shows_a_digest_as_it_is() -> None:
    """docs/team.md leaves lines out, and has none that the mail has not, in its order."""
    root = Path(__file__).parents[1]
    page = (root / "docs" / "team.md").read_text(encoding="utf-8")
    shown = page.partition("```\nSubject: ")[2].partition("\n```")[0].splitlines()
    mail = (root / "tests/replies/golden/en/digest-rich.txt").read_text(encoding="utf-8")
    lines = iter(mail.removeprefix("Subject: ").splitlines())
    assert len(shown) > 20
    assert [line for line in shown if line not in lines] == []
