"""A customer who writes German or Russian reads nothing else from us: in no mail stands an English word of ours."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from maild.testing import Sent
from replies.to_customers import TO_CUSTOMERS
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, JANE, PROOF, Target, target
from tests.parts.configs import SHIPPED
from tests.test_pay_waiting import buys

TERMS = """
[entitlements]
required = true
withdrawals = 0
offer = { en = "Please buy the incident.", de = "Bitte kaufen Sie eine Anfrage.", ru = "Купите обращение." }
"""
RULES = SHIPPED[SHIPPED.index("\n[classifiers]\n") :]
# English words that core, config or a template would let slip, and that are none of the other two languages.
ENGLISH = re.compile(
    r"\b(the|and|of|your|you|our|we|it|is|with|without|for|request|requests|question|incident|incidents"
    r"|urgent|free|point|points|unknown|high|normal priority|low|until|by|not|closed|waiting|spent)\b",
    re.IGNORECASE,
)
UTF8 = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
# What is written in each language; the names say what for.
WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "hotrush": "HotRush: Unser Shop ist nicht erreichbar, niemand kann bestellen.",
        "withdraw": "HotRush zurückziehen",
        "first": "Bitte zuerst die Einrichtung einfacher Versandkosten!",
        "upgrade": "Bitte aktualisieren Sie unseren Shop auf die neue Version 5, ein Upgrade von 4.2 auf 5.0 für uns.",
        "two": "Zwei Fragen: Wie kann ich bitte die Mehrwertsteuer einrichten und wie die Versandkosten?",
        "other": "Wo stelle ich bitte ein, welche Sprache unser Shop zeigt?",
        "further": "Vielen Dank für die Antwort, aber es geht leider immer noch nicht.",
        "balance": "Guthaben",
    },
    "ru": {
        "hotrush": "HotRush: наш магазин недоступен, никто не может заказать.",
        "withdraw": "HotRush не нужен",
        "first": "Сначала настройка простой доставки, пожалуйста.",
        "upgrade": "Нам нужна доработка модуля, новый модуль разработать.",
        "two": "Два вопроса: настройка налога и настройка доставки.",
        "other": "Где настроить язык, на котором показывается наш магазин?",
        "further": "Спасибо за ответ, но это всё ещё не работает.",
        "balance": "Баланс",
    },
}


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with the shipped rules that wants to be paid, in a service whose own language is English."""
    with target(tmp_path, PROOF + TERMS + RULES) as made:
        yield made


def told(found: Target, number: int, to: str) -> Sent:
    """Return the newest mail to somebody about an incident."""
    return [sent for sent in found.to(to) if f"#{number}]" in read_outside(sent.raw)["Subject"]][-1]


def jane(found: Target, text: str, number: int = 0) -> None:
    """Let Jane write: in a thread of ours, or a mail whose subject is its text, too."""
    found.clock.advance(timedelta(hours=1))
    if number:
        found.gets(found.answer(told(found, number, JANE), JANE, text, proven=True, quote=False, **UTF8))
    else:
        found.gets(found.mail(JANE, text, proven=True, Subject=text, **UTF8))
    found.sends()


def anna(found: Target, number: int, text: str) -> None:
    """Let Anna answer a notification of an incident."""
    found.clock.advance(timedelta(hours=1))
    found.gets(found.answer(told(found, number, ANNA), ANNA, text, proven=True))
    found.sends()


def life(found: Target, say: Mapping[str, str]) -> None:
    """Let a customer meet all that there is to be told."""
    jane(found, say["hotrush"])  # 1001
    buys(found, option="urgent")
    jane(found, say["withdraw"], 1001)
    anna(found, 1001, "#bug")
    anna(found, 1001, "#close")
    jane(found, say["further"], 1001)
    jane(found, say["upgrade"])  # 1002
    anna(found, 1002, "#decline")
    buys(found, amount=2)
    jane(found, say["two"])  # 1003
    jane(found, say["first"], 1003)
    anna(found, 1003, "#split")
    jane(found, say["hotrush"])  # 1004
    anna(found, 1004, "#take")
    jane(found, say["withdraw"], 1004)
    anna(found, 1004, "#hotrush remove project")
    jane(found, say["hotrush"])  # 1005
    jane(found, say["other"])  # 1006
    anna(found, 1006, "#merge 1003")
    for number in (1003, 1004, 1005):
        anna(found, number, "OK.")
    found.works_for(timedelta(days=1), 12)
    jane(found, say["further"])  # 1007
    buys(found)
    jane(found, say["balance"])


@pytest.mark.parametrize("language", WORDS)
def test_no_english_word_of_ours_reaches_another_language(maild: Target, language: str) -> None:
    """From the offer to the balance: scopes, priorities, costs, reasons and times are all said in the customer's."""
    life(maild, WORDS[language])
    kinds = {row["kind"] for row in maild.outbox() if row["audience"] == "customer"}
    assert set(TO_CUSTOMERS) == kinds
    for mail in (read_outside(one.raw) for one in maild.to(JANE)):
        assert ENGLISH.findall(mail.text.replace("Example Support", "")) == [], mail.text
