"""Outsiders who play the staff: forged From, guessed, stolen and foreign tokens, forged verdicts, auto-replies."""

from typing import Any

import pytest
from sqlalchemy import select

from maild.core.reply_token import Keys, Token, message_id
from maild.store.tables import correction, incident
from maild.testing import Sent
from tests.faults.target import ANNA, BEN, EVE, JANE, MX, SUPPORT, Target, first

PASS = f"{MX}; dmarc=pass header.from=evil.example"
ORDER = "MARK-ORDER we have closed your account"


def test_a_forged_staff_mail_without_token_is_a_flagged_incident(maild: Target) -> None:
    """Neither proof nor token: nothing reaches the customer, no clock stops, nobody is acknowledged (rule 11)."""
    maild.opens()
    maild.gets(maild.mail(ANNA, ORDER, Subject="Re: [#1001]"))
    maild.sends()
    assert maild.dispositions() == ["opened", "opened"]
    assert ORDER not in maild.customers_saw()
    assert maild.states() == {1001: "submitted", 1002: "submitted"}
    assert len(maild.outbox("acknowledgement")) == 1


@pytest.mark.parametrize("text", [ORDER, f"#note\n{ORDER}", f"#close\n{ORDER}", "#close"])
def test_a_stolen_staff_token_alone_does_nothing_but_ask(maild: Target, text: str) -> None:
    """A token without proof is held: the real Anna is asked, with the whole text before her eyes."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, ANNA, text))
    maild.sends()
    assert maild.entries(1001)[1:] == [("unverified", "held")]
    assert not maild.staff_acted()
    assert ORDER not in maild.customers_saw()
    assert "Please confirm" in maild.read(ANNA)[-1]["Subject"]


@pytest.mark.parametrize(
    ("sender", "proven"), [(ANNA, False), (BEN, True), (EVE, True), (JANE, True), (f"Anna <{EVE}>", True)]
)
def test_nobody_jumps_the_queue_with_a_stolen_token(maild: Target, sender: str, proven: bool) -> None:
    """No correction of a stranger, of a customer, or in the name of one of the staff changes an incident or a label."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, sender, "#priority hotrush\n#scope unknown", proven=proven))
    maild.sends()
    assert maild.rows(select(correction)) == []
    priorities = maild.rows(select(incident.c.priority).where(incident.c.number == 1001))
    assert priorities == [{"priority": "normal"}]


