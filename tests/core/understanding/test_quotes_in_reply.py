"""Where we know what we sent, nothing that a customer typed or wants to show is taken for a quote of ours."""

import pytest

from maild.core.understanding.new_text import Split, split_text

OURS = """\
Hello Jane,

thank you for your mail. Please answer three questions:

Which version of the shop do you use?
What is the address of the page that fails?
Since when does it happen, and for whom?

Kind regards
Anna, Example Support
"""
HEADER = """\
From: Example Support <support@example.com>
Sent: Monday, 2 March 2026 09:00
To: Jane <jane@customer.example>
Subject: Re: [#1001] The checkout is down
"""
ATTRIBUTION = "On Mon, 2 Mar 2026 at 09:00, Example Support <support@example.com> wrote:\n"
PASTED = """\
From: My shop <shop@customer.example>
To: Jim <jim@buyer.example>
Subject: Your order 17

Thank you for your order.
"""
EARLIER = "It shows a white page since monday, whatever I click on."


def split(text: str) -> Split:
    """Return a customer's reply told apart, after OURS was sent."""
    return split_text(text, ours=[OURS], from_customer=True, earlier=[EARLIER])


def marked(text: str) -> str:
    """Return the text quoted with `>`."""
    return "".join(f"> {line}\n" for line in text.splitlines())


def answered(ours: str) -> str:
    """Return our text with answers typed between its lines."""
    return ours.replace("use?\n", "use?\n4.7\n").replace("fails?\n", "fails?\nhttps://shop.example/pay\n")


# --- answers between our lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "top", [HEADER + "\n", "_" * 32 + "\n" + HEADER + "\n", HEADER.replace("\n", "\n\n")]
)
def test_answers_typed_between_our_unmarked_lines_are_new(top: str) -> None:
    """Outlook marks nothing: below its header block stands our text, and what was typed into it."""
    found = split(f"See my answers below.\n\n{top}{answered(OURS)}")
    assert found.new == "See my answers below.\n\n4.7\n\nhttps://shop.example/pay"
    assert found.shown == found.new


def test_answers_typed_on_our_lines_are_shown_with_them() -> None:
    """They are for the staff; our words in them are not for the classifiers."""
    text = answered(OURS).replace("use?\n", "use? ").replace("fails?\n", "fails? ")
    found = split(f"See below.\n\n{HEADER}\n{text}")
    assert "fails? https://shop.example/pay" in found.shown
    assert "do you use? 4.7" in found.shown
    assert found.new == "See below."


def test_an_answer_typed_between_marked_lines_with_their_mark_is_new() -> None:
    """In red within the quote, as web mail programs let people do."""
    assert split(f"In red\n\n{ATTRIBUTION}{marked(answered(OURS))}").new == (
        "In red\n\n> 4.7\n\n> https://shop.example/pay"
    )


def test_answers_that_look_like_a_header_block_are_no_header_block() -> None:
    """Three labels above a line of ours introduce it only where the quote begins."""
    typed = "User: jane@customer.example\nCode: 17\nSeen: 2026-03-02 10:20\n"
    assert "User: jane" in split(f"Hi\n\n{HEADER}\n{OURS.replace('Since', typed + 'Since')}").new


def test_what_is_typed_below_our_whole_text_is_new() -> None:
    """Below a header block too: our text is over there."""
    assert (
        split(f"Hi\n\n{HEADER}\n{OURS}\nIt is the page to pay on.\n").new == "Hi\n\nIt is the page to pay on."
    )


# --- quotes of something else --------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", f"\n{ATTRIBUTION}{marked(OURS)}", f"\n{HEADER}\n{OURS}"])
def test_a_pasted_mail_and_what_stands_below_it_are_shown(below: str) -> None:
    """It is no mail of ours; the words of the sender's below it cannot be told from it."""
    reply = f"Do you mean this setting?\n\n{PASTED}\nThat is what our order mail shows. Is it right?"
    assert split(f"{reply}\n{below}").shown == reply


