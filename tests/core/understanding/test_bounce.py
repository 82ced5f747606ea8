"""Delivery reports: which address failed, whether for good, and which mail of ours came back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.message import Address, Attachment, Message, Report
from maild.core.understanding.bounce import Bounce, FailedRecipient, read_bounce, returned_ids
from tests.parts.messages import a_message

DAEMON = Address("mailer-daemon@mx.example.com")
REPORT = (("report-type", "delivery-status"),)
RETURNED = Report(
    "text/rfc822-headers",
    "From: support@example.org\nMessage-ID: <maild.x@example.org>\nTo: bob@example.com\n",
)


def dsn(*groups: str, extra: tuple[Report, ...] = (RETURNED,), text: str = "It failed.") -> Message:
    """Return a standard report with these recipient groups."""
    body = "\n\n".join(("Reporting-MTA: dns; mx.example.com\nArrival-Date: today", *groups)) + "\n"
    reports = (Report("message/delivery-status", body), *extra)
    return a_message(sender=DAEMON, content_type="multipart/report", reports=reports, text=text)


def prose(
    text: str, *fields: tuple[str, str], subject: str = "Mail delivery failed: returning message to sender"
) -> Message:
    """Return a report that a server wrote in prose."""
    return a_message(
        ("From", "Mail Delivery System <Mailer-Daemon@mx.example.com>"),
        *fields,
        sender=DAEMON,
        subject=subject,
        text=text,
    )


def only(message: Message) -> FailedRecipient:
    """Return the single recipient of a report."""
    bounce = read_bounce(message)
    assert bounce is not None
    assert len(bounce.recipients) == 1, bounce
    return bounce.recipients[0]


GROUP = "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {said}"


def test_a_standard_report_is_read_field_by_field() -> None:
    """RFC 3464: address, status, action, the server's words, and the mail that came back."""
    message = dsn(GROUP.format(status="5.1.1", said="550 5.1.1 <bob@example.com>: user\n unknown"))
    assert read_bounce(message) == Bounce(
        hard=True,
        recipients=(
            FailedRecipient(
                "bob@example.com",
                "5.1.1",
                "failed",
                "user_unknown",
                "550 5.1.1 <bob@example.com>: user unknown",
            ),
        ),
        original_message_id="<maild.x@example.org>",
    )


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.1.1", "550 no such thing"),
        ("5.1.10", "550 RecipientNotFound"),
        ("5.0.0", "550 User unknown"),
        ("5.0.0", "550 5.1.2 bad destination system"),
        ("5.4.4", "Host or domain name not found"),
        ("5.5.0", "550 Requested action not taken: mailbox unavailable"),
    ],
)
def test_an_address_that_does_not_exist_is_a_hard_bounce(status: str, said: str) -> None:
    """Every further mail to it must fail as well."""
    assert only(dsn(GROUP.format(status=status, said=said))).hard


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.2.2", "552 5.2.2 mailbox full"),
        ("5.2.1", "550 5.2.1 user unknown"),
        ("5.7.1", "554 5.7.1 message rejected as spam"),
        ("5.1.1", "550 5.1.1 sender address rejected: see our policy"),
        ("4.4.1", "connection timed out"),
        ("4.0.0", "450 user unknown, try later"),
        ("5.3.4", "552 message too big for system"),
        ("5.0.0", "554 something else"),
        ("5.7.26", "550 5.7.26 unauthenticated mail, see DMARC"),
    ],
)
def test_what_another_day_or_another_mail_could_mend_is_soft(status: str, said: str) -> None:
    """A full mailbox is no reason to give an address up."""
    assert not only(dsn(GROUP.format(status=status, said=said))).hard


