"""text/plain; format=flowed -> paragraphs on one line each, quote marks kept (RFC 3676)."""


def unflow(text: str, *, delete_space: bool) -> str:
    r"""Return `text` (line ends `\n`) with soft line breaks joined; `delete_space` is the parameter DelSp.

    A line that ends in a space goes on in the next one if both have the same quote depth (§4.1); the signature
    separator never flows (§4.3).

    >>> unflow("one \ntwo\n> three \n> four\n-- \nme", delete_space=False)
    'one two\n> three four\n-- \nme'
    """
    out: list[str] = []
    words: list[str] = []
    depth = 0
    for line in text.split("\n"):
        own_depth, content = _unquote(line)
        if words and (own_depth != depth or content == "-- "):
            out.append(_line(depth, words))
            words = []
        depth = own_depth
        if content.endswith(" ") and content != "-- ":
            words.append(content[:-1] if delete_space else content)
        else:
            out.append(_line(depth, [*words, content]))
            words = []
    if words:
        out.append(_line(depth, words))
    return "\n".join(out)


def _unquote(line: str) -> tuple[int, str]:
    """Return the quote depth and the content, its space-stuffing undone (§4.4, §4.5)."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")


def _line(depth: int, words: list[str]) -> str:
    return (">" * depth + " " if depth else "") + "".join(words)
