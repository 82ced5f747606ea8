"""The replies that staff get, and their facts."""

from collections.abc import Mapping
from types import MappingProxyType

from replies.facts import (
    EXAMPLE_INSTANT,
    Fact,
    Reply,
    instant,
    line,
    lines,
    number,
    reply,
    rows,
    rows_or_none,
    text,
    yes_no,
)

_SUBJECT = line("The subject of the incident, without `Re:` and number tags.", "The checkout shows an error")
_CUSTOMER = line("Who wrote: name and address of the customer.", "Ada Moreau <ada@shop.example>")
_CUSTOMER_TEXT = text(
    "What the customer wrote, without quotes and signature.", "Since noon nobody can pay.\n\nAda"
)
_PRIORITY = Fact("The priority.", "priority", "high")
_SCOPE = line(
    "What we understood it to be about, in words, with the id for `#scope` in brackets.",
    "a problem with payment (payment)",
)
_STATE = Fact("The state of the incident now.", "state", "in_progress")
_PROOF = line(
    "One sentence: does anything prove who sent the mail.", "The sender is proven: dmarc of mx.example.com."
)
_NOTES = lines(
    "What staff should know beside that, a sentence each; often none.", "2 attachments were left out."
)
_ANSWER_ABOVE = line(
    "The line that parts an answer (above it) from our internal text (below).", "-- answer above --"
)
_ANSWER_ABOVE_OPTIONAL = line(_ANSWER_ABOVE.sentence, "-- answer above --", default="")
_FILES = lines(
    "The files of the mail, name and size; of one too large to go along that it is not attached.",
    "screen.png (20 kB)",
    "not attached, too large: shop.zip (14.2 MB)",
    default=[],
)
_DUE = instant("When an answer is due.")
_DUE_OR_EMPTY = instant("When an answer is due; empty where none is.", default="")

