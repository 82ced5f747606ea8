"""What shows only when sections are compared, or when files are looked at."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from maild.config.places import why_not_writable
from tests.parts.configs import MAILBOX, SMALLEST, config_from, problems_of

SMTP = '\n[outgoing]\ntransport = "smtp"\nhost = "smtp.example.com"\n'
SCOPE = '\n[[classifiers.scopes]]\nid = "bug"\nlabel = "a bug"\n'


def only(folder: Path, text: str) -> str:
    """Return the one problem of `text` without its line."""
    (problem,) = problems_of(folder, text)
    return problem.partition(": ")[2]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            SMALLEST + MAILBOX + MAILBOX.replace('"INBOX"', '"x"') + 'folder = "Sales"\n',
            'mailbox[2].name: "support" is the name of two mailboxes',
        ),
        (
            SMALLEST
            + MAILBOX
            + MAILBOX.replace('name = "support"', 'name = "sales"').replace("imap.", "IMAP."),
            "mailbox[2]: reads the same folder of the same account as another mailbox",
        ),
        (
            SMALLEST + MAILBOX + 'processed_folder = "INBOX"\n',
            (
                'mailbox[1].processed_folder: must be another folder than folder; "" leaves handled mail where it is '
                "and only flags it"
            ),
        ),
        (
            SMALLEST + MAILBOX + 'tls = "none"\n',
            (
                'mailbox[1].tls: must be "implicit" or "starttls" for imap.example.com; "none" is for a server on '
                "this machine"
            ),
        ),
        (
            SMALLEST.replace("anna@", "Support@"),
            (
                "staff[1].address: Support@example.com is an address of [service]: mail to staff would come back as "
                "new mail, in a loop"
            ),
        ),
        (
            SMALLEST.partition("[[staff]]")[0]
            + "[calendar.standard]"
            + SMALLEST.partition("[calendar.standard]")[2],
            "staff: is missing; without one [[staff]] nobody is told of new mail",
        ),
        (
            SMALLEST.replace("calendar.standard", "calendar.office"),
            "sla.calendar: there is no [calendar.standard]; there are: office",
        ),
        (
            SMALLEST
            + "[calendar.other]\ntime_zone = 'UTC'\nexceptions = { '2026-12-24' = ['09:00-10:00'] }\n",
            "calendar.other: is never open; at least one of mon to sun needs hours",
        ),
        (
            SMALLEST + SMTP.replace('host = "smtp.example.com"\n', ""),
            'outgoing.host: is missing; transport = "smtp" needs a host name or an IP address',
        ),
        (
            SMALLEST + SMTP + 'user = "x"\n',
            'outgoing.password_file: is missing; give password_file = "FILE" or password = "${ENV}"',
        ),
        (
            SMALLEST + SMTP + 'password = "${MAILBOX_PASSWORD}"\n',
            "outgoing.user: is missing; a password without a user is of no use",
        ),
        (
            SMALLEST + SMTP + 'tls = "none"\n',
            (
                'outgoing.tls: must be "implicit" or "starttls" for smtp.example.com; "none" is for a server on this '
                "machine"
            ),
        ),
        (
            SMALLEST + SMTP + 'ca_file = "no.pem"\n',
            "outgoing.ca_file: FOLDER/no.pem is not a file",
        ),
        (
            SMALLEST + '[database]\nurl = "postgresql://maild@db/maild"\n',
            'database.url: must be "sqlite:///PATH" or "postgresql+psycopg://USER@HOST/NAME"',
        ),
        (
            SMALLEST + '[database]\nurl = "sqlite:///"\n',
            'database.url: must be "sqlite:///PATH" or "postgresql+psycopg://USER@HOST/NAME"',
        ),
        (
            SMALLEST + '[database]\nurl = "postgresql+psycopg://maild:hunter2@db/maild"\n',
            "database.url: a password in the URL is read from ${ENV}, never from this file",
        ),
        (
            SMALLEST + '[database]\nurl = "postgresql+psycopg://db/maild?user=x&password=hunter2"\n',
            "database.url: a password in the URL is read from ${ENV}, never from this file",
        ),
        (
            SMALLEST + SCOPE + SCOPE,
            'classifiers.scopes[2].id: "bug" is the id of two scopes',
        ),
        (
            SMALLEST + SCOPE.replace("a bug", ""),
            'classifiers.scopes[1].label: must be text of one line, at most 200 characters, not ""',
        ),
        (
            SMALLEST + SCOPE + '[[classifiers.priorities]]\nlevel = "low"\nnot_for = ["bug", "bugs"]\n',
            'classifiers.priorities[1].not_for[2]: unknown scope "bugs"; did you mean "bug"?',
        ),
        (
            SMALLEST + SCOPE + 'beats = ["tax"]\n',
            'classifiers.scopes[1].beats[1]: unknown scope "tax"; known here: bug',
        ),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    """Each of these would fail later, in the night, or do harm."""
    assert only(tmp_path, text).replace(str(tmp_path), "FOLDER") == problem


@pytest.mark.parametrize(
    "text",
    [
        SMALLEST + MAILBOX + 'processed_folder = ""\n',
        SMALLEST + MAILBOX.replace("imap.example.com", "127.0.0.1") + 'tls = "none"\n',
        SMALLEST + MAILBOX + MAILBOX.replace('name = "support"', 'name = "sales"') + 'folder = "Sales"\n',
        SMALLEST + '[listen]\naddress = "[::1]:0"\n',
        SMALLEST + '[listen]\naddress = "unix:run/lmtp"\nprotocol = "lmtp"\n',
        SMALLEST + SMTP,
        SMALLEST + SMTP.replace("smtp.example.com", "localhost") + 'tls = "none"\n',
        SMALLEST + '[database]\nurl = "postgresql+psycopg://maild@db/maild"\n',
        SMALLEST + '[database]\nurl = "postgresql+psycopg://maild:${MAILBOX_PASSWORD}@db/maild"\n',
        SMALLEST + '[database]\nurl = "postgresql+psycopg:///maild?host=/run/postgresql"\n',
        SMALLEST + '[proof]\nauthserv_ids = ["", "mx.example.com"]\nstaff_proof = "token"\n',
    ],
)
def test_what_can_work_is_taken(tmp_path: Path, text: str) -> None:
    """The neighbours of the mistakes above."""
    assert problems_of(tmp_path, text) == []


def test_two_things_wrong_with_one_mailbox_are_both_said_though_a_key_is_missing(tmp_path: Path) -> None:
    """Comparing does not wait until the section is whole."""
    text = SMALLEST + MAILBOX.replace('since = "now"\n', 'tls = "none"\n')
    assert [one.split(": ")[1] for one in problems_of(tmp_path, text)] == [
        "mailbox[1].since",
        "mailbox[1].tls",
    ]


def test_a_stand_in_never_makes_a_problem(tmp_path: Path) -> None:
    """Two mailboxes without a name or host are not two of the same name."""
    bare = '\n[[mailbox]]\npassword = "${MAILBOX_PASSWORD}"\nsince = "now"\n'
    problems = problems_of(tmp_path, SMALLEST + bare + bare)
    assert len(problems) == 6
    assert all("is missing; it must be" in one for one in problems)
    wrong_port = SMTP + "port = 0\n"
    assert len(problems_of(tmp_path, SMALLEST + wrong_port)) == 1


def test_an_alias_is_ours_too(tmp_path: Path) -> None:
    """Mail to a staff member at an alias of ours would come back as well."""
    text = SMALLEST.replace("[[staff]]", 'aliases = ["ANNA@example.com"]\n[[staff]]')
    assert only(tmp_path, text).startswith("staff[1].address: anna@example.com is an address of [service]")
    config = config_from(tmp_path, SMALLEST.replace("[[staff]]", 'aliases = ["Help@example.com"]\n[[staff]]'))
    assert config.service.addresses == {"support@example.com", "help@example.com"}


@pytest.mark.parametrize("key", ['data_dir = "blocked/var"', "[outgoing]\nfolder = 'blocked/out'"])
def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, key: str) -> None:
    """A file stands where a folder should be."""
    (tmp_path / "blocked").write_text("")
    place = "[[staff]]" if key.startswith("data_dir") else "[calendar.standard]"
    assert only(tmp_path, SMALLEST.replace(place, f"{key}\n{place}")).endswith(
        f"{tmp_path / 'blocked'} is not a folder"
    )


def test_a_database_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """The folder of the SQLite file has to be one."""
    (tmp_path / "blocked").write_text("")
    found = only(tmp_path, SMALLEST + '[database]\nurl = "sqlite:///blocked/maild.db"\n')
    assert found == f"database.url: {tmp_path / 'blocked'} is not a folder"


def test_a_folder_without_write_permission_is_said(tmp_path: Path) -> None:
    """An ordinary user meets this most; root is asked without its right to write anywhere."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    asked = (
        "import sys, pathlib, maild.config.places as p; print(p.why_not_writable(pathlib.Path(sys.argv[1])))"
    )
    without_rights = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    command = [*without_rights, sys.executable, "-c", asked, str(closed / "var")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{closed} can't be written to by this user"


@pytest.mark.parametrize(
    ("key", "why"),
    [("phrases", "'%': a part without a letter or digit is no word"), ("unless", "{any branch} is none of")],
)
def test_a_phrase_that_can_never_fire_is_said(tmp_path: Path, key: str, why: str) -> None:
    """What an admin writes in vain is found before it is missed."""
    phrase = "%" if key == "phrases" else "{any branch}"
    rule = f'[[classifiers.scopes]]\nid = "tax"\nlabel = "a tax"\n{key} = ["{phrase}"]\n'
    assert why in only(tmp_path, SMALLEST + rule)


def test_a_dangling_link_is_no_folder(tmp_path: Path) -> None:
    """A folder can't be made where a link leads nowhere."""
    (tmp_path / "var").symlink_to(tmp_path / "gone")
    assert why_not_writable(tmp_path / "var") == f"{tmp_path / 'var'} is not a folder"


def test_checking_touches_nothing(tmp_path: Path) -> None:
    """No folder, key or database is made by looking at a config."""
    config_from(tmp_path, SMALLEST)
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ('[[classifiers.scopes]]\nid = "a"\n', "scopes[1].label: is missing; it must be text"),
        ('[[classifiers.scopes]]\nlabel = "A"\n', "scopes[1].id: is missing; it must be text"),
        ('[[classifiers.scopes]]\nid = 3\nlabel = "A"\n', "scopes[1].id: must be text, not 3"),
        ("[[classifiers.priorities]]\n", 'priorities[1].level: is missing; it must be "hotrush" or '),
    ],
)
def test_phrases_are_checked_beside_a_rule_that_cannot_be_read(
    tmp_path: Path, rule: str, problem: str
) -> None:
    """A person who mends one mistake is not shown ten more; and nothing is said that merely follows from it."""
    several = '[classifiers]\nseveral = ["?"]\n'
    other = SCOPE + 'phrases = ["*"]\nbeats = ["a"]\n' + '[[classifiers.priorities]]\nlevel = "low"\n'
    also_wrong = SCOPE + 'phrases = ["*"]\n'
    text = SMALLEST + several + rule + (other if "id" in problem else also_wrong)
    found = [line.partition("classifiers.")[2] for line in problems_of(tmp_path, text)]
    assert found[0].startswith("several[1]: ")
    assert found[1].startswith(problem)
    assert "phrases[1]: " in found[2]
    assert len(found) == 3


