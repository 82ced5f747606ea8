"""Mails of ours as bytes: the right headers for each kind, the same bytes each time, and nothing of a stranger's."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core import reply_token
from maild.core.actions import ReplyKind
from maild.core.message import Address, Attachment
from maild.core.reply_token import Keys, Token
from maild.core.writing.compose import Composed, Identity, Letter, check_outgoing, compose
from maild.errors import SendRefused
from replies.clean import one_line, plain_text, shorten
from replies.render import Rendered

KEYS = Keys("k1", {"k1": b"0123456789abcdef0123456789abcdef"})
IDENTITY = Identity("Lantern Support", "support@lantern.example", "lantern.example", KEYS)
LETTER = Letter(
    key="b7f3c2",
    kind="acknowledgement",
    audience="customer",
    automatic=True,
    recipient=Address("ada@shop.example", "Ada Moreau"),
    address_id=7,
    incident=1003,
    words=Rendered("Re: No stock [#1003]", "Hello,\n\nthank you.\n"),
    created_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    in_reply_to="<1@shop.example>",
    opened_at=datetime(2026, 11, 23, 9, 29, 59, 900_000, tzinfo=UTC),
)
OPENED = 1_795_426_199  # the second in which that incident was opened
ANSWER = replace(LETTER, kind="answer", automatic=False, from_name="Sam Reed")
NOTICE = replace(
    LETTER, kind="staff_new_incident", audience="staff", recipient=Address("sam@lantern.example")
)
PAGE = '<!DOCTYPE html>\n<html lang="en"><body style="margin:0"><p>Grüße</p></body></html>\n'
FILE = Attachment("order.pdf", "application/pdf", 4, "", content=b"%PDF")

EVERY_FIELD = {
    "date",
    "from",
    "to",
    "reply-to",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "x-auto-response-suppress",
    "x-maild-loop",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}

# Characters that end lines, end words, begin encodings, or turn text around, among all others.
HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\r\n\t\x00\x1b\x85\u2028\u202e\u200b\ud800=?_\"'\\<>@,;:()%/. é中"), st.characters()
    ),
    max_size=300,
) | st.sampled_from(
    [
        "=?utf-8?q?Re=3A_ok=0D=0ABcc=3A_evil=40example=2Enet?=",
        "x\r\nBcc: evil@example.net\r\n\r\nbody",
        "=?utf-8?b?" + "QUFB" * 60 + "?=",
        "a" * 5_000,
        "é" * 5_000,
        '" <boss@bank.example>, "',
    ]
)


def parsed(composed: Composed) -> EmailMessage:
    """Return the mail as a receiver reads it."""
    return message_from_bytes(composed.raw, policy=policy.default)


def text_of(part: EmailMessage) -> str:
    """Return the text of a part with the line ends that we write with."""
    return str(part.get_content()).replace("\r\n", "\n")


def field(letter: Letter, name: str, identity: Identity = IDENTITY) -> str | None:
    """Return one header field of the composed letter, or None."""
    value = parsed(compose(letter, identity))[name]
    return None if value is None else str(value)


def tokens(references: str | None) -> list[Token | None]:
    """Return what our keys verify in a References field."""
    return [reply_token.verify(KEYS, text) for text in (references or "").split()]


DIRECT = {
    *("acknowledgement", "acknowledgement_hotrush", "out_of_scope", "entitlement_offer", "hotrush_offer"),
    *(
        "several_problems",
        "raised",
        "hotrush_withdrawn",
        "hotrush_refused",
        "reopened",
        "order_changed",
        "balance",
    ),
    *("closed", "confirmation", "receipt"),
}


class TestHeader:
    """Which field says what."""

    def test_an_acknowledgement_is_this(self) -> None:
        """The whole header of the commonest mail, byte for byte."""
        head = compose(LETTER, IDENTITY).raw.partition(b"\r\n\r\n")[0].decode()
        mac = (
            compose(LETTER, IDENTITY)
            .message_id.rpartition(".example>")[0]
            .rpartition("@")[0]
            .rpartition(".")[2]
        )
        assert head.split("\r\n")[:-5] == [
            "Date: Mon, 23 Nov 2026 09:30:00 +0000",
            'From: "Lantern Support" <support@lantern.example>',
            "To: ada@shop.example",
            "Reply-To: support@lantern.example",
            "Subject: Re: No stock [#1003]",
            f"Message-ID: <maild.tk1-1003-7-{OPENED}-b7f3c2.{mac}@lantern.example>",
            "In-Reply-To: <1@shop.example>",
            f"References: <maild.tk1-1003-7-{OPENED}-thread.{mac}@lantern.example>",
            " <1@shop.example>",
            "Auto-Submitted: auto-replied",
        ]
        assert head.split("\r\n")[-5] == "X-Auto-Response-Suppress: All"
        assert head.split("\r\n")[-4].startswith("X-Maild-Loop: k1.")
        assert head.split("\r\n")[-3:] == [
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 7bit",
        ]

    @pytest.mark.parametrize("kind", get_args(ReplyKind))
    def test_automatic_mail_says_so(self, kind: ReplyKind) -> None:
        """Direct responses are auto-replied, what we began ourselves is auto-generated (RFC 3834 §5.2)."""
        direct = kind in DIRECT
        letter = replace(LETTER, kind=kind)
        assert field(letter, "Auto-Submitted") == ("auto-replied" if direct else "auto-generated")
        assert field(letter, "X-Auto-Response-Suppress") == "All"
        assert reply_token.is_our_loop(KEYS, field(letter, "X-Maild-Loop") or "")

    @pytest.mark.parametrize("name", ["Auto-Submitted", "X-Auto-Response-Suppress", "X-Maild-Loop"])
    def test_an_answer_of_a_person_is_not_called_automatic(self, name: str) -> None:
        """A person's mail carries no mark of a machine (RFC 3834 §5.2: MUST NOT)."""
        assert field(ANSWER, name) is None

    def test_a_long_loop_mark_is_one_line_as_it_is(self) -> None:
        """With the longest key and domain it fits a line (RFC 5322 §2.1.1); cut or encoded nobody would know it."""
        identity = replace(IDENTITY, domain=".".join(["d" * 60] * 4))
        raw = compose(replace(LETTER, key="k" * 64), identity).raw
        [line] = [line for line in raw.decode().split("\r\n") if line.startswith("X-Maild-Loop: ")]
        assert len(line) <= 998
        assert reply_token.is_our_loop(KEYS, line.removeprefix("X-Maild-Loop: "))

    @pytest.mark.parametrize("letter", [LETTER, ANSWER, NOTICE])
    def test_no_mail_is_called_bulk(self, letter: Letter) -> None:
        """Big providers take Precedence for mass mail."""
        assert field(letter, "Precedence") is None

    def test_customers_see_the_service_and_staff_see_whose_mail_it_is(self) -> None:
        """From shows the customer to staff and the author of an answer to the customer, never more (rule 47)."""
        assert (
            field(replace(LETTER, from_name="Sam Reed"), "From")
            == "Lantern Support <support@lantern.example>"
        )
        assert field(ANSWER, "From") == "Sam Reed via Lantern Support <support@lantern.example>"
        assert field(replace(NOTICE, from_name="Ada Moreau"), "From") == (
            "Ada Moreau via Lantern Support <support@lantern.example>"
        )
        assert field(NOTICE, "From") == "Lantern Support <support@lantern.example>"

    def test_a_name_that_looks_like_an_address_is_none(self) -> None:
        """No reader, however careless, finds another address in From than the support address."""
        letter = replace(NOTICE, from_name='"boss" <boss@bank.example>, x')
        assert (
            field(letter, "From")
            == '"boss boss bank.example x via Lantern Support" <support@lantern.example>'
        )

    def test_the_recipients_own_name_is_not_shown(self) -> None:
        """An acknowledgement to a forged address repeats no words of the forger, not even in To (rule 4)."""
        assert b"Moreau" not in compose(LETTER, IDENTITY).raw

    def test_the_subject_is_cut_at_200_characters(self) -> None:
        """A subject of any length costs a line or two of header."""
        subject = field(replace(LETTER, words=Rendered("long " * 1_000, "x\n")), "Subject") or ""
        assert len(subject) == 200
        assert subject.endswith("…")

    @pytest.mark.parametrize(
        "foreign",
        [
            None,
            "",
            "<>",
            "<a b@c>",
            "<x\r\nBcc: e@x>",
            "<a@b> <c@d>",
            "<é@x>",
            f"<{'x' * 600}@y>",
            "<a\x00@b>",
            "<=?utf-8?q?=0D=0A?=@b>",
        ],
    )
    def test_a_message_id_that_is_none_is_left_out(self, foreign: str | None) -> None:
        """What a stranger calls a Message-ID is repeated only if it is one of printable ASCII."""
        letter = replace(LETTER, in_reply_to=foreign)
        assert field(letter, "In-Reply-To") is None
        assert len((field(letter, "References") or "").split()) == 1
        check_outgoing(compose(letter, IDENTITY).raw)


