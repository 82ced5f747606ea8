"""Small config files for tests, and what maild says about them."""

from pathlib import Path

from maild.config.load import load_config
from maild.config.settings import Config
from maild.errors import ConfigError

SHIPPED = (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")

# Nothing but what has no default.
SMALLEST = """\
[service]
name = "Example Support"
address = "support@example.com"

[[staff]]
name = "Anna"
address = "anna@example.com"

[calendar.standard]
time_zone = "UTC"
mon = ["09:00-18:00"]
"""

MAILBOX = """
[[mailbox]]
name = "support"
host = "imap.example.com"
user = "support@example.com"
password = "${MAILBOX_PASSWORD}"
since = "now"
"""

OAUTH = """
[[oauth]]
name = "office"
token_url = "https://login.example.com/token"
client_id = "maild"
refresh_token = "${REFRESH_TOKEN}"
"""

ENVIRON = {"MAILBOX_PASSWORD": "correct horse", "REFRESH_TOKEN": "battery staple"}


def config_from(folder: Path, text: str, environ: dict[str, str] | None = None) -> Config:
    """Write `text` to folder/config.toml and load it; raises ConfigError."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, ENVIRON if environ is None else environ)


def problems_of(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    """Return what is wrong with `text`, each as `LINE: key: what`; an empty list where it is good."""
    try:
        config_from(folder, text, environ)
    except ConfigError as error:
        return [problem.removeprefix(f"{folder / 'config.toml'}:") for problem in error.problems]
    return []
