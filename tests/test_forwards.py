"""Staff forward a customer's mail, on the whole path: whose incident it is, what is kept, who hears of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.cli.main import main
from maild.store.tables import address, arrival, attachment, entry, incident, party
from tests.faults.target import ANNA, BEN, EVE, JANE, MX, PROOF, Target, first, target
from tests.parts.reports import bounce_of

STAFF_DOMAIN = f"{MX}; dmarc=pass header.from=example.com"
INNER = """\
Received: from mail.customer.example by mail.example.com; Mon, 2 Mar 2026 08:00:00 +0000
From: Jane Doe <jane@customer.example>
To: anna@example.com
Cc: Bob <bob@customer.example>
Subject: Cart is empty
Message-ID: <cart@customer.example>
{more}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="i"

--i
Content-Type: text/plain

The cart is empty after login.
--i
Content-Type: text/plain; name="log.txt"
Content-Disposition: attachment; filename="log.txt"

log
--i--
"""
INLINE = """\
{note}
---------- Forwarded message ---------
From: Jane Doe <jane@customer.example>
Date: Mon, 2 Mar 2026 at 08:00
Subject: {subject}
To: <anna@example.com>

The cart is empty after login.
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path, PROOF) as made:
        yield made


def inline(
    found: Target, note: str = "", *, proven: bool = True, subject: str = "Cart is empty", **headers: str
) -> None:
    """Let Anna forward Jane's mail in the body of hers."""
    text = INLINE.format(note=note, subject=subject)
    found.gets(found.mail(ANNA, text, proven=proven, **{"Subject": f"Fwd: {subject}", **headers}))


def attached(
    found: Target, note: str = "", *, proven: bool = True, inner: str = INNER, **headers: str
) -> None:
    """Let Anna forward Jane's mail as an attachment."""
    body = (
        f"--o\nContent-Type: text/plain\n\n{note}\n--o\nContent-Type: message/rfc822\n\n"
        f"{inner.format(more='') if '{more}' in inner else inner}\n--o--\n"
    )
    mime = {"MIME_Version": "1.0", "Content_Type": 'multipart/mixed; boundary="o"'}
    found.gets(found.mail(ANNA, body, proven=proven, **{"Subject": "Fwd: Cart is empty", **mime, **headers}))


def requesters(found: Target) -> dict[int, str]:
    """Return whose each incident is."""
    query = (
        select(party.c.incident, address.c.address)
        .join(address, address.c.id == party.c.address)
        .where(party.c.role == "requester")
        .order_by(party.c.incident)
    )
    return {row["incident"]: row["address"] for row in found.rows(query)}


def said(found: Target, number: int = 1001) -> list[tuple[str, str, str]]:
    """Return the entries of an incident: kind, whose, text."""
    query = (
        select(entry.c.kind, address.c.address, entry.c.text)
        .join(address, address.c.id == entry.c.author)
        .where(entry.c.incident == number)
        .order_by(entry.c.id)
    )
    return [(row["kind"], row["address"], row["text"].strip()) for row in found.rows(query)]


Forwards = Callable[..., None]
CART = ("customer_message", JANE, "The cart is empty after login.")


@pytest.mark.parametrize("forward", [inline, attached])
def test_the_incident_is_the_customer_s(maild: Target, forward: Forwards) -> None:
    """Her subject, text and name; unproven; what Anna wrote is a note; nobody but the staff hears of it."""
    forward(maild, "She called, too.\n")
    maild.sends()
    assert requesters(maild) == {1001: JANE}
    assert said(maild) == [CART, ("internal_note", ANNA, "She called, too.")]
    (row,) = maild.rows(select(incident))
    assert (row["subject"], row["flags"]) == ("Cart is empty", [])
    assert {row["proven"] for row in maild.rows(select(party.c.proven))} == {False}
    assert maild.to(JANE) == []
    notice = maild.read(BEN)[-1]
    assert "Jane Doe" in notice["From"]
    assert "Anna forwarded it" in " ".join(notice.text.split())
    assert "did not write #ack" in " ".join(notice.text.split())


def test_the_clock_starts_when_it_reached_us(maild: Target) -> None:
    """Not at the date of the mail that was forwarded."""
    inline(maild)
    assert maild.rows(select(incident.c.opened_at))[0]["opened_at"] == maild.clock.now()


def test_files_of_an_attached_mail_are_the_incident_s(maild: Target) -> None:
    """Beside the attached mail itself, whole."""
    attached(maild)
    rows = maild.rows(select(attachment).order_by(attachment.c.position))
    assert [row["name"] for row in rows] == ["log.txt", "Cart is empty.eml"]
    maild.sends()
    assert "log.txt" in maild.read(BEN)[-1].text


