"""config.toml becomes one good value, or one line for every mistake in it."""

import os
import re
import stat
from datetime import date
from pathlib import Path

import pytest

from maild.config.load import load_config
from maild.config.sla import FirstResponse
from maild.core.promising.target import BusinessDays, Minutes
from maild.errors import ConfigError
from tests.parts.configs import ENVIRON, MAILBOX, SHIPPED, SMALLEST, config_from, problems_of

TEN_MISTAKES = """\
[service]
name = ""
adress = "support@example.com"
reopen_days = "ten"

[[mailbox]]
name = "support"
host = "imap.example.com"
port = 99_999
user = "support"
password = "hunter2"
tls = "none"

[listen]
address = "0.0.0.0:2525"

[[staff]]
name = "Anna"
address = "anna@example.com"
[[staff]]
name = "Ben"
address = "Anna@Example.com"

[calendar.standard]
time_zone = "Europe/Berlim"
mon = ["09:00-18:00"]
"""


def test_ten_mistakes_are_ten_lines_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A person mends them all in one go."""
    assert problems_of(tmp_path, TEN_MISTAKES) == [
        '2: service.name: must be text of one line, at most 200 characters, not ""',
        '3: service.adress: unknown key; did you mean "address"?',
        '4: service.reopen_days: must be a whole number of days from 0 to 3650, not "ten"',
        '6: mailbox[1].since: is missing; it must be "now", "all" or a date such as 2026-01-31',
        "9: mailbox[1].port: must be a port from 1 to 65535, not 99999",
        "11: mailbox[1].password: passwords are read from password_file or ${ENV}, never from this file",
        (
            '12: mailbox[1].tls: must be "implicit" or "starttls" for imap.example.com; "none" is for a server on '
            "this machine"
        ),
        (
            "15: listen.address: must be on loopback (127.0.0.1, ::1, localhost) or a unix socket, not 0.0.0.0: "
            "let a mail server on this machine stand in front"
        ),
        '22: staff[2].address: "anna@example.com" is listed twice',
        '25: calendar.standard.time_zone: must be a time zone such as Europe/Berlin, not "Europe/Berlim"',
    ]


def test_the_error_holds_each_problem_and_prints_them_all(tmp_path: Path) -> None:
    """What the command line prints is the error's text: one line each, with the file's name."""
    with pytest.raises(ConfigError) as caught:
        config_from(tmp_path, TEN_MISTAKES)
    assert str(caught.value).splitlines() == list(caught.value.problems)
    assert all(line.startswith(f"{tmp_path / 'config.toml'}:") for line in caught.value.problems)
    assert caught.value.exit_code == 2


def test_the_smallest_file_gets_every_default(tmp_path: Path) -> None:
    """Two names, two addresses and hours are all that nobody can guess."""
    config = config_from(tmp_path, SMALLEST)
    assert config.service.data_dir == tmp_path / "var"
    assert config.service.domain == "example.com"
    assert config.service.secret_file == str(tmp_path / "var" / "secret")
    assert config.database.url == f"sqlite:///{tmp_path}/var/maild.db"
    assert config.outgoing.folder == tmp_path / "var" / "outgoing"
    assert config.listen.host_port == ("127.0.0.1", 2525)
    assert (config.mailbox, config.folder, config.calendar) == ((), tmp_path, "standard")
    assert config.policy.first_response == {
        "hotrush": Minutes(120),
        "high": Minutes(240),
        "normal": BusinessDays(1),
        "low": BusinessDays(2),
    }


def test_the_shipped_file_is_good_and_says_the_defaults_that_the_rulings_fix(tmp_path: Path) -> None:
    """The demo runs on it: loopback intake, a maildir, nobody trusted, two of the staff, UTC."""
    config = config_from(tmp_path, SHIPPED)
    assert [member.address for member in config.staff] == ["anna@example.com", "ben@example.com"]
    assert (config.service.address, config.time_zone) == ("support@example.com", "UTC")
    assert (config.outgoing.transport, config.listen.protocol) == ("maildir", "smtp")
    assert config.proof.authserv_ids == ()
    assert config.policy.calendar.weekly == (((540, 1080),),) * 5 + ((),) * 2


def test_a_mailbox_is_read_with_its_password_from_the_environment(tmp_path: Path) -> None:
    """${NAME} is filled in once the TOML is parsed."""
    (mailbox,) = config_from(tmp_path, SMALLEST + MAILBOX + 'ca_file = ""\n').mailbox
    assert (mailbox.password, mailbox.port, mailbox.since, mailbox.ca_file) == (
        "correct horse",
        993,
        "now",
        "",
    )


def test_since_may_be_a_date_with_or_without_quotes(tmp_path: Path) -> None:
    """TOML has dates of its own."""
    for written in ('"2026-01-31"', "2026-01-31"):
        (mailbox,) = config_from(tmp_path, SMALLEST + MAILBOX.replace('"now"', written)).mailbox
        assert mailbox.since == date(2026, 1, 31)


def test_reminders_are_sorted_for_the_core(tmp_path: Path) -> None:
    """Steps of a plan are in order of time."""
    config = config_from(tmp_path, SMALLEST + "[sla]\nreminders = [0.9, 0.5]\n")
    assert config.policy.reminders == (0.5, 0.9)


def test_a_limit_given_is_taken_and_the_others_keep_their_default(tmp_path: Path) -> None:
    """[limits] has the fields of the core's Limits."""
    limits = config_from(tmp_path, SMALLEST + "[limits]\nbatch = 7\nparse_seconds = 2\n").limits
    assert (limits.batch, limits.parse_seconds, limits.mime_depth) == (7, 2.0, 50)


