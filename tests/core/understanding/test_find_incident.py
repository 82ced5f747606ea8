"""Finding the incident: our signature joins, a name alone never lets a stranger in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.customer import Party
from maild.core.incident import Incident
from maild.core.message import Address, Message
from maild.core.reasons import because
from maild.core.reply_token import Keys, Token, message_id, opening, plus_tag, thread_id
from maild.core.understanding.authenticate import Proof
from maild.core.understanding.find_incident import MOST_UNSEEN, Candidates, Clues, Found, clues, find

DOMAIN = "example.org"
KEYS = Keys("1", {"1": b"0123456789abcdef"})
CUSTOMER, COLLEAGUE, ANNA, BEN, STRANGER = (
    Party(7, "olga@shop.example", "Olga", "requester", True),
    Party(8, "ivan@shop.example", "Ivan", "cc", False),
    Party(21, "anna@example.org", "Anna", "staff", True),
    Party(22, "ben@example.org", "Ben", "staff", True),
    Party(99, "eve@example.net", "Eve", "cc", False),
)

PROVEN, UNPROVEN, FAILED = (
    Proof("proven", because("proven", by="dmarc=pass of mx.example.org")),
    Proof("unproven", because("no_verdict", authserv_ids="mx.example.org")),
    Proof("failed", because("dmarc_failed", authserv_id="mx.example.org", domain="shop.example")),
)

OPENED_AT = datetime(2026, 3, 3, 8, 0, 1, 999_999, tzinfo=UTC)
THREAD = Token("thread", 1003, 7, opening(OPENED_AT), "1")
ANNAS = Token("staff", 1003, 21, opening(OPENED_AT), "1")
CONFIRM = Token("confirm", 1003, 21, 5, "1")


def incident(number: int) -> Incident:
    """Return an open incident of the customer, with a colleague in copy and two of the staff."""
    return Incident(
        number=number,
        state="submitted",
        subject="Checkout fails",
        priority="normal",
        scope="support",
        language="en",
        opened_at=OPENED_AT,
        closed_at=None,
        parties=(CUSTOMER, COLLEAGUE, ANNA, BEN),
    )


def mail(
    sender: Party | None = CUSTOMER,
    subject: str = "Re: Checkout fails",
    answers: Sequence[str] = (),
    references: Sequence[str] = (),
    to: Sequence[str] = ("support@example.org",),
    fields: Sequence[tuple[str, str]] = (),
    doubt: str = "",
) -> Message:
    """Return a mail of `sender` with these clues."""
    return Message(
        message_id="<m1@shop.example>",
        sender=Address(sender.address, sender.name) if sender else None,
        sender_doubt=doubt,
        reply_to=(),
        to=tuple(Address(address) for address in to),
        cc=(),
        subject=subject,
        date=None,
        in_reply_to=tuple(answers),
        references=tuple(references),
        text="It still fails.",
        html_text=None,
        has_html=False,
        attachments=(),
        content_type="text/plain",
        content_params=(),
        reports=(),
        fields=tuple(fields),
        defects=(),
        notes=(),
        body_hash="0",
    )


STORED = Candidates(
    by_number={number: incident(number) for number in (1003, 1004)},
    by_message_id={"<a1@shop.example>": 1003, "<a2@shop.example>": 1004},
)


def found(message: Message, proof: Proof = PROVEN, *, configured: bool = True) -> Found:
    """Return what is found for the mail, its clues read from it and looked up in a store of two incidents."""
    return find(message, clues(message, (), KEYS), STORED, proof, configured)


def outcome(
    message: Message, proof: Proof = PROVEN, *, configured: bool = True
) -> tuple[int | None, str, list[str]]:
    """Return the number of what is found, how, and the names of the reasons."""
    answer = found(message, proof, configured=configured)
    number = answer.incident.number if answer.incident else None
    return number, answer.how, [reason.name for reason in answer.reasons]


def id_of(token: Token, nonce: str = "n1") -> str:
    """Return a Message-ID of ours with that token."""
    return message_id(KEYS, token, nonce, DOMAIN)


def test_clues_are_read_newest_first() -> None:
    """In-Reply-To, then References from its end: who answers an old mail again still means the newest."""
    older, newer = THREAD, replace(THREAD, incident=1004)
    message = mail(
        answers=["<z@x.example>"],
        references=[id_of(older), "<y@x.example>", id_of(newer), "<z@x.example>"],
    )
    assert clues(message, (), KEYS) == Clues(
        (newer, older), ("<z@x.example>", "<y@x.example>"), (), "<m1@shop.example>"
    )


@pytest.mark.parametrize("place", ["envelope", "to", "Delivered-To", "delivered-to"])
def test_a_plus_address_is_read_wherever_the_mail_was_sent(place: str) -> None:
    """The token stands in the envelope, in To, or in what the last server added."""
    address = f"support+{plus_tag(KEYS, THREAD)}@{DOMAIN}"
    message = mail(
        to=[address] if place == "to" else ["support@example.org"],
        fields=[(place, f"<{address}>")] if place.lower() == "delivered-to" else [],
    )
    assert clues(message, (address,) if place == "envelope" else (), KEYS).tokens == (THREAD,)


def test_a_plus_address_in_cc_is_read() -> None:
    """Who puts the support address in copy still answers the thread."""
    cc = Address(f"support+{plus_tag(KEYS, THREAD)}@{DOMAIN}")
    assert clues(replace(mail(), cc=(cc,)), (), KEYS).tokens == (THREAD,)


def test_one_token_in_many_places_is_one_clue() -> None:
    """A thread of ten mails names its incident once."""
    message = mail(answers=[id_of(THREAD)], references=[thread_id(KEYS, THREAD, DOMAIN), id_of(THREAD, "n2")])
    assert clues(message, (), KEYS) == Clues((THREAD,), (), (), "<m1@shop.example>")


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [#1003] Checkout fails", (1003,)),
        ("[#1003] and [#1004], [#1003] again", (1003, 1004)),
        ("[#2147483647]", (2147483647,)),
        ("[#2147483648]", ()),
        ("[#9999999999]", ()),
        ("[#99999999999]", ()),
        ("[#" + "9" * 5000 + "]", ()),
        ("[#١٠٠٣]", ()),
        ("[#\uff11\uff10\uff10\uff13]", ()),
        ("[#01003]", ()),
        ("[#0]", ()),
        ("[#-1003]", ()),
        ("[# 1003]", ()),
        ("#1003", ()),
        ("[1003]", ()),
        ("(#1003)", ()),
        ("[HotRush]", ()),
        ("[##1003]", ()),
    ],
)
def test_a_number_counts_only_as_we_write_it(subject: str, numbers: tuple[int, ...]) -> None:
    """Bracketed, with `#`, in ASCII digits, and no larger than the store can hold."""
    assert clues(mail(subject=subject), (), KEYS).numbers == numbers


@given(
    st.text(max_size=80),
    st.lists(st.text(max_size=60), max_size=4),
    st.lists(st.text(max_size=60), max_size=4),
)
def test_no_text_of_a_stranger_is_a_token_or_an_error(
    subject: str, ids: list[str], recipients: list[str]
) -> None:
    """Whatever stands in the fields is read without an exception, and proves nothing."""
    read = clues(mail(subject=subject, answers=ids, references=ids, to=recipients), recipients, KEYS)
    assert read.tokens == ()
    assert set(read.message_ids) == set(ids)


def test_a_token_joins_whoever_holds_it() -> None:
    """The customer forwarded our mail to somebody who answers it: that belongs to the incident."""
    message = mail(STRANGER, answers=[id_of(THREAD)])
    assert outcome(message, UNPROVEN) == (1003, "token", ["token"])
    assert found(message, UNPROVEN).proven_join
    assert found(message, UNPROVEN).token == THREAD


def test_a_token_joins_even_where_the_server_calls_the_sender_forged() -> None:
    """Forwarding breaks DMARC, and our signature is the better proof of belonging."""
    assert outcome(mail(answers=[id_of(THREAD)]), FAILED) == (1003, "token", ["token"])


def test_a_token_comes_before_a_message_id_and_that_before_a_number() -> None:
    """What is harder to make up counts first."""
    message = mail(subject="[#1004]", answers=["<a2@shop.example>"], references=[id_of(THREAD)])
    assert outcome(message)[:2] == (1003, "token")
    message = mail(subject="[#1004]", answers=["<a1@shop.example>"])
    assert outcome(message)[:2] == (1003, "message_id")
    assert outcome(mail(subject="[#1004]"))[:2] == (1004, "number")


def test_the_newest_of_several_tokens_wins() -> None:
    """A thread that was split goes on where it was answered last."""
    newer = replace(THREAD, incident=1004)
    assert outcome(mail(references=[id_of(THREAD), id_of(newer)]))[:2] == (1004, "token")
    assert outcome(mail(answers=[id_of(THREAD)], references=[id_of(newer)]))[:2] == (1003, "token")


def test_a_token_of_an_incident_that_is_gone_leads_nowhere() -> None:
    """A store restored from an old copy does not know it: the mail opens a new incident."""
    gone = Token("thread", 1999, 7, 0, "1")
    assert outcome(mail(answers=[id_of(gone)])) == (None, "new", ["new"])


@pytest.mark.parametrize("token", [THREAD, ANNAS])
@pytest.mark.parametrize("item", [0, opening(OPENED_AT) - 1, opening(OPENED_AT) + 1])
def test_a_token_of_an_earlier_incident_of_that_number_opens_a_new_one(token: Token, item: int) -> None:
    """The number was given out again after a restore: neither token, nor id, nor `[#n]` means today's incident."""
    old = replace(token, item=item)
    for sender in (CUSTOMER, ANNA, STRANGER):
        answer = found(mail(sender, "Re: [#1003] Checkout fails", answers=[id_of(old)]))
        assert (answer.incident, answer.how, answer.token, answer.linked_to) == (None, "new", None, None)
        assert answer.reasons == (because("token_of_another_time", number=1003),)