def test_people_in_copy_of_an_attached_mail_take_part(maild: Target) -> None:
    """As in a mail that came from the customer herself; the staff do not count."""
    attached(maild)
    rows = maild.rows(select(address.c.address).join(party).where(party.c.role == "cc"))
    assert [row["address"] for row in rows] == ["bob@customer.example"]


@pytest.mark.parametrize("forward", [inline, attached])
def test_with_ack_the_customer_is_told_her_number(maild: Target, forward: Forwards) -> None:
    """And who passed her mail on; nothing of it is repeated, nothing of the staff's shown; her answer threads."""
    forward(maild, "#ack\nShe called, too.\n")
    maild.sends()
    ack = first(maild.to(JANE))
    assert "[#1001]" in maild.read(JANE)[0]["Subject"]
    assert "Anna passed your mail on to us at Example Support" in " ".join(maild.read(JANE)[0].text.split())
    assert "Thank you for writing" not in maild.read(JANE)[0].text
    for secret in ("cart is empty after", "She called", ANNA, "Fwd"):
        assert secret not in maild.customers_saw()
    assert maild.read(JANE)[0]["In-Reply-To"] == ("<cart@customer.example>" if forward is attached else "")
    maild.gets(maild.answer(ack, JANE, "Thanks."))
    assert maild.dispositions() == ["opened", "appended"]
    assert said(maild)[1] == ("internal_note", ANNA, "She called, too.")


def test_an_answer_to_her_shows_nothing_of_who_forwarded(maild: Target) -> None:
    """No Message-ID of Anna's mail stands in it, and Jane's answer threads."""
    inline(maild, Message_ID="<secret@example.com>")
    maild.sends()
    maild.gets(maild.answer(maild.to(BEN)[-1], BEN, "Try again.", proven=True))
    maild.sends()
    assert "Try again." in maild.read(JANE)[-1].text
    assert "secret@example.com" not in maild.customers_saw()
    maild.gets(maild.answer(maild.to(JANE)[-1], JANE, "It works."))
    assert maild.dispositions() == ["opened", "appended", "appended"]


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("#akc\n", "unknown command #akc"),
        ("#close\n", "#close does nothing above a mail that is forwarded"),
        ("#ack now\n", "the command #ack does not stand alone"),
        ("Hello,\n#ack\n", "#ack is a command only"),
    ],
)
def test_what_is_mistyped_tells_the_customer_nothing(maild: Target, note: str, problem: str) -> None:
    """The incident is opened all the same, and the staff see what was not done."""
    inline(maild, note)
    maild.sends()
    assert requesters(maild) == {1001: JANE}
    assert maild.states() == {1001: "submitted"}
    assert maild.to(JANE) == []
    assert problem.lower() in " ".join(maild.read(ANNA)[-1].text.lower().split())


def test_what_nothing_proves_is_no_forwarded_mail(maild: Target) -> None:
    """Rule 11: a new incident under the staff address, flagged; nobody is answered, whatever stands on top."""
    inline(maild, "#ack\n", proven=False)
    attached(maild, "#ack\n", proven=False)
    maild.sends()
    assert requesters(maild) == {1001: ANNA, 1002: ANNA}
    assert [row["flags"] for row in maild.rows(select(incident.c.flags))] == [["unverified_staff"]] * 2
    assert maild.to(JANE) == []


@pytest.mark.parametrize("forward", [inline, attached])
def test_an_unproven_forward_says_what_to_do_with_it(maild: Target, forward: Forwards) -> None:
    """All staff read that the customer is not in it, and two ways on; another mail of Anna's says nothing of it."""
    forward(maild, proven=False)
    maild.sends()
    told = " ".join(maild.read(BEN)[-1].text.split())
    assert "an answer here goes to Anna" in told
    assert "Write to the customer yourself, or set up [proof]" in told
    maild.gets(maild.mail(ANNA))
    maild.sends()
    assert "forward the mail again" not in " ".join(maild.read(BEN)[-1].text.split())


def test_where_the_token_is_proof_enough_it_is_the_customer_s_and_nobody_is_answered(tmp_path: Path) -> None:
    """No server vouches there for anybody; `#ack` would let anyone have us write to anyone."""
    with target(tmp_path, '\n[proof]\nstaff_proof = "token"\n') as maild:
        inline(maild, "#ack\n", proven=False)
        maild.sends()
        assert requesters(maild) == {1001: JANE}
        assert maild.to(JANE) == []


def test_a_customer_who_forwards_is_the_requester(maild: Target) -> None:
    """Only staff file for others."""
    maild.gets(maild.mail(EVE, INLINE.format(note="", subject="x"), proven=True, Subject="Fwd: x"))
    assert requesters(maild) == {1001: EVE}


