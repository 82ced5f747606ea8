"""What was written now is told from what is quoted and from the signature, in many languages; nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding import quote_words as words
from maild.core.understanding.new_text import ANSWER_ABOVE, Split, split_text


def kinds(text: str) -> str:
    """Return the first letter of each line's kind, to see a split at a glance."""
    split = split_text(text)
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return "".join(
        next(span.kind[0] for span in split.spans if span.start <= start < span.end) for start in starts[:-1]
    )


# --- quotes of `>` lines ------------------------------------------------------------------------------------

ATTRIBUTIONS = {
    "en Gmail": "On Mon, 5 Jan 2026 at 10:20, Support <support@example.org> wrote:",
    "en Apple": "On Jan 5, 2026, at 10:20 AM, Support <support@example.org> wrote:",
    "de Thunderbird": "Am 05.01.26 um 10:20 schrieb Support:",
    "de Gmail": "Am Mo., 5. Jan. 2026 um 10:20 Uhr schrieb Support <support@example.org>:",
    "fr Gmail": "Le lun. 5 janv. 2026 à 10:20, Support <support@example.org> a écrit :",
    "es Gmail": "El lun, 5 ene 2026 a las 10:20, Support (<support@example.org>) escribió:",
    "it Gmail": "Il giorno lun 5 gen 2026 alle ore 10:20 Support <support@example.org> ha scritto:",
    "pt Gmail": "Support <support@example.org> escreveu no dia segunda, 5/01/2026 à(s) 10:20:",
    "nl Gmail": "Op ma 5 jan 2026 om 10:20 schreef Support <support@example.org>:",
    "sv Gmail": "Den mån 5 jan. 2026 kl 10:20 skrev Support <support@example.org>:",
    "da Gmail": "Den man. 5. jan. 2026 kl. 10.20 skrev Support <support@example.org>:",
    "fi Gmail": "ma 5. tammik. 2026 klo 10.20 Support (support@example.org) kirjoitti:",
    "pl Gmail": "pon., 5 sty 2026 o 10:20 Support <support@example.org> napisał(a):",
    "cs Gmail": "po 5. 1. 2026 v 10:20 odesílatel Support <support@example.org> napsal:",
    "hu Gmail": "Support <support@example.org> ezt írta (időpont: 2026. jan. 5., H, 10:20):",
    "tr Gmail": "Support <support@example.org>, 5 Oca 2026 Pzt, 10:20 tarihinde şunu yazdı:",
    "ru Gmail": "пн, 5 янв. 2026 г. в 10:20, Support <support@example.org>:",
    "ru Thunderbird": "05.01.2026 10:20, Support пишет:",
    "uk Gmail": "пн, 5 січ. 2026 р. о 10:20 Support <support@example.org> пише:",
    "el Gmail": "Στις Δευ 5 Ιαν 2026 στις 10:20 π.μ., ο χρήστης Support <support@example.org> έγραψε:",
    "zh Gmail": "Support <support@example.org> 于2026年1月5日周一 10:20写道：",
    "ja Gmail": "2026年1月5日(月) 10:20 Support <support@example.org>:",
    "ko Gmail": "2026년 1월 5일 (월) 오전 10:20, Support <support@example.org>님이 작성:",
    "vi Gmail": "Vào Th 2, 5 thg 1, 2026 vào lúc 10:20 Support <support@example.org> đã viết:",
    "old Gmail": "2026/1/5 Support <support@example.org>",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_attribution_above_a_quote_is_quoted_in_every_language(line: str) -> None:
    """The line that introduces the quote is not what the sender says."""
    split = split_text(f"It works, thank you for that.\n\n{line}\n\n> Did it help?\n> Support\n")
    assert split.new == "It works, thank you for that."
    assert split.quoted == f"{line}\n\n> Did it help?\n> Support"


def test_the_words_come_in_forty_languages() -> None:
    """That is the claim of the documentation; more than half of them are tried here."""
    assert len({name.split()[0] for name in ATTRIBUTIONS}) >= 20
    assert len({*words.WRITING, *words.HEADER_LABELS}) >= 40


@pytest.mark.parametrize(
    "wrapped",
    [
        "On Mon, 5 Jan 2026 at 10:20, The Support Team of Example <\nsupport@example.org> wrote:",
        "On Jan 5, 2026, at 10:20 AM, Support\n<support@example.org>\nwrote:",
        "Em 5 de janeiro de 2026 às 10:20:35, Support (\nsupport@example.org) escreveu:",
        "Am Montag, den 5. Januar 2026 um 10:20 schrieb\nSupport <support@example.org>:",
    ],
)
def test_an_attribution_may_be_wrapped_over_lines(wrapped: str) -> None:
    """Mail programs wrap at 78 characters, and names are long."""
    assert split_text(f"Yes.\n\n{wrapped}\n> Is it up?\n").new == "Yes."
    assert split_text(f"Yes.\n{wrapped}\n\n> Is it up?\n").new == "Yes."


def test_answers_between_quoted_lines_are_new() -> None:
    """Who answers point by point is heard on every point."""
    text = (
        "On Mon, 5 Jan 2026 at 10:20, Support <support@example.org> wrote:\n"
        "> Which version?\nVersion 4.7.\n\n> Since when?\n> And on which browser?\n\nSince Monday, on all.\n"
    )
    assert split_text(text).new == "Version 4.7.\n\nSince Monday, on all."
    assert kinds(text) == "qqnnqqqn"


def test_an_answer_below_the_whole_quote_is_new() -> None:
    """Bottom-posting is a habit, not a mistake."""
    split = split_text("On 5.1.2026 10:20, Support wrote:\n> Does it work?\n\nIt does now.\n")
    assert split.new == "It does now."


@pytest.mark.parametrize(
    "text",
    [
        "Hi,\nOn blah\nthe shop is closed.",
        "On Monday our provider wrote:\nthe certificate is too old.",
        "The log says:\nFrom: checkout.php\nline 14",
        "Please call me at 10:30:\n+43 1 000 00 00",
        "From: the shop\nTo: nowhere",
        "This is not a ---------- delimiter.\nText goes on.",
        "Call us at 10:30 or write to bob@example.com:\nwe are there.",
        "Date: yesterday\nSubject to change: everything\nText.",
        "Hi,\nThanks,\nthe tax rule does not work on zone 3",
    ],
)
def test_text_that_looks_like_a_quote_but_shows_one_sign_only_stays_new(text: str) -> None:
    """Text that is wrongly cut is an answer that nobody reads."""
    assert split_text(text).new == text


@pytest.mark.parametrize(
    "line", [ATTRIBUTIONS["it Gmail"], ATTRIBUTIONS["en Apple"], ATTRIBUTIONS["sv Gmail"]]
)
def test_a_sure_attribution_cuts_a_quote_without_marks(line: str) -> None:
    """Some programs quote without `>`: a verb with an address or a full date is enough."""
    assert split_text(f"Done.\n\n{line}\n\nGood morning, is it done?\n").new == "Done."


def test_text_below_an_attribution_with_nothing_above_it_stays_new() -> None:
    """A program that quotes the line and not the mail leaves the answer below it."""
    line = ATTRIBUTIONS["en Gmail"]
    assert split_text(f"{line}\n\nIt fails since noon.\n").new == "It fails since noon."


def test_an_attribution_at_the_very_end_is_quoted() -> None:
    """The quote was deleted, its first line forgotten."""
    assert split_text("Fine.\n\nOn 5 Jan 2026 Support wrote:").new == "Fine."


@pytest.mark.parametrize(
    "line", ["Since 10:30 it shows:", "This is what bob@example.com got:", "The log says:"]
)
def test_a_line_that_introduces_a_quoted_text_of_other_kinds_stays_new(line: str) -> None:
    """People mark logs with `>` as well; one sign alone is no attribution."""
    assert split_text(f"{line}\n> Fatal error\nWhat is that?\n").new == f"{line}\n\nWhat is that?"


def test_a_mail_of_quoted_lines_only_says_nothing_new() -> None:
    """An answer sent by mistake is empty, whatever it quotes."""
    quotes = "> one\n>> two\n\n> three\n>>>\n>>>> four\n>>>>\n>>> >>>"
    split = split_text(quotes)
    assert (split.new, split.quoted) == ("", quotes)


# --- header blocks and headings -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", words.HEADER_LABELS)
def test_a_header_block_of_one_language_begins_the_quote(language: str) -> None:
    """Outlook quotes without marks; its header block is known in every language of the table."""
    table = words.HEADER_LABELS[language]
    labels = [table[role][0].capitalize() for role in ("from", "sent", "to", "subject")]
    block = "\n".join(f"{label}: something" for label in labels)
    split = split_text(f"Here is the answer.\n\n________________________________\n{block}\n\nThe old mail.\n")
    assert split.new == "Here is the answer."
    assert split.quoted.endswith("The old mail.")


@pytest.mark.parametrize(
    "block",
    [
        "*From:* Bob [mailto:\n  bob@example.com]\n*Sent:* Monday\n*To:* Alice\n*Subject:* Hello",
        "From: Bob\n\nSent: Monday\n\nTo: Alice\n\nSubject: Hello",
        "De : Bob\nEnvoyé : lundi\nÀ : Alice\nObjet : Bonjour",
        "-----Ursprüngliche Nachricht-----\nVon: Bob\nGesendet: Montag\nAn: Alice\nBetreff: Hallo",
        "Begin forwarded message:\n\nFrom: Bob\nSubject: Hello\nDate: today\nTo: Alice",
    ],
)
def test_a_header_block_may_be_bold_wrapped_or_spread(block: str) -> None:
    """The forms in which programs write the same block."""
    assert split_text(f"Here is the answer.\n\n{block}\n\nThe old mail.\n").new == "Here is the answer."


def test_labels_of_different_languages_are_no_header_block() -> None:
    """Three labels agree only within one language."""
    text = "Von: here\nOggetto: there\nKomu: nobody\nand more text"
    assert split_text(text).new == text


@pytest.mark.parametrize(
    "heading",
    ["-----Original Message-----", "-------- Oprindelig besked --------", "----- 元のメッセージ -----"],
)
def test_a_heading_between_rules_begins_the_quote(heading: str) -> None:
    """Rules and words together are sign enough."""
    assert split_text(f"Answer.\n\n{heading}\n\nHi,\nthe old mail\n").new == "Answer."


def test_a_forwarded_mail_with_nothing_said_above_it_is_the_message() -> None:
    """Who forwards a mail without a word wants it to be read."""
    text = "---------- Forwarded message ---------\nFrom: Bob\nDate: today\nTo: me\nSubject: x\n\nThe real problem.\n"
    assert split_text(text).new == text.strip()
    assert split_text(f"See below.\n\n{text}").new == "See below."


def test_the_first_mail_of_a_thread_is_cut_nowhere() -> None:
    """What a first mail quotes or forwards is the request itself."""
    text = "See below.\n\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\n\n> Help\n"
    split = split_text(text, first=True)
    assert (split.new, split.quoted) == (text.strip(), "")


# --- our own lines ------------------------------------------------------------------------------------------


def test_the_marker_in_an_unknown_kind_of_quote_cuts_and_is_told() -> None:
    """No internal line is ever taken for the answer, and a person is asked (rule 34)."""
    split = split_text(f"Restarted.\n\nKirjoittaja tuntematon\n{ANSWER_ABOVE}\ninternal words\n")
    assert split.marker_found
    assert "internal" not in split.new
    assert split.new.startswith("Restarted.")


@pytest.mark.parametrize(
    "quote",
    [
        f"> {ANSWER_ABOVE}\n> internal words",
        f"On Mon, 5 Jan 2026 at 10:20, S <s@example.org> wrote:\n\n{ANSWER_ABOVE}\ninternal words",
        f"From: S\nSent: Monday\nTo: me\nSubject: x\n\n{ANSWER_ABOVE}\ninternal words",
    ],
)
def test_the_marker_inside_a_quote_is_where_it_belongs(quote: str) -> None:
    """An ordinary answer with an ordinary quote needs no confirmation."""
    split = split_text(f"Restarted.\n\n{quote}\n")
    assert (split.new, split.marker_found) == ("Restarted.", False)


@pytest.mark.parametrize(
    "marker", [ANSWER_ABOVE.upper(), ANSWER_ABOVE.replace("answer ", "answer\n"), f"*{ANSWER_ABOVE}*"]
)
def test_the_marker_is_found_in_other_case_and_wrapped(marker: str) -> None:
    """Programs fold, wrap and decorate lines."""
    assert split_text(f"Yes.\n{marker}\ninternal").marker_found
    assert split_text(f"Yes.\n{marker}\ninternal", first=True).new == "Yes."


def test_lines_we_sent_are_quoted_however_they_are_marked() -> None:
    """Comparing with what we sent needs no language at all."""
    ours = ["Hello,\nyour request has the number 1003.\nWe reply by Monday, 11:00.\n"]
    text = "Thanks!\n\nyour request has the  number 1003.\nWe reply by Monday, 11:00.\n"
    assert split_text(text, ours=ours).new == "Thanks!"
    assert split_text("We reply by Monday, 11:00.\nReally?", ours=ours).quoted == ""


# --- signatures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAlice Example\nExample Ltd",
        "--\nAlice",
        "Sent from my iPhone",
        "Gesendet von Outlook für Android<https://aka.ms/x>",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verzonden vanaf mijn iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Odesláno z iPhonu",
        "Odoslané z iPhonu",
        "iPhone készülékemről küldve",
        "Trimis de pe iPhone-ul meu",
        "Надіслано з iPhone",
        "Στάλθηκε από το iPhone μου",
        "iPhone'umdan gönderildi",
        "נשלח מה-iPhone שלי",
        "مُرسل من الـ iPhone",
        "发自我的 iPhone",
        "從我的 iPhone 傳送",
        "나의 iPhone에서 보냄",
        "Được gửi từ iPhone của tôi",
        "ส่งจาก iPhone ของฉัน",
        "Dikirim dari iPhone saya",
        "Poslano z mojega iPhonea",
        "Enviado do meu iPhone",
        "Outlook für Android<https://aka.ms/x> beziehen",
        "Obtenir Outlook pour iOS",
        "Sent from Mail for Windows",
        "Sent from Yahoo Mail on Android",
        "Alice Example\nvia mobile",
        "Get Outlook for iOS<https://aka.ms/x>",
        "Best regards,\n\nAlice Example\nCEO\n+43 1 000 00 00",
        "Mit freundlichen Grüßen\nAlice Example",
        "Kind regards\nAlice\n\n-- \nExample Ltd\n\nSent from my iPhone",
    ],
)
def test_a_signature_is_told_from_the_text(signature: str) -> None:
    """A signature is kept, and neither classified nor taken for the answer."""
    split = split_text(f"The export fails.\n\n{signature}\n")
    assert (split.new, split.signature) == ("The export fails.", signature.strip())