@pytest.mark.parametrize(
    ("group", "address"),
    [
        ("Final-Recipient: RFC822;bob@example.com\nAction: failed", "bob@example.com"),
        (
            "final-recipient: rfc822; <bob@example.com>\nACTION: Failed\nSTATUS: 5.0.0 (permanent failure)",
            "bob@example.com",
        ),
        ("Original-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.0.0", "bob@example.com"),
        ("Final-Recipient: bob@example.com\nStatus: 5.0.0", "bob@example.com"),
        ("Final-Recipient: utf-8; bób@example.com\nAction: expired\n", "bób@example.com"),
    ],
)
def test_the_fields_are_read_in_the_forms_servers_write(group: str, address: str) -> None:
    """Case, brackets, comments and missing fields."""
    recipient = only(dsn(group))
    assert (recipient.address, recipient.action) == (address, "failed")


def test_a_status_without_detail_is_taken_from_the_words() -> None:
    """`5.0.0` says nothing; the server's words often do."""
    assert only(dsn(GROUP.format(status="5.0.0", said="552 5.2.2 over quota"))).status == "5.2.2"
    assert (
        only(dsn("Final-Recipient: rfc822; bob@example.com\nDiagnostic-Code: smtp; 451 later")).status
        == "4.0.0"
    )


def test_of_a_field_that_stands_twice_the_first_counts() -> None:
    """RFC 3464 allows one; what is added below may be anybody's."""
    assert (
        only(dsn(GROUP.format(status="5.1.1", said="x") + "\nStatus: 2.0.0\nAction: delivered")).action
        == "failed"
    )


def test_several_recipients_are_kept_apart() -> None:
    """One report may say different things of different addresses."""
    bounce = read_bounce(
        dsn(
            GROUP.format(status="5.2.2", said="full mailbox"),
            GROUP.format(status="5.1.1", said="user unknown").replace("bob@", "eve@"),
            "Final-Recipient: rfc822; joe@example.com\nAction: delayed\nStatus: 4.4.1",
        )
    )
    assert bounce is not None
    assert [(r.address, r.hard) for r in bounce.recipients] == [
        ("bob@example.com", False),
        ("eve@example.com", True),
        ("joe@example.com", False),
    ]
    assert bounce.hard
    assert bounce.actions == {"failed", "delayed"}


def test_a_delay_is_no_failure() -> None:
    """Its action says so (rule 36)."""
    bounce = read_bounce(dsn("Final-Recipient: rfc822; bob@example.com\nAction: delayed\nStatus: 4.4.1"))
    assert bounce is not None
    assert (bounce.hard, bounce.actions) == (False, {"delayed"})


def test_at_most_a_hundred_recipients_are_read() -> None:
    """A report about half the world says no more than one about a hundred."""
    bounce = read_bounce(
        dsn(*(f"Final-Recipient: rfc822; u{i}@example.com\nAction: failed" for i in range(300)))
    )
    assert bounce is not None
    assert len(bounce.recipients) == 100


# --- prose --------------------------------------------------------------------------------------------------

EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  bob@example.com
    SMTP error from remote mail server after RCPT TO:<bob@example.com>:
    host mx.example.com [192.0.2.1]: 550 5.1.1 user unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <support@example.org>
To: bob@example.com
Message-ID: <maild.x@example.org>
"""
QMAIL = """Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<bob@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 550 no such user here

<eve@example.com>:
Remote host said: 552 mailbox full

--- Below this line is a copy of the message.

Return-Path: <support@example.org>
Message-ID: <maild.x@example.org>
To: bob@example.com, someone@example.com
"""
EXCHANGE = """Your message

  Subject: hello
  Sent: Monday

did not reach the following recipient(s):

bob@example.com on Thu, 29 Apr 2010 00:00:00 -0000
    The recipient name is not recognized
"""
POSTFIX = """This is the mail system at host mx.example.com.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<bob@example.com>: host mx.example.com said: 550 5.1.1 no such user
"""
INLINE = """An error occurred while trying to deliver the mail to the following recipients:
bob@example.com

Technical report:

Reporting-MTA: dsn; mx.example.com

