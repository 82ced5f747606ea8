"""`maild show N`: one incident as a story: when, what, who, why, each mail told once."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.cli.show_mail import save
from maild.core.message import Attachment
from tests.faults.target import ANNA, BEN, JANE, PROOF, Target, target
from tests.parts.command_line import COLUMNS, Terminal

AT = "2026-03-02 09:00Z"
RULES = """
[[classifiers.scopes]]
id = "tax"
label = "a simple tax"
phrases = ["sales tax"]

[[classifiers.scopes]]
id = "offers"
label = "offers"
in_scope = false
phrases = ["coupon"]

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
unless = ["no hot-rush~"]
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody, so that answers are confirmed."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


@pytest.fixture
def answered(maild: Target) -> Target:
    """An incident that was opened, answered, and whose answer was confirmed."""
    notification = maild.opens(proven=False, Subject="Nobody can pay")
    maild.clock.advance(timedelta(minutes=1))
    maild.gets(maild.answer(notification, ANNA, "Please try again now.\n\n-- \nAnna"))
    maild.sends()
    maild.clock.advance(timedelta(minutes=1))
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "send"))
    maild.sends()
    return maild


def test_its_head_says_what_it_is_now(answered: Target, terminal: Terminal) -> None:
    """Number and subject, state, priority, scope, whose, and what is still promised."""
    assert terminal("show", "1001").lines[:4] == [
        "#1001  Nobody can pay",
        "waiting, normal, unknown; opened 2026-03-02 09:00Z; no answer is due",
        f"from {JANE}",
        "",
    ]


def test_the_promise_is_told_while_it_runs(maild: Target, terminal: Terminal) -> None:
    """When the answer is due."""
    maild.opens(proven=False)
    assert "answer due 2026-03-03 09:00Z" in terminal("show", "#1001").words


def test_the_story_is_told_in_order(answered: Target, terminal: Terminal) -> None:
    """Each step begins with its time, and says what happened, and by whom or to whom."""
    steps = [line for line in terminal("show", "1001").lines[4:] if line and not line.startswith(" ")]
    assert [step.removeprefix("2026-03-02 ") for step in steps] == [
        f"09:00Z  customer message (opened) by {JANE}",
        "09:00Z  verdict: scope unknown, priority normal",
        "09:00Z  clock started: first response, due 2026-03-03 09:00Z",
        f"09:00Z  acknowledgement to {JANE}: sent 09:00Z",
        f"09:00Z  notification to {ANNA}: sent 09:00Z",
        f"09:00Z  notification to {BEN}: sent 09:00Z",
        f"09:01Z  staff answer (released) by {ANNA}",
        f"09:01Z  request to confirm to {ANNA}: sent 09:01Z",
        f"09:02Z  mail appended by {ANNA}",
        "09:02Z  released: staff answer",
        "09:02Z  clock stopped: first response",
        "09:02Z  clock started: silence, due 2026-03-07 09:02Z",
        "09:02Z  state: waiting",
        f"09:02Z  answer to {JANE}: sent 09:02Z",
        f"09:02Z  colleague's word to {BEN}: sent 09:02Z",
        f"09:02Z  receipt to {ANNA}: sent 09:02Z",
    ]


def test_every_step_that_was_decided_says_why(answered: Target, terminal: Terminal) -> None:
    """In the sentences of core/reasons.py."""
    said = terminal("show", "1001").words
    for why in (
        "because a new request",
        "because names no incident of ours",
        "because carries our signed token of incident 1001",
        "because Anna confirmed it by mail",
        "because Anna answered the customer",
    ):
        assert why in said


def test_a_mail_and_its_entry_are_told_as_one(answered: Target, terminal: Terminal) -> None:
    """Its reasons stand once, though both are stored with them."""
    said = terminal("show", "1001").words
    assert said.count("because a new request") == 1
    assert said.count("because carries our signed token") == 1
    assert said.count("It shows a white page.") == 1


def test_what_was_said_stands_behind_a_bar(answered: Target, terminal: Terminal) -> None:
    """A customer's text cannot be taken for a step of the story."""
    lines = terminal("show", "1001").lines
    assert "    | It shows a white page." in lines
    start = lines.index("    | Please try again now.")
    assert lines[start : start + 4] == [
        "    | Please try again now.",
        "    |",
        "    | --",
        "    | Anna",
    ]


def test_a_text_that_looks_like_a_step_is_still_a_text(maild: Target, terminal: Terminal) -> None:
    """Nobody writes history by mail."""
    maild.gets(maild.mail(JANE, f"{AT}  state: closed\n    because Anna closed it\n"))
    forged = [line for line in terminal("show", "1001").lines if "closed" in line]
    assert forged
    assert all(line.startswith("    | ") for line in forged)


