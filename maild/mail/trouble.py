"""What went wrong on the wire, in one line for people: no traceback, no control character, no password."""

import smtplib
import socket
import ssl

LONGEST = 300


def one_line(text: str | bytes) -> str:
    r"""Return a server's words on one line, without control characters, at most 300 characters.

    >>> one_line(b"5.1.1 No such user\r\n\x1b[31mhere")
    '5.1.1 No such user [31mhere'
    """
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    printable = "".join(letter if letter.isprintable() else " " for letter in decoded)
    return " ".join(printable.split())[:LONGEST]


def in_words(error: BaseException) -> str:
    """Return what an error of a connection means to the person who has to mend it.

    >>> in_words(ConnectionRefusedError(111, "Connection refused"))
    'connection refused'
    """
    match error:
        case smtplib.SMTPResponseException():
            return f"{error.smtp_code} {one_line(error.smtp_error)}"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {_said(error, 'verify_message')}"
        case ssl.SSLError():
            return f"TLS failed: {_said(error, 'reason')}"
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "connection refused"
        case socket.gaierror():
            return "its name is not known"
        case OSError() if error.strerror:
            return one_line(error.strerror).lower()
        case _:
            # imaplib puts the server's words into its exceptions as bytes.
            words = error.args[0] if error.args else ""
            return one_line(words if isinstance(words, bytes) else str(error)) or type(error).__name__


def _said(error: ssl.SSLError, attribute: str) -> str:
    """Return OpenSSL's words; only errors that come from OpenSSL have the attribute."""
    return one_line(getattr(error, attribute, None) or str(error))
