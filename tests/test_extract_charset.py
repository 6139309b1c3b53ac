"""Bytes to text: which of the many things that say a charset is believed."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen.extract import decode

RUSSIAN = "Очередь с приоритетами хранит ключи в куче, и наибольший всегда наверху. " * 3
FRENCH = "Le système réparti élit un chef où les données sont déjà répliquées à l'identique. " * 3
JAPANESE = "非同期のレプリケーションでは、書き込みはまず主サーバーに届き、あとから複製に伝わる。" * 3


def page(text: str, meta: str = "") -> str:
    declared = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{declared}<script>var x = 1;</script></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "meta", "header"),
    [
        (RUSSIAN, "cp1251", "windows-1251", "text/html"),
        (RUSSIAN, "cp1251", "windows-1251", "text/html; charset=utf-8"),
        (RUSSIAN, "cp1251", "", "text/html; charset=windows-1251"),
        (RUSSIAN, "cp1251", "", "text/html"),
        (RUSSIAN, "cp1251", "", "text/html; charset=iso-8859-1"),
        (RUSSIAN, "koi8-r", "", "text/html"),
        (RUSSIAN, "utf-8", "windows-1251", "text/html; charset=windows-1251"),
        (RUSSIAN, "utf-8", "", "text/html; charset=iso-8859-1"),
        (RUSSIAN, "utf-16", "", ""),
        (FRENCH, "latin-1", "", "text/html"),
        (FRENCH, "cp1252", "iso-8859-1", "text/html"),
        (FRENCH, "utf-8", "", ""),
        (JAPANESE, "shift_jis", "", "text/html"),
        (JAPANESE, "euc_jp", "euc-jp", "text/html; charset=utf-8"),
        (JAPANESE, "iso2022_jp", "", "text/html; charset=iso-2022-jp"),
        ("分布式系统的一致性是一个重要的问题，复制延迟也是。" * 3, "gb18030", "gb2312", "text/html"),
    ],
)
def test_the_charset_that_fits_is_found(text: str, encoding: str, meta: str, header: str) -> None:
    """Named in the header, only in meta, wrongly or nowhere: the text comes out right."""
    assert text in decode(page(text, meta).encode(encoding), header)


def test_a_byte_order_mark_decides_and_is_gone() -> None:
    """No charset is named more clearly than by its mark."""
    assert decode(codecs.BOM_UTF8 + "ж".encode(), "text/html; charset=koi8-r") == "ж"


def test_a_cut_or_dirty_utf8_page_is_still_utf8() -> None:
    """A character cut at the end or one broken byte costs that character, no more."""
    whole = page(RUSSIAN).encode()
    assert decode(whole[: whole.index(b"</p>") - 2]).startswith(page(RUSSIAN)[:40])
    assert RUSSIAN[:60] in decode(whole.replace("куче".encode(), b"\xd0", 1))


def test_an_unknown_or_harmful_name_is_passed_over() -> None:
    """`charset=rot13`, `utf-7` and made-up names are no charsets of pages."""
    for name in ("rot13", "utf-7", "base64", "x-made-up", "../../etc"):
        assert decode(b"<p>plain +ADw-script+AD4-</p>", f"text/html; charset={name}") == "<p>plain +ADw-script+AD4-</p>"


@given(
    st.binary(max_size=300), st.sampled_from(["", "text/html; charset=cp1251", "text/html; charset=utf-16", "charset="])
)
def test_any_bytes_give_some_text(body: bytes, header: str) -> None:
    """Nothing that a server can send makes decoding raise."""
    assert isinstance(decode(body, header), str)
