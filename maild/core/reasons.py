"""The name and the sentence of every match, verdict, refusal and silence.

A reason is stored with what it explains and printed by `maild show`; its name is stable, its sentence is for people.
"""

from dataclasses import dataclass

SENTENCES: dict[str, str] = {
    # which incident (find_incident.py)
    "token": "carries our signed token of incident {number}",
    "known_message_id": "answers {message_id}, a mail of incident {number}, and its sender takes part in it",
    "number": "names [#{number}] in the subject, and its sender takes part in that incident",
    "shared_ancestor": "refers to {message_id}, as an earlier mail of its sender's on incident {number} does",
    "late_ancestor": "is the mail that an earlier one of its sender's on incident {number} answers",
    "same_again": "its sender wrote the very same on incident {number} only minutes before",
    "another_topic": "has an ancestor in common with incident {number}, which is closed, and another subject",
    "subject_changed": "its subject is new: {subject}",
    "confirmation": "answers our request to confirm",
    "new": "names no incident of ours",
    "stranger": "names incident {number}, but {address} takes no part in it",
    "not_proven": "names incident {number} as a party of it would, but nothing proves the sender",
    "dmarc_failed_join": "names incident {number}, but the server says that the From address is forged",
    "token_of_another": "carries the token of another staff member on incident {number}",
    "token_of_another_time": "carries a token of an earlier incident {number}",
    "reopen_window_over": "answers incident {number}, which was closed more than {days} days ago",
    # who wrote (automatic.py)
    "own_message_id": "its Message-ID is ours: a mail of ours came back",
    "own_loop_mark": "carries our own signed loop mark: a mail of ours came back",
    "too_many_hops": "passed {count} servers: a mail loop",
    "delivery_report": "a delivery report: {actions}",
    "feedback_report": "a feedback report (RFC 5965)",
    "read_receipt": "a read receipt (RFC 8098)",
    "auto_submitted": "says Auto-Submitted: {value}",
    "responder_field": "carries {field}: {value}",
    "precedence": "says {field}: {value}",
    "null_return_path": "its envelope sender is empty: a machine sent it and wants no answer",
    "list_field": "carries {field}: a list sent it on",
    "calendar_answer": "an answer to an invitation",
    "calendar_request": "an invitation, sent by a calendar",
    "away_subject": "its subject is that of an automatic answer: {subject}",
    "asks_for_silence": "asks for no automatic answer: {field}: {value}",
    "mass_mail_field": "carries {field}, as mass mail does",
    "list_unsubscribe": "carries List-Unsubscribe, as newsletters do",
    "no_reply_sender": "{address} is not the address of a person who reads mail",
    "own_address": "comes from an address of our own",
    "spam_flag": "a filter took it for spam ({field})",
    "form_sender": "{address} is configured as a form: what it sends is a request",
    # who wrote (authenticate.py)
    "proven": "the sender is proven: {method} of {authserv_id}",
    "no_authserv": "the sender is not proven: no mail server's word is configured",
    "no_verdict": "the sender is not proven: {authserv_ids} said nothing about it",
    "not_aligned": "the sender is not proven: {authserv_id} found nothing that vouches for {domain}",
    "dmarc_failed": "{authserv_id} says dmarc=fail for {domain}: the From address is probably forged",
    "from_doubtful": "the sender is not proven: {doubt}",
    # what is done (decide.py)
    "opened": "a new request",
    "appended": "a further mail of the customer",
    "appended_unproven": "a further mail from an address of the customer, sender not proven",
    "reopened": "the customer wrote within {days} days of closing",
    "machine_note": "written by a machine ({kind}): kept on the thread, changes nothing",
    "kept_machine": "written by a machine ({kind}) and belongs to no incident: kept",
    "duplicate": "the same mail as arrival {arrival}",
    "staff_answer": "an answer of {name}, proven by {how}",
    "staff_note": "a note of {name}",
    "staff_held": "from {name}'s address, but {missing}: held until confirmed by mail",
    "group_address": "several people read that address",
    "staff_mail": "{name} wrote a new mail that names no incident",
    "unverified_staff": "from {name}'s address, but nothing proves that: a new incident, nothing acted on",
    "staff_released": "{name} confirmed it by mail",
    "confirmation_used": "that confirmation was used already",
    "confirmation_unclear": "the first new line of the confirmation is not `send`",
    "empty_answer": "no new text stands above the quoted mail",
    "send_not_here": "the word send confirms nothing here: reply to the mail 'Please confirm ...' with send",
    "no_staff_token": "it answers no mail of ours about that incident",
    "verb_unknown": "unknown command {verb}; known are {known}",
    "verb_hidden": "the command stands in only one of the mail's text and HTML forms",
    "verb_misplaced": "{verb} is a command only as it is, alone on one of the first lines",
    "internal_file": "the file {name} is a mail of ours to the staff, which the customer must not see",
    "verb_not_alone": "the command {verb} does not stand alone on its line",
    "verb_lacks_word": "the command {verb} needs a word behind it: {verb} {takes}",
    "word_unknown": "unknown {verb} {word}; {nearest}known are {known}",
    "decided_by": "config {version} says so",
    "no_rule": "no rule fired",
    "corrected": "it corrects the verdict of config {version}",
    "closed_by_staff": "{name} closed it",
    "answered": "{name} answered the customer",
    "working": "{name} answered and goes on working",
    "released_by_admin": "released from quarantine by hand",
    "no_sender": "no single sender can be read from it: {doubt}",
    "raised": "the customer raised the priority to {wanted}: {evidence}",
    "answered_often": "it is one more after {count} answers within an hour, as of a machine that answers a machine",
    "marker_unquoted": "our line stands unquoted in it: what stands above is shown for confirmation",
    # what became of a mail of ours (bounce_reason.py, decide_report.py)
    "bounce_user_unknown": "{address}: there is no such mailbox",
    "bounce_host_unknown": "{address}: there is no such mail domain",
    "bounce_moved": "{address}: the address has moved",
    "bounce_not_accepting": "{address}: the domain takes no mail",
    "bounce_mailbox_full": "{address}: the mailbox is full",
    "bounce_disabled": "{address}: the mailbox is switched off",
    "bounce_filtered": "{address}: a filter of the recipient's refused it",
    "bounce_too_large": "{address}: the mail is too large for them",
    "bounce_blocked": "{address}: they refuse our server",
    "bounce_spam": "{address}: they took it for spam",
    "bounce_policy": "{address}: their rules refuse it",
    "bounce_system": "{address}: a fault of a mail server",
    "bounce_network": "{address}: their server could not be reached",
    "bounce_expired": "{address}: it was tried for too long",
    "bounce_unknown": "{address}: the report does not say why",
    "server_said": "the server said: {said}",
    "complained": "{address} took a mail of ours for spam, says their mail provider",
    "report_delayed": "{address}: not delivered yet, the server still tries",
    "report_delivered": "{address}: delivered, or passed on",
    "report_of_nothing": "the report names no mail that we sent",
    "report_misaddressed": "the report is not about {address}, to whom that mail of ours went",
    "report_of_unsent": "the report is about a mail that has not left",
    "report_again": "that this mail came back was known already",
    "came_back": "a mail of ours to {address} came back",
    "marked": "{address} gets no automatic mail from now on",
    "lifted": "a person wrote from {address}, so that automatic mail may go there again",
    "clock_again": "the only answer did not reach the customer: the clock runs as if it had not stopped",
    "answer_lost": "an answer did not reach the customer",
    # why we are silent
    "no_ack_machine": "no acknowledgement: {reason}",
    "no_ack_dmarc": "no acknowledgement: the From address is probably forged",
    "no_ack_backlog": "no acknowledgement: the mail was there before maild came",
    "no_ack_staff": "no acknowledgement: the mail comes from the staff",
    "no_ack_no_sender": "no acknowledgement: the mail has no single sender",
    "no_ack_no_reply": "no acknowledgement: {address} reads no mail",
    "no_ack_suppressed": "no acknowledgement: {address} is on the suppression list",
    "no_mail_suppressed": "{address} is on the suppression list",
    # why it waits or failed (send_outbox.py)
    "cap_unproven": "held: this unproven sender was acknowledged less than {minutes} minutes ago",
    "cap_address_hour": "held: {count} automatic mails to this address in an hour",
    "cap_address_day": "held: {count} automatic mails to this address in a day",
    "cap_domain": "held: {count} automatic mails to this domain in an hour",
    "cap_total": "held: {count} automatic mails in a minute",
    "cap_staff": "held: {count} notifications in {minutes} minutes; what comes now becomes one list",
    "cap_confirmations": "held: {count} requests to confirm in an hour; what comes now becomes one list",
    "cancelled_by_hand": "cancelled by hand",
    "in_list": "part of one list, because many came at once",
    # why it can't be read (parse_message.py, isolate.py)
    "too_large": "larger than {limit} bytes",
    "header_too_large": "its header is larger than {limit} bytes",
    "too_deep": "nested deeper than {limit} levels",
    "too_slow": "not read within {seconds} seconds",
    "too_much_memory": "needs more memory than a mail may",
    "crashed": "the reader failed: {error}",
    "empty": "no bytes at all",
    "handling_failed": "handling it failed: {error}",
    "mail_loop": "passed {count} servers: a mail loop",
    "own_mail": "a mail of our own came back",
    # what of it can't be read (body.py)
    "encrypted": "encrypted with {method}: nobody here can read it",
    "sealed": "signed with {method} in a form that hides its text: nobody here can read it",
    "winmail": "it has a winmail.dat that can't be opened; the file was kept",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided: a stable `name` and a `text` for people."""

    name: str
    text: str


def because(name: str, /, **facts: object) -> Reason:
    """Return the reason `name` with its sentence filled in.

    >>> because("stranger", number=1003, address="eve@example.net").text
    'names incident 1003, but eve@example.net takes no part in it'
    """
    return Reason(name, SENTENCES[name].format_map(facts))