def test_paths_start_at_the_folder_of_the_file(tmp_path: Path) -> None:
    """Wherever maild is started from; absolute paths stay."""
    text = SMALLEST.replace("[[staff]]", 'data_dir = "data"\nsecret_file = "/etc/hostname"\n[[staff]]', 1)
    config = config_from(tmp_path, text + '[listen]\naddress = "unix:run/lmtp"\n')
    assert config.service.data_dir == tmp_path / "data"
    assert config.service.secret_file == "/etc/hostname"
    assert config.listen.socket_path == str(tmp_path / "run/lmtp")


def test_a_relative_config_path_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`maild check` in the folder of config.toml is the usual call, and its lines begin with the bare name."""
    config_from(tmp_path, SMALLEST)
    monkeypatch.chdir(tmp_path)
    assert load_config(Path("config.toml"), {}).service.data_dir == tmp_path / "var"
    Path("config.toml").write_text("x = 1\n")
    with pytest.raises(ConfigError, match=r"\Aconfig\.toml:1: "):
        load_config(Path("config.toml"), {})


def test_a_domain_of_any_script_has_an_ascii_form_in_message_ids(tmp_path: Path) -> None:
    """Message-IDs are ASCII (RFC 5322 §3.6.4)."""
    config = config_from(tmp_path, SMALLEST.replace("support@example.com", "hilfe@bücher.example"))
    assert config.service.domain == "xn--bcher-kva.example"


def test_the_version_changes_with_the_text(tmp_path: Path) -> None:
    """Decisions are stored with it."""
    first, second = config_from(tmp_path, SMALLEST), config_from(tmp_path, SMALLEST + "# more\n")
    assert first.version != second.version
    assert first.version == config_from(tmp_path, SMALLEST).version


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\na = 2\n", r"2: is not valid TOML: this key is given twice .*"),
        ("a = {b = 1, b = 2}\n", r"1: is not valid TOML: this key is given twice .*"),
        ("[a]\nb = 1\n[a]\n", r"3: is not valid TOML: this section is given twice; .*"),
        ("[service]\nname = \n", r"2: is not valid TOML: the value is missing .*"),
        ('a = "x\nb = 1\n', r"1: is not valid TOML: a text is not closed: .* on this line .*"),
        *(
            (text, r"[12]: is not valid TOML: a text is not closed: .*, here or above .*")
            for text in ('[service]\nname = "x', "a = 'x\nb = 1\n", "a = '''x\n", 'a = """x\n')
        ),
        ('a = ["b, "c"]\n', r"1: is not valid TOML: a list is not closed, or a comma .*"),
        ("a = {b = 1\n", r"1: is not valid TOML: a table in braces is not closed, .*"),
        ("[service\n", r"1: is not valid TOML: Expected .* \(nothing else was checked\)"),
        (f"a = {'9' * 5000}\n", r"1: is not valid TOML: .*"),
        (f"a = {'[' * 3000}{']' * 3000}\n", r"1: is nested too deeply"),
        (f"service.{'a.' * 3000}a = 1\n", r"1: is nested too deeply"),
        (f"service = {'{a=' * 40}1{'}' * 40}\n", r"1: is nested too deeply"),
    ],
)
def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """Nothing else can be said about such a file."""
    found = problems_of(tmp_path, text)
    assert len(found) == 1
    assert re.fullmatch(problem, found[0])


