"""What a customer asks of the service with a few exact words: to withdraw HotRush, to know what is left.

The words are data, in English, German and Russian. Only the first line counts, and only if it says nothing else, so
that no sentence about HotRush or a balance is taken for a command.
"""

import re

LONGEST = 80  # characters of a line that is no more than a word
_NOT_LETTERS = re.compile(r"[^\w]+")


def _phrases(words: str) -> frozenset[str]:
    return frozenset(filter(None, (piece.strip() for piece in re.split(r"[|\n]", words))))


WITHDRAW = _phrases(
    """
    withdraw|withdraw hotrush|withdraw the hotrush|withdraw my hotrush|please withdraw hotrush
    please withdraw the hotrush|withdraw hotrush please|remove hotrush|please remove hotrush|cancel hotrush
    please cancel hotrush|cancel the hotrush|no hotrush|no hotrush please|no hotrush needed|without hotrush
    not a hotrush|no hotrush any more|no hotrush anymore|hotrush not needed|hotrush is not needed
    hotrush is not needed any more|hotrush no longer needed
    hotrush zurückziehen|hotrush zurueckziehen|bitte hotrush zurückziehen|hotrush bitte zurückziehen
    ich ziehe hotrush zurück|ich ziehe den hotrush zurück|hotrush zurücknehmen|hotrush stornieren
    ohne hotrush|bitte ohne hotrush|kein hotrush|kein hotrush mehr|kein hotrush nötig|doch kein hotrush
    отозвать hotrush|отзываю hotrush|отозвать хотраш|снять hotrush|снимите hotrush|отменить hotrush|отмените hotrush
    без hotrush|без хотраш|hotrush не нужен|hotrush больше не нужен|не hotrush
    """
)
BALANCE = {
    "en": _phrases(
        """
        balance|my balance|our balance|account balance|balance please|balance request|what is my balance
        whats my balance|what is our balance|show balance|points balance|how many points do i have left
        """
    ),
    "de": _phrases(
        """
        kontostand|mein kontostand|unser kontostand|guthaben|mein guthaben|unser guthaben|saldo|punktestand|restguthaben
        """
    ),
    "ru": _phrases(
        """
        баланс|мой баланс|наш баланс|остаток|мой остаток|баланс пожалуйста|какой у меня баланс|остаток баллов
        """
    ),
}


def says_withdraw(new_text: str) -> bool:
    r"""Say whether the first line of a mail withdraws HotRush.

    >>> says_withdraw("Withdraw HotRush.\n\nIt works again."), says_withdraw("Why is there no HotRush here?")
    (True, False)
    """
    return _first_line(new_text) in WITHDRAW


def balance_language(line: str) -> str:
    """Return the language in which a line, or the first line of a text, asks for the balance and nothing else, or "".

    >>> balance_language("Guthaben?"), balance_language("My balance of colours is off")
    ('de', '')
    """
    asked = _first_line(line)
    return next((language for language, words in BALANCE.items() if asked in words), "")


def _first_line(text: str) -> str:
    """Return the first line with letters, plain; "" for one that is quoted or longer than a word or two."""
    line = next((line for line in text[:10_000].splitlines() if any(map(str.isalnum, line))), "")
    if len(line) > LONGEST or line.lstrip().startswith(">"):
        return ""
    plain = " ".join(_NOT_LETTERS.sub(" ", line.casefold().replace("'", "")).split())
    return re.sub(r"\bhot rush\b", "hotrush", plain)
