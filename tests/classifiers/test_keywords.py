"""KeywordIndex: which phrases stand in a text, and where."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.keywords import KeywordIndex, one_slip_apart, parts_of, problem_with, problem_with_member
from classifiers.normalise import normalise


def found(phrase: str, text: str) -> list[str]:
    """Return the words of `text`, as read, in which the phrase was found."""
    read = normalise(text)
    return [read.text[hit.start : hit.end] for hit in KeywordIndex([(phrase, 0)]).find(read)]


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("sales tax", "Sales TAX for Florida", ["sales tax"]),
        ("envío gratis", "ENVIO GRATIS", ["envio gratis"]),
        ("tax", "tax, more tax", ["tax", "tax"]),
        ("buy # get #", "buy 2 get 1 free", ["buy 2 get 1"]),
        ("rabatt*", "Rabattaktion und Rabatt", ["rabattaktion", "rabatt"]),
        ("gift wrap*", "gift wrapping", ["gift wrapping"]),
        ("check-out", "checkout check-out check out", ["checkout", "check-out", "check out"]),
        ("can't pay", "we cant pay / we can’t pay", ["cant pay", "can’t pay"]),
        ("送料", "無料の送料です", ["送料"]),
        ("{other branch}", "from 4.2 to 4.5", ["4.2 to 4.5"]),
        ("hot-rush~", "HotRsh hotrsuh HotRush hot rush", ["hotrsh", "hotrsuh", "hotrush", "hot rush"]),
        ("hot-rush~ ltd", "Hotrsh Ltd", ["hotrsh ltd"]),
        ("hot-rush~", "НОТ RUSH, ΗΟΤ rush", ["нот rush", "ηοτ rush"]),
        ("ставка", "tax ставка", ["ставка"]),
    ],
)
def test_a_phrase_is_found_in_each_way_to_write_it(phrase: str, text: str, words: list[str]) -> None:
    """Case, accents, numbers, endings, hyphens, apostrophes and slips of the pen, as the phrase allows."""
    assert found(phrase, text) == words


GROUPS = {"shop": ("shop", "web*", "Läden"), "buy": ("buy", "pay", "shop")}


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("nobody ... pay", "Nobody can pay; nobody pay", ["nobody can pay", "nobody pay"]),
        ("nobody ... pay", "nobody of us can pay", ["nobody of us can pay"]),
        ("nobody ... pay", "nobody of our customers can pay", []),
        ("nobody ... pay", "nobody came, we pay", []),
        ("no ... for ... week*", "no sales for a weekend", ["no sales for a weekend"]),
        ("nobody … pay", "nobody can pay", ["nobody can pay"]),
        (
            "{shop} down",
            "Shop down, website down, LADEN down, store down",
            ["shop down", "website down", "laden down"],
        ),
        ("{shop} ... {buy}", "the shop where we buy", ["shop where we buy"]),
        ("no {shop} # {buy}", "no shop 7 shop", ["no shop 7 shop"]),
    ],
)
def test_a_phrase_may_leave_a_gap_and_name_a_group(phrase: str, text: str, words: list[str]) -> None:
    """Up to three words, within a clause; and any word of the group, by its stem too."""
    read = normalise(text)
    index = KeywordIndex([(phrase, 0)], GROUPS)
    assert [read.text[hit.start : hit.end] for hit in index.find(read)] == words


def test_addresses_are_words_where_the_text_is_one() -> None:
    """The sender's address is searched; one in a body is not."""
    index, read = KeywordIndex([("acme example", 0)]), normalise("anna@acme.example")
    assert len(list(index.find(read, hide_addresses=False))) == 1
    assert list(index.find(read)) == []


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        ("shop", None),
        ("laden*", None),
        ("web shop", "a group consists of single words"),
        ("web-shop", "a group consists of single words"),
        ("送料", "a group consists of single words"),
        ("#", "a group consists of single words"),
        ("{buy}", "is none of"),
        ("...", "a group consists of single words"),
        ("?", "a group consists of single words"),
        ("a*", "letters must stand before the *"),
    ],
)
def test_a_group_consists_of_single_words(member: str, problem: str | None) -> None:
    """Where one that cannot be found stands is told."""
    told = problem_with_member(member)
    assert told is None if problem is None else problem in (told or "")


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("{shop} ... down", None),
        ("{store} down", "{store} is none of {same branch}, {other branch}, {shop}"),
        ("upgrade {same branch}", "{same branch} stands alone"),
        ("... down", "... stands between words"),
        ("down ...", "... stands between words"),
        ("/down/", "belong into regexes"),
    ],
)
def test_a_gap_or_group_in_the_wrong_place_is_told(phrase: str, problem: str | None) -> None:
    """Before any mail comes."""
    told = problem_with(phrase, ["shop"])
    assert told is None if problem is None else problem in (told or "")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("tax", "taxi syntax taxonomy ataxia"),
        ("sales tax", "sales. tax"),
        ("sales tax", "sales of tax"),
        ("rabatt*", "Hasenrabatt"),
        ("buy # get #", "buy two get one"),
        ("checkout", "check out"),
        ("hot-rush~", "hot brush"),
        ("hot-rush~", "photo rush"),
        ("hot-rush~", "shot rush"),
        ("hot-rush~", "hot. Rush"),
        ("hot-rush~", "hotrushing"),
        ("hot-rush~", "rush"),
        ("hot-rush~", "hotrush@example.com"),
        ("hot-rush", "hotrsh"),
        ("{same branch}", "from 4.2 to 4.5"),
    ],
)
def test_a_phrase_is_not_found_in_other_words(phrase: str, text: str) -> None:
    """Words have borders, and so have clauses; two words never have a slip of the pen."""
    assert found(phrase, text) == []


