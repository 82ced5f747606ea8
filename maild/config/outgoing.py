"""[outgoing]: how our mail leaves."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from maild.config.kinds import MaybeHost, MaybeMailAddress, Port


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSettings:
    """What [outgoing] says; `password` comes from `password_file` or ${ENV}, and is not in the repr."""

    transport: Literal["maildir", "smtp"] = "maildir"
    folder: Path = Path("var/outgoing")
    host: MaybeHost = ""
    port: Port = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: str = ""
    user: str = ""
    password_file: str = ""
    password: str = field(default="", repr=False)
    oauth: str = ""
    envelope: Literal["null", "support"] = "null"
    plus_addressing: bool = False
    proof_copy: MaybeMailAddress = ""
