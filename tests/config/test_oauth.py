"""[[oauth]]: secrets from files or the environment, names that lead somewhere, and one way to log in for an account."""

from pathlib import Path

import pytest

from maild.config.kinds import TokenUrl
from tests.parts.configs import MAILBOX, OAUTH, SMALLEST, config_from, problems_of

WITH_TOKEN = MAILBOX.replace('password = "${MAILBOX_PASSWORD}"', 'oauth = "office"')
OUTGOING = '\n[outgoing]\ntransport = "smtp"\nhost = "smtp.example.com"\n'


def secret(folder: Path, name: str, mode: int = 0o600) -> None:
    """Write a file with a secret."""
    (folder / name).write_text("correct horse\n")
    (folder / name).chmod(mode)


def test_accounts_name_a_grant_in_place_of_a_password(tmp_path: Path) -> None:
    """A mailbox and the outgoing server may share one; its secret is in no repr."""
    text = SMALLEST + WITH_TOKEN + OAUTH + OUTGOING + 'user = "support@example.com"\noauth = "office"\n'
    config = config_from(tmp_path, text)
    assert (config.mailbox[0].oauth, config.outgoing.oauth) == ("office", "office")
    assert config.oauth[0].refresh_token == "battery staple"
    assert "battery staple" not in repr(config)
    assert "battery staple" not in config.text


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    """Relative to config.toml, as any path."""
    for name in ("token", "client"):
        secret(tmp_path, name)
    grant = OAUTH.replace(
        'refresh_token = "${REFRESH_TOKEN}"', 'refresh_token_file = "token"\nclient_secret_file = "client"'
    )
    (found,) = config_from(tmp_path, SMALLEST + grant).oauth
    assert (found.refresh_token, found.client_secret) == ("correct horse", "correct horse")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '"${REFRESH_TOKEN}"',
            '"mine"',
            "refresh_token: refresh tokens are read from refresh_token_file or ${ENV}",
        ),
        (
            'refresh_token = "${REFRESH_TOKEN}"',
            'client_secret = "mine"',
            "client_secret: client secrets are read from client_secret_file or ${ENV}",
        ),
        (
            'refresh_token = "${REFRESH_TOKEN}"',
            "",
            "refresh_token_file: is missing; without it the grant is the",
        ),
        (
            '"${REFRESH_TOKEN}"',
            '"${REFRESH_TOKEN}"\nrefresh_token_file = "open"',
            "refresh_token_file: stands beside refresh_token",
        ),
        (
            'refresh_token = "${REFRESH_TOKEN}"',
            'refresh_token_file = "open"',
            "refresh_token_file: {folder}/open can be read by every user",
        ),
        (
            "https://login.example.com/token",
            "http://login.example.com/token",
            "token_url: must be a URL that begins",
        ),
    ],
)
def test_a_mistake_in_a_grant_is_one_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """With its place, and never with the secret."""
    secret(tmp_path, "open", 0o604)
    (found,) = problems_of(tmp_path, SMALLEST + OAUTH.replace(old, new))
    assert problem.replace("{folder}", str(tmp_path)) in found
    assert found.partition(": ")[2].startswith("oauth[1].")
    assert "mine" not in found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (WITH_TOKEN + OAUTH.replace("office", "offise"), 'mailbox[1].oauth: unknown [[oauth]] "office"'),
        (WITH_TOKEN, 'mailbox[1].oauth: unknown [[oauth]] "office"'),
        (MAILBOX + 'oauth = "office"\n' + OAUTH, "mailbox[1].oauth: stands beside a password"),
        (OAUTH + OUTGOING + 'oauth = "office"\n', "outgoing.user: is missing; a grant without a user"),
        (OAUTH + OAUTH, 'oauth[2].name: "office" is the name of two grants'),
    ],
)
def test_what_sections_say_of_each_other_must_fit(tmp_path: Path, text: str, problem: str) -> None:
    """One line for each."""
    (found,) = problems_of(tmp_path, SMALLEST + text)
    assert problem in found


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://login.example.com/a/token?x=1", True),
        ("https://login.example.com:8443/token", True),
        ("http://127.0.0.1:8000/token", True),
        ("http://localhost/token", True),
        ("http://login.example.com/token", False),
        ("https://anna:secret@login.example.com/token", False),
        ("https://login.example.com:port/token", False),
        ("https://[/token", False),
        ("https:///token", False),
        ("https://login.example.com/a b", False),
        ("ftp://login.example.com/token", False),
        ("login.example.com", False),
    ],
)
def test_secrets_are_posted_over_tls_or_to_this_machine(url: str, good: bool) -> None:
    """A URL with a password in it is none: it would stand in logs."""
    (rule,) = TokenUrl.__metadata__
    assert rule.allows(url) is good
