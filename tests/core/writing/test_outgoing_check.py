"""The last check: whatever is put into a sound mail that we never write makes it stay here."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.writing.outgoing_check import check_outgoing
from maild.errors import SendRefused

HEAD = [
    b"Date: Mon, 23 Nov 2026 09:30:00 +0000",
    b'From: "Ada via Lantern" <support@lantern.example>',
    b"To: sam@lantern.example",
    b"Reply-To: support@lantern.example",
    b"Subject: =?utf-8?b?R3LDtsOfZQ==?= [#1003]",
    b"Message-ID: <maild.x@lantern.example>",
    b"References: <maild.y@lantern.example>",
    b" <1@shop.example>",
    b"MIME-Version: 1.0",
]
TEXT = [b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 7bit", b"", b"Hello", b""]
SOUND = b"\r\n".join(HEAD + TEXT)
WITH_FILE = b"\r\n".join(
    [
        *HEAD,
        b'Content-Type: multipart/mixed; boundary="=_b"',
        b"Content-Transfer-Encoding: 7bit",
        b"",
        b"--=_b",
        *TEXT,
        b"--=_b",
        b"Content-Type: application/pdf",
        b"Content-Transfer-Encoding: base64",
        b'Content-Disposition: attachment; filename="order.pdf"',
        b"",
        b"JVBERg==",
        b"--=_b--",
        b"",
    ]
)


def refusal(raw: bytes) -> str:
    """Return why the mail is refused, or "" where it passes."""
    try:
        check_outgoing(raw)
    except SendRefused as refused:
        return str(refused).removeprefix("our own check refused the mail: ")
    return ""


def with_text(encoding: bytes, *lines: bytes) -> bytes:
    """Return the sound mail with another text in this transfer encoding."""
    return b"\r\n".join([*HEAD, TEXT[0], b"Content-Transfer-Encoding: " + encoding, b"", *lines, b""])


@pytest.mark.parametrize("raw", [SOUND, WITH_FILE])
def test_a_sound_mail_passes(raw: bytes) -> None:
    """With and without a file."""
    assert refusal(raw) == ""


@pytest.mark.parametrize(
    "line", [b"Bcc: eve@example.net", b"Cc: eve@example.net", b"Sender: x", b"X-Spam: no"]
)
def test_a_field_that_we_never_write_is_refused(line: bytes) -> None:
    """The allow list knows no field that adds a reader or speaks for a server."""
    assert refusal(line + b"\r\n" + SOUND).startswith("a header field that we never write")


@pytest.mark.parametrize("line", [line for line in HEAD if not line.startswith(b" ")])
def test_every_field_stands_once(line: bytes) -> None:
    """Two of a kind let two readers see two mails; none at all is no mail of ours."""
    name = line.partition(b":")[0].decode()
    assert refusal(line + b"\r\n" + SOUND) == f"two header fields {name}"
    without = re.sub(re.escape(line) + rb"\r\n(?: [^\r]*\r\n)*", b"", SOUND)
    assert refusal(without) == f"no {name.lower()}"


@pytest.mark.parametrize(
    "word",
    [
        b"=?utf-8?q?ok=0D=0ABcc=3A_eve=40example=2Enet?=",
        b"=?utf-8?b?b2sNCkJjYzogZXZl?=",
        b"=?iso-8859-1?q?=85?=",
        b"=?utf-8?q?=00?=",
        b"=?utf-8?q?=E2=80=AE?=",
        b"=?utf-8?q?=E2=80=A8?=",
    ],
)
def test_a_control_character_in_an_encoded_word_is_found(word: bytes) -> None:
    """The line break that some versions of the library would set free (CVE-2024-6923), and its kin."""
    assert refusal(SOUND.replace(b"=?utf-8?b?R3LDtsOfZQ==?=", word)) == "a control character in Subject"


def test_a_broken_encoded_word_is_refused() -> None:
    """What cannot be decoded cannot be judged."""
    assert refusal(SOUND.replace(b"=?utf-8?b?", b"=?klingon?b?")) == "unknown encoding: klingon"
    assert refusal(SOUND.replace(b"R3LDtsOfZQ==", b"R3LDt"))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        (HEAD[1], b"From: support@lantern.example, eve@example.net", "From is not one address"),
        (HEAD[1], b'From: "eve@example.net" <support@lantern.example>', "From is not one address"),
        (HEAD[1], b"From: Ada <support@lantern.example>", "From is not one address"),
        (
            HEAD[1],
            b"From: =?utf-8?b?ZXZlQGV4YW1wbGUubmV0?= <support@lantern.example>",
            "the name in From looks like an address",
        ),
        (HEAD[2], b"To: sam@lantern.example, eve@example.net", "To is not one address"),
        (HEAD[2], b"To: undisclosed-recipients:;", "To is not one address"),
        (HEAD[3], b"Reply-To: a@b.example (c@d.example)", "Reply-To is not one address"),
        (HEAD[4], "Subject: Größe".encode(), "raw 8-bit text in Subject"),
    ],
)
def test_a_value_that_can_be_read_in_two_ways_is_refused(field: bytes, value: bytes, why: str) -> None:
    """One From, one To, one Reply-To, each exactly one address; and ASCII beside it."""
    assert refusal(SOUND.replace(field, value)) == why


def test_from_may_be_a_bare_address() -> None:
    """A service without a name has only its address."""
    assert refusal(SOUND.replace(HEAD[1], b"From: support@lantern.example")) == ""


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (SOUND.replace(b"Hello", b"Hel\nlo"), "a bare CR or LF"),
        (SOUND.replace(b"Hello", b"Hel\rlo"), "a bare CR or LF"),
        (SOUND.replace(b"Hello", b"Hel\r\r\nlo"), "a bare CR or LF"),
        (SOUND.replace(b"Hello", b"Hel\n\rlo"), "a bare CR or LF"),
        (SOUND.replace(b"Hello", b"Hel\x00lo"), "a control character"),
        (SOUND.replace(b"Hello", b"Hel\x1b[2J"), "a control character"),
        (SOUND.replace(b"Hello", b"x" * 999), "a line is longer than 998 bytes"),
        (SOUND.replace(b"Hello", "Größe".encode()), "a byte above 127 in its body"),
        (SOUND[:-2], "its last line does not end in CRLF"),
        (b"\r\n".join(HEAD), "no empty line ends its header"),
        (b"", "no empty line ends its header"),
        (SOUND.replace(b"Subject:", b"Subject :"), "malformed"),
        (SOUND.replace(HEAD[8], HEAD[8] + b"\r\nno field at all"), "malformed"),
    ],
)
def test_bytes_that_two_servers_could_take_for_two_mails_are_refused(raw: bytes, why: str) -> None:
    """CRLF and nothing else ends a line; nothing stands in a line that steers anything."""
    assert refusal(raw).startswith(why)


def test_lines_of_998_bytes_pass() -> None:
    """The limit of RFC 5322 §2.1.1 itself is allowed."""
    assert refusal(SOUND.replace(b"Hello", b"x" * 998)) == ""


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (with_text(b"quoted-printable", b"a=07b"), "a control character in its text"),
        (with_text(b"quoted-printable", b"a=C2=9Bb"), "a control character in its text"),
        (with_text(b"base64", b"AAAA"), "a control character in its text"),
        (with_text(b"quoted-printable", b"=FF"), "its text is not UTF-8"),
        (with_text(b"base64", b"A!A=A"), "its text is not"),
        (with_text(b"8bit", b"Hello"), "an unknown transfer encoding"),
        (SOUND.replace(b"text/plain", b"text/html"), "its text is not text/plain"),
        (SOUND.replace(b"text/plain; charset=utf-8", b"multipart/mixed"), "malformed"),
    ],
)
def test_a_text_is_looked_into(raw: bytes, why: str) -> None:
    """Decoded, it is plain UTF-8 text that steers nothing."""
    assert refusal(raw).startswith(why)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"attachment; filename", b"inline; filename", "a part that is no attachment"),
        (b'"order.pdf"', b'"../order.pdf"', "an attachment without a plain name"),
        (b'"order.pdf"', b'""', "an attachment without a plain name"),
        (
            b'filename="order.pdf"',
            b"filename*=utf-8''a%0D%0Ab",
            "a control character in the name of an attachment",
        ),
        (b"base64", b"7bit", "an attachment that is not in base64"),
        (b"application/pdf", b"message/rfc822", "a part within a part"),
        (b"Content-Type: application", b"Content-ID: <x>\r\nContent-Type: application", "a header field"),
        (b"multipart/mixed", b"multipart/related", "multipart without sound parts"),
        (b"multipart/mixed", b"multipart/alternative", "a header field that we never write"),
        (b"--=_b--", b"", "malformed parts"),
        (b"--=_b--", b"--=_b--\r\n--=_b", "malformed parts"),
        (b"--=_b\r\nContent-Type: text", b"x\r\n--=_b\r\nContent-Type: text", "malformed parts"),
        (b"--=_b\r\nContent-Type: text", b"--=_bc\r\nContent-Type: text", "malformed parts"),
        (b'; boundary="=_b"', b"", "malformed parts"),
        (b"--=_b\r\nContent-Type: text", b"--=_b\r\n\r\nContent-Type: text", "no content"),
        (
            b"--=_b\r\nContent-Type: text/plain",
            b"--=_b\r\nContent-Type: text/html",
            "its text is not text/plain",
        ),
        (b'boundary="=_b"', b'boundary="=_c"', "malformed parts"),
    ],
)
def test_files_are_looked_into(old: bytes, new: bytes, why: str) -> None:
    """Each is an attachment with a plain name in base64; nothing is nested."""
    assert old in WITH_FILE
    assert refusal(WITH_FILE.replace(old, new)).startswith(why)


@given(st.integers(0, len(WITH_FILE)), st.binary(min_size=1, max_size=40))
def test_any_bytes_are_judged(at: int, junk: bytes) -> None:
    """Whatever is put wherever, the check passes it or refuses it by name, and never fails itself."""
    reason = refusal(WITH_FILE[:at] + junk + WITH_FILE[at:])
    assert reason == "" or reason.isprintable()


@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_judged(raw: bytes) -> None:
    """Bytes that are no mail are refused, not stumbled over."""
    assert refusal(raw)


PAGE = b'<html lang="en"><body style="margin:0"><p>Hello ##- a</p></body></html>'
BOTH = b"\r\n".join(
    [
        *HEAD,
        b'Content-Type: multipart/alternative; boundary="=_b"',
        b"Content-Transfer-Encoding: 7bit",
        b"",
        b"--=_b",
        *TEXT,
        b"--=_b",
        b"Content-Type: text/html; charset=utf-8",
        b"Content-Transfer-Encoding: 7bit",
        b"",
        PAGE,
        b"--=_b--",
        b"",
    ]
)


def test_words_may_be_there_in_two_forms() -> None:
    """Text and HTML, in this order."""
    assert refusal(BOTH) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"text/html", b"text/plain", "its text is not text/html"),
        (b"Hello ##- a", b"<script>x</script>", "an element that we never write"),
        (b"Hello ##- a", b"<img src='http://a.example/x.gif'>", "what is no HTML of ours"),
        (b"Hello ##- a", b'<img src="http://a.example/x.gif">', "an element that we never write"),
        (b"</p>", b"", "elements that are not within each other"),
        (
            b"--=_b--",
            b"--=_b\r\nContent-Type: text/html\r\n\r\nx\r\n--=_b--",
            "its words are not in two forms",
        ),
        (b"text/html; charset=utf-8", b"text/html; charset=utf-8\r\nContent-ID: <x>", "a header field"),
    ],
)
def test_the_html_is_looked_into(old: bytes, new: bytes, why: str) -> None:
    """It is the second form of the words and holds what we write, nothing else."""
    assert old in BOTH
    assert refusal(BOTH.replace(old, new)).startswith(why)


@pytest.mark.parametrize(
    "internal", ["##- Please write above -##", "##- please\twrite above -##", "##-Pleasewrite\r\nabove -##"]
)
def test_internal_text_leaves_in_neither_form(internal: str) -> None:
    """However its mark is broken, in text or in HTML; without a mark to look for it is only text."""
    for old in (b"Hello ##- a", TEXT[-2]):
        mail = BOTH.replace(old, internal.encode())
        check_outgoing(mail)
        with pytest.raises(SendRefused, match="it holds internal text"):
            check_outgoing(mail, never="##- Please write above -##")
    check_outgoing(BOTH, never="##- Please write above -##")
