"""A mail is one file with a name that is its own, whole or not there at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.errors import SendDeferred
from maild.mail.maildir import MaildirSender

RAW = b"Subject: hello\r\nMessage-ID: <maild.k.m@example.com>\r\n\r\nhello\r\n"


def new(folder: Path) -> list[Path]:
    """Return the files of mails that nobody has looked at."""
    return sorted((folder / "new").iterdir())


def test_sending_twice_makes_one_file(tmp_path: Path) -> None:
    """After a crash nobody knows whether it had been sent: sending again does no harm."""
    for _ in range(2):
        MaildirSender(tmp_path).send(RAW, "", "anna@example.com")
    assert len(new(tmp_path)) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_mail_that_a_reader_has_moved_is_not_written_again(tmp_path: Path) -> None:
    """A mail program moves it to cur and adds flags."""
    sender = MaildirSender(tmp_path)
    sender.send(RAW, "", "anna@example.com")
    (path,) = new(tmp_path)
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    sender.send(RAW, "", "anna@example.com")
    assert new(tmp_path) == []


def test_the_name_is_that_of_the_message(tmp_path: Path) -> None:
    """One finds a mail by the Message-ID that `maild outbox` shows."""
    MaildirSender(tmp_path).send(RAW, "", "anna@example.com")
    assert [path.name.rpartition(".")[0] for path in new(tmp_path)] == ["maild.k.m@example.com"]


def test_the_message_id_at_hand_is_the_same_name(tmp_path: Path) -> None:
    """Given by the caller or read from the bytes: one file."""
    sender = MaildirSender(tmp_path)
    sender.send(RAW, "", "anna@example.com")
    sender.send(RAW, "", "anna@example.com", "<maild.k.m@example.com>")
    assert len(new(tmp_path)) == 1


def test_a_message_id_in_the_body_names_nothing(tmp_path: Path) -> None:
    """The text of a mail is not its header."""
    sender = MaildirSender(tmp_path)
    for number in (b"1", b"2"):
        sender.send(number + b": x\r\n\r\nMessage-ID: <a@b>\r\n", "", "anna@example.com")
    assert len(new(tmp_path)) == 2


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_no_message_id_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, message_id: str
) -> None:
    """Whatever it holds, the file is in new, not hidden, and has no colon (where flags begin)."""
    folder = tmp_path_factory.mktemp("maildir")
    MaildirSender(folder).send(RAW, "", "anna@example.com", message_id)
    (path,) = new(folder)
    assert not path.name.startswith(".")
    assert not set(path.name) & set("/:\\\0 \n")
    assert len(path.name) < 200


def test_two_message_ids_are_two_files(tmp_path: Path) -> None:
    """Also where they differ only in what a file name can't hold."""
    for message_id in ("<a/b@c>", "<a:b@c>", "<a_b@c>", "<" + "x" * 300 + "1@c>", "<" + "x" * 300 + "2@c>"):
        MaildirSender(tmp_path).send(RAW, "", "anna@example.com", message_id)
    assert len(new(tmp_path)) == 5


def test_a_disk_that_refuses_defers_the_mail(tmp_path: Path) -> None:
    """With the folder's name, in one line."""
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(SendDeferred, match=r"^outgoing folder .*/out: (not a directory|file exists)$"):
        MaildirSender(tmp_path / "out").send(RAW, "", "anna@example.com")


def test_the_envelope_stands_above_the_mail(tmp_path: Path) -> None:
    """Two lines, so that one sees to whom it goes; the mail's own bytes are untouched."""
    MaildirSender(tmp_path).send(RAW, "support@example.com", "jörg@example.com")
    envelope = "X-Envelope-From: <support@example.com>\r\nX-Envelope-To: <jörg@example.com>\r\n"
    assert [path.read_bytes() for path in new(tmp_path)] == [envelope.encode() + RAW]
