"""Reports about mails of ours as servers write them: that one failed (RFC 3464), or was taken for spam (RFC 5965)."""

from itertools import count

SUPPORT = "support@example.com"
_serial = count(1)


def bounce_of(
    message_id: str,
    recipient: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "no such user",
    more: str = "",
) -> bytes:
    """Return the report of a mail server on one mail to one recipient; `more` are further fields of the recipient."""
    code = "450" if status.startswith("4.") else "550"
    report = (
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"{more}Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {code} {status} {said}\r\n"
    )
    returned = f"Message-ID: {message_id}\r\nFrom: {SUPPORT}\r\n"
    return _report("delivery-status", report, returned, f"I could not deliver your mail to {recipient}.")


def complaint_of(message_id: str) -> bytes:
    """Return the feedback report of a mail provider whose user took a mail for spam."""
    report = "Feedback-Type: abuse\r\nUser-Agent: Provider/1.0\r\nVersion: 1\r\n"
    return _report("feedback-report", report, f"Message-ID: {message_id}\r\n", "This is an abuse report.")


def _report(kind: str, report: str, returned: str, text: str) -> bytes:
    boundary = "part"
    head = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.customer.example\r\n"
        f"To: {SUPPORT}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b{next(_serial)}@mx.customer.example>\r\n"
        "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="{boundary}"\r\n\r\n'
    )
    parts = (("text/plain", f"{text}\r\n"), (f"message/{kind}", report), ("text/rfc822-headers", returned))
    body = "".join(f"--{boundary}\r\nContent-Type: {of}\r\n\r\n{content}\r\n" for of, content in parts)
    return f"{head}{body}--{boundary}--\r\n".encode()
