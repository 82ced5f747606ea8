"""Whether a mail meets the conditions of a rule: who sent it, where it came in, which language it is in."""

from collections.abc import Iterable

from classifiers.settings import About, Rule


def meets(about: About, rule: Rule) -> bool:
    """Say whether each condition that the rule has is met; a language that nobody knows meets any."""
    return (
        (not rule.senders or _is_among(about.sender, rule.senders))
        and (not rule.organisations or _belongs_to(about.organisation, rule.organisations))
        and (not rule.mailboxes or _is_among(about.mailbox, rule.mailboxes))
        and (not rule.language or not about.language or about.language.lower() == rule.language.lower())
    )


def stands_alone(rule: Rule) -> bool:
    """Say whether the rule counts by its conditions alone."""
    return not rule.phrases and not rule.regexes


def shown_condition(rule: Rule) -> tuple[str, str]:
    """Return for a rule that stands alone the field that shows why, and its conditions in words."""
    said = {
        "sender": rule.senders,
        "organisation": rule.organisations,
        "mailbox": rule.mailboxes,
        "language": (rule.language,) if rule.language else (),
    }
    field = "sender" if rule.senders or rule.organisations else "mailbox" if rule.mailboxes else "body"
    return field, "; ".join(f"{name} {' or '.join(values)}" for name, values in said.items() if values)


def _is_among(value: str, known: Iterable[str]) -> bool:
    return value.lower() in {each.lower() for each in known}


def _belongs_to(domain: str, known: Iterable[str]) -> bool:
    """Say whether the domain is one of those known, or below one."""
    dotted = f".{domain.lower()}"
    return any(dotted.endswith(f".{each.lower()}") for each in known)