def test_a_doubled_scope_is_the_only_problem(tmp_path: Path) -> None:
    """Whoever copied a scope and forgot to rename it names the one that is missing elsewhere."""
    text = SMALLEST + SCOPE + SCOPE + '[[classifiers.priorities]]\nlevel = "high"\nnot_for = ["other"]\n'
    assert only(tmp_path, text) == 'classifiers.scopes[2].id: "bug" is the id of two scopes'


def test_a_list_given_as_text_is_shown_as_a_list(tmp_path: Path) -> None:
    """Brackets are what people forget."""
    text = SMALLEST.replace('["09:00-18:00"]', '"09:00-18:00"')
    assert only(tmp_path, text).endswith('not "09:00-18:00"; a list is written ["09:00-18:00"]')
    text = SMALLEST + SCOPE + 'phrases = "down"\n'
    assert only(tmp_path, text) == (
        'classifiers.scopes[1].phrases: must be a list, each text, not "down"; a list is written ["down"]'
    )


def test_a_port_out_of_range_is_said_to_be_one(tmp_path: Path) -> None:
    """It looks like `host:port`."""
    text = SMALLEST + '[listen]\naddress = "127.0.0.1:99999"\n'
    assert 'must be "host:port" with a port up to 65535, or "unix:/path"' in only(tmp_path, text)


