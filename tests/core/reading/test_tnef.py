"""Claims about winmail.dat: what Outlook wrapped is found, and no length in it is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.tnef import read_tnef
from maild.core.reading.winmail import open_winmail
from tests.parts.tnef import (
    BINARY,
    LONG,
    OBJECT,
    TEXT,
    UNICODE,
    attribute,
    compressed_rtf,
    file,
    named_property,
    property_list,
    winmail,
)

LIMIT = 100_000
SUBJECT, BODY, CODEPAGE, PROPERTIES = 0x8004, 0x800C, 0x9007, 0x9003


def test_subject_text_and_files_are_found() -> None:
    """In the plain attributes that the oldest writers use."""
    data = winmail(
        attribute(CODEPAGE, b"\xe3\x04\0\0\0\0\0\0"),
        attribute(SUBJECT, "Корзина".encode("cp1251") + b"\0"),
        attribute(BODY, "Привет".encode("cp1251") + b"\0"),
        file("a.txt", b"first"),
        file("b.bin", b"\0\1\2"),
    )
    found = read_tnef(data, LIMIT)
    assert found is not None
    assert (found.subject, found.text) == ("Корзина", "Привет")
    assert [(one.name, one.content) for one in found.files] == [("a.txt", b"first"), ("b.bin", b"\0\1\2")]


def test_properties_say_more_than_attributes() -> None:
    """The long name in Unicode, the type, and the Content-ID of a picture in the text."""
    told = {
        0x3707: (UNICODE, "Rechnung März.png".encode("utf-16-le") + b"\0\0"),
        0x370E: (TEXT, b"image/PNG\0"),
        0x3712: (TEXT, b"logo@x\0"),
        0x3701: (BINARY, b"ignored, the attribute has it"),
    }
    found = read_tnef(winmail(file("RECHNU~1.PNG", b"PNG", told)), LIMIT)
    assert found is not None
    (one,) = found.files
    assert (one.name, one.content_type, one.content_id, one.content) == (
        "Rechnung März.png",
        "image/png",
        "logo@x",
        b"PNG",
    )


def test_an_object_is_kept_without_the_id_of_its_interface() -> None:
    """An attached message is an object: its bytes, and no attempt to open it."""
    told = {0x3701: (OBJECT, b"I" * 16 + b"content"), 0x3704: (TEXT, b"inner\0")}
    data = winmail(attribute(0x9002, b"\0" * 14, 2), attribute(0x9005, property_list(told), 2))
    found = read_tnef(data, LIMIT)
    assert found is not None
    assert [(one.name, one.content) for one in found.files] == [("inner", b"content")]


@pytest.mark.parametrize(
    ("properties", "plain", "html"),
    [
        ({0x1000: (UNICODE, "Grüße\0".encode("utf-16-le"))}, "Grüße", ""),
        ({0x1000: (TEXT, b"plain\0"), 0x1013: (BINARY, b"<p>html</p>")}, "plain", "<p>html</p>"),
        ({0x1013: (UNICODE, "<p>ö</p>".encode("utf-16-le"))}, "", "<p>ö</p>"),
        ({0x3FDE: (LONG, b"\xe9\xfd\0\0"), 0x1013: (BINARY, "<p>ö</p>".encode())}, "", "<p>ö</p>"),
        (
            {0x1009: (BINARY, compressed_rtf(rb"{\rtf1\ansi rich \'fc text\par and more}"))},
            "rich ü text\nand more",
            "",
        ),
        (
            {
                0x1009: (
                    BINARY,
                    compressed_rtf(rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf\par\htmlrtf0 hi}"),
                )
            },
            "",
            "<p>hi",
        ),
        ({0x1000: (TEXT, b"plain\0"), 0x1009: (BINARY, compressed_rtf(rb"{\rtf1 rich}"))}, "plain", ""),
    ],
)
def test_the_text_is_found_in_whichever_form_it_has(
    properties: dict[int, tuple[int, bytes]], plain: str, html: str
) -> None:
    """Plain text, HTML in a named code page, RTF that is RTF, RTF that was HTML."""
    data = winmail(attribute(PROPERTIES, property_list(properties, [named_property("x-word")])))
    opened = open_winmail(data, LIMIT)
    assert opened is not None
    assert (opened.plain, opened.html) == (plain, html)


@pytest.mark.parametrize(
    "data", [b"", b"garbage", winmail(), winmail(attribute(SUBJECT, b"only a subject\0")), winmail()[:3]]
)
def test_what_holds_nothing_to_read_is_not_opened(data: bytes) -> None:
    """The file itself is kept, and a note says so (core/reading/body.py)."""
    assert open_winmail(data, LIMIT) is None


def test_a_cut_file_gives_what_stands_before_the_cut() -> None:
    """Whole files before a broken one are whole."""
    data = winmail(file("a.txt", b"first"), file("b.txt", b"second"))
    opened = open_winmail(data[:-4], LIMIT)
    assert opened is not None
    assert [(one.filename, one.body) for one in opened.files] == [("a.txt", b"first"), ("b.txt", b"")]


WHOLE = winmail(
    attribute(SUBJECT, b"subject\0"),
    attribute(
        PROPERTIES,
        property_list({0x1000: (TEXT, b"words\0"), 0x1009: (BINARY, compressed_rtf(rb"{\rtf1 words}"))}),
    ),
    file("a.txt", b"first", {0x3707: (UNICODE, "ä".encode("utf-16-le"))}),
)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=4)), max_size=8), st.integers(0, 2_000))
def test_any_damage_is_survived(damages: list[tuple[int, bytes]], length: int) -> None:
    """Lengths, counts and types changed anywhere: what comes out is never more than what went in."""
    raw = bytearray(WHOLE)
    for place, data in damages:
        place %= len(raw)
        raw[place : place + len(data)] = data
    opened = open_winmail(bytes(raw)[: length % (len(raw) + 1)], LIMIT)
    assert opened is None or sum(len(one.body) for one in opened.files) <= len(raw)


@pytest.mark.parametrize(
    "data",
    [
        winmail(attribute(PROPERTIES, b"\xff\xff\xff\xff" + b"\x02\x01\x00\x10\xff\xff\xff\x7f" * 20_000)),
        winmail(attribute(PROPERTIES, b"\xff\xff\xff\xff" + b"\x0d\x10\x00\x10" * 50_000)),
        winmail(*[attribute(0x9002, b"", 2)] * 20_000),
        winmail(
            attribute(
                PROPERTIES,
                property_list({0x1009: (BINARY, b"\0\0\0\0\xff\xff\xff\x7fLZFu\0\0\0\0" + b"\xff" * 9)}),
            )
        ),
    ],
)
def test_a_bomb_makes_nothing_of_us(data: bytes) -> None:
    """Counts beyond reason, empty files by the thousand, a few bytes that promise gigabytes."""
    opened = open_winmail(data, LIMIT)
    assert opened is None or len(opened.plain) <= LIMIT
