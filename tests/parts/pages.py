"""Reads our Markdown pages as tests need them: fenced blocks, the commands in them, links, headings, paths."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
)

_FENCE = re.compile(r"(?ms)^```([\w-]*)\n(.*?)^```$")
_COMMENT = re.compile(r"<!-- ([a-z ]+): (.*?) -->")
# Comments that a reader does not see, right above a block.
_MARKS = re.compile(r"(?:<!-- .*? -->\s*)+\Z")
_INLINE = re.compile(r"`(maild(?: [^`\n]+)?)`(?!<!-- not run: .+? -->)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the comments above it as (kind, text)."""

    page: Path
    line: int
    language: str
    text: str
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """The page and line, for the name of a test."""
        return f"{self.page.name}:{self.line}"

    def mark(self, kind: str) -> str:
        """Return what the comment `kind` above the block says, "" where there is none."""
        return dict(self.marks).get(kind, "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A command of a page, and the output that the page shows of it, "" where it shows none."""

    place: str
    command: str
    output: str = ""
    before: str = ""


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        above = _MARKS.search(text[: match.start()])
        marks = tuple(_COMMENT.findall(above.group())) if above else ()
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, match[1], match[2], marks))
    return found


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def commands(page: Path) -> Iterator[Shown]:
    """Yield every `maild ...` of a page, but for those that a comment `not run: why` excuses."""
    for block in blocks(page):
        if not block.mark("not run"):
            yield from _of_block(block)
    for match in _INLINE.finditer(prose(page)):
        yield Shown(page.name, match[1])


def _of_block(block: Block) -> Iterator[Shown]:
    if block.language == "console":
        for session in re.split(r"(?m)^\$ ", block.text)[1:]:
            command, _, output = session.partition("\n")
            yield Shown(block.place, command, output, block.mark("before"))
    elif block.language in {"sh", ""}:
        for line in shell_lines(block):
            if line.startswith("maild "):
                yield Shown(block.place, line)


def shell_lines(block: Block) -> list[str]:
    """Return the lines of a block without what explains them: a comment, or words behind a wide gap."""
    lines = (re.split(r"\s{2,}", line.strip())[0] for line in block.text.splitlines())
    return [line for line in lines if line]


def links(page: Path) -> list[str]:
    """Return where the links of a page lead, but for those to other sites."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [target for target in found if not re.match(r"https?:|mailto:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths(page: Path) -> set[str]:
    """Return what looks like a file or folder of this repository: paths, and bare names of our sources."""
    text = page.read_text(encoding="utf-8")
    rooted = re.findall(r"`((?:maild|classifiers|replies|tests|docs|benchmarks|\.ci)/[\w./-]*)`", text)
    bare = re.findall(r"(?<![\w./-])(\w+\.(?:py|lock))\b", text)
    return {*rooted, *bare}