@pytest.mark.parametrize(
    "text",
    [
        "The mail was sent from my shop, and nobody got it. What can I do about it?",
        "Regards the timeline,\nwe are done by Friday.",
        "Kind regards to Bob,\nwho fixed the problem with the orders for us.",
        "-- is how our shell marks the end of options",
        "Thanks\nfor everything you did to keep our shop alive",
        "Thanks\nfor all of it",
    ],
)
def test_text_is_not_taken_for_a_signature(text: str) -> None:
    """A formula within a text is text."""
    assert split_text(text).signature == ""


def test_a_long_text_below_two_hyphens_is_text() -> None:
    """Some draw a line before they go on writing."""
    text = "First part.\n--\n" + "\n".join(f"Line {i} of the second part." for i in range(20))
    assert split_text(text).new == text


def test_a_signature_above_the_quote_is_told_as_well() -> None:
    """Top-posters sign above what they quote."""
    text = "No.\n\n-- \nAlice\n\nOn 5 Jan 2026 at 10:20, S <s@example.org> wrote:\n> Is it up?\n"
    split = split_text(text)
    assert (split.new, split.signature) == ("No.", "-- \nAlice")
    assert kinds(text) == "nnsssqq"


# --- always -------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        *(
            "This e-mail is confidential; the intended recipient",
            "a@b.example",
            "Gina Example",
            "-Gina",
            "| bar",
        ),
        *(
            "---- On 5 Jan 2026 10:20 a <a@b.example> wrote ----",
            "-- Forwarded message --",
            "CONFIDENTIALITY NOTICE",
        ),
        *(
            "",
            "> quoted",
            ">> twice",
            "text",
            "-- ",
            "--",
            "-----",
            "From: a",
            "Sent: b",
            "To: c",
            "Subject: d",
            "On ",
        ),
        *(
            "On 5 Jan 2026 at 10:20, a <a@b.example> wrote:",
            "wrote:",
            ANSWER_ABOVE,
            "Regards,",
            "Sent from my iPhone",
        ),
        *("-----Original Message-----", "Begin forwarded message:", "\x0c", "a\x85b", "x@y.example:", "##"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(LINES, max_size=40).map("\n".join))


