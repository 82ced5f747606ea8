"""The mails of tests/mails, read once, when tests are collected: pure tests may not open files."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "mails"
MAILS = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.eml"))}
