"""Comments in a field of addresses -> the field without them (RFC 5322 §3.2.2).

mail-parser puts every comment into the name, even one from within the address. A comment stays where it is the only
name that an address has: `ann@shop.example (Ann)`.
"""

import re

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[()<>,;:]|[^"\\()<>,;:]+|.', re.DOTALL)
_ENDS_ADDRESS = frozenset(",;:")


def drop_comments(value: str) -> str:
    """Return `value` without the comments of every address that is written in angle brackets.

    >>> drop_comments('Ann (at home) <ann(work)@shop.example>, bob@shop.example (Bob)')
    'Ann  <ann@shop.example>, bob@shop.example (Bob)'
    """
    if "(" not in value:
        return value
    out: list[str] = []
    kept: list[str] = []
    bare: list[str] = []
    depth = 0
    for piece in _PIECE.findall(value):
        depth += piece == "("
        kept.append(piece)
        if not depth:
            bare.append(piece)
        if piece in _ENDS_ADDRESS and not depth:
            out += bare if "<" in bare else kept
            kept, bare = [], []
        depth -= piece == ")" and depth > 0
    if depth:
        return value
    out += bare if "<" in bare else kept
    return "".join(out)
