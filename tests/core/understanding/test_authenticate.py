"""A mail proves its sender only by the verdict of a configured server that speaks of that very sender."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.message import Address
from maild.core.understanding.authenticate import Proof, ProofSettings, prove, read_results
from tests.parts.messages import a_message

OURS = ProofSettings(authserv_ids=("mx.example.org", "mx2.example.org"))


def verdict(*values: str, settings: ProofSettings = OURS, **changes: object) -> Proof:
    """Return the proof of Alice's mail with these Authentication-Results fields, topmost first."""
    return prove(a_message(*(("Authentication-Results", value) for value in values), **changes), settings)


@pytest.mark.parametrize(
    ("value", "method"),
    [
        ("mx.example.org; dmarc=pass header.from=example.net", "dmarc=pass"),
        ("mx.example.org 1; dmarc=pass (p=none dis=none) header.from=EXAMPLE.net", "dmarc=pass"),
        ("MX2.Example.org;\tspf=fail smtp.mailfrom=x@y.example; dkim=pass header.d=example.net", "dkim=pass"),
        ("mx.example.org (a (nested) comment); dkim/1=pass header.d=example.net header.b=AbCd", "dkim=pass"),
        ('mx.example.org; dkim=pass reason="good; really" header.d="example.net"', "dkim=pass"),
        ("mx.example.org; dkim=fail header.d=example.net; dkim=pass header.d=example.net", "dkim=pass"),
        ("mx.example.org; auth=pass smtp.auth=Alice@example.net", "auth=pass"),
        ("mx.example.org; dmarc = pass header.from = example.net", "dmarc=pass"),
    ],
)
def test_a_pass_that_covers_the_from_address_proves_it(value: str, method: str) -> None:
    """DMARC or DKIM of the From domain, or a login as the From address."""
    proof = verdict(value)
    assert proof.verdict == "proven"
    assert method in proof.reason.text


@pytest.mark.parametrize(
    "value",
    [
        "mx.example.org; spf=pass smtp.mailfrom=alice@example.net",
        "mx.example.org; dmarc=pass",
        "mx.example.org; dmarc=pass header.from=example.com",
        "mx.example.org; dmarc=pass header.from=example.net header.from=example.com",
        "mx.example.org; dmarc=none header.from=example.net",
        "mx.example.org; dmarc=temperror header.from=example.net",
        "mx.example.org; dkim=pass header.d=mail.example.net",
        "mx.example.org; dkim=pass header.i=@example.net",
        "mx.example.org; auth=pass smtp.auth=alice",
        "mx.example.org; auth=pass smtp.auth=mallory@example.net",
        "mx.example.org; x-ours=pass header.from=example.net",
        'mx.example.org; spf=pass reason="x; dmarc=pass header.from=example.net"',
        "mx.example.org; spf=pass (x; dmarc=pass header.from=example.net)",
        "mx.example.org; none",
        "mx.example.org",
    ],
)
def test_a_pass_that_covers_something_else_proves_nothing(value: str) -> None:
    """SPF alone, other domains, other people, and words in comments or quotes."""
    assert verdict(value).reason.name == "not_aligned"


@pytest.mark.parametrize(
    "value",
    [
        "mx.evil.example; dmarc=pass header.from=example.net",
        "mx.example.org.evil.example; dmarc=pass header.from=example.net",
        "dmarc=pass header.from=example.net",
        "mx.example.org dmarc=pass header.from=example.net",
        "(mx.example.org); dmarc=pass header.from=example.net",
        'mx.example.org; dmarc=pass header.from="example.net',
        "mx.example.org; dmarc=pass (header.from=example.net",
        ";;;",
        "",
        "mx.example.org; dmarc=pass header.from=example.net" + " " * 20_000,
    ],
)
def test_a_field_of_nobody_we_know_or_that_cannot_be_read_is_no_verdict(value: str) -> None:
    """Anybody can write the field; only a configured name in its place counts."""
    assert verdict(value).reason.name == "no_verdict"


