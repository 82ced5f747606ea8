"""The stage of a simulation: a desk whose every part is private."""

from datetime import timedelta
from pathlib import Path

import pytest

from maild.core.reply_token import Token, message_id
from maild.errors import SendRefused
from maild.simulate.stage import KEYS, Asked, KeptMail, VirtualClock, members, stage, with_staff
from tests.parts.archives import HOUR, MONDAY, config_in

MAIL = "From: support@example.com\r\nMessage-ID: {}\r\nSubject: x\r\n\r\ny\r\n"


def test_the_clock_shows_what_it_was_set_to() -> None:
    """And never goes back."""
    clock = VirtualClock(MONDAY)
    clock.set(MONDAY + HOUR)
    clock.set(MONDAY)
    assert clock.now() == MONDAY + HOUR
    assert clock.now().utcoffset() == timedelta()


def test_mail_is_counted_and_goes_nowhere() -> None:
    """Requests to confirm are kept for whom they are for."""
    kept = KeptMail()
    asked = message_id(KEYS, Token("confirm", 5, 1, 7), "n", "example.com")
    kept.send(MAIL.format("<1@example.com>").encode(), "", "jane@customer.example")
    kept.send(MAIL.format(asked).encode(), "", "anna@example.com")
    assert kept.count == 2
    assert kept.asked == [Asked("anna@example.com", asked)]
    kept.close()


def test_mail_is_checked_as_before_a_relay() -> None:
    """What would be refused there is refused here."""
    with pytest.raises(SendRefused):
        KeptMail().send(b"no mail", "", "jane@customer.example\r\nRCPT TO:<all>")


def test_nothing_of_the_config_is_used_but_its_rules(tmp_path: Path) -> None:
    """Another database, another key, no relay; and afterwards all of it is gone."""
    config = config_in(tmp_path)
    with stage(config, MONDAY) as at:
        file = Path(at.desk.database.name.removeprefix("sqlite:///"))
        assert file.exists()
        assert tmp_path not in file.parents
        assert (at.desk.keys, at.desk.sender, at.desk.clock.now()) == (KEYS, at.mail, MONDAY)
        assert at.desk.config.version == config.version
    assert not file.parent.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml"]


def test_a_stage_is_cleared_whatever_happens_on_it(tmp_path: Path) -> None:
    """No file of people's mail stays behind."""
    folders = []

    def falls_over() -> None:
        with stage(config_in(tmp_path), MONDAY) as at:
            folders.append(Path(at.desk.database.name.removeprefix("sqlite:///")).parent)
            assert folders[0].exists()
            raise LookupError

    with pytest.raises(LookupError):
        falls_over()
    assert not folders[0].exists()


def test_people_are_made_up_where_the_staff_are_too_few(tmp_path: Path) -> None:
    """Two more than the config names; with fewer, nobody is dismissed, and a group address is nobody."""
    group = '\n[[staff]]\nname = "All"\naddress = "all@example.com"\ngroup = true\n'
    config = config_in(tmp_path, group)
    assert [one.name for one in members(with_staff(config, 4))] == ["Anna", "Ben", "Person 1", "Person 2"]
    assert with_staff(config, 1) == config
