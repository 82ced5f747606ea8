"""normalise: a subject as it was meant, and where each letter of it stood."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.normalise import normalise

# Letters, signs and marks that the steps of the normalisation act on, more often than chance would bring them.
TRICKY = st.text(
    st.sampled_from(
        "rRewWfFiI:;.,-_ \t[]()#0123aAöÖñ\u0301\u200b\u00ad\u2011оОеΗηѕßİŉ\ufb01ｈ０㎏ガ转发⚡'→"
    ),
    max_size=40,
)
TEXTS = st.one_of(st.text(max_size=60), TRICKY)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HotRush", "hotrush"),
        ("Re: AW: Re: store down", "store down"),
        ("Re[2]: Fwd(3): SV : store down", "store down"),
        ("Réf : Ответ: 回复：转发: tax", "tax"),
        ("Re: [#1003] [Ticket #77] tax", "tax"),
        ("tax [#1003] rates", "tax ; rates"),
        ("[HotRush] tax", "[hotrush] tax"),
        ("Regarding: tax", "regarding: tax"),
        ("ＨｏｔＲｕｓｈ", "hotrush"),
        ("Hot\u200bRu\u00adsh", "hotrush"),
        ("H O T R U S H now", "hotrush now"),
        ("H-o-t R-u-s-h", "hotrush"),
        ("H.o.t.R.u.s.h admin", "hotrush admin"),
        ("h_o_t_r_u_s_h", "hotrush"),
        ("h 0 t r u s h", "hotrush"),
        ("h0trush", "hotrush"),
        ("U.P.S. rates", "ups. rates"),
        ("Is plan A b better", "is plan a b better"),
        ("P.S. I agree", "p.s. i agree"),
        ("envío Größe ÜBER", "envio grosse uber"),
        ("e\u0301te\u0301", "ete"),
        ("", ""),
    ],
)
def test_a_subject_is_read_as_it_was_meant(written: str, meant: str) -> None:
    """Prefixes, tags, widths, invisible characters, spaced letters, case and accents are no part of a word."""
    assert normalise(written).text == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("H\u043etRush", "hotrush"),  # Cyrillic o
        ("\u0397\u03bftRush", "hotrush"),  # Greek Eta and omicron
        ("\u041d\u043et\u0420ush: nobody", "hotpush: nobody"),  # Er is drawn like P
        ("срочно", "срочно"),
        ("не работает hotrush", "не работает hotrush"),
        ("сaйт", "сaит"),  # one Latin letter slipped into a Russian word: it can't be made Latin
    ],
)
def test_look_alikes_are_folded_only_where_a_word_mixes_scripts(written: str, meant: str) -> None:
    """Russian stays Russian (rule 27); a Latin word with a foreign letter in it becomes Latin."""
    assert normalise(written).text == meant


def test_a_body_keeps_what_only_a_subject_has() -> None:
    """`Re:` at the start of a body is the sender's own word."""
    assert normalise("Re: [#1] tax", subject=False).text == "re: [#1] tax"


@given(TEXTS, st.booleans())
@example("[[#1]#1] re: x", True)
@example("a n t w: b", True)
@example("x a b ß c", True)
@example("ßΕ", False)
def test_reading_twice_changes_nothing(text: str, subject: bool) -> None:
    """What was normalised is normal."""
    once = normalise(text, subject=subject).text
    assert normalise(once, subject=subject).text == once


@given(TEXTS, st.booleans())
def test_every_character_knows_where_it_came_from(text: str, subject: bool) -> None:
    """Offsets lie inside the original, are not empty, and never run backwards."""
    read = normalise(text, subject=subject)
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(read.starts, read.ends, strict=True))
    assert list(read.starts) == sorted(read.starts)


def test_a_mark_covers_the_accents_and_the_invisible_characters_in_a_word() -> None:
    """What belongs to the word as written is marked with it."""
    written = "Re: cafe\u0301 H\u200bo\u200bt"
    read = normalise(written)
    assert read.text == "cafe hot"
    assert written[slice(*read.original(0, 4))] == "cafe\u0301"
    assert written[slice(*read.original(5, 8))] == "H\u200bo\u200bt"


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + "\u0301" * 100_000,
        "a " * 50_000,
        "re: " * 25_000,
        "[#1]" * 25_000,
        "[" * 100_000,
        "-" * 100_000,
        "0" * 100_000,
    ],
    ids=["marks", "letters", "prefixes", "tags", "brackets", "dashes", "zeros"],
)
@pytest.mark.timeout(10)
def test_hostile_subjects_cost_no_more_than_their_length(hostile: str) -> None:
    """100,000 characters of the worst kind are read in well under a second."""
    assert len(normalise(hostile).text) <= len(hostile)
