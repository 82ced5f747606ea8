"""[[mailbox]]: an IMAP account and folder that is read."""

from dataclasses import dataclass, field
from typing import Literal

from maild.config.kinds import Host, MailAddress, MaybeOneLine, OneLine, PollSeconds, Port, Since, Slug


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """What one [[mailbox]] says; `password` comes from `password_file` or ${ENV}, and is not in the repr."""

    name: Slug
    host: Host
    port: Port = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: str = ""
    user: OneLine
    password_file: str = ""
    password: str = field(default="", repr=False)
    oauth: str = ""
    folder: OneLine = "INBOX"
    processed_folder: MaybeOneLine = "Processed"
    since: Since
    ack_backlog: bool = False
    poll_seconds: PollSeconds = 60.0
    idle: bool = True
    proof: bool = False
    forms: tuple[MailAddress, ...] = ()
