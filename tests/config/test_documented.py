"""The dataclasses are the truth: config.toml and docs/configuration.md have every key, with its real default."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from maild.config.calendar import WEEKDAYS
from maild.config.draft import NAMED, REPEATED, SINGLE
from maild.config.shapes import keys_of
from maild.core.promising.target import BusinessDays, Minutes
from tests.parts.configs import SHIPPED, config_from

DOCS = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")

# Where a default is said in words, because it follows from something else or is "none".
IN_WORDS = {"": ("none", "the system's", "the domain of", "`secret` in", "that of"), (): ("`[]`",)}


def tables(header: str, kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield each table of a section as (its header in the docs, its dataclass)."""
    yield header, kind
    name = header.strip("[]")
    for key, annotation in keys_of(kind).items():
        if is_dataclass(annotation):
            yield from tables(f"[{name}.{key}]", annotation)
        elif (
            get_args(annotation) and is_dataclass(get_args(annotation)[0]) and get_args(annotation)[-1] is ...
        ):
            yield from tables(f"[[{name}.{key}]]", get_args(annotation)[0])


SECTIONS: dict[str, Any] = {f"[{name}]": kind for name, kind in SINGLE.items()}
SECTIONS |= {f"[[{name}]]": kind for name, kind in REPEATED.items()}
SECTIONS |= {f"[{name}.NAME]": kind for name, kind in NAMED.items()}
TABLES = dict(pair for header, kind in SECTIONS.items() for pair in tables(header, kind))
KEYS = [
    (header, key)
    for header, kind in TABLES.items()
    for key in keys_of(kind)
    if f"[{header.strip('[]')}.{key}]" not in TABLES and f"[[{header.strip('[]')}.{key}]]" not in TABLES
]


def documented(header: str) -> dict[str, tuple[str, str]]:
    """Return the keys that the docs' section `header` has, as key -> (default, meaning)."""
    section = re.split(rf"^#+ {re.escape(header)}$", DOCS, flags=re.MULTILINE)[1]
    section = re.split(r"^##+ ", section, flags=re.MULTILINE)[0]
    rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.*) \|$", section, re.MULTILINE)
    return {
        key: (default, meaning) for keys, default, meaning in rows for key in re.findall(r"`(\w+)`", keys)
    }


def default_of(header: str, key: str) -> Any:
    """Return the default of a key, MISSING where it is required."""
    field = next(field for field in fields(TABLES[header]) if field.name == key)
    return field.default if field.default_factory is MISSING else field.default_factory()


def read_default(text: str) -> Any:
    """Return the value that the docs write as a default."""
    value = tomllib.loads(f"x = {text.split('`')[1]}")["x"]
    match value:
        case {"bd": days}:
            return BusinessDays(days)
        case list():
            return tuple(value)
        case _:
            return value


@pytest.mark.parametrize(("header", "key"), KEYS)
def test_every_key_is_documented_with_its_default(header: str, key: str) -> None:
    """A key that is added to a dataclass is missing here until somebody says what it means."""
    said, meaning = documented(header)[key]
    default = default_of(header, key)
    assert meaning.endswith(".")
    assert len(meaning) > 5
    if default is MISSING:
        assert said == "required"
    elif default == "":
        assert said.startswith(IN_WORDS[""])
    else:
        value = read_default(said)
        assert value == (default.minutes if isinstance(default, Minutes) else _plain(default))


def _plain(default: Any) -> Any:
    return str(default) if isinstance(default, Path) else default


@pytest.mark.parametrize("header", TABLES)
def test_no_key_is_documented_that_does_not_exist(header: str) -> None:
    """A key that is taken away does not live on in the docs."""
    assert set(documented(header)) <= set(keys_of(TABLES[header]))


def test_every_section_of_the_docs_exists() -> None:
    """The headings of the docs are the tables of the file."""
    assert set(re.findall(r"^#+ (\[+.*\])$", DOCS, re.MULTILINE)) == set(TABLES)


def in_file(header: str) -> str:
    """Return the part of config.toml that begins with the table `header`, active or commented out."""
    pattern = rf"^(?:# )?{re.escape(header).replace('NAME', 'standard')}$"
    after = re.split(pattern, SHIPPED, maxsplit=1, flags=re.MULTILINE)[1]
    return re.split(r"^(?:# )?\[+[a-z.]+\]+$|^# --- ", after, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize(("header", "key"), [pair for pair in KEYS if "classifiers" not in pair[0]])
def test_every_key_stands_in_config_toml_below_a_comment(header: str, key: str) -> None:
    """A newcomer who reads the file from top to bottom meets every key, and above it what it means."""
    lines = in_file(header).split("\n")
    places = [n for n, line in enumerate(lines) if re.match(rf"(?:# )?{key} = ", line)]
    assert places, f"{key} is not in {header} of config.toml"
    above = lines[places[0] - 1]
    assert above.startswith("# ") or key in {"password", *WEEKDAYS}


@pytest.mark.parametrize("key", [key for header, key in KEYS if "classifiers" in header])
def test_every_key_of_the_classifiers_stands_in_their_part_of_config_toml(key: str) -> None:
    """Their rules are many and alike: the keys are told together above them."""
    part = SHIPPED.partition("# --- classifiers ---")[2].partition("# --- end of classifiers ---")[0]
    assert re.search(rf"(?m)^{key} = |^#.*`{key}`", part)


def test_what_is_commented_out_is_the_default_where_it_is_no_example(tmp_path: Path) -> None:
    """Uncommenting [limits] changes nothing."""
    start = SHIPPED.index("[limits]")
    limits = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", SHIPPED[start:])
    assert config_from(tmp_path, SHIPPED[:start] + limits).limits == config_from(tmp_path, SHIPPED).limits
    assert limits.count(" = ") == len(keys_of(TABLES["[limits]"]))


def uncommented(tmp_path: Path) -> str:
    """Return config.toml with all examples in force, its files in `tmp_path`."""
    text = re.sub(r"(?m)^# (?=\[\[|[a-z_]+ = .*[^.]$)", "", SHIPPED.replace("/etc/maild", str(tmp_path)))
    return text.replace('url = "sqlite:///var/maild.db"\n', "").replace(
        'transport = "maildir"', 'transport = "smtp"'
    )


def test_the_examples_are_good_once_uncommented(tmp_path: Path) -> None:
    """IMAP, SMTP, PostgreSQL and all the rest, together."""
    (tmp_path / "my-replies").mkdir()
    for name in ("ca.pem", "imap-password", "smtp-password", "secret", "client-secret", "refresh-token"):
        (tmp_path / name).write_text("correct horse\n")
        (tmp_path / name).chmod(0o600)
    config = config_from(tmp_path, uncommented(tmp_path), {"MAILD_DATABASE_PASSWORD": "battery staple"})
    assert config.mailbox[0].password == config.outgoing.password == "correct horse"
    assert (config.outgoing.transport, config.outgoing.host) == ("smtp", "smtp.example.com")
    assert config.database.url == "postgresql+psycopg://maild:battery%20staple@db.example.com/maild"
    assert config.proof.authserv_ids == ("mx.example.com",)
    assert config.policy.calendar.exceptions == {"2026-12-24": ((540, 780),)}
    assert config.mailbox[0].forms == ("orders@shop.example",)


def test_lines_of_the_file_fit_a_screen() -> None:
    """It is read in editors and terminals."""
    own = re.sub(r"(?s)# --- classifiers ---.*# --- end of classifiers ---", "", SHIPPED)
    assert max(map(len, own.split("\n"))) <= 115
