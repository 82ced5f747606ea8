"""The replies that customers get, and their facts: nothing internal is among these."""

from collections.abc import Mapping
from types import MappingProxyType

from replies.facts import Fact, Reply, balance, instant, line, lines, number, own_words, reply, text, yes_no

_SUBJECT = line("The subject of the incident, without `Re:` and number tags.", "The checkout shows an error")
_SUBJECT_OR_EMPTY = line(
    "The subject of the incident; empty where the sender is unproven, and nothing of theirs may be repeated.",
    "The checkout shows an error",
)
_PRIORITY = Fact("The priority.", "priority", "high")
_HOTRUSH = yes_no("Is it treated as HotRush?", example=False)
_REPLY_BY = instant("The time by which the customer has an answer; empty where none is promised.", default="")
_OFFER = own_words(
    "How to buy what is missing, in the words of the config; may be empty.",
    "Buy an incident at https://shop.example/support and reply to this mail.",
)
_ALTERNATIVES = lines(
    "What can be done in other ways, a line each; may be empty.", "a quote for the work", default=[]
)
_BALANCE = balance("What the customer has left: `what` it is, and how much of it is `left`, or until when.")
_SEVERAL = Fact(
    "What it asks for, in words, where that is more than one thing; the first is what `scope_label` says.",
    "list of scopes",
    ["a problem with payment", "a question about taxes"],
    default=[],
)
_COST = Fact("What it costs, or has cost; empty where nothing does.", "charge", "1 incident", default="")

# The mail that follows an opening is one of several, and each may say in short what the others say at length.
_OPENING: Mapping[str, Fact] = MappingProxyType(
    {
        "subject": _SUBJECT_OR_EMPTY,
        "scope": line("What we understood it to be about, as the id of a scope in `config.toml`.", "payment"),
        "scope_label": Fact(
            "What we understood it to be about, in words.", "scope", "a problem with payment", ""
        ),
        "priority": _PRIORITY,
        "hotrush": _HOTRUSH,
        "hotrush_offered": yes_no(
            "Was HotRush asked for, and nothing includes it?", example=True, default=False
        ),
        "in_scope": yes_no("Does it look like something the service covers?", example=True),
        "several": _SEVERAL,
        "reply_by": _REPLY_BY,
        "passed_on_by": line(
            "Who of the staff forwarded the mail, which was not written to us; empty where it was.",
            "Sam",
            default="",
        ),
        "offer": _OFFER,
        "alternatives": _ALTERNATIVES,
        "balance": _BALANCE,
        "ask": yes_no(
            "Are the address of the store, its version and the steps asked for?", example=True, default=True
        ),
    }
)


def _opening(sentence: str, **others: Fact) -> Reply:
    return reply(sentence, "customer", **{**_OPENING, **others})


_AFTER_OPENING: Mapping[str, Reply] = MappingProxyType(
    {
        "acknowledgement": _opening("To a customer whose mail opened an incident, once."),
        "acknowledgement_hotrush": _opening(
            "In place of the acknowledgement, where the incident is HotRush: it may be withdrawn."
        ),
        "out_of_scope": _opening(
            "In place of the acknowledgement, where the request is surely outside of the service: what is possible."
        ),
        "entitlement_offer": _opening(
            "In place of the acknowledgement, where nothing pays for the incident yet: how to buy."
        ),
        "hotrush_offer": _opening(
            "In place of the acknowledgement, where HotRush was asked for and nothing includes it: how to get it."
        ),
        "several_problems": _opening(
            "In place of the acknowledgement, where a mail asks for several things: which one comes first."
        ),
    }
)

_HOTRUSH_LATER: Mapping[str, Reply] = MappingProxyType(
    {
        "raised": reply(
            "To the customer whose incident got a higher priority later, once for each level.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            priority=_PRIORITY,
            hotrush=yes_no("Is it treated as HotRush?", example=True),
            reply_by=_REPLY_BY,
        ),
        "hotrush_withdrawn": reply(
            "To the customer who withdrew HotRush.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            priority=_PRIORITY,
            reply_by=_REPLY_BY,
            used=number("Which of the counted withdrawals this was; 0 = it was free.", 1, default=0),
            most=number("How many counted withdrawals there may be.", 3, default=3),
        ),
        "hotrush_refused": reply(
            "To the customer who would withdraw HotRush, and has done so too often.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            priority=_PRIORITY,
            reply_by=_REPLY_BY,
            most=number("How many counted withdrawals there may be.", 3, default=3),
        ),
        "hotrush_removed": reply(
            "To the customer whose incident is no HotRush any more, because staff said why it can't be.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            reason=line("Why: `project`, `bug` or `general`.", "project"),
            priority=_PRIORITY,
            reply_by=_REPLY_BY,
        ),
    }
)

