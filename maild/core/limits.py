"""How much of anything we take: the values of `[limits]`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit in one place (rules 5, 19, 40); sizes in bytes, times in seconds unless the name says otherwise.

    Hard limits (message_bytes, header_bytes, mime_depth, parse_seconds, parse_memory) send a mail to quarantine,
    whole; soft ones shorten what is shown and leave a note. The `ack_*` caps concern customers only: what exceeds
    them waits in the outbox as `held`, and is never dropped.
    """

    message_bytes: int = 33_554_432
    header_bytes: int = 1_048_576
    mime_depth: int = 50
    parse_seconds: float = 5.0
    parse_memory: int = 536_870_912
    parser_children: int = 1
    parser_renew_after: int = 1_000
    mime_parts: int = 1_000
    attachments: int = 100
    recipients_shown: int = 100
    references: int = 100
    received_fields: int = 100
    subject_chars: int = 998
    text_chars: int = 1_000_000
    staff_attachment_bytes: int = 10_000_000
    smtp_recipients: int = 100
    smtp_connections: int = 50
    line_bytes: int = 1_000_000
    batch: int = 50
    unproven_ack_minutes: int = 10
    address_per_hour: int = 5
    address_per_day: int = 20
    domain_per_hour: int = 150
    total_per_minute: int = 60
    staff_notifications: int = 10
    staff_notifications_minutes: int = 5
    confirmations_per_hour: int = 5
    receipts_per_hour: int = 20
