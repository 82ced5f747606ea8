"""The room of the templates: what costs memory or reaches beyond the facts is refused when it is loaded."""

import pytest

from replies.render import Templates
from tests.replies.facts import COMMON, RICH, SOURCES, templates


def body(text: str) -> dict[str, str]:
    """Return sources in which the closing notice has this body."""
    return {"closed": f"Subject: closed\n\n{text}\n"}


@pytest.mark.parametrize(
    "text",
    [
        '{{ "a" * 10**9 }}',
        '{{ 10**9 * "a" }}',
        "{{ [1] * 10**9 }}",
        '{{ "%1000000000d" % number }}',
        '{{ "%s" % service }}',
        "{{ 10**10**10 }}",
        "{{ (number * 10**9) * 10**9 * 10**9 }}",
        "{{ -2 ** 99 }}",
        '{{ "x" | center(1000000000) }}',
        '{{ "%d" | format(1) }}',
        "{{ lipsum(1000) }}",
        "{% for i in range(1000) %}x{% endfor %}",
        "{{ service.ljust(1000000000) }}",
        '{{ "{:1000000000}".format(number) }}',
        "{{ service.upper() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ number.__class__ }}",
        "{{ self.__init__ }}",
        '{% include "answer" %}',
        '{% extends "answer" %}',
        "{% set service = 1 %}{{ service() }}",
        "{% macro bomb() %}{{ bomb() }}{% endmacro %}{{ bomb() }}",
        "{{ cycler }}",
        "{{ number / 0 }}",
    ],
)
def test_what_could_do_harm_is_a_problem_when_loaded(text: str) -> None:
    """No template gets into the daemon that multiplies, formats, calls or reaches beyond its facts."""
    loaded = Templates.load({"en": {**SOURCES, **body(text)}})
    assert isinstance(loaded, tuple)
    assert [(problem.template, problem.line) for problem in loaded] == [("closed", 3)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{{ "=" * 40 }}', "=" * 40),
        ("{{ 3 * '-' }}", "---"),
        ("{{ number % 7 }}", "2"),
        ("{{ number * 2 + 2 ** 3 }}", "2014"),
        ("{{ reopen_days // 7 }} weeks", "2 weeks"),
        ('{{ "a" ~ number ~ "b" }}', "a1003b"),
        ("{% for letter in 'abc' %}{{ loop.index }}{{ letter }}{% endfor %}", "1a2b3c"),
        ("{{ subject | upper }}", str(RICH["closed"]["subject"]).upper()),
    ],
)
def test_what_a_template_needs_works(text: str, shown: str) -> None:
    """Small sums, rules of dashes, loops and our filters are there."""
    assert templates(body(text)).render("closed", {**COMMON, **RICH["closed"]}).text == f"{shown}\n"
