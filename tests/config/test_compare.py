"""What differs between two configs is told by section, name and key, whatever the layout of the files."""

import re
import tomllib
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from maild.config.compare import Change, compare
from tests.parts.configs import SHIPPED

OLD = """
[service]
name = "Support"
reopen_days = 14

[[classifiers.scopes]]
id = "outage"
phrases = ["down", "offline"]

[[classifiers.scopes]]
id = "tax"
phrases = ["vat"]

[sla]
first_response = { hotrush = 120, normal = { bd = 1 } }
"""


def changes(new: str, old: str = OLD) -> list[Change]:
    """Return what differs."""
    return list(compare(tomllib.loads(old), tomllib.loads(new)))


def test_the_same_said_in_another_layout_does_not_differ() -> None:
    """Comments, blank lines, the order of sections."""
    service, rest = OLD.split("[[classifiers", 1)
    assert changes(f"# new\n[[classifiers{rest}\n\n{service}") == []


def test_phrases_that_came_and_went_are_told_of_their_scope() -> None:
    """And of no other."""
    assert changes(OLD.replace('["down", "offline"]', '["offline", "white page", "down for us"]')) == [
        Change("classifiers.scopes", "outage", "phrases", "changed", ["down"], ["white page", "down for us"])
    ]


def test_a_value_goes_from_one_to_another() -> None:
    """A key that is left out has no value."""
    assert changes(OLD.replace("reopen_days = 14", "reopen_days = 21")) == [
        Change("service", "", "reopen_days", "changed", 14, 21)
    ]
    assert changes(OLD.replace("reopen_days = 14\n", "")) == [
        Change("service", "", "reopen_days", "changed", 14, None)
    ]


def test_a_table_that_is_new_tells_its_keys_and_one_that_is_gone_does_not() -> None:
    """Who adds a scope wants to see it; who removes one knows it."""
    more = '\n[[classifiers.scopes]]\nid = "offers"\nphrases = ["coupon"]\n'
    assert changes(OLD + more) == [
        Change("classifiers.scopes", "offers", "", "added"),
        Change("classifiers.scopes", "offers", "id", "changed", None, "offers"),
        Change("classifiers.scopes", "offers", "phrases", "changed", [], ["coupon"]),
    ]
    assert changes(OLD, OLD + more) == [Change("classifiers.scopes", "offers", "", "removed")]


def test_a_list_in_another_order_was_moved() -> None:
    """Of tables too: the order of scopes means something."""
    assert changes(OLD.replace('"down", "offline"', '"offline", "down"')) == [
        Change("classifiers.scopes", "outage", "phrases", "moved", [], [])
    ]
    turned = OLD.replace('"outage"', '"x"').replace('"tax"', '"outage"').replace('"x"', '"tax"')
    assert changes(turned)[-1] == Change(
        "classifiers.scopes", "", "", "moved", ["outage", "tax"], ["tax", "outage"]
    )


def test_two_tables_of_one_name_are_compared_in_their_order() -> None:
    """The shipped config has two ways to `low`."""
    old = '[[p]]\nlevel = "low"\nx = 1\n[[p]]\nlevel = "low"\nx = 2\n'
    assert changes(old.replace("2", "3"), old) == [Change("p", "low (2)", "x", "changed", 2, 3)]


def test_a_target_of_another_kind_is_a_change() -> None:
    """Minutes become business days."""
    assert changes(OLD.replace("hotrush = 120", "hotrush = { bd = 1 }")) == [
        Change("sla.first_response", "", "hotrush", "changed", 120, {"bd": 1})
    ]


def test_a_list_that_is_left_out_is_an_empty_one() -> None:
    """No difference in meaning is no difference."""
    assert changes("[a]\nb = []\n", "[a]\n") == []


_VALUES = st.recursive(
    st.booleans() | st.integers(0, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)
_TABLES = st.dictionaries(st.text(max_size=3), _VALUES, max_size=4)


@example({"": [{}]}, {"": [False]})
@given(_TABLES, _TABLES)
def test_whatever_stands_in_two_files_can_be_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Nothing raises, and what is the same does not differ from itself."""
    list(compare(old, new))
    assert list(compare(old, old)) == list(compare(new, new)) == []


def test_the_shipped_config_does_not_differ_from_itself_and_a_phrase_in_it_is_found() -> None:
    """The real thing, with its hundreds of phrases."""
    new = re.sub(r'(?m)^id = "tax_simple"\n(.*\n)*?phrases = \[', r'\g<0>"a new phrase", ', SHIPPED)
    assert changes(SHIPPED, SHIPPED) == []
    (change,) = changes(new, SHIPPED)
    assert (change.name, change.old, change.new) == ("tax_simple", [], ["a new phrase"])