def test_only_the_topmost_field_of_a_configured_server_counts() -> None:
    """A field below it may be the sender's own work."""
    good = "mx.example.org; dmarc=pass header.from=example.net"
    bare = "mx.example.org; spf=none"
    assert verdict(bare, good).verdict == "unproven"
    assert verdict(good, bare).verdict == "proven"
    assert verdict("mx.other.example; dmarc=fail", good).verdict == "proven"


def test_dmarc_fail_is_a_failure_whatever_else_passes() -> None:
    """The server says that the From address is forged."""
    value = "mx.example.org; dmarc=fail header.from=example.net; dkim=pass header.d=example.net"
    assert verdict(value).verdict == "failed"
    assert verdict(value, sender=None, sender_doubt="two From fields").verdict == "failed"


def test_a_doubtful_from_is_never_proven() -> None:
    """The server may have judged another address than the one we read."""
    value = "mx.example.org; dmarc=pass header.from=example.net"
    proof = verdict(value, sender_doubt="two addresses in From")
    assert (proof.verdict, proof.reason.name) == ("unproven", "from_doubtful")
    assert "two addresses" in proof.reason.text
    assert verdict(value, sender=None).verdict == "unproven"


def test_with_no_configured_server_nobody_is_proven() -> None:
    """The default of a new installation."""
    value = "mx.example.org; dmarc=pass header.from=example.net"
    assert verdict(value, settings=ProofSettings()).reason.name == "no_authserv"


def test_a_server_that_names_itself_nowhere_is_configured_by_the_empty_name() -> None:
    """Microsoft 365 begins the field with the first method."""
    value = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dmarc=pass action=none header.from=example.net"
    microsoft = ProofSettings(authserv_ids=("",))
    assert verdict(value, settings=microsoft).verdict == "proven"
    assert verdict(value).reason.name == "no_verdict"
    assert (
        verdict("mx.example.org; dmarc=pass header.from=example.net", settings=microsoft).verdict
        == "unproven"
    )


def test_a_domain_in_letters_is_the_same_in_its_dns_form() -> None:
    """Servers write either form of an internationalised domain."""
    value = "mx.example.org; dmarc=pass header.from=xn--mller-kva.example"
    assert verdict(value, sender=Address("a@müller.example")).verdict == "proven"
    assert verdict(value, sender=Address("a@muller.example")).verdict == "unproven"
    assert verdict(value, sender=Address(f"a@{'ü' * 300}.example")).verdict == "unproven"
    assert verdict("mx.example.org; dkim=pass header.d=ü..x", sender=Address("a@é..x")).verdict == "unproven"


def test_escaped_quotes_stay_inside_their_string() -> None:
    """A quote in a quoted string ends nothing."""
    read = read_results(r'mx.example.org; spf=pass reason="a \" ; dmarc=pass" smtp.mailfrom=x')
    assert read is not None
    assert [result.method for result in read.results] == ["spf"]


FIELDS = st.lists(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "mx.example.org",
                    ";",
                    "=",
                    "dmarc",
                    "pass",
                    "header.from",
                    "example.net",
                    '"',
                    "(",
                    ")",
                    " ",
                    "\\",
                ]
            )
        ).map("".join),
    ),
    max_size=4,
)


@given(FIELDS)
def test_without_a_configured_server_no_field_proves_anything(values: list[str]) -> None:
    """Nothing that a sender writes makes them somebody."""
    assert verdict(*values, settings=ProofSettings()).verdict == "unproven"
    assert verdict(*values, settings=ProofSettings(("mx.elsewhere.example",))).verdict == "unproven"


@given(FIELDS)
def test_fields_below_the_first_verdict_change_nothing(values: list[str]) -> None:
    """Whatever follows the topmost field of our server, the verdict stays."""
    assert verdict("mx.example.org; spf=none", *values).verdict == "unproven"
    assert verdict("mx.example.org; dmarc=fail", *values).verdict == "failed"