def test_bytes_that_are_no_text_are_said_with_their_line(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    path = tmp_path / "config.toml"
    path.write_bytes(b'[service]\nname = "caf\xe9"\n')
    with pytest.raises(ConfigError, match=r"config\.toml:2: must be UTF-8"):
        load_config(path, {})


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """The first thing a newcomer meets in the wrong folder."""
    with pytest.raises(ConfigError, match="config\\.toml: can't be read: No such file") as caught:
        load_config(tmp_path / "config.toml", {})
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[mailbox]\n", "12: mailbox: must be tables, each written [[mailbox]] with two brackets"),
        ("[[listen]]\n", "12: listen: must be one table, written [listen]"),
        (
            "[calendar.x]\n",
            "12: calendar.x.time_zone: is missing; it must be a time zone such as Europe/Berlin",
        ),
        ("[calendar.'a b']\n", '12: calendar."a b": a name must be letters, digits and dashes, not "a b"'),
        ("[servce]\n", '12: servce: unknown section; did you mean "service"?'),
        ("[limits]\nbatsch = 5\n", '13: limits.batsch: unknown key; did you mean "batch"?'),
        ("[limits]\nbatch = 0\n", "13: limits.batch: must be a whole number from 1 to 1000000000000, not 0"),
        (
            "[limits]\nbatch = 1.0\n",
            "13: limits.batch: must be a whole number from 1 to 1000000000000, not 1.0",
        ),
        ("[listen]\nenabled = 1\n", "13: listen.enabled: must be true or false, not 1"),
        ("[listen]\nprotocol = 'http'\n", '13: listen.protocol: must be "smtp" or "lmtp", not "http"'),
        ("[sla]\nreminders = 0.5\n", "13: sla.reminders: must be a list, each a fraction between 0 and 1, "),
        (
            "[sla]\nreminders = [\n0.5,\n1.0]\n",
            "15: sla.reminders[2]: must be a fraction between 0 and 1, such ",
        ),
        (
            "[sla]\nfirst_response = { high = { bd = 0 } }\n",
            "13: sla.first_response.high: must be minutes such",
        ),
        (
            "[sla]\nfirst_response = { high = { bd = 1, x = 2 } }\n",
            "13: sla.first_response.high: must be minut",
        ),
        (
            "[sla]\nfirst_response = { high = true }\n",
            "13: sla.first_response.high: must be minutes such as 240",
        ),
        ("[outgoing]\nhost = '''a\\nb'''\n", "13: outgoing.host: must be a host name or an IP address, not "),
        (
            "[[classifiers.scopes]]\nid = 3\nlabel = 'x'\n",
            "13: classifiers.scopes[1].id: must be text, not 3",
        ),
        ("[replies]\nlanguage = 'xx'\n", "13: replies.language: must be one of de, en, ru"),
    ],
)
def test_each_mistake_says_what_is_wrong_and_what_is_allowed(tmp_path: Path, text: str, problem: str) -> None:
    """In plain words, on the line where it stands."""
    found = problems_of(tmp_path, SMALLEST + text)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_key_outside_all_sections_is_a_problem(tmp_path: Path) -> None:
    """It stands above the first section."""
    (found,) = problems_of(tmp_path, "zzz = 1\n" + SMALLEST)
    assert found.startswith("1: zzz: unknown section; known here: service, database, listen, outgoing, ")


