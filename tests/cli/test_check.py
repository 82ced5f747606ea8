"""`maild check` as a person and as a script meet it."""

import json
import socket
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from maild.cli.check import differs_from_system
from maild.cli.main import cli
from maild.errors import ConfigError
from tests.parts.configs import MAILBOX, OAUTH, SHIPPED, SMALLEST
from tests.parts.dovecot import PrivateDovecot, require_dovecot
from tests.parts.token_server import TokenServer

BROKEN = SMALLEST.replace("address", "adress", 1).replace('"UTC"', '"Utopia"')


USER_LINE = 'user = "support@example.com"\n'


def check(folder: Path, text: str, *arguments: str) -> Result:
    """Run `maild check` on a config file with this text."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner(env={"MAILBOX_PASSWORD": "correct horse"}).invoke(
        cli, ["--config", str(path), "check", *arguments]
    )


def closed_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_a_good_config_is_summed_up(tmp_path: Path) -> None:
    """Who, from where, to where, whom, when."""
    result = check(tmp_path, SHIPPED)
    assert result.exit_code == 0
    first, *rest = result.stdout.splitlines()
    assert first.startswith(
        f"{tmp_path}/config.toml is good: Example Support <support@example.com>, version "
    )
    said = "\n".join(rest)
    for part in (
        "smtp on 127.0.0.1:2525",
        "Anna <anna@example.com>",
        "standard (UTC): mon-fri 09:00-18:00",
        "maild.db",
    ):
        assert part in said


def test_what_it_says_fits_80_columns(tmp_path: Path) -> None:
    """Days that are alike are a span, what is longer is wrapped, and the note on proof says where to read on."""
    text = SHIPPED.replace('wed = ["09:00-18:00"]', "wed = []")
    *_, calendar, first, second = [
        line for line in check(tmp_path, text).stdout.splitlines() if not line.startswith("  database")
    ]
    assert "mon-tue 09:00-18:00, thu-fri 09:00-18:00" in calendar
    assert first.startswith("note: [proof]")
    assert "docs/operations.md" in second
    assert max(map(len, (calendar, first, second))) <= 80


ODD_RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["down", "late, again"]
[[classifiers.examples]]
subject = "all is well"
scope = "outage"
"""


def problems(folder: Path, text: str) -> list[str]:
    """Return the lines of a config that is not good."""
    error = check(folder, text).exception
    assert isinstance(error, ConfigError)
    return list(error.problems)


def test_the_rules_are_tried_also_where_the_rest_has_mistakes(tmp_path: Path) -> None:
    """Every mistake at once: the phrase in vain and the example that fails, beside the key that is unknown."""
    said = "\n".join(problems(tmp_path, BROKEN + ODD_RULES))
    for part in (
        "adress",
        "Utopia",
        '"late, again" can never fire',
        "classifiers.examples[1]: scope must be",
    ):
        assert part in said
    assert "not run yet" not in said


def test_what_could_not_be_tried_is_said(tmp_path: Path) -> None:
    """Where the rules have a mistake of their own, the last line says that the examples come later."""
    *_, last = problems(tmp_path, BROKEN + ODD_RULES.replace("outage", "out age", 1))
    assert "the examples of [classifiers] were not run yet" in last
    assert "not run yet" not in "\n".join(problems(tmp_path, "[service\n" + ODD_RULES))


def test_how_many_examples_hold_is_said(tmp_path: Path) -> None:
    """Those of the shipped config all do; a config without any says so."""
    assert "  examples   none in [classifiers]\n" in check(tmp_path, SMALLEST).stdout
    examples = '[[classifiers.examples]]\nsubject = "hello"\nscope = "unknown"\n'
    assert "  examples   1 of [classifiers], all right\n" in check(tmp_path, SMALLEST + examples).stdout


def test_a_mailbox_is_shown_without_its_password(tmp_path: Path) -> None:
    """Nor is it anywhere else."""
    result = check(tmp_path, SMALLEST + MAILBOX)
    assert "support: support@example.com at imap.example.com, folder INBOX" in result.stdout
    assert "correct horse" not in result.output


def test_mistakes_are_raised_for_the_one_printer_of_errors(tmp_path: Path) -> None:
    """main() prints them on standard error and exits with 2."""
    result = check(tmp_path, BROKEN)
    assert isinstance(result.exception, ConfigError)
    assert len(result.exception.problems) == 2
    assert result.exception.exit_code == 2
    assert result.stdout == ""