def test_a_token_of_today_counts_beside_one_of_another_time() -> None:
    """The thread went on in a new incident, and quotes the ids of the lost one."""
    old = replace(THREAD, item=5)
    assert outcome(mail(references=[id_of(old), id_of(THREAD)]))[:2] == (1003, "token")
    assert outcome(mail(references=[id_of(THREAD), id_of(old)])) == (
        1003,
        "token",
        ["token_of_another_time", "token"],
    )


def test_after_a_token_of_another_time_other_clues_count() -> None:
    """Ids and numbers of incidents that are not the lost one still lead to them."""
    old = id_of(replace(THREAD, item=5))
    assert outcome(mail(subject="[#1003] [#1004]", answers=[old])) == (
        1004,
        "number",
        ["token_of_another_time", "number"],
    )
    assert outcome(mail(answers=[old], references=["<a1@shop.example>"])) == (
        1003,
        "message_id",
        ["token_of_another_time", "known_message_id"],
    )


def test_a_staff_token_counts_for_its_own_person() -> None:
    """Anna answers her notification: her token is hers, proven or not."""
    for proof in (PROVEN, UNPROVEN):
        answer = found(mail(ANNA, answers=[id_of(ANNAS)]), proof)
        assert (answer.how, answer.token, answer.proven_join) == ("token", ANNAS, True)


