"""Claims about `maild parse`: one stable object a file, whatever the file holds, and a page for people."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from maild.cli.main import cli
from maild.errors import UserError
from tests.parts.configs import SMALLEST
from tests.parts.mails import FOLDER

KEYS = {
    *(
        "file",
        "subject",
        "from",
        "from_proven",
        "proof",
        "to",
        "cc",
        "message_id",
        "in_reply_to",
        "references",
        "date",
        "text",
    ),
    *(
        "has_html",
        "new_text",
        "quoted_text",
        "signature",
        "attachments",
        "kind",
        "ack_allowed",
        "reasons",
        "bounce",
    ),
    *("defects", "error"),
}


@pytest.fixture(autouse=True)
def _no_config_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where no config.toml lies: the defaults apply."""
    monkeypatch.chdir(tmp_path)


def run(*words: str) -> tuple[int, list[dict[str, Any]], str]:
    """Run `maild parse WORDS`: exit code, JSON objects of the output, the output."""
    result = CliRunner().invoke(cli, ["parse", *words])
    objects = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    return result.exit_code, objects, result.output


def test_every_file_gives_one_object_with_all_keys() -> None:
    """The contract for scripts: keys are there even where there is nothing, `file` is the argument verbatim."""
    files = [str(path) for path in sorted(FOLDER.glob("*.eml"))]
    code, objects, _ = run("--json", *files)
    assert code == 0
    assert [shown["file"] for shown in objects] == files
    assert all(set(shown) == KEYS and shown["error"] is None for shown in objects)


def test_the_object_says_what_the_mail_is() -> None:
    """Plain values: addresses with names, a time with Z, hashes, reasons with a name and a sentence."""
    _, (shown,), _ = run("--json", str(FOLDER / "plain_request.eml"))
    assert shown["from"] == {"name": "Ann Smith", "address": "ann@shop.example"}
    assert (shown["date"], shown["kind"], shown["bounce"]) == ("2026-03-02T08:15:00Z", "human", None)
    assert not shown["from_proven"]
    _, (shown,), _ = run("--json", str(FOLDER / "delivery_report.eml"))
    assert (shown["kind"], shown["ack_allowed"]) == ("bounce", False)
    assert shown["bounce"]["recipients"][0]["address"] == "gone@shop.example"
    assert shown["bounce"]["original_message_id"] == "<ours@example.com>"
    assert {"name", "text"} == set(shown["reasons"][0])


def test_it_says_why_a_sender_is_proven_or_not(tmp_path: Path) -> None:
    """The sentence that `maild show` prints, for scripts with its name."""
    _, (shown,), _ = run("--json", str(FOLDER / "plain_request.eml"))
    assert shown["proof"]["name"] == "no_authserv"
    _, _, page = run(str(FOLDER / "plain_request.eml"))
    assert "proven no: no mail server's word is configured" in " ".join(page.split())


def test_it_says_how_many_lines_were_taken_for_what(tmp_path: Path) -> None:
    """Only where some are not new; blank lines do not count."""
    mail = tmp_path / "reply.eml"
    head = b"From: ann@shop.example\nSubject: Re: x\nIn-Reply-To: <1@shop.example>\n\n"
    mail.write_bytes(head + b"It works.\n\nThanks\n\n> a\n> b\n> c\n\n-- \nAnn\n")
    _, _, page = run(str(mail))
    assert "  lines    1 new, 3 quoted, 3 of the signature" in page.splitlines()
    mail.write_bytes(head + b"It works.\n")
    assert "  lines" not in run(str(mail))[2]


def test_a_bounce_is_told_in_a_word_and_in_the_servers_words() -> None:
    """Scripts get the reason as one plain word; people read beside it what the server said."""
    _, (shown,), _ = run("--json", str(FOLDER / "delivery_report.eml"))
    (recipient,) = shown["bounce"]["recipients"]
    assert set(recipient) == {"address", "status", "action", "reason"}
    assert (recipient["reason"], shown["bounce"]["hard"]) == ("user_unknown", True)
    _, _, page = run(str(FOLDER / "delivery_report.eml"))
    assert "gone@shop.example 5.1.1 failed: user unknown" in " ".join(page.split())
    assert '"Your mail did not arrive."' in " ".join(page.split())


