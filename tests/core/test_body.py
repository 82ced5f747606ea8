"""Claims about the body: what a reader sees as text, what is a file, what is a report."""

from dataclasses import replace
from hashlib import sha256

import pytest

from maild.core.body import Body, read_body
from maild.core.header_block import read_header
from maild.core.limits import Limits
from maild.core.mime_parts import PartReader
from tests.parts.mails import MAILS


def body_of(raw: bytes, limits: Limits | None = None) -> Body:
    """Return the body of the mail `raw`."""
    limits = limits or Limits()
    header = read_header(raw)
    return read_body(PartReader(raw, limits).read(header, header.body_start, len(raw)), limits)


def mixed(*parts: str, kind: str = "mixed") -> bytes:
    """Return a multipart of `parts`, each a header, a blank line and a body."""
    return (
        f"Content-Type: multipart/{kind}; boundary=b\n\n"
        + "".join(f"--b\n{part}\n" for part in parts)
        + "--b--"
    ).encode()


PLAIN = "Content-Type: text/plain\n\nplain words"
HTML = "Content-Type: text/html\n\n<p>html <b>words</b>"
PICTURE = "Content-Type: image/png\n\nPNG"


@pytest.mark.parametrize(
    ("raw", "text", "html_text", "has_html"),
    [
        (b"\nwords\r\nmore\r\n", "words\nmore", None, False),
        (mixed(PLAIN, HTML, kind="alternative"), "plain words", "html words", True),
        (mixed(HTML, kind="alternative"), "html words", None, True),
        (mixed(PLAIN, kind="alternative"), "plain words", None, False),
        (mixed("\n  ", HTML, kind="alternative"), "html words", "html words", True),
        (mixed(PLAIN, PICTURE, "\nfooter"), "plain words\nfooter", None, False),
        (mixed(PLAIN, HTML), "plain words\nhtml words", "plain words\nhtml words", True),
        (mixed(PLAIN, "Content-Type: text/html\n"), "plain words\n", None, False),
        (mixed(PICTURE), "", None, False),
        (mixed("Content-Type: text/plain; name=a.txt\n\nnamed"), "named", None, False),
        (mixed(PLAIN, "Content-Type: text/plain; name=a.txt\n\nnamed"), "plain words", None, False),
        (mixed("Content-Type: text/plain\nContent-Disposition: attachment\n\nfile"), "", None, False),
    ],
)
def test_the_text_is_what_a_reader_sees(raw: bytes, text: str, html_text: str | None, has_html: bool) -> None:
    """Plain text first, HTML where there is no other, all parts in order, files apart."""
    body = body_of(raw)
    assert (body.text, body.html_text, body.has_html) == (text.strip("\n"), html_text, has_html)


def test_nested_forms_are_put_together() -> None:
    """A picture inside the HTML form and a file after it do not disturb the text."""
    body = body_of(MAILS["both_forms_and_a_picture"])
    assert (body.text, body.html_text) == ("Die Straße fehlt.", "Die Straße fehlt.")
    assert [(a.name, a.content_type, a.inline) for a in body.attachments] == [
        ("attachment-1.bin", "image/png", True),
        ("Rechnung März.pdf", "application/pdf", False),
    ]


def test_an_attachment_is_known_by_its_bytes() -> None:
    """Size and hash are those of the decoded content; the Content-ID stands without its brackets."""
    picture = body_of(MAILS["both_forms_and_a_picture"]).attachments[0]
    assert picture.content == b"\x89PNG"
    assert (picture.size, picture.sha256) == (4, sha256(b"\x89PNG").hexdigest())
    assert picture.content_id == "logo@shop.example"


def test_an_attached_mail_stays_apart() -> None:
    """Its words, its files and its subject are not this mail's; it is kept whole, its header is a report."""
    body = body_of(MAILS["attached_mail_stays_apart"])
    assert body.text == "See the attached mail."
    (attached,) = body.attachments
    assert attached.name == "HotRush: inner words.eml"
    assert attached.content.startswith(b"From: Someone")
    assert attached.content.endswith(b"--i--")
    (report,) = body.reports
    assert report.content_type == "message/rfc822"
    assert report.text.splitlines()[2] == "Message-ID: <inner@other.example>"
    assert "Inner text" not in report.text


def test_a_delivery_report_is_read_by_machines() -> None:
    """Status fields and returned header are reports, no attachments and no text."""
    body = body_of(MAILS["delivery_report"])
    assert body.text == "Your mail did not arrive."
    assert [report.content_type for report in body.reports] == [
        "message/delivery-status",
        "text/rfc822-headers",
    ]
    assert "Status: 5.1.1" in body.reports[0].text
    assert body.attachments == ()


def test_a_read_receipt_is_a_report() -> None:
    """RFC 8098."""
    assert "displayed" in body_of(MAILS["read_receipt"]).reports[0].text


def test_an_invitation_is_a_file() -> None:
    """Nobody reads calendar source; the file opens in a calendar."""
    body = body_of(MAILS["meeting"])
    assert body.text == "Shall we talk?"
    assert [a.name for a in body.attachments] == ["invite.ics"]


def test_flowed_text_is_unfolded() -> None:
    """Keywords that a mailer broke over two lines are whole again."""
    assert body_of(MAILS["flowed_text"]).text.splitlines() == [
        "The checkout fails since yesterday.",
        "> You wrote this.",
    ]


def test_an_unknown_charset_loses_no_word() -> None:
    """The text is read as what it must be, and a defect says that it was guessed."""
    body = body_of(MAILS["unknown_charset"])
    assert body.text == "Größe und Maß"
    assert body.defects == ("charset x-nobody-knows does not fit the bytes of a text/plain",)


def test_html_says_its_charset_itself() -> None:
    """A meta element is followed where the header is silent."""
    raw = b"Content-Type: text/html\n\n<meta charset=windows-1251><p>" + "Привет".encode("cp1251")
    assert body_of(raw).text == "Привет"


def test_controls_do_not_reach_the_text() -> None:
    """NUL, escape sequences and C1 are gone, from plain text and from HTML entities."""
    assert body_of(b"\na\0b\x1b[2Jc").text == "ab[2Jc"
    assert body_of(b"Content-Type: text/html\n\na&#27;[2J&#x9b;b").text.replace("\u203a", "") == "a[2Jb"


def test_soft_limits_cut_and_say_so() -> None:
    """A long text and many files make an incident with a note, not a quarantine (rule 19)."""
    limits = replace(Limits(), text_chars=10, attachments=2)
    body = body_of(mixed("\n" + "long words " * 5, *[PICTURE] * 4), limits)
    assert body.text == "long words"
    assert len(body.attachments) == 2
    assert body.notes == ("only the first 2 attachments were kept", "the text was cut after 10 characters")


def test_names_are_data_on_one_line() -> None:
    """A file name keeps its words, whatever marks the sender put between them."""
    raw = mixed(
        'Content-Type: image/png; name="a\u202egnp.exe"\n\nx',
        'Content-Disposition: attachment; filename="../../etc/passwd"\n\nx',
    )
    assert [a.name for a in body_of(raw).attachments] == ["agnp.exe", "../../etc/passwd"]