def test_a_staff_token_is_her_own_in_any_case_of_letters() -> None:
    """Addresses are compared without regard to case."""
    shouting = Party(21, "ANNA@Example.ORG", "Anna", "staff", True)
    assert outcome(mail(shouting, answers=[id_of(ANNAS)]))[:2] == (1003, "token")


def test_a_staff_token_of_another_is_no_token() -> None:
    """Ben answers Anna's notification: he takes part, so it joins, but without a token he must confirm."""
    answer = found(mail(BEN, answers=[id_of(ANNAS)]))
    assert (answer.how, answer.token, answer.incident) == ("message_id", None, incident(1003))
    assert [reason.name for reason in answer.reasons] == ["token_of_another", "known_message_id"]


def test_a_staff_token_in_the_hands_of_a_stranger_opens_nothing() -> None:
    """A notification that leaked lets nobody in: a new incident, which staff see linked."""
    answer = found(mail(STRANGER, answers=[id_of(ANNAS)]))
    assert (answer.incident, answer.how, answer.linked_to) == (None, "new", 1003)
    assert [reason.name for reason in answer.reasons] == ["token_of_another", "stranger"]


def test_after_a_token_of_another_the_next_token_counts() -> None:
    """A staff member's mail quoted in a customer's thread does not hide the thread's own token."""
    message = mail(CUSTOMER, references=[thread_id(KEYS, THREAD, DOMAIN), id_of(ANNAS)])
    assert outcome(message) == (1003, "token", ["token_of_another", "token"])


def test_a_confirmation_is_found_as_such() -> None:
    """Its token comes back with the incident; whose it is and whether it was used, the store knows."""
    answer = found(mail(ANNA, answers=[id_of(CONFIRM)]), UNPROVEN)
    assert answer == Found(incident(1003), "confirm", CONFIRM, True, (because("confirmation"),), None)