class TestTokens:
    """What an answer to each mail may do is signed into it."""

    @pytest.mark.parametrize(
        ("letter", "token"),
        [
            (LETTER, Token("thread", 1003, 7, OPENED, "k1")),
            (ANSWER, Token("thread", 1003, 7, OPENED, "k1")),
            (NOTICE, Token("staff", 1003, 7, OPENED, "k1")),
            (replace(NOTICE, incident=0, opened_at=None), Token("staff", 0, 7, 0, "k1")),
            (
                replace(NOTICE, kind="confirmation", confirmation=9, incident=0),
                Token("confirm", reply_token.opening(NOTICE.created_at), 7, 9, "k1"),
            ),
            (replace(NOTICE, kind="receipt"), Token("staff", 1003, 7, OPENED, "k1")),
            (replace(NOTICE, kind="receipt", incident=0, opened_at=None), Token("list", 0, 7, 0, "k1")),
            (replace(NOTICE, kind="staff_list", incident=0, opened_at=None), Token("list", 0, 7, 0, "k1")),
            (replace(NOTICE, kind="digest", incident=0, opened_at=None), Token("list", 0, 7, 0, "k1")),
        ],
    )
    def test_message_id_and_first_reference_carry_the_token(self, letter: Letter, token: Token) -> None:
        """Both verify to what this recipient may do with an answer; the stranger's id verifies to nothing."""
        composed = compose(letter, IDENTITY)
        assert reply_token.verify(KEYS, composed.message_id) == token
        assert tokens(field(letter, "References")) == [token, None]

    def test_a_customer_never_gets_a_staff_token(self) -> None:
        """The audience decides, whatever the kind."""
        for kind in get_args(ReplyKind):
            if kind != "confirmation":
                [token, _] = tokens(field(replace(LETTER, kind=kind), "References"))
                assert token is not None
                assert token.purpose == "thread"

    def test_one_thread_has_one_first_reference(self) -> None:
        """Two mails of one thread have different ids and the same thread id (rule 3)."""
        first, second = (compose(replace(LETTER, key=key), IDENTITY) for key in ("a1", "a2"))
        assert first.message_id != second.message_id
        assert parsed(first)["References"] == parsed(second)["References"]

    def test_answers_come_to_the_support_address(self) -> None:
        """Plus-addresses are for servers that deliver them; by default the plain address is used (rule 2)."""
        assert field(LETTER, "Reply-To") == "support@lantern.example"

    def test_a_plus_address_carries_the_token(self) -> None:
        """With plus-addressing on, a reader that drops References still answers into the thread."""
        address = field(LETTER, "Reply-To", replace(IDENTITY, plus_addressing=True)) or ""
        assert address.startswith("support+")
        assert address.endswith("@lantern.example")
        assert reply_token.verify(KEYS, address) == Token("thread", 1003, 7, OPENED, "k1")


