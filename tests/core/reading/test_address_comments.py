"""Claims about comments in addresses: they are no part of a name, unless there is no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.address_comments import drop_comments


@pytest.mark.parametrize(
    ("value", "without"),
    [
        ("Ann <ann@x.example>", "Ann <ann@x.example>"),
        ("Ann (Sales) <ann@x.example>", "Ann  <ann@x.example>"),
        (r"Ann(a \) b) <ann(home)@x.example(work)>", "Ann <ann@x.example>"),
        ("<ann@x.example> (nested (comment) here)", "<ann@x.example> "),
        ("ann@x.example (Ann)", "ann@x.example (Ann)"),
        ('"Ann (Sales)" <ann@x.example>', '"Ann (Sales)" <ann@x.example>'),
        ("bob@x.example (Bob), Ann (x) <ann@x.example>", "bob@x.example (Bob), Ann  <ann@x.example>"),
        ("Group(some)\\n : Ann <ann@x.example>(us);", "Group(some)\\n : Ann <ann@x.example>;"),
        ("Ann (never closed <ann@x.example>", "Ann (never closed <ann@x.example>"),
        ("Ann) <ann@x.example>", "Ann) <ann@x.example>"),
    ],
)
def test_comments_go_where_angles_show_the_address(value: str, without: str) -> None:
    """RFC 5322 §3.2.2: a comment says nothing; the older form `address (name)` is kept."""
    assert drop_comments(value) == without


@given(st.text(alphabet='()<>,;:"\\\\ a@', max_size=60))
def test_nothing_is_added(value: str) -> None:
    """What comes out are pieces of what went in, in order."""
    rest = iter(value)
    assert all(char in rest for char in drop_comments(value))


@pytest.mark.parametrize("mark", ["(", ")", '"', "\\\\", "()", "(<", ",("])
def test_a_hostile_field_is_read_in_one_pass(mark: str) -> None:
    """A megabyte of one delimiter comes to an end (one pass over its pieces)."""
    assert len(drop_comments(mark * 500_000 + "<a@b>")) <= 2 * 500_000 + 5