@given(TEXTS, st.lists(TEXTS, max_size=2), st.booleans())
def test_the_spans_cover_the_text_exactly(text: str, ours: list[str], first: bool) -> None:
    """Nothing is deleted: the spans are contiguous, and together they are the text."""
    split = split_text(text, ours=ours, first=first)
    assert "".join(text[span.start : span.end] for span in split.spans) == text
    assert all(left.end == right.start for left, right in zip(split.spans, split.spans[1:], strict=False))
    assert all(span.start < span.end for span in split.spans)


@given(TEXTS)
def test_every_word_is_in_exactly_one_of_the_three(text: str) -> None:
    """What is neither quoted nor signature is new, and the other way round."""
    split = split_text(text)
    together = split.new + split.quoted + split.signature
    assert sorted("".join(together.split())) == sorted("".join(text.split()))


@given(TEXTS)
def test_no_internal_line_is_new_where_the_marker_stands(text: str) -> None:
    """Whatever stands above it, nothing below the unquoted marker is taken for the answer."""
    split = split_text(f"{text}\n{ANSWER_ABOVE}\ninternal-words\n")
    assert "internal-words" not in split.new


class CountedPage(list[str]):
    """A page that counts how often a line of it is looked at."""

    looks = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        """Count the lines that are handed out."""
        found = super().__getitem__(key)
        CountedPage.looks += len(found) if isinstance(key, slice) else 1
        return found


