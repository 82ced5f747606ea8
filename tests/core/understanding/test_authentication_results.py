"""Authentication-Results as mail servers really write it: each form is read, and none proves more than it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.message import Address
from maild.core.understanding.authenticate import Proof, ProofSettings, prove, read_results
from tests.parts.messages import a_message

MX = "mx.example.org"


def judged(*fields: tuple[str, str], ids: tuple[str, ...] = (MX,), several: bool = False) -> Proof:
    """Return the proof of Alice's mail with these header fields, topmost first."""
    return prove(a_message(*fields), ProofSettings(authserv_ids=ids, several_fields=several))


def said(*values: str, ids: tuple[str, ...] = (MX,), several: bool = False) -> Proof:
    """Return the proof of Alice's mail with these Authentication-Results fields, topmost first."""
    return judged(*(("Authentication-Results", value) for value in values), ids=ids, several=several)


SERVERS = {
    "Google": (
        "mx.google.com",
        (
            "mx.google.com;        dkim=pass header.i=@example.net header.s=sel header.b=Ab/c+D1e;"
            "        spf=pass (google.com: domain of alice@example.net designates 192.0.2.1 as permitted sender)"
            " smtp.mailfrom=alice@example.net;"
            "        dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.net"
        ),
    ),
    "Microsoft 365": (
        "",
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.net; dkim=pass (signature was verified)"
            " header.d=example.net;dmarc=pass action=none header.from=example.net;compauth=pass reason=100"
        ),
    ),
    "Microsoft 365, older, with the domain of the recipient": (
        "",
        (
            "spf=pass (sender IP is 2001:db8::1) smtp.mailfrom=example.net; example.org; dkim=pass (signature was"
            " verified) header.d=example.net;example.org; dmarc=pass action=none header.from=example.net;"
        ),
    ),
    "Fastmail": (
        "mx1.messagingengine.com",
        (
            "mx1.messagingengine.com;    x-csa=none;    x-me-sender=none;    x-ptr=pass smtp.helo=mail.example.net"
            " policy.ptr=mail.example.net;    bimi=skipped (DMARC Policy is not at enforcement);"
            "    arc=none (no signatures found);    dkim=pass (2048-bit rsa key sha256) header.d=example.net"
            " header.i=@example.net header.b=Ab/c+D1e header.a=rsa-sha256 header.s=fm1 x-bits=2048;"
            "    dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none"
            " policy.evaluated-disposition=none (p=none,d=none,d.eval=none) policy.policy-from=p"
            " header.from=example.net;    spf=pass smtp.mailfrom=alice@example.net smtp.helo=mail.example.net"
        ),
    ),
    "Yahoo": (
        "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com",
        (
            "atlas-production.v2-mail-prod1-gq1.omega.yahoo.com; dkim=pass header.i=@example.net header.s=s1;"
            " spf=pass smtp.mailfrom=example.net; dmarc=pass(p=REJECT) header.from=example.net;"
        ),
    ),
    "OpenDMARC": (MX, "mx.example.org; dmarc=pass (p=none dis=none) header.from=example.net"),
    "OpenDKIM": (
        MX,
        (
            "mx.example.org;\tdkim=pass (2048-bit key; unprotected) header.d=example.net header.i=@example.net"
            ' header.a=rsa-sha256 header.s=s1 header.b="Ab/c=D1e";\tdkim-atps=neutral'
        ),
    ),
    "rspamd": (
        MX,
        (
            "mx.example.org;\tdkim=pass header.d=example.net header.s=dkim header.b=AbCdEfGh;\tspf=pass ("
            "mx.example.org: domain of alice@example.net designates 192.0.2.1 as permitted sender)"
            " smtp.mailfrom=alice@example.net;\tdmarc=pass (policy=quarantine) header.from=example.net"
        ),
    ),
    "Exim": (
        MX,
        (
            "mx.example.org;\tiprev=pass (mail.example.net) smtp.remote-ip=192.0.2.1;\tspf=pass"
            " smtp.mailfrom=example.net;\tdkim=pass header.d=example.net header.s=s1 header.a=rsa-sha256;"
            "\tdmarc=pass header.from=example.net;\tarc=none"
        ),
    ),
    "Exim, for who logged in": (MX, "mx.example.org;\tauth=pass (PLAIN) smtp.auth=alice@example.net"),
    "Zoho": (
        "mx.zohomail.com",
        (
            "mx.zohomail.com;\tdkim=pass  header.i=example.net;\tspf=pass  (zohomail.com: domain of alice@example.net"
            " designates 192.0.2.1 as permitted sender)  smtp.mailfrom=alice@example.net;"
            "\tdmarc=pass(p=none dis=none)  header.from=<alice@example.net>"
        ),
    ),
    "iCloud": ("dmarc.icloud.com", "dmarc.icloud.com; dmarc=pass header.from=example.net"),
    "amavis": (
        MX,
        "mx.example.org (amavisd-new); dkim=pass (2048-bit key)\n header.d=example.net",
    ),
    "with a version and a space everywhere": (
        MX,
        'MX.example.org 1 ; DMARC = PASS header.from = "Example.NET"',
    ),
}