@pytest.mark.parametrize("sender", [BEN, EVE, JANE, f"Anna <{EVE}>", f'"{ANNA}" <{EVE}>'])
def test_the_token_of_another_gives_no_right(maild: Target, sender: str) -> None:
    """Anna's token in anybody else's hands, even those of a proven colleague, sends nothing to the customer."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, sender, ORDER, proven=True))
    maild.sends()
    assert ORDER not in "".join(each.text for each in maild.read(JANE))
    assert not maild.staff_acted()


def test_the_customers_token_does_not_make_staff(maild: Target) -> None:
    """The thread id of an acknowledgement under a staff From is no staff token."""
    maild.opens()
    ack = first(maild.to(JANE))
    maild.gets(maild.answer(ack, ANNA, ORDER))
    maild.sends()
    assert not maild.staff_acted()
    assert ORDER not in maild.customers_saw()


@pytest.mark.parametrize("sign", ["s", "t", "c"])
def test_no_guessed_token_counts(maild: Target, sign: str) -> None:
    """Without the secret no MAC fits: wrong key, empty MAC, zeros, other purpose, other number, other key id."""
    notice = maild.opens()
    ours = maild.read(ANNA)[-1]["Message-ID"].strip("<>")
    head, mac = ours.partition("@")[0].rsplit(".", 1)
    wrong = Keys("k1", {"k1": b"x" * 32})
    guesses = [
        message_id(wrong, Token("staff", 1001, 2), "abc", "example.com"),
        f"<{head}.{'a' * 26}@example.com>",
        f"<{head}.@example.com>",
        f"<{head}@example.com>",
        f"<maild.{sign}k1-1001-2-0-abc.{mac}@example.com>",
        f"<maild.{sign}-1001-2-0.{mac}@example.com>",
        f"<maild.{sign}k1-1001-3-0.{mac[::-1]}@example.com>",
        f"<maild.{sign}k1-{10**40}-2-0.{mac}@example.com>",
        f"<maild.{sign}k1-١٠٠١-2-0.{mac}@example.com>",
        f"<maild.{sign}k1-1001-2-0\x00.{mac}@example.com>",
    ]
    before = maild.states()
    for n, guess in enumerate(guesses):
        thread: dict[str, Any] = {"References": guess, "In_Reply_To": guess, "To": f"support+{guess[7:-1]}"}
        maild.gets(
            maild.answer(notice, EVE, ORDER, Authentication_Results=PASS, Subject=f"hello {n}", **thread)
        )
    maild.sends()
    assert not maild.staff_acted()
    assert maild.entries(1001) == [("customer_message", "done")]
    assert len(maild.states()) == len(before) + len(guesses)


FORGED_VERDICTS = [
    f"evil.example; dmarc=pass header.from=example.com\r\nX-Note: {MX}; dmarc=pass header.from=example.com",
    f"({MX}) evil.example; dmarc=pass header.from=example.com",
    f"{MX}.evil.example; dmarc=pass header.from=example.com",
    f"evil.example ({MX}; dmarc=pass header.from=example.com)",
    f'{MX}; dkim=fail reason="; dmarc=pass header.from=example.com"',
    f"{MX}; dkim=fail (; dmarc=pass header.from=example.com)",
    f"{MX}; dmarc=pass header.from=evil.example",
    f"{MX}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=example.com",
    f"{MX}; spf=pass smtp.mailfrom=anna@example.com",
    f"{MX}; dmarc=pass header.from=example.com header.from=evil.example",
    f"{MX}; dmarc=none\r\nAuthentication-Results: {MX}; dmarc=pass header.from=example.com",
    f"{MX}; none\r\nAuthentication-Results: {MX}; auth=pass smtp.auth={ANNA}",
    f"{MX}; dmarc=pass header.from=ехample.com",
    f"{MX}; dmarc=pass header.from=example.com.evil.example",
    f"{MX}; auth=pass smtp.auth=eve@example.com",
    f'"{MX}; dmarc=pass header.from=example.com',
    f"{MX}; dmarc = fail; xdmarc=pass header.from=example.com",
]


@pytest.mark.parametrize("verdict", FORGED_VERDICTS)
def test_a_forged_verdict_proves_nobody(maild: Target, verdict: str) -> None:
    """With a stolen token and a forged verdict a mail is still held: the second field, comments, quotes, lookalikes."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, ANNA, ORDER, Authentication_Results=verdict))
    maild.sends()
    assert not maild.staff_acted()
    assert ORDER not in maild.customers_saw()


@pytest.mark.parametrize(
    "sender",
    [
        f"{ANNA}\r\nFrom: {EVE}",
        f"{EVE}\r\nFrom: {ANNA}",
        f"{ANNA}, {EVE}",
        f"{EVE}, {ANNA}",
        f"{ANNA} <{EVE}>",
        f"<{ANNA}> <{EVE}>",
        f"<{EVE}> <{ANNA}>",
        f"anna@example.com({EVE}",
        f"Anna <{EVE}>, <{ANNA}>",
        "anna@example\u3002com",
        "anna\u200b@example.com",
        "anna＠example.com",
        f'"{EVE}" <{ANNA}> <{EVE}>',
        f"=?utf-8?q?Anna_=3Canna=40example=2Ecom=3E?= <{EVE}>",
        f"Anna:{ANNA};",
    ],
)
def test_an_odd_from_is_never_staff(maild: Target, sender: str) -> None:
    """Where two readers could see two senders, a verdict and a stolen token together still send nothing."""
    notice = maild.opens()
    verdict = f"{MX}; dmarc=pass header.from=example.com; dkim=pass header.d=evil.example"
    maild.gets(maild.answer(notice, sender, ORDER, Authentication_Results=verdict))
    maild.sends()
    assert not maild.staff_acted()
    assert ORDER not in "".join(each.text for each in maild.read(JANE))


