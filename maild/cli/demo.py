"""`maild demo`: a customer and a member of staff play one conversation through the daemon that runs here."""

import secrets
from email.message import EmailMessage

import click
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from maild.cli.common import clean, console, load, open_store
from maild.cli.entitlement import add
from maild.cli.players import Player, Stage, body
from maild.clock import SystemClock
from maild.config.settings import Config
from maild.errors import UserError
from maild.store import outbox

PROBLEM = """Hello,

since this morning nobody can check out: the last step only says
"503 Service Unavailable". The store is https://store.example.

Jane"""
ANSWER = """Hello Jane,

the payment module had lost its licence key. It is back, and a test
order went through. Could you try once more?

Anna"""
SOLVED = "It works again, thank you! You can close this."


class Play:
    """The conversation on its way: says what happens, and shows every mail as its reader sees it."""

    def __init__(self, config: Config, page: Console) -> None:
        self.config, self.page = config, page
        stage = Stage(config, SystemClock())
        member = next((one for one in config.staff if not one.group), None)
        if member is None:
            raise UserError("maild demo needs a person in [[staff]]")
        # A fresh address each time: an unproven sender is acknowledged once in ten minutes only.
        self.jane = Player("Jane Doe", f"jane.{secrets.token_hex(3)}@customer.example", stage)
        self.staff = Player(member.name, member.address, stage)
        self.step = 0

    def tell(self, text: str) -> None:
        """Say what happens next, as a numbered step."""
        self.step += 1
        self.page.print(Text(f"\n{self.step}. {text}", style="bold"))

    def show(self, mail: EmailMessage, reader: str) -> EmailMessage:
        """Print a mail: who wrote it to whom, and what a person reads of it."""
        new = body(mail).split("\nOn ", 1)[0] if mail["In-Reply-To"] and reader == "maild" else body(mail)
        head = f"From: {mail['From']}\nSubject: {mail['Subject']}\n\n"
        self.page.print(
            Panel(Text(clean(head + new.strip())), title=f"to {reader}", title_align="left", width=80)
        )
        return mail

    def arrives(self, player: Player) -> EmailMessage:
        """Wait for the next mail to `player`, and show it."""
        return self.show(player.stage.wait_for(player.address, self.let_go), player.address)

    def let_go(self, address: str) -> None:
        """Send what a cap holds back from `address`, as an admin would."""
        with open_store(self.config) as database, database.begin() as tx:
            for row in outbox.listing(tx, "held"):
                if row["recipient"] == address and outbox.retry(tx, row["id"], SystemClock().now()):
                    self.page.print(f"   ({row['text']}; so, as an admin: maild outbox retry {row['id']})")


@click.command(short_help="A conversation, played through the running daemon.")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Play a customer and a member of staff through the running daemon.

    Needs the embedded default: a daemon started with `make run` or `maild
    run` in another terminal. No mail leaves this machine.
    """
    play = Play(load(ctx), console())
    play.jane.stage.knock()
    sale(play, ctx)
    number = conversation(play)
    play.page.print(f"\nAll of it, with the reason for every step:  maild show {number}")


def sale(play: Play, ctx: click.Context) -> None:
    """Play what comes before all mail: support is sold, and an admin enters it."""
    play.tell("Jane has bought an urgent incident: HotRush included. An admin enters it.")
    play.page.print(Text(f"   maild entitlement add {play.jane.address} incident --option urgent"))
    ctx.invoke(add, owner=play.jane.address, kind="incident", option="urgent")


def conversation(play: Play) -> str:
    """Play the scenes by mail; return the number of the incident."""
    jane, staff = play.jane, play.staff
    play.tell("Jane writes to the support address. Her subject says HotRush: out of queue.")
    play.show(jane.write("HotRush: nobody can check out", PROBLEM), "maild")
    play.tell("maild opens an incident, reserves what pays for it, starts its clock, and acknowledges.")
    acknowledgement = play.arrives(jane)
    play.tell(f"{staff.name} is told, and can simply reply.")
    notification = play.arrives(staff)
    play.tell(f"{staff.name} answers from an ordinary mail client.")
    play.show(staff.reply(notification, ANSWER), "maild")
    play.tell("No mail server vouches for senders here, so maild asks before it speaks for us.")
    asked = play.arrives(staff)
    play.tell(f"{staff.name} confirms with one word.")
    play.show(staff.reply(asked, "send"), "maild")
    play.arrives(staff)
    play.tell("Jane gets the answer, in her thread. That clock has stopped; now it is her turn.")
    answer = play.arrives(jane)
    play.tell("Jane says that it is solved. That closes the incident; long silence would, too.")
    play.show(jane.reply(answer, SOLVED), "maild")
    play.tell("Jane reads what it cost, and how to open it again. What she bought is spent.")
    play.arrives(jane)
    return number_in(acknowledgement)


def number_in(mail: EmailMessage) -> str:
    """Return the incident's number from the subject of a mail of ours."""
    return str(mail["Subject"]).partition("[#")[2].partition("]")[0]
