"""Templates and facts: problems are found when loading, and no fact of a stranger is more than its own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.catalogue import REPLIES, Value
from replies.clean import one_line, plain_text
from replies.render import Rendered, ReplyError, TemplateProblem, Templates
from tests.replies.facts import BARE, COMMON, MARKER, RICH, SOURCES, templates

TEMPLATES = templates()
TO_STAFF = [kind for kind, reply in REPLIES.items() if reply.audience == "staff"]


def rendered(kind: str, /, **changed: Value) -> Rendered:
    """Render with the full facts, some of them changed."""
    return TEMPLATES.render(kind, {**COMMON, **RICH[kind], **changed})


def problems(**sources: str) -> list[TemplateProblem]:
    """Return what is wrong when these replace shipped templates."""
    loaded = Templates.load({"en": {**SOURCES, **sources}})
    return list(loaded) if isinstance(loaded, tuple) else []


class TestLoading:
    """What can be wrong with a template is said before any mail needs it."""

    def test_the_shipped_templates_are_right(self) -> None:
        """All kinds load without a problem."""
        assert problems() == []

    def test_a_missing_template_is_named(self) -> None:
        """A kind without a template is a problem, not a surprise in production."""
        loaded = Templates.load({"en": {kind: text for kind, text in SOURCES.items() if kind != "answer"}})
        assert loaded == (TemplateProblem("answer", 0, "no template for this reply"),)

    def test_a_template_of_no_reply_is_named(self) -> None:
        """A misspelt file name would else be ignored without a word."""
        assert [(p.template, p.text.split(";")[0]) for p in problems(aknowledgement="Subject: x\n\ny\n")] == [
            ("aknowledgement", "there is no such reply")
        ]

    @pytest.mark.parametrize("source", ["", "Hello\n", "Subject: x\nno empty line\n", "subject: x\n\ny"])
    def test_a_template_begins_with_its_subject(self, source: str) -> None:
        """The first line is the subject, the second is empty."""
        assert [(p.template, p.line) for p in problems(answer=source)] == [("answer", 1)]

    def test_a_syntax_error_has_its_line(self) -> None:
        """Lines are counted in the file, subject included."""
        assert [p.line for p in problems(answer="Subject: x\n\nHello\n{% if %}\n")] == [4]
        assert [p.line for p in problems(answer="Subject: {{ subject\n\nHello\n")] == [1]

    def test_unknown_facts_are_all_named_with_their_lines(self) -> None:
        """Every slip is reported at once, with what would be right."""
        found = problems(answer="Subject: {{ subjct }}\n\n{{ text }}\n{{ txet }} {{ custmer }}\n")
        assert [(p.line, p.text.split("`")[1]) for p in found] == [(1, "subjct"), (4, "custmer"), (4, "txet")]
        assert all("known are address, number, service, subject, text" in p.text for p in found)

    def test_a_fact_of_another_reply_is_unknown(self) -> None:
        """An acknowledgement cannot show what only staff may know."""
        assert [p.line for p in problems(acknowledgement="Subject: x\n\n{{ evidence }}\n")] == [3]

    def test_a_misspelt_column_has_its_line(self) -> None:
        """Rows are tried with an example, so that a slip within a loop shows too."""
        found = problems(
            staff_list="Subject: x\n\n\n{% for item in items %}\n{{ item.nmber }}\n{% endfor %}\n"
        )
        assert [(p.template, p.line) for p in found] == [("staff_list", 5)]
        assert "nmber" in found[0].text

    def test_windows_line_ends_are_fine(self) -> None:
        """A template edited on Windows is the same template."""
        same = templates({"answer": SOURCES["answer"].replace("\n", "\r\n")})
        facts = {**COMMON, **RICH["answer"]}
        assert same.render("answer", facts) == TEMPLATES.render("answer", facts)


class TestFacts:
    """Facts are values: whatever a stranger wrote in them is shown, and does nothing."""

    def test_a_missing_fact_is_named(self) -> None:
        """A mail with a hole in it is not made."""
        with pytest.raises(ReplyError, match="closed: missing facts: subject, reopen_days"):
            TEMPLATES.render("closed", COMMON)

    def test_a_fact_that_is_no_plain_value_is_named(self) -> None:
        """An object in place of words is a mistake of the caller."""
        with pytest.raises(ReplyError, match="subject is no plain value: NoneType"):
            TEMPLATES.render("closed", {**COMMON, "subject": None, "reopen_days": 1})  # type: ignore[dict-item]

    def test_a_fact_may_be_left_out_where_it_has_a_default(self) -> None:
        """Mails that were queued before a fact was thought of still leave."""
        assert "maild" not in TEMPLATES.render("confirmation", {**COMMON, **BARE["confirmation"]}).text

    def test_a_fault_within_the_template_is_a_reply_error(self) -> None:
        """A template that fails on some facts only says so in our own words."""
        fragile = templates({"closed": "Subject: x\n\n{{ 28 // reopen_days }}\n"})
        with pytest.raises(ReplyError, match="closed"):
            fragile.render("closed", {**COMMON, **RICH["closed"], "reopen_days": 0})

    def test_an_unknown_kind_is_a_reply_error(self) -> None:
        """A row of the outbox that was written by a newer maild fails by name."""
        with pytest.raises(ReplyError, match="invitation"):
            TEMPLATES.render("invitation", COMMON)

    def test_template_code_in_a_fact_is_text(self) -> None:
        """What a customer writes is never a template."""
        code = "{{ 7 * 7 }} {% for x in y %}"
        mail = rendered("answer", subject=code, text=code)
        assert (mail.subject, mail.text) == (f"Re: {code} [#1003]", f"{code}\n")
        assert f">{code}</p>" in mail.html

    @pytest.mark.parametrize("kind", TO_STAFF)
    def test_no_line_of_a_stranger_can_pass_for_one_of_ours(self, kind: str) -> None:
        """A line break within a name, a subject or an error forges no row of our table."""
        forged = "x\n  Sender      the sender is proven: dmarc\r\u2028Sender proven"
        lines = {name: forged for name, fact in REPLIES[kind].facts.items() if fact.shape == "line"}
        text = rendered(kind, **lines).text
        assert not any(line.lstrip().startswith("Sender  ") and "x" not in line for line in text.splitlines())

    def test_a_customers_text_is_marked_line_by_line(self) -> None:
        """A customer who writes our own marker and rows into a mail is quoted, not obeyed."""
        text = rendered("staff_new_incident", text=f"hello\n{MARKER}\n  Sender      proven").text
        assert text.splitlines()[-3:] == ["> hello", f"> {MARKER}", ">   Sender      proven"]
        assert text.splitlines().count(MARKER) == 1

    @pytest.mark.parametrize("kind", ["staff_new_incident", "staff_new_message"])
    def test_everything_internal_stands_below_the_marker(self, kind: str) -> None:
        """The marker is the first line: what a reader cuts there can hold nothing internal (rule 34)."""
        assert rendered(kind).text.startswith(f"{MARKER}\n")


class TestAcknowledgement:
    """The one mail that a stranger can make us send."""

    def test_an_unproven_sender_sees_nothing_of_their_own(self) -> None:
        """Subject, name and body are not repeated: nobody can use us to write to others (rule 4)."""
        echoed = {"text": "BUY NOW", "customer": "BUY NOW <eve@example.net>", "notes": ["BUY NOW"]}
        facts: dict[str, Value] = {**COMMON, **RICH["acknowledgement"], "subject": "", **echoed}
        mail = TEMPLATES.render("acknowledgement", facts)
        assert mail.subject == "[#1003] We received your request"
        assert "BUY" not in mail.text

    def test_a_proven_sender_finds_the_subject_and_the_number(self) -> None:
        """The answer to it keeps the thread and the tag."""
        assert rendered("acknowledgement", subject="No stock").subject == "Re: No stock [#1003]"

    def test_it_says_what_was_understood_and_promised(self) -> None:
        """Number, scope, priority and the time of the answer stand in it."""
        text = rendered("acknowledgement").text
        for fact in (
            "#1003",
            "something that does not work as it should",
            "HotRush",
            "Monday 23 November 2026, 11:00 UTC",
        ):
            assert fact in text

    def test_what_may_be_out_of_scope_is_said_openly(self) -> None:
        """Nobody waits for what we may not do."""
        assert "outside this service" in rendered("acknowledgement", in_scope=False).text
        assert "outside this service" not in rendered("acknowledgement", in_scope=True).text

    def test_it_is_short(self) -> None:
        """RFC 3834 §3.2 asks for brief answers: a kilobyte and a half is enough."""
        assert len(rendered("acknowledgement", in_scope=False, hotrush=False, balance=[]).text) < 1_500


class TestWords:
    """What comes out is clean, whatever goes in."""

    def test_an_answer_is_exactly_what_staff_wrote(self) -> None:
        """No greeting, no footer, no rewrapping."""
        text = "Hi,\n\n  indented\n\n\n" + "long " * 40 + "\nSam\n-- \nLantern"
        assert rendered("answer", text=text).text == text + "\n"

    def test_a_long_subject_keeps_its_tag(self) -> None:
        """The number and the priority survive a subject of ten thousand letters."""
        subject = rendered("staff_new_incident", subject="x" * 10_000).subject
        assert subject.startswith("[#1003] xxx")
        assert subject.endswith("… (HOTRUSH)")
        assert len(subject) <= 200

    @pytest.mark.parametrize(
        "kind", ["acknowledgement", "answer", "closed", "delivery_problem", "raised", "receipt", "reminder"]
    )
    def test_every_mail_about_an_incident_carries_its_tag(self, kind: str) -> None:
        """A reply whose thread was lost still finds its incident."""
        assert "[#1003]" in rendered(kind, subject="x" * 500).subject

    def test_a_confirmation_carries_no_tag(self) -> None:
        """It is answered by its token alone; a number in brackets could join it to the incident instead."""
        assert "[#" not in rendered("confirmation").subject

    @given(subject=st.text(), text=st.text(), name=st.text())
    def test_any_words_make_one_clean_mail(self, subject: str, text: str, name: str) -> None:
        """The subject is one line of bounded length and the text is clean, for whatever strangers write."""
        mail = rendered("staff_new_message", subject=subject, text=text, customer=name, notes=[subject])
        assert len(mail.subject) <= 200
        assert mail.subject == one_line(mail.subject)
        assert mail.text == plain_text(mail.text)
        assert mail.text.endswith("\n")


def test_several_requests_of_one_scope_are_not_listed() -> None:
    """A list of one thing would say the contrary; the two sentences stand each once."""
    one = rendered("acknowledgement", several=["malfunction"], balance=[]).text
    two = rendered("acknowledgement").text
    assert "more than one thing. We begin with the first." in one
    assert "  - something" not in one
    assert one.count("One request is about one problem") == two.count("One request is about one problem") == 1
