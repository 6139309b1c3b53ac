"""A card's link opens its source as near to its sentence as the kind of source allows."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.deep_link import deep_link, place, text_fragment

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "deep_links.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: str(case.get("name") or case.get("quote") or case["link"])[:40]
)
def test_the_link_opens_the_source_at_the_sentence(case: dict[str, str]) -> None:
    """Text fragments for pages, pages of PDFs, seconds of videos, addresses of comments; nothing for the rest."""
    url = case.get("url", "https://a.example/p")
    link = deep_link(url, case.get("quote", ""), kind=case.get("kind", "web"), anchor=case.get("anchor", ""))
    assert link == case["link"]


@given(st.text(), st.text(max_size=20))
def test_a_link_is_an_address_and_nothing_else(quote: str, anchor: str) -> None:
    """Whatever the quote, the link is plain ASCII without what an attribute, a line or Markdown could stumble over."""
    link = deep_link("https://a.example/p", quote, anchor=anchor)
    assert link.startswith(("https://", "http://"))
    assert link.isascii()
    assert not set(link) & set(' "<>`{}\\^\n\r\t')


@given(st.text(st.sampled_from([*"abc de,-&.é漢"]), min_size=1, max_size=80))
def test_a_directive_keeps_to_its_grammar(quote: str) -> None:
    """`-`, `,` and `&` stand only where the grammar has them, and decoding gives the words back."""
    fragment = text_fragment(quote)
    if fragment:
        value = fragment.removeprefix("text=")
        assert "&" not in value
        assert "-" not in value
        assert value.count(",") <= 1
        assert unquote(value.split(",")[0]) in " ".join(quote.split())


@pytest.mark.parametrize(
    ("url", "section", "anchor", "words"),
    [
        ("list:quickstart#Caching/Basics", (), "", "your notes › Caching › Basics"),
        ("notes/raft.md", ("Raft", "Elections"), "", "notes/raft.md › Elections"),
        ("file:///home/x/a%20b.md", ("Part",), "", "/home/x/a b.md › Part"),
        ("paper.pdf", (), "page=3", "paper.pdf, page 3"),
    ],
)
def test_what_can_not_be_opened_is_named(url: str, section: tuple[str, ...], anchor: str, words: str) -> None:
    """A local file or a note of the list is told in words."""
    assert place(url, section=section, anchor=anchor) == words
