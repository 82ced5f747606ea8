"""`maild parse FILE...`: what a mail is, as the daemon would read it."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from rich.text import Text

from maild.cli.common import clean, console, emit_json, load, print_hanging, print_indented, rfc3339
from maild.core.limits import Limits
from maild.core.message import Address, Message
from maild.core.reading.sealed import SIGNATURES
from maild.core.reply_token import Keys
from maild.core.understanding.authenticate import ProofSettings, prove
from maild.core.understanding.automatic import OwnMail, recognise
from maild.core.understanding.bounce import Bounce, FailedRecipient, read_bounce
from maild.core.understanding.new_text import split_text
from maild.core.writing.attached_files import size_words
from maild.errors import Unreadable
from maild.isolate import ReaderPool

if TYPE_CHECKING:
    from maild.config.settings import Config


TAKEN_FOR = {"quoted": "quoted_text", "of the signature": "signature"}


@click.command(short_help="What a mail is: sender, text, kind, attachments.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, on one line.")
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], as_json: bool) -> None:
    """Read each FILE as a mail, in the same limited process as the daemon, and show what it is.

    Nothing is stored and nothing is sent. Without a config file the
    defaults apply.
    """
    limits, proof, own = _settings(ctx)
    missing = False
    with ReaderPool(limits) as reader:
        for file in files:
            bounce = None
            try:
                message = reader.read(Path(file).read_bytes())
                bounce = read_bounce(message)
                shown = _shown(file, message, proof, own)
            except Unreadable as refused:
                shown = _failed(file, str(refused))
            except OSError as error:
                shown = _failed(file, f"the file can't be read: {error.strerror}")
                missing = True
            if as_json:
                emit_json(shown)
            else:
                _print_page(shown, bounce)
    ctx.exit(2 if missing else 0)


def _settings(ctx: click.Context) -> tuple[Limits, ProofSettings, OwnMail]:
    """Return what the config says; the defaults where none was named and none is there."""
    root = ctx.find_root()
    named = root.get_parameter_source("config_path") is not ParameterSource.DEFAULT
    if not named and not root.params["config_path"].exists():
        return Limits(), ProofSettings(), OwnMail(frozenset(), _no_keys())
    config = load(ctx)
    return config.limits, config.proof, own_mail_of(config)


def own_mail_of(config: "Config") -> OwnMail:
    """Return by what we know a mail of our own."""
    from maild.config.secret import load_keys
    from maild.desk import rules_of

    # Looking at a mail makes no key, and needs none.
    readable = os.access(config.service.secret_file, os.R_OK)
    return OwnMail(
        addresses=rules_of(config).own_addresses,
        loop_keys=load_keys(config) if readable else _no_keys(),
        forms=frozenset(form.casefold() for mailbox in config.mailbox for form in mailbox.forms),
    )


def _no_keys() -> Keys:
    """Return keys that no mail was ever signed with."""
    return Keys("none", {"none": secrets.token_bytes(32)})


def _shown(file: str, message: Message, proof: ProofSettings, own: OwnMail) -> dict[str, Any]:
    """Return the object that design and scripts know: its keys are stable."""
    split = split_text(message.text, first=message.is_first)
    writer = recognise(message, None, own)
    proved = prove(message, proof)
    return {
        "file": file,
        "subject": message.subject,
        "from": _address(message.sender) if message.sender else None,
        "from_proven": proved.verdict == "proven",
        "proof": {"name": proved.reason.name, "text": proved.reason.text},
        "to": [_address(to) for to in message.to],
        "cc": [_address(cc) for cc in message.cc],
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "date": rfc3339(message.date) if message.date else None,
        "text": message.text,
        "has_html": message.has_html,
        "new_text": split.new,
        "quoted_text": split.quoted,
        "signature": split.signature,
        "attachments": [
            {key: getattr(attachment, key) for key in ("name", "content_type", "size", "sha256", "inline")}
            for attachment in message.attachments
        ],
        "kind": writer.kind,
        "ack_allowed": writer.ack_allowed,
        "reasons": [{"name": reason.name, "text": reason.text} for reason in writer.reasons],
        "bounce": _bounce(read_bounce(message)),
        "defects": [
            *message.defects,
            *message.notes,
            *([message.sender_doubt] if message.sender_doubt else []),
        ],
        "error": None,
    }


def _failed(file: str, error: str) -> dict[str, Any]:
    """Return the same object for a file that is no mail of ours to read."""
    lists = ("to", "cc", "in_reply_to", "references", "attachments", "reasons", "defects")
    texts = ("subject", "text", "new_text", "quoted_text", "signature")
    nothing = ("from", "proof", "message_id", "date", "kind", "bounce")
    false = ("from_proven", "has_html", "ack_allowed")
    return {
        "file": file,
        **{key: [] for key in lists},
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(nothing),
        **dict.fromkeys(false, False),
        "error": error,
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    return {
        "hard": bounce.hard,
        "recipients": [
            {
                "address": recipient.address,
                "status": recipient.status,
                "action": recipient.action,
                "reason": recipient.reason,
            }
            for recipient in bounce.recipients
        ],
        "original_message_id": bounce.original_message_id,
    }


def _said_of(recipient: FailedRecipient) -> str:
    """Return in one line what became of an address, and the server's own words."""
    status = f" {recipient.status}" if recipient.status else ""
    said = f' "{recipient.said}"' if recipient.said else ""
    return f"{recipient.address}{status} {recipient.action}: {recipient.reason.replace('_', ' ')}{said}"


