"""Which shops a mail names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding.store_names import MOST, store_name, stores_named


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("shop.example", "shop.example"),
        ("HTTPS://www.Shop.Example:8443/admin.php?x=1#top", "shop.example"),
        (" http://shop.example ", "shop.example"),
        ("", ""),
    ],
)
def test_a_store_is_known_however_it_is_written(said: str, name: str) -> None:
    """Scheme, port, path and www. make no other shop."""
    assert store_name(said) == name


def test_hosts_are_found_in_a_text_and_addresses_are_none() -> None:
    """Each once, in links and in words; the domain of a mail address is not a shop."""
    text = "Our shop www.a.example (https://b.example/cart) is down. Write to jane@c.example.\nSee a.example."
    assert stores_named(text) == {"a.example", "b.example"}


def test_a_text_names_so_many_and_no_more() -> None:
    """A list of a thousand hosts is no mail about a shop."""
    assert len(stores_named(" ".join(f"shop{n}.example" for n in range(1000)))) == MOST


@given(st.text(alphabet="abc.-@:/ wx1", max_size=400))
def test_every_name_found_is_written_as_stores_are(text: str) -> None:
    """So that it can be compared with what was bought."""
    assert all(name == store_name(name) for name in stores_named(text))
