"""How each family of mail servers writes that it could not deliver, in prose: whom, why, and whether it lasts."""

import pytest

from maild.core.message import Attachment
from maild.core.understanding.bounce import read_bounce
from maild.core.understanding.bounce_words import Failure
from tests.parts.messages import a_message

BOB = "bob@far.example"
RETURNED = (
    f"\nReceived: from a by b\nFrom: support@example.org\nTo: {BOB}\nMessage-ID: <maild.x@example.org>\n"
)

FAMILIES: dict[str, tuple[str, str, str, Failure]] = {
    "sendmail 5": (
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>",
        "Returned mail: User unknown",
        (
            f"   ----- Transcript of session follows -----\n>>> RCPT To:<{BOB}>\n<<< 550 <{BOB}>... User unknown\n"
            f"\n   ----- Unsent message follows -----{RETURNED}"
        ),
        "user_unknown",
    ),
    "qmail": (
        "MAILER-DAEMON@mx.example.com",
        "failure notice",
        (
            f"This is the qmail-send program.\n\n<{BOB}>:\nThe users mailfolder is over the allowed quota. (#5.2.2)\n"
            f"\n--- Below this line is a copy of the message.\n{RETURNED}"
        ),
        "mailbox_full",
    ),
    "exim": (
        "Mail Delivery System <Mailer-Daemon@mx.example.com>",
        "Mail delivery failed: returning message to sender",
        (
            f"The following address(es) failed:\n\n  {BOB}\n    retry timeout exceeded\n"
            f"\n------ This is a copy of the message, including all the headers. ------\n{RETURNED}"
        ),
        "expired",
    ),
    "courier": (
        '"Courier mail server at mx.example.com" <@>',
        "NOTICE: mail delivery status.",
        (
            f"Your message to the following recipients cannot be delivered:\n\n<{BOB}>:\n    mx.far.example:\n"
            f">>> RCPT TO:<{BOB}>\n<<< 550 5.1.1 <{BOB}>... User Unknown\n"
        ),
        "user_unknown",
    ),
    "opensmtpd": (
        "Mailer Daemon <MAILER-DAEMON@mx.example.com>",
        "Delivery status notification: error",
        (
            f"    An error has occurred while attempting to deliver a message:\n\n{BOB}: Invalid domain name\n"
            f"\n    Below is a copy of the original message:\n{RETURNED}"
        ),
        "host_unknown",
    ),
    "exchange 5.5": (
        "System Administrator <admin@far.example>",
        "Undeliverable: hello",
        (
            f"did not reach the following recipient(s):\n\n{BOB} on Thu, 29 Apr 2010 00:00:00 -0000\n"
            "    The recipient's mailbox is full\n"
        ),
        "mailbox_full",
    ),
    "domino": (
        "Postmaster@far.example",
        "DELIVERY FAILURE: User bob not listed in Domino Directory",
        f"was not delivered to:\n\n  {BOB}\n",
        "user_unknown",
    ),
    "notes": (
        "Mail Router <postmaster@far.example>",
        "Undeliverable message",
        (
            f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{BOB}\n"
            f"\n------- Returned Message --------\n{RETURNED}"
        ),
        "user_unknown",
    ),
    "imail": (
        "Postmaster <postmaster@far.example>",
        "Undeliverable Mail",
        f"Unknown host: {BOB}\n\nOriginal message follows.\n{RETURNED}",
        "host_unknown",
    ),
    "mailmarshal": (
        "postmaster@gw.far.example",
        'Undeliverable Mail: "hello"',
        f"Could not be delivered because of\n\n550 5.1.1 User unknown\n\nThese recipients were affected:\n    {BOB}\n",
        "user_unknown",
    ),
    "messagelabs": (
        "MAILER-DAEMON@filter.example.com",
        "Mail Delivery Failure",
        f"I was unable to deliver it to the following addresses:\n\n{BOB}\n\nReason: 550 {BOB}: user unknown\n",
        "user_unknown",
    ),
    "interscan": (
        "InterScan Notification <interscan@gw.example.com>",
        "Mail could not be delivered",
        f"Unable to deliver message to <{BOB}>\n\nSent <<< RCPT TO:<{BOB}>\nReceived >>> 550 5.1.1 user unknown\n",
        "user_unknown",
    ),
    "james": (
        "postmaster@far.example",
        "[BOUNCE]",
        (
            f"I wasn't able to deliver your message.\n\n  To: {BOB}\n\nError message below:\n"
            "550 - Requested action not taken: no such user here\n"
        ),
        "user_unknown",
    ),
    "a mobile operator": (
        "sysadmin@mms.far.example",
        "Undeliverable Message",
        f"Message could not be delivered to mobile.\nError: No valid recipients for this MM\n\nTo: {BOB}\n",
        "user_unknown",
    ),
    "kddi": (
        "no-reply@app.far.example",
        "Mail System Error - Returned Mail",
        f"Your mail sent on: Thursday\n     Could not be delivered to: <{BOB}>\n     As their mailbox is full.\n",
        "mailbox_full",
    ),
    "google, at RCPT": (
        "Mail Delivery Subsystem <mailer-daemon@google.example>",
        "Delivery Status Notification (Failure)",
        (
            f"Delivery to the following recipient failed permanently:\n\n     {BOB}\n\nThe error that the other server"
            " returned was: 550 unknown user bob (state 14).\n\n   ----- Original message -----\n"
        ),
        "user_unknown",
    ),
    "google, after DATA": (
        "Mail Delivery Subsystem <mailer-daemon@google.example>",
        "Delivery Status Notification (Failure)",
        (
            f"Delivery to the following recipient failed permanently:\n\n     {BOB}\n\nThe error that the other server"
            " returned was: 550 unknown user bob (state 17).\n\n   ----- Original message -----\n"
        ),
        "filtered",
    ),
    "mdaemon": (
        "MDaemon at far.example <MDaemon@far.example>",
        "Permanent Delivery Failure",
        (
            "The attached message could not be delivered.\n\nSession Transcript:\n\n"
            f"--> RCPT To:<{BOB}>\n<-- 550 <{BOB}>, Recipient unknown\n"
        ),
        "user_unknown",
    ),
    "a spam firewall": (
        "MAILER-DAEMON@filter.far.example",
        "**Message you sent blocked by our bulk email filter**",
        f"Your message to: {BOB}\nwas blocked by our Spam Firewall. It has NOT BEEN DELIVERED.\n",
        "spam",
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_servers_is_understood(family: str) -> None:
    """The address that failed, and one plain reason; nothing of the mail that came back is taken for either."""
    sender, subject, text, reason = FAMILIES[family]
    bounce = read_bounce(a_message(("From", sender), ("Return-Path", "<>"), subject=subject, text=text))
    assert bounce is not None
    assert [(one.address, one.action, one.reason) for one in bounce.recipients] == [(BOB, "failed", reason)]
    assert bounce.hard == (reason in ("user_unknown", "host_unknown"))
    assert bounce.original_message_id == ("<maild.x@example.org>" if RETURNED in text else None)


def test_the_code_may_stand_above_the_address() -> None:
    """Where the lines about the address have none, the report's own are asked; a 2.x.x there is no failure's."""
    text = f"Out: 250 2.0.0 Ok\nOut: 550 5.1.1 no such user\n\nThese recipients were affected:\n    {BOB}\n"
    fields = (("From", "postmaster@gw.far.example"), ("Return-Path", "<>"))
    bounce = read_bounce(a_message(*fields, subject="Undeliverable Mail", text=text))
    assert bounce is not None
    assert [(one.address, one.status, one.said[:9]) for one in bounce.recipients] == [
        (BOB, "5.1.1", "550 5.1.1")
    ]


def test_what_we_wrote_is_never_the_reason() -> None:
    """Our own words come back with the mail: `user unknown` in an answer marks nobody."""
    text = f"<{BOB}>:\n554 xyzzy\n\n--- Below this line is a copy of the message.\n\nThere is no such user.\n"
    fields = (("From", "MAILER-DAEMON@mx.example.com"), ("Return-Path", "<>"))
    bounce = read_bounce(a_message(*fields, subject="Undeliverable: Re: user unknown", text=text))
    assert bounce is not None
    assert [one.reason for one in bounce.recipients] == ["unknown"]


def test_a_report_that_a_gateway_made_a_file_is_read() -> None:
    """Some turn the machine-readable part into an attached text."""
    content = (
        f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {BOB}\nAction: failed\nStatus: 5.1.1\n".encode()
    )
    file = Attachment("ATT1.txt", "text/plain", len(content), "ab" * 32, content=content)
    bounce = read_bounce(a_message(text="It failed.", attachments=(file,)))
    assert bounce is not None
    assert [(one.address, one.reason) for one in bounce.recipients] == [(BOB, "user_unknown")]