@pytest.mark.parametrize("server", SERVERS)
def test_the_form_of_each_server_proves_its_sender(server: str) -> None:
    """A pass that covers the From address is found in whatever stands around it."""
    name, value = SERVERS[server]
    assert said(value, ids=(name,)).verdict == "proven"


@pytest.mark.parametrize("server", SERVERS)
def test_the_form_of_each_server_proves_nobody_else(server: str) -> None:
    """The same field on a mail from another address of another domain."""
    name, value = SERVERS[server]
    message = a_message(("Authentication-Results", value), sender=Address("alice@sub.example.net"))
    assert prove(message, ProofSettings(authserv_ids=(name,))).verdict == "unproven"


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("outcome", ["fail", "none", "neutral", "temperror", "bestguesspass", "passed"])
def test_the_form_of_each_server_proves_nothing_without_a_pass(server: str, outcome: str) -> None:
    """Only the very word counts."""
    name, value = SERVERS[server]
    for word in ("=pass", "= PASS"):
        value = value.replace(word, f"={outcome}")
    assert said(value, ids=(name,)).verdict == (
        "failed" if outcome == "fail" and "DMARC" in value.upper() else "unproven"
    )


@pytest.mark.parametrize(
    "value",
    [
        # The address in the envelope is the sender's own words.
        "mx.example.org; spf=pass smtp.mailfrom=x=dmarc=pass@evil.example",
        "mx.example.org; dkim=pass header.i=header.d=example.net",
        "mx.example.org; dkim=pass header.i=header.d=example.net@evil.example header.s=x",
        'mx.example.org; spf=pass smtp.mailfrom="; dmarc=pass header.from=example.net ;"@evil.example',
        r'mx.example.org; spf=pass smtp.mailfrom="\"; dmarc=pass header.from=example.net"@evil.example',
        r"mx.example.org; spf=pass (domain of a\) ; dmarc=pass header.from=example.net \( said so)",
        # A name that only looks like the one that counts.
        "mx.example.org; xdmarc=pass header.from=example.net",
        "mx.example.org; dmarc=pass xheader.from=example.net",
        "mx.example.org; dmarc=pass header.from=example.net.evil.example",
        "mx.example.org; dmarc=pass header.from=evil.example/example.net",
        "mx.example.org; dmarc=pass header.from=<bob@example.net>",
        "mx.example.org; dmarc=pass header.from=alice@example.net@evil.example",
        "mx.example.org; dmarc=pass header.from=",
        "mx.example.org; dmarc= header.from=example.net",
        "mx.example.org; dmarc pass header.from=example.net",
        "mx.example.org; header.from=example.net dmarc=pass",
        # Two answers to one question: one of them is not the server's.
        "mx.example.org; dmarc=none header.from=example.net; dmarc=pass header.from=example.net",
        "mx.example.org; dmarc=pass header.from=evil.example; dmarc=pass header.from=example.net",
    ],
)
def test_words_of_a_sender_inside_a_field_prove_nothing(value: str) -> None:
    """Servers repeat addresses that strangers chose."""
    assert said(value).verdict == "unproven"


@given(st.text(max_size=60))
def test_no_quoted_word_of_a_sender_proves_anything(words: str) -> None:
    """Whatever stands in the local part of an envelope sender, as long as the server quotes it."""
    quoted = words.replace("\\", r"\\").replace('"', r"\"")
    for value in (
        f'spf=pass smtp.mailfrom="{quoted}"@evil.example',
        f'auth=pass smtp.auth="{quoted}"@x.example',
    ):
        assert said(f"mx.example.org; {value}; dkim=none").verdict == "unproven"


@given(st.text(alphabet='mx.example.org;= "()\\dkim=pass header.d=example.net', max_size=80))
def test_no_field_of_another_server_proves_anything(words: str) -> None:
    """However it is cut: what does not begin with our server's name is not ours."""
    assert said(f"mx.evil.example; {words}").verdict == "unproven"
    assert said(f"evil {words}").verdict == "unproven"


@pytest.mark.parametrize("version", ["2", "01", "11", "x"])
def test_a_version_that_nobody_knows_is_not_read(version: str) -> None:
    """RFC 8601 §2.2: it may mean anything."""
    assert said(f"mx.example.org {version}; dmarc=pass header.from=example.net").verdict == "unproven"


# --- more than one field -------------------------------------------------------------------------------------

