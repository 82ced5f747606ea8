"""The runs of one to a few words of a text that could be a phrase: what is looked at when one is to be learned."""

from collections.abc import Iterator, Sequence
from itertools import islice

from classifiers.hits import BODY_READ, SUBJECT_READ
from classifiers.normalise import normalise
from classifiers.words import words_of

LONGEST = 3
SHORTEST = 3  # letters
MOST_WORDS = 400  # of a body: what is asked stands at its top

# Words that hold a sentence together, and greetings: a phrase neither begins nor ends with one, for they stand in
# every mail. Without accents, as a text is read.
_LINKING = """
a about after all also am an and any are as at be been before but by can could did do does for from get got had
has have he her here his how i if im in into is it its ive just me more my no not now of on one or our out please
she should so some than that the their them then there they this to too us was we were what when where which who
why will with would you your hello hi dear thanks thank regards best kind sincerely cheers greetings
aber als am an auch auf aus bei bin bis bitte da das dass dem den der des die ein eine einem einen einer es fur
hallo hat ich im in ist kann konnen man mein mit nach nicht noch nur oder sehr sich sie sind so und uns unser von
vor war warum was wenn wie wir wird zu zum zur danke gruss grusse freundlichen
au aux avec ce ces cette dans de des du elle en est et il je la le les leur mais me mon ne nous ou par pas pour que
qui sa se ses sont sur un une vous bonjour merci cordialement
al como con de del el ella en es esta este la las lo los mas mi muy no nos o para pero por que se si sin su un una
y hola gracias saludos
"""
LINKING = frozenset(_LINKING.split())


def phrases_in(subject: str, body: str) -> set[str]:
    """Return what could be a phrase of a mail: runs of a few words that tell something by themselves."""
    found = (run for words in both(subject, body) for run in runs(words, LONGEST))
    return {" ".join(run) for run in found if _tells(run)}


def both(subject: str, body: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the words of a mail as the classifiers read it, of the subject and of the body; "" is a border."""
    return words_read(subject[:SUBJECT_READ], subject=True), words_read(body[:BODY_READ], subject=False)


def words_read(text: str, *, subject: bool) -> Sequence[str]:
    """Return the first words of a text as the classifiers read them; "" is a border."""
    return tuple(word for word, _, _ in islice(words_of(normalise(text, subject=subject).text), MOST_WORDS))


def runs(words: Sequence[str], longest: int) -> Iterator[Sequence[str]]:
    """Yield every run of up to `longest` words that reaches over no border."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + longest) + 1):
            if not words[end - 1]:
                break
            yield words[start:end]


def runs_around(words: Sequence[str], inner: Sequence[str]) -> Iterator[str]:
    """Yield the runs that hold the words `inner` and one or two of their neighbours."""
    for run in runs(words, len(inner) + 2):
        more = len(run) - len(inner)
        if more > 0 and any(run[at : at + len(inner)] == tuple(inner) for at in range(more + 1)):
            yield " ".join(run)


def _tells(run: Sequence[str]) -> bool:
    """Say whether a run tells something by itself: no number, and a word that matters at both ends."""
    return (
        not {run[0], run[-1]} & LINKING
        and not any(char.isdigit() for word in run for char in word)
        and sum(map(len, run)) >= SHORTEST
    )
