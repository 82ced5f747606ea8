"""What a customer says with a few exact words: it is solved, thank you, yes, no, the second one first.

A mail counts only where it says nothing else: each of its pieces, between stops and line ends, must be one of these
phrases. "Solved, but now the cart is empty" is a letter like any other. The words are data, in English, German and
Russian; they are compared without case, marks and accents that people leave out (`geloest`, `решен`).
"""

import re
from collections.abc import Collection, Iterator, Sequence

LONGEST = 200  # characters of a mail that is no more than a word
MOST_NUMBERS = 20  # of an order that a customer gives


def _phrases(words: str) -> frozenset[str]:
    """Return the phrases of a block of text, which stand between bars and line ends."""
    return frozenset(filter(None, (piece.strip() for piece in re.split(r"[|\n]", words))))


SOLVED = _phrases(
    """
    solved|it is solved|its solved|problem solved|the problem is solved|this is solved|resolved|it is resolved
    its resolved|this is resolved|issue resolved|the issue is resolved|close|closed|close it|please close
    please close it|please close this|you can close it|you can close this|you may close it|you may close this
    close the ticket|please close the ticket|close this ticket|please close this ticket|you can close the ticket
    you can close this ticket|close the incident|please close the incident|close this incident
    please close this incident|close the request|please close the request|close this request
    please close this request|case closed
    geloest|gelost|ist geloest|es ist geloest|problem geloest|das problem ist geloest|erledigt|ist erledigt
    hat sich erledigt|das hat sich erledigt|es hat sich erledigt|schliessen|bitte schliessen|geschlossen
    kann geschlossen werden|das ticket kann geschlossen werden|bitte ticket schliessen
    bitte das ticket schliessen|ticket schliessen|bitte die anfrage schliessen|behoben|ist behoben
    решено|проблема решена|вопрос решен|все решено|решена|закрыть|закройте|закройте пожалуйста
    пожалуйста закройте|можно закрыть|можно закрывать|можете закрыть|можете закрывать|закрыто
    закройте заявку|закройте тикет|заявку можно закрыть|тикет можно закрыть|закройте заявку пожалуйста
    """
)
THANKS = _phrases(
    """
    thanks|thank you|thx|many thanks|thanks a lot|thank you very much|thank you so much|thanks so much
    thanks again|thank you again|big thanks|thanks for your help|thank you for your help|thanks for the help
    thank you for the help|thanks for the quick help|thank you for the quick help|thanks for everything
    much appreciated|great|great job|perfect|excellent|awesome|wonderful|super|ok|okay|ok thanks|ok thank you
    great thanks|great thank you|perfect thanks|perfect thank you|it works|it works now|it works again
    works|works now|works again|works fine|works fine now|works perfectly|works great|all good|all good now
    everything works|everything works now|everything is fine|everything is fine now|fixed|it is fixed
    its fixed|cheers|have a nice day|have a great day|have a good day|have a nice weekend|best wishes
    kind regards|best regards|regards
    danke|danke schoen|danke sehr|vielen dank|vielen lieben dank|herzlichen dank|besten dank|tausend dank
    danke fuer die hilfe|danke fuer ihre hilfe|vielen dank fuer die hilfe|vielen dank fuer ihre hilfe
    vielen dank fuer die schnelle hilfe|danke fuer die schnelle hilfe|prima|toll|klasse|wunderbar|perfekt
    alles klar|alles gut|alles bestens|passt|es geht|es geht wieder|geht wieder|es geht jetzt|geht jetzt
    funktioniert|es funktioniert|funktioniert wieder|es funktioniert wieder|funktioniert jetzt
    es funktioniert jetzt|schoenen tag|schoenen tag noch|schoenes wochenende|mit freundlichen gruessen
    viele gruesse|freundliche gruesse|beste gruesse|mfg|lg
    спасибо|большое спасибо|спасибо большое|огромное спасибо|спасибо огромное|благодарю|благодарим
    спасибо за помощь|большое спасибо за помощь|спасибо вам|спасибо вам большое|отлично|прекрасно|супер
    ок|окей|хорошо|работает|все работает|теперь работает|все заработало|заработало|теперь все работает
    все хорошо|все в порядке|хорошего дня|хороших выходных|с уважением|удачи
    """
)
YES = _phrases(
    """
    yes|yes please|yes do|yes go ahead|yes do it|yes please do|please do|go ahead|please go ahead|sure|of course
    agreed|i agree|ok|okay|confirmed|i confirm
    ja|ja bitte|ja gern|ja gerne|gern|gerne|bitte|einverstanden|ja machen sie das|in ordnung
    да|да пожалуйста|да конечно|конечно|согласен|согласна|согласны|подтверждаю|хорошо|давайте|да давайте|ок
    """
)
NO = _phrases(
    """
    no|no thanks|no thank you|not now|please dont|please do not|no need
    nein|nein danke|nicht noetig|lieber nicht|bitte nicht
    нет|нет спасибо|не надо|не нужно|нет не нужно|спасибо не нужно
    """
)
GREETINGS = _phrases(
    """
    hi|hello|hello all|hi all|hi there|dear team|hello team|hi team|dear support|good morning|good afternoon|hey|please
    hallo|hallo zusammen|guten tag|guten morgen|moin|liebes team|hallo team|sehr geehrte damen und herren
    здравствуйте|добрый день|доброе утро|добрый вечер|привет|коллеги|пожалуйста
    """
)
_AND = _phrases("and|then|first|und|dann|zuerst|erst|и|потом|затем|сначала|please|bitte|пожалуйста")
_STOPS = re.compile(r"[\n.,;:!()\u2013\u2014]+|\s-+\s")
_MARKS = re.compile(r"[^\w\s?>]|_")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ё": "е", "'": "", "\u2019": ""})
_NUMBER = re.compile(r"#?\s*(\d{1,2})[.)]?")