def test_a_confirmation_of_several_incidents_needs_none() -> None:
    """One list may confirm mails of many incidents: its token says when it was asked, and names none of them."""
    several = Token("confirm", opening(OPENED_AT), 21, 6, "1")
    answer = found(mail(ANNA, answers=[id_of(several)]))
    assert (answer.incident, answer.how, answer.token) == (None, "confirm", several)


@pytest.mark.parametrize("sender", [CUSTOMER, COLLEAGUE, ANNA])
@pytest.mark.parametrize("clue", ["id", "number"])
def test_a_party_joins_by_a_known_id_or_number(sender: Party, clue: str) -> None:
    """Whatever the role: who takes part and is proven is let in by name."""
    message = mail(sender, answers=["<a1@shop.example>"]) if clue == "id" else mail(sender, "[#1003]")
    answer = found(message)
    assert (answer.incident, answer.proven_join, answer.token) == (incident(1003), True, None)


@pytest.mark.parametrize(
    "message", [mail(STRANGER, "[#1003]"), mail(STRANGER, answers=["<a1@shop.example>"])]
)
@pytest.mark.parametrize("configured", [True, False])
def test_a_stranger_with_a_number_or_id_opens_a_new_incident(message: Message, configured: bool) -> None:
    """Numbers can be guessed and ids be seen: staff get a link, the stranger gets nothing of the old one."""
    answer = found(message, configured=configured)
    assert (answer.incident, answer.how, answer.linked_to) == (None, "new", 1003)
    assert [reason.name for reason in answer.reasons] == ["stranger"]


@pytest.mark.parametrize("message", [mail(subject="[#1003]"), mail(answers=["<a1@shop.example>"])])
def test_a_forged_party_does_not_join(message: Message) -> None:
    """What the server calls forged is no party, also where no authserv-id is configured."""
    for configured in (True, False):
        assert outcome(message, FAILED, configured=configured) == (None, "new", ["dmarc_failed_join"])


@pytest.mark.parametrize("message", [mail(subject="[#1003]"), mail(answers=["<a1@shop.example>"])])
def test_where_senders_can_be_proven_they_must_be(message: Message) -> None:
    """With an authserv-id configured, an address without proof is only a claim."""
    answer = found(message, UNPROVEN)
    assert (answer.incident, answer.linked_to) == (None, 1003)
    assert [reason.name for reason in answer.reasons] == ["not_proven"]


def test_where_nobody_can_be_proven_a_party_joins_unproven() -> None:
    """Without an authserv-id the entry is let in and marked: it adds no reader and executes nothing."""
    answer = found(mail(subject="[#1003]"), UNPROVEN, configured=False)
    assert (answer.incident, answer.how, answer.proven_join) == (incident(1003), "number", False)


@pytest.mark.parametrize("sender", [CUSTOMER, None])
def test_a_doubtful_from_is_no_partys(sender: Party | None) -> None:
    """Two addresses in From, or one that parsers read in two ways, join nothing by name."""
    for message in (
        mail(sender, "[#1003]", doubt="two addresses stand in From"),
        mail(sender, answers=[id_of(ANNAS)], doubt="two addresses stand in From"),
    ):
        answer = found(message, UNPROVEN, configured=False)
        assert (answer.incident, answer.linked_to) == (None, 1003)
        assert [reason.name for reason in answer.reasons] == ["from_doubtful"]


def test_a_doubtful_from_with_a_thread_token_still_belongs_to_the_thread() -> None:
    """The signature says where the mail belongs, whoever wrote it."""
    message = mail(None, answers=[id_of(THREAD)], doubt="two addresses stand in From")
    assert outcome(message, UNPROVEN)[:2] == (1003, "token")


def test_a_clue_that_fails_does_not_stop_the_next() -> None:
    """The sender is a stranger to one incident and a party of another one that the mail names."""
    other = replace(incident(1004), parties=(replace(STRANGER, role="requester"),))
    stored = Candidates({1003: incident(1003), 1004: other}, {})
    message = mail(STRANGER, "[#1003] [#1004]")
    answer = find(message, clues(message, (), KEYS), stored, PROVEN, True)
    assert (answer.incident, answer.linked_to) == (other, None)
    assert [reason.name for reason in answer.reasons] == ["stranger", "number"]