def test_a_misspelt_required_key_is_one_problem_not_two(tmp_path: Path) -> None:
    """That `address` is missing follows from `adress`."""
    found = problems_of(tmp_path, SMALLEST.replace("address", "adress", 1))
    assert found == ['3: service.adress: unknown key; did you mean "address"?']


def test_a_wrong_key_does_not_hide_or_make_other_problems(tmp_path: Path) -> None:
    """The rest of its table is still compared with other sections."""
    text = SMALLEST.replace('name = "Anna"', "name = 3").replace("anna@", "support@")
    assert [line.split(": ")[1] for line in problems_of(tmp_path, text)] == [
        "staff[1].name",
        "staff[1].address",
    ]
    text = SMALLEST.replace('["09:00-18:00"]', '["nine"]')
    assert [line.split(": ")[1] for line in problems_of(tmp_path, text)] == ["calendar.standard.mon[1]"]


def test_an_unset_variable_is_one_problem(tmp_path: Path) -> None:
    """Not two: that the text is then empty follows from it."""
    found = problems_of(tmp_path, SMALLEST + MAILBOX, {})
    assert found == ["17: mailbox[1].password: the environment variable MAILBOX_PASSWORD is not set"]


def test_a_variable_that_is_wrong_is_shown_by_its_name(tmp_path: Path) -> None:
    """What stands in the environment may be a secret put into the wrong key."""
    text = SMALLEST + MAILBOX.replace('"imap.example.com"', '"${MAILBOX_PASSWORD}"')
    assert problems_of(tmp_path, text) == [
        '15: mailbox[1].host: must be a host name or an IP address, not "${MAILBOX_PASSWORD}"'
    ]


def test_no_secret_is_in_any_text_of_the_config(tmp_path: Path) -> None:
    """Neither repr nor str nor the stored text hold a password, wherever it came from."""
    secret = tmp_path / "password"
    secret.write_text("tr0ub4dor\n")
    secret.chmod(0o600)
    text = SMALLEST + MAILBOX + '[outgoing]\ntransport = "smtp"\nhost = "smtp.example.com"\nuser = "x"\n'
    text += f'password_file = "{secret}"\n[database]\nurl = "postgresql+psycopg://maild:${{DB}}@localhost/maild"\n'
    config = config_from(tmp_path, text, ENVIRON | {"DB": "s3cr3t/@"})
    assert config.outgoing.password == "tr0ub4dor"
    assert config.database.url == "postgresql+psycopg://maild:s3cr3t%2F%40@localhost/maild"
    said = (
        repr(config)
        + str(config)
        + config.text
        + config.database.shown
        + f"{config.mailbox}{config.outgoing}"
    )
    for password in ("tr0ub4dor", "correct horse", "s3cr3t"):
        assert password not in said
    assert stat.S_IMODE(os.stat(secret).st_mode) == 0o600


def test_no_secret_is_in_any_problem(tmp_path: Path) -> None:
    """Whatever else is wrong with them, passwords are not quoted."""
    text = SMALLEST + MAILBOX.replace('"${MAILBOX_PASSWORD}"', '"hunter2"').replace("since", "password_file")
    text += '[outgoing]\npassword = ["hunter2"]\nuser = { password = "hunter2" }\npasswort = "hunter2"\n'
    text += '[database]\nurl = "postgres://x:hunter2@h/d"\n'
    found = problems_of(tmp_path, text)
    assert len(found) >= 5
    assert "hunter2" not in "\n".join(found)


def test_the_defaults_of_the_promises_are_those_of_the_domain() -> None:
    """Two hours, four hours, one business day, two."""
    promised = FirstResponse()
    assert (promised.hotrush, promised.high) == (Minutes(120), Minutes(240))
    assert (promised.normal, promised.low) == (BusinessDays(1), BusinessDays(2))