def asked(maild: Target) -> Sent:
    """Let a mail of Anna's be held; return the request to confirm it."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, ANNA, ORDER))
    maild.sends()
    return maild.to(ANNA)[-1]


def test_the_word_send_releases_it_once(maild: Target) -> None:
    """The control of what follows: a person's `send` does release the mail; the same token again does not."""
    request = asked(maild)
    maild.gets(maild.answer(request, ANNA, "send"))
    maild.sends()
    assert [ORDER in each.text for each in maild.read(JANE)] == [False, True]
    maild.gets(maild.answer(request, ANNA, "send"))
    maild.gets(maild.answer(request, ANNA, "send", proven=True))
    maild.sends()
    assert len(maild.read(JANE)) == 2
    assert len(maild.outbox("answer")) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated"},
        {"X-Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"Return-Path": "<>"},
        {"List-Id": "<staff.example.com>"},
        {"Subject": "Automatic reply: Please confirm your mail about #1001"},
        {"X-Autorespond": "send"},
    ],
)
def test_no_machine_confirms(maild: Target, headers: dict[str, Any]) -> None:
    """An auto-reply whose text is `send` releases nothing (rule 11)."""
    request = asked(maild)
    maild.gets(maild.answer(request, ANNA, "send", proven=True, **headers))
    maild.sends()
    assert not maild.staff_acted()


@pytest.mark.parametrize(
    "text",
    [
        "> send",
        "I did not write this.\nsend",
        "please do not send",
        "",
        "-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\nsend",
    ],
)
def test_a_quoted_or_doubtful_send_confirms_nothing(maild: Target, text: str) -> None:
    """Our request quotes the word `send` itself: it counts as the first new line only."""
    request = asked(maild)
    maild.gets(maild.answer(request, ANNA, text, proven=True, quote=False))
    maild.sends()
    assert not maild.staff_acted()


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        (EVE, {}),
        (JANE, {}),
        (BEN, {}),
        (SUPPORT, {}),
        (ANNA, {"Authentication-Results": f"{MX}; dmarc=fail header.from=example.com"}),
    ],
)
def test_nobody_else_confirms(maild: Target, sender: str, headers: dict[str, Any]) -> None:
    """The token of a request is Anna's: others who hold it, and a forged Anna, release nothing."""
    request = asked(maild)
    maild.gets(maild.answer(request, sender, "send", proven=not headers, **headers))
    maild.sends()
    assert not maild.staff_acted()
    assert ORDER not in maild.customers_saw()


def test_a_flood_of_forged_staff_mail_asks_a_few_times_an_hour(maild: Target) -> None:
    """A stolen token is no mail bomb: five requests an hour, the rest in one list (rule 11)."""
    notice = maild.opens()
    for _ in range(40):
        maild.gets(maild.answer(notice, ANNA, ORDER))
    maild.sends()
    requests = [each for each in maild.read(ANNA) if "confirm" in each["Subject"]]
    assert len(requests) == 5
    assert len(maild.entries(1001)) == 41


def test_without_a_vouching_server_a_token_alone_still_asks(trusting: Target) -> None:
    """No authserv-id configured: nobody is proven, everything staff send is held."""
    notice = trusting.opens()
    verdict = f"{MX}; dmarc=pass header.from=example.com"
    trusting.gets(trusting.answer(notice, ANNA, ORDER, Authentication_Results=verdict))
    trusting.sends()
    assert not trusting.staff_acted()
    assert ORDER not in trusting.customers_saw()
