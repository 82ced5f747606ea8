"""version_steps: which upgrade leaves its branch, and which numbers are no versions."""

import pytest

from classifiers.versions import OTHER_BRANCH, SAME_BRANCH, version_steps


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("upgrade 4.5.1 to 4.5.4", SAME_BRANCH),
        ("4.7.8 > 4.7.11 steps", SAME_BRANCH),
        ("from v4.6.0 -> v4.6.6", SAME_BRANCH),
        ("4.4.2-4.4.5", SAME_BRANCH),
        ("4.5 to 4.5.2", SAME_BRANCH),
        ("de 4.6.1 vers 4.6.3", SAME_BRANCH),
        ("x-cart 4.4.1 auf x-cart 4.4.5", SAME_BRANCH),
        ("4.4.1から4.4.5へ", SAME_BRANCH),
        ("upgrade from 4.2 to 4.5", OTHER_BRANCH),
        ("3.5 → 4.6", OTHER_BRANCH),
        ("version 4.3.2 up to version 4.7", OTHER_BRANCH),
        ("5.2.10.1 to 5.4.1.3", OTHER_BRANCH),
    ],
)
def test_two_versions_and_a_sign_between_them_are_a_step(text: str, step: str) -> None:
    """The first two numbers decide whether the branch is left."""
    assert [found[0] for found in version_steps(text)] == [step]


@pytest.mark.parametrize(
    "text",
    [
        "from 4.90 to 6.90",
        "prices $3.5 to 4.5",
        "2.5 to 3.5 kg",
        "rate 7.5 to 8.5%",
        "boxes 1.5-2.5",
        "1.2.2012 - 3.4.2012",
        "10.0.0.1 to 192.168.1.7",
        "4.5 and 4.6",
        "4 to 5",
        "version 4.5.1",
    ],
)
def test_prices_sizes_dates_and_addresses_are_no_step(text: str) -> None:
    """Numbers with points are many things."""
    assert list(version_steps(text)) == []


def test_a_step_says_where_it_stands() -> None:
    """From the first digit of the old version to the last of the new one."""
    text = "please, 4.2 to 4.5 now"
    [(_, start, end)] = version_steps(text)
    assert text[start:end] == "4.2 to 4.5"