@pytest.mark.parametrize("below", ["", f"\n{ATTRIBUTION}{marked(OURS)}", f"\n{HEADER}\n{OURS}"])
@pytest.mark.parametrize("error", ["> SQLSTATE[42S02]: Base table not found\n> at main()\n", "> 500\n"])
def test_marked_lines_of_no_mail_of_ours_are_shown(error: str, below: str) -> None:
    """An error message, say; the classifiers do not read it."""
    found = split(f"Danke, hier noch die Fehlermeldung:\n{error}{below}")
    assert found.shown == f"Danke, hier noch die Fehlermeldung:\n\n{error.strip()}"
    assert found.new == "Danke, hier noch die Fehlermeldung:"


def test_text_right_below_a_pasted_header_block_is_shown() -> None:
    """Also where our quote follows so soon that the block could introduce it."""
    reply = f"This one?\n\n{PASTED.replace('17' + chr(10) * 2, '17' + chr(10))}"
    assert split(f"{reply}\n{ATTRIBUTION}{marked(OURS)}").shown == reply.strip()


@pytest.mark.parametrize("shown", [PASTED, "> SQLSTATE[42S02]\n"])
def test_what_is_shown_below_an_answer_under_our_quote_is_no_history(shown: str) -> None:
    """Who answers below the quote pastes below it too."""
    reply = f"This is what I get:\n\n{shown.strip()}"
    assert split(f"{ATTRIBUTION}{marked(OURS)}\n{reply}\n").shown == reply


def test_who_wrote_what_is_shown_is_shown_too() -> None:
    """The line that introduces it belongs to it."""
    other = f"{ATTRIBUTION.replace('Example Support <support@example.com>', 'Host <a@host.example>')}> We did it.\n"
    assert split(f"My host says:\n\n{other}").shown == f"My host says:\n\n{other.strip()}"


# --- what is still cut ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quote",
    [
        f"{HEADER}\n{OURS}",
        f"{HEADER}\n{OURS}\n{HEADER}\nWhat came long before.\n",
        f"{ATTRIBUTION}{marked(OURS)}",
        f"{ATTRIBUTION}{marked(OURS)}> {ATTRIBUTION}>> What came long before.\n",
        f"{ATTRIBUTION}> Which version of the shop do you use?\n",
        f"{HEADER}\nWhich version of the shop do you use?\n",
        f"{ATTRIBUTION}> {EARLIER}\n",
        f"{HEADER}\n{EARLIER}\n\nJane\n",
    ],
)
def test_a_quote_of_a_mail_that_we_know_is_cut(quote: str) -> None:
    """Whole or trimmed, ours or what its sender wrote before, with the history below it."""
    assert split(f"It is 4.7, thank you.\n\n{quote}").shown == "It is 4.7, thank you."


def test_for_a_mail_of_the_staff_nothing_is_loosened() -> None:
    """What they quote could be our notification, and what is new goes to the customer."""
    for text in (f"Hi\n\n{HEADER}\n{answered(OURS)}", "Hi\n> SQLSTATE[42S02]\n", f"Hi\n\n{PASTED}"):
        assert split_text(text, ours=[OURS]).shown == "Hi"


def test_where_nothing_is_known_of_us_nothing_is_loosened() -> None:
    """Then a quote may be of a mail of ours."""
    assert split_text("Hi\n> SQLSTATE[42S02]\n", from_customer=True).shown == "Hi"


def test_lines_left_out_are_counted_unless_we_know_them() -> None:
    """Ours, what introduces it, and what its sender wrote before are expected; the rest is the history of others."""
    assert split(f"Hi\n\n{HEADER}\n{OURS}").left_out == 0
    assert split(f"Hi\n\n{ATTRIBUTION}{marked(OURS)}> > {EARLIER}\n").left_out == 0
    assert split(f"Hi\n\n{ATTRIBUTION}{marked(OURS)}> > One.\n> > Two.\n").left_out == 2
    assert split_text(f"Hi\n\n{ATTRIBUTION}> One.\n").left_out == 2


@pytest.mark.parametrize(
    "line", ["> abc", "From: a", "On 5 Jan 2026 <a@b> wrote:", "> " + "x" * 40, "a" * 17, ""]
)
def test_hostile_text_is_told_apart_without_loss(line: str) -> None:
    """However long and alike, against texts as long."""
    lines = "".join(f"{line}{i}\n" for i in range(2_400))
    text = f"{lines}{OURS}{lines}"
    spans = split_text(text, ours=[OURS, lines], from_customer=True, earlier=[lines] * 10).spans
    assert "".join(text[span.start : span.end] for span in spans) == text
