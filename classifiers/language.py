"""Which language a text is written in, by its script and its most common words; "" where that can't be told."""

from collections.abc import Collection

from classifiers.normalise import normalise
from classifiers.words import words_of

# Words that no text of some lines does without, and that the other languages here do not have.
_COMMON = {
    "en": "the and of is are we you our your my it this that with for have not please how can hello thanks",
    "de": "der die das und ist wir sie ich nicht mit bitte ein eine fur auf wie unser unsere kann werden"
    " wird keine kein guten sind haben ihnen uns vielen zum zur",
    "fr": "le les des est et nous vous je pas une dans sur notre votre pour avec que merci comment mon",
    "es": "el los las es y nos usted no una en nuestro por favor que como con mi para tienda gracias",
    "it": "il gli e non una nel nostro per favore che come con mio sono della negozio grazie siamo vorrei",
    "nl": "de het een en wij niet met graag hoe onze kan zijn naar voor aub mijn van op is",
    "pt": "o os as nao uma em nosso por favor que como com meu para loja obrigado voce esta nos da",
}
_WORDS: dict[str, list[str]] = {}
for _code, _words in _COMMON.items():
    for _word in _words.split():
        _WORDS.setdefault(_word, []).append(_code)

_READ = 2_000

# Letters that Russian does not have, by the languages that do; and a letter that only Bulgarian cannot do without,
# where those are missing that Russian cannot.
_NOT_RUSSIAN = {"uk": "іїєґ", "be": "ў", "sr": "ђјљњћџ", "mk": "ѓќѕ"}
_RUSSIAN = "ыэё"
_BULGARIAN = "ъ"
_ENOUGH_LETTERS = 12
_ENOUGH_VOTES = 3  # where another language has some, too
_ENOUGH_ALONE = 2


def written_in(text: str) -> str:
    """Return the code of the language that a text is surely written in, or "".

    More has to speak for it than for a guess: who writes "server die, please help" can read no German.

    >>> written_in("Unser Shop ist nicht mehr erreichbar, bitte helfen Sie uns."), written_in("Mein Shop")
    ('de', '')
    """
    read = normalise(text[:_READ], subject=False).text
    if not read.isascii():  # the letters of most mails need not be looked at one by one
        letters = [char for char in read if char.isalpha()]
        cyrillic = [char for char in letters if "\u0400" <= char <= "\u04ff"]
        if len(cyrillic) * 2 > len(letters):
            return _of_cyrillic("".join(cyrillic)) if len(cyrillic) >= _ENOUGH_LETTERS else ""
        if any("\u3040" <= char <= "\u30ff" for char in read):
            return "ja"
    (best, most), (_, second) = (*_votes({word for word, _, _ in words_of(read)}), ("", 0), ("", 0))[:2]
    return best if most >= (_ENOUGH_VOTES if second else _ENOUGH_ALONE) and most >= 2 * second else ""


def _of_cyrillic(letters: str) -> str:
    """Return which language of this script it is: a Ukrainian is not answered in Russian."""
    for code, own in _NOT_RUSSIAN.items():
        if sum(map(letters.count, own)) * 200 > len(letters):
            return code
    if letters.count(_BULGARIAN) * 200 > len(letters) and not any(char in letters for char in _RUSSIAN):
        return "bg"
    return "ru"


def guess_language(text: str) -> str:
    """Return the ISO 639-1 code of the language, or "" where no word tells it or two languages are as likely.

    >>> guess_language("Wie kann ich die Versandkosten einstellen?"), guess_language("coupon")
    ('de', '')
    """
    read = normalise(text[:_READ], subject=False).text
    if any("\u3040" <= char <= "\u30ff" for char in read):
        return "ja"
    if sum("\u0400" <= char <= "\u04ff" for char in read) * 2 > sum(map(str.isalpha, read)):
        return "ru"
    best = _votes([word for word, _, _ in words_of(read)])
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else ""


def _votes(words: Collection[str]) -> list[tuple[str, int]]:
    """Return the languages that have these words among their common ones, with the number, the most first."""
    votes: dict[str, int] = {}
    for word in words:
        for code in _WORDS.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    return sorted(votes.items(), key=lambda vote: -vote[1])
