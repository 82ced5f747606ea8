"""Why a mail could not be delivered, in one plain word; and which of those words mark an address."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reasons import SENTENCES
from maild.core.understanding import bounce_words as words
from maild.core.understanding.bounce_reason import LASTS, command_of, failure_of, lasts
from maild.core.understanding.bounce_words import Failure


def test_every_reason_has_a_sentence_and_says_whether_it_lasts() -> None:
    """One table decides what marks an address."""
    assert set(LASTS) == set(get_args(Failure))
    assert {f"bounce_{failure}" for failure in get_args(Failure)} <= set(SENTENCES)
    assert {failure for failure, does in LASTS.items() if does} == {
        "user_unknown",
        "host_unknown",
        "moved",
        "not_accepting",
    }


@pytest.mark.parametrize(
    ("status", "said", "failure"),
    [
        # said of the address
        ("5.1.1", "550 5.1.1 <bob@example.com>: user unknown", "user_unknown"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "user_unknown"),
        ("5.0.0", "554 delivery error: dd This user doesn't have a account here", "user_unknown"),
        ("5.0.0", "550 bob: recipient address rejected", "user_unknown"),
        ("", "Invalid final delivery userid: bob@example.com", "user_unknown"),
        ("5.1.10", "550 RESOLVER.ADR.RecipientNotFound; not found", "user_unknown"),
        ("5.1.2", "", "host_unknown"),
        ("5.4.4", "Host or domain name not found", "host_unknown"),
        ("5.0.0", "550 mail.example.com does not exist", "host_unknown"),
        ("5.1.6", "551 not here any more", "moved"),
        ("5.0.0", "551 Bob has moved to bob@example.net", "moved"),
        ("5.1.10", "556 this domain does not accept mail (null MX)", "not_accepting"),
        # of the mailbox
        ("5.2.2", "552 whatever", "mailbox_full"),
        ("5.1.1", "550 5.1.1 mailbox is full, try later", "mailbox_full"),
        ("5.2.1", "550 5.2.1 user unknown", "disabled"),
        ("5.0.0", "550 this account has been suspended", "disabled"),
        ("5.0.0", "550 rejected by the recipient", "filtered"),
        # of the mail, or of us
        ("5.3.4", "552 message exceeds the limit", "too_large"),
        ("5.0.0", "552 message size exceeds fixed maximum", "too_large"),
        ("5.7.1", "554 client host blocked using bl.spam.example", "blocked"),
        ("5.7.25", "550 no PTR record for 192.0.2.1", "blocked"),
        ("5.7.1", "554 this looks like spam", "spam"),
        ("5.7.26", "550 fails DMARC", "policy"),
        ("5.7.1", "550 relaying denied", "policy"),
        ("5.1.8", "501 5.1.8 sender address rejected", "policy"),
        # of the way
        ("5.3.0", "local configuration error", "system"),
        ("4.4.1", "connect to mx.example.com: Connection refused", "network"),
        ("5.4.6", "554 too many hops", "network"),
        ("4.4.7", "550 message expired", "expired"),
        ("5.0.0", "connection timed out", "expired"),
        ("5.0.0", "554 xyzzy", "unknown"),
        ("", "", "unknown"),
        ("5.7.999", "xyzzy", "policy"),
    ],
)
def test_a_failure_has_one_plain_reason(status: str, said: str, failure: Failure) -> None:
    """By the status where it is exact, else by the words, else by what the status says at all."""
    assert failure_of(status, said) == failure


@pytest.mark.parametrize(
    ("said", "context", "failure"),
    [
        (
            "550 no such user",
            "host mx.example.com said: 550 no such user (in reply to RCPT TO command)",
            "user_unknown",
        ),
        (
            "550 no such user",
            "host mx.example.com said: 550 no such user (in reply to end of DATA command)",
            "filtered",
        ),
        ("550 no such user", "", "user_unknown"),
        ("5.3.0 - Other mail system problem 550-'no such user'", "", "filtered"),
        ("550 no such user", "The user(s) account is disabled.", "disabled"),
    ],
)
def test_that_a_user_is_unknown_counts_where_it_is_said_of_the_address(
    said: str, context: str, failure: Failure
) -> None:
    """A server that took the address and refuses the mail itself hides a filter behind the words."""
    assert failure_of("5.0.0", said, context) == failure


def test_a_status_of_the_address_is_believed_whenever_it_is_said() -> None:
    """Pipelining answers RCPT after DATA was written."""
    assert (
        failure_of("5.1.1", "550 5.1.1 user unknown", ">>> DATA <<< 550 5.1.1 user unknown") == "user_unknown"
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("host x said: 550 no (in reply to RCPT TO command)", "rcpt"),
        ("SMTP error from remote mail server after RCPT TO:<bob@example.com>: 550", "rcpt"),
        (">>> RCPT TO:<bob@example.com>\n<<< 550 no", "rcpt"),
        ("192.0.2.1 does not like recipient.", "rcpt"),
        ("SMTP error from remote mail server after end of data: 550", "data"),
        ("192.0.2.1 failed after I sent the message.", "data"),
        ("Connected to 192.0.2.1 but sender was rejected.", "mail"),
        ("after initial connection: 554", "connect"),
        ("no command at all", ""),
    ],
)
def test_the_refused_command_is_read_from_the_words(text: str, command: str) -> None:
    """Each server has its own way to say when it was."""
    assert command_of(text) == command


def test_help_on_the_web_says_nothing_of_the_reason() -> None:
    """Its address holds any word; only the server's name counts, as that of a blocklist."""
    assert (
        failure_of("5.1.1", "550 5.1.1 no such user https://x.example/spam/policy?ip=blocked")
        == "user_unknown"
    )
    assert failure_of("5.1.1", "553 http://www.spamhaus.org/query/bl") == "blocked"


def test_an_address_says_nothing_of_the_reason() -> None:
    """People are called marble, and mailboxes nospam."""
    said = "550 <nospam@spf.marble.example>: user unknown"
    assert failure_of("5.0.0", said) == "user_unknown"


def test_a_bare_refusal_leaves_the_word_to_the_status() -> None:
    """`rejected` alone may mean anything; 5.1.1 beside it does not."""
    assert failure_of("5.1.1", "550 5.1.1 rejected") == "user_unknown"
    assert failure_of("5.0.0", "550 5.0.0 rejected") == "policy"


def test_a_temporary_status_never_lasts() -> None:
    """RFC 3463: 4.x.x may pass."""
    assert lasts("user_unknown", "5.1.1")
    assert not lasts("user_unknown", "4.1.1")
    assert not lasts("mailbox_full", "5.2.2")


def test_phrases_are_case_folded_and_stand_once_in_a_line() -> None:
    """A phrase with a capital would never be found."""
    lines = [phrases for _, phrases in words.SAID]
    lines += [words.AT_RCPT, words.AT_DATA, words.AT_MAIL, words.AT_CONNECT, words.FAILED, words.RETURNED]
    assert [
        phrase for line in lines for phrase in line if phrase != phrase.casefold() or not phrase.strip()
    ] == []
    assert [line for line in lines if len(set(line)) != len(line)] == []


@given(st.text(max_size=20), st.text(max_size=300), st.text(max_size=300))
def test_any_words_have_a_reason(status: str, said: str, context: str) -> None:
    """A forged report is as good as any."""
    assert failure_of(status, said, context) in LASTS
