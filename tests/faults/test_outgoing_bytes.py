"""Everything a stranger can name goes out somewhere: subjects, names, files. None of it may become a header."""

import base64

import pytest

from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, JANE, MX, SUPPORT, Target

HOSTILE = {
    "encoded line break": "=?utf-8?q?ok=0D=0ABcc=3A_evil=40example=2Enet?=",
    "encoded line feed": "=?utf-8?q?ok=0ABcc:_evil@example.net?=",
    "encoded in base64": "=?utf-8?b?b2sNCg0KPHNjcmlwdD4=?=",
    "folded": "ok\r\n Bcc: evil@example.net",
    "NUL": "a\x00b",
    "escape": "a\x1b[2J\x1b]0;owned\x07b",
    "C1": "a\u009b2Jb",
    "line separators": "a\u2028Bcc: evil@example.net\u2029b\u0085c",
    "bidi": "invoice\u202efdp.exe\u2066x",
    "surrogate": "=?utf-7?q?+2AA-?=",
    "twice encoded": "=?utf-8?q?=3D=3Futf-8=3Fq=3Fok=3D0D=3D0ABcc=3F=3D?=",
    "looks encoded": '"=?utf-8?q?a?=" =?x?',
    "address": '"support@example.com" <boss@example.com>',
    "many": "x" * 5000,
    "many wide": "漢" * 3000,
    "one long word of marks": "e" + "\u0301" * 2000,
    "template": "{{ 7*7 }}{% raw %}${PATH}%(name)s{0.__class__}",
    "empty": "",
    "blank": "   ",
    "unknown charset": "=?x-none?b?4oKs?=",
    "astral": "😀" * 300,
    "quote and backslash": 'a"b\\c"; filename="evil.exe',
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("proven", [True, False])
def test_no_subject_or_name_stops_or_steers_a_mail_of_ours(maild: Target, words: str, proven: bool) -> None:
    """What answers a hostile mail leaves, well-formed for another parser, with no field but ours."""
    name = words.replace("<", "").replace(">", "").replace('"', "").replace("@", "")
    maild.gets(maild.mail(f"{name} <{JANE}>", words, proven=proven, Subject=words))
    maild.gets(
        maild.mail(
            f'"{name}" <{JANE}>', f"{words} again", proven=proven, Subject=words, Message_ID="<n2@x.example>"
        )
    )
    maild.sends()
    if maild.dispositions() == ["opened", "opened"]:
        assert len(maild.to(ANNA)) == len(maild.to(BEN)) == 2
    else:
        assert "quarantined" in maild.dispositions()
    assert [row["last_error"] for row in maild.outbox() if row["state"] not in ("sent", "held")] == []
    for sent in maild.sender.sent:
        read_outside(sent.raw)  # which knows no field but ours, in the mail and in its parts


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_file_name_stops_or_steers_an_answer(maild: Target, words: str) -> None:
    """Staff forward a hostile file: the answer leaves, the name harmless, in each way that a name can be written."""
    maild.opens()
    ours = maild.read(ANNA)[-1]
    b64 = base64.b64encode(b"data").decode()
    bare = words.replace("\r\n ", " ")
    names = (
        f'filename="{bare}"',
        f"filename={bare}",
        "filename*=utf-8''" + "".join(f"%{byte:02x}" for byte in bare.encode("utf-8", "replace")),
        'filename="..\\..\\..\\.htaccess\u200b"',
        'filename="/etc/passwd"; filename="second"',
    )
    parts = "".join(
        f"--b\r\nContent-Type: application/x; name={bare}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; {name}\r\n\r\n{b64}\r\n"
        for name in names
    )
    raw = (
        f"Authentication-Results: {MX}; dmarc=pass header.from=example.com\r\nFrom: {ANNA}\r\nTo: {SUPPORT}\r\n"
        f"Subject: {bare}\r\nMessage-ID: <f@example.com>\r\nReferences: {ours['Message-ID']}\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n{parts}--b--\r\n"
    ).encode()
    maild.gets(raw)
    maild.sends()
    answer = maild.read(JANE)[-1]
    assert "Here." in answer.text
    assert all(content in (b"data", b"") for content in answer.files.values())
    assert [row["last_error"] for row in maild.outbox() if row["state"] not in ("sent", "held")] == []


@pytest.mark.parametrize(
    "message_id",
    [
        "<a b@c>",
        "<a@b>\r\n X: y",
        "<" + "a" * 990 + "@b>",
        "<a@b> <c@d>",
        "a@b",
        "<\u202ea@b>",
        "<=?utf-8?q?=0A?=@b>",
        "<>",
    ],
)
def test_a_strangers_message_id_is_a_reference_or_nothing(maild: Target, message_id: str) -> None:
    """In-Reply-To and References repeat what a stranger calls a Message-ID only where it is one."""
    maild.gets(maild.mail(JANE, proven=True, Message_ID=message_id))
    maild.sends()
    (ack,) = maild.read(JANE)
    assert ack["References"].startswith("<maild.t")


@pytest.mark.parametrize(
    "kind", ["text/html", "message/rfc822", "multipart/mixed", "application/x; a=b", "x", "a/b\x00"]
)
def test_no_content_type_of_a_strangers_file_acts(maild: Target, kind: str) -> None:
    """A file leaves as an attachment that no reader opens by itself, whatever it calls itself."""
    maild.opens()
    ours = maild.read(ANNA)[-1]
    raw = (
        f"Authentication-Results: {MX}; dmarc=pass header.from=example.com\r\nFrom: {ANNA}\r\nTo: {SUPPORT}\r\n"
        f"Subject: x\r\nMessage-ID: <f@example.com>\r\nReferences: {ours['Message-ID']}\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n--b\r\nContent-Type: {kind}\r\n"
        'Content-Disposition: attachment; filename="a.bin"\r\n\r\nFrom: x\r\n\r\ndata\r\n--b--\r\n'
    ).encode()
    maild.gets(raw)
    maild.sends()
    assert "Here." in maild.read(JANE)[-1].text
