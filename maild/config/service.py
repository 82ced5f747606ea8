"""[service]: who we are, where our data lies, and how we log."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maild.config.kinds import Days, MailAddress, MaybeDomain, OneLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What [service] says; paths are absolute once loaded, `domain` and `secret_file` are filled in."""

    name: OneLine
    address: MailAddress
    aliases: tuple[MailAddress, ...] = ()
    data_dir: Path = Path("var")
    domain: MaybeDomain = ""
    reopen_days: Days = 14
    pre_close_days: Days = 5
    close_days: Days = 3
    after_answer: Literal["waiting", "in_progress"] = "waiting"
    tell_colleagues: Literal["all", "answers", "none"] = "all"
    reload: Literal["file", "signal"] = "file"
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    secret_file: str = ""

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that is ours, case-folded: the support address and its aliases."""
        return frozenset(address.casefold() for address in (self.address, *self.aliases))
