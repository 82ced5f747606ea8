"""[listen]: the SMTP or LMTP door through which a mail server on this machine hands mail to us."""

from dataclasses import dataclass
from typing import Literal

from maild.config.kinds import Endpoint, split_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSettings:
    """What [listen] says; `address` is `host:port` on loopback, or `unix:/path`."""

    enabled: bool = True
    protocol: Literal["smtp", "lmtp"] = "smtp"
    address: Endpoint = "127.0.0.1:2525"

    @property
    def socket_path(self) -> str | None:
        """The path of the unix socket, or None where it is a TCP address."""
        return self.address.removeprefix("unix:") if self.address.startswith("unix:") else None

    @property
    def host_port(self) -> tuple[str, int] | None:
        """Host and port, port 0 for any free one; None where it is a unix socket."""
        return None if self.socket_path is not None else split_address(self.address)
