"""Whose first mail may be answered by nothing automatic hears nothing of us later either (rules: Machines)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.cli.main import main
from tests.faults.target import ANNA, JANE, MX, PROOF, Target, target

LIST = {"List-Id": "<news.customer.example>", "Precedence": "bulk"}
FORGED = {"Authentication-Results": f"{MX}; dmarc=fail header.from=customer.example"}


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path, PROOF) as made:
        yield made


def shown(found: Target, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what `maild show` says of the first incident, on one line."""
    with pytest.raises(SystemExit):
        main(["--config", str(found.folder / "config.toml"), "show", "1001"])
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("sender", "headers", "why"),
    [
        (JANE, LIST, "a list sent it on"),
        (JANE, {"Subject": "Out of office: back on Monday"}, "its subject is that of an automatic answer"),
        (JANE, FORGED, "the From address is probably forged"),
        ("no-reply@customer.example", {}, "no-reply@customer.example is not the address of a person"),
    ],
)
def test_no_machine_is_told_that_its_incident_is_closed(
    maild: Target, capsys: pytest.CaptureFixture[str], sender: str, headers: dict[str, str], why: str
) -> None:
    """It is closed in silence, and both the receipt and `maild show` say why."""
    notice = maild.opens(sender, proven=False, **headers)
    maild.gets(maild.answer(notice, ANNA, "#close", proven=True))
    maild.sends()
    assert (maild.states(), maild.to(sender)) == ({1001: "closed"}, [])
    receipt = " ".join(maild.read(ANNA)[-1].text.split())
    assert "the customer was not told: the mail that opened it was not acknowledged either: " in receipt
    assert why in receipt
    assert "not sent: notice of closing because the mail that opened it" in shown(maild, capsys)


def test_a_machine_is_not_told_where_a_held_closing_is_confirmed(maild: Target) -> None:
    """The request to confirm promises no notice, and whoever confirms hears why there is none."""
    maild.gets(maild.answer(maild.opens(proven=False, **LIST), ANNA, "#close"))
    maild.sends()
    assert "nobody (internal)" in maild.read(ANNA)[-1].text
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "send"))
    maild.sends()
    assert (maild.states(), maild.to(JANE)) == ({1001: "closed"}, [])
    assert "the customer was not told" in maild.read(ANNA)[-1].text


def test_a_person_who_was_not_acknowledged_for_another_reason_is_told(maild: Target) -> None:
    """Jane, whose mail Anna forwarded without #ack, may hear that her problem is done with."""
    text = f"-------- Forwarded Message --------\nFrom: Jane <{JANE}>\nSubject: The cart\nTo: {ANNA}\n\nIt is empty.\n"
    maild.gets(maild.mail(ANNA, text, proven=True, Subject="Fwd: The cart"))
    maild.sends()
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "#close", proven=True))
    maild.sends()
    assert "We have closed your request" in maild.read(JANE)[-1].text


@pytest.mark.parametrize("headers", [LIST, {"List-Unsubscribe": "<mailto:off@customer.example>"}])
def test_nobody_is_reminded_of_a_newsletter(
    maild: Target, capsys: pytest.CaptureFixture[str], headers: dict[str, str]
) -> None:
    """The staff are told of it, with no time to answer by; `maild show` says why no clock runs."""
    maild.opens(proven=False, **headers)
    told = " ".join(maild.read(ANNA)[-1].text.split())
    assert "No clock and no reminders: lists and newsletters wait for no answer" in told
    assert "Answer by" not in told
    maild.works_for(timedelta(hours=12), 6)
    assert maild.outbox("reminder") == []
    assert "not sent: reminder because no clock and no reminders" in shown(maild, capsys)


def test_the_staff_are_reminded_of_what_a_program_asks(maild: Target) -> None:
    """A shop's own form or monitor is not acknowledged, but may carry a request."""
    maild.opens(proven=False, Auto_Submitted="auto-generated")
    maild.works_for(timedelta(hours=12), 6)
    assert maild.to(JANE) == []
    assert maild.outbox("reminder") != []
