"""Which replies exist, who reads each, and the facts its template may use, each with one sentence.

The documentation, `maild check` and the loading of templates all read this table. The examples are used to
try a template when it is loaded, so that a slip in it shows at `maild check` and not in a mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Value = str | int | bool | list[str] | list[dict[str, str]]
Shape = Literal["line", "text", "number", "yes or no", "list of lines", "list of rows"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it says, its shape, an example.

    A fact with a `default` may be left out by whoever asks for the reply: mails that were queued before a
    fact was thought of must still leave.
    """

    sentence: str
    shape: Shape
    example: Value
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One kind of mail that we write: when it leaves, who reads it, the facts its template may use."""

    sentence: str
    audience: Literal["customer", "staff"]
    facts: Mapping[str, Fact] = field(default_factory=dict)


def _line(sentence: str, example: str, default: str | None = None) -> Fact:
    return Fact(sentence, "line", example, default)


def _text(sentence: str, example: str) -> Fact:
    return Fact(sentence, "text", example)


def _number(sentence: str, example: int) -> Fact:
    return Fact(sentence, "number", example)


def _yes_no(sentence: str, *, example: bool, default: bool | None = None) -> Fact:
    return Fact(sentence, "yes or no", example, default)


def _lines(sentence: str, *example: str) -> Fact:
    return Fact(sentence, "list of lines", list(example))


def _rows(sentence: str, **example: str) -> Fact:
    return Fact(sentence, "list of rows", [example])


COMMON: Mapping[str, Fact] = MappingProxyType(
    {
        "service": _line("The name of the service, as configured.", "Example Support"),
        "address": _line("The support address that customers write to.", "support@example.com"),
        "number": _number("The number of the incident; 0 where the mail is about none.", 1003),
    }
)

_SUBJECT = _line("The subject of the incident, without `Re:` and number tags.", "The checkout shows an error")
_SUBJECT_OR_EMPTY = _line(
    "The subject of the incident; empty where the sender is unproven, and nothing of theirs may be repeated.",
    "The checkout shows an error",
)
_CUSTOMER = _line("Who wrote: name and address of the customer.", "Ada Moreau <ada@shop.example>")
_CUSTOMER_TEXT = _text(
    "What the customer wrote, without quotes and signature.", "Since noon nobody can pay.\n\nAda"
)
_PRIORITY = _line("The priority in words.", "high")
_PROOF = _line(
    "One sentence: does anything prove who sent the mail.", "The sender is proven: dmarc of mx.example.com."
)
_NOTES = _lines(
    "What staff should know beside that, a sentence each; often none.", "2 attachments were left out."
)
_ANSWER_ABOVE = _line(
    "The line that parts an answer (above it) from our internal text (below).", "-- answer above --"
)
_ANSWER_ABOVE_OPTIONAL = _line(_ANSWER_ABOVE.sentence, "-- answer above --", default="")
_FILES = Fact(
    "The files of the mail, name and size; of one too large to go along that it is not attached.",
    "list of lines",
    ["screen.png (20 kB)", "not attached, too large: shop.zip (14.2 MB)"],
    default=[],
)
_DUE = _line("When the first answer is due.", "Monday 23 November 2026, 11:00 UTC (UTC+00:00)")
_DUE_OR_EMPTY = _line("When the first answer is due; empty where none is.", str(_DUE.example), default="")


def _items(sentence: str) -> Fact:
    return _rows(sentence, number="1003", what="The checkout shows an error (high)")


def _reply(sentence: str, audience: Literal["customer", "staff"], **facts: Fact) -> Reply:
    return Reply(sentence, audience, MappingProxyType({**COMMON, **facts}))


REPLIES: Mapping[str, Reply] = MappingProxyType(
    {
        "acknowledgement": _reply(
            "To a customer whose mail opened an incident, once.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            scope=_line("What we understood it to be about, in words.", "a problem with payment"),
            priority=_PRIORITY,
            hotrush=_yes_no("Is it treated as HotRush?", example=False),
            in_scope=_yes_no("Does it look like something the service covers?", example=True),
            several=Fact(
                "What it asks for, in words, where that is more than one thing; the first is what `scope` says.",
                "list of lines",
                ["a problem with payment", "a question about taxes"],
                default=[],
            ),
            reply_by=_line("The time by which the customer has an answer.", str(_DUE.example)),
            passed_on_by=_line(
                "Who of the staff forwarded the mail, which was not written to us; empty where it was.",
                "Sam",
                default="",
            ),
        ),
        "answer": _reply(
            "What a member of staff wrote to the customer; the body is that text and nothing else.",
            "customer",
            subject=_SUBJECT,
            text=_text("What the member of staff wrote.", "Hello Ada,\n\nplease try again now.\n\nSam"),
        ),
        "closed": _reply(
            "To the customer when staff closed the incident.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            reopen_days=_number("Within how many days an answer opens it again; 0 = it does not.", 14),
        ),
        "raised": _reply(
            "To the customer whose further mail raised the priority, once for each level.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            priority=_PRIORITY,
            hotrush=_yes_no("Is it treated as HotRush?", example=True),
            reply_by=_line(
                "The time by which the customer has an answer; empty where none is due any more.",
                str(_DUE.example),
                default="",
            ),
        ),
        "staff_new_incident": _reply(
            "To each member of staff when an incident was opened; a reply to it is the answer.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            text=_CUSTOMER_TEXT,
            scope=_line(
                "What we understood it to be about, in words, with the id for `#scope` in brackets.",
                "a problem with payment (payment)",
            ),
            priority=_PRIORITY,
            evidence=_line(
                "Why scope and priority are what they are, on one line.", "'cannot pay' in the subject"
            ),
            due=_DUE_OR_EMPTY,
            proof=_PROOF,
            notes=_NOTES,
            files=_FILES,
            linked=_number("The number of an incident this one names but could not join; 0 = none.", 1001),
            verbs=_rows(
                "The commands that a first line may hold: `name` and `what` each does.",
                name="#note",
                what="keep it internal",
            ),
            answer_above=_ANSWER_ABOVE,
        ),
        "staff_new_message": _reply(
            "To each member of staff when a customer wrote again.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            text=_CUSTOMER_TEXT,
            state=_line("The state of the incident now, in words.", "in progress"),
            priority=_line(_PRIORITY.sentence, str(_PRIORITY.example), default=""),
            hotrush=Fact("Is it treated as HotRush?", "yes or no", example=False, default=False),
            due=_DUE_OR_EMPTY,
            proof=_PROOF,
            notes=_NOTES,
            left_out=Fact(
                "How many lines `text` goes without because they look like a quote, though of no mail that we know.",
                "number",
                5,
                default=0,
            ),
            arrival=Fact(
                "The number under which `maild show` prints the mail as it came.", "number", 17, default=0
            ),
            files=_FILES,
            answer_above=_ANSWER_ABOVE,
        ),
        "colleague_wrote": _reply(
            "To each member of staff when another one answered, closed or corrected an incident, or wrote a note.",
            "staff",
            subject=_SUBJECT,
            author=_line("Who of the staff wrote.", "Sam"),
            did=_line("What they did.", "answered the customer and closed the incident"),
            customer=_line("Whose incident it is: name and address.", str(_CUSTOMER.example)),
            state=_line("The state of the incident now, in words.", "closed"),
            due=_line(
                "When the first answer is due now, where a correction changed that; else empty.",
                str(_DUE.example),
                default="",
            ),
            internal=_yes_no("Is the text a note, which the customer did not get?", example=False),
            text=_text(
                "What they wrote; empty where they only closed or corrected it.", "Please try again now."
            ),
            files=_yes_no("Did files come with it? Those that are not too large go along.", example=False),
            answer_above=_ANSWER_ABOVE,
        ),
        "staff_list": _reply(
            "To a member of staff in place of many notifications that came at once.",
            "staff",
            items=_rows(
                "The incidents, most urgent first: `number`, `what` happened, `priority`, and when an answer is `due`.",
                number="1003",
                what="new request: The checkout shows an error",
                priority="high",
                due=str(_DUE.example),
            ),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
        "confirmation": _reply(
            "To a member of staff from whose address an unproven mail came: it waits for a yes.",
            "staff",
            items=_rows(
                "What waits: `number` of the incident, `to` whom it goes, `what` is asked, `files`, the full `text`.",
                number="1003",
                to="ada@shop.example",
                what="answer",
                files="how-to.pdf (120 kB)",
                text="Hello Ada,\n\nplease try again now.",
            ),
            why=_line("One sentence: what is missing.", "Nothing proves that you sent it.", default=""),
        ),
        "receipt": _reply(
            "To a member of staff who used a command: what was done and what was not.",
            "staff",
            subject=_SUBJECT,
            done=_lines("What was done, a sentence each.", "The incident is closed."),
            problems=_lines(
                "What was not understood or not done, a sentence each.", "Unknown command #colse."
            ),
            advice=_line("What the reader can do now.", "Write it again without this mistake.", default=""),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
        "reminder": _reply(
            "To staff when an incident without an answer comes near its due time, and when that has passed.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            priority=_PRIORITY,
            due=_DUE,
            late=_yes_no("Has the due time passed?", example=False),
            remaining=_line("The open time that is left, in words.", "1 hour 30 minutes"),
            waiting_since=_line("When the customer wrote.", "Monday 23 November 2026, 09:00 UTC (UTC+00:00)"),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
        "backlog_summary": _reply(
            "To staff, once, for the mail that was already in a mailbox when maild first read it.",
            "staff",
            mailbox=_line("The name of the mailbox.", "support"),
            opened=_number("How many incidents were opened.", 12),
            appended=_number("How many mails were added to incidents.", 3),
            other=_number("How many mails were kept for another reason.", 1),
            items=_items("The first of the incidents: `number` and `what` it is about."),
            more=_number("How many incidents the list leaves out.", 2),
        ),
        "quarantine_notice": _reply(
            "To staff when a mail could not be read; its bytes are kept.",
            "staff",
            arrival=_number("The number under which the quarantine keeps it.", 17),
            reason=_line("Why it could not be read.", "nested deeper than 50 levels"),
            came_from=_line("By which way it came: the name of a mailbox, `smtp` or `lmtp`.", "support"),
            received=_line("When it came.", "Monday 23 November 2026, 09:00 UTC (UTC+00:00)"),
            how=_lines(
                "The commands that show it, try it again, and open an incident from it all the same.",
                "maild quarantine show 17",
                "maild quarantine replay 17",
                "maild quarantine release 17",
            ),
        ),
        "withheld_notice": _reply(
            "To staff, once, when a mail server lists a mail and does not hand it over.",
            "staff",
            mailbox=_line("The name of the mailbox.", "support"),
            folder=_line("The folder in which the mail lies.", "INBOX"),
            uid=_number("Its UID there.", 17),
            error=_line("What the mail server said.", "fetch failed: [SERVERBUG] Internal error occurred."),
            remedy=_line("What a person can do.", "move it to another folder and back"),
        ),
        "delivery_problem": _reply(
            "To staff when a mail of ours did not reach its recipient, or was taken for spam there.",
            "staff",
            subject=_SUBJECT,
            recipient=_line("The address it did not reach.", "ada@shop.example"),
            kind=_line("Which mail it was, in words.", "answer"),
            reason=_line(
                "Why, in a sentence without its full stop; empty for a complaint.",
                "there is no such mailbox",
                default="",
            ),
            error=_line("What the mail server said.", "550 5.1.1 no such mailbox"),
            complaint=_yes_no("Whether it arrived, and was taken for spam.", example=False, default=False),
            marked=_yes_no(
                "Whether the address gets no automatic mail from now on.", example=True, default=False
            ),
            due=_line(
                "By when an answer is due, where the clock runs again because this one was lost; else empty.",
                "Monday 23 November 2026, 17:00 UTC (UTC+00:00)",
                default="",
            ),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
    }
)
