"""Over the whole path: what colleagues get of each other's mail, how they answer it, and that it stays readable."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.core.understanding.new_text import ANSWER_ABOVE
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, JANE, Target, target


@pytest.fixture
def trusting(tmp_path: Path) -> Iterator[Target]:
    """A maild that believes one mail server."""
    with target(tmp_path) as found:
        yield found


def noted(maild: Target, text: str = "#note\nThe licence ran out.") -> None:
    """Let Jane write and Anna answer."""
    maild.gets(maild.answer(maild.opens(), ANNA, text, proven=True))
    maild.sends()


def test_a_colleague_is_told_in_a_mail_of_a_machine_that_can_be_answered(trusting: Target) -> None:
    """Who wrote, on which incident; our line on top, so that an answer to it is an answer like any other."""
    noted(trusting)
    told = trusting.read(BEN)[-1]
    assert told["Auto-Submitted"] == "auto-generated"
    assert "Anna via Example Support" in told["From"]
    assert told.text.lstrip().startswith(ANSWER_ABOVE)
    assert "The licence ran out." in told.text
    trusting.gets(trusting.answer(trusting.to(BEN)[-1], BEN, "We look into it.", proven=True))
    trusting.sends()
    assert "We look into it." in trusting.read(JANE)[-1].text
    assert "The licence ran out." not in trusting.customers_saw()
    assert "Ben answered the customer" in trusting.read(ANNA)[-1].text


def test_an_absence_note_of_a_colleague_ends_there(trusting: Target) -> None:
    """It is noted, and nobody hears of it."""
    noted(trusting)
    before = len(trusting.sender.sent)
    trusting.gets(trusting.answer(trusting.to(BEN)[-1], BEN, "I am away.", Auto_Submitted="auto-replied"))
    trusting.sends()
    assert len(trusting.sender.sent) == before


def test_many_answers_come_one_by_one_and_make_no_list(tmp_path: Path) -> None:
    """Rule 5: a person wrote each of them, and they take no place from the mail of customers."""
    more = '\n[limits]\nstaff_notifications = 2\n[proof]\nauthserv_ids = ["mx.example.com"]\n'
    with target(tmp_path, more) as maild:
        notice = maild.opens()
        for n in range(4):
            maild.gets(maild.answer(notice, ANNA, f"#note\nNote {n}", proven=True))
        maild.sends()
        maild.gets(maild.mail(JANE, Subject="The search is down"))
        maild.sends()
        subjects = [mail["Subject"] for mail in maild.read(BEN)]
        assert sum("(Anna wrote)" in subject for subject in subjects) == 4
        assert subjects[-1].startswith("[#1002] The search is down")


def test_each_mail_that_one_confirmation_releases_is_told(tmp_path: Path) -> None:
    """Two notes on one incident, released by one word: the second is not taken for the first."""
    with target(tmp_path, "\n[limits]\nconfirmations_per_hour = 1\n") as maild:
        notice = maild.opens()
        for n in range(3):
            maild.gets(maild.answer(notice, ANNA, f"#note\nNote {n}"))
        maild.works_for(timedelta(hours=1), 2)
        asked = next(
            mail for mail in reversed(maild.to(ANNA)) if "confirm" in read_outside(mail.raw)["Subject"]
        )
        maild.gets(maild.answer(asked, ANNA, "send"))
        maild.sends()
        assert maild.entries(1001)[-2:] == [("internal_note", "released")] * 2
        told = "".join(mail.text for mail in maild.read(BEN))
        assert ("Note 1" in told, "Note 2" in told) == (True, True)