def test_every_use_of_a_phrase_is_told() -> None:
    """Two rules may claim the same words, and shorter phrases stand in longer ones."""
    index = KeywordIndex([("tax", "a"), ("sales tax", "b"), ("tax", "c")])
    assert sorted(hit.of for hit in index.find(normalise("sales tax"))) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("word", "other", "apart"),
    [
        ("hotrush", "hotrush", True),
        ("hotrush", "hotrsh", True),
        ("hotrush", "hotrussh", True),
        ("hotrush", "hotrish", True),
        ("hotrush", "hotrsuh", True),
        ("hotrush", "hotruhsx", False),
        ("hotrush", "htorsuh", False),
        ("hotrush", "hotushr", False),
        ("hotrush", "hotru", False),
        ("", "", True),
    ],
)
def test_one_slip_is_one_letter_or_two_exchanged(word: str, other: str, apart: bool) -> None:
    """Left out, added, mistaken, or exchanged with its neighbour; in both directions."""
    assert one_slip_apart(word, other) is apart
    assert one_slip_apart(other, word) is apart


@given(st.text("hotrus", min_size=6, max_size=8))
def test_a_near_miss_is_found_exactly_where_one_slip_parts_the_words(word: str) -> None:
    """The index leaves nothing out that the comparison would accept, and adds nothing."""
    assert bool(found("hotrush~", word)) is one_slip_apart("hotrush", word)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_phrase_and_any_text_are_taken(text: str, phrase: str) -> None:
    """Neither a config nor a mail makes the index raise, and what it finds lies in the text."""
    read = normalise(text)
    assert all(0 <= hit.start < hit.end <= len(read.text) for hit in KeywordIndex([(phrase, 0)]).find(read))


@given(st.lists(st.sampled_from(["tax", "sales", "ups", "vat"]), min_size=1, max_size=4))
def test_a_plain_phrase_is_found_in_itself(words: list[str]) -> None:
    """Whatever else stands around it."""
    phrase = " ".join(words)
    assert phrase in found(phrase, f"hello {phrase} bye")


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("", "is no word"),
        ("100 %", "is no word"),
        ("tax + ", "is no word"),
        ("r*", "before the *"),
        ("cut*off", "end of a word only"),
        ("*off", "end of a word only"),
        ("hot~rush", "end of a word only"),
        ("(foo", "leave out the ("),
        ("foo [bar]", "leave out the ["),
        ("a {foo", "leave out the {"),
        ("{no branch}", "none of"),
        ("sales tax", None),
        ("ra*", None),
        ("buy # get #", None),
        ("{same branch}", None),
        ("patch* + for us", None),
    ],
)
def test_a_phrase_that_can_never_fire_is_told(phrase: str, problem: str | None) -> None:
    """The reason says what is wrong with it."""
    told = problem_with(phrase)
    assert told is None if problem is None else problem in (told or "")


def test_a_plus_between_blanks_parts_a_phrase() -> None:
    """Any other plus is a sign of the text."""
    assert parts_of("patch* + for us") == ("patch*", "for us")
    assert parts_of("c++") == ("c++",)


def test_ten_thousand_phrases_cost_no_more_than_a_hundred() -> None:
    """Finding is flat in the number of phrases; the factor of 4 leaves room for a busy machine."""
    read = normalise("please set up sales tax and UPS rates for our store before Monday, thanks " * 20)

    def seconds(count: int) -> float:
        index = KeywordIndex((f"sales{n} tax{n} rate{n}", n) for n in range(count))
        times = []
        for _ in range(5):
            start = perf_counter()
            list(index.find(read))
            times.append(perf_counter() - start)
        return min(times)

    assert seconds(10_000) < 4 * seconds(100)
