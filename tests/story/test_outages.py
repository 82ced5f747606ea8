"""Servers go away and come back, change their mind about UIDs, or refuse us: nothing is lost, nothing happens twice."""

from tests.parts.dovecot import USER
from tests.story.patience import wait_until
from tests.story.world import World


def test_the_mail_server_goes_and_comes_back(each_world: World) -> None:
    """While it is away there is one line in the log; when it is back, mail is read on."""
    world = each_world.opens()
    world.jane.writes("The checkout is down")
    world.jane.gets()
    world.all_moved()
    with world.mail_server_away():
        world.log.waits_for("mailbox trouble")
    world.jane.writes("How do I change the logo?")
    assert "[#1002]" in world.jane.gets()["Subject"]
    world.log.waits_for("mailbox works again")
    assert world.dispositions() == ["opened", "opened"]


def test_mail_is_read_on_when_a_connection_is_cut(world: World) -> None:
    """An administrator ends our session in the middle of IDLE."""
    world.mailboxes = [world.a_mailbox(idle=True, poll_seconds=600.0)]
    world.opens()
    world.server.kick()
    world.log.waits_for("mailbox trouble")
    world.jane.writes("The checkout is down")
    assert "[#1001]" in world.jane.gets()["Subject"]


def test_an_acknowledgement_waits_for_the_relay(each_world: World) -> None:
    """The relay is down when the mail comes: the incident stands at once, the mail leaves a minute later, once."""
    world = each_world.opens()
    world.relay_goes_away()
    world.jane.writes("The checkout is down")
    wait_until("sending was tried", lambda: tried(world))
    assert world.incident(1001).state == "submitted"
    world.relay_comes_back()
    assert world.relay.received == []
    world.time_passes(minutes=1)
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert world.jane.finds() == []


def tried(world: World) -> bool:
    """Say whether the acknowledgement was tried and is back in the queue."""
    return [(row["state"], row["attempts"]) for row in world.outbox("acknowledgement")] == [("queued", 1)]


def test_a_mail_that_may_have_left_is_sent_again_as_the_same_mail(world: World) -> None:
    """The relay takes the mail and the line breaks before it says so: the second copy has the same Message-ID."""
    world.opens()
    world.relay.cut_after, world.resent = 1, 1
    world.jane.writes("The checkout is down")
    first = world.jane.gets()
    wait_until("it is to be sent again", lambda: tried(world))
    world.time_passes(minutes=1)
    second = world.jane.gets()
    assert second["Message-ID"] == first["Message-ID"]
    assert second.received.raw == first.received.raw
    assert world.jane.finds() == []


def test_a_mail_refused_for_good_is_told_to_staff(world: World) -> None:
    """550 for Jane's address: given up at once, and staff read that she waits for nothing."""
    world.opens()
    world.relay.rcpt_answers[world.jane.address] = "550 5.1.1 no such user"
    world.jane.writes("The checkout is down")
    notice = world.anna.gets("Not delivered")
    assert "no such user" in notice.text
    assert [row["state"] for row in world.outbox("acknowledgement")] == ["failed"]
    world.time_passes(days=1)
    assert world.jane.finds() == []


def test_a_busy_relay_is_asked_again(world: World) -> None:
    """451 is no refusal: tried again, at growing intervals, while other mail leaves."""
    world.opens()
    world.relay.rcpt_answers[world.jane.address] = "451 4.7.1 come back later"
    world.jane.writes("The checkout is down")
    world.anna.gets("[#1001]")
    wait_until("sending was tried", lambda: tried(world))
    del world.relay.rcpt_answers[world.jane.address]
    world.time_passes(minutes=1)
    world.jane.gets()


def test_new_uids_make_nothing_happen_twice(each_world: World) -> None:
    """The server lost its index and all mail is there again under new UIDs: known, moved away, not answered."""
    world = each_world.opens()
    world.jane.writes("The checkout is down")
    nameless = world.jane.composes("How do I change the logo?", "Where?\n")
    del nameless["Message-ID"]
    world.is_sent(nameless.as_bytes().replace(b"\n", b"\r\n"))
    assert len(world.all_moved()) == 2
    world.settles()
    world.closes()
    with world.server.client() as client:
        client.select_folder(world.done)
        client.move(client.search(), world.inbox)
    world.server.change_uidvalidity()
    world.time_passes(minutes=1)
    world.opens()
    world.jane.writes("One more question")
    wait_until("all is moved", lambda: len(world.all_moved()) == 3)
    world.settles()
    assert sorted(world.dispositions()) == ["duplicate", "duplicate", "opened", "opened", "opened"]
    assert world.numbers() == [1001, 1002, 1003]
    assert len(world.outbox("acknowledgement")) == 3
    assert len(world.relay.received) == 9


def test_a_wrong_password_stops_one_mailbox_only(world: World) -> None:
    """One clear line, without the password, however often it is tried; the other mailbox is read."""
    world.mailboxes.append(world.a_mailbox(name="sales", folder="INBOX", password="${WRONG_PASSWORD}"))
    world.opens().jane.writes("The checkout is down")
    assert "[#1001]" in world.jane.gets()["Subject"]
    refused = world.server.folder / "dovecot.log"
    before = refused.read_text().count("auth failed")
    wait_until("it was tried twice more", lambda: refused.read_text().count("auth failed") >= before + 2)
    (line,) = world.log.having("mailbox=sales")
    assert "mailbox refuses us" in line
    assert USER in line
    assert "forgotten" not in "".join(world.log.lines)


def test_nothing_is_told_the_server_while_the_database_is_gone(postgres_world: World) -> None:
    """The mail stays in the inbox, and is handled when the database is back."""
    world = postgres_world.opens()
    with world.database_away():
        world.jane.writes("The checkout is down")
        world.log.waits_for("mailbox trouble")
        assert len(world.waiting()) == 1
        assert world.relay.received == []
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert len(world.all_moved()) == 1


def test_a_mail_is_moved_after_its_commit(postgres_world: World) -> None:
    """As long as the transaction can't be finished, the mail stays in the inbox, and nobody is answered."""
    world = postgres_world.opens()
    with world.arrivals_held_up() as release:
        world.jane.writes("The checkout is down")
        world.somebody_waits()
        assert len(world.waiting()) == 1
        assert world.relay.received == []
        release()
        assert len(world.all_moved()) == 1
    assert "[#1001]" in world.jane.gets()["Subject"]
