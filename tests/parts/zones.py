"""Zones for tests, built when they are collected: a zone is read from a file, and pure tests open none."""

from zoneinfo import ZoneInfo

BERLIN, DUBAI, KOLKATA, MOSCOW, NEW_YORK, ST_JOHNS = (
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "Asia/Dubai",
        "Asia/Kolkata",
        "Europe/Moscow",
        "America/New_York",
        "America/St_Johns",
    )
)