class TestEnvelope:
    """Who gets it, and who hears of trouble with it."""

    def test_automatic_mail_has_a_null_sender(self) -> None:
        """Nothing answers `<>`: no loop can begin there (RFC 3834 §3.3)."""
        assert compose(LETTER, IDENTITY).mail_from == ""

    def test_a_relay_that_refuses_null_senders_gets_the_support_address(self) -> None:
        """The configuration may say so."""
        assert compose(LETTER, replace(IDENTITY, envelope="support")).mail_from == "support@lantern.example"

    def test_bounces_of_answers_come_back(self) -> None:
        """A person's answer leaves from the support address, so that its failure is seen (rule 1)."""
        assert compose(ANSWER, IDENTITY).mail_from == "support@lantern.example"

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "ada",
            "@shop.example",
            "ada@",
            "ada @shop.example",
            "ada@shop.example\r\nBcc: eve@example.net",
            "ada@shop.example, eve@example.net",
            "<ada@shop.example>",
            "a@b@c",
            "ada@shop.example>",
            '"ada moreau"@shop.example',
            "ada@[192.0.2.1]",
            "ada@" + "é" * 300,
            "ada\x00@shop.example",
        ],
    )
    def test_what_is_no_address_gets_no_mail(self, address: str) -> None:
        """A recipient that could be read as something else is refused, in words that repeat no control character."""
        with pytest.raises(SendRefused) as refused:
            compose(replace(LETTER, recipient=Address(address)), IDENTITY)
        assert str(refused.value).isprintable()

    def test_a_domain_in_any_script_is_written_in_ascii(self) -> None:
        """Every server can be given an A-label (RFC 5890)."""
        composed = compose(replace(LETTER, recipient=Address("ada@bücher.example")), IDENTITY)
        assert composed.recipient == "ada@xn--bcher-kva.example"
        check_outgoing(composed.raw)

    def test_a_local_part_in_any_script_is_kept(self) -> None:
        """It has no other form: the header is UTF-8 then (RFC 6532)."""
        composed = compose(replace(LETTER, recipient=Address("адам@shop.example")), IDENTITY)
        assert "\r\nTo: адам@shop.example\r\n".encode() in composed.raw
        check_outgoing(composed.raw)


