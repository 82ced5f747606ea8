"""What we sent is known when it comes back: by people whose mail program marks nothing and speaks no language of ours.

The programs here write Georgian, of which quote_words.py has no word.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.core.understanding import quote_words
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.testing import Sent
from replies.render import Templates
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, JANE, SUPPORT, Target, target

UTF8 = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
WROTE = f"ორშ, 2 მარ. 2026, 09:00 Example Support <{SUPPORT}>-მა დაწერა:"
HEADER = (
    f"გამგზავნი: Example Support <{SUPPORT}>\nთარიღი: 2 მარტი 2026 09:00\nადრესატი: Jane\nთემა: The checkout"
)
TYPED = "გადახდა ისევ არ მუშაობს."


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path) as made:
        yield made


def text_of(sent: Sent) -> str:
    """Return what a mail of ours says."""
    return read_outside(sent.raw).text


def answers(found: Target, to: Sent, sender: str, text: str) -> None:
    """Let `sender` answer a mail of ours with exactly this text; let what follows leave."""
    found.gets(found.answer(to, sender, text, proven=True, quote=False, **UTF8))
    found.sends()


def told(found: Target) -> str:
    """Return what the last notice to Anna says that the customer wrote."""
    return text_of(found.to(ANNA)[-1]).partition("The customer wrote:\n\n")[2].strip()


def test_georgian_is_no_language_of_ours() -> None:
    """Else the tests here would show nothing."""
    words = [*quote_words.WRITING, *quote_words.HEADER_LABELS]
    assert "ka" not in words


@pytest.mark.parametrize(
    "introduction", [WROTE, WROTE.replace(" <", "\n<"), HEADER, f"{'_' * 32}\n{HEADER}", ""]
)
def test_of_a_customers_answer_only_what_was_typed_reaches_the_staff(
    maild: Target, introduction: str
) -> None:
    """Neither our acknowledgement nor what introduces it."""
    maild.opens()
    acknowledgement = maild.to(JANE)[0]
    answers(maild, acknowledgement, JANE, f"{TYPED}\n\n{introduction}\n\n{text_of(acknowledgement)}")
    assert told(maild) == f"> {TYPED}"


@pytest.mark.parametrize("mark", ["", "    ", "| ", "> ", ": "])
def test_it_may_be_wrapped_and_marked_as_the_program_likes(maild: Target, mark: str) -> None:
    """A narrow phone breaks our lines anew; what is typed below is heard as well."""
    maild.opens()
    acknowledgement = maild.to(JANE)[0]
    narrow = "\n".join(
        f"{mark}{line}"
        for paragraph in text_of(acknowledgement).split("\n\n")
        for line in [*textwrap.wrap(" ".join(paragraph.split()), 34, break_long_words=False), ""]
    )
    answers(maild, acknowledgement, JANE, f"{WROTE}\n{narrow}\n{TYPED}\n")
    assert told(maild) == f"> {TYPED}"


def test_the_history_of_a_thread_is_known_as_well(maild: Target) -> None:
    """A second answer quotes two mails of ours, one below the other."""
    notice = maild.opens()
    answers(maild, notice, ANNA, "Please empty the cache of the shop, and then try once more to pay.")
    acknowledgement, answer = maild.to(JANE)
    history = f"{HEADER}\n\n{text_of(answer)}\n{HEADER}\n\n{text_of(acknowledgement)}"
    answers(maild, answer, JANE, f"{TYPED}\n\n{history}")
    assert told(maild) == f"> {TYPED}"


def test_an_answer_between_our_lines_is_heard(maild: Target) -> None:
    """Point by point, without a mark anywhere."""
    notice = maild.opens()
    questions = (
        "Which version of the shop do you use today?\n\nSince when does the checkout show a white page?"
    )
    answers(maild, notice, ANNA, questions)
    first, second = questions.split("\n\n")
    answers(maild, maild.to(JANE)[-1], JANE, f"{WROTE}\n\n{first}\n\n4.7\n\n{second}\n\nგუშინდელი დღიდან\n")
    assert told(maild) == "> 4.7\n>\n> გუშინდელი დღიდან"


def test_a_line_of_ours_that_is_copied_as_the_answer_is_heard(maild: Target) -> None:
    """Who chooses by copying one of our lines has said something, even above the whole quote."""
    notice = maild.opens()
    choice = (
        "We restore the backup of last night.\n\nWe repair the tables by hand until noon.\n\nYou wait for us."
    )
    answers(maild, notice, ANNA, choice)
    chosen = choice.split("\n\n")[1]
    for below in ("", f"\n\n{WROTE}\n\n{choice}\n"):
        answers(maild, maild.to(JANE)[-1], JANE, f"{TYPED}\n\n{chosen}{below}")
        assert told(maild) == f"> {TYPED}\n>\n> {chosen}"


def test_what_a_customer_forwards_is_shown_to_the_staff(maild: Target) -> None:
    """Below words of their own it is no new text, but they want it read; our own mail is a quote, forwarded or not."""
    maild.opens()
    acknowledgement = maild.to(JANE)[0]
    heading = "---------- Forwarded message ---------\nFrom: Host <help@host.example>\nSubject: Your disk\n\n"
    answers(maild, acknowledgement, JANE, f"The host says:\n\n{heading}Your disk is full.\n")
    assert "The host says:" in told(maild)
    assert "Your disk is full." in told(maild)
    answers(maild, acknowledgement, JANE, f"Still down.\n\n{heading}{text_of(acknowledgement)}")
    assert told(maild) == "> Still down."


def test_a_staff_answer_passes_no_forwarded_mail_on(maild: Target) -> None:
    """It may be internal; what is to reach the customer is written."""
    notice = maild.opens()
    forwarded = "---------- Forwarded message ---------\nFrom: Ben\nSubject: x\n\nThis customer never pays.\n"
    answers(maild, notice, ANNA, f"We look into it.\n\n{forwarded}")
    assert text_of(maild.to(JANE)[-1]).strip() == "We look into it."


def test_a_staff_answer_above_our_bare_notice_reaches_the_customer_alone(maild: Target) -> None:
    """The notice is known as ours, so nobody has to confirm, and nothing internal leaves."""
    notice = maild.opens()
    answers(maild, notice, ANNA, f"Please try again now.\n\n{WROTE}\n\n{text_of(notice)}")
    assert text_of(maild.to(JANE)[-1]).strip() == "Please try again now."
    assert maild.states() == {1001: "waiting"}


def test_a_receipt_has_no_line_and_reaches_no_customer_all_the_same(maild: Target) -> None:
    """It asks for no answer; who answers it below its bare text sends what they wrote, since the rest is ours."""
    answers(maild, maild.opens(), ANNA, "#working")
    receipt = maild.to(ANNA)[-1]
    assert "put the incident in progress" in text_of(receipt)
    assert ANSWER_ABOVE not in text_of(receipt)
    answers(maild, receipt, ANNA, f"Please try again now.\n\n{WROTE}\n\n{text_of(receipt)}")
    assert text_of(maild.to(JANE)[-1]).strip() == "Please try again now."


def test_nothing_below_our_line_leaves_even_where_the_notice_was_changed(maild: Target) -> None:
    """What is not known again stands below our line all the same (rule 34)."""
    notice = maild.opens()
    changed = text_of(notice).replace("Why ", "\nInternal: a guess\nWhy ")
    answers(maild, notice, ANNA, f"Please try again now.\n\n{WROTE}\n\n{changed}\nInternal as well\n")
    assert text_of(maild.to(JANE)[-1]).strip() == "Please try again now."
    assert ANSWER_ABOVE not in maild.customers_saw()
    assert "Internal" not in maild.customers_saw()


def test_a_staff_answer_may_repeat_what_the_customer_was_told(maild: Target) -> None:
    """The same canned answer twice is an answer twice: it is compared with what staff got, not with what they sent."""
    canned = "Please empty the cache of the shop,\nand then try once more to pay with the card."
    notice = maild.opens()
    for times in (1, 2):
        answers(maild, notice, ANNA, canned if times == 1 else f"Once more:\n\n{canned}")
    assert canned in text_of(maild.to(JANE)[-1])


def test_a_template_that_fails_on_old_facts_costs_no_mail(maild: Target, tmp_path: Path) -> None:
    """Templates change; the quote is then told by its marks alone."""
    maild.opens()
    acknowledgement = maild.to(JANE)[0]
    folder = Path(__file__).parents[1] / "replies" / "templates" / "en"
    sources = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    sources["acknowledgement"] += "\n{{ 1 // (0 if number == 1001 else 1) }}\n"
    templates = Templates.load({"en": sources})
    assert isinstance(templates, Templates)
    maild.desk = replace(maild.desk, config=replace(maild.desk.config, templates=templates))
    quote = "".join(f"> {line}\n" for line in text_of(acknowledgement).splitlines())
    answers(maild, acknowledgement, JANE, f"{TYPED}\n\n{quote}")
    assert told(maild) == f"> {TYPED}"
