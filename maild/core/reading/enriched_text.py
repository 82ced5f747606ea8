"""text/enriched and text/richtext -> plain text: the words without the commands (RFC 1896)."""

import re

_PIECE = re.compile(r"<<|</?([A-Za-z0-9-]{1,60})>|\n+|[^<\n]+|<")
_PARAMETER = re.compile(r"<param>[^<]{0,1000}</param>", re.IGNORECASE)


def enriched_to_text(text: str) -> str:
    r"""Return the words; one line end is a space, n of them are n-1, except between `<nofill>` and its end.

    >>> enriched_to_text("<bold>Now</bold> and\nthen <<b>\n\nBye")
    'Now and then <b>\nBye'
    """
    out: list[str] = []
    verbatim = 0
    for piece in _PIECE.finditer(_PARAMETER.sub("", text)):
        found = piece[0]
        if found == "<<":
            out.append("<")
        elif piece[1]:
            verbatim += (piece[1].lower() == "nofill") * (-1 if found[1] == "/" else 1)
        elif found[0] == "\n" and verbatim <= 0:
            out.append(found[1:] or " ")
        else:
            out.append(found)
    return "".join(out)
