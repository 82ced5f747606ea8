"""`maild backtest`: another config on mail of the past, for people and for scripts; it changes nothing."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.target import Target
from tests.parts.command_line import Said, Terminal
from tests.parts.old_mail import correct, old_mail

SUBJECTS = (
    "The cart forgets what customers put in",
    "Urgent: the checkout is down",
    "Wrong total",
    "Drop down menu",
    "Where do customers log in?",
)
# What the config to try has instead.
CHANGES = (('"wrong"', '"wrong", "forgets"'), ('"urgent"', '"at once"'))


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with five incidents, of which staff corrected the first two, and a config to try beside its own."""
    with old_mail(tmp_path, SUBJECTS) as made:
        correct(made, 1001, "scope", "malfunction")
        correct(made, 1002, "priority", "normal")
        correct(made, 1002, "priority", "high")
        changed(made, *CHANGES)
        yield made


def changed(maild: Target, *changes: tuple[str, str]) -> None:
    """Write a config to try: the running one, changed."""
    text = (maild.folder / "config.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (maild.folder / "new.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def backtest(
    maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> "Backtest":
    """A terminal in the folder of that maild."""
    monkeypatch.chdir(maild.folder)
    return Backtest(Terminal(Path("config.toml"), capsys, monkeypatch))


class Backtest:
    """Runs `maild backtest --config new.toml ...`."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def __call__(self, *arguments: str) -> Said:
        """Run it to its end."""
        return self._terminal("backtest", "--config", "new.toml", *arguments)

    def objects(self, *arguments: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return what it says of each mail, and the summary."""
        *mails, summary = self("--json", *arguments).objects
        return mails, summary


def test_it_says_what_moves_and_which_words_do_that(backtest: Backtest) -> None:
    """From what to what, how many, each with the phrase that counts now and the one that no longer does."""
    said = backtest()
    assert said.code == 0
    assert "configuration -> malfunction (scope, 1)" in said.words
    assert "#1001 The cart forgets what customers put in fixed" in said.words
    assert 'scope malfunction: "forgets" (subject) chosen; was not found' in said.words
    assert 'scope configuration: "customers" (subject) also asked; was chosen' in said.words
    assert "high -> normal (priority, 1)" in said.words
    assert said.widest <= 80


def test_it_says_how_right_both_are(backtest: Backtest) -> None:
    """Against what staff corrected: one scope fixed, one priority broken."""
    said = backtest()
    assert "scope 0.0% -> 100.0% of 1 (1 fixed, 0 broken)" in said.words
    assert "priority 100.0% -> 0.0% of 1 (0 fixed, 1 broken)" in said.words
    assert "1 x high, taken for normal" in said.words


def test_it_says_which_promises_would_differ(backtest: Backtest) -> None:
    """What was urgent is due next day; who asked about a cart reads of another problem."""
    said = backtest()
    assert "2 acknowledgements would say something else; 0 answers due sooner, 1 later" in said.words
    assert "#1002 high -> normal 2026-03-02 14:00Z 2026-03-03 10:00Z" in said.words


def test_a_script_gets_a_line_for_each_mail_and_a_summary(backtest: Backtest) -> None:
    """All of them, those that do not move too."""
    mails, summary = backtest.objects()
    assert [(mail["incident"], mail["moved"]) for mail in mails] == [
        (1001, True),
        (1002, True),
        (1003, False),
        (1004, False),
        (1005, False),
    ]
    first = mails[0]
    assert (first["old"]["scope"], first["new"]["scope"]) == ("configuration", "malfunction")
    assert first["truth"] == {"scope": "malfunction", "priority": None}
    assert first["became"] == {"scope": "fixed", "priority": ""}
    assert SUBJECTS[0][first["why"][0]["start"] : first["why"][0]["end"]] == "forgets"
    assert summary["type"] == "summary"
    assert (summary["tried"], summary["moved"], summary["worse"]) == (5, 2, ["priority"])
    assert summary["evaluation"]["scope"]["new"]["labels"]["malfunction"]["recall"] == 1.0


@pytest.mark.parametrize(
    "rule",
    [
        'senders = ["jane@customer2.example"]',
        'mailboxes = ["smtp"]\nphrases = ["total"]',
        'fields = ["header:Message-ID"]\nphrases = ["3"]\norganisations = ["customer2.example"]',
    ],
)
def test_rules_that_ask_for_more_than_the_text_are_tried_too(
    maild: Target, backtest: Backtest, rule: str
) -> None:
    """Sender, mailbox and header fields of stored mail are those that the daemon saw."""
    more = f'[[classifiers.rules]]\nscope = "outage"\nweight = 9\n{rule}\n\n[[classifiers.priorities]]'
    lead = "[classifiers]\nlead = 1\n\n[calendar.standard]"
    changed(maild, ("[[classifiers.priorities]]", more), ("[calendar.standard]", lead))
    mails, _ = backtest.objects()
    assert [mail["incident"] for mail in mails if mail["moved"]] == [1003]


def test_configs_that_agree_move_nothing(maild: Target, backtest: Backtest) -> None:
    """And say so."""
    changed(maild)
    assert "moved none" in backtest().words


def test_another_old_config_can_be_named(maild: Target, backtest: Backtest) -> None:
    """Two proposals are compared with each other; the mail is still the running one's."""
    assert "moved none" in backtest("--old", "new.toml").words


def test_since_chooses_the_incidents(backtest: Backtest) -> None:
    """By the day they were opened."""
    assert "tried 5 incidents since 2026-03-01" in backtest("--since", "2026-03-01").words
    assert "tried 0 incidents since 2026-03-03" in backtest("--since", "2026-03-03").words
    assert backtest("--since", "90d").code == 0


@pytest.mark.parametrize("since", ["soon", "-1d", "999999999999d", "2026-13-01", ""])
def test_a_time_that_is_none_is_a_mistake(backtest: Backtest, since: str) -> None:
    """Exit 2, and what can be written there."""
    said = backtest("--since", since)
    assert said.code == 2
    assert "a date such as 2026-01-31" in said.err


# --- it changes nothing ---------------------------------------------------------------------------------------


def test_it_changes_no_byte_and_opens_no_connection(maild: Target, backtest: Backtest) -> None:
    """The database is the same afterwards, no mail of ours is queued, nobody is called."""
    maild.desk.database.close()
    file = maild.folder / "var" / "maild.db"
    before, files = hashlib.sha256(file.read_bytes()).digest(), set(maild.folder.rglob("*"))
    calls: list[str] = []
    watch = [True]
    sys.addaudithook(lambda event, _: calls.append(event) if watch and event.startswith("socket.") else None)
    try:
        assert backtest("--json").code == 0
        assert backtest("--html", "report.html").code == 0
    finally:
        watch.clear()
    assert calls == []
    assert hashlib.sha256(file.read_bytes()).digest() == before
    # What SQLite itself lays beside a database that is read.
    beside = {file.with_name(f"maild.db-{end}") for end in ("wal", "shm")}
    assert set(maild.folder.rglob("*")) - files - beside == {maild.folder / "report.html"}


def test_where_there_is_no_database_none_is_made(maild: Target, backtest: Backtest) -> None:
    """It says so instead."""
    maild.desk.database.close()
    (maild.folder / "var" / "maild.db").unlink()
    said = backtest()
    assert (said.code, "there is none yet" in said.err) == (2, True)
    assert not (maild.folder / "var" / "maild.db").exists()


# --- labels ---------------------------------------------------------------------------------------------------


def labels(folder: Path, *lines: dict[str, Any]) -> str:
    """Write a file of labels."""
    (folder / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return "labels.jsonl"


def test_a_label_of_an_incident_counts_before_a_correction(maild: Target, backtest: Backtest) -> None:
    """It was said for this very purpose."""
    file = labels(
        maild.folder, {"incident": 1001, "scope": "configuration"}, {"incident": 1003, "scope": "malfunction"}
    )
    mails, _ = backtest.objects("--labels", file)
    assert [mail["became"]["scope"] for mail in mails] == ["broken", "", "right", "", ""]


def test_texts_with_labels_are_tried_without_a_database(maild: Target, backtest: Backtest) -> None:
    """As a project's CI does, which has no mail of customers."""
    maild.desk.database.close()
    (maild.folder / "var" / "maild.db").unlink()
    file = labels(
        maild.folder,
        {"id": "a", "subject": "It forgets", "scope": "malfunction", "at": "2026-03-02T09:00:00Z"},
        {"subject": "Question", "body": "> urgent\nWhere do customers log in?", "priority": "normal"},
    )
    mails, summary = backtest.objects("--labels", file)
    assert [(mail["name"], mail["became"]) for mail in mails] == [
        ("a", {"scope": "fixed", "priority": ""}),
        ("labels.jsonl:2", {"scope": "", "priority": "right"}),
    ]
    assert mails[0]["new"]["due"] == "2026-03-03T09:00:00Z"
    assert summary["tried"] == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"scope": "outage"}, "labels.jsonl:1: must say which mail it means"),
        ({"incident": 1001}, 'labels.jsonl:1: says neither "scope" nor "priority"'),
        ({"incident": 1001, "scope": "outrage"}, "labels.jsonl:1: neither config has a scope 'outrage'"),
        ({"incident": 1001, "scope": []}, "labels.jsonl:1: neither config has a scope []"),
        ({"incident": 1001, "priority": "higher"}, "'higher' is none of hotrush, high, normal, low"),
        ({"subject": 5, "scope": "outage"}, 'must be an object with a text called "subject"'),
        ({"subject": "x", "scope": "outage", "at": "noon"}, '"at" must be a time'),
        ({"subject": "x", "scope": "outage", "at": "2026-03-02T09:00:00"}, '"at" must name its zone'),
        ({"message_id": "<1@x>", "scope": "outage"}, 'here it must be "incident"'),
    ],
)
def test_a_label_that_says_nothing_is_named(
    maild: Target, backtest: Backtest, line: dict[str, Any], problem: str
) -> None:
    """The file, the line, what is wrong; exit 2."""
    said = backtest("--labels", labels(maild.folder, line))
    assert (said.code, problem in said.err) == (2, True), said.err


