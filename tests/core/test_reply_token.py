"""Tokens: what we sign verifies however relays mangle it, and nothing else ever does."""

import string
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reply_token import (
    Keys,
    Purpose,
    Token,
    is_our_loop,
    loop_value,
    message_id,
    opening,
    plus_tag,
    thread_id,
    verify,
)

DOMAIN = "support.example.org"
KEYS = Keys("1", {"1": b"0123456789abcdef"})
OTHER_KEYS = Keys("1", {"1": b"fedcba9876543210"})
TOKEN = Token("thread", 1003, 7)

numbers = st.integers(0, 10**10 - 1)
purposes: st.SearchStrategy[Purpose] = st.sampled_from(["thread", "staff", "confirm", "list"])
tokens = st.builds(Token, purposes, numbers, numbers, numbers, st.just("1"))
nonces = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=64)


def address(token: Token, keys: Keys = KEYS) -> str:
    """Return the plus-address that carries the token."""
    return f"support+{plus_tag(keys, token)}@{DOMAIN}"


def read(text: str, keys: Keys = KEYS) -> tuple[str, int, int, int] | None:
    """Return what `verify` finds, without the key id."""
    token = verify(keys, text)
    return (token.purpose, token.incident, token.party, token.item) if token else None


@given(tokens, nonces)
def test_what_we_sign_verifies_in_a_message_id(token: Token, nonce: str) -> None:
    """Every Message-ID of ours gives its token back, with and without angle brackets."""
    signed = message_id(KEYS, token, nonce, DOMAIN)
    assert verify(KEYS, signed) == token
    assert verify(KEYS, signed[1:-1]) == token


@given(tokens)
def test_what_we_sign_verifies_in_a_plus_address(token: Token) -> None:
    """Every plus-address of ours gives its token back, with and without angle brackets."""
    assert verify(KEYS, address(token)) == token
    assert verify(KEYS, f"<{address(token)}>") == token


@given(tokens, nonces, st.data())
def test_case_does_not_matter(token: Token, nonce: str, data: st.DataObject) -> None:
    """Relays fold local parts and ids to any case they like."""
    for signed in (message_id(KEYS, token, nonce, DOMAIN), address(token)):
        upper = data.draw(st.lists(st.booleans(), min_size=len(signed), max_size=len(signed)))
        mangled = "".join(c.upper() if up else c.lower() for c, up in zip(signed, upper, strict=True))
        assert verify(KEYS, mangled) == token


@given(tokens, st.data())
def test_a_changed_character_never_verifies_as_another_token(token: Token, data: st.DataObject) -> None:
    """Whatever one character of an address is changed to, the token is the same one or none."""
    signed = address(token)
    place = data.draw(st.integers(0, len(signed) - 1))
    changed = signed[:place] + data.draw(st.characters()) + signed[place + 1 :]
    assert verify(KEYS, changed) in (None, token)


@given(
    st.text(max_size=300) | st.from_regex(r"<?(maild\.|a\+)[tscl]1-[0-9]+-[0-9]+-[0-9]+\.[a-z2-7]{26}@x>?")
)
def test_nothing_else_verifies_and_nothing_raises(text: str) -> None:
    """A stranger's text is just a text, however near it comes to our form."""
    assert verify(KEYS, text) is None
    assert not is_our_loop(KEYS, text)


def test_each_signed_value_is_covered_by_the_mac() -> None:
    """The MAC of one token fits no token that differs in purpose, incident, party or item."""
    signed = {
        plus_tag(KEYS, token).rpartition(".")[2]
        for token in (
            Token("thread", 1003, 7),
            Token("staff", 1003, 7),
            Token("confirm", 1003, 7),
            Token("thread", 1004, 7),
            Token("thread", 1003, 8),
            Token("thread", 1003, 7, 1),
        )
    }
    assert len(signed) == 6


def test_numbers_do_not_run_into_each_other() -> None:
    """Incident 1 of party 11 is not incident 11 of party 1."""
    one, other = plus_tag(KEYS, Token("thread", 1, 11)), plus_tag(KEYS, Token("thread", 11, 1))
    assert one.rpartition(".")[2] != other.rpartition(".")[2]
    moved = f"support+{other.rpartition('.')[0]}.{one.rpartition('.')[2]}@{DOMAIN}"
    assert verify(KEYS, moved) is None


def test_the_mac_of_one_purpose_does_not_serve_another() -> None:
    """Whoever got a thread token cannot turn its letter into that of staff."""
    assert plus_tag(KEYS, TOKEN).startswith("t1-1003-7-0.")
    assert verify(KEYS, "support+s" + plus_tag(KEYS, TOKEN)[1:] + "@x.example") is None


