"""Say whether a mail proves its sender, by the verdict of a mail server that the config names (rule 10).

The verdict stands in Authentication-Results (RFC 8601). Anybody can write such a field, so only the
topmost one of a configured server counts, and what it says counts only if it speaks of the very domain or
address in From. Where the config says that filters of that server write a field each, those right below it
count too; that DMARC failed is believed from any of them. Servers write the field in many ways; the reader here
takes them all and believes little: what it can't read proves nothing. ARC-Authentication-Results (RFC 8617) is what
servers on the way found: it is not read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from maild.core.message import Address, Message, fold
from maild.core.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """What the config says about proof.

    `authserv_ids` are the names our own mail servers sign their verdicts with; the empty name stands for
    a server that writes none (Microsoft 365). `several_fields` says that its filters write one field each, and
    that all of them count. `staff_proof` says what staff need to act at once.
    """

    authserv_ids: tuple[str, ...] = ()
    several_fields: bool = False
    staff_proof: Literal["verdict", "token"] = "verdict"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known about the From address: `failed` means that the server calls it forged.

    `by` is, of a proven one, what proves it, as a sentence can say it: `dmarc=pass of mx.example.com`.
    """

    verdict: Literal["proven", "unproven", "failed"]
    reason: Reason
    by: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One method of a verdict: `dmarc=pass header.from=example.com`; everything in lower case (A to Z)."""

    method: str
    outcome: str
    properties: tuple[tuple[str, str], ...]

    def says(self, name: str) -> str:
        """Return the property `name`, or "" where it is absent or stands twice."""
        found = [value for key, value in self.properties if key == name]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Results:
    """One Authentication-Results field: who says it ("" where it names nobody), and what."""

    authserv_id: str
    results: tuple[Result, ...]


def prove(message: Message, settings: ProofSettings) -> Proof:
    """Return whether the mail proves its From address; never raises, whatever the fields hold."""
    if not settings.authserv_ids:
        return Proof("unproven", because("no_authserv"))
    said = _said_by_ours(message, settings.authserv_ids)
    spoken = said[0] if said else None
    sender = message.sender
    if spoken and any(map(_dmarc_failed, said)):
        domain = sender.domain if sender else "the From field"
        return Proof("failed", because("dmarc_failed", authserv_id=_named(spoken), domain=domain))
    if sender is None or message.sender_doubt:
        doubt = message.sender_doubt or "no single address stands in From"
        return Proof("unproven", because("from_doubtful", doubt=doubt))
    if spoken is None:
        wanted = ", ".join(name or "a server without a name" for name in settings.authserv_ids)
        return Proof("unproven", because("no_verdict", authserv_ids=wanted))
    believed = said if settings.several_fields else said[:1]
    method = next(filter(None, (_covers(result, sender) for one in believed for result in one.results)), "")
    if not method or _ambiguous(believed):
        return Proof("unproven", because("not_aligned", authserv_id=_named(spoken), domain=sender.domain))
    by = f"{method} of {_named(spoken)}"
    return Proof("proven", because("proven", by=by), by)


def _said_by_ours(message: Message, authserv_ids: Sequence[str]) -> list[Results]:
    """Return what one configured server says: its topmost field, and those below it that it wrote in the same pass.

    The run ends where another server passed the mail on: at a Received that is not by a configured name. A field
    below that is older than the mail's arrival here, and may be anybody's work.
    """
    known = {fold(name) for name in authserv_ids}
    said: list[Results] = []
    for name, value in message.fields:
        if name.lower() == "authentication-results":
            found = read_results(value)
            if found and (found.authserv_id == said[0].authserv_id if said else found.authserv_id in known):
                said.append(found)
        elif said and name.lower() == "received" and _written_by(value) not in known:
            break
        if len(said) == _MOST_FIELDS:
            break
    return said


def _written_by(received: str) -> str:
    """Return the name that a server gives itself in Received (RFC 5321 §4.4), or ""."""
    by = _BY.search(_without_comments(received[:_LONGEST]) or "")
    return fold(by[1]) if by else ""


def _dmarc_failed(spoken: Results) -> bool:
    return any(result.method == "dmarc" and result.outcome == "fail" for result in spoken.results)


def _ambiguous(believed: Sequence[Results]) -> bool:
    """Say whether DMARC has two outcomes: a mail has one From domain, so somebody else's words stand in between."""
    outcomes = [result for one in believed for result in one.results if result.method == "dmarc"]
    return len({(result.outcome, result.says("header.from")) for result in outcomes}) > 1