class TestBody:
    """Text and files arrive as they were."""

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Hello,\n\n.\nFrom here\n-- \nSam\n", "7bit"),
            ("Grüße aus Köln, and then a sentence without any\n", "quoted-printable"),
            ("long " * 300 + "\n", "quoted-printable"),
            ("x" * 10_000 + "\n", "quoted-printable"),
            ("Здравствуйте\n", "base64"),
            ("\n", "7bit"),
        ],
    )
    def test_a_text_is_encoded_as_little_as_it_can(self, text: str, encoding: str) -> None:
        """Short ASCII lines stay readable in transit; everything arrives letter for letter."""
        composed = compose(replace(LETTER, words=Rendered("x", text)), IDENTITY)
        assert parsed(composed)["Content-Transfer-Encoding"] == encoding
        assert text_of(parsed(composed)) == text
        check_outgoing(composed.raw)

    def test_a_text_without_a_last_line_end_gets_one(self) -> None:
        """A mail ends with a whole line."""
        assert compose(replace(LETTER, words=Rendered("x", "Hello")), IDENTITY).raw.endswith(b"\r\nHello\r\n")

    def test_text_and_html_are_two_forms_of_one_mail(self) -> None:
        """The richer one comes last (RFC 2046 §5.1.4), and both arrive letter for letter."""
        words = Rendered("x", "Grüße\n", PAGE)
        mail = parsed(compose(replace(LETTER, words=words), IDENTITY))
        assert mail.get_content_type() == "multipart/alternative"
        assert [(part.get_content_type(), text_of(part)) for part in mail.iter_parts()] == [
            ("text/plain", "Grüße\n"),
            ("text/html", PAGE),
        ]
        check_outgoing(mail.as_bytes(policy=policy.SMTP))

    def test_files_stand_beside_both_forms(self) -> None:
        """The two forms are one part, the files are others; no boundary is within another."""
        letter = replace(ANSWER, words=Rendered("x", "Hello\n", PAGE), attachments=(FILE,))
        composed = compose(letter, IDENTITY)
        check_outgoing(composed.raw)
        forms, file = parsed(composed).iter_parts()
        assert [part.get_content_type() for part in forms.iter_parts()] == ["text/plain", "text/html"]
        assert file.get_payload(decode=True) == b"%PDF"
        boundaries = [str(part.get_boundary()) for part in (parsed(composed), forms)]
        assert not boundaries[0].startswith(boundaries[1])
        assert not boundaries[1].startswith(boundaries[0])

    def test_files_arrive_byte_for_byte(self) -> None:
        """Text first, then each file as an attachment with its name and type."""
        files = (FILE, Attachment("Größe 1.txt", "text/plain", 3, "", content=b"\r\n\x00"))
        text, *parts = parsed(compose(replace(ANSWER, attachments=files), IDENTITY)).iter_parts()
        assert text_of(text) == "Hello,\n\nthank you.\n"
        assert [(p.get_filename(), p.get_content_type(), p.get_payload(decode=True)) for p in parts] == [
            ("order.pdf", "application/pdf", b"%PDF"),
            ("Größe 1.txt", "text/plain", b"\r\n\x00"),
        ]

    @pytest.mark.parametrize(
        "kind",
        [
            "message/rfc822",
            "multipart/mixed",
            "text/html; charset=x",
            "",
            "a/b\r\nBcc: e@x",
            "image",
            "tëxt/plain",
        ],
    )
    def test_a_file_of_no_plain_type_is_bytes(self, kind: str) -> None:
        """A type that would be parsed, or is none, becomes application/octet-stream."""
        letter = replace(ANSWER, attachments=(replace(FILE, content_type=kind),))
        composed = compose(letter, IDENTITY)
        _, part = parsed(composed).iter_parts()
        assert part.get_content_type() == "application/octet-stream"
        check_outgoing(composed.raw)

    def test_a_file_is_never_shown_by_itself(self) -> None:
        """What came inline leaves as an attachment."""
        letter = replace(ANSWER, attachments=(replace(FILE, inline=True, content_id="<x>"),))
        _, part = parsed(compose(letter, IDENTITY)).iter_parts()
        assert part.get_content_disposition() == "attachment"
        assert part["Content-ID"] is None

    def test_the_boundary_of_one_mail_is_not_that_of_another(self) -> None:
        """It comes from the key of the row: stable for one mail, unknown to who writes the next."""
        first, second = (
            compose(replace(ANSWER, key=key, attachments=(FILE,)), IDENTITY) for key in ("a1", "a2")
        )
        assert parsed(first).get_boundary() != parsed(second).get_boundary()

    def test_a_text_that_holds_the_boundary_ends_no_part(self) -> None:
        """Even who knows the boundary cannot write it: in these encodings it cannot occur."""
        letter = replace(ANSWER, attachments=(FILE,))
        boundary = parsed(compose(letter, IDENTITY)).get_boundary()
        text = f"--{boundary}\nContent-Type: text/html\n\n<b>x</b>\n--{boundary}--\n"
        composed = compose(replace(letter, words=Rendered("x", text)), IDENTITY)
        first, _ = parsed(composed).iter_parts()
        assert text_of(first) == text
        check_outgoing(composed.raw)


