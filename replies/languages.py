"""The languages whose words we have: English, German, Russian."""

from collections.abc import Mapping
from types import MappingProxyType

from replies.language import Language


def two_forms(count: int) -> int:
    """Return 0 for one, else 1: English and German.

    >>> two_forms(1), two_forms(0), two_forms(21)
    (0, 1, 1)
    """
    return 0 if count == 1 else 1


def three_forms(count: int) -> int:
    """Return which of three forms follows a number in Russian: 1 день, 2 дня, 5 дней.

    >>> [three_forms(n) for n in (1, 21, 2, 34, 5, 11, 12, 111, 0)]
    [0, 0, 1, 1, 2, 2, 2, 2, 2]
    """
    if 11 <= count % 100 <= 14:
        return 2
    return 0 if count % 10 == 1 else 1 if 2 <= count % 10 <= 4 else 2


ENGLISH = Language(
    code="en",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    form=two_forms,
    day="{weekday} {day} {month} {year:04}",
    moment="{date}, {time} {zone}",
    until="until {day} {month} {year}",
    zones={},
    units={"hour": ("hour", "hours"), "minute": ("minute", "minutes"), "day": ("day", "days")},
    priorities={"hotrush": "HotRush (out of queue)", "high": "high", "normal": "normal", "low": "low"},
    states={
        "submitted": "submitted",
        "awaiting_entitlement": "waiting for an entitlement",
        "assigned": "assigned",
        "in_progress": "in progress",
        "waiting": "waiting",
        "pre_closed": "about to be closed",
        "closed": "closed",
        "declined": "declined",
        "merged": "merged",
        "spam": "spam",
    },
    bought={
        "incident": ("incident", "incidents"),
        "urgent incident": ("urgent incident", "urgent incidents"),
        "free incident": ("free incident", "free incidents"),
        "free urgent incident": ("free urgent incident", "free urgent incidents"),
        "hotrush option": ("HotRush option", "HotRush options"),
        "point": ("point", "points"),
        "subscription": ("subscription",),
    },
    scopes={},
)

GERMAN = Language(
    code="de",
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    form=two_forms,
    day="{weekday}, {day}. {month} {year:04}",
    moment="{date}, {time} Uhr {zone}",
    until="bis {day}. {month} {year}",
    zones={"CET": "MEZ", "CEST": "MESZ"},
    units={"hour": ("Stunde", "Stunden"), "minute": ("Minute", "Minuten"), "day": ("Tag", "Tage")},
    priorities={
        "hotrush": "HotRush (vor allen anderen)",
        "high": "hoch",
        "normal": "normal",
        "low": "niedrig",
    },
    states={
        "submitted": "eingegangen",
        "awaiting_entitlement": "wartet auf eine Berechtigung",
        "assigned": "zugewiesen",
        "in_progress": "in Arbeit",
        "waiting": "wartet auf den Kunden",
        "pre_closed": "wird bald geschlossen",
        "closed": "geschlossen",
        "declined": "abgelehnt",
        "merged": "zusammengelegt",
        "spam": "Spam",
    },
    bought={
        "incident": ("Anfrage", "Anfragen"),
        "urgent incident": ("dringende Anfrage", "dringende Anfragen"),
        "free incident": ("kostenlose Anfrage", "kostenlose Anfragen"),
        "free urgent incident": ("kostenlose dringende Anfrage", "kostenlose dringende Anfragen"),
        "hotrush option": ("HotRush-Option", "HotRush-Optionen"),
        "point": ("Punkt", "Punkte"),
        "subscription": ("Abonnement",),
    },
    scopes={"unknown": "eine Frage"},
)

RUSSIAN = Language(
    code="ru",
    weekdays=("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    months=(
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    form=three_forms,
    day="{weekday}, {day} {month} {year:04}\u00a0г.",
    moment="{date}, {time} {zone}",
    until="до {day} {month} {year}\u00a0г.",
    zones={"MSK": "МСК"},
    units={
        "hour": ("час", "часа", "часов"),
        "minute": ("минута", "минуты", "минут"),
        "day": ("день", "дня", "дней"),
    },
    priorities={
        "hotrush": "HotRush (вне очереди)",
        "high": "высокий",
        "normal": "обычный",
        "low": "низкий",
    },
    states={
        "submitted": "принято",
        "awaiting_entitlement": "ждёт оплаты",
        "assigned": "назначено",
        "in_progress": "в работе",
        "waiting": "ждём ответа клиента",
        "pre_closed": "скоро будет закрыто",
        "closed": "закрыто",
        "declined": "отклонено",
        "merged": "объединено",
        "spam": "спам",
    },
    bought={
        "incident": ("обращение", "обращения", "обращений"),
        "urgent incident": ("срочное обращение", "срочных обращения", "срочных обращений"),
        "free incident": ("бесплатное обращение", "бесплатных обращения", "бесплатных обращений"),
        "free urgent incident": (
            "бесплатное срочное обращение",
            "бесплатных срочных обращения",
            "бесплатных срочных обращений",
        ),
        "hotrush option": ("опция HotRush", "опции HotRush", "опций HotRush"),
        "point": ("балл", "балла", "баллов"),
        "subscription": ("подписка",),
    },
    scopes={"unknown": "вопрос"},
)

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {language.code: language for language in (ENGLISH, GERMAN, RUSSIAN)}
)


def language_named(code: str) -> Language:
    """Return the language of that code, or English: templates may speak one whose days and months we do not know."""
    return LANGUAGES.get(code, ENGLISH)
