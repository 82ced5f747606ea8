"""Errors of connections become one line that a person understands."""

import smtplib
import socket
import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.tls import verified_context
from maild.mail.trouble import LONGEST, in_words, one_line
from tests.parts.certificates import Certificates


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (ConnectionResetError(104, "Connection reset by peer"), "connection reset by peer"),
        (TimeoutError("timed out"), "no answer in time"),
        (socket.gaierror(-2, "Name or service not known"), "its name is not known"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "TLS failed: [SSL: WRONG"),
        (FileNotFoundError(2, "No such file or directory", "/x"), "no such file or directory"),
        (smtplib.SMTPResponseException(454, b"TLS not\r\navailable"), "454 TLS not available"),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), "Connection unexpectedly closed"),
        (ValueError(b"[ALERT] no"), "[ALERT] no"),
        (KeyError(), "KeyError"),
        (ValueError(""), "ValueError"),
    ],
)
def test_each_error_has_words(error: Exception, words: str) -> None:
    """No class names, numbers of the system or quotes, where there is anything better."""
    assert in_words(error).startswith(words)


@given(st.one_of(st.text(), st.binary()))
def test_a_server_s_words_are_one_printable_line(text: str | bytes) -> None:
    """Whatever a server says can be printed and logged."""
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= LONGEST
    assert line == line.strip()


def test_plain_words_stay_as_they_are() -> None:
    """Only what could do harm is changed."""
    assert one_line("5.1.1 <jörg@example.com>: no such user") == "5.1.1 <jörg@example.com>: no such user"


@pytest.mark.parametrize("own", [True, False])
def test_tls_is_always_verified(certificates: Certificates, own: bool) -> None:
    """With an authority of our own or the system's: certificate and name are checked, from TLS 1.2 on."""
    context = verified_context(str(certificates.ca_file) if own else "")
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_ca_file_takes_the_place_of_the_system_s_authorities(certificates: Certificates) -> None:
    """Who names an authority means only that one."""
    trusted = verified_context(str(certificates.ca_file)).get_ca_certs()
    assert [each["subject"] for each in trusted] == [((("commonName", "authority of a test"),),)]
