"""Say whether a mail proves its sender, by the verdict of a mail server that the config names (rule 10).

The verdict stands in Authentication-Results (RFC 8601). Anybody can write such a field, so only the
topmost one of a configured server counts, and what it says counts only if it speaks of the very domain or
address in From. Servers write the field in many ways; the reader here takes them all and believes little:
what it can't read proves nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from maild.core.message import Address, Message
from maild.core.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """What the config says about proof.

    `authserv_ids` are the names our own mail servers sign their verdicts with; the empty name stands for
    a server that writes none (Microsoft 365). `staff_proof` says what staff need to act at once.
    """

    authserv_ids: tuple[str, ...] = ()
    staff_proof: Literal["verdict", "token"] = "verdict"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known about the From address: `failed` means that the server calls it forged."""

    verdict: Literal["proven", "unproven", "failed"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Result:
    """One method of a verdict: `dmarc=pass header.from=example.com`; everything case-folded."""

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
    spoken = _topmost(message, settings.authserv_ids)
    sender = message.sender
    if spoken and _dmarc_failed(spoken):
        domain = sender.domain if sender else "the From field"
        return Proof("failed", because("dmarc_failed", authserv_id=_named(spoken), domain=domain))
    if sender is None or message.sender_doubt:
        doubt = message.sender_doubt or "no single address stands in From"
        return Proof("unproven", because("from_doubtful", doubt=doubt))
    if spoken is None:
        wanted = ", ".join(name or "a server without a name" for name in settings.authserv_ids)
        return Proof("unproven", because("no_verdict", authserv_ids=wanted))
    method = next(filter(None, (_covers(result, sender) for result in spoken.results)), "")
    if not method:
        return Proof("unproven", because("not_aligned", authserv_id=_named(spoken), domain=sender.domain))
    return Proof("proven", because("proven", method=method, authserv_id=_named(spoken)))


def _topmost(message: Message, authserv_ids: Sequence[str]) -> Results | None:
    """Return the topmost field of a configured server; a field below it may be the sender's own work."""
    known = {name.casefold() for name in authserv_ids}
    fields = map(read_results, message.all("Authentication-Results"))
    return next((field for field in fields if field and field.authserv_id in known), None)


def _dmarc_failed(spoken: Results) -> bool:
    return any(result.method == "dmarc" and result.outcome == "fail" for result in spoken.results)


def _named(spoken: Results) -> str:
    return spoken.authserv_id or "the mail server"


def _covers(result: Result, sender: Address) -> str:
    """Return the words for a pass that covers the From address, or "": SPF alone never does (rule 10)."""
    if result.outcome != "pass":
        return ""
    if result.method == "dmarc" and _same_domain(result.says("header.from"), sender.domain):
        return "dmarc=pass"
    if result.method == "dkim" and _same_domain(result.says("header.d"), sender.domain):
        return "dkim=pass"
    return "auth=pass" if result.method == "auth" and result.says("smtp.auth") == sender.key else ""


def _same_domain(said: str, domain: str) -> bool:
    """Say whether two names are the same domain, in letters or in `xn--` form."""
    return bool(said and domain) and (said == domain or _ascii(said) == _ascii(domain))


def _ascii(domain: str) -> str:
    """Return the form of a domain that the DNS knows; as it is where it has none (RFC 5890)."""
    if domain.isascii() or len(domain) > 253:
        return domain
    try:
        return domain.encode("idna").decode("ascii").casefold()
    except UnicodeError:
        return domain


# --- reading the field ------------------------------------------------------------------------------------

_LONGEST = 20_000  # characters; a longer field is nobody's honest verdict
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([;=])|([^\s;="]+)')
_PLAIN = re.compile(r'[^("\\]*')
Token = tuple[Literal["sign", "word"], str]


def read_results(value: str) -> Results | None:
    """Return one Authentication-Results field as a value, or None where it can't be read (RFC 8601 §2.2)."""
    if len(value) > _LONGEST:
        return None
    plain = _without_comments(value)
    if plain is None:
        return None
    first, *others = _statements(_tokens(plain))
    named = bool(first) and ("sign", "=") not in first
    results = (_result(statement) for statement in (others if named else [first, *others]))
    return Results(first[0][1].casefold() if named else "", tuple(result for result in results if result))


def _tokens(plain: str) -> list[Token]:
    """Return signs (`;` and `=`) and words; what was quoted is one word, so a sign in it is none."""
    return [
        ("sign", match[2]) if match[2] else ("word", (match[1] or match[3] or "").replace("\\", ""))
        for match in _TOKEN.finditer(plain)
    ]


def _statements(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield what stands between the semicolons."""
    statement: list[Token] = []
    for token in tokens:
        if token == ("sign", ";"):
            yield statement
            statement = []
        else:
            statement.append(token)
    yield statement


def _result(statement: Sequence[Token]) -> Result | None:
    """Return `method=outcome name=value ...` as a value, or None for anything else (`none`, a stray word)."""
    pairs = [
        (name[1].casefold(), value[1].casefold())
        for name, sign, value in zip(statement, statement[1:], statement[2:], strict=False)
        if sign == ("sign", "=") and name[0] == value[0] == "word"
    ]
    if not pairs or len(statement) < 3 or statement[1] != ("sign", "="):
        return None
    method, outcome = pairs[0]
    return Result(method.partition("/")[0], outcome, tuple(pairs[1:]))


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
