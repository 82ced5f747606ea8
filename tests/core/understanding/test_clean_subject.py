"""A subject as we may repeat it: no reply prefixes, no tags of ours, short; what people wrote stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding.clean_subject import clean_subject

PREFIXES = [
    "Re: ",
    "RE:",
    "Fwd: ",
    "AW: ",
    "WG: ",
    "Re[2]: ",
    "Re (3): ",
    "Sv: ",
    "Antwort: ",
    "回复：",
    "[#1003] ",
]


@pytest.mark.parametrize(
    ("subject", "clean"),
    [
        ("Re: Tax rates", "Tax rates"),
        ("RE: AW: Fwd: Re[2]: Tax rates", "Tax rates"),
        ("Re: [#1003] Tax rates", "Tax rates"),
        ("Tax rates [#1003]", "Tax rates"),
        ("[#1003] Re: [#1004] Tax rates [#1003]", "Tax rates"),
        ("回复：Tax rates", "Tax rates"),
        ("Re：Tax rates", "Tax rates"),
        ("réf : Tax rates", "Tax rates"),
        ("  Re:   ", ""),
        ("", ""),
    ],
)
def test_prefixes_and_our_tags_go(subject: str, clean: str) -> None:
    """In any language, any number, any order."""
    assert clean_subject(subject) == clean


@pytest.mark.parametrize(
    "subject",
    [
        "[HotRush] checkout down",
        "Ticket #1003",
        "[1003] order",
        "[#12a] part",
        "Reply needed",
        "Tax: rates",
        "Research: results",
        "About [#] and [#x]",
    ],
)
def test_what_people_wrote_stays(subject: str) -> None:
    """Rule 13: only tags with `#` and digits are ours."""
    assert clean_subject(subject) == subject


def test_a_subject_is_cut_to_its_length() -> None:
    """200 characters are shown (rule 19), or what is asked for, with no blank at the end."""
    assert clean_subject("x" * 300) == "x" * 200
    assert clean_subject("word " * 10, longest=10) == "word word"


@given(
    st.lists(st.sampled_from(PREFIXES), max_size=6), st.sampled_from(["Tax rates", "x", "Frage zur Rechnung"])
)
def test_any_pile_of_prefixes_is_taken_off(prefixes: list[str], subject: str) -> None:
    """However many programs it passed."""
    assert clean_subject("".join(prefixes) + subject) == subject


@given(st.text())
def test_a_clean_subject_is_clean(subject: str) -> None:
    """Cleaning twice changes nothing, so that our own answers never pile up prefixes."""
    once = clean_subject(subject)
    assert clean_subject(once) == once
    assert len(once) <= 200


def test_a_hostile_subject_takes_no_time() -> None:
    """A thousand prefixes are the most that is looked at."""
    assert clean_subject("Re: " * 100_000) == ""
    assert clean_subject("[#1]" * 100_000 + "x") == ""
