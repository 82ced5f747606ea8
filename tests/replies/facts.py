"""The shipped templates, and facts as the daemon gives them: the fullest set and the barest of each reply."""

from pathlib import Path

from replies.catalogue import Value
from replies.render import Templates

# Read when the tests are collected: while they run, nothing of the leaves may open a file.
SOURCES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[2] / "replies" / "templates" / "en").glob("*.md"))
}

Facts = dict[str, Value]

COMMON: Facts = {"service": "Lantern Support", "address": "support@lantern.example", "number": 1003}
MARKER = "##- Please write your answer above this line -##"
SUBJECT = "Payment page shows error 500 after the update"
CUSTOMER = "Ada Moreau <ada@shop.example>"
LONG_TEXT = (
    "Hello,\n\nsince the update of this morning nobody can pay. The page loads, but the button does nothing.\n\n"
    "> What I tried: another browser.\n\nAda\n"
)
LATER = "Monday 23 November 2026, 11:00 UTC (UTC+00:00)"
EARLIER = "Monday 23 November 2026, 09:00 UTC (UTC+00:00)"
PROOF = "the sender is proven: dmarc of mx.lantern.example"
VERBS: Value = [
    {"name": "#note", "what": "keeps this mail among the staff: nothing of it reaches the customer"},
    {"name": "#close", "what": "closes the incident; the text, if there is any, is sent first"},
]
ITEMS: Value = [
    {"number": "1003", "what": f"{SUBJECT} (HotRush)"},
    {"number": "1004", "what": "How do I add a second language? (normal)"},
]
LISTED: Value = [
    {"number": "1003", "what": f"new request, 2 new mails: {SUBJECT}", "priority": "HotRush (out of queue)"}
    | {"due": LATER},
    {"number": "1004", "what": "new mail: How do I add a second language?", "priority": "low", "due": ""},
    {"number": "0", "what": "mail that can't be fetched: UID 17 of support", "priority": "", "due": ""},
]
ANSWER = "Hello Ada,\n\nplease clear the cache and try again.\n\nSam"

RICH: dict[str, Facts] = {
    "acknowledgement": {
        "subject": SUBJECT,
        "scope": "Payment and checkout",
        "priority": "HotRush (out of queue)",
        "hotrush": True,
        "in_scope": True,
        "several": ["Payment and checkout", "A question about the taxes of a state"],
        "reply_by": LATER,
        "passed_on_by": "",
    },
    "answer": {"subject": SUBJECT, "text": ANSWER},
    "closed": {"subject": SUBJECT, "reopen_days": 14},
    "raised": {
        "subject": SUBJECT,
        "priority": "HotRush (out of queue)",
        "hotrush": True,
        "reply_by": LATER,
    },
    "staff_new_incident": {
        "subject": SUBJECT,
        "customer": CUSTOMER,
        "text": LONG_TEXT,
        "scope": "Payment and checkout",
        "priority": "HotRush (out of queue)",
        "evidence": "HotRush from 'nobody can pay' in the body; payment from 'Payment page' in the subject",
        "due": LATER,
        "proof": PROOF,
        "notes": [
            "2 attachments were left out: more than 100",
            "names incident 1001, but takes no part in it",
        ],
        "files": ["screen.png (20 kB)", "not attached, too large: the whole of the shop.zip (14.2 MB)"],
        "linked": 1001,
        "verbs": VERBS,
        "answer_above": MARKER,
    },
    "staff_new_message": {
        "subject": SUBJECT,
        "customer": CUSTOMER,
        "text": "It works again, thank you!",
        "state": "in progress",
        "priority": "HotRush (out of queue)",
        "hotrush": True,
        "due": LATER,
        "proof": PROOF,
        "notes": ["The customer raised the priority to hotrush: HotRush from 'HotRush' in the body"],
        "left_out": 5,
        "arrival": 17,
        "files": ["screen.png (20 kB)"],
        "answer_above": MARKER,
    },
    "colleague_wrote": {
        "subject": SUBJECT,
        "author": "Sam",
        "did": "answered the customer and changed the priority from normal to high",
        "customer": CUSTOMER,
        "state": "in progress",
        "due": LATER,
        "internal": False,
        "text": ANSWER,
        "files": True,
        "answer_above": MARKER,
    },
    "staff_list": {"items": LISTED, "answer_above": MARKER},
    "confirmation": {
        "items": [
            {"number": "1003", "to": CUSTOMER, "what": "send it to the customer", "text": ANSWER}
            | {"files": "how-to.pdf (120 kB), logo.png (3 kB)"},
            {"number": "1004", "to": "nobody (internal)", "what": "closes the incident", "text": ""},
        ],
        "why": "Your mails carry our token, but nothing proves that they come from your address.",
    },
    "receipt": {
        "subject": SUBJECT,
        "done": ["The answer was sent to the customer.", "The incident is closed."],
        "problems": ["Unknown command #colse; known are #close, #note"],
        "advice": "Write it again without this mistake, as a reply to this mail or to the one that you answered.",
        "answer_above": MARKER,
    },
    "reminder": {
        "subject": SUBJECT,
        "customer": CUSTOMER,
        "priority": "high",
        "due": LATER,
        "late": False,
        "remaining": "1 hour 30 minutes",
        "waiting_since": EARLIER,
        "answer_above": MARKER,
    },
    "backlog_summary": {
        "mailbox": "support",
        "opened": 12,
        "appended": 3,
        "other": 1,
        "items": ITEMS,
        "more": 10,
    },
    "quarantine_notice": {
        "arrival": 17,
        "reason": "nested deeper than 50 levels",
        "came_from": "support",
        "received": EARLIER,
        "how": [f"maild quarantine {verb} 17" for verb in ("show", "replay", "release")],
    },
    "withheld_notice": {
        "mailbox": "support",
        "folder": "INBOX",
        "uid": 4711,
        "error": "fetch failed: [SERVERBUG] Internal error occurred. Refer to server log for more information.",
        "remedy": "with another mail program move it to another folder and back, or delete it",
    },
    "delivery_problem": {
        "subject": SUBJECT,
        "recipient": "ada@shop.example",
        "kind": "answer",
        "reason": "there is no such mailbox",
        "error": "550 5.1.1 <ada@shop.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "complaint": False,
        "marked": True,
        "due": LATER,
        "answer_above": MARKER,
    },
}

