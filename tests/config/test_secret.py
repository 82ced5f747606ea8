"""The signing key is made once, kept to ourselves, and never replaced by accident."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maild.config.secret import load_keys
from maild.config.settings import Config
from maild.errors import UserError
from tests.parts.configs import SMALLEST, config_from

HEX = "00112233445566778899aabbccddeeff" * 2


def config(folder: Path, secret_file: str = "") -> Config:
    """Return a config whose data lies in folder/var."""
    return config_from(folder, SMALLEST.replace("[[staff]]", f'secret_file = "{secret_file}"\n[[staff]]'))


def test_the_first_start_makes_a_key_for_us_alone(tmp_path: Path) -> None:
    """With the folder, readable by nobody else, and nothing else left behind."""
    keys = load_keys(config(tmp_path))
    path = tmp_path / "var" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.current == "k1"
    assert len(keys.secrets["k1"]) == 32
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_later_starts_read_the_same_key(tmp_path: Path) -> None:
    """Else every token in mails already sent would be void."""
    assert load_keys(config(tmp_path)) == load_keys(config(tmp_path))


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    """One of them writes it; all read that one."""
    given = config(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = [started.result() for started in [pool.submit(load_keys, given) for _ in range(32)]]
    assert all(one == keys[0] for one in keys)


def test_keys_are_random(tmp_path: Path) -> None:
    """Two installations have nothing in common."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert load_keys(config(tmp_path / "a")) != load_keys(config(tmp_path / "b"))


def test_the_last_line_signs_and_all_verify(tmp_path: Path) -> None:
    """So keys are rotated by adding a line."""
    path = tmp_path / "shared"
    path.write_text(f"k1 {HEX}\n\nk2 {HEX[::-1]}\n")
    path.chmod(0o600)
    keys = load_keys(config(tmp_path, "shared"))
    assert keys.current == "k2"
    assert keys.secrets == {"k1": bytes.fromhex(HEX), "k2": bytes.fromhex(HEX[::-1])}


def test_a_shared_key_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """A fresh one would not know the mail of the other processes."""
    with pytest.raises(
        UserError, match="shared: no such file; copy the signing key of the other processes there"
    ):
        load_keys(config(tmp_path, "shared"))
    assert not (tmp_path / "shared").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        ("k1\n", "too short"),
        ("k1 00112233\n", "too short"),
        ("K! " + HEX, "a key id is not"),
        ("k1 nothexnothexnothex", "a line is not `ID HEX`"),
        (f"k1 {HEX}\nk1 {HEX}\n", "the key id k1 stands there twice"),
        ("k1 \u00e9", "it holds more than letters and digits"),
    ],
)
def test_a_damaged_key_is_refused_and_kept(tmp_path: Path, content: str, why: str) -> None:
    """One line that says so and quotes nothing of it; the file is left for a backup to be put in its place."""
    path = tmp_path / "var" / "secret"
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(UserError) as caught:
        load_keys(config(tmp_path))
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    assert HEX[:8] not in str(caught.value)
    assert path.read_text() == content


def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    """Whoever reads it can act as staff."""
    load_keys(config(tmp_path))
    (tmp_path / "var" / "secret").chmod(0o644)
    with pytest.raises(UserError, match="can be read by every user of this machine; chmod o-r"):
        load_keys(config(tmp_path))


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """As when the disk is full or read-only."""
    given = config(tmp_path)
    (tmp_path / "var").write_text("")
    with pytest.raises(UserError, match="secret: the signing key can't be"):
        load_keys(given)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    """A volume mounted in the wrong place looks like this."""
    (tmp_path / "var" / "secret").mkdir(parents=True)
    with pytest.raises(UserError, match="the signing key must be in a file"):
        load_keys(config(tmp_path))


def test_no_key_is_in_a_repr(tmp_path: Path) -> None:
    """Keys are passed around and may be printed by a debugger or a traceback."""
    keys = load_keys(config(tmp_path), lambda count: b"\xab" * count)
    assert "abab" not in repr(keys)
    assert "\\xab" not in repr(keys)
