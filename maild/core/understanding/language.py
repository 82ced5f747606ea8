"""Say in which language to answer a mail."""


def language_of(message_text: str, fallback: str) -> str:
    """Return the language for mails to whoever wrote `message_text`: the configured one, `fallback`.

    Replies exist in one language only so far, so the text does not change it; callers pass the text
    because it will.
    """
    del message_text
    return fallback