BARE: dict[str, Facts] = {
    "acknowledgement": {
        "subject": "",
        "scope": "",
        "priority": "normal",
        "hotrush": False,
        "in_scope": False,
        "reply_by": LATER,
        "passed_on_by": "Sam Rivers",
    },
    "answer": {"subject": SUBJECT, "text": "Yes."},
    "closed": {"subject": "", "reopen_days": 0},
    "raised": {"subject": "", "priority": "high", "hotrush": False},
    "staff_new_incident": {
        **RICH["staff_new_incident"],
        "text": "",
        "scope": "",
        "priority": "normal",
        "evidence": "no rule fired",
        "due": "",
        "notes": [],
        "files": [],
        "linked": 0,
        "verbs": [],
    },
    "staff_new_message": {
        name: fact
        for name, fact in (RICH["staff_new_message"] | {"text": "", "notes": []}).items()
        if name not in ("files", "priority", "hotrush", "due", "left_out", "arrival")
    },
    "colleague_wrote": {
        **RICH["colleague_wrote"],
        "did": "wrote a note",
        "due": "",
        "internal": True,
        "text": "The licence ran out.",
        "files": False,
    },
    "staff_list": {"items": [{"number": "1003", "what": SUBJECT}]},
    "confirmation": {
        "items": [{"number": "1003", "to": CUSTOMER, "what": "send it to the customer", "text": ANSWER}]
    },
    "receipt": {"subject": SUBJECT, "done": ["The answer was sent to the customer."], "problems": []},
    "reminder": {**RICH["reminder"], "late": True, "remaining": "", "answer_above": ""},
    "backlog_summary": {**RICH["backlog_summary"], "opened": 0, "items": [], "more": 0},
    "quarantine_notice": {**RICH["quarantine_notice"], "how": "maild quarantine show 17"},
    "withheld_notice": {**RICH["withheld_notice"], "error": "no"},
    "delivery_problem": {
        "number": 0,
        "subject": "",
        "recipient": "sam@lantern.example",
        "kind": "backlog summary",
        "error": "no connection in 5 days",
    },
}


def templates(sources: dict[str, str] | None = None) -> Templates:
    """Return the shipped templates, some of them replaced by `sources`; fails where one is wrong."""
    loaded = Templates.load({**SOURCES, **(sources or {})})
    assert isinstance(loaded, Templates), loaded
    return loaded