def test_the_mac_has_130_bits_in_lower_case_base32() -> None:
    """26 characters of 5 bits each, and the tag fits a local part of 64 octets."""
    tag = plus_tag(KEYS, Token("thread", 999_999, 999_999, 9_999_999_999))
    mac = tag.rpartition(".")[2]
    assert len(mac) == 26
    assert set(mac) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert len(f"support+{tag}") <= 64


def test_an_opening_is_the_second_and_always_fits() -> None:
    """Parts of a second do not count, no incident has 0, and a clock gone mad still gives a number to sign."""
    assert opening(datetime(1970, 1, 1, 0, 2, 3, 999_999, tzinfo=UTC)) == 123
    assert opening(None) == 0
    for year in (1, 9999):
        token = Token("thread", 1003, 7, opening(datetime(year, 1, 1, tzinfo=UTC)))
        assert verify(KEYS, address(token)) == replace(token, key_id=KEYS.current)


def test_the_token_of_another_secret_is_none_of_ours() -> None:
    """Two houses with the same key id do not believe each other."""
    assert verify(OTHER_KEYS, address(TOKEN)) is None


def test_an_old_secret_still_verifies_and_the_current_one_signs() -> None:
    """After a rotation, answers to old mails still find their incident."""
    rotated = Keys("2", {**KEYS.secrets, "2": b"the second secret"})
    old, new = verify(rotated, address(TOKEN)), verify(rotated, address(TOKEN, rotated))
    assert (old, new) == (Token("thread", 1003, 7, 0, "1"), Token("thread", 1003, 7, 0, "2"))


def test_a_withdrawn_secret_no_longer_verifies() -> None:
    """A key id that the keys do not hold is a stranger's."""
    assert verify(Keys("2", {"2": b"the second secret"}), address(TOKEN)) is None


def test_the_key_id_cannot_be_swapped() -> None:
    """A MAC made under one key id does not count under another, even with the same secret."""
    twins = Keys("1", {"1": b"0123456789abcdef", "2": b"0123456789abcdef"})
    assert verify(twins, address(TOKEN).replace("+t1-", "+t2-")) is None


@pytest.mark.parametrize(
    ("current", "secrets"),
    [
        ("1", {}),
        ("2", {"1": b"0123456789abcdef"}),
        ("1", {"1": b""}),
        ("1", {"1": b"0123456789abcde"}),
        ("1", {"1": b"0123456789abcdef", "2": b""}),
        ("A", {"A": b"0123456789abcdef"}),
        ("a-b", {"a-b": b"0123456789abcdef"}),
        ("", {"": b"0123456789abcdef"}),
    ],
)
def test_keys_that_protect_nothing_are_refused(current: str, secrets: dict[str, bytes]) -> None:
    """An empty, short, missing or misnamed secret is a mistake at the start, not a hole later."""
    with pytest.raises(ValueError, match=r"secret|key id"):
        Keys(current, secrets)


def test_secrets_do_not_show_in_what_is_printed() -> None:
    """Keys may be logged by mistake; the secrets are not."""
    assert "0123456789abcdef" not in repr(KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "<maild.t1-1003-7-0.@example.org>",
        "<maild.t1-1003-7-0@example.org>",
        "<maild.@example.org>",
        "maild.",
        "@",
        "",
        "support@example.org",
        "support+@example.org",
        "support+1003@example.org",
        "1003",
    ],
)
def test_less_than_our_form_is_none_of_ours(text: str) -> None:
    """No older, shorter or empty form is accepted: there is nothing to guess."""
    assert verify(KEYS, text) is None


@pytest.mark.parametrize(
    "changed",
    [
        lambda tag: tag.replace("1003", "١٠٠٣"),
        lambda tag: tag.replace("1003", "01003"),
        lambda tag: tag.replace("1003", "+1003"),
        lambda tag: tag.replace("1003", "10000001003"),
        lambda tag: tag.replace("1003", "1_003"),
        lambda tag: tag.replace("t1-", "t1 -"),
        lambda tag: tag.replace("t1-", "t1-\n"),
        lambda tag: tag + "=",
        lambda tag: tag[:-1],
    ],
)
def test_numbers_are_ascii_digits_written_in_one_way(changed: object) -> None:
    """Arabic digits, leading zeros and signs, which `int` would take, are not how we write a number."""
    assert callable(changed)
    assert verify(KEYS, f"support+{changed(plus_tag(KEYS, TOKEN))}@{DOMAIN}") is None


