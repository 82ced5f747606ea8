"""Which shops a mail is about: the hosts it names, as a subscription names its store."""

import re

_HOST = re.compile(
    r"(?:https?://)?(?<![@\w.-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24})(?![\w@-])"
)
MOST = 20
LONGEST = 100_000  # characters of a text that are looked at


def store_name(said: str) -> str:
    """Return a host or URL as stores are compared: no scheme, port, path or `www.`, in small letters.

    >>> store_name("https://www.Shop.example:443/admin"), store_name("shop.example")
    ('shop.example', 'shop.example')
    """
    host = said.strip().casefold().partition("://")[2] or said.strip().casefold()
    return re.split(r"[/:?#]", host, maxsplit=1)[0].removeprefix("www.")


def stores_named(text: str) -> frozenset[str]:
    """Return the hosts that a text names, at most twenty; what is part of an address is none.

    >>> sorted(stores_named("See https://www.shop.example/cart, not jane@mail.example"))
    ['shop.example']
    """
    found = _HOST.finditer(text[:LONGEST].casefold())
    names = dict.fromkeys(store_name(match[1]) for match in found)
    return frozenset(list(names)[:MOST])
