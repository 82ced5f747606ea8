"""What a mail says of itself, row by row: who wrote it, whether it may be acknowledged, and what becomes of it."""

from dataclasses import dataclass
from typing import Any

import pytest

from maild.core.deciding.decide import decide
from maild.core.message import Address, Attachment, Message, Report
from maild.core.reply_token import Keys, Token, loop_value, message_id
from maild.core.understanding.automatic import Kind, OwnMail, Writer, recognise
from tests.parts import cases as c
from tests.parts.messages import a_message

KEYS = Keys("k1", {"k1": b"0123456789abcdef"})
OWN = OwnMail(frozenset({"support@example.org", "sales@example.org"}), KEYS)
OURS = message_id(KEYS, Token("thread", 1003, 3), "abc", "example.org")
FAILED = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.1.1\n"


@dataclass(frozen=True)
class Row:
    """One row: a mail, who wrote it, and what becomes of it where it belongs to nothing, and to an incident."""

    message: Message
    kind: Kind
    ack: bool
    alone: str
    on_incident: str
    mail_from: str | None = "alice@example.net"

    @property
    def writer(self) -> Writer:
        """Who wrote it."""
        return recognise(self.message, self.mail_from, OWN)


def person(*fields: tuple[str, str], ack: bool = True, **changes: Any) -> Row:
    """Return the row of a mail that is a request like any other; `ack` says whether it is acknowledged."""
    return Row(a_message(*fields, **changes), "human", ack, "opened", "appended")


def silent(*fields: tuple[str, str], **changes: Any) -> Row:
    """Return the row of a person's mail that is not acknowledged."""
    return person(*fields, ack=False, **changes)


def listed(*fields: tuple[str, str], **changes: Any) -> Row:
    """Return the row of a mail that a list sent on."""
    return Row(a_message(*fields, **changes), "list", False, "opened", "appended")


def program(*fields: tuple[str, str], **changes: Any) -> Row:
    """Return the row of a mail that a program wrote of its own accord."""
    return Row(a_message(*fields, **changes), "auto_generated", False, "opened", "quiet")


def note(
    kind: Kind, *fields: tuple[str, str], mail_from: str | None = "a@example.net", **changes: Any
) -> Row:
    """Return the row of a mail that only ever leaves a trace."""
    return Row(a_message(*fields, **changes), kind, False, "kept", "quiet", mail_from)


def spam(*fields: tuple[str, str]) -> Row:
    """Return the row of a mail that a filter marked."""
    return Row(a_message(*fields), "human", False, "quarantined", "appended")


def calendar(method: str) -> Attachment:
    """Return an attached calendar object."""
    content = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n".encode()
    return Attachment("invite.ics", "text/calendar", len(content), "", content=content)


def report(kind: str, text: str = "x: y") -> dict[str, Any]:
    """Return the changes that make a mail a multipart/report."""
    return {
        "content_type": "multipart/report",
        "content_params": (("report-type", kind),),
        "reports": (Report(f"message/{kind}", text),),
    }