def test_a_file_of_labels_is_of_one_kind(maild: Target, backtest: Backtest) -> None:
    """That of its first line; and an empty one is a mistake, too."""
    mixed = labels(maild.folder, {"incident": 1001, "scope": "outage"}, {"subject": "x", "scope": "outage"})
    assert 'labels.jsonl:2: has no "incident"' in backtest("--labels", mixed).err
    assert "holds no labels" in backtest("--labels", labels(maild.folder)).err


def test_ci_fails_where_less_is_right(maild: Target, backtest: Backtest) -> None:
    """Exit 1 where accuracy falls, 0 where it does not, 2 where nobody said what is right."""
    assert backtest("--fail-if-worse").code == 1
    changed(maild, CHANGES[0])
    assert backtest("--fail-if-worse").code == 0
    said = backtest("--fail-if-worse", "--since", "2026-03-03")
    assert (said.code, "no correction and no label" in said.err) == (2, True)


# --- mbox -----------------------------------------------------------------------------------------------------

FROM = "From jane@customer.example Mon Mar  2 09:00:00 2026\n"
HEAD = "From: Jane <jane@customer.example>\nTo: support@example.com\nDate: Mon, 02 Mar 2026 09:00:00 +0000\n"


def mbox(folder: Path, *mails: str) -> str:
    """Write an mbox of these mails."""
    (folder / "old.mbox").write_text("".join(f"{FROM}{mail}\n\n" for mail in mails), encoding="utf-8")
    return "old.mbox"


