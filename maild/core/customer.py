"""Who writes: the person behind a mail, as far as the mail lets us know, and to whom they belong."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["requester", "cc", "staff"]


@dataclass(frozen=True, slots=True)
class Party:
    """One address on one incident. `address_id` is what tokens are bound to; `proven` = it once proved itself here.

    `suppressed` says why automatic mail to it is not wanted, or is "".
    """

    address_id: int
    address: str
    name: str
    role: Role
    proven: bool
    suppressed: str = ""

    @property
    def wrote(self) -> bool:
        """Whether they take part by their own doing; who was only named in Cc did nothing."""
        return self.role == "requester" or self.proven


# Domains where everybody can have an address: to share one makes nobody a colleague.
_FREE_MAIL = """
    163.com 126.com aol.com bigmir.net bk.ru comcast.net fastmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it icloud.com inbox.ru
    laposte.net libero.it list.ru live.com live.de mac.com mail.com mail.de mail.ru me.com msn.com naver.com
    orange.fr outlook.com outlook.de posteo.de proton.me protonmail.com qq.com rambler.ru seznam.cz t-online.de
    ukr.net wanadoo.fr web.de wp.pl ya.ru yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru
    ymail.com zoho.com
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())


def is_free_mail(domain: str) -> bool:
    """Say whether anybody can have an address at `domain`, so that it stands for no organisation.

    >>> is_free_mail("GMail.com"), is_free_mail("shop.example")
    (True, False)
    """
    return domain.casefold() in FREE_MAIL