DKIM = ("Authentication-Results", "mx.example.org; dkim=pass header.d=example.net")
DMARC = ("Authentication-Results", "mx.example.org; dmarc=pass header.from=example.net")
DMARC_FAIL = ("Authentication-Results", "mx.example.org; dmarc=fail header.from=example.net")
SPF = ("Authentication-Results", "mx.example.org; spf=pass smtp.mailfrom=example.net")
THEIRS = ("Authentication-Results", "mx.example.net; dkim=pass header.d=example.net")
OUR_HOP = (
    "Received",
    "from mail.example.net (mail.example.net [192.0.2.1]) by MX.example.org (Postfix) with ESMTPS id 1;",
)
OTHER_HOP = (
    "Received",
    "from [192.0.2.7] by mail.example.net (by mx.example.org) with ESMTPSA; Mon, 2 Mar 2026 09:00:00 +0000",
)


def test_of_several_fields_the_topmost_counts_unless_the_config_says_more() -> None:
    """OpenDMARC runs last and writes on top; where another filter does, its operator must say that all count."""
    assert judged(DMARC, DKIM).verdict == "proven"
    assert judged(SPF, DKIM).verdict == "unproven"
    assert judged(SPF, DKIM, several=True).verdict == "proven"
    assert judged(SPF, THEIRS, several=True).verdict == "unproven"


@pytest.mark.parametrize("several", [False, True])
def test_that_dmarc_failed_is_believed_from_any_field_of_the_run(several: bool) -> None:
    """It takes rights away, so whoever forged it harms only their own mail (rule 8)."""
    assert judged(DKIM, DMARC_FAIL, several=several).verdict == "failed"
    assert judged(DKIM, OTHER_HOP, DMARC_FAIL, several=several).verdict == "proven"


def test_the_run_ends_at_another_server() -> None:
    """Below its Received stands what was in the mail when it came to us."""
    assert judged(SPF, OUR_HOP, DKIM, several=True).verdict == "proven"
    assert judged(SPF, OTHER_HOP, DKIM, several=True).verdict == "unproven"
    assert judged(SPF, ("Received", ""), DKIM, several=True).verdict == "unproven"
    assert judged(SPF, ("Received", "(by mx.example.org"), DKIM, several=True).verdict == "unproven"


def test_fields_of_two_configured_servers_are_not_one_run() -> None:
    """The topmost says who speaks; another name below it is another pass of the mail."""
    other = ("Authentication-Results", "mx2.example.org; dkim=pass header.d=example.net")
    assert judged(SPF, other, ids=(MX, "mx2.example.org"), several=True).verdict == "unproven"


def test_two_filters_that_disagree_about_dmarc_prove_nothing() -> None:
    """One of them is mistaken, or forged."""
    none = ("Authentication-Results", "mx.example.org; dmarc=none header.from=example.net")
    assert judged(none, DMARC, several=True).verdict == "unproven"


def test_a_thousand_fields_are_a_few() -> None:
    """Who writes many gains nothing, and costs nothing."""
    assert judged(*[SPF] * 1000, DKIM, several=True).verdict == "unproven"


def test_what_servers_on_the_way_found_is_not_read() -> None:
    """ARC-Authentication-Results (RFC 8617) bears names that anybody may write."""
    sealed = ("ARC-Authentication-Results", "i=1; mx.example.org; dmarc=pass header.from=example.net")
    assert judged(sealed).reason.name == "no_verdict"
    assert judged(("X-Authentication-Results", DMARC[1])).reason.name == "no_verdict"


# --- names of domains -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_domain", "from_domain", "verdict"),
    [
        ("xn--strae-oqa.example", "straße.example", "proven"),
        ("straße.example", "straße.example", "proven"),
        ("strasse.example", "straße.example", "unproven"),
        ("straße.example", "strasse.example", "unproven"),
        ("ſhop.example", "shop.example", "unproven"),
        ("shop.example", "ſhop.example", "unproven"),
        ("\u212aite.example", "kite.example", "unproven"),
        ("müller.example", "muller.example", "unproven"),
        ("example.com", "sub.example.com", "unproven"),
        ("sub.example.com", "example.com", "unproven"),
    ],
)
def test_only_the_very_domain_is_the_domain(said_domain: str, from_domain: str, verdict: str) -> None:
    """Letters that some rule folds into others name another domain, and another owner; so does a subdomain."""
    for result in (f"dmarc=pass header.from={said_domain}", f"dkim=pass header.d={said_domain}"):
        message = a_message(
            ("Authentication-Results", f"mx.example.org; {result}"), sender=Address(f"a@{from_domain}")
        )
        assert prove(message, ProofSettings((MX,))).verdict == verdict


def test_a_quoted_name_of_the_server_is_its_name() -> None:
    """RFC 8601 §2.2 allows it."""
    assert said('"mx.example.org"; dmarc=pass header.from=example.net').verdict == "proven"
    assert read_results('"mx.example.org; x"; none') is not None
    assert said('"mx.example.org; x"; dmarc=pass header.from=example.net').verdict == "unproven"