def test_an_mbox_is_read_as_the_daemon_reads_mail(maild: Target, backtest: Backtest) -> None:
    """What opens an incident is tried; what a machine wrote, what goes on, and what can't be read is told apart."""
    file = mbox(
        maild.folder,
        f"{HEAD}Subject: =?utf-8?q?The_cart_forgets?=\nMessage-ID: <1@x>\n\nPlease look.",
        f"{HEAD}Subject: Re: The cart forgets\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\n\nSo?",
        f"{HEAD}Subject: Away\nAuto-Submitted: auto-replied\n\nI am away.",
        "Subject: from nobody\n\nforgets",
        "",
    )
    mails, summary = backtest.objects("--mbox", file)
    assert [(mail["type"], mail["name"]) for mail in mails] == [
        ("mail", "mail 1"),
        ("further", "mail 2"),
        ("machine", "mail 3"),
        ("unreadable", "mail 4"),
        ("unreadable", "mail 5"),
    ]
    assert (mails[0]["subject"], mails[0]["new"]["scope"]) == ("The cart forgets", "malfunction")
    assert mails[0]["new"]["due"] == "2026-03-03T09:00:00Z"
    reasons = ["answers_earlier", "auto_submitted", "no_sender", "empty"]
    assert [mail["reason"] for mail in mails[1:]] == reasons
    assert summary["not_tried"] == {"further": 1, "machine": 1, "unreadable": 2}
    assert "1 by machines, 1 further mails, 2 unreadable" in backtest("--mbox", file).words


