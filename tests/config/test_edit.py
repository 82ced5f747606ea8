"""add_phrases: a config with more phrases, and every other byte as people wrote it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.edit import add_phrases, toml_text
from maild.errors import UserError
from tests.parts.configs import SHIPPED

TEXT = """\
# first
[classifiers]
several = []
[[classifiers.scopes]]  # one
id = "tax"
label = "a tax"
phrases = ["vat"]  # words

[[classifiers.scopes]]
id = "offers"
label = "an offer"
phrases = [
  # german
  "rabatt*",
]
"""


def at(scope: int, key: str = "phrases") -> tuple[str | int, ...]:
    """Return the place of a list."""
    return ("classifiers", "scopes", scope, key)


def test_a_phrase_goes_to_the_front_of_its_list() -> None:
    """Nothing else of the file changes."""
    assert add_phrases(TEXT, at(1), ["coupon", "voucher"]) == TEXT.replace(
        "phrases = [\n  # german", 'phrases = [\n  "coupon",\n  "voucher",\n  # german'
    )


def test_a_list_on_one_line_is_opened() -> None:
    """What stood in it, and the remark behind it, stay."""
    changed = add_phrases(TEXT, at(0), ["mwst"])
    assert changed == TEXT.replace('phrases = ["vat"]', 'phrases = [\n  "mwst",\n"vat"]')


def test_a_list_that_is_not_there_is_made() -> None:
    """Below the first key of its rule."""
    changed = add_phrases(TEXT, at(1, "unless"), ["no rabatt", "x"])
    assert changed == TEXT.replace('id = "offers"\n', 'id = "offers"\nunless = ["no rabatt", "x"]\n')


@pytest.mark.parametrize(
    "text",
    [
        '[classifiers]\nscopes = [{ id = "tax", label = "x", phrases = ["vat"] }]\n',
        '[[classifiers.scopes]]\nid = "tax"\nlabel = "x"\n"phrases" = ["vat"]\n',
    ],
)
def test_what_is_written_in_another_way_is_left_to_people(text: str) -> None:
    """Better no change than one that nobody meant."""
    with pytest.raises(UserError, match="paste them by hand"):
        add_phrases(text, at(0), ["mwst"])


def test_the_shipped_config_can_be_added_to() -> None:
    """Lists that are there and lists that are not."""
    rules = tomllib.loads(SHIPPED)["classifiers"]["scopes"]
    for number in range(0, len(rules), 7):
        for key in ("phrases", "unless"):
            changed = tomllib.loads(add_phrases(SHIPPED, at(number, key), ["a new phrase"]))
            assert changed["classifiers"]["scopes"][number][key][0] == "a new phrase"


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    """Whatever a phrase holds, TOML reads it so."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert tomllib.loads(f"a = {toml_text(text)}") == {"a": text}
