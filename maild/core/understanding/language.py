"""Say in which language to answer a mail."""

from classifiers.language import written_in


def language_of(subject: str, new_text: str, customers: str, fallback: str) -> str:
    """Return the language for mails about a request: that of the mail, else `customers`, else the configured one.

    A mail's language counts only where it is sure. `customers` is what is known of whoever wrote it, or "". Whether
    there are templates in that language is asked when a mail of ours is written.
    """
    return written_in(f"{subject}\n{new_text}") or customers or fallback
