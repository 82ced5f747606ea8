"""Our own text is known by its letters: in every language, however it is wrapped and marked, and only as a quote."""

import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding.new_text import split_text
from maild.core.understanding.repeated import MOST_LETTERS, WINDOW, repeated_lines

OURS = "Hello,\n\nyour request has the number 1003.\nWe reply by Monday, 11:00, at the latest.\n\nExample Support\n"


def page(text: str) -> list[str]:
    """Return the lines as split_text hands them on."""
    return [line.strip() for line in text.splitlines()]


def left(text: str, *ours: str) -> str:
    """Return the lines of `text` that are not known as ours."""
    found = repeated_lines(page(text), ours or [OURS])
    return "\n".join(line for i, line in enumerate(page(text)) if i not in found).strip()


# --- what a mail program does to a text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "quoted",
    [
        OURS,
        OURS.replace("\n", "\n\n"),
        OURS.upper(),
        textwrap.fill(OURS, 40),
        " ".join(OURS.split()),
        textwrap.indent(OURS, "| ", lambda line: True),
        textwrap.indent(OURS, "  > > ", lambda line: True),
        OURS.replace("Example Support", "*Example Support*<https://support.example.com/a-b-c?d=e>"),
        OURS.replace(" ", "\xa0"),
        OURS.replace("1003.", "1003<tel:1003>."),
    ],
)
def test_a_quote_is_known_however_it_was_changed(quoted: str) -> None:
    """Wrapped, marked, indented, linked, in capitals, on one line: the letters are the same."""
    assert left(f"Thanks!\n\n{quoted}\nIt works.") == "Thanks!\n\nIt works."


def test_accents_are_the_same_in_both_ways_to_spell_them() -> None:
    """A Mac decomposes letters that others compose."""
    ours = "Möchten Sie über die Änderungen später benachrichtigt werden?\nGrüße aus Köln\n"
    assert left(f"Ja.\n{unicodedata.normalize('NFD', ours)}", ours) == "Ja."


def test_one_of_several_texts_of_ours_is_enough() -> None:
    """An answer quotes the last mail, or the one before."""
    other = "Did the update of the checkout module help?\nPlease tell us either way.\n"
    assert left(f"Yes.\n{other}", OURS, other) == "Yes."
    assert left(f"Yes.\n{other}\n{OURS}", OURS, other) == "Yes."


# --- what is no quote ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We reply by Monday, 11:00, at the latest.",
        "Hello,\n\nthe shop is down.\n\nExample Support",
        "Will you? You said:\nWe reply by Monday, 11:00, at the latest.\nIt is Tuesday.",
        "your request has the number 1003",
    ],
)
def test_less_than_two_thirds_of_our_text_is_what_the_sender_says(text: str) -> None:
    """People repeat a line of ours to speak of it."""
    assert left(text) == text


def test_a_line_that_stands_outside_the_whole_quote_as_well_is_the_senders() -> None:
    """Copied out of its order, it is an answer; in the quote it is ours."""
    line = "We reply by Monday, 11:00, at the latest."
    assert left(f"{line}\nReally?\n\n{OURS}") == f"{line}\nReally?"
    assert left(f"{OURS}\nReally?\n\n{line}") == f"Really?\n\n{line}"


def test_a_line_with_more_than_ours_is_the_senders() -> None:
    """Nothing is cut out of a line."""
    changed = OURS.replace("latest.", "latest. Make it Sunday!")
    assert "Make it Sunday!" in left(changed)


def test_an_answer_of_one_sign_between_our_lines_is_kept() -> None:
    """An emoji has no letters, and may be all that somebody says."""
    first, second = OURS.split("\n\n", 1)
    assert left(f"{first}\n\n\U0001f44d\n\n{second}\n:-)") == "\U0001f44d\n\n:-)"


def test_a_short_question_of_ours_is_known_where_the_quote_was_left() -> None:
    """Answered point by point; what is shorter still is the sender's."""
    ours = "Which version of the shop is it?\nSince when?\nOn which browser does it fail?\nWhy?\n"
    answers = ["4.7", "today", "all", "no idea"]
    text = "\n".join(line for pair in zip(ours.splitlines(), answers, strict=True) for line in pair)
    assert left(text, ours) == "4.7\ntoday\nall\nWhy?\nno idea"


@pytest.mark.parametrize("ours", ["", "\n", "Yes.", "x" * (WINDOW - 1), "\u2014" * 500])
def test_a_text_that_is_too_short_to_be_known_is_never_found(ours: str) -> None:
    """Everybody writes "Yes."."""
    assert left(f"Yes.\n{ours}\nNo.", ours) == f"Yes.\n{ours}\nNo.".strip()


# --- what introduces it --------------------------------------------------------------------------------------

DATE = "2026 оны 1-р сарын 5, 10:20"  # Mongolian, of which quote_words.py has no word
ADDRESS = "<support@example.org>"


@pytest.mark.parametrize(
    "introduction",
    [
        f"{DATE} Example Support {ADDRESS} бичсэн нь:",
        f"{DATE}, Example Support",
        f"Example Support {ADDRESS}",
        f"{DATE}\nExample Support {ADDRESS}",
        f"Example Support <\n{ADDRESS[1:]}",
        f"{DATE} Example Support\n{ADDRESS}\nбичсэн нь",
        f"Илгээсэн: Example Support {ADDRESS}\nОгноо: {DATE}\nХэнд: Jane\nГарчиг: Re: x",
        f"________________________________\n\nИлгээсэн: Example Support\nОгноо: {DATE}\nГарчиг: Re: x",
        f"*Илгээсэн:* Example Support\n*Огноо:* {DATE}\n*Гарчиг:* Re: x\n",
    ],
)
def test_what_stands_right_above_our_text_introduces_it_in_any_language(introduction: str) -> None:
    """An address, or a date and a time, or a block of labels with one of these."""
    assert split_text(f"Тийм.\n\n{introduction}\n\n{OURS}", ours=[OURS]).new == "Тийм."
    assert split_text(f"Тийм.\n\n{introduction}\n{OURS}", ours=[OURS]).new == "Тийм."


