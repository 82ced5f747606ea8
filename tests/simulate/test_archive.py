"""Archives: which mails there are, in what order they came, and what is none."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.errors import UserError
from maild.simulate.archive import Archive, open_archive
from tests.parts.archives import DAY, HOUR, JANE, MONDAY, OMAR, SIX, Old, as_mail, mbox_in

MOST = 1_000_000


def subjects(archive: Archive) -> list[str]:
    """Return the subjects of the mails, read from their bytes in the order in which they came."""
    raws = (archive.raw(mail).decode() for mail in archive.mails)
    return [raw.partition("Subject: ")[2].partition("\n")[0] for raw in raws]


def test_mails_come_in_the_order_of_their_arrival(tmp_path: Path) -> None:
    """Whatever their place in the file; of one instant, by that place."""
    mails = (Old(MONDAY + HOUR, JANE, "third"), Old(MONDAY, OMAR, "first"), Old(MONDAY, JANE, "second"))
    archive = open_archive(mbox_in(tmp_path, mails), MOST)
    assert subjects(archive) == ["first", "second", "third"]
    assert [mail.position for mail in archive.mails] == [2, 3, 1]
    assert (archive.begins, archive.ends) == (MONDAY, MONDAY + HOUR)
    assert archive.times_by == {"received": 3}


def test_each_mail_is_there_to_its_last_byte(tmp_path: Path) -> None:
    """The one in the middle and the last one, too."""
    archive = open_archive(mbox_in(tmp_path), MOST)
    texts = [as_mail(one, number) for number, one in enumerate(SIX, start=1)]
    assert [archive.raw(mail).decode() for mail in archive.mails] == texts


def test_a_mail_that_is_too_large_is_cut(tmp_path: Path) -> None:
    """One byte more than is read, so that it goes where too large mails go."""
    archive = open_archive(mbox_in(tmp_path), 100)
    assert [len(archive.raw(mail)) for mail in archive.mails] == [101] * 6


def test_a_folder_of_mails_is_an_archive_too(tmp_path: Path) -> None:
    """Every .eml below it, by name; other files are none."""
    (tmp_path / "2026").mkdir()
    (tmp_path / "b.eml").write_text(as_mail(Old(MONDAY, JANE, "second"), 2))
    (tmp_path / "2026" / "a.eml").write_text(as_mail(Old(MONDAY, JANE, "first"), 1))
    (tmp_path / "notes.txt").write_text("no mail")
    assert subjects(open_archive(tmp_path, MOST)) == ["first", "second"]


def test_a_maildir_is_an_archive_too(tmp_path: Path) -> None:
    """What is in cur and in new, and not what is being written in tmp."""
    for sub in ("cur", "new", "tmp"):
        (tmp_path / sub).mkdir()
        (tmp_path / sub / "1:2,S").write_text(as_mail(Old(MONDAY, JANE, sub), 1))
    (tmp_path / "new" / ".hidden").write_text("")
    assert subjects(open_archive(tmp_path, MOST)) == ["cur", "new"]


def test_a_mail_without_a_time_came_with_the_one_before_it(tmp_path: Path) -> None:
    """And is counted as such; the first ones came with the one after them."""
    bare = "Subject: {}\n\nx\n"
    dated = as_mail(Old(MONDAY + DAY, JANE, "dated"), 1)
    texts = (bare.format("early"), dated, bare.format("late"))
    path = tmp_path / "old.mbox"
    path.write_text("".join(f"From -\n{text}\n" for text in texts))
    archive = open_archive(path, MOST)
    assert subjects(archive) == ["early", "dated", "late"]
    assert {mail.at for mail in archive.mails} == {MONDAY + DAY}
    assert archive.times_by == {"neighbour": 2, "received": 1}


def test_an_archive_that_knows_no_time_at_all_is_a_mistake(tmp_path: Path) -> None:
    """There is nothing to go by."""
    (tmp_path / "old.mbox").write_text("From -\nSubject: x\n\ny\n")
    with pytest.raises(UserError, match=r"old\.mbox: no mail in it says when it came"):
        open_archive(tmp_path / "old.mbox", MOST)


@pytest.mark.parametrize("content", ["", "Subject: one mail\n\nOnly.\n", "From"])
def test_what_is_no_mbox_is_a_mistake(tmp_path: Path, content: str) -> None:
    """Empty, or a mail by itself."""
    (tmp_path / "old.mbox").write_text(content)
    with pytest.raises(UserError, match="is no mbox: it must begin with"):
        open_archive(tmp_path / "old.mbox", MOST)


def test_a_folder_without_mail_is_a_mistake(tmp_path: Path) -> None:
    """It says what would be some."""
    with pytest.raises(UserError, match=r"holds no mail: neither is it a maildir nor are there \.eml files"):
        open_archive(tmp_path, MOST)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """With its name, in one line."""
    with pytest.raises(UserError, match=r"none\.mbox: can't be read: No such file or directory"):
        open_archive(tmp_path / "none.mbox", MOST)


def test_a_mail_that_goes_away_meanwhile_is_a_mistake(tmp_path: Path) -> None:
    """Somebody tidies up while the archive is played."""
    (tmp_path / "a.eml").write_text(as_mail(SIX[0], 1))
    archive = open_archive(tmp_path, MOST)
    os.remove(tmp_path / "a.eml")
    with pytest.raises(UserError, match=r"a\.eml: can't be read"):
        archive.raw(archive.mails[0])


def test_the_line_above_a_mail_tells_the_time_where_no_server_does(tmp_path: Path) -> None:
    """As programs write it that append to an mbox."""
    (tmp_path / "old.mbox").write_text("From a@b Mon Mar  2 09:00:00 2026\nSubject: x\n\ny\n")
    (mail,) = open_archive(tmp_path / "old.mbox", MOST).mails
    assert (mail.at, mail.by) == (datetime(2026, 3, 2, 9, tzinfo=UTC), "from_line")
