"""Claims about hidden text: what takes an element out of sight is known, what does not is not mistaken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.hidden_text import SHEET_CHARS, HiddenNames, hides, is_tiny


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "color:red; DISPLAY : None !important",
        "visibility:hidden",
        "visibility: collapse",
        "mso-hide:all",
        "max-height:0;overflow:hidden",
        "max-height:0px",
        "opacity:0",
        "opacity: 0.0;",
        "text-indent:-9999px",
        "height:0;overflow:hidden",
        "overflow: hidden; width:0px;",
    ],
)
def test_what_hides_is_known(style: str) -> None:
    """The ways in which senders put words into a mail that no reader sees."""
    assert hides(style)


@pytest.mark.parametrize(
    "style",
    [
        "",
        "display:block",
        "x-display:none",
        "opacity:0.5",
        "opacity:.9",
        "max-height:0.5em",
        "max-height:10px",
        "height:0",
        "width:0;overflow:visible",
        "overflow:hidden;height:20px",
        "line-height:0",
        "text-indent:-2em",
        "border:none",
    ],
)
def test_what_does_not_hide_is_left(style: str) -> None:
    """No word is lost for a style that only looks so."""
    assert not hides(style)


@pytest.mark.parametrize(
    ("style", "tiny"),
    [
        ("font-size:0", True),
        ("font-size:0px;", True),
        ("font-size:.0em", True),
        ("font-size:1px", True),
        ("font-size: 1.0pt", True),
        ("font-size:1em", False),
        ("font-size:0.9em", False),
        ("font-size:1.5px", False),
        ("font-size:14px", False),
        ("font-size:inherit", False),
        ("color:red", None),
    ],
)
def test_letters_too_small_to_be_seen_are_known(style: str, tiny: bool | None) -> None:
    """A pixel at most; 1em is the size of everything around it."""
    assert is_tiny(style) is tiny


@pytest.mark.parametrize(
    ("sheet", "hidden"),
    [
        (".a{display:none}", True),
        ("x{} .b , .a { display : none ; }", True),
        ("p.a{display:none}", True),
        ("div.a{display:none}", False),
        ("#i{opacity:0}", True),
        ("/* .a */ .a/**/{display:none}", True),
        ("<!-- .a{display:none} -->", True),
        ("@charset 'x'; .a{display:none}", True),
        ("@media print{.a{display:none}}", False),
        ("@media print{.b{x:y}} .a{display:none}", True),
        (".a{display:none} .a{display:block}", False),
        (".a{display:block} .a{display:none}", True),
        (".a{display:none} .a{color:red}", True),
        (".b .a{display:none}", False),
        (".a:hover{display:none}", False),
        (".a{color:red}", False),
        (".a{display:none", True),
        ("}}} .a{display:none}", True),
        ("/* .a{display:none}", False),
    ],
)
def test_a_sheet_hides_classes_and_ids(sheet: str, hidden: bool) -> None:
    """What counts on a screen, for every element of that name; the later rule wins."""
    assert HiddenNames([sheet]).hide("p", {"class": "z a", "id": "i"}) is hidden


def test_a_sheet_is_read_so_far() -> None:
    """What stands behind its limit is not looked at."""
    assert not HiddenNames(["x" * SHEET_CHARS + "{} .a{display:none}"])


@given(st.lists(st.sampled_from(["{", "}", "@media x", ".a", ",", "display:none", ";", "/*", "*/", "<!--"])))
def test_no_arrangement_raises(pieces: list[str]) -> None:
    """Unbalanced braces, comments without an end, rules without a name."""
    assert HiddenNames(["".join(pieces)]).hide("p", {"class": None, "id": None}) is False