@pytest.mark.parametrize(
    "line",
    [
        *("On ", "On 5 Jan 2026", "From: a", "", "wrote:", "-----", "x@y:", "> q", "Regards", "##", "5 <"),
        *("On 5.1.2026 10:20 <a@b>", "| q", "Jane Doe", "confidential intended recipient", "--- wrote ---"),
    ],
)
def test_each_line_is_looked_at_a_bounded_number_of_times(line: str) -> None:
    """Hostile text costs as much a line as honest text: twice the lines, at most about twice the looks."""
    from maild.core.understanding.quotes import quoted_lines
    from maild.core.understanding.signature import disclaimer_begins, signature_begins

    def looks(lines: int) -> int:
        CountedPage.looks = 0
        page = CountedPage([line] * lines)
        list(quoted_lines(page))
        list(quoted_lines(page, range(1, lines, 2)))
        disclaimer_begins(page, 0, lines)
        signature_begins(page, 0, lines)
        return CountedPage.looks

    assert looks(2000) <= 2.2 * looks(1000)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "On 5 Jan 2026 at 10:20 x@y.example\n" * 100_000,
            ">\n" * 100_000,
            "\n" * 100_000,
            "From: a\n" * 100_000,
        ),
        *(
            "a b@c.example:" * 70_000,
            "<a@b" * 250_000,
            "-- On " * 170_000,
            "wrote: " * 150_000,
            "\ufdfa" * 300_000,
        ),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_a_mega_of_hostile_text_is_told_apart_like_any_other(text: str) -> None:
    """Many lines or one long one: nothing raises, nothing is lost, and nobody waits long."""
    split = split_text(text, ours=[text, "On 5 Jan 2026 we wrote to you."])
    assert "".join(text[span.start : span.end] for span in split.spans) == text


def test_a_split_of_nothing_is_nothing() -> None:
    """An empty text has no spans."""
    assert split_text("") == Split("", "", "", (), marker_found=False)