class TestWhateverStrangersWrite:
    """Properties: for any words, names, files, the mail is sound, passes the last check, and says the same."""

    @given(subject=HOSTILE, text=HOSTILE, name=HOSTILE, in_reply_to=HOSTILE)
    def test_a_mail_says_what_was_written_and_nothing_else(
        self, subject: str, text: str, name: str, in_reply_to: str
    ) -> None:
        """Subject and text come back as they were meant, and no header field more than we write."""
        words = Rendered(subject, text)
        letter = replace(NOTICE, words=words, from_name=name, in_reply_to=in_reply_to)
        composed = compose(letter, replace(IDENTITY, service_name=name))
        check_outgoing(composed.raw)
        mail = parsed(composed)
        assert str(mail["Subject"]) == shorten(one_line(subject), 200).rstrip()
        assert text_of(mail).rstrip("\n") == plain_text(text).rstrip("\n")
        assert {key.lower() for key in mail} <= EVERY_FIELD
        assert [address.addr_spec for address in mail["From"].addresses] == ["support@lantern.example"]

    @given(st.lists(st.tuples(HOSTILE, HOSTILE, st.binary(max_size=200)), min_size=1, max_size=3), HOSTILE)
    def test_files_of_any_name_arrive(self, files: list[tuple[str, str, bytes]], text: str) -> None:
        """Names are cleaned, types are checked, contents are untouched."""
        attachments = tuple(Attachment(name, kind, len(data), "", content=data) for name, kind, data in files)
        composed = compose(replace(ANSWER, attachments=attachments, words=Rendered("x", text)), IDENTITY)
        check_outgoing(composed.raw)
        first, *parts = parsed(composed).iter_parts()
        assert text_of(first).rstrip("\n") == plain_text(text).rstrip("\n")
        assert [part.get_payload(decode=True) for part in parts] == [data for _, _, data in files]

    @given(HOSTILE, HOSTILE, st.booleans())
    def test_the_same_letter_gives_the_same_bytes(self, subject: str, text: str, with_file: bool) -> None:
        """A mail that is composed again after a crash is the mail that may have left before it."""
        letter = replace(ANSWER, words=Rendered(subject, text), attachments=(FILE,) if with_file else ())
        assert compose(letter, IDENTITY) == compose(replace(letter), replace(IDENTITY))

    @given(HOSTILE)
    def test_any_recipient_is_one_address_or_refused(self, address: str) -> None:
        """There is no third way."""
        try:
            composed = compose(replace(LETTER, recipient=Address(address)), IDENTITY)
        except SendRefused:
            return
        check_outgoing(composed.raw)


def test_a_composed_mail_says_nothing_of_its_bytes_in_a_log() -> None:
    """The representation, which an error report may show, leaves the mail out."""
    assert "thank you" not in repr(compose(LETTER, IDENTITY))
