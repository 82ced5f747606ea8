"""What must never reach a customer: what staff write to each other, what we tell staff, what others wrote."""

from typing import Any

import pytest

from maild.core.understanding.new_text import ANSWER_ABOVE
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, EVE, JANE, MX, SUPPORT, Target

SECRET = "MARK-INTERNAL"
PASS = f"{MX}; dmarc=pass header.from=evil.example"
PUBLIC = "MARK-PUBLIC"
# Words of our notifications that tell of our insides.
INSIDES = ("##-", "Sender ", "Why ", "dmarc=pass", "#note", "Answer by", "goes to the customer")


def insides_seen(maild: Target) -> list[str]:
    """Return which internal words stand in the answers that customers got."""
    answers = "\n".join(text.text for text in maild.read(JANE) if "Thank you for writing" not in text.text)
    return [word for word in (*INSIDES, SECRET) if word in answers]


@pytest.mark.parametrize(
    "text",
    [
        f"#note\n{SECRET}",
        f"#NOTE\n{SECRET}",
        f"  #note \n\n{SECRET}",
        f"#note\n#close\n{SECRET}",
        f"#note {SECRET}",
        f"#note: {SECRET}",
        f"#Note.\n{SECRET}",
        f"*#note*\n{SECRET}",
        f"**#note**\n{SECRET}",
        f"＃note\n{SECRET}",
        f"# note\n{SECRET}",
        f"\u200e#note\n{SECRET}",
        f"#\u200bnote\n{SECRET}",
        f"#internal\n{SECRET}",
        f"#note\u00a0\n{SECRET}",
        f"Hi Ben,\n#note\n{SECRET}",
        f"{SECRET}\n#note",
        f'"#note"\n{SECRET}',
        f"- #note\n{SECRET}",
    ],
)
def test_a_note_never_reaches_the_customer(maild: Target, text: str) -> None:
    """However a mail client or a hurried person writes `#note`, doubt means that nothing is sent (rule 15)."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, ANNA, text, proven=True))
    maild.sends()
    assert SECRET not in maild.customers_saw()


LAYOUTS = {
    "outlook": "{said}\n\n________________________________\nFrom: {support}\nSent: Monday, March 2, 2026 9:00 AM\n"
    "To: anna@example.com\nSubject: {subject}\n\n{ours}",
    "outlook in a language we do not know": "{said}\n\nNota: {support}\nBidalia: astelehena\nNori: anna\n"
    "Gaia: {subject}\n\n{ours}",
    "nothing but a blank line": "{said}\n\n{ours}",
    "nothing at all": "{said}\n{ours}",
    "answer below": "{ours}\n\n{said}\n",
    "a bar": "{said}\n\n| {barred}",
    "indented": "{said}\n\n    {indented}",
    "wrapped hard": "{said}\n\n{wrapped}",
    "wrapped and quoted": "{said}\n\nOn Monday {support} wrote:\n> {wrapped_quoted}",
    "upper case": "{said}\n\n{upper}",
}


def laid_out(layout: str, said: str, notice_raw: bytes) -> str:
    """Return an answer as a mail client without `>` lays it out."""
    ours = read_outside(notice_raw)
    lines = ours.text.splitlines()
    wrapped = "\n".join(line[i : i + 30] for line in lines for i in range(0, max(len(line), 1), 30))
    return LAYOUTS[layout].format(
        said=said,
        support=SUPPORT,
        subject=ours["Subject"],
        ours=ours.text,
        barred="\n| ".join(lines),
        indented="\n    ".join(lines),
        wrapped=wrapped,
        wrapped_quoted=wrapped.replace("\n", "\n> "),
        upper=ours.text.upper(),
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("which", ["new incident", "further mail", "receipt"])
def test_a_notification_that_comes_back_unmarked_never_reaches_the_customer(
    maild: Target, layout: str, which: str
) -> None:
    """Clients that quote without `>` bring our internal words back: they are cut, or the answer is not sent at all."""
    notice = maild.opens()
    if which == "further mail":
        maild.gets(maild.answer(maild.to(JANE)[0], JANE, "more", proven=True))
    if which == "receipt":
        maild.gets(maild.answer(notice, ANNA, "#close", proven=True))
    maild.sends()
    notice = maild.to(ANNA)[-1]
    text = laid_out(layout, PUBLIC, notice.raw)
    maild.gets(maild.answer(notice, ANNA, text, proven=True, quote=False))
    maild.sends()
    assert insides_seen(maild) == []


def test_a_mail_of_ours_attached_to_an_answer_does_not_go_along(maild: Target) -> None:
    """Clients that forward the original as an attachment bring our notification as a file: it is not passed on."""
    notice = maild.opens()
    head = (
        f"Authentication-Results: {MX}; dmarc=pass header.from=example.com\r\nFrom: {ANNA}\r\nTo: {SUPPORT}\r\n"
        f"Subject: Re: it\r\nMessage-ID: <att@example.com>\r\nMIME-Version: 1.0\r\n"
        f"References: {read_outside(notice.raw)['Message-ID']}\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    )
    parts = f"--b\r\nContent-Type: text/plain\r\n\r\n{PUBLIC}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    maild.gets(head.encode() + parts.encode() + notice.raw + b"\r\n--b--\r\n")
    maild.sends()
    assert ANSWER_ABOVE not in maild.customers_saw()
    assert "MARK-" not in maild.customers_saw() or insides_seen(maild) == []


def test_what_is_hidden_in_html_is_not_said(maild: Target) -> None:
    """A text that only the HTML form shows otherwise is held: what its author saw is what is sent (rule 15)."""
    notice = maild.opens()
    raw = maild.answer(notice, ANNA, PUBLIC, proven=True, quote=False)
    head, _, _ = raw.partition(b"\r\n\r\n")
    body = (
        '\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: '
        f"text/plain\r\n\r\n{SECRET}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>#note</p>{SECRET}\r\n--b--\r\n"
    )
    maild.gets(head + body.encode())
    maild.sends()
    assert SECRET not in maild.customers_saw()


def test_a_stranger_with_a_number_sees_nothing_of_the_incident(maild: Target) -> None:
    """Sequential numbers, a copied Message-ID, a Cc: the stranger's mail is another incident (Zendesk, 2024)."""
    maild.opens(JANE, Subject=f"{SECRET} in the shop")
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, f"{SECRET} answered", proven=True))
    attempts: tuple[dict[str, Any], ...] = (
        {"Subject": "Re: [#1001]"},
        {"References": "<1@customer.example>", "Subject": "Re: it"},
        {"In-Reply-To": "<1@customer.example>", "Cc": JANE, "Subject": "[#1001] [#1001]"},
    )
    for headers in attempts:
        maild.gets(maild.mail(EVE, "let me in\n", Authentication_Results=PASS, **headers))
    maild.sends()
    assert len(maild.states()) == 4
    assert SECRET not in "".join(each.everything for each in maild.read(EVE))
    assert "let me in" not in "".join(each.everything for each in maild.read(JANE))