def says_solved(new_text: str, names: Collection[str] = ()) -> bool:
    """Say whether a mail says that the problem is gone or the incident may be closed, and nothing else but thanks.

    `names` are those of the staff, who may be greeted or thanked.

    >>> says_solved("Solved, thank you!"), says_solved("Solved. But the cart is empty.")
    (True, False)
    """
    pieces = [*_pieces(new_text, names)]
    polite = THANKS | GREETINGS
    return any(piece in SOLVED for piece in pieces) and all(p in SOLVED or p in polite for p in pieces)


def says_thanks(new_text: str, names: Collection[str] = ()) -> bool:
    """Say whether a mail is thanks, or word that all is well, and nothing else (rule 32).

    >>> says_thanks("Thanks a lot, Anna!", {"Anna"}), says_thanks("Thanks, but it is back")
    (True, False)
    """
    pieces = [*_pieces(new_text, names)]
    polite = THANKS | SOLVED | GREETINGS
    return any(piece in THANKS | SOLVED for piece in pieces) and all(piece in polite for piece in pieces)


def says_yes_or_no(new_text: str) -> bool | None:
    """Return what the first words of a mail answer to a question of ours, or None where that is not plain.

    >>> says_yes_or_no("Yes, please."), says_yes_or_no("нет, спасибо"), says_yes_or_no("Yesterday it broke")
    (True, False, None)
    """
    first = next((piece for piece in _pieces(new_text, ()) if piece not in GREETINGS), "")
    if first in NO:
        return False
    return True if first in YES else None


def says_only_yes_or_no(new_text: str) -> bool | None:
    """Return the answer of a mail that holds one and nothing else but a greeting and thanks, or None.

    >>> says_only_yes_or_no("Hello, yes please. Thanks!"), says_only_yes_or_no("Yes. And the cart is empty")
    (True, None)
    """
    polite = YES | NO | THANKS | GREETINGS
    return says_yes_or_no(new_text) if all(piece in polite for piece in _pieces(new_text, ())) else None


def says_rating(new_text: str) -> int | None:
    """Return how well we did, from 5 to 1, where a mail holds that one digit and nothing else but thanks.

    >>> says_rating("5. Thank you!"), says_rating("5 orders are lost"), says_rating("6")
    (5, None, None)
    """
    pieces = [piece for piece in _pieces(new_text, ()) if piece not in THANKS | GREETINGS]
    return int(pieces[0]) if len(pieces) == 1 and re.fullmatch("[1-5]", pieces[0]) else None


def says_order(new_text: str, labels: Sequence[Collection[str]]) -> tuple[int, ...]:
    """Return the order that a customer gives several problems, as indices into `labels`; none where they give none.

    The first line says it, by the numbers of our list or by one of the labels of a problem, and nothing else.

    >>> says_order("2, 1", [{"taxes"}, {"coupons"}]), says_order("Coupons first", [{"taxes"}, {"coupons"}])
    ((1, 0), (1,))
    """
    line = next((line for line in new_text.splitlines() if any(map(str.isalnum, line))), "")
    if len(line) > LONGEST or line.lstrip().startswith(">"):
        return ()
    words = [word for word in _plain(line).split() if word not in _AND]
    wanted = " ".join(words)
    for i, known in enumerate(labels):
        if wanted and wanted in (" ".join(w for w in _plain(one).split() if w not in _AND) for one in known):
            return (i,)
    numbers = [int(match[1]) for word in words if (match := _NUMBER.fullmatch(word))]
    if len(numbers) != len(words) or not all(1 <= number <= len(labels) for number in numbers):
        return ()
    return tuple(dict.fromkeys(number - 1 for number in numbers[:MOST_NUMBERS]))


def _pieces(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield what stands between stops, plain and without names; a text too long to be only a word is one piece."""
    if len(text) > LONGEST:
        yield text
        return
    known = {word for name in names for word in _plain(name).split()} | {"dear", "liebe", "lieber"}
    for piece in _STOPS.split(text):
        words = [word for word in _plain(piece).split() if word not in known]
        if words:
            yield " ".join(words)


def _plain(text: str) -> str:
    """Return a text in lower case with the umlauts written out, without marks; those of a question or a quote stay."""
    return " ".join(_MARKS.sub(" ", text.casefold().translate(_FOLDED)).split())