def _named(spoken: Results) -> str:
    return spoken.authserv_id or "the mail server"


def _covers(result: Result, sender: Address) -> str:
    """Return the words for a pass that covers the From address, or "": SPF alone never does (rule 10)."""
    if result.outcome != "pass":
        return ""
    if result.method == "dmarc" and _same_sender(result.says("header.from"), sender):
        return "dmarc=pass"
    if result.method == "dkim" and _same_domain(result.says("header.d"), sender.domain):
        return "dkim=pass"
    return "auth=pass" if result.method == "auth" and result.says("smtp.auth") == sender.key else ""


def _same_sender(said: str, sender: Address) -> bool:
    """Say whether `header.from` is the sender: their domain, or, as Zoho writes it, their whole address."""
    address = said.removeprefix("<").removesuffix(">")
    return address == sender.key if "@" in address else _same_domain(said, sender.domain)


def _same_domain(said: str, domain: str) -> bool:
    """Say whether two names are the same domain, in letters or in `xn--` form."""
    return bool(said and domain) and (said == domain or _ascii(said) == _ascii(domain))


def _ascii(domain: str) -> str:
    """Return the form of a domain that the DNS knows (RFC 5890 §2.3.2.1); as it is where it has none.

    Nothing is mapped on the way: the mapping of RFC 3490 takes `straße` for `strasse`, which is another's domain.
    """
    if domain.isascii() or len(domain) > _DOMAIN_CHARS:
        return domain
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
        for label in domain.split(".")
    )


# --- reading the field ------------------------------------------------------------------------------------

_LONGEST = 20_000  # characters; a longer field is nobody's honest verdict
_DOMAIN_CHARS = 253  # RFC 1035 §2.3.4
_MOST_FIELDS = 10  # of one server; filters that each write one are two or three
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]{1,253})", re.IGNORECASE)
_STATEMENT = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_VALUE = r'(?:[^\s";]|"(?:[^"\\]|\\.)*")+'
# `name = value`, or a stray word that is passed over. A value goes on to the next blank, with `=` in it or not: the
# addresses in `smtp.mailfrom` are strangers' words, and nothing of them is a property.
_PAIR = re.compile(rf"([A-Za-z][\w.-]{{0,63}})(?:\s*/\s*\d+)?\s*=\s*({_VALUE})|(\S+)", re.ASCII)
_NAME = re.compile(rf"\s*({_VALUE})(?:\s+(\d+))?\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLAIN = re.compile(r'[^("\\]*')


def read_results(value: str) -> Results | None:
    """Return one Authentication-Results field as a value, or None where it can't be read (RFC 8601 §2.2)."""
    plain = _without_comments(value) if len(value) <= _LONGEST else None
    if plain is None:
        return None
    statements = _STATEMENT.findall(plain)
    named = _NAME.fullmatch(statements[0]) if statements and plain[:1] != ";" else None
    if named and "=" not in statements[0]:
        # RFC 8601 §2.2: a version that we do not know may mean anything.
        if named[2] not in (None, "1"):
            return None
        return Results(fold(_unquoted(named[1])), _results(statements[1:]))
    return Results("", _results(statements))


def _results(statements: Iterable[str]) -> tuple[Result, ...]:
    return tuple(result for result in map(_result, statements) if result)


def _result(statement: str) -> Result | None:
    """Return `method=outcome name=value ...` as a value, or None for anything else (`none`, a stray word)."""
    pairs = [(fold(name), fold(_unquoted(said))) for name, said, _ in _PAIR.findall(statement)]
    if not pairs or not pairs[0][0]:
        return None
    (method, outcome), *properties = pairs
    return Result(method, outcome, tuple(one for one in properties if one[0]))


def _unquoted(said: str) -> str:
    """Return a value without the quotes around it and the backslashes in them (RFC 5322 §3.2.4)."""
    return _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), said)


def _without_comments(value: str) -> str | None:
    """Return the value with a space for each comment; None where one does not end (RFC 5322 §3.2.2)."""
    if _PLAIN.fullmatch(value):
        return value
    kept, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            char = " "
        if not depth:
            kept.append(char)
    return None if depth or quoted else "".join(kept)