ANSWERS = {"in_reply_to": ("<1@example.org>",)}
ROWS = {
    # ours
    "own loop mark": Row(
        a_message(("X-Maild-Loop", loop_value(KEYS, "<1@example.org>"))), "loop", False, "kept", "kept"
    ),
    "own Message-ID": Row(a_message(message_id=OURS), "loop", False, "kept", "kept"),
    "own Message-ID, answered": person(references=(OURS,)),
    "own address": silent(sender=Address("Sales@example.org")),
    # reports
    "delivery report": note("bounce", mail_from="", **report("delivery-status", FAILED)),
    "delay": note(
        "delay_notice", mail_from="", **report("delivery-status", FAILED.replace("failed", "delayed"))
    ),
    "read receipt": note("read_receipt", mail_from="", **report("disposition-notification")),
    "read receipt by a field": note("read_receipt", ("X-Example-MDN", "displayed")),
    "read receipt by a subject": note("read_receipt", mail_from="", subject="Read: your request"),
    "read receipt by a subject, German": note("read_receipt", mail_from="", subject="Gelesen: Re: Kasse"),
    "a subject like a receipt's": person(subject="Read: the manual does not help"),
    "feedback report": note("feedback_report", **report("feedback-report")),
    "null sender": note("auto_reply", mail_from=""),
    "null sender in angles": note("auto_reply", mail_from="<>"),
    "X-Failed-Recipients": note(
        "bounce",
        ("X-Failed-Recipients", "bob@example.com"),
        mail_from="",
        sender=Address("mailer-daemon@mx.example"),
        subject="Mail delivery failed: returning message to sender",
    ),
    # RFC 3834
    "no": person(("Auto-Submitted", "no")),
    "no, with a comment that holds a parenthesis": person(("Auto-Submitted", r"no (a \) b; auto-replied)")),
    "no, with parameters": person(("Auto-Submitted", "NO ; owner-email=x@y.example")),
    "no, quoted": person(("Auto-Submitted", '"no"')),
    "auto-replied": note("auto_reply", ("Auto-Submitted", "auto-replied")),
    "auto-replied (vacation)": note("auto_reply", ("Auto-Submitted", "auto-replied (vacation)")),
    "auto-replied without its brackets": note("auto_reply", ("Auto-Submitted", "auto-replied vacation")),
    "auto-replied, misspelt": note("auto_reply", ("Auto-Submitted", "auto_reply")),
    "auto-replied; owner": note("auto_reply", ("Auto-Submitted", "auto-replied; owner-email=x@y.example")),
    "no, then auto-replied": note("auto_reply", ("Auto-Submitted", "no"), ("Auto-Submitted", "auto-replied")),
    "auto-generated": program(("Auto-Submitted", "auto-generated")),
    "auto-notified": program(("Auto-Submitted", "auto-notified; owner-token=x")),
    "another word": program(("Auto-Submitted", "x-reminder")),
    # before there was a standard
    **{
        f"{field}": note("auto_reply", (field, "yes"))
        for field in (
            *("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Autoresponse"),
            *("X-AutoReply-From", "X-Mail-Autoreply"),
        )
    },
    "X-Autogenerated: reply": note("auto_reply", ("X-Autogenerated", "Reply")),
    "X-Autoreply: no": person(("X-Autoreply", "no")),
    "X-FC-MachineGenerated": program(("X-FC-MachineGenerated", "true")),
    "X-Amazon-Mail-Relay-Type": program(("X-Amazon-Mail-Relay-Type", "notification")),
    "Exchange rule": silent(("X-MS-Exchange-Inbox-Rules-Loop", "bob@example.com")),
    "Exchange rule and absence": note(
        "auto_reply", ("X-MS-Exchange-Inbox-Rules-Loop", "bob@example.com"), subject="Out of Office: x"
    ),
    **{
        f"suppress {value}": silent(("X-Auto-Response-Suppress", value))
        for value in ("All", "OOF", "AutoReply", "DR, oof", "RN,NRN, AutoReply")
    },
    **{
        f"suppress {value}": person(("X-Auto-Response-Suppress", value))
        for value in ("DR", "NDR", "RN", "NRN", "None", "DR, RN, NRN")
    },
    "Precedence: auto_reply": note("auto_reply", ("Precedence", "auto_reply")),
    "X-Precedence: auto_reply": note("auto_reply", ("X-Precedence", "auto_reply")),
    **{
        f"Precedence: {value}": listed(("Precedence", value))
        for value in ("bulk", "junk", "list", "BULK (x)")
    },
    **{
        f"Precedence: {value}": person(("Precedence", value))
        for value in ("first-class", "special-delivery", "normal", "")
    },
    # lists and mass mail
    **{
        field: listed((field, "x"))
        for field in (
            *("List-Id", "List-Post", "List-Help", "List-Subscribe", "List-Owner", "List-Archive"),
            *("Mailing-List", "X-Mailing-List"),
        )
    },
    "List-Unsubscribe alone": silent(("List-Unsubscribe", "<mailto:a@b.example>")),
    "List-Unsubscribe and List-Id": listed(("List-Unsubscribe", "<mailto:a@b.example>"), ("List-Id", "<x>")),
    "Feedback-ID": silent(("Feedback-ID", "1:2:3:x")),
    "X-Campaign-anything": silent(("X-CampaignKey", "7")),
    "X-Mailer of a service": silent(("X-Mailer", "MailChimp Mailer - **CID7**")),
    "X-Mailer of a person": person(("X-Mailer", "Apple Mail (2.3774)")),
    # who wants no answer
    "X-Ack: no": silent(("X-Ack", "no")),
    "X-No-Loop": silent(("X-No-Loop", "yes")),
    "X-Loop": silent(("X-Loop", "support@example.org")),
    "X-Debbugs-No-Ack": silent(("X-Debbugs-No-Ack", "1")),
    "another help desk": silent(("X-OTRS-Loop", "yes")),
    **{
        local: silent(sender=Address(f"{local}@shop.example"))
        for local in (
            *("mailer-daemon", "listserv", "majordomo", "dev-request", "owner-dev", "bounce", "bounces"),
            *("no-reply", "noreply", "do-not-reply"),
        )
    },
    # absence notes by their subjects
    "absence, alone": silent(subject="Out of office"),
    "absence, as an answer": note("auto_reply", subject="Automatische Antwort: Re: x", **ANSWERS),
    "absence, another sign": note("auto_reply", ("X-Loop", "a"), subject="Abwesenheitsnotiz"),
    "absence, behind Re": silent(subject="Re: Out of office plugin does nothing", **ANSWERS),
    "absence, behind Re, another sign": note("auto_reply", ("X-Loop", "a"), subject="Re: Abwesenheit"),
    "auto: alone is no proof": person(subject="Auto: brakes", **ANSWERS),
    # calendars
    "invitation answered": note("calendar", attachments=(calendar("REPLY"),)),
    "invitation answered, declared": note(
        "calendar", content_type="text/calendar", content_params=(("method", "REPLY"),)
    ),
    "other times proposed": note("calendar", attachments=(calendar("COUNTER"),)),
    "invitation": silent(attachments=(calendar("REQUEST"),)),
    "invitation, declared": silent(
        content_type="text/calendar",
        content_params=(("method", "REQUEST"),),
        attachments=(calendar("request"),),
    ),
    "meeting called off": silent(attachments=(calendar("CANCEL"),)),
    "calendar that is published": person(attachments=(calendar("PUBLISH"),)),
    # filters
    "X-Spam-Flag: YES": spam(("X-Spam-Flag", "YES")),
    "X-Spam-Status: Yes": spam(("X-Spam-Status", "Yes, score=9.1 required=5.0")),
    "X-Spam: Yes": spam(("X-Spam", "Yes")),
    "X-Spam-Flag: NO": person(("X-Spam-Flag", "NO"), ("X-Spam-Status", "No, score=-1.0")),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_mail_tells_who_wrote_it(row: str) -> None:
    """The kind, and whether an acknowledgement is allowed; silence always has a reason."""
    wanted = ROWS[row]
    assert (wanted.writer.kind, wanted.writer.ack_allowed) == (wanted.kind, wanted.ack)
    assert bool(wanted.writer.reasons) == (not wanted.ack)


@pytest.mark.parametrize("row", ROWS)
def test_it_becomes_what_its_writer_asks_for(row: str) -> None:
    """Where it belongs to nothing, and where it belongs to an incident."""
    wanted = ROWS[row]
    alone = decide(c.case(wanted.message, writer=wanted.writer), c.rules(), c.NOW)
    joined = decide(c.case(wanted.message, c.found(c.incident()), writer=wanted.writer), c.rules(), c.NOW)
    assert (c.disposed(alone), c.disposed(joined)) == (wanted.alone, wanted.on_incident)
    assert bool(c.mails(alone, "acknowledgement")) == wanted.ack
    assert c.mails(joined, "acknowledgement") == []


def test_what_a_filter_marked_is_handled_once_a_person_has_looked() -> None:
    """Replayed from quarantine it opens an incident; still nobody is acknowledged."""
    row = ROWS["X-Spam-Flag: YES"]
    case = c.case(row.message, writer=row.writer)
    done = decide(c.case(row.message, writer=row.writer, by_hand=True), c.rules(), c.NOW)
    assert (c.why(decide(case, c.rules(), c.NOW)), c.disposed(done)) == (["spam_flag"], "opened")
    assert c.mails(done, "acknowledgement") == []


def test_a_filter_does_not_keep_proven_staff_away() -> None:
    """A new mail of theirs is a request; unproven it could be anybody's."""
    row = ROWS["X-Spam-Flag: YES"]
    staff = c.from_staff(joined=c.found(), writer=row.writer)
    assert c.disposed(decide(staff, c.rules(), c.NOW)) == "opened"
    unproven = c.from_staff(joined=c.found(), writer=row.writer, proof=c.UNPROVEN)
    assert c.disposed(decide(unproven, c.rules(), c.NOW)) == "quarantined"