Action: failed
Final-Recipient: rfc822; bob@example.com
Diagnostic-Code: smtp; 550 5.1.1 no such user
Status: 5.1.1
"""


@pytest.mark.parametrize(
    "text", [EXIM, EXCHANGE, POSTFIX, INLINE], ids=["exim", "exchange", "postfix", "inline"]
)
def test_a_report_in_prose_names_its_address(text: str) -> None:
    """The forms in which servers wrote before, and beside, the standard."""
    recipient = only(prose(text))
    assert (recipient.address, recipient.action, recipient.hard) == ("bob@example.com", "failed", True)


def test_prose_about_several_addresses_gives_each_its_reason() -> None:
    """What stands below an address is about it; the mail that came back is not read for addresses."""
    bounce = read_bounce(prose(QMAIL, subject="failure notice"))
    assert bounce is not None
    assert [(r.address, r.status, r.hard) for r in bounce.recipients] == [
        ("bob@example.com", "5.0.0", True),
        ("eve@example.com", "5.0.0", False),
    ]
    assert bounce.original_message_id == "<maild.x@example.org>"


def test_the_failed_address_may_stand_in_a_header_field_only() -> None:
    """Some servers write prose without an address, and X-Failed-Recipients."""
    message = prose("La remise a échoué.", ("X-Failed-Recipients", "bob@example.com"))
    assert only(message).address == "bob@example.com"


def test_whom_nobody_names_is_the_only_one_the_returned_mail_went_to() -> None:
    """One recipient in To leaves no doubt; two leave it."""
    assert only(dsn(text="Delivery report unavailable.", extra=(RETURNED,))).address == "bob@example.com"
    two = Report("text/rfc822-headers", "To: bob@example.com\nTo: eve@example.com\n")
    bounce = read_bounce(a_message(sender=DAEMON, content_params=REPORT, reports=(two,), text="It failed."))
    assert bounce is not None
    assert bounce.recipients == ()


def test_a_report_inside_a_report_is_read() -> None:
    """Gateways wrap the report of another server without saying a word themselves."""
    inside = f"Subject: Returned mail\n\n{GROUP.format(status='5.1.1', said='550 who is that')}\n\nbye\n"
    file = Attachment("mail.eml", "message/rfc822", len(inside), "ab" * 32, content=inside.encode("latin-1"))
    message = a_message(
        ("From", "Mailer-Daemon@mx.example.com"),
        subject="Returned mail",
        text="The following addresses had permanent delivery errors",
        attachments=(file,),
    )
    recipient = only(message)
    assert (recipient.address, recipient.status, recipient.hard) == ("bob@example.com", "5.1.1", True)


def test_a_name_that_people_bear_as_well_needs_subject_and_words() -> None:
    """Exchange calls itself System Administrator, and so do some who ask for help."""
    message = a_message(
        ("From", "System Administrator <admin@example.com>"),
        subject="Undeliverable: hello",
        text="did not reach the following recipient(s):\n\nbob@example.com on Monday\n    not found\n",
    )
    assert only(message).address == "bob@example.com"


def test_a_list_that_refuses_a_mail_reports_it() -> None:
    """The program fml writes from `...-admin`, and marks all it sends; only its refusals are reports."""
    fields = (("From", "staff-admin@example.com"), ("X-MLServer", "fml [fml 4.0.3]"))
    refusal = a_message(*fields, subject="You are not member (staff ML)", text="Ask staff-ctl@example.com.")
    bounce = read_bounce(refusal)
    assert bounce is not None
    assert not bounce.hard
    assert read_bounce(a_message(*fields, subject="[staff 12] lunch", text="Who is in today?")) is None


def test_prose_about_a_delay_is_a_delay() -> None:
    """The server still tries."""
    text = "Delivery to the following recipient has been delayed:\n\n  bob@example.com\n\nNo action is required.\n"
    assert only(prose(text, subject="Delivery Status Notification (Delay)")).action == "delayed"


@pytest.mark.parametrize(
    "message",
    [
        a_message(content_type="multipart/report", content_params=(("report-type", "Delivery-Status"),)),
        a_message(
            ("Return-Path", "<>"),
            reports=(Report("message/rfc822", "Message-ID: <maild.x@example.org>\n"),),
            text="Your mail is back.",
        ),
        a_message(("From", "mailer-daemon@example.com"), subject="Returned mail", text="It has failed."),
    ],
)
def test_a_report_that_names_nobody_is_a_report_all_the_same(message: Message) -> None:
    """It must not be taken for a customer's request only because it can't be read."""
    bounce = read_bounce(message)
    assert bounce is not None
    assert (bounce.hard, bounce.recipients) == (False, ())


@pytest.mark.parametrize(
    "message",
    [
        a_message(text=EXIM),
        a_message(
            subject="Mail delivery failed", text="A mail to bob@example.com could not be delivered, why?"
        ),
        a_message(("Return-Path", "<>"), text="I am away until Monday. Write to bob@example.com."),
        a_message(("From", "postmaster@example.com"), text="Please renew your certificate, bob@example.com."),
        a_message(
            ("From", "System Administrator <admin@example.com>"),
            subject="Mail from you",
            text="Your reports could not be delivered here.",
        ),
        a_message(("From", "Bounce Castles <bounce@example.com>"), text="My mail to you was not delivered."),
        a_message(),
    ],
)
def test_a_mail_about_a_bounce_is_none(message: Message) -> None:
    """Customers ask about bounces; only a mail server's own mail counts, and only with a second sign."""
    assert read_bounce(message) is None


