"""learn: what corrections teach, each phrase with what speaks for it, and honesty where they teach nothing."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.candidates import Example, Field, Place, with_phrase
from classifiers.keywords import problem_with
from classifiers.settings import PriorityRule, ScopeRule, Settings
from classifiers.suggest import Lesson, Suggestion, learn
from classifiers.verdict import classify

SETTINGS = Settings(
    scopes=(
        ScopeRule("outage", "down", phrases=("down",)),
        ScopeRule("malfunction", "broken", phrases=("wrong",)),
        ScopeRule("setup", "how to", phrases=("customers",), hints=("button",)),
        ScopeRule("unknown", "a question"),
    ),
    priorities=(
        PriorityRule("high", ("urgent",), unless=("not urgent",)),
        PriorityRule("low", ("no hurry",)),
    ),
)


def mails(
    *subjects: str, true: str, corrected: bool = True, body: str = "", senders: Iterable[str] = ()
) -> list[Example]:
    """Return mails of these subjects, each by somebody else."""
    given = list(senders) or [f"{at}@customer.example" for at in range(len(subjects))]
    return [
        Example(f"#{true}:{subject}", sender, subject, body, true, corrected)
        for subject, sender in zip(subjects, given, strict=True)
    ]


FORGETS = mails(
    "The cart forgets what customers put in",
    "My basket forgets everything",
    "It forgets all options",
    true="malfunction",
)
OTHERS = mails(
    "Where do customers log in?",
    "The shop is down",
    "Wrong total in my basket",
    "The cart button",
    true="setup",
    corrected=False,
)


def phrases(lesson: Lesson, key: str = "phrases") -> dict[str, list[str]]:
    """Return what is proposed, by label."""
    found: dict[str, list[str]] = {}
    for one in lesson.suggestions:
        if one.place.key == key:
            found.setdefault(one.place.label, []).append(one.phrase)
    return found


def taught(examples: Iterable[Example], least: int = 3, field: Field = "scope") -> Lesson:
    """Return what examples teach."""
    return learn(list(examples), SETTINGS, field, least)


def test_words_that_missed_mails_share_are_proposed() -> None:
    """`forgets` stands in all three and in no other; `basket` and `cart` do not."""
    assert phrases(taught([*FORGETS, *OTHERS])) == {"malfunction": ["forgets"]}


def test_a_suggestion_tells_all_that_speaks_for_it() -> None:
    """Support, right and wrong in all mail, what it mends and spoils, and the mails behind it."""
    more = mails("He forgets his password", true="setup", corrected=False)
    [one] = taught([*FORGETS, *FORGETS[:1], *more, *OTHERS]).suggestions
    assert (one.place, one.phrase) == (Place("scope", "malfunction", "phrases"), "forgets")
    assert (one.support, one.right, one.wrong) == (4, 4, 1)
    assert one.precision == pytest.approx(0.8)
    assert (one.fixes, one.breaks) == (3, 0)
    assert one.names[:3] == tuple(mail.name for mail in FORGETS)


def test_with_the_phrase_the_rules_are_right() -> None:
    """What is said to be mended is, by the very classifier."""
    [one] = taught([*FORGETS, *OTHERS]).suggestions
    changed = with_phrase(SETTINGS, one.place, one.phrase)
    for mail in FORGETS:
        assert classify(mail.subject, mail.body, SETTINGS).scope != "malfunction"
        assert classify(mail.subject, mail.body, changed).scope == "malfunction"


def test_words_that_would_be_wrong_as_often_are_not_proposed() -> None:
    """Four in five must be right."""
    others = mails("It forgets me", "She forgets it", true="setup", corrected=False)
    assert taught([*FORGETS, *others]).suggestions == ()


def test_what_nobody_knows_speaks_against_nothing() -> None:
    """`unknown` that nobody corrected is no label: nobody looked."""
    others = mails("It forgets me", "She forgets it", true="unknown", corrected=False)
    [one] = taught([*FORGETS, *others, *OTHERS]).suggestions
    assert (one.phrase, one.wrong) == ("forgets", 0)


def test_one_sender_alone_teaches_nothing() -> None:
    """What stands in every mail of a customer is their name."""
    acme = ["jane@acme.example"] * 3
    subjects = [mail.subject for mail in FORGETS]
    assert taught([*mails(*subjects, true="malfunction", senders=acme), *OTHERS]).suggestions == ()


def test_words_of_a_body_count_too_and_no_run_reaches_over_a_border() -> None:
    """A full stop ends a phrase; greetings and numbers are none."""
    body = "Hello,\nsince 4.5 the voucher. Expired it says. Thanks"
    lesson = taught([*mails("a", "b", "c", true="malfunction", body=body), *OTHERS])
    assert phrases(lesson)["malfunction"][0] in {"voucher", "expired"}
    assert all("voucher expired" not in one.phrase for one in lesson.suggestions)


def test_words_that_misfire_are_named() -> None:
    """`down` decided wrongly more often than rightly. A veto alone would help one of three: they need a phrase, too."""
    lesson = taught(
        [
            *mails("drop down menu", "a drop down list", "drop down of customers", true="setup"),
            *mails("shop is down", "down again", true="outage", corrected=False),
        ],
        least=3,
    )
    misfire = [(one.label, one.words, one.wrong, one.right) for one in lesson.misfires]
    assert misfire == [("outage", "down", 3, 2)]
    assert phrases(lesson) == {"setup": ["drop"]}


def test_an_unless_is_tried_where_the_right_rule_fires_too() -> None:
    """With the veto the other words of the mail decide."""
    lesson = taught(
        mails("drop down for customers", "drop down customers", "a drop down customers", true="setup")
    )
    assert phrases(lesson, "unless") == {"outage": ["drop down"]}


def test_a_phrase_that_would_change_nothing_is_not_proposed() -> None:
    """Where another scope wins in any case, more words help nobody: that is said instead."""
    decisive = Settings(
        scopes=(ScopeRule("spam", "spam", phrases=("offer",), decisive=True), *SETTINGS.scopes)
    )
    missed = mails("offer forgets", "my offer forgets", "offer it forgets", true="malfunction")
    lesson = learn(missed, decisive, "scope", 3)
    assert phrases(lesson) == {}
    assert [(one.label, one.mails, one.more) for one in lesson.shortages] == [("malfunction", 3, 0)]


def test_the_surest_words_are_proposed_and_never_those_that_mislead() -> None:
    """`customers` stands in more mails, but is wrong in one, and it is what misled: `swaps` alone is right."""
    swaps = mails(
        "It swaps what customers chose",
        "Cart swaps things of customers",
        "Why it swaps for customers",
        "Again it swaps, say customers",
        true="malfunction",
    )
    others = mails("wrong for customers", "customers see wrong tax", true="malfunction", corrected=False)
    setup = mails("Where do customers log in?", true="setup", corrected=False)
    lesson = taught([*swaps, *others, *setup])
    assert phrases(lesson) == {"malfunction": ["swaps"]}
    assert "customers" in {one.words for one in lesson.misfires}


def test_of_two_that_are_as_sure_the_rarer_is_proposed() -> None:
    """`cart` stands in mail that nobody judged as well."""
    alike = mails("cart forgets", "forgets my cart", "a cart, it forgets", true="malfunction")
    unjudged = mails("where is the cart", "cart", true="unknown", corrected=False)
    assert phrases(taught([*alike, *unjudged])) == {"malfunction": ["forgets"]}
    unjudged = mails("who forgets", "he forgets", true="unknown", corrected=False)
    assert phrases(taught([*alike, *unjudged])) == {"malfunction": ["cart"]}


def test_words_that_would_mend_too_few_are_named_with_what_still_wins() -> None:
    """Three share `forgets`; in one of them `down` stands first, and outage wins."""
    missed = mails("it forgets", "she forgets me", "down, it forgets", true="malfunction")
    [short] = taught(missed).shortages
    assert (short.mails, short.more, short.phrase, short.fixes) == (3, 0, "forgets", 2)
    assert short.still == (("#malfunction:down, it forgets", "outage"),)


def test_priorities_are_learned_alike() -> None:
    """And a level without a rule can get no phrase."""
    pressing = mails("We lose money", "Each hour we lose money", "lose money, help", true="high")
    calm = mails("urgent VAT", "urgent question", true="normal")
    lesson = taught(
        [*pressing, *calm, *mails("menu", "money", true="normal", corrected=False)], field="priority"
    )
    assert phrases(lesson) == {"high": ["lose"]}
    assert [(one.label, one.more) for one in lesson.shortages] == [("normal", 1)]


def test_too_little_is_said_with_how_much_more_would_do() -> None:
    """Two of three: one more."""
    lesson = taught([*FORGETS[:2], *OTHERS])
    assert lesson.suggestions == ()
    assert [(one.label, one.mails, one.more) for one in lesson.shortages] == [("malfunction", 2, 1)]
    assert (lesson.mails, lesson.corrected, lesson.still_wrong) == (6, 2, 2)


def test_nothing_corrected_teaches_nothing() -> None:
    """No correction, no suggestion, and no shortage either."""
    lesson = taught(OTHERS)
    assert (lesson.corrected, lesson.suggestions, lesson.shortages) == (0, (), ())


def test_what_the_rules_know_by_now_is_learned_no_more() -> None:
    """A correction stays; the rule was mended since."""
    lesson = taught(mails("wrong total", "wrong tax", "all wrong", true="malfunction"))
    assert (lesson.corrected, lesson.still_wrong, lesson.suggestions) == (3, 0, ())


TEXT = st.lists(
    st.sampled_from(
        ["down", "cart", "forgets", "customers", "urgent", "the", "4.5", "x", "кот", "東", ".", "~*#"]
    ),
    max_size=6,
).map(" ".join)
MAIL = st.builds(
    Example,
    name=st.uuids().map(str),
    sender=st.sampled_from("abc"),
    subject=TEXT,
    body=TEXT,
    true=st.sampled_from(["outage", "malfunction", "setup", "unknown"]),
    corrected=st.booleans(),
)


@given(st.lists(MAIL, max_size=12))
def test_every_suggestion_keeps_its_word(examples: list[Example]) -> None:
    """Whatever the mails are: enough support, often enough right, a phrase that can fire, more good than harm."""
    for one in taught(examples, least=2).suggestions:
        assert isinstance(one, Suggestion)
        assert one.support >= 2
        assert one.precision >= 0.8
        assert problem_with(one.phrase) is None
        changed = with_phrase(SETTINGS, one.place, one.phrase)
        right = [
            sum(classify(m.subject, m.body, rules).scope == m.true for m in examples if m.known)
            for rules in (SETTINGS, changed)
        ]
        assert right[1] - right[0] == one.fixes - one.breaks > 0
