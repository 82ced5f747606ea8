"""Claims about the body: what a reader sees as text, what is a file, what is a report."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.limits import Limits
from maild.core.reading.body import Body, read_body
from maild.core.reading.header_block import read_header
from maild.core.reading.mime_parts import PartReader
from tests.parts.cms import signed
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
        ("attachment-1.png", "image/png", True),
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
    assert body_of("Content-Type: text/html\n\n<meta charset=UTF-16LE><p>Größe".encode()).text == "Größe"


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


def files_of(body: Body) -> list[tuple[str, str, bool]]:
    """Return name, type and place of each attachment."""
    return [(a.name, a.content_type, a.inline) for a in body.attachments]


def test_a_winmail_dat_is_opened() -> None:
    """Its text is read where the mail has no other, its files stand beside it, and it is kept itself."""
    body = body_of(MAILS["wrapped_by_outlook"])
    assert body.text == "The shop’s cart is empty, see [image: Bildschirm März.png]"
    assert files_of(body) == [
        ("winmail.dat", "application/ms-tnef", True),
        ("Bildschirm März.png", "image/png", True),
        ("log.txt", "application/octet-stream", False),
    ]
    assert body.attachments[2].content == b"line one\r\nline two\r\n"
    assert body.notes == ()


def test_a_winmail_dat_that_can_not_be_opened_is_told() -> None:
    """The file is kept, under whatever type a server gave it."""
    body = body_of(mixed(PLAIN, 'Content-Type: application/octet-stream; name="winmail.dat"\n\ngarbage'))
    assert (body.text, [a.name for a in body.attachments]) == ("plain words", ["winmail.dat"])
    assert body.notes == ("it has a winmail.dat that can't be opened; the file was kept",)


def test_the_text_of_a_mail_comes_before_that_of_its_winmail_dat() -> None:
    """Nothing is said twice."""
    raw = MAILS["wrapped_by_outlook"].replace(b"Content-Type: text/plain\r\n\r\n", b"\r\nwords")
    assert body_of(raw).text == "words"


def test_an_encrypted_mail_says_that_nobody_can_read_it() -> None:
    """Staff are told in a note; what they might decrypt is a file, the control part is none of theirs."""
    body = body_of(MAILS["encrypted_with_pgp"])
    assert (body.text, body.notes) == ("", ("encrypted with PGP: nobody here can read it",))
    assert [(name, inline) for name, _, inline in files_of(body)] == [
        ("attachment-1.bin", True),
        ("encrypted.asc", False),
    ]
    assert body_of(b"\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----").notes == body.notes
    sealed = body_of(b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx")
    assert (sealed.notes, len(sealed.attachments)) == (("encrypted with S/MIME: nobody here can read it",), 1)


def test_a_signed_mail_is_read() -> None:
    """Beside its text a signature is no file of the sender's; around it, what it wraps is the mail."""
    for name, files in (
        ("signed_beside_the_text", [("smime.p7s", "application/pkcs7-signature", True)]),
        (
            "signed_around_the_text",
            [("smime.p7m", "application/pkcs7-mime", True), ("tax.pdf", "application/pdf", False)],
        ),
    ):
        body = body_of(MAILS[name])
        assert (body.text, body.notes) == ("The tax of Österreich is wrong.", ())
        assert files_of(body) == files


def test_what_is_signed_twice_over_is_opened_once() -> None:
    """Wrapping costs nothing to write, so it is not followed without end."""
    inner = b"Content-Type: application/pkcs7-mime\n\n" + signed(b"\nwords")
    body = body_of(b"Content-Type: application/pkcs7-mime\n\n" + signed(inner))
    assert body.text == ""
    assert body.notes == ("signed with S/MIME in a form that hides its text: nobody here can read it",)
    assert [a.inline for a in body.attachments] == [True, False]


def test_a_mail_that_is_an_invitation_says_what_it_is() -> None:
    """In lines, where there is no other text; in a note beside one, which no forwarded text can hide."""
    body = body_of(MAILS["invitation_alone"])
    assert body.text.splitlines() == [
        "Invitation: Talk about the cart",
        "When: Tuesday 3 March 2026, 14:00 to 15:00 Europe/Berlin",
        "Where: Büro 5",
        "From: Ann Smith <ann@shop.example>",
    ]
    assert [a.name for a in body.attachments] == ["invite.ics"]
    beside = body_of(mixed(PLAIN, "Content-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:Talk\nEND:VEVENT"))
    assert (beside.text, beside.notes) == ("plain words", ("Event: Talk",))