@pytest.mark.parametrize(
    "typed", ["It is 10:20.", "Yes:", "One: a\nTwo: b\nThree: c", "See order 2026.", "Yes\n1. and\n2. no"]
)
def test_what_was_typed_right_above_our_text_stays(typed: str) -> None:
    """A time or a colon alone is no introduction."""
    assert split_text(f"{typed}\n{OURS}", ours=[OURS]).new == typed


def test_below_labels_above_our_text_the_whole_history_is_quoted() -> None:
    """Who quotes like this writes on top: what stands below our text is older still, and not ours."""
    header = f"Илгээсэн: Example Support {ADDRESS}\nОгноо: {DATE}\nГарчиг: Re: x"
    split = split_text(f"Тийм.\n\n{header}\n\n{OURS}\n{header}\n\nWhat Jane wrote before.\n", ours=[OURS])
    assert split.new == "Тийм."
    assert split.quoted.endswith("What Jane wrote before.")


# --- always --------------------------------------------------------------------------------------------------

SCRIPTS = [
    "abcdefghij",
    "бвгджзклмн",
    "αβγδεζηθικ",
    "אבגדהוזחטי",
    "ابتثجحخدذر",
    "กขคงจฉชซญฎ",
    "一丁七万丈三上下不与",
    "가각간갇갈감갑값갓강",
]


def sentences(letters: str) -> st.SearchStrategy[str]:
    """Return sentences in one script; each is longer than the window."""
    word = st.text(st.sampled_from(letters), min_size=4, max_size=9)
    return st.lists(word, min_size=6, max_size=14).map(lambda all_: " ".join(all_) + ".")


def numbered(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs so that none of them begins like another."""
    return [f"{100 + n} {paragraph}" for n, paragraph in enumerate(paragraphs)]


TEXTS = st.sampled_from(SCRIPTS).flatmap(
    lambda script: st.lists(sentences(script), min_size=2, max_size=6).map(numbered)
)
TYPED = st.sampled_from(["klmnopqrst", "опрстуфхцч", "λμνξοπρστυ", "丑丘丙业丛东丝两严丧"]).flatmap(sentences)
MARKS = st.sampled_from(["", "> ", ">> ", "    ", "| ", ": "])
WIDTHS = st.sampled_from([50, 72, 10_000])


@given(TEXTS, TYPED, TYPED, MARKS, WIDTHS, st.data())
def test_a_whole_quote_leaves_exactly_what_was_typed(
    ours: list[str], above: str, below: str, mark: str, width: int, data: st.DataObject
) -> None:
    """Above, below and between the paragraphs, in any script; the quote alone leaves nothing."""
    quoted = ["\n".join(f"{mark}{line}" for line in textwrap.wrap(paragraph, width)) for paragraph in ours]
    place = data.draw(st.integers(1, len(quoted)))
    between = [*quoted[:place], "Hmm, 7?", *quoted[place:]]
    sent = ["\n\n".join(ours)]
    assert split_text("\n\n".join(quoted), ours=sent).new == ""
    assert split_text(f"{above}\n\n" + "\n\n".join(quoted), ours=sent).new == above
    assert split_text("\n\n".join([above, *between, below]), ours=sent).new.split("\n\n") == [
        above,
        "Hmm, 7?",
        below,
    ]


@given(st.lists(st.text(max_size=40), max_size=12), st.lists(st.text(max_size=200), max_size=3))
def test_only_lines_that_are_letters_of_ours_or_bare_marks_are_found(
    lines: list[str], ours: list[str]
) -> None:
    """Whatever the texts are, no word that we did not write is taken for ours."""
    mail = page("\n".join(lines))
    texts = [
        unicodedata.normalize("NFKD", "".join(c for c in text.casefold() if c.isalnum())) for text in ours
    ]
    for i in repeated_lines(mail, ours):
        letters = unicodedata.normalize("NFKD", "".join(c for c in mail[i].casefold() if c.isalnum()))
        assert letters == "" or any(letters[:1] in text for text in texts)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a",
        ">",
        "a" * WINDOW,
        "ab" * WINDOW,
        "abc" * 40,
        "x" * 500,
        "<http:" * 20,
        "\u0958" * 30,
        "\ufdfa" * 30,
    ],
)
def test_hostile_text_is_looked_at_only_up_to_a_limit(line: str) -> None:
    """However long, and however alike: lines, or one line, of which only so many letters are compared."""
    ours = [line * 2000, "a" * 50_000, "ab" * 30_000]
    many = [line] * 100_000
    assert all(len(many[i]) <= 2 * MOST_LETTERS for i in repeated_lines(many, ours))
    assert repeated_lines([line * 20_000], ours) <= {0}


def test_a_short_text_of_ours_is_known_where_a_marked_block_is_the_whole_of_it() -> None:
    """A text such as "Is it better now?" has too few letters to be found anywhere, but not to be quoted as a whole."""
    ours = ["We have received your request, number 1001, and answer soon.", "Is it better now?"]
    page = [
        "No, still white.",
        "> Is it better",
        "> now?",
        ">> Is it better now? I hope",
        "Is it better now?",
    ]
    assert repeated_lines(page, ours) == {1, 2}
