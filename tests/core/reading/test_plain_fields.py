"""Claims about plain fields: what is read without mail-parser is read as mail-parser reads it."""

import mailparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.plain_fields import plain_addresses, plain_date

WORD = st.text(alphabet="abcXYZ09.'-_!? é日\t", min_size=1, max_size=12)
LOCAL = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(\.[a-z]{1,4}){0,2}", fullmatch=True)
DOMAIN = st.from_regex(r"([a-z0-9]{1,5}\.){0,2}[a-z]{1,6}", fullmatch=True)


@st.composite
def mailboxes(draw: st.DrawFn) -> str:
    """Write one address in any of the plain forms, or nearly."""
    address = f"{draw(LOCAL)}@{draw(DOMAIN)}"
    form = draw(
        st.sampled_from(
            ["{a}", "<{a}>", "{n} <{a}>", '"{n}" <{a}>', "{n}<{a}>", '"{n}, {n}" <{a}>', "{a} ({n})"]
        )
    )
    return str(form.format(a=address, n=draw(WORD)))


@given(st.lists(mailboxes(), min_size=1, max_size=4), st.sampled_from([", ", ",", " ,", ";"]))
def test_plain_addresses_are_read_alike(written: list[str], comma: str) -> None:
    """Names, addresses and order, and never one that mail-parser finds fault with."""
    value = " ".join(comma.join(written).split())
    plain = plain_addresses(value)
    if plain is not None:
        mail = mailparser.parse_from_bytes(f"to: {value}\r\n\r\n".encode())
        assert (plain, mail.address_header_defects) == ([tuple(pair) for pair in mail.to], [])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ann@shop.example,",
        "ann@shop.example, ",
        "Smith, Ann <ann@shop.example>",
        "ceo@bank.example <ann@shop.example>",
        '"ceo@bank.example" <ann@shop.example>',
        "Ann <ann@shop.example> <bob@shop.example>",
        "ann@shop.example (Ann)",
        "Group: ann@shop.example;",
        "Ann <ann>",
        "jörg@shop.example",
        r'"A \" B" <ann@shop.example>',
        "ann@shop.example bob@shop.example",
    ],
)
def test_what_is_not_plain_is_left_to_others(value: str) -> None:
    """Each of these two parsers could read differently."""
    assert plain_addresses(value) is None


@given(
    st.datetimes(),
    st.sampled_from(["+0100", "-0930", "+0000", "-0000", "+2500", "GMT", "+01"]),
    st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S {z}", "%d %b %Y %H:%M:%S {z}", "Mon, %d %b %Y %H:%M:%S {z} (CET)", "%c"]
    ),
)
def test_plain_dates_are_read_alike(moment: object, zone: str, form: str) -> None:
    """To the second, and never one that mail-parser finds fault with."""
    written = format(moment, form).format(z=zone)
    plain = plain_date(written)
    if plain is not None:
        mail = mailparser.parse_from_bytes(f"date: {written}\r\n\r\n".encode())
        assert (plain, mail.date_header_defects) == (mail.date, [])


@pytest.mark.parametrize(
    "value", ["31 Feb 2026 00:00:00 +0000", "Tue, 2 Mar 2026 09:15:00 +0100", "2 Mar 2026", "soon", ""]
)
def test_a_date_that_is_none_is_left_to_others(value: str) -> None:
    """No such day, the wrong weekday, no time."""
    assert plain_date(value) is None


@pytest.mark.parametrize("mark", ["a", "a.", "a@", "<", '"', "a@b.", " ", "a@b, ", "a-"])
def test_a_hostile_field_is_given_up_in_one_pass(mark: str) -> None:
    """The patterns have no nested repetition that could be tried in many ways."""
    assert len(plain_addresses(mark * 50_000) or []) <= 50_000