def test_labels_of_an_mbox_go_by_message_id(maild: Target, backtest: Backtest) -> None:
    """The one name that a mail brings along."""
    file = mbox(maild.folder, f"{HEAD}Subject: It forgets\nMessage-ID: <1@x>\n\nPlease look.")
    mails, _ = backtest.objects(
        "--mbox", file, "--labels", labels(maild.folder, {"message_id": "<1@x>", "scope": "malfunction"})
    )
    assert mails[0]["became"]["scope"] == "fixed"


@pytest.mark.parametrize("content", [None, "", "Subject: one mail\n\nOnly.\n"])
def test_what_is_no_mbox_is_a_mistake(maild: Target, backtest: Backtest, content: str | None) -> None:
    """Missing, empty, or a mail by itself."""
    if content is not None:
        (maild.folder / "old.mbox").write_text(content)
    said = backtest("--mbox", "old.mbox")
    assert (said.code, "old.mbox: " in said.err) == (2, True)


@pytest.mark.parametrize(
    ("terminal", "mails", "shown"), [("1", 4_000, True), ("0", 4_000, False), ("1", 4, False)]
)
def test_a_bar_is_shown_on_a_terminal_where_it_takes_long(
    maild: Target, backtest: Backtest, monkeypatch: pytest.MonkeyPatch, terminal: str, mails: int, shown: bool
) -> None:
    """On standard error, so that what is printed can be piped."""
    monkeypatch.setenv("TTY_COMPATIBLE", terminal)
    further = f"{HEAD}Subject: Away\nAuto-Submitted: auto-replied\n\n{'I am away. ' * 100}"
    file = mbox(maild.folder, *[further] * (mails // 4))
    said = backtest("--mbox", file)
    assert ("mails of old.mbox" in said.err) == shown
    assert "tried" in said.out


def test_one_place_is_asked_for_at_a_time(maild: Target, backtest: Backtest) -> None:
    """A file is read whole."""
    file = mbox(maild.folder, f"{HEAD}\nx")
    assert backtest("--mbox", file, "--since", "90d").code == 2
    texts = labels(maild.folder, {"subject": "x", "scope": "outage"})
    assert backtest("--labels", texts, "--since", "90d").code == 2


# --- the report -----------------------------------------------------------------------------------------------


def report(maild: Target, backtest: Backtest) -> str:
    """Have the report written, and return it."""
    assert backtest("--html", "report.html").code == 0
    return (maild.folder / "report.html").read_text(encoding="utf-8")


def test_the_report_marks_the_words_and_draws_the_confusion(maild: Target, backtest: Backtest) -> None:
    """What decides now, what decided before, and the numbers in the cells."""
    page = report(maild, backtest)
    assert '<mark class="now">forgets</mark>' in page
    assert '<mark class="other">customers</mark>' in page or '<mark class="was">customers</mark>' in page
    assert "<title>malfunction said rightly: 1, before 0</title>" in page
    assert "<title>high taken for normal: 1, before 0</title>" in page
    assert (maild.folder / "report.html").stat().st_mode & 0o077 == 0


def test_a_mail_can_put_nothing_into_the_report(maild: Target, backtest: Backtest) -> None:
    """No tag, no script, no control character, nothing from elsewhere."""
    maild.gets(
        maild.mail("e@evil.example", Subject="<script>x()</script> forgets \x1b[2J \u202e <img src=//evil>")
    )
    page = report(maild, backtest)
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_of_a_long_body_the_report_shows_the_words_and_what_stands_around(
    maild: Target, backtest: Backtest
) -> None:
    """And not what else people wrote."""
    body = "far before. " * 50 + "Since Monday it <i>forgets</i> all. " + "far behind. " * 50
    file = labels(maild.folder, {"subject": "Question", "body": body, "scope": "malfunction"})
    assert backtest("--labels", file, "--html", "report.html").code == 0
    page = (maild.folder / "report.html").read_text(encoding="utf-8")
    assert 'Since Monday it &lt;i&gt;<mark class="now">forgets</mark>&lt;/i&gt; all.' in page
    assert page.count("far before.") + page.count("far behind.") < 20


def test_a_report_that_can_not_be_written_is_a_mistake(backtest: Backtest) -> None:
    """The file and why."""
    said = backtest("--html", "none/report.html")
    assert (said.code, "none/report.html: can't be written" in said.err) == (2, True)
