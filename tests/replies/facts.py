"""The shipped templates, and facts as the daemon gives them: the fullest set and the barest of each reply."""

from pathlib import Path

from replies.catalogue import Value
from replies.render import Templates

FOLDER = Path(__file__).parents[2] / "replies" / "templates"
# Read when the tests are collected: while they run, nothing of the leaves may open a file.
ALL_SOURCES = {
    folder.name: {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    for folder in sorted(FOLDER.iterdir())
}
SOURCES = ALL_SOURCES["en"]

Facts = dict[str, Value]

COMMON: Facts = {"service": "Lantern Support", "address": "support@lantern.example", "number": 1003}
MARKER = "##- Please write your answer above this line -##"
SUBJECT = "Payment page shows error 500 after the update"
CUSTOMER = "Ada Moreau <ada@shop.example>"
LONG_TEXT = (
    "Hello,\n\nsince the update of this morning nobody can pay. The page loads, but the button does nothing.\n\n"
    "> What I tried: another browser.\n\nAda\n"
)
LATER = "2026-11-23T11:00:00Z"
EARLIER = "2026-11-23T09:00:00Z"
LATER_WORDS = "Monday 23 November 2026, 11:00 UTC"
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
    {"number": "1003", "what": f"new request, 2 new mails: {SUBJECT}", "priority": "hotrush"}
    | {"due": LATER},
    {"number": "1004", "what": "new mail: How do I add a second language?", "priority": "low", "due": ""},
    {"number": "0", "what": "mail that can't be fetched: UID 17 of support", "priority": "", "due": ""},
]
QUEUE: list[dict[str, str]] = [
    {"number": "1003", "what": SUBJECT, "priority": "hotrush", "due": EARLIER}
    | {"late": "yes", "whose": "yours", "owner": ""},
    {"number": "1004", "what": "How do I add a second language?", "priority": "normal", "due": LATER}
    | {"late": "", "whose": "nobodys", "owner": ""},
    {"number": "1005", "what": "Colour of the buttons", "priority": "low", "due": ""}
    | {"late": "", "whose": "theirs", "owner": "Ben Adler"},
]
ANSWER = "Hello Ada,\n\nplease clear the cache and try again.\n\nSam"