_ABOUT_INCIDENTS: Mapping[str, Reply] = MappingProxyType(
    {
        "staff_new_incident": reply(
            "To each member of staff when an incident was opened; a reply to it is the answer.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            text=_CUSTOMER_TEXT,
            scope=_SCOPE,
            priority=_PRIORITY,
            evidence=line(
                "Why scope and priority are what they are, on one line.", "'cannot pay' in the subject"
            ),
            due=_DUE_OR_EMPTY,
            proof=_PROOF,
            notes=_NOTES,
            files=_FILES,
            linked=number("The number of an incident this one names but could not join; 0 = none.", 1001),
            verbs=rows(
                "The commands that a first line may hold: `name` and `what` each does.",
                name="#note",
                what="keep it internal",
            ),
            answer_above=_ANSWER_ABOVE,
        ),
        "staff_new_message": reply(
            "To staff when a customer wrote again.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            text=_CUSTOMER_TEXT,
            state=_STATE,
            priority=Fact(_PRIORITY.sentence, "priority", "high", default=""),
            hotrush=yes_no("Is it treated as HotRush?", example=False, default=False),
            due=_DUE_OR_EMPTY,
            proof=_PROOF,
            notes=_NOTES,
            left_out=number(
                "How many lines `text` goes without because they look like a quote, though of no mail that we know.",
                5,
                default=0,
            ),
            arrival=number("The number under which `maild show` prints the mail as it came.", 17, default=0),
            files=_FILES,
            answer_above=_ANSWER_ABOVE,
        ),
        "assigned": reply(
            "To the member of staff who got an incident to look after; a reply to it is the answer.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            text=text(_CUSTOMER_TEXT.sentence, str(_CUSTOMER_TEXT.example), default=""),
            scope=line(_SCOPE.sentence, str(_SCOPE.example), default=""),
            priority=_PRIORITY,
            due=_DUE_OR_EMPTY,
            why=line(
                "Why it is this member, in a sentence.", "You have the fewest open incidents.", default=""
            ),
            by=line("Who of the staff gave it; empty where maild did.", "Sam", default=""),
            answer_above=_ANSWER_ABOVE,
        ),
        "colleague_wrote": reply(
            "To staff when another one answered, closed or corrected an incident, or wrote a note.",
            "staff",
            subject=_SUBJECT,
            author=line("Who of the staff wrote.", "Sam"),
            did=line("What they did.", "answered the customer and closed the incident"),
            customer=line("Whose incident it is: name and address.", str(_CUSTOMER.example)),
            state=_STATE,
            due=instant(
                "When an answer is due now, where a correction changed that; else empty.", default=""
            ),
            internal=yes_no("Is the text a note, which the customer did not get?", example=False),
            text=text(
                "What they wrote; empty where they only closed or corrected it.", "Please try again now."
            ),
            files=yes_no("Did files come with it? Those that are not too large go along.", example=False),
            answer_above=_ANSWER_ABOVE,
        ),
        "reminder": reply(
            "To staff when what was promised on an incident comes near its due time, and when that has passed.",
            "staff",
            subject=_SUBJECT,
            customer=_CUSTOMER,
            priority=_PRIORITY,
            due=_DUE,
            late=yes_no("Has the due time passed?", example=False),
            remaining=Fact("The open time that is left, or by which it is late.", "duration", 90),
            waiting_since=instant("When the customer wrote."),
            owed=line("What was promised: `answer`, `news` or `solution`.", "answer", default="answer"),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
        "delivery_problem": reply(
            "To staff when a mail of ours did not reach its recipient, or was taken for spam there.",
            "staff",
            subject=_SUBJECT,
            recipient=line("The address it did not reach.", "ada@shop.example"),
            kind=line("Which mail it was, in words.", "answer"),
            reason=line(
                "Why, in a sentence without its full stop; empty for a complaint.",
                "there is no such mailbox",
                default="",
            ),
            error=line("What the mail server said.", "550 5.1.1 no such mailbox"),
            complaint=yes_no("Whether it arrived, and was taken for spam.", example=False, default=False),
            marked=yes_no(
                "Whether the address gets no automatic mail from now on.", example=True, default=False
            ),
            due=instant(
                "By when an answer is due, where the clock runs again because this one was lost; else empty.",
                default="",
            ),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
    }
)

_TO_ONE: Mapping[str, Reply] = MappingProxyType(
    {
        "staff_list": reply(
            "To a member of staff in place of many notifications that came at once.",
            "staff",
            items=rows(
                "The incidents, most urgent first: `number`, `what` happened, `priority`, and when an answer is `due`.",
                number="1003",
                what="new request: The checkout shows an error",
                priority="high",
                due=EXAMPLE_INSTANT,
            ),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
        "confirmation": reply(
            "To a member of staff from whose address an unproven mail came: it waits for a yes.",
            "staff",
            items=rows(
                "What waits: `number` of the incident, `to` whom it goes, `what` is asked, `files`, the full `text`.",
                number="1003",
                to="ada@shop.example",
                what="answer",
                files="how-to.pdf (120 kB)",
                text="Hello Ada,\n\nplease try again now.",
            ),
            why=line("One sentence: what is missing.", "Nothing proves that you sent it.", default=""),
        ),
        "receipt": reply(
            "To a member of staff who used a command: what was done and what was not.",
            "staff",
            subject=_SUBJECT,
            done=lines("What was done, a sentence each.", "The incident is closed."),
            problems=lines(
                "What was not understood or not done, a sentence each.", "Unknown command #colse."
            ),
            advice=line("What the reader can do now.", "Write it again without this mistake.", default=""),
            answer_above=_ANSWER_ABOVE_OPTIONAL,
        ),
    }
)


def _queue(sentence: str) -> Fact:
    """Return a fact that lists incidents, HotRush first."""
    return rows_or_none(
        f"{sentence}, HotRush first: `number`, `what` it is about, `priority`, when it is `due`, whether it is `late`"
        " (empty: no), `whose` it is (`yours`, `theirs`, `nobodys`), and its `owner` where that is somebody else.",
        number="1003",
        what="The checkout shows an error",
        priority="high",
        due=EXAMPLE_INSTANT,
        late="yes",
        whose="theirs",
        owner="Ben",
    )


def _count(sentence: str) -> Fact:
    """Return a fact that counts something, 0 where it is left out."""
    return number(sentence, 3, default=0)


_OVERVIEWS: Mapping[str, Reply] = MappingProxyType(
    {
        "digest": reply(
            "To each member of staff, on each working morning with something to say.",
            "staff",
            name=line("Who reads it.", "Sam"),
            today=instant("The morning it is written."),
            due_today=_queue("The first of what is due today"),
            due_count=_count("How many are due today."),
            late_count=_count("How many of them are late already."),
            on_us=_queue("The first of what waits for us beside that"),
            us_count=_count("How many those are."),
            on_customers=_queue(
                "The first of what waits for customers; it is `due` when their silence ends it"
            ),
            customers_count=_count("How many those are."),
            on_purchase=_queue("The first of what waits because nothing pays for it yet"),
            purchase_count=_count("How many those are."),
            others=_count("How many more are open that colleagues of the reader own."),
            new=_queue("The first of what came in since the last one"),
            new_count=_count("How many those are."),
            bars=lines(
                "Three bars: our turn, the customers', not paid yet.",
                "██ 2",
                "█ 1",
                "0",
                default=[],
            ),
            chart=text(
                "A small chart of what is due in which hour of today; may be empty.",
                "09:00  ██ 2",
                default="",
            ),
            kept=number("How many mails were kept without an incident since then.", 3, default=0),
            quarantined=number("How many mails lie in quarantine.", 1, default=0),
        ),
        "weekly_figures": reply(
            "To leads and managers on the first working morning of a week: how the last week went.",
            "staff",
            name=line("Who reads it.", "Sam"),
            since=instant("When that week began."),
            until=instant("Its last moment."),
            opened=number("How many incidents came in.", 31),
            closed=number("How many were closed in it.", 28),
            open=number("How many are open now.", 12),
            answered=number("How many were answered for the first time in it.", 29),
            median=Fact("The opening time that half of those took at most.", "duration", 72, default=0),
            p90=Fact("The opening time that nine of ten took at most.", "duration", 310, default=0),
            kept=_count("How many answers that were due in it came in time."),
            broken=_count("How many came late or not at all."),
            promises=rows_or_none(
                "For each `priority`, the highest first: how many such promises were `broken`, of how many in `total`.",
                priority="high",
                broken="1",
                total="9",
            ),
            owners=rows_or_none(
                "For each of the staff: `name`, how many answers they wrote (`answered`), how many of their incidents"
                " were `closed`, how many are `open` and our turn, how many promises on theirs were broken (`late`).",
                name="Sam",
                answered="9",
                closed="7",
                open="4",
                late="1",
            ),
            busiest=line(
                "The hours of the day in which most mails came, busiest first.", "09:00-10:00", default=""
            ),
            chart=text(
                "The mails of customers by the hour of the day; may be empty.", "09:00  ████ 4", default=""
            ),
        ),
        "backlog_summary": reply(
            "To staff, once, for the mail that was already in a mailbox when maild first read it.",
            "staff",
            mailbox=line("The name of the mailbox.", "support"),
            opened=number("How many incidents were opened.", 12),
            appended=number("How many mails were added to incidents.", 3),
            other=number("How many mails were kept for another reason.", 1),
            items=rows(
                "The first of the incidents: `number` and `what` it is about.",
                number="1003",
                what="The checkout shows an error (high)",
            ),
            more=number("How many incidents the list leaves out.", 2),
        ),
    }
)

_TROUBLES: Mapping[str, Reply] = MappingProxyType(
    {
        "quarantine_notice": reply(
            "To staff when a mail could not be read; its bytes are kept.",
            "staff",
            arrival=number("The number under which the quarantine keeps it.", 17),
            reason=line("Why it could not be read.", "nested deeper than 50 levels"),
            came_from=line("By which way it came: the name of a mailbox, `smtp` or `lmtp`.", "support"),
            received=instant("When it came."),
            how=lines(
                "The commands that show it, try it again, and open an incident from it all the same.",
                "maild quarantine show 17",
                "maild quarantine replay 17",
                "maild quarantine release 17",
            ),
        ),
        "withheld_notice": reply(
            "To staff, once, when a mail server lists a mail and does not hand it over.",
            "staff",
            mailbox=line("The name of the mailbox.", "support"),
            folder=line("The folder in which the mail lies.", "INBOX"),
            uid=number("Its UID there.", 17),
            error=line("What the mail server said.", "fetch failed: [SERVERBUG] Internal error occurred."),
            remedy=line("What a person can do.", "move it to another folder and back"),
        ),
    }
)

TO_STAFF: Mapping[str, Reply] = MappingProxyType({**_ABOUT_INCIDENTS, **_TO_ONE, **_OVERVIEWS, **_TROUBLES})
