"""Claims about charsets that nobody named: what is guessed, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.charset import decode
from maild.core.reading.legacy_charsets import guess_codec, read_jis, read_viscii

RUSSIAN = "Здравствуйте! После обновления корзина не работает, помогите пожалуйста."
JAPANESE = "お世話になっております。注文の画面が表示されません。"
CHINESE = "您好，购物车从昨天开始不能使用，请尽快处理。"
KOREAN = "안녕하세요. 어제부터 장바구니가 작동하지 않습니다."


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (CHINESE, "gb2312"),
        ("您好，購物車從昨天開始不能使用，請盡快處理。", "big5"),
        (KOREAN, "cp949"),
        ("Grüße aus München, die Straße fehlt – schöne Füße", "cp1252"),
        ("Où êtes-vous? Ça n'a pas marché à l'école", "cp1252"),
    ],
)
def test_text_without_a_charset_is_read(text: str, codec: str) -> None:
    """What a mailer of each country wrote before UTF-8, with no word of which charset it is."""
    assert decode(text.encode(codec), None)[0] == text


@pytest.mark.parametrize(
    "data", [b"", b"abc", b"\xe9", b"\xc4\xd6\xdc", b"caf\xe9 \xe0 l'\xe9cole", b"\x80\xa1" * 20]
)
def test_what_nobody_can_tell_is_left_western(data: bytes) -> None:
    """A few bytes are no evidence."""
    assert guess_codec(data) is None


def test_vietnamese_of_old_is_read() -> None:
    """RFC 1456, with letters where others have controls."""
    assert read_viscii(b"Ti\xaang Vi\xaet \x02") == "Tiếng Việt Ẳ"
    assert decode(b"Vi\xaet", "VISCII") == ("Việt", True)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a \x1b$BF|K\\\x1b(B b", "a 日本 b"),
        (b"\x1b$B-!\x1b(B", "①"),
        (b"\x1b(I1\x1b(B", "ｱ"),
        (b"\x1b$@F|\x1b(J!", "日!"),
        (b"\x1b$BF|\nK\\", "日\n本"),
        (b"\x1b$BF", "F"),
        (b"no escape", "no escape"),
    ],
)
def test_japanese_mail_is_read_as_it_is_written(data: bytes, text: str) -> None:
    """With the signs that Microsoft added, and stretches that are broken off."""
    assert read_jis(data) == text


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3093), min_size=1))
def test_jis_written_by_others_is_read_back(text: str) -> None:
    """Every row of kana survives the way through Shift_JIS."""
    assert read_jis(text.encode("iso2022_jp")) == text


@given(st.binary(max_size=200))
def test_any_bytes_have_a_guess(data: bytes) -> None:
    """Never an exception, and a codec that is named can read the bytes or marks what it can't."""
    codec = guess_codec(data)
    assert isinstance(data.decode(codec or "cp1252", "replace"), str)
    assert isinstance(read_jis(data), str)