def test_one_reason_is_given_once() -> None:
    """A stranger with an id and the number of one incident is one stranger."""
    assert outcome(mail(STRANGER, "[#1003]", answers=["<a1@shop.example>"]))[2] == ["stranger"]


def test_a_mail_that_names_nothing_is_new() -> None:
    """No clue, no link; unknown ids and numbers are none either."""
    assert found(mail()) == Found(None, "new", None, True, (because("new"),), None)
    unknown = found(mail(subject="[#7777]", answers=["<unknown@shop.example>"]), UNPROVEN)
    assert unknown == Found(
        None, "new", None, False, (because("new"),), None, unseen=("<unknown@shop.example>",)
    )


everyone = st.sampled_from([CUSTOMER, COLLEAGUE, ANNA, BEN, STRANGER, None])
ids = st.lists(
    st.sampled_from(["<a1@shop.example>", "<a2@shop.example>", "<x@y.example>", id_of(THREAD), id_of(ANNAS)]),
    max_size=4,
)
proofs = st.sampled_from([PROVEN, UNPROVEN, FAILED])


@given(everyone, st.sampled_from(["", "[#1003]", "[#1004] [#1003]"]), ids, proofs, st.booleans())
def test_nobody_gets_in_without_token_or_being_a_party(
    sender: Party | None, subject: str, references: list[str], proof: Proof, configured: bool
) -> None:
    """Whatever clues are put together: a mail joins by a token it holds, or as a party that is not forged."""
    answer = found(mail(sender, subject, references=references), proof, configured=configured)
    if answer.incident is None:
        assert answer.how == "new"
    elif answer.token is None:
        assert sender is not None
        assert answer.incident.party(sender.address) is not None
        assert proof.verdict == "proven" or (proof.verdict == "unproven" and not configured)
        assert answer.proven_join == (proof.verdict == "proven")
    elif answer.token.purpose == "staff":
        assert sender == ANNA
    assert answer.reasons


# --- mails that we never saw, and what was sent again -------------------------------------------------------------

SHARED = replace(STORED, by_ancestor={"<never@seen.example>": 1003}, same=1004)


def weaker(message: Message, proof: Proof = PROVEN, stored: Candidates = SHARED) -> Found:
    """Return what is found where the store knows ancestors and a twin."""
    return find(message, clues(message, (), KEYS), stored, proof, authserv_configured=True)


def test_an_ancestor_comes_after_all_that_names_an_incident_and_before_a_twin() -> None:
    """What names an incident of ours is the better clue; the same words are the weakest."""
    refers = mail(references=["<never@seen.example>"])
    assert (weaker(refers).how, weaker(replace(refers, subject="[#1004]")).how) == ("ancestor", "number")
    assert (
        weaker(replace(refers, references=("<a2@shop.example>", "<never@seen.example>"))).how == "message_id"
    )
    assert (weaker(mail()).how, weaker(mail()).reasons[-1].name) == ("same", "same_again")


def test_an_ancestor_leads_only_who_wrote_on_the_incident() -> None:
    """Its requester, and who proved themselves there; who was only named in Cc did nothing (rule 12)."""
    refers = mail(references=["<never@seen.example>"])
    alone = replace(SHARED, same=None)
    for sender, number in ((CUSTOMER, 1003), (ANNA, 1003), (COLLEAGUE, None), (STRANGER, None)):
        joined = weaker(replace(refers, sender=Address(sender.address)), stored=alone).incident
        assert (joined.number if joined else None) == number


def test_neither_counts_for_a_forged_sender() -> None:
    """The server says that the From address is not theirs."""
    found = weaker(mail(references=["<never@seen.example>"]), FAILED)
    assert (found.incident, {reason.name for reason in found.reasons}) == (None, {"dmarc_failed_join"})


def test_a_late_mail_is_known_by_its_own_id() -> None:
    """An earlier one answered it."""
    late = replace(mail(), message_id="<never@seen.example>")
    assert (weaker(late).how, weaker(late).reasons[-1].name) == ("ancestor", "late_ancestor")


def test_of_many_ids_the_newest_and_the_first_are_kept() -> None:
    """What we know already needs no keeping, nor do tokens."""
    ids = [f"<{n}@seen.example>" for n in range(50)]
    unseen = weaker(mail(references=[*ids, "<a1@shop.example>", id_of(THREAD)])).unseen
    assert (len(unseen), unseen[0], unseen[-1]) == (MOST_UNSEEN, ids[-1], ids[0])
    assert "<a1@shop.example>" not in unseen