def test_a_picture_is_marked_where_it_stands() -> None:
    """One that came along by its name, one that would have to be fetched by its words; hidden text is none."""
    body = body_of(MAILS["picture_in_the_text"])
    assert "The checkout shows this:\n\n[image: screen shot.png]" in body.text
    assert "It began on Monday. Our logo" in body.text
    assert body.attachments[0].content_id == "shot@shop.example"
    assert body.attachments[0].inline


def test_a_picture_is_marked_in_plain_text_too() -> None:
    """Outlook writes `[cid:...]` there; the HTML form that commands are compared with has no marks."""
    html = 'Content-Type: text/html\n\n<p>see <img src="cid:p@x"> words'
    picture = "Content-Type: image/png; name=p.png\nContent-ID: <p@x>\n\nPNG"
    body = body_of(mixed("\nsee [cid:p@x] and [cid:other]", html, picture))
    assert body.text == "see [image: p.png] and [cid:other]\nsee [image: p.png] words"
    assert body.html_text == "see [cid:p@x] and [cid:other]\nsee words"


def test_a_picture_alone_is_no_text() -> None:
    """What to say about it is said where files are listed."""
    picture = "Content-Type: image/png; name=p.png\nContent-ID: <p@x>\n\nPNG"
    body = body_of(mixed("Content-Type: text/html\n\n<p><img src=cid:p@x></p><p><img src=cid:p@x>", picture))
    assert (body.text, body.has_html, len(body.attachments)) == ("", True, 1)


def test_only_what_the_text_shows_is_inline() -> None:
    """Apple Mail calls every file inline, and Exchange gives every file an id."""
    pdf = "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: inline\nContent-ID: <a@x>\n\n%PDF"
    shot = "Content-Type: image/png; name=b.png\nContent-Disposition: inline\n\nPNG"
    assert [inline for _, _, inline in files_of(body_of(mixed(PLAIN, pdf, shot)))] == [False, True]
    fork = "Content-Type: application/applefile; name=a.doc\n\nx"
    assert [inline for _, _, inline in files_of(body_of(mixed(PLAIN, fork)))] == [True]
    shown = mixed("Content-Type: text/html\n\n<object data='cid:a@x'></object>words", pdf)
    assert [inline for _, _, inline in files_of(body_of(shown))] == [True]


def test_a_file_within_the_text_is_taken_out() -> None:
    """Its name stays in its place."""
    body = body_of(MAILS["file_within_the_text"])
    assert body.text == "The log is this:\n\n[file: cart.log]\n\nPlease help."
    assert [(a.name, a.content) for a in body.attachments] == [("cart.log", b"error 17 in cart\n" * 4)]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("Content-Type: text/enriched\n\n<bold>fat</bold> words", "fat words"),
        ("Content-Type: text/markdown\n\n# words", "# words"),
        ("Content-Type: text/rtf\n\n{\\rtf1 rich words}", "rich words"),
        ("Content-Type: application/rtf; name=a.rtf\n\n{\\rtf1 rich words}", "rich words"),
        ("Content-Type: text/csv\nContent-Disposition: attachment\n\na,b", ""),
    ],
)
def test_other_text_is_read_where_there_is_no_better(part: str, text: str) -> None:
    """And is a file in any case."""
    assert body_of(mixed(part)).text == text
    beside = body_of(mixed(PLAIN, part))
    assert (beside.text, len(beside.attachments)) == ("plain words", 1)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("Content-Type: image/jpeg", "attachment-1.jpg"),
        ("Content-Type: application/x-odd", "attachment-1.bin"),
        ("Content-Type: application/pdf\nContent-Description: The tax.pdf", "The tax.pdf"),
        ("Content-Type: application/pdf\nContent-Description: a description", "attachment-1.pdf"),
        ("Content-Type: image/gif\nContent-Location: http://x.example/pics/a.gif", "a.gif"),
        ("Content-Type: text/calendar", "invite.ics"),
        ("Content-Type: application/x-odd; name=a;b.odd", "a;b.odd"),
    ],
)
def test_a_file_has_a_name_in_any_case(fields: str, name: str) -> None:
    """What the sender called it, what describes it, or one that says its type."""
    assert [a.name for a in body_of(mixed(PLAIN, f"{fields}\n\nx")).attachments] == [name]


@given(
    st.lists(
        st.sampled_from([PLAIN, HTML, PICTURE, "\nfooter", "Content-Type: text/csv; name=c\n\n1,2"]),
        min_size=1,
    )
)
def test_every_part_is_text_or_a_file(parts: list[str]) -> None:
    """Nothing is lost between the parts of a mail and what is shown of it."""
    body = body_of(mixed(*parts))
    words = {PLAIN: "plain words", HTML: "html words", "\nfooter": "footer"}
    for part in parts:
        assert words[part] in body.text if part in words else body.attachments
    assert len(body.attachments) == sum(part not in words for part in parts)