def test_a_forwarded_answer_goes_to_its_incident(maild: Target) -> None:
    """Jane answered Anna's own address: the number in the subject, or the ids in the attached mail, lead there."""
    maild.opens(Message_ID="<first@customer.example>")
    inline(maild, subject="Re: The checkout is down [#1001]")
    attached(maild, inner=INNER.replace("{more}", "In-Reply-To: <first@customer.example>\n"))
    assert maild.dispositions() == ["opened", "appended", "appended"]
    assert said(maild)[1:] == [CART, CART]
    assert maild.states() == {1001: "submitted"}


def test_it_raises_nobody_s_rights(maild: Target) -> None:
    """What was forwarded to an incident is an unproven entry on it."""
    maild.opens()
    inline(maild, subject="Re: The checkout is down [#1001]")
    rows = maild.rows(select(entry.c.proven).where(entry.c.kind == "customer_message").order_by(entry.c.id))
    assert [row["proven"] for row in rows] == [True, False]


def test_a_number_of_the_staff_s_own_files_the_mail_there(maild: Target) -> None:
    """Anna knows that Eve is Jane's colleague; Eve may go on with it."""
    maild.opens()
    text = INLINE.format(note="", subject="Cart").replace(JANE, EVE)
    maild.gets(maild.mail(ANNA, text, proven=True, Subject="Fwd: Cart [#1001]"))
    assert said(maild)[1] == ("customer_message", EVE, "The cart is empty after login.")
    maild.gets(maild.mail(EVE, "More.\n", proven=True, Subject="[#1001]"))
    assert maild.dispositions() == ["opened", "appended", "appended"]


def test_a_stranger_s_number_in_a_forwarded_mail_joins_nothing(maild: Target) -> None:
    """Eve wrote a number into her subject, and Anna's mail program wrote its own."""
    maild.opens()
    inner = INNER.replace("jane@", "eve@").replace("Cart is empty", "Cart [#1001]")
    attached(maild, inner=inner.replace("{more}", ""), Subject="a mail")
    assert maild.dispositions() == ["opened", "opened"]
    assert maild.rows(select(incident.c.linked_to))[-1] == {"linked_to": 1001}


def test_a_mail_that_came_before_is_not_filed_twice(maild: Target) -> None:
    """It came by itself, or another of the staff forwarded it already."""
    maild.gets(maild.mail(JANE, proven=True, Message_ID="<cart@customer.example>"))
    attached(maild)
    attached(maild, inner=INNER.replace("{more}", "").replace("cart@", "other@"))
    attached(maild, From=BEN, inner=INNER.replace("{more}", "").replace("cart@", "other@"))
    assert [row["incident"] for row in maild.rows(select(arrival.c.incident).order_by(arrival.c.id))] == [
        *(1001, 1001),
        *(1002, 1002),
    ]


def test_a_mail_of_ours_is_kept_as_a_note_and_its_forwarder_is_told(maild: Target) -> None:
    """Nothing of it reaches the customer."""
    maild.opens()
    ours = first(maild.to(JANE)).raw.decode()
    attached(maild, "Look at this.", inner=ours.replace("\r\n", "\n"))
    maild.sends()
    assert said(maild)[-1] == ("internal_note", ANNA, "Look at this.")
    assert "kept your mail among the staff" in " ".join(maild.read(ANNA)[-1].text.split())
    assert len(maild.to(JANE)) == 1


def test_without_a_sender_the_incident_is_the_staff_s_and_says_why(maild: Target) -> None:
    """Outlook writes only names for people of one's own house."""
    text = INLINE.format(note="", subject="Cart").replace(" <jane@customer.example>", "")
    maild.gets(maild.mail(ANNA, text, proven=True, Subject="Fwd: Cart"))
    maild.sends()
    assert requesters(maild) == {1001: ANNA}
    assert "no single sender" in " ".join(maild.read(BEN)[-1].text.split())


def test_a_forwarded_mail_of_the_staff_is_the_staff_s(maild: Target) -> None:
    """Ben's mail forwarded by Anna is their own business."""
    text = INLINE.format(note="", subject="Cart").replace(JANE, BEN)
    maild.gets(maild.mail(ANNA, text, proven=True, Subject="Fwd: Cart"))
    assert requesters(maild) == {1001: ANNA}


def test_an_attached_bounce_is_no_customer(maild: Target) -> None:
    """Anna asks what it means: the request is hers."""
    bounce = "From: MAILER-DAEMON@mx.example\nSubject: failed\nAuto-Submitted: auto-replied\n\nno such user\n"
    attached(maild, "What is this?", inner=bounce)
    assert requesters(maild) == {1001: ANNA}


def test_an_answer_with_an_attached_mail_stays_an_answer(maild: Target) -> None:
    """Under her token, what Anna attaches is a file for the customer, one and not its parts."""
    notification = maild.opens()
    ours = maild.read(ANNA)[-1]
    attached(maild, "See the mail.", References=ours["Message-ID"], Subject="Re: x [#1001]")
    maild.sends()
    assert maild.states() == {1001: "waiting"}
    assert [row["name"] for row in maild.rows(select(attachment))] == ["Cart is empty.eml"]
    assert notification