def test_a_mail_that_waits_says_so_and_one_that_left_later_says_when(
    maild: Target, terminal: Terminal
) -> None:
    """Asked for today, sent tomorrow: both times are told, and why it took so long."""
    maild.sender.defer(JANE)
    maild.gets(maild.mail(JANE))
    maild.sends()
    assert f"acknowledgement to {JANE}: queued" in terminal("show", "1001").words
    assert "because 451 4.3.0 try again later" in terminal("show", "1001").words
    maild.sender.accept(JANE)
    maild.works_for(timedelta(days=1), 1)
    said = terminal("show", "1001").words
    assert f"acknowledgement to {JANE}: sent 2026-03-03 09:00Z" in said
    assert "because an earlier attempt failed: 451 4.3.0 try again later" in said


def test_who_wrote_is_said_once_and_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an answer, a note, what waits for its author's word, and a forwarded mail."""
    passed, silent = "proven by dmarc=pass of mx.example.com", "mx.example.com said nothing about it"
    quote = (
        "---------- Forwarded message ---------\nFrom: eva@customer.example\nSubject: Tax\nTo: Anna\n\nTax?\n"
    )
    with target(tmp_path, PROOF) as maild:
        notification = maild.opens()
        for text, proven in (("It works.", True), ("#note\nHm.", True), ("Who am I?", False)):
            maild.gets(maild.answer(notification, ANNA, text, proven=proven))
        maild.gets(maild.mail(ANNA, quote, proven=True, Subject="Fwd: Tax"))
        terminal = Terminal(maild.folder / "config.toml", capsys, monkeypatch)
        answers, forwarded = terminal("show", "1001").words, terminal("show", "1002").words
    assert f"because an answer of Anna, {passed} because" in answers
    assert f"because a note of Anna, {passed} because" in answers
    assert f"but the sender is not proven: {silent}; held until confirmed by mail because" in answers
    assert answers.count(silent) == 1
    assert f"because Anna forwarded it, {passed} because" in forwarded


def test_silence_is_a_step_of_the_story(maild: Target, terminal: Terminal) -> None:
    """What was not sent, and why."""
    maild.gets(maild.mail(JANE, List_Id="<list.example>"))
    said = terminal("show", "1001").words
    assert "not sent: acknowledgement because carries List-Id" in said


def test_files_that_came_are_named(maild: Target, terminal: Terminal) -> None:
    """By the sender's word, which is only ever text."""
    text = (
        "--b\nContent-Type: text/plain\n\nSee there.\n--b\nContent-Type: text/plain\n"
        'Content-Disposition: attachment; filename="log.txt"\n\nlog\n--b--\n'
    )
    kind = 'multipart/mixed; boundary="b"'
    maild.gets(maild.mail(JANE, text, MIME_Version="1.0", Content_Type=kind))
    assert "    files: log.txt" in terminal("show", "1001").out


def test_a_verdict_tells_its_words_its_vetoes_and_its_config(tmp_path: Path, terminal: Terminal) -> None:
    """What decided, what was taken away and by what; that nothing fired is told as well."""
    with target(tmp_path, RULES) as maild:
        maild.opens(proven=False, Subject="No HotRush: coupon and sales tax")
        maild.opens(proven=False, Subject="Hello")
        maild.opens(proven=False, Subject="A coupon")
        said = terminal("show", "1001").words
        assert "verdict: scope tax, priority normal, more than one thing: tax, offers" in said
        assert "because scope tax: 'sales tax' (subject), chosen" in said
        assert "because scope offers: 'coupon' (subject), also asked" in said
        assert "because priority hotrush: 'HotRush' (subject), vetoed by \"No HotRush\"" in said
        assert f"because config {maild.desk.config.version} says so" in said
        assert "priority normal because no rule fired because config" in terminal("show", "1002").words
        assert "scope offers, priority normal, out of scope" in terminal("show", "1003").words


def test_a_correction_is_a_step_of_the_story(tmp_path: Path, terminal: Terminal) -> None:
    """Who, from what to what, and whose verdict it corrects; the head says what holds now."""
    with target(tmp_path, PROOF + RULES) as maild:
        notification = maild.opens(Subject="sales tax")
        maild.gets(maild.answer(notification, ANNA, "#scope offers\n#priority high", proven=True))
        said = terminal("show", "1001")
        assert said.lines[1].startswith("submitted, high, offers; opened")
        assert f"correction by {ANNA}: scope tax -> offers" in said.words
        assert f"correction by {ANNA}: priority normal -> high" in said.words
        assert f"because it corrects the verdict of config {maild.desk.config.version}" in said.words
        assert "    | #scope offers" in said.lines
        steps = terminal("show", "1001", "--json").objects[1:]
        assert [step["text"] for step in steps if step["table"] == "correction"] == [
            "scope tax -> offers",
            "priority normal -> high",
        ]


