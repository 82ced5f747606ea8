"""A mail server on this machine hands mail to maild by LMTP or SMTP: 250 says that it is ours, 451 that it is not."""

import select
import smtplib
from email import policy

import pytest

from tests.story.people import SUPPORT, Person
from tests.story.world import World


def with_a_door(world: World, protocol: str, address: str = "127.0.0.1:0") -> World:
    """Open a world that takes mail at its door, and reads no mailbox."""
    world.mailboxes = []
    world.sections["listen"] = {"enabled": True, "protocol": protocol, "address": address}
    return world.opens()


def door_of(world: World) -> tuple[str, int]:
    """Return where the door is: host and port, or the path of a socket and 0."""
    assert world.daemon is not None
    where = world.daemon.listening_on
    if where.startswith("unix:"):
        return where.removeprefix("unix:"), 0
    host, _, port = where.rpartition(":")
    return host, int(port)


def handed_over(
    person: Person, client: smtplib.SMTP, subject: str = "The checkout is down"
) -> tuple[int, bytes]:
    """Hand in a mail of `person` and return the answer to its last dot."""
    mail = person.composes(subject, "It shows a white page.\n").as_bytes(policy=policy.SMTP)
    client.ehlo_or_helo_if_needed()
    client.mail(person.address)
    client.rcpt(SUPPORT)
    answer = client.data(mail)
    if answer[0] == 250:
        person.world.sent.append(mail)
    return answer


@pytest.mark.parametrize("protocol", ["lmtp", "smtp"])
def test_a_mail_that_is_taken_is_in_the_database(each_world: World, protocol: str) -> None:
    """When 250 is read, another connection to the database sees the mail and its incident."""
    world = with_a_door(each_world, protocol)
    client = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
    with client(*door_of(world)) as door:
        assert handed_over(world.jane, door)[0] == 250
        assert world.dispositions() == ["opened"]
        assert world.numbers() == [1001]
    assert "[#1001]" in world.jane.gets()["Subject"]


def test_a_unix_socket_serves_as_well(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The usual door for LMTP."""
    path = tmp_path_factory.mktemp("d") / "lmtp"
    with_a_door(world, "lmtp", f"unix:{path}")
    with smtplib.LMTP(str(path)) as door:
        assert handed_over(world.jane, door)[0] == 250
    world.jane.gets()


def test_250_waits_for_the_commit(postgres_world: World) -> None:
    """As long as the transaction can't be finished no answer comes, and then it does."""
    world = with_a_door(postgres_world, "lmtp")
    with world.arrivals_held_up() as release, smtplib.LMTP(*door_of(world)) as door:
        door.ehlo()
        door.mail(world.jane.address)
        door.rcpt(SUPPORT)
        assert door.docmd("data")[0] == 354
        mail = world.jane.composes("The checkout is down", "White.\n").as_bytes(policy=policy.SMTP)
        world.sent.append(mail)
        door.send(mail + b".\r\n")
        world.somebody_waits()
        assert not has_answered(door)
        release()
        assert door.getreply()[0] == 250
        assert world.dispositions() == ["opened"]
    world.jane.gets()


def has_answered(client: smtplib.SMTP) -> bool:
    """Say whether there is something to read."""
    assert client.sock is not None
    return bool(select.select([client.sock], [], [], 0)[0])


def test_451_while_the_database_is_gone(postgres_world: World) -> None:
    """The sender keeps the mail and learns nothing of our insides; it is taken when the database is back."""
    world = with_a_door(postgres_world, "lmtp")
    with smtplib.LMTP(*door_of(world)) as door:
        with world.database_away():
            code, words = handed_over(world.jane, door)
            assert (code, words) == (451, b"4.3.0 temporary trouble here, please try again later")
        assert world.dispositions() == []
        assert handed_over(world.jane, door)[0] == 250
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert world.jane.finds() == []


def test_a_mail_in_bare_lines_is_refused_for_good(world: World) -> None:
    """What would be one mail here and two elsewhere is taken by nobody (rule 20)."""
    with_a_door(world, "smtp")
    with smtplib.SMTP(*door_of(world)) as door:
        door.ehlo()
        door.mail(world.jane.address)
        door.rcpt(SUPPORT)
        assert door.docmd("data")[0] == 354
        door.send(b"Subject: one\r\n\r\none\n.\nMAIL FROM:<eve@third.example>\r\n.\r\n")
        assert door.getreply()[0] == 554
    assert world.dispositions() == []
