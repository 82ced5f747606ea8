"""A forwarded mail is read as the mail programs write it; its sender is whom its own header names, or nobody."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.message import Address, Attachment
from maild.core.understanding.forwarded import Forward, read_forward, with_files_of
from tests.parts import cases as c
from tests.parts.messages import a_message

BODY = "Hello,\n\nthe cart is empty after login.\n\nFrom: the log we see nothing.\nJane"
JANE = Address("jane@customer.example", "Jane Doe")


def forwarded(text: str, subject: str = "Fwd: Cart", **changes: object) -> Forward | None:
    """Return what a mail of Anna's with that text forwards."""
    return read_forward(
        a_message(text=text, subject=subject, sender=Address(c.ANNA.address), **changes), None
    )


GMAIL = f"""\
---------- Forwarded message ---------
From: Jane Doe <jane@customer.example>
Date: Mon, 2 Mar 2026 at 09:00
Subject: Cart
To: Anna <anna@staff.example.org>


{BODY}
"""
OUTLOOK = f"""\
________________________________
From: Jane Doe <jane@customer.example>
Sent: Monday, 2 March 2026 09:00
To: Anna <anna@staff.example.org>; Ben
<ben@staff.example.org>
Cc: Team <team@customer.example>
Subject: Cart

{BODY}
"""
APPLE = """\

Begin forwarded message:

> From: Jane Doe <jane@customer.example>
> Subject: Cart
> Date: 2 March 2026 at 09:00:00 CET
> To: anna@staff.example.org
> Reply-To: other@customer.example
>
""" + "".join(f"> {line}\n" for line in BODY.splitlines())
PROGRAMS = {
    "Gmail": GMAIL,
    "Gmail as text from HTML": GMAIL.replace("Jane Doe <", "*Jane Doe* <").replace("Subject: ", "Subject:  "),
    "Outlook": OUTLOOK,
    "Outlook with links": OUTLOOK.replace(
        "<jane@customer.example>", "<jane@customer.example<mailto:jane@customer.example>>"
    ),
    "Outlook of old": OUTLOOK.replace("<jane@customer.example>", "[mailto:jane@customer.example] ").replace(
        "________________________________", "-----Original Message-----"
    ),
    "Outlook in bold": OUTLOOK.replace("From: Jane", "*From:* Jane")
    .replace("Sent:", "*Sent:*")
    .replace("To:", "*To:*"),
    "Apple Mail": APPLE,
    "Apple Mail without >": APPLE.replace("> ", "").replace("\n>\n", "\n\n"),
    "Apple Mail with blank lines": APPLE.replace("> ", "")
    .replace("\n>\n", "\n\n")
    .replace("\nSubject:", "\n\nSubject:")
    .replace("\nDate:", "\n\nDate:"),
    "Thunderbird": f"""\
-------- Forwarded Message --------
Subject: \tCart
Date: \tMon, 2 Mar 2026 09:00:00 +0100
From: \tJane Doe <jane@customer.example>
To: \tanna@staff.example.org



{BODY}
""",
    "Thunderbird, long name wrapped": f"""\
-------- Forwarded Message --------
Subject: Cart
From: {"Jane Doe"}
 <jane@customer.example>
To: anna@staff.example.org

{BODY}
""",
    "German Outlook": OUTLOOK.replace("From: Jane", "Von: Jane")
    .replace("Sent:", "Gesendet:")
    .replace("To:", "An:")
    .replace("Subject:", "Betreff:"),
    "German Thunderbird": f"""\
-------- Weitergeleitete Nachricht --------
Betreff: Cart
Datum: Mon, 2 Mar 2026 09:00:00 +0100
Von: Jane Doe <jane@customer.example>
An: anna@staff.example.org

{BODY}
""",
    "German Apple Mail": APPLE.replace("Begin forwarded message:", "Anfang der weitergeleiteten Nachricht:")
    .replace("From: Jane", "Von: Jane")
    .replace("Subject:", "Betreff:")
    .replace("To: anna", "An: anna"),
    "French Gmail": f"""\
---------- Message transféré ---------
De : Jane Doe <jane@customer.example>
Date : lun. 2 mars 2026 à 09:00
Objet : Cart
À : <anna@staff.example.org>

{BODY}
""",
    "Spanish Outlook": f"""\
De: Jane Doe <jane@customer.example>
Enviado: lunes, 2 de marzo de 2026 09:00
Para: Anna <anna@staff.example.org>
Asunto: Cart

{BODY}
""",
    "Russian Thunderbird": f"""\
-------- Пересланное сообщение --------
Тема: Cart
Дата: Mon, 2 Mar 2026 09:00:00 +0300
От: Jane Doe <jane@customer.example>
Кому: anna@staff.example.org

{BODY}
""",
    "Japanese Thunderbird": f"""\
-------- 転送されたメッセージ --------
件名: Cart
日付: Mon, 2 Mar 2026 09:00:00 +0900
差出人: Jane Doe <jane@customer.example>
宛先: anna@staff.example.org

{BODY}
""",
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("note", ["", "#ack\nShe called, too.\n\n", "Hi,\nsee below.\n\n-- \nAnna\n\n"])
def test_each_program_s_way_to_forward_is_read(program: str, note: str) -> None:
    """Sender, subject and whole text of the mail, and apart from it what stands above."""
    found = forwarded(note + PROGRAMS[program])
    assert found is not None
    assert (found.message.sender, found.message.subject) == (JANE, "Cart")
    assert found.message.text == BODY
    assert found.note == note.strip("\n")


def test_nothing_of_the_mail_around_it_passes_for_the_customer_s() -> None:
    """No Message-ID, no recipients, no fields of it, no HTML; but the ids that the mail around it refers to name it."""
    around: dict[str, Any] = {
        "message_id": "<9@staff.example.org>",
        "references": ("<1@customer.example>",),
        "to": (Address("support@example.org"),),
        "html_text": "x",
        "reply_to": (Address("anna@private.example"),),
    }
    around_it = a_message(("X-Loop", "a"), text=GMAIL, **around)
    found = read_forward(around_it, None)
    assert found is not None
    inner = found.message
    assert (inner.message_id, inner.to, inner.fields, inner.html_text, inner.reply_to) == (
        None,
        (),
        (("From", "Jane Doe <jane@customer.example>"), ("Subject", "Cart")),
        None,
        (),
    )
    assert inner.references == ("<1@customer.example>",)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (BODY, "Fwd: Cart"),
        (OUTLOOK, "RE: Cart"),
        (OUTLOOK, "Cart"),
        (OUTLOOK.replace("Sent:", "x").replace("To:", "y"), "FW: Cart"),
        ("Begin forwarded message:\n", "Fwd: Cart"),
        ("---------- Forwarded message ---------\n\nnothing here\n", "Fwd: Cart"),
        ("From: here on\nall is well\n", "Fwd: Cart"),
        ("I saw the forwarded message: it is fine\nFrom: x@y.example\nTo: z\n", "Cart"),
        ("", "Fwd:"),
    ],
)
def test_what_is_no_forwarded_mail_is_none(text: str, subject: str) -> None:
    """An answer quotes with the same block; and words alone are not a header."""
    assert forwarded(text, subject) is None