def test_the_kelvin_sign_is_no_k() -> None:
    """A letter of another script that folds to an ASCII one does not make a text ours."""
    keys = Keys("k", {"k": b"0123456789abcdef"})
    assert verify(keys, address(TOKEN, keys)) is not None
    assert verify(keys, address(TOKEN, keys).replace("+tk-", "+t\N{KELVIN SIGN}-")) is None


def test_only_one_id_or_address_is_read() -> None:
    """Our id inside other text, or two of them in one field, is not one Message-ID."""
    signed = message_id(KEYS, TOKEN, "a", DOMAIN)
    assert read(signed) == ("thread", 1003, 7, 0)
    assert read(f"see {signed}") is None
    assert read(f"{signed} {signed}") is None
    assert read(f"<x.{signed[1:]}") is None


def test_a_very_long_text_is_not_looked_at() -> None:
    """What is longer than a line may be is dropped before any matching."""
    assert read("a" * 10_000_000 + address(TOKEN)) is None
    assert read("+" * 900 + address(TOKEN)) == ("thread", 1003, 7, 0)


def test_the_domain_may_be_rewritten() -> None:
    """The domain is not signed: a relay that puts its own there does no harm."""
    assert read(message_id(KEYS, TOKEN, "a", DOMAIN).replace(DOMAIN, "relay.example.net")) == read(
        address(TOKEN)
    )


def test_one_mail_keeps_its_message_id_and_two_mails_differ() -> None:
    """The id depends on nothing but token, nonce and domain: the same row sent twice has the same id."""
    first = message_id(KEYS, TOKEN, "row1", DOMAIN)
    assert first == message_id(KEYS, TOKEN, "row1", DOMAIN)
    assert first != message_id(KEYS, TOKEN, "row2", DOMAIN)
    assert thread_id(KEYS, TOKEN, DOMAIN) == message_id(KEYS, TOKEN, "thread", DOMAIN)


@pytest.mark.parametrize("nonce", ["", "a b", "a.b", "a\r\nBcc: x", "ä", "a" * 65, "<"])
def test_a_nonce_that_would_break_the_id_is_refused(nonce: str) -> None:
    """A Message-ID that would not verify, or would end its header field, is never made."""
    with pytest.raises(ValueError, match="nonce"):
        message_id(KEYS, TOKEN, nonce, DOMAIN)


@pytest.mark.parametrize("domain", ["", "exa mple.org", "x>\r\nBcc: y", "bücher.example"])
def test_a_domain_that_would_break_the_id_is_refused(domain: str) -> None:
    """The domain comes from the config, and still no blank or line break of it gets out."""
    with pytest.raises(ValueError, match="domain"):
        message_id(KEYS, TOKEN, "a", domain)


@pytest.mark.parametrize(
    "token", [Token("thread", 10**10, 7), Token("staff", 1, -1), Token("confirm", 1, 1, 10**10)]
)
def test_a_number_that_would_not_verify_is_refused(token: Token) -> None:
    """More than ten digits, or a sign, are never signed."""
    with pytest.raises(ValueError, match="digits"):
        plus_tag(KEYS, token)


def test_our_loop_value_is_known_and_no_other() -> None:
    """A mail of ours that comes back is known by a value that only we can make."""
    value = loop_value(KEYS, "<maild.a@example.org>")
    assert is_our_loop(KEYS, value)
    assert is_our_loop(KEYS, f"  {value.upper()} ")
    assert not is_our_loop(OTHER_KEYS, value)
    assert not is_our_loop(KEYS, value.replace("maild.a@", "maild.b@"))
    assert not is_our_loop(KEYS, value.replace("1.", "2.", 1))


def test_a_loop_value_is_no_token_and_a_token_no_loop_value() -> None:
    """The two are signed over different words, so that neither MAC serves the other."""
    value = loop_value(KEYS, "thread")
    assert verify(KEYS, f"support+{value}@{DOMAIN}") is None
    assert not is_our_loop(KEYS, plus_tag(KEYS, TOKEN))


@pytest.mark.parametrize("text", ["", "a b", "a\nb", "ä", "a" * 401])
def test_a_loop_text_that_could_not_be_read_back_is_refused(text: str) -> None:
    """Blanks and line breaks would be folded on the way, and the value would not verify."""
    with pytest.raises(ValueError, match="loop"):
        loop_value(KEYS, text)


@given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1, max_size=400))
def test_every_allowed_loop_text_verifies(text: str) -> None:
    """What may be put in comes back as ours."""
    assert is_our_loop(KEYS, loop_value(KEYS, text))
