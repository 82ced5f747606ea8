"""The process is killed at the worst moment, and started again: nothing is lost, nothing happens twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from maild.clock import SystemClock
from maild.testing import FixedClock
from tests.parts.proxy import Proxy
from tests.parts.sink import SmtpSink
from tests.story.patience import PATIENCE_SECONDS
from tests.story.world import World

IN_THE_CLEAR = {"host": "127.0.0.1", "tls": "none", "ca_file": ""}


@pytest.fixture
def wire(server_wire: Proxy, each_world: World) -> Proxy:
    """A wire between maild and the IMAP server that can be held and cut."""
    each_world.clock = SystemClock()
    each_world.mailboxes = [each_world.a_mailbox(port=server_wire.port, **IN_THE_CLEAR)]
    return server_wire


@pytest.fixture
def server_wire(each_world: World) -> Iterator[Proxy]:
    """A wire to the IMAP server."""
    proxy = Proxy(each_world.server.port)
    yield proxy
    proxy.stop()


def test_killed_between_commit_and_move(each_world: World, wire: Proxy) -> None:
    """The mail was committed but is still in the inbox: moved at the restart, one incident, one acknowledgement."""
    world = each_world
    process = world.starts_process()
    world.is_reading()
    held = wire.hold_on(b"UID MOVE")
    world.jane.writes("The checkout is down")
    assert held.wait(PATIENCE_SECONDS)
    assert world.dispositions() == ["opened"]
    world.jane.gets()
    world.settles()
    process.kill()
    wire.cut()
    assert len(world.waiting()) == 1
    world.starts_process()
    assert len(world.all_moved()) == 1
    world.jane.writes("How do I change the logo?")
    assert "[#1002]" in world.jane.gets()["Subject"]
    assert world.jane.finds() == []
    assert world.dispositions() == ["opened", "opened"]


def test_killed_before_commit(each_world: World, wire: Proxy) -> None:
    """The mail was asked for but not handled: the restart finds it where it was."""
    world = each_world
    process = world.starts_process()
    world.is_reading()
    held = wire.hold_on(b"BODY.PEEK")
    world.jane.writes("The checkout is down")
    assert held.wait(PATIENCE_SECONDS)
    process.kill()
    wire.cut()
    assert world.dispositions() == []
    world.starts_process()
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert world.jane.finds() == []


@pytest.fixture
def plain_relay(each_world: World) -> Iterator[Proxy]:
    """A relay without TLS behind a wire that can be held and cut; it takes the place of the world's."""
    each_world.relay.stop()
    each_world.relay = SmtpSink(auth=False).start()
    proxy = Proxy(each_world.relay.port)
    keys = {"transport": "smtp", "host": "127.0.0.1", "port": proxy.port, "tls": "none"}
    each_world.sections["outgoing"] = dict(keys)
    yield proxy
    proxy.stop()


def test_killed_while_a_mail_leaves(each_world: World, plain_relay: Proxy) -> None:
    """The relay has not taken it yet: after the lease of the dead process it leaves, with the Message-ID it had."""
    world = each_world
    world.clock = SystemClock()
    process = world.starts_process()
    world.is_reading()
    held = plain_relay.hold_on(b"data\r\n")
    world.jane.writes("The checkout is down")
    assert held.wait(PATIENCE_SECONDS)
    process.kill()
    plain_relay.cut()
    assert world.relay.received == []
    world.clock = FixedClock(SystemClock().now() + timedelta(hours=1))
    world.opens()
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert world.jane.finds() == []
    assert world.dispositions() == ["opened"]