@pytest.mark.parametrize(
    "said",
    [
        "Jane Doe",
        "Jane Doe <jane@customer.example>; Eve <eve@evil.example>",
        '"jane@customer.example" <eve@evil.example>',
        "jane@localhost",
        "@",
        "<>",
        "Jane <jane at customer.example>",
        f"<{'j' * 400}@customer.example>",
        f"<jane@{'c' * 400}.example>",
    ],
)
def test_without_one_clear_address_there_is_no_sender(said: str) -> None:
    """Whoever is guessed would be written to."""
    found = forwarded(GMAIL.replace("Jane Doe <jane@customer.example>", said))
    assert found is not None
    assert found.message.sender is None


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        ("jane@customer.example", Address("jane@customer.example")),
        ("'jane@customer.example' <jane@customer.example>", Address("jane@customer.example")),
        ('"Doe, Jane" <Jane@customer.example>', Address("Jane@customer.example", "Doe, Jane")),
        ("Jane [mailto:jane@customer.example]", Address("jane@customer.example", "Jane")),
        ("Pat O'Neil <pat.o'neil@customer.example>", Address("pat.o'neil@customer.example", "Pat O'Neil")),
        ("Jürgen <j+x=y@müller.example>", Address("j+x=y@müller.example", "Jürgen")),
    ],
)
def test_a_sender_is_read_in_any_dress(said: str, sender: Address) -> None:
    """With the name that stands before the address."""
    found = forwarded(GMAIL.replace("Jane Doe <jane@customer.example>", said))
    assert found is not None
    assert found.message.sender == sender


def test_only_the_topmost_forwarded_mail_counts() -> None:
    """Jane forwarded a mail of Eve's, and Anna hers: it is Jane's request."""
    inner = GMAIL.replace("Jane Doe <jane@customer.example>", "Eve <eve@evil.example>")
    found = forwarded(GMAIL.replace(BODY, f"See this:\n\n{inner}"))
    assert found is not None
    assert found.message.sender == JANE
    assert "eve@evil.example" in found.message.text


def test_an_attached_mail_is_the_forwarded_one() -> None:
    """As it is, with all its files; the text around it is the note."""
    log = Attachment("log.txt", "text/plain", 3, "", content=b"log")
    eml = Attachment("cart.eml", "message/rfc822", 3, "", content=b"...")
    inner = a_message(sender=JANE, subject="Cart", text=BODY, attachments=(log,))
    around = with_files_of(a_message(text="#ack\n", attachments=(eml, c.PICTURE)), inner)
    assert around.attachments == (c.PICTURE, log, eml)
    found = read_forward(around, inner)
    assert found is not None
    assert (found.message.sender, found.message.text, found.message.message_id) == (
        JANE,
        BODY,
        inner.message_id,
    )
    assert (found.note, found.message.attachments) == ("#ack", around.attachments)


LINES = st.sampled_from(
    [*GMAIL.splitlines(), *OUTLOOK.splitlines(), *APPLE.splitlines(), "", "> ", "From:", "De : a@b.example"]
)


@given(st.lists(LINES | st.text(max_size=60), max_size=40), st.text(max_size=20))
def test_no_text_makes_it_raise(lines: list[str], subject: str) -> None:
    """Whatever is found has at most one sender, and its text is part of what was written."""
    for begins in ("Fwd: ", ""):
        found = forwarded("\n".join(lines), begins + subject)
        if found and found.message.sender:
            assert found.message.sender.address in "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "From: a\nSent: b\n" * 50_000,
        "-- Forwarded message --\n" * 50_000,
        "-- Forwarded message --\nFrom: " + "a" * 1_000_000,
        "-- Forwarded message --\nFrom: " + "a@" * 900 + "\nTo: x\n",
        "\n" * 200_000,
        "> " * 300_000,
        ("From:" + " " * 1_990 + "\n") * 500,
    ],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    """A second for a megabyte is far more than it needs."""
    start = time.process_time()
    forwarded(text)
    assert time.process_time() - start < 1