# --- which mail came back -----------------------------------------------------------------------------------

OURS = "<maild.ta-1003-7-1772524800-k5b2.abcdefghijklmnopqrstuvwx22@example.org>"
ENCODED = "=?utf-8?q?=3Cmaild=2Ex=40example=2Eorg=3E?="


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Subject: x\nMessage-ID: {OURS}\n", OURS),
        (f"Subject: x\nmessage-id:\n {OURS}\n", OURS),
        (f"> Subject: x\n> Message-Id: {OURS}\n", OURS),
        (f"X-Original-Message-ID: {OURS}\n", OURS),
        (f"Message-ID: {ENCODED}\n", "<maild.x@example.org>"),
        (f"X-Maild-Loop: a.{'a' * 26}.maild.x@example.org\nSubject: x\n", "<maild.x@example.org>"),
    ],
)
@pytest.mark.parametrize(
    "kind", ["text/rfc822-headers", "message/rfc822", "message/delivery-status", "prose"]
)
def test_the_mail_that_came_back_is_named_wherever_it_is(kind: str, text: str, found: str) -> None:
    """In the returned header, a field of the report, or quoted below the prose; folded, quoted or encoded."""
    if kind == "prose":
        message = prose(f"bob@example.com: no such user\n\n--- original message ---\n{text}")
    else:
        message = dsn(extra=(Report(kind, text),))
    bounce = read_bounce(message)
    assert bounce is not None
    assert bounce.original_message_id == found


def test_a_report_may_name_the_mail_only_as_what_it_answers() -> None:
    """In-Reply-To before References, and there the nearest first."""
    message = a_message(
        content_params=REPORT,
        in_reply_to=("<3@x>",),
        references=("<1@x>", "<2@x>", "<3@x>"),
        text="It failed.",
    )
    assert returned_ids(message) == ("<3@x>", "<2@x>", "<1@x>")


# --- always -------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "Final-Recipient: rfc822; a@b.example\n",
            "Action: failed\n",
            "Status: 5.1.1\n",
            "\n",
            " folded\n",
            ":",
            ";",
            "<>",
        ),
        *(
            "Diagnostic-Code: smtp; 550 x\n",
            "could not be delivered\n",
            "<a@b.example>:\n",
            "--- original message ---\n",
        ),
        *("Message-ID: <x@y>\n", "X" * 50, "@", "\r\n", "Received: x\n"),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=30).map("".join))


@given(TEXTS, TEXTS, st.text(max_size=40))
def test_no_report_makes_it_raise(status: str, text: str, failed: str) -> None:
    """A forged report is as good a mail as any."""
    reports = (Report("message/delivery-status", status), Report("message/rfc822", text))
    fields = (("From", "mailer-daemon@x"), ("X-Failed-Recipients", failed), ("Return-Path", "<>"))
    bounce = read_bounce(a_message(*fields, reports=reports, text=text, content_type="multipart/report"))
    assert bounce is None or all(len(r.said) <= 500 and r.address for r in bounce.recipients)
