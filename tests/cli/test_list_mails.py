"""`maild list --mails`: why a mail opened no incident, for an admin who asks."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli.main import cli
from maild.store.database import Database, upgrade
from tests.parts.configs import SMALLEST
from tests.parts.messages import a_message
from tests.parts.records import came
from tests.store.test_arrivals import KEPT


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Return the path of a config whose database holds one kept mail."""
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST)
    (tmp_path / "var").mkdir()
    database = Database.open(f"sqlite:///{tmp_path}/var/maild.db")
    upgrade(database)
    with database.begin() as tx:
        came(tx, KEPT, message=a_message(subject="Undelivered \x1b[2J mail"))
    database.close()
    return str(path)


def said(*arguments: str) -> str:
    """Return what `maild` prints for these arguments, which it must take."""
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_kept_mail_is_shown_with_its_reason(config: str) -> None:
    """The sender, the subject without its control characters, and the sentence."""
    page = said("--config", config, "list", "--mails", "kept")
    assert "written by a machine (bounce) and belongs to no incident" in " ".join(page.split())
    assert "\x1b" not in page


def test_json_has_the_columns_of_the_database(config: str) -> None:
    """One object a line, for scripts."""
    (line,) = said("--config", config, "list", "--mails", "kept", "--json").splitlines()
    row = json.loads(line)
    assert (row["disposition"], row["reason"], row["incident"]) == ("kept", "kept_machine", None)


def test_an_empty_list_says_so(config: str) -> None:
    """Silence could mean anything."""
    assert said("--config", config, "list", "--mails", "duplicate") == "Nothing is duplicate.\n"


def test_incidents_and_mails_are_not_mixed(config: str) -> None:
    """--state chooses incidents, --mails shows mails: both at once is a mistake that is named."""
    done = CliRunner().invoke(cli, ["--config", config, "list", "--mails", "kept", "--state", "closed"])
    assert "give one of the two" in str(done.exception)
