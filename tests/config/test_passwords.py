"""Passwords come from a file of their own or from the environment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.environment import expand
from maild.config.passwords import literal_passwords, read_password
from tests.parts.configs import MAILBOX, SMALLEST, config_from, problems_of

FROM_FILE = MAILBOX.replace('password = "${MAILBOX_PASSWORD}"', 'password_file = "password"')


def password_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    """Write a password file."""
    path = folder / "password"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_password_is_read_without_the_white_space_around_it(tmp_path: Path) -> None:
    """Editors end a file with a line end; white space inside belongs to the password."""
    password_file(tmp_path, b"  correct horse \r\n")
    (mailbox,) = config_from(tmp_path, SMALLEST + FROM_FILE).mailbox
    assert mailbox.password == "correct horse"


def test_a_group_may_read_it(tmp_path: Path) -> None:
    """Root owns it, the daemon's group reads it: a usual way."""
    assert read_password(password_file(tmp_path, b"x", 0o640)) == "x"


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (b"x", 0o604, "can be read by every user of this machine; chmod o-r "),
        (b"", 0o600, "must hold the password on one line"),
        (b" \n", 0o600, "must hold the password on one line"),
        (b"one\ntwo\n", 0o600, "must hold the password on one line"),
        (b"\xff", 0o600, "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_good_password_is_refused(
    tmp_path: Path, content: bytes, mode: int, why: str
) -> None:
    """The message names the file and never what is in it."""
    path = password_file(tmp_path, content, mode)
    (problem,) = problems_of(tmp_path, SMALLEST + FROM_FILE)
    assert problem.startswith(f"17: mailbox[1].password_file: {path} {why}")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With the whole path, since a relative one may not start where one thinks."""
    (problem,) = problems_of(tmp_path, SMALLEST + FROM_FILE)
    assert (
        problem
        == f"17: mailbox[1].password_file: {tmp_path / 'password'} can't be read: No such file or directory"
    )


def test_a_folder_is_no_password(tmp_path: Path) -> None:
    """Nor is a pipe, on which a reader would wait for ever."""
    (tmp_path / "password").mkdir()
    assert "is not a file" in problems_of(tmp_path, SMALLEST + FROM_FILE)[0]


def test_only_one_of_the_two_ways_may_be_used(tmp_path: Path) -> None:
    """Else nobody knows which one counts."""
    password_file(tmp_path, b"x")
    (problem,) = problems_of(tmp_path, SMALLEST + MAILBOX + 'password_file = "password"\n')
    assert problem == "19: mailbox[1].password_file: stands beside password; only one of the two may be given"


def test_a_mailbox_needs_a_password(tmp_path: Path) -> None:
    """An empty variable gives none either."""
    (problem,) = problems_of(tmp_path, SMALLEST + MAILBOX, {"MAILBOX_PASSWORD": ""})
    assert problem.endswith('password_file: is missing; give password_file = "FILE" or password = "${ENV}"')


@pytest.mark.parametrize("text", ["hunter2", "${}", "$HOME", "${MY-VAR}", "x${PW}", "${PW}x", "${PW} "])
def test_only_a_single_variable_is_no_literal_password(text: str) -> None:
    """Half a password in the file is still a password in the file."""
    assert [problem.path for problem in literal_passwords({"mailbox": [{"password": text}]})] == [
        ("mailbox", 0, "password")
    ]


def test_a_variable_is_no_literal_password() -> None:
    """The right way."""
    assert list(literal_passwords({"outgoing": {"password": "${PW}", "host": "hunter2"}})) == []


def test_variables_are_filled_in_at_any_depth_and_only_in_texts() -> None:
    """Keys, numbers and what looks a little like a variable stay."""
    raw = {"${A}": [{"x": "${A}-${A}"}, 1, True], "y": "$A ${a b} {A}"}
    assert expand(raw, {"A": "${B}"}) == ({"${A}": [{"x": "${B}-${B}"}, 1, True], "y": "$A ${a b} {A}"}, [])


def test_each_unset_variable_is_named_where_it_is_used() -> None:
    """With the path of the text, so that its line is found."""
    _, problems = expand({"a": {"b": ["${X} ${Y}"]}}, {"X": ""})
    assert [(one.path, one.text) for one in problems] == [
        (("a", "b", 0), "the environment variable Y is not set")
    ]


def test_a_whole_url_from_the_environment_is_taken_as_it_is() -> None:
    """Hosting services give the URL of the database as one variable."""
    url = "postgresql+psycopg://maild:p%40ss@db/maild"
    assert expand({"database": {"url": "${URL}"}}, {"URL": url})[0] == {"database": {"url": url}}


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20))
def test_any_password_fits_into_a_url(password: str) -> None:
    """It is written with percents there, whatever is in it, and comes out as it was."""
    from sqlalchemy import make_url

    raw = {"database": {"url": "postgresql+psycopg://maild:${PW}@db.example.com/maild"}}
    expanded, _ = expand(raw, {"PW": password})
    url = make_url(expanded["database"]["url"])
    assert (url.password, url.host, url.database) == (password, "db.example.com", "maild")