def test_an_unreadable_attached_mail_is_a_file(maild: Target) -> None:
    """The request is Anna's, and nothing fails."""
    attached(maild, "What is this?", inner="   ")
    assert maild.dispositions() == ["opened"]
    assert requesters(maild) == {1001: ANNA}


def test_a_group_s_address_asks_for_no_acknowledgement(maild: Target) -> None:
    """Rule 16: what comes from it is nobody's order."""
    staff = tuple(replace(member, group=True) for member in maild.desk.rules.staff)
    maild.desk = replace(maild.desk, rules=replace(maild.desk.rules, staff=staff))
    inline(maild, "#ack\n")
    maild.sends()
    assert requesters(maild) == {1001: JANE}
    assert maild.to(JANE) == []


def test_ack_is_no_command_above_an_answer(maild: Target) -> None:
    """Nothing is sent, and a receipt says why."""
    maild.gets(maild.answer(maild.opens(), ANNA, "#ack\nTry again.", proven=True))
    maild.sends()
    assert not maild.staff_acted()
    assert "#ack does nothing above an answer" in " ".join(maild.read(ANNA)[-1].text.split())


def test_a_resent_mail_is_the_customer_s_and_not_acknowledged(maild: Target) -> None:
    """Rule 9: staff pass it on without a word; a stranger's Resent-From silences nobody."""
    maild.gets(maild.mail(JANE, proven=True, Resent_From=f"Anna <{ANNA}>"))
    maild.gets(maild.mail(JANE, proven=True, Resent_From="Eve <eve@evil.example>"))
    assert requesters(maild) == {1001: JANE, 1002: JANE}
    assert [row["incident"] for row in maild.outbox("acknowledgement")] == [1002]


def test_the_history_shows_whose_words_they_are(
    maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jane's are hers and Anna's are Anna's, and why."""
    monkeypatch.setenv("COLUMNS", "200")
    inline(maild, "She called, too.\n")
    with pytest.raises(SystemExit):
        main(["--config", str(maild.folder / "config.toml"), "show", "1001"])
    shown = capsys.readouterr().out
    assert "customer message (opened) by Jane Doe" in shown
    assert f"internal note (opened) by {ANNA}" in shown
    assert "because Anna forwarded it, proven by dmarc=pass of mx.example.com" in shown
    assert len(maild.rows(select(arrival))) == 1


AWAY = """\
From: Jane Doe <jane@customer.example>
Subject: Automatic reply: [#1001] The checkout is down
Auto-Submitted: auto-replied
Message-ID: <away@customer.example>

I am away until May.
"""


@pytest.mark.parametrize("what", ["absence note", "report", "report in the body"])
def test_what_machines_wrote_of_an_incident_is_a_note_there(maild: Target, what: str) -> None:
    """Nobody is asked whether to send it to the customer; no state changes, and no machine takes part."""
    maild.gets(maild.answer(maild.opens(), ANNA, "It works again.", proven=True))
    maild.sends()
    takes_part = maild.rows(select(party.c.address))
    if what == "absence note":
        attached(maild, "See below.", inner=AWAY)
    elif what == "report":
        ours = maild.outbox("answer")[-1]["message_id"]
        attached(maild, "See below.", inner=bounce_of(ours, JANE).decode().replace("\r\n", "\n"))
    else:
        text = INLINE.format(note="See below.", subject="Undelivered mail: [#1001] The checkout is down")
        daemon = "Mail Delivery System <MAILER-DAEMON@mx.customer.example>"
        text = text.replace("Jane Doe <jane@customer.example>", daemon)
        maild.gets(maild.mail(ANNA, text, proven=True, Subject="Fwd: Undelivered mail: [#1001]"))
    maild.sends()
    assert maild.states() == {1001: "waiting"}
    assert maild.rows(select(party.c.address)) == takes_part
    noted = maild.rows(select(entry).order_by(entry.c.id))[-1]
    assert (noted["kind"], noted["text"][:10]) == ("internal_note", "See below.")
    assert maild.outbox("confirmation") == []
    assert maild.outbox()[-1]["kind"] == "receipt"


def test_an_ack_above_a_mail_of_an_old_incident_is_not_silently_passed_over(maild: Target) -> None:
    """Only a new incident is acknowledged; who asks for it later reads that it was not done."""
    inline(maild)
    inline(maild, "#ack\n", subject="[#1001] Cart is empty")
    maild.sends()
    assert maild.dispositions() == ["opened", "appended"]
    assert maild.to(JANE) == []
    assert "#ack was not carried out" in maild.read(BEN)[-1].text