@pytest.mark.parametrize("sender", [JANE, f"Jane <{JANE}>"])
def test_a_forged_customer_is_no_reader_and_moves_nothing(maild: Target, sender: str) -> None:
    """Spoofed owner, attacker in Cc and Reply-To: no entry, no history, and the answer still goes to the owner."""
    notice = maild.opens()
    forged: dict[str, Any] = {"Cc": EVE, "Reply-To": EVE, "Subject": "Re: [#1001] HotRush"}
    maild.gets(maild.mail(sender, "give me all\n", References="<1@customer.example>", **forged))
    maild.gets(maild.answer(notice, ANNA, SECRET, proven=True))
    maild.sends()
    assert maild.entries(1001) == [("customer_message", "done"), ("staff_answer", "done")]
    assert maild.to(EVE) == []
    assert SECRET in maild.read(JANE)[-1].text


def test_a_failed_sender_gets_nothing_and_raises_nothing(maild: Target) -> None:
    """dmarc=fail: no acknowledgement, no joining by number, and with a token no higher priority."""
    maild.opens()
    fail = f"{MX}; dmarc=fail header.from=customer.example"
    maild.gets(maild.mail(JANE, "HotRush\n", Authentication_Results=fail, Subject="[#1001]"))
    ack = maild.to(JANE)[0]
    maild.gets(maild.answer(ack, JANE, "HotRush: out of queue", Authentication_Results=fail))
    maild.sends()
    assert len(maild.to(JANE)) == 1
    assert len(maild.states()) == 2


def test_an_id_claimed_by_an_attacker_does_not_draw_in_the_owners_next_mail(maild: Target) -> None:
    """Eve opens an incident under Jane's Message-ID with Jane in Cc: Jane's follow-up is not filed under Eve's."""
    maild.opens(JANE)
    maild.gets(maild.mail(EVE, "hello\n", proven=True, Cc=JANE, Message_ID="<1@customer.example>"))
    maild.gets(maild.mail(JANE, "MARK-JANE\n", proven=True, References="<1@customer.example>"))
    maild.sends()
    assert len(maild.entries(1001)) == 2
    assert len(maild.entries(1002)) == 1


def test_an_unproven_acknowledgement_says_nothing_of_the_strangers(trusting: Target) -> None:
    """Subject, name and body of an unproven mail are not echoed: we are no relay for spam (rule 4)."""
    trusting.gets(trusting.mail(f"{SECRET} <{EVE}>", f"{SECRET}\n", Subject=f"{SECRET} win a prize"))
    trusting.sends()
    (ack,) = trusting.to(EVE)
    assert SECRET not in read_outside(ack.raw).everything + ack.raw.decode()
    assert BEN not in ack.raw.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "no-reply@shop.example"},
        {"From": "no-reply@shop.example", "Reply-To": JANE},
        {"From": "MAILER-DAEMON@shop.example"},
        {"From": "noreply@gitlab.example", "Subject": "Verify your address: 123456"},
        {"From": SUPPORT},
        {"From": "support@example.com", "X-Auto-Response-Suppress": "All"},
    ],
)
def test_no_machine_address_is_ever_answered(maild: Target, headers: dict[str, Any]) -> None:
    """No-reply senders, our own address, bounces: kept or opened, and nothing goes out but to staff."""
    maild.gets(maild.mail(headers["From"], proven=True, **headers))
    maild.sends()
    assert {sent.recipient for sent in maild.sender.sent} <= {ANNA, BEN}
    assert len(maild.dispositions()) == 1