def test_a_mail_that_can_not_be_read_says_so_in_its_object(tmp_path: Path) -> None:
    """The next file is read all the same; only a file that is not there is the user's mistake."""
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    good = str(FOLDER / "plain_request.eml")
    code, objects, _ = run("--json", str(empty), good)
    assert (code, [shown["error"] for shown in objects]) == (0, ["no bytes at all", None])
    code, objects, _ = run("--json", "no-such.eml", good)
    assert (code, objects[1]["error"]) == (2, None)
    assert objects[0]["error"] == "the file can't be read: No such file or directory"
    assert set(objects[0]) == KEYS


FORWARDED = """\
From: Ann <ann@shop.example>
Subject: Fwd: Tax rates
{reference}
See below.

---------- Forwarded message ---------
From: Eva <eva@customer.example>
Date: Mon, 2 Mar 2026 at 09:00
Subject: Tax rates
To: Ann <ann@shop.example>

The rates are wrong.
"""


@pytest.mark.parametrize(
    ("reference", "new", "quoted"),
    [
        ("", "See below. ---------- Forwarded", ""),
        ("In-Reply-To: <1@shop.example>\n", "See below.", "---------- Forwarded"),
        ("References: <1@shop.example>\n", "See below.", "---------- Forwarded"),
    ],
)
def test_nothing_is_cut_from_a_first_mail(tmp_path: Path, reference: str, new: str, quoted: str) -> None:
    """As the daemon does: what it forwards is the request; an answer is cut."""
    (tmp_path / "one.eml").write_text(FORWARDED.format(reference=reference))
    _, (shown,), _ = run("--json", "one.eml")
    assert " ".join(shown["new_text"].split()).startswith(new)
    assert ("The rates are wrong." in shown["new_text"]) is (not quoted)
    assert shown["quoted_text"].startswith(quoted)
    assert bool(shown["quoted_text"]) is bool(quoted)


def test_the_config_is_used_and_nothing_is_made(tmp_path: Path) -> None:
    """Trusted servers come from config.toml; looking at a mail creates no key and no database."""
    config = tmp_path / "config.toml"
    config.write_text(SMALLEST + '\n[proof]\nauthserv_ids = ["mx.example.com"]\n', encoding="utf-8")
    _, (shown,), _ = run("--json", str(FOLDER / "plain_request.eml"))
    assert shown["from_proven"]
    assert list(tmp_path.iterdir()) == [config]


def test_a_config_that_is_named_must_be_there(tmp_path: Path) -> None:
    """Only the default name may be missing."""
    result = CliRunner().invoke(cli, ["--config", "other.toml", "parse", str(FOLDER / "plain_request.eml")])
    assert isinstance(result.exception, UserError)


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (
            "plain_request",
            ["Ann Smith <ann@shop.example>", "Tax rates are wrong", "human, may be acknowledged"],
        ),
        ("delivery_report", ["bounce, is not acknowledged", "gone@shop.example 5.1.1 failed"]),
        ("two_from_fields", ["nobody in particular", "there are 2 From fields", "goes to quarantine"]),
        ("both_forms_and_a_picture", ["Rechnung März.pdf (application/pdf, 5 bytes)"]),
        (
            "picture_in_the_text",
            ["screen shot.png (image/png, 4 bytes, within the text)", "this: [image: screen"],
        ),
        (
            "signed_beside_the_text",
            ["smime.p7s (application/pkcs7-signature, 20 bytes, a signature that nobody"],
        ),
        (
            "wrapped_by_outlook",
            ["550 bytes, part of the mail itself) Bildschirm März.png", "log.txt (application/o"],
        ),
        ("encrypted_with_pgp", ["odd encrypted with PGP: nobody here can read it", "(no new text)"]),
    ],
)
def test_people_get_a_page(mail: str, words: list[str]) -> None:
    """Without --json: who, what, why, and the new text."""
    code, _, output = run(str(FOLDER / f"{mail}.eml"))
    assert code == 0
    folded = " ".join(output.split())
    assert [word for word in words if word not in folded] == []


def test_a_mail_never_steers_the_terminal(tmp_path: Path) -> None:
    """Escape sequences in names and texts are shown, not obeyed."""
    odd = tmp_path / "odd.eml"
    odd.write_bytes("Subject: a\x1b[2Jb\u202ec\n\ntext \u202ewords\x1b[31m\n".encode())
    _, _, output = run(str(odd))
    assert "\x1b" not in output
    assert "\u202e" not in output
    _, _, output = run("no\x1b[2Jfile")
    assert "not read" in output
    assert "\x1b" not in output
