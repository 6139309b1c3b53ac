"""Pages that are broken or mean harm: reading them ends, gives what there is, and never raises."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flashgen.extract import extract, to_markdown

BOMBS = {
    "control characters": "<pre>a&#1;b&#x0;c&#xFFFE;</pre>"
    "<p>10<sup>&#31;</sup><a href='/&#2;x'>&#55296;y</a><dl><dt>&#3;a<dd>b</dl>",
    "attributes": "<p " + " ".join(f'a{n}="x"' for n in range(50_000)) + ">after</p>",
    "nesting": "<div>" * 100_000 + "<p>deep</p>",
    "inline nesting": "<p>" + "<span>" * 20_000 + "x",
    "tables": "<table><tr><td>" * 5_000 + "x",
    "lists": "<ul><li>" * 5_000 + "x",
    "quotes": "<blockquote>" * 3_000 + "x",
    "code": "<pre>" + "<span>" * 5_000 + "x</pre>",
    "definitions": "<dl><dt>a<dd>" * 3_000 + "x",
    "MathML": "<p>a<math>" + "<mrow>" * 5_000 + "<mi>x</mi></math></p>",
    "dollars": "<script src=mathjax.js></script><p>" + "$$x" * 5_000,
    "JSON-LD": '<script type="application/ld+json">' + "[" * 50_000 + "</script><p>x</p>",
    "footnotes": "".join(f'<p>t<a href="#fn{n}">1</a></p><li id="fn{n}">n' for n in range(1_000)),
    "class names": f'<div class="{"share-" * 5_000}">x</div>',
    "srcset": f'<img srcset="{"a," * 20_000}">',
    "less-than signs": "<" * 50_000,
    "private characters": "<p>\ue000 \ue0010\ue002 \ue001 7 \ue002</p>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_to_its_end(name: str) -> None:
    """However deep or wide a page is, reading it ends with some text or none."""
    found = extract(BOMBS[name].encode(), url="https://site.example/")
    assert isinstance(found.markdown, str)
    assert isinstance(to_markdown(BOMBS[name], base_url="https://site.example/"), str)


def test_what_stands_beside_a_bomb_is_read() -> None:
    """A tag with 50,000 attributes loses them, and what it holds is kept."""
    assert extract(BOMBS["attributes"].encode(), url="https://site.example/").markdown == "after\n"


@pytest.mark.parametrize(
    "body", [b"", b"\0\0\0", b"   ", b"<", b"<html>", b"<!-- x -->", b"%PDF-1.7", b"\xff\xfe", b"<p>"]
)
def test_a_page_without_text_gives_none(body: bytes) -> None:
    """Nothing to read is no error: the Markdown is empty or what little there is."""
    found = extract(body, url="https://site.example/")
    assert len(found.markdown) < 20


@pytest.mark.parametrize("url", ["", "not an address", "http://[::1", "https://site.example/%zz"])
def test_an_odd_address_does_no_harm(url: str) -> None:
    """Links are made absolute as far as that can be."""
    assert "x" in extract(b"<p><a href='http://[bad'>x</a> <a href='/y'>y</a></p>", url=url).markdown


def test_entities_are_not_expanded_from_outside() -> None:
    """A document type that names a file or grows without end gives nothing of either."""
    page = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><p>&a; &b; kept</p>'
    markdown = extract(page.encode(), url="https://site.example/").markdown
    assert "root:" not in markdown
    assert "kept" in markdown


TAGS = [
    "sup",
    "p",
    "div",
    "pre",
    "code",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "a href=x",
    "h2",
    "sup",
    "math",
    "img src=y",
    "dl",
    "dd",
    "br",
    "q",
]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(TAGS), st.text(max_size=8), st.sampled_from(["&#1;", "&amp;", "&#8217;", "&lt;", "$$"])
        ),
        max_size=40,
    )
)
@example(["0", "sup", "sup", "0"])
def test_any_soup_of_tags_is_read(pieces: list[str]) -> None:
    """Tags that open and never close, in any order, with any text between."""
    html = "".join(f"<{piece}>" if piece in TAGS else piece for piece in pieces)
    assert isinstance(extract(html.encode("utf-8", "replace"), url="https://site.example/").markdown, str)
    assert isinstance(to_markdown(html, base_url="https://site.example/"), str)