def _print_page(shown: Mapping[str, Any], bounce: Bounce | None) -> None:
    page = console()
    page.print(Text(clean(shown["file"]), style="bold"))
    if shown["error"]:
        page.print(f"  not read: {clean(shown['error'])}\n")
        return
    sender = shown["from"]
    ack = "may be acknowledged" if shown["ack_allowed"] else "is not acknowledged"
    lines = {
        "from": [f"{sender['name']} <{sender['address']}>".strip() if sender else "nobody in particular"],
        "proven": [_proof_line(shown)],
        "to": [", ".join(to["address"] for to in shown["to"])],
        "subject": [shown["subject"]],
        "date": [shown["date"] or "none"],
        "kind": [f"{shown['kind']}, {ack}"],
        "because": ["; ".join(reason["text"] for reason in shown["reasons"])],
        "bounce": [_said_of(recipient) for recipient in bounce.recipients] if bounce else [],
        "files": [_file_line(attachment) for attachment in shown["attachments"]],
        "lines": [_lines_line(shown)],
        "odd": shown["defects"],
    }
    for name, values in lines.items():
        for number, value in enumerate(filter(None, values)):
            label = f"  {'' if number else name:9}"
            print_hanging(page, Text.assemble((label, "dim"), clean(value)), " " * 11)
    if not sender or "@" not in sender["address"]:
        page.print(Text("\n  A mail without a single sender goes to quarantine: a person must look at it."))
    page.print()
    print_indented(page, shown["new_text"].strip() or "(no new text)", "  ")
    page.print()


def _proof_line(shown: Mapping[str, Any]) -> str:
    """Return whether the sender is proven, and why; what the sentence says twice is said once."""
    said = "yes" if shown["from_proven"] else "no"
    return f"{said}: {re.sub('^the sender is (not )?proven: ', '', shown['proof']['text'])}"


def _lines_line(shown: Mapping[str, Any]) -> str:
    """Return how many lines of the text were taken for what, blank ones aside; nothing where all are new."""
    counts = {name: _lines_in(shown[key]) for name, key in TAKEN_FOR.items()}
    left_out = [f"{count} {name}" for name, count in counts.items() if count]
    return ", ".join((f"{_lines_in(shown['new_text'])} new", *left_out)) if left_out else ""


def _lines_in(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def _file_line(attachment: Mapping[str, Any]) -> str:
    """Return a file as people name it, and what it is where that is not a file of the sender's."""
    kind = attachment["content_type"]
    if kind in SIGNATURES:
        place = ", a signature that nobody checked"
    elif attachment["inline"]:
        place = ", within the text" if kind.startswith("image/") else ", part of the mail itself"
    else:
        place = ""
    return f"{attachment['name']} ({kind}, {size_words(attachment['size'])}{place})"
