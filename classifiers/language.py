"""Which language a text is written in, by its script and its most common words; "" where that can't be told."""

from classifiers.normalise import normalise
from classifiers.words import words_of

# Words that no text of some lines does without, and that the other languages here do not have.
_COMMON = {
    "en": "the and of is are we you our your my it this that with for have not please how can",
    "de": "der die das und ist wir sie ich nicht mit bitte ein eine fur auf wie unser unsere kann werden",
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
    votes: dict[str, int] = {}
    for word, _, _ in words_of(read):
        for code in _WORDS.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    best = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else ""