_LATER: Mapping[str, Reply] = MappingProxyType(
    {
        "answer": reply(
            "What a member of staff wrote to the customer; the body is that text and nothing else.",
            "customer",
            subject=_SUBJECT,
            text=text("What the member of staff wrote.", "Hello Ada,\n\nplease try again now.\n\nSam"),
        ),
        "waiting_reminder": reply(
            "To the customer whose answer we wait for, once, half-way.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            closes_on=instant("When we take silence for a yes and begin to close."),
        ),
        "pre_closed": reply(
            "To the customer who did not answer: it will be closed, with the cost.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            cost=_COST,
            closes_at=instant("When it is closed."),
        ),
        "closed": reply(
            "To the customer when the incident was closed.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            reopen_days=number("Within how many days an answer opens it again; 0 = it does not.", 14),
            reopen_until=instant("The last moment for that; empty where it does not.", default=""),
            cost=_COST,
            rating=yes_no("Is the customer asked how we did?", example=True, default=False),
        ),
        "reopened": reply(
            "To the customer whose incident was over and is open again.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            nothing_more=yes_no("Does it cost nothing more than before?", example=True, default=True),
            cost=Fact(
                "What it costs, where that was given back when it ended; else empty.",
                "charge",
                "",
                default="",
            ),
            by_us=yes_no("Did we open it, and not a mail of theirs?", example=False, default=False),
            priority=Fact("The priority.", "priority", "high", default=""),
            reply_by=_REPLY_BY,
        ),
        "bug_confirmed": reply(
            "To the customer whose problem is a defect of the software: it is free.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            hotrush=yes_no("Was it HotRush, which ends with this?", example=True, default=False),
            released=Fact(
                "What they get back; empty where nothing was reserved.", "charge", "1 incident", default=""
            ),
        ),
        "declined": reply(
            "To the customer whose request staff found to be outside of the service.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            scope=line("What it is about, as the id of a scope in `config.toml`.", "payment", default=""),
            scope_label=Fact(
                "What it is about, in words; may be empty.", "scope", "a problem with payment", ""
            ),
            reason=own_words("Why, in a sentence; may be empty.", "It is an upgrade across versions."),
            alternatives=_ALTERNATIVES,
        ),
        "merged": reply(
            "To the customer when two of their incidents became one.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            into=number("The number of the incident that goes on.", 1001),
        ),
        "split_asked": reply(
            "To the customer, before a second problem of theirs becomes an incident of its own.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            problem=Fact(
                "The second problem, in words; empty where it has none yet.", "scope", "a tax", default=""
            ),
            cost=_COST,
            offer=_OFFER,
        ),
        "order_changed": reply(
            "To the customer with several problems, who said which one comes first.",
            "customer",
            subject=_SUBJECT_OR_EMPTY,
            first=Fact("The problem that comes first now, in words.", "scope", "a question about taxes"),
            others=Fact(
                "The other ones, in words.", "list of scopes", ["a problem with payment"], default=[]
            ),
            reply_by=_REPLY_BY,
        ),
        "entitlement_low": reply(
            "To the customer who has little left of what they bought.",
            "customer",
            subject=line(_SUBJECT_OR_EMPTY.sentence, "The checkout shows an error", default=""),
            balance=_BALANCE,
            offer=_OFFER,
        ),
        "balance": reply(
            "To the customer who asked what they have left.",
            "customer",
            subject=line(_SUBJECT_OR_EMPTY.sentence, "Balance", default=""),
            balance=_BALANCE,
            offer=_OFFER,
        ),
    }
)

TO_CUSTOMERS: Mapping[str, Reply] = MappingProxyType({**_AFTER_OPENING, **_HOTRUSH_LATER, **_LATER})