RULE = SCOPE + "\n[[classifiers.rules]]\n"
GOOD = RULE + 'scope = "bug"\nphrases = ["bug"]\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (RULE + 'phrases = ["x"]\n', "rules[1]: must name either a scope or a priority that it speaks for"),
        (GOOD + 'priority = "low"\n', "rules[1]: must name either a scope or a priority that it speaks for"),
        (
            GOOD.replace('scope = "bug"', 'scope = "bugs"'),
            'rules[1].scope: unknown scope "bugs"; did you mean "bug"?',
        ),
        (
            RULE + 'priority = "low"\nphrases = ["x"]\n',
            'rules[1].priority: there is no [[classifiers.priorities]] with level = "low"',
        ),
        (
            RULE + 'scope = "bug"\n',
            "rules[1]: can never fire: it has neither phrases nor regexes nor a condition",
        ),
        (GOOD + "weight = 0\n", "rules[1].weight: must not be 0: the rule would change nothing"),
        (GOOD + "fields = []\n", "rules[1].fields: must not be empty: nothing could be found"),
        (
            GOOD + 'fields = ["body", "text"]\n',
            (
                'rules[1].fields[2]: must be "subject", "body", "sender", "mailbox" or "header:NAME", not "text"'
            ),
        ),
        (GOOD + 'fields = ["header:"]\n', 'rules[1].fields[1]: must be "subject", "body", "sender", '),
        (
            GOOD + 'language = "German"\n',
            'rules[1].language: must be a code such as "de" (ISO 639), not "German"',
        ),
        (GOOD + 'unless = ["?"]\n', "rules[1].unless[1]: '?': a part without a letter or digit is no word"),
        (GOOD + 'phrases = ["{shop}"]\n', "rules[1].phrases[1]: {shop} is none of"),
        (GOOD + 'regexes = ["a(?=b)"]\n', "rules[1].regexes[1]: lookaround is not possible"),
        (
            SCOPE + '[classifiers.groups]\nshop = ["my shop"]\n',
            "groups.shop[1]: 'my shop': a group consists of",
        ),
        (SCOPE + '[classifiers.groups]\n"My Shop" = []\n', 'groups."My Shop": a name must be small letters'),
        (
            SCOPE + '[[classifiers.examples]]\nsubject = "x"\nscope = "tax"\n',
            'examples[1].scope: unknown scope "tax"; known here: bug, unknown',
        ),
        (
            SCOPE + '[[classifiers.examples]]\nscope = "bug"\n',
            "examples[1].subject: is missing; it must be text",
        ),
    ],
)
def test_a_rule_or_example_that_means_nothing_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """With its key, and what is allowed."""
    text = text.replace('phrases = ["bug"]\nphrases', "phrases")
    assert only(tmp_path, SMALLEST + text).startswith(f"classifiers.{problem}")


def test_rules_groups_and_examples_that_mean_something_are_good(tmp_path: Path) -> None:
    """All keys together."""
    text = f"""{GOOD}regexes = ['bug \\d+']
fields = ["subject", "header:X-Form"]
weight = -2
language = "de"
senders = ["a@example.com"]
organisations = ["example.com"]
mailboxes = ["support"]

[[classifiers.examples]]
subject = "hello"
scope = "unknown"

[classifiers.groups]
shop = ["shop", "store*"]
"""
    settings = config_from(tmp_path, SMALLEST + text).classifiers
    assert settings.rules[0].weight == -2
    assert settings.groups == {"shop": ("shop", "store*")}


def test_regexes_without_their_engine_are_refused_by_one_line(tmp_path: Path) -> None:
    """The line names the package to install."""
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST + GOOD + 'regexes = ["bug"]\n', encoding="utf-8")
    # A module that is None in sys.modules cannot be imported: as if the package were not there.
    asked = (
        "import sys; sys.modules['re2'] = None; "
        "from maild.cli.main import main; sys.exit(main(['--config', sys.argv[1], 'check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if ".regexes[" in line]
    assert "pip install google-re2" in line