LABELS = {
    "en": {"malfunction": "something that does not work as it should", "tax_simple": "setting up one tax"},
    "de": {
        "malfunction": "etwas, das nicht funktioniert, wie es soll",
        "tax_simple": "die Einrichtung einer Steuer",
    },
    "ru": {"malfunction": "что-то работает не так, как должно", "tax_simple": "настройка одного налога"},
}
OFFER = "You can buy an incident at https://lantern.example/buy (USD 99).\n\nQuestions? Ask sales@lantern.example."
BALANCE: Value = [
    {"what": "urgent incident", "left": "2"},
    {"what": "points", "left": "120"},
    {"what": "subscription", "left": "2027-03-31T22:00:00Z"},
]
OPENING: Facts = {
    "subject": SUBJECT,
    "scope": "malfunction",
    "scope_label": "a shop that misbehaves",
    "priority": "normal",
    "hotrush": False,
    "hotrush_offered": False,
    "in_scope": True,
    "several": ["malfunction", "tax_simple"],
    "reply_by": LATER,
    "passed_on_by": "",
    "offer": OFFER,
    "alternatives": ["a quote for the whole work", "a subscription, with guidance for doing it yourself"],
    "balance": BALANCE,
    "ask": True,
}
RICH: dict[str, Facts] = {
    "acknowledgement": OPENING | {"hotrush": True, "priority": "hotrush", "offer": "", "alternatives": []},
    "acknowledgement_hotrush": OPENING
    | {"hotrush": True, "priority": "hotrush", "offer": "", "alternatives": []},
    "out_of_scope": OPENING
    | {"scope": "custom_development", "scope_label": "custom development", "in_scope": False, "several": []},
    "entitlement_offer": OPENING | {"balance": [], "priority": "high", "hotrush_offered": True},
    "hotrush_offer": OPENING | {"priority": "high", "hotrush_offered": True},
    "several_problems": OPENING | {"offer": "", "alternatives": []},
    "answer": {"subject": SUBJECT, "text": ANSWER},
    "raised": {"subject": SUBJECT, "priority": "hotrush", "hotrush": True, "reply_by": LATER},
    "hotrush_withdrawn": {"subject": SUBJECT, "priority": "normal", "reply_by": LATER, "used": 2, "most": 3},
    "hotrush_refused": {"subject": SUBJECT, "priority": "hotrush", "reply_by": LATER, "most": 3},
    "hotrush_removed": {"subject": SUBJECT, "reason": "project", "priority": "normal", "reply_by": LATER},
    "waiting_reminder": {"subject": SUBJECT, "closes_on": LATER},
    "pre_closed": {"subject": SUBJECT, "cost": "1 urgent incident", "closes_at": LATER},
    "closed": {
        "subject": SUBJECT,
        "reopen_days": 14,
        "reopen_until": LATER,
        "cost": "60 points",
        "rating": True,
    },
    "reopened": {
        "subject": SUBJECT,
        "nothing_more": True,
        "cost": "",
        "by_us": False,
        "priority": "high",
        "reply_by": LATER,
    },
    "bug_confirmed": {"subject": SUBJECT, "hotrush": True, "released": "1 incident + 1 HotRush option"},
    "declined": {
        "subject": SUBJECT,
        "scope": "major_upgrade",
        "scope_label": "an upgrade to another branch",
        "reason": "It is an upgrade across versions, and those are planned with our developers.",
        "alternatives": ["a quote for the upgrade", "guidance for an upgrade within one version"],
    },
    "merged": {"subject": SUBJECT, "into": 1001},
    "split_asked": {"subject": SUBJECT, "problem": "tax_simple", "cost": "1 incident", "offer": OFFER},
    "order_changed": {
        "subject": SUBJECT,
        "first": "tax_simple",
        "others": ["malfunction"],
        "reply_by": LATER,
    },
    "entitlement_low": {"subject": SUBJECT, "balance": BALANCE, "offer": OFFER},
    "balance": {"subject": "Balance", "balance": BALANCE, "offer": OFFER},
    "staff_new_incident": {
        "subject": SUBJECT,
        "customer": CUSTOMER,
        "text": LONG_TEXT,
        "scope": "Payment and checkout",
        "priority": "hotrush",
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
        "state": "in_progress",
        "priority": "hotrush",
        "hotrush": True,
        "due": LATER,
        "proof": PROOF,
        "notes": ["The customer raised the priority to hotrush: HotRush from 'HotRush' in the body"],
        "left_out": 5,
        "arrival": 17,
        "files": ["screen.png (20 kB)"],
        "answer_above": MARKER,
    },
    "assigned": {
        "subject": SUBJECT,
        "customer": CUSTOMER,
        "text": LONG_TEXT,
        "scope": "Payment and checkout (payment)",
        "priority": "hotrush",
        "due": LATER,
        "why": "You know about payment, and have the fewest open incidents.",
        "by": "Sam",
        "answer_above": MARKER,
    },
    "colleague_wrote": {
        "subject": SUBJECT,
        "author": "Sam",
        "did": "answered the customer and changed the priority from normal to high",
        "customer": CUSTOMER,
        "state": "in_progress",
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
        "remaining": 90,
        "waiting_since": EARLIER,
        "owed": "answer",
        "answer_above": MARKER,
    },
    "digest": {
        "name": "Sam",
        "today": EARLIER,
        "due_today": QUEUE[:2],
        "due_count": 7,
        "late_count": 1,
        "on_us": QUEUE[2:],
        "us_count": 1,
        "on_customers": [QUEUE[1] | {"number": "1006"}, QUEUE[2] | {"number": "1007"}],
        "customers_count": 2,
        "on_purchase": [QUEUE[0] | {"number": "1008", "late": ""}],
        "purchase_count": 1,
        "others": 4,
        "new": QUEUE,
        "new_count": 40,
        "bars": ["████████████████████████ 8", "██████ 2", "███ 1"],
        "chart": "09:00  ████████████████████████ 4\n10:00  0\n11:00  ██████████████████ 3",
        "kept": 3,
        "quarantined": 1,
    },
    "weekly_figures": {
        "name": "Sam",
        "since": "2026-11-16T00:00:00Z",
        "until": "2026-11-22T20:59:59Z",
        "opened": 31,
        "closed": 28,
        "open": 12,
        "answered": 29,
        "median": 72,
        "p90": 310,
        "kept": 26,
        "broken": 3,
        "promises": [
            {"priority": "hotrush", "broken": "0", "total": "2"},
            {"priority": "normal", "broken": "3", "total": "27"},
        ],
        "owners": [
            {"name": "Sam", "answered": "19", "closed": "17", "open": "4", "late": "1"},
            {"name": "Ben Adler", "answered": "11", "closed": "11", "open": "2", "late": "2"},
        ],
        "busiest": "09:00-10:00, 14:00-15:00, 11:00-12:00",
        "chart": "09:00  ████████████████████████ 12\n10:00  ████████ 4\n11:00  ██████████ 5",
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
    "acknowledgement": {  # as an older maild queued it
        "subject": "",
        "scope": "",
        "priority": "normal",
        "hotrush": False,
        "in_scope": False,
        "reply_by": LATER_WORDS,
        "passed_on_by": "Sam Rivers",
    },
    **{
        kind: {"subject": "", "scope": "", "priority": "normal", "hotrush": False, "in_scope": True}
        | {"passed_on_by": "Sam Rivers", "ask": False}
        for kind in (
            "acknowledgement_hotrush",
            "out_of_scope",
            "entitlement_offer",
            "hotrush_offer",
            "several_problems",
        )
    },
    "answer": {"subject": SUBJECT, "text": "Yes."},
    "raised": {"subject": "", "priority": "high", "hotrush": False},
    "hotrush_withdrawn": {"subject": "", "priority": "normal"},
    "hotrush_refused": {"subject": "", "priority": "hotrush"},
    "hotrush_removed": {"subject": "", "reason": "general", "priority": "normal"},
    "waiting_reminder": {"subject": "", "closes_on": LATER},
    "pre_closed": {"subject": "", "closes_at": LATER},
    "closed": {"subject": "", "reopen_days": 0},
    "reopened": {"subject": "", "by_us": True, "nothing_more": False, "cost": "1 incident"},
    "bug_confirmed": {"subject": ""},
    "declined": {"subject": ""},
    "merged": {"subject": "", "into": 1001},
    "split_asked": {"subject": ""},
    "order_changed": {"subject": "", "first": "tax_simple"},
    "entitlement_low": {"number": 0, "balance": [{"what": "points", "left": "30"}]},
    "balance": {"number": 0},
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
    "assigned": {"subject": SUBJECT, "customer": CUSTOMER, "priority": "normal", "answer_above": MARKER},
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
    "reminder": {**RICH["reminder"], "late": True, "remaining": "", "owed": "solution", "answer_above": ""},
    "digest": {"name": "Sam", "today": EARLIER},
    "weekly_figures": {
        "name": "Sam",
        "since": "2026-11-16T00:00:00Z",
        "until": "2026-11-22T20:59:59Z",
        "opened": 0,
        "closed": 1,
        "open": 0,
        "answered": 0,
    },
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
    """Return the shipped templates, some of the English ones replaced by `sources`; fails where one is wrong."""
    loaded = Templates.load({**ALL_SOURCES, "en": {**SOURCES, **(sources or {})}}, labels=LABELS)
    assert isinstance(loaded, Templates), loaded
    return loaded
