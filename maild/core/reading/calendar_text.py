r"""An invitation -> a few lines that a person reads: what, when, where, who (RFC 5545, 5546).

Only the first event or task of the file is shown, and nothing is computed: times stand as they are written, with
the zone that stands beside them.
"""

import re
from datetime import datetime

from maild.core.writing.time_words import MONTHS, WEEKDAYS

_TEXT_CHARS = 500
_LINES = 2_000
_LINE_CHARS = 4_000
_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(r"([A-Za-z0-9-]{1,40})((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,40})=(?:\"([^\"]*)\"|([^\";:]*))")
_ESCAPED = re.compile(r"\\(.)")
_MOMENT = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})(?:[0-9]{2})?(Z)?)?", re.IGNORECASE
)
_COMPONENTS = frozenset({"VEVENT", "VTODO"})
_METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "COUNTER": "Another time is proposed",
    "ADD": "Added to a series",
    "REFRESH": "Asks for the latest version",
    "DECLINECOUNTER": "The proposed time is declined",
}
_ANSWERS = {
    "ACCEPTED": "Accepted",
    "DECLINED": "Declined",
    "TENTATIVE": "Accepted with reserve",
    "DELEGATED": "Delegated",
}


def calendar_lines(text: str) -> list[str]:
    r"""Return the lines, none where the text holds no event.

    >>> calendar_lines("BEGIN:VEVENT\nSUMMARY:Talk\nDTSTART:20260303T140000Z\nDTEND:20260303T150000Z\nEND:VEVENT")
    ['Event: Talk', 'When: Tuesday 3 March 2026, 14:00 to 15:00 UTC']
    """
    method, found = _first_component(text)
    if not found:
        return []
    summary = _text(found, "SUMMARY") or "(no title)"
    when = _when(found)
    lines = {
        _kind(method, found): summary,
        "When": when,
        "Repeats": _text(found, "RRULE"),
        "Where": _text(found, "LOCATION"),
        "From": _person(found, "ORGANIZER"),
        "Says": _text(found, "COMMENT"),
    }
    return [f"{name}: {value}" for name, value in lines.items() if value]


def _first_component(text: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """Return the METHOD, and (parameters, value) of each property of the first event or task."""
    method = inside = ""
    found: dict[str, tuple[str, str]] = {}
    for line in _FOLD.sub("", text).splitlines()[:_LINES]:
        match = _PROPERTY.fullmatch(line[:_LINE_CHARS])
        if match is None:
            continue
        name, value = match[1].upper(), match[3].strip()
        if name == "METHOD" and not method:
            method = value.upper()
        elif name == "BEGIN" and not inside and value.upper() in _COMPONENTS:
            inside = value.upper()
        elif name == "END" and value.upper() == inside:
            break
        elif inside:
            found.setdefault(name, (match[2], value))
    return method, found


def _kind(method: str, found: dict[str, tuple[str, str]]) -> str:
    if method == "REPLY":
        answer = _parameters(found.get("ATTENDEE", ("", ""))[0]).get("PARTSTAT", "").upper()
        return _ANSWERS.get(answer, "Answer to an invitation")
    if found.get("STATUS", ("", ""))[1].upper() == "CANCELLED":
        return _METHODS["CANCEL"]
    return _METHODS.get(method, "Event")


def _text(found: dict[str, tuple[str, str]], name: str) -> str:
    r"""Return a TEXT value on one line (RFC 5545 §3.3.11)."""
    value = found.get(name, ("", ""))[1][: 2 * _TEXT_CHARS]
    plain = _ESCAPED.sub(lambda escaped: " " if escaped[1] in "nN" else escaped[1], value)
    return " ".join(plain.split())[:_TEXT_CHARS]


def _parameters(text: str) -> dict[str, str]:
    return {
        match[1].upper(): match[2] if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(text)
    }


def _person(found: dict[str, tuple[str, str]], name: str) -> str:
    parameters, value = found.get(name, ("", ""))
    address = value[7:] if value[:7].lower() == "mailto:" else value
    shown = _parameters(parameters).get("CN", "").strip()
    return (f"{shown} <{address}>" if shown and shown != address else address)[:_TEXT_CHARS]


def _when(found: dict[str, tuple[str, str]]) -> str:
    """Return begin and end in words, the end's day only if it is another; due of a task that has no begin."""
    first = _instant(found, "DTSTART") or _instant(found, "DUE")
    if first is None:
        return ""
    start, zone, timed = first
    said = _say(start, timed)
    last = _instant(found, "DTEND")
    # The end of whole days is the day after (RFC 5545 §3.6.1): one day has none.
    if timed and last is not None and last[0] != start:
        same = last[0].date() == start.date() and last[1] == zone
        said += f" to {last[0]:%H:%M}" if same else f" to {_say(last[0], last[2])}"
        zone = last[1] if not same and last[1] != zone else zone
    return f"{said} {zone}".rstrip()


def _instant(found: dict[str, tuple[str, str]], name: str) -> tuple[datetime, str, bool] | None:
    """Return (time as written, its zone, whether it has a time of day), or None."""
    parameters, value = found.get(name, ("", ""))
    match = _MOMENT.fullmatch(value)
    if match is None:
        return None
    try:
        year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
        written = datetime(year, month, day, hour, minute)  # noqa: DTZ001  its zone stands beside it
    except ValueError:
        return None
    timed = match[4] is not None
    zone = "UTC" if match[6] else _parameters(parameters).get("TZID", "")[:60]
    return written, zone if timed else "", timed


def _say(moment: datetime, timed: bool) -> str:
    day = f"{WEEKDAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M}" if timed else day