def test_mistakes_as_json_are_one_object(tmp_path: Path) -> None:
    """With the same lines, and the same exit code."""
    result = check(tmp_path, BROKEN, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 2
    assert said["ok"] is False
    assert [problem.split(":")[1] for problem in said["problems"]] == ["3", "10"]


def test_a_good_config_as_json_has_stable_keys(tmp_path: Path) -> None:
    """Scripts read them."""
    result = check(tmp_path, SMALLEST + MAILBOX, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(said) == [
        "ok",
        "problems",
        "config_version",
        "mailboxes",
        "staff",
        "calendar",
        "time_zone",
        "notes",
        "services",
    ]
    assert (said["ok"], said["mailboxes"], said["services"]) == (True, ["support"], [])


def test_connecting_says_one_line_for_each_service(tmp_path: Path) -> None:
    """A mailbox and a relay that are not there, and a database that is."""
    port = closed_port()
    mailbox = MAILBOX.replace("imap.example.com", "127.0.0.1") + f'port = {port}\ntls = "none"\n'
    outgoing = f'[outgoing]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'
    result = check(tmp_path, SMALLEST + mailbox + outgoing, "--connect")
    assert result.exit_code == 3
    last = result.stdout.splitlines()[-3:]
    assert [line.split()[:2] for line in last] == [
        ["FAILED", "mailbox"],
        ["FAILED", "outgoing:"],
        ["ok", "database:"],
    ]
    assert "Traceback" not in result.output


def test_connecting_to_what_answers_is_good(tmp_path: Path) -> None:
    """SQLite is made where it is missing, as the daemon would."""
    result = check(tmp_path, SMALLEST, "--connect", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["services"] == [{"service": "database", "ok": True, "text": "answers"}]


def test_what_may_not_be_meant_is_noted(tmp_path: Path) -> None:
    """No way in; nobody proven; a token alone; each in one line."""
    result = check(tmp_path, SMALLEST + '[listen]\nenabled = false\n[proof]\nstaff_proof = "token"\n')
    notes = [line for line in result.stdout.splitlines() if line.startswith("note: ")]
    assert ["no mail comes in" in notes[0], "nobody is proven" in notes[1], "token" in notes[2]] == [True] * 3


RULES = """
[[classifiers.scopes]]
id = "tax"
label = "a tax"
phrases = ["tax", "duty free"]
unless = ["tax free"]

[[classifiers.examples]]
subject = "Tax"
scope = "tax"
"""


def test_an_example_that_fails_is_a_mistake_with_its_line_and_the_words_that_decided(tmp_path: Path) -> None:
    """As all mistakes are; so is a phrase that can never fire, and both are told at once."""
    text = SMALLEST + RULES.replace('"Tax"', '"tax free"').replace('"tax free"]', '"tax free", "duty"]')
    result = check(tmp_path, text, "--json")
    assert result.exit_code == 2
    example, phrase = json.loads(result.stdout)["problems"]
    line = text.splitlines().index("[[classifiers.examples]]") + 1
    assert example == (
        f'{tmp_path}/config.toml:{line}: classifiers.examples[1]: scope must be "tax", but is "unknown": no words '
        'decided that; "tax" (subject) vetoed by "tax free"'
    )
    assert (
        'classifiers.scopes[1].phrases[2]: "duty free" can never fire: unless "duty" takes it away' in phrase
    )


def test_what_is_odd_about_the_rules_is_a_note(tmp_path: Path) -> None:
    """With its line; the config is good."""
    result = check(tmp_path, SMALLEST + RULES + '\n[[classifiers.priorities]]\nlevel = "low"\n')
    assert result.exit_code == 0
    assert "classifiers.priorities[1]: no example is low" in result.stdout


@pytest.mark.parametrize(
    ("zone", "system", "differs"),
    [
        (UTC, UTC, False),
        (ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Vienna"), False),
        (ZoneInfo("Europe/Berlin"), UTC, True),
        # the same in winter, not in summer
        (ZoneInfo("Europe/London"), UTC, True),
        (ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=1)), True),
    ],
)
def test_the_zone_of_the_machine_is_compared_in_winter_and_in_summer(
    zone: ZoneInfo, system: ZoneInfo, differs: bool
) -> None:
    """Opening hours in a zone that nobody thought of are the usual mistake."""
    winter = datetime(2026, 1, 15, tzinfo=UTC)
    assert differs_from_system(zone, winter, lambda moment: moment.astimezone(system)) is differs
    assert (
        differs_from_system(zone, winter + timedelta(days=182), lambda moment: moment.astimezone(system))
        is differs
    )


def test_connecting_asks_for_a_token_and_logs_in_with_it(tmp_path: Path) -> None:
    """An account without a password is tried whole: token server, IMAP server; a refusal is one line."""
    require_dovecot()
    tokens = TokenServer()
    imap = PrivateDovecot(introspection_url=tokens.introspection_url)
    try:
        imap.start()
        place = f'host = "localhost"\nport = {imap.tls_port}\nca_file = "{imap.ca_file}"\n'
        mailbox = MAILBOX.replace('host = "imap.example.com"\n', place).replace(
            USER_LINE, 'user = "support"\n'
        )
        mailbox = mailbox.replace('password = "${MAILBOX_PASSWORD}"', 'oauth = "office"')
        secret = tmp_path / "refresh-token"
        secret.write_text("refresh-0")
        secret.chmod(0o600)
        grant = OAUTH.replace("https://login.example.com/token", tokens.url)
        grant = grant.replace('refresh_token = "${REFRESH_TOKEN}"', 'refresh_token_file = "refresh-token"')
        good = check(tmp_path, SMALLEST + mailbox + grant, "--connect")
        secret.write_text("revoked")
        bad = check(tmp_path, SMALLEST + mailbox + grant, "--connect")
    finally:
        imap.remove()
        tokens.stop()
    assert (good.exit_code, bad.exit_code) == (0, 3)
    assert "ok     mailbox support: answers" in good.stdout
    assert "oauth office: 127.0.0.1: answers 400: invalid_grant: it was revoked" in bad.stdout
