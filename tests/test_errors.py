"""Every error is one line for a person, with an exit code; the tree in the docstring is the tree in the code."""

import re

import pytest

from maild import errors
from maild.errors import ConfigError, MaildError, Unreadable, contain

TREE = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, MaildError)
}


def drawn() -> dict[str, str]:
    """Return the tree of the docstring: each name and the one above it."""
    parents, above = dict[str, str](), dict[int, str]()
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([│├└─ ]*)([A-Z][A-Za-z]+)( |$)", line)
        if match and match[2] in TREE:
            depth = len(match[1])
            above[depth] = match[2]
            parents[match[2]] = max(
                ((level, name) for level, name in above.items() if level < depth), default=(0, "")
            )[1]
    return parents


def test_the_drawing_shows_every_error_in_its_place() -> None:
    """A reader who sees the docstring has seen them all."""
    bases = {name: found.__bases__[0].__name__ for name, found in TREE.items()}
    assert drawn() == {**bases, "MaildError": ""}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MaildError", 1),
        ("UserError", 2),
        ("ConfigError", 2),
        ("NotFound", 2),
        ("Unreachable", 3),
        ("LoginRefused", 3),
        ("Overtaken", 1),
        ("Unreadable", 1),
        ("SendRefused", 1),
        ("SendDeferred", 1),
    ],
)
def test_exit_codes_tell_who_can_mend_it(name: str, code: int) -> None:
    """2 a person here, 3 a service elsewhere, 1 nobody on the command line."""
    assert TREE[name].exit_code == code


def test_a_config_error_holds_every_problem() -> None:
    """One line each, in order."""
    error = ConfigError(("config.toml:1: a", "config.toml:2: b"))
    assert (error.problems, str(error)) == (
        ("config.toml:1: a", "config.toml:2: b"),
        "config.toml:1: a\nconfig.toml:2: b",
    )


def test_an_unreadable_mail_has_a_reason_and_words() -> None:
    """The name is stored, the words are shown."""
    error = Unreadable("too_deep", "nested deeper than 50 levels")
    assert (error.reason, str(error)) == ("too_deep", "nested deeper than 50 levels")


def test_what_a_border_contains_goes_to_whoever_is_told() -> None:
    """And the next mail, row or tick goes on."""
    told: list[Exception] = []
    with contain(told.append):
        int("a fault of ours")
    assert [type(error) for error in told] == [ValueError]


def test_nothing_is_told_where_nothing_happened() -> None:
    """A border costs nothing."""
    told: list[Exception] = []
    with contain(told.append):
        pass
    assert told == []


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_a_border_holds_back_no_stop(signal: type[BaseException]) -> None:
    """Ctrl-C is no trouble to be contained."""
    with pytest.raises(signal), contain(lambda error: None):
        raise signal
