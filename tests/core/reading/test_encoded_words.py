"""Claims about encoded words and parameters in header values, as they are and as they should be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.encoded_words import PARAMETERS, decode_base64, decode_words, parse_parameters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain words", "plain words"),
        ("=?utf-8?Q?J=C3=B6rg_M?=", "Jörg M"),
        ("=?UTF-8?b?SsO2cmc=?=", "Jörg"),
        ("=?utf-8?B?SsO2?= =?utf-8?B?cmc=?=", "Jörg"),
        ("=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?=", "Jörg"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?iso-8859-1?Q?Z=FCri?= =?utf-8?Q?ch?=", "Zürich"),
        ("=?utf-8*de?Q?Gr=C3=BCn?=", "Grün"),
        ("=?utf-8?Q?two words with spaces?=", "two words with spaces"),
        ("=?x-unknown?Q?F=FCr?=", "Für"),
        ("=?gb2312?B?1tDOxA==?=", "中文"),
        ("=?utf-8?B?SsO2cmc?=", "Jörg"),
        ("=?utf-8?B?###?= left", "left"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?not a word", "=?not a word"),
        ("pre=?utf-8?Q?fix?=", "prefix"),
        ("=?utf-8?Q?what?_why??=", "what? why?"),
        ("=?utf-8?B?SsO2c?= =?utf-8?B?mc=?=", "Jörg"),
        ("=?utf-8?B?SsO?= =?utf-8?B?2cmc=?=", "Jörg"),
        ("=?utf-8?B?SsO2cmc?= =?utf-8?B?SsO2cmc?=", "JörgJörg"),
    ],
)
def test_encoded_words_are_decoded_as_readers_expect(value: str, text: str) -> None:
    """The standard's examples, and what mailers send instead."""
    assert decode_words(value) == text


def test_a_decoded_value_can_not_break_out_of_its_line() -> None:
    """A line end inside an encoded word would be a header of the sender's choice (rules: Header text)."""
    assert decode_words("=?utf-8?Q?Hi=0D=0ABcc:_x=40y?=") == "Hi Bcc: x@y"


@given(st.text())
def test_a_value_without_encoded_words_keeps_its_words(value: str) -> None:
    """Nothing is decoded that does not say so."""
    kept = value.replace("=?", "")
    assert decode_words(kept).split() == decode_words(decode_words(kept)).split()


@given(
    st.lists(
        st.sampled_from(["=?", "?=", "?", "utf-8", "Q", "B", "=C3", "a", " ", "=", "SsO2", "*"]), max_size=40
    )
)
def test_no_arrangement_of_the_marks_raises(pieces: list[str]) -> None:
    """Half words, words in words, empty words."""
    value = "".join(pieces)
    assert len(decode_words(value)) <= len(value)


@pytest.mark.parametrize(
    ("data", "content", "sound"),
    [
        (b"aGk=", b"hi", True),
        (b"aG\r\nk=\r\n", b"hi", True),
        (b"aGk", b"hi", False),
        (b"aGkx!!*b", b"hi1", False),
        (b"aGk=aGk=", b"hihi", False),
        (b"aGk=\naGkx\n", b"hihi1", False),
        (b"aGk=\n\nWritten by a list.\n", b"hi", False),
        (b"=aGkx", b"hi1", False),
        (b"a", b"", False),
        (b"", b"", True),
    ],
)
def test_base64_is_read_as_far_as_it_goes(data: bytes, content: bytes, sound: bool) -> None:
    """A cut or dirty body gives what is left of it, and says that it was not sound."""
    assert decode_base64(data) == (content, sound)


@pytest.mark.parametrize(
    ("value", "main", "params"),
    [
        ("text/plain", "text/plain", {}),
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('a; Name="b;c \\"d\\""', "a", {"name": 'b;c "d"'}),
        ("a; name=my file.pdf; x=1", "a", {"name": "my file.pdf", "x": "1"}),
        ("a; name*=utf-8'de'%C3%A4", "a", {"name": "ä"}),
        ("a; name*1=b; name*0=a", "a", {"name": "ab"}),
        ("a; name*0*=utf-8''%C3; name*1*=%A4; name*2=%41", "a", {"name": "ä%41"}),
        ('a; name="=?utf-8?Q?=C3=A4?="', "a", {"name": "ä"}),
        ("a; name=plain; name*=utf-8''better", "a", {"name": "better"}),
        ("a; x=1; x=2", "a", {"x": "1"}),
        ('multipart/mixed boundary="b"', "multipart/mixed", {"boundary": "b"}),
        ('a; boundary="=?x?Q?y?="', "a", {"boundary": "=?x?Q?y?="}),
        ("text/plain (words); charset=a", "text/plain", {"charset": "a"}),
        ('; filename="x"', "", {"filename": "x"}),
        ('a; name="never closed', "a", {"name": "never closed"}),
        ("a;;; b = c ;", "a", {"b": "c"}),
        ("a; name=my;file.pdf; x=1", "a", {"name": "my;file.pdf", "x": "1"}),
        ("=?utf-8?Q?attachment;_filename=3D=22=C3=A4.pdf=22?=", "attachment", {"filename": "ä.pdf"}),
        ("filename=a.pdf; x=1", "", {"filename": "a.pdf", "x": "1"}),
        ("a; name='my file.pdf'", "a", {"name": "my file.pdf"}),
        ("a; name=file.pdf;", "a", {"name": "file.pdf"}),
        ("a; charset=utf-8; flowed", "a", {"charset": "utf-8"}),
        (r'a; name="C:\dir\new.txt"', "a", {"name": r"C:\dir\new.txt"}),
        ("a; name=\"utf-8''a%20b.pdf\"", "a", {"name": "a b.pdf"}),
        ("a; name=it's'5%25.txt", "a", {"name": "it's'5%25.txt"}),
        ('a; charset="utf-8"; name="=?koi8-r?B?8NLJ18XU?="', "a", {"charset": "utf-8", "name": "Привет"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read_in_every_form_seen(value: str, main: str, params: dict[str, str]) -> None:
    """Quoted, split, extended, misquoted, repeated."""
    found, pairs = parse_parameters(value)
    assert (found, dict(pairs)) == (main, params)


def test_the_number_of_parameters_is_bounded() -> None:
    """A header of a million parameters costs as much as one of two hundred."""
    _, pairs = parse_parameters("a" + "".join(f"; p{n}=x" for n in range(PARAMETERS * 5)))
    assert len(pairs) == PARAMETERS


@given(
    st.lists(
        st.sampled_from([";", "=", '"', "\\", "*", "'", "%", "a", "0", " ", "(", ")", "\xf6"]), max_size=40
    )
)
def test_no_arrangement_of_a_parameter_raises(pieces: list[str]) -> None:
    """Names are lower case, values clean, whatever came."""
    _, pairs = parse_parameters("".join(pieces))
    assert all(name == name.lower() for name, _ in pairs)