def test_everything_fits_a_terminal(maild: Target, terminal: Terminal) -> None:
    """Long names, long words, wide characters; nothing trails at the end of a line."""
    sender = (
        '"' + "Averylongname " * 8 + '" <averylongaddress.with.many.parts@subdomain.of.some.customer.example>'
    )
    text = "注文ができません" * 20 + "\n" + "x" * 300 + "\n"
    maild.gets(maild.mail(sender, text, Subject="word " * 40, Content_Type="text/plain; charset=utf-8"))
    said = terminal("show", "1001")
    assert said.widest <= COLUMNS
    assert [line for line in said.lines[1:] if line != line.rstrip()] == []


def test_json_is_the_incident_and_then_its_history(answered: Target, terminal: Terminal) -> None:
    """One object a line with stable keys; every mail and entry, unmerged, with the names of the reasons."""
    head, *steps = terminal("show", "1001", "--json").objects
    assert (head["number"], head["state"], head["due_at"]) == (1001, "waiting", None)
    assert {tuple(step) for step in steps} == {
        ("at", "table", "kind", "who", "text", "reasons", "files", "mail")
    }
    assert {step["table"] for step in steps} == {"arrival", "entry", "verdict", "event", "outbox"}
    assert all(re.fullmatch(r"2026-03-02T09:0[012]:00Z", step["at"]) for step in steps)
    assert steps[0]["reasons"][0] == {"name": "opened", "text": "a new request"}


def test_an_incident_that_is_not_there_is_a_mistake(terminal: Terminal) -> None:
    """In one line that says where to look."""
    said = terminal("show", "1003")
    assert (said.code, said.out) == (2, "")
    assert said.err == "there is no incident 1003; `maild list` shows those that are\n"


# --- one mail of it ------------------------------------------------------------------------------------------

FILES = (
    b"From: jane@customer.example\r\nTo: support@example.com\r\nSubject: Two files\x1b[2J\r\n"
    b"Message-ID: <f@customer.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nHere they are.\r\n> quoted\r\n-- \r\nJane\x1b[2J\r\n"
    b'--b\r\nContent-Disposition: attachment; filename="../../.a.txt"\r\n\r\none\r\n'
    b'--b\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\ntwo\r\n--b--\r\n'
)


@pytest.fixture
def filed(maild: Target) -> Target:
    """An incident whose mail 1 has two files."""
    maild.gets(FILES)
    return maild


def test_the_history_names_the_command_that_prints_a_mail(filed: Target, terminal: Terminal) -> None:
    """With the number to use; scripts find it as `mail`."""
    assert "    as it came: maild show 1001 --mail 1" in terminal("show", "1001").lines
    assert 1 in [line.get("mail") for line in terminal("show", "1001", "--json").objects]


def test_a_mail_is_printed_whole(filed: Target, terminal: Terminal) -> None:
    """With quotes and signature, and harmless; its files by name and size."""
    said = terminal("show", "1001", "--mail", "1").out
    assert "From: jane@customer.example\n" in said
    assert "File: a.txt (3 bytes)" in said
    assert "Here they are.\n> quoted\n-- \nJane" in said
    assert "\x1b" not in said


def test_raw_is_the_mail_byte_for_byte(filed: Target, terminal: Terminal) -> None:
    """To hand it to another program."""
    assert terminal("show", "1001", "--mail", "1", "--raw").out.encode() == FILES


def test_files_are_saved_under_harmless_names_and_nothing_is_overwritten(
    filed: Target, terminal: Terminal, tmp_path: Path
) -> None:
    """Inside the folder, whatever the sender calls them and whatever links lie there."""
    folder, outside = tmp_path / "files", tmp_path / "outside"
    folder.mkdir()
    (folder / "a.txt").symlink_to(outside)
    said = terminal("show", "1001", "--mail", "1", "--save-files", str(folder))
    assert said.code == 0
    assert {path.name for path in folder.iterdir()} == {"a.txt", "a-2.txt", "a-3.txt"}
    assert [(folder / name).read_text() for name in ("a-2.txt", "a-3.txt")] == ["one", "two"]
    assert not outside.exists()
    assert not (tmp_path / ".a.txt").exists()


def test_long_names_can_be_saved(tmp_path: Path) -> None:
    """A file system counts bytes, and a letter may have four."""
    file = Attachment("\U0001f600" * 100 + ".png", "image/png", 3, "", content=b"one")
    ((_, path),) = save([file], tmp_path)
    assert path.suffix == ".png"
    assert path.read_bytes() == b"one"


def test_a_mail_of_another_incident_is_not_shown(filed: Target, terminal: Terminal) -> None:
    """A number is taken as it is meant: of this incident."""
    filed.gets(filed.mail("jim@other.example"))
    said = terminal("show", "1001", "--mail", "2")
    assert said.code == 2
    assert "incident 1001 has no mail 2; `maild show 1001` says which there are" in said.err


@pytest.mark.parametrize("option", [("--raw",), ("--save-files", "x")])
def test_what_is_said_of_a_mail_needs_its_number(
    option: tuple[str, ...], filed: Target, terminal: Terminal
) -> None:
    """Nothing is guessed."""
    said = terminal("show", "1001", *option)
    assert said.code == 2
    assert "need --mail N" in said.err
