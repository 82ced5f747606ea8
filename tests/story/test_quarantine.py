"""A mail that nobody can read or place: its bytes are kept, a person is told, and the queue goes on."""

import json

import pytest
from sqlalchemy import select

from maild.clock import SystemClock
from maild.store.tables import arrival
from tests.story.world import World


def nested(levels: int) -> bytes:
    """Return a mail of parts within parts."""
    lines = ["From: eve@third.example", "Subject: boxes", "MIME-Version: 1.0"]
    for level in range(levels):
        lines += [f'Content-Type: multipart/mixed; boundary="b{level}"', "", f"--b{level}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "the innermost", ""]).encode()


GARBAGE = {
    "noise": bytes(byte for byte in range(1, 256) if byte not in b"\r\n") * 40 + b"\r\n",
    "a mail of nobody": b"Subject: hello\r\n\r\nWho am I?\r\n",
    "two senders": b"From: a@one.example\r\nFrom: b@two.example\r\nSubject: x\r\n\r\ny\r\n",
    "boxes in boxes": nested(200),
    "a header without end": b"From: eve@third.example\r\n"
    + b"X-Long: a b c d e f g h\r\n" * 60_000
    + b"\r\nx\r\n",
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_goes_to_quarantine_and_the_next_mail_is_handled(world: World, raw: bytes) -> None:
    """Kept byte for byte and moved like the rest; staff are told how to look at it, its author gets nothing."""
    world.opens().is_sent(raw)
    world.jane.writes("The checkout is down")
    assert "[#1001]" in world.jane.gets()["Subject"]
    world.settles()
    assert sorted(world.dispositions()) == ["opened", "quarantined"]
    assert world.numbers() == [1001]
    (number,) = (row["id"] for row in in_quarantine(world))
    notice = world.anna.gets(f"(arrival {number})")
    assert f"maild quarantine show {number}" in notice.text
    assert {mail.recipients[0] for mail in world.relay.received} == {
        person.address for person in (world.jane, world.anna, world.ben)
    }
    assert len(world.all_moved()) == 2


def in_quarantine(world: World) -> list[dict[str, object]]:
    """Return the arrivals in quarantine."""
    return [dict(row) for row in world.rows(select(arrival).where(arrival.c.disposition == "quarantined"))]


@pytest.fixture
def now_world(world: World) -> World:
    """A world by the machine's clock, as the command line knows no other."""
    world.clock = SystemClock()
    return world.opens()


def test_a_quarantined_mail_is_released_by_hand(now_world: World) -> None:
    """`list` and `show --raw` show it, `release` makes it an incident of whom the admin names, and maild answers."""
    world = now_world
    world.is_sent(nested(200))
    world.settles()
    (listed,) = (json.loads(line) for line in world.maild("quarantine", "list", "--json").splitlines())
    number = str(listed["arrival"])
    assert "nested deeper than" in listed["text"]
    assert world.maild("quarantine", "show", number, "--raw").encode() == nested(200)
    world.released_for = world.omar.address
    said = world.maild("quarantine", "release", number, "--from", world.omar.address)
    assert "incident 1001" in said
    assert "[#1001]" in world.anna.gets("[#1001]")["Subject"]
    assert world.incident(1001).requester.address == world.omar.address
    assert "empty" in world.maild("quarantine", "list")


def test_a_quarantined_mail_is_replayed_under_another_config(now_world: World) -> None:
    """Replayed as it is, it stays where it is; with a wider limit it is an ordinary request and is acknowledged."""
    world = now_world
    world.closes()
    world.sections["limits"] = {"mime_depth": 2}
    world.opens()
    world.is_sent(nested(10).replace(b"eve@third.example", world.jane.address.encode()))
    world.settles()
    (row,) = in_quarantine(world)
    assert "quarantined" in world.maild("quarantine", "replay", str(row["id"]))
    world.sections["limits"] = {}
    world.write_config()
    assert "opened, incident 1001" in world.maild("quarantine", "replay", str(row["id"]))
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert world.dispositions() == ["opened"]
