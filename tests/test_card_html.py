"""From a card's text to a field: honest code stays to the letter, hostile text becomes something to read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fields import markup, objections, visible
from hypothesis import given
from hypothesis import strategies as st

from flashgen.anki import html
from flashgen.anki.html import LARGEST, clean, field, page, plain, sides, tidy
from flashgen.decks import unshippable
from flashgen.types import Card, Kind

CASES = Path(__file__).parent / "cases"
HONEST: list[dict[str, Any]] = yaml.safe_load((CASES / "honest_code.yaml").read_text(encoding="utf-8"))
HOSTILE: list[Any] = yaml.safe_load((CASES / "hostile.yaml").read_text(encoding="utf-8"))
CLOZE: list[dict[str, str]] = yaml.safe_load((CASES / "cloze.yaml").read_text(encoding="utf-8"))
MEDIA = {"media:x.png": "flashgen-0.png"}

letters = st.sampled_from([*"ab1 _-:*`|[](){}<>&\\!#\n$\"'=/.~", "\u00a0", "é", "ع", "漢"])
marks = st.sampled_from(
    ["{{c1::", "{{c2::", "}}", "\\(", "\\)", "\\[", "\\]", "[sound:", "```\n", "](https://a.b)", "\n- ", "|--|\n"]
)
markdown_like = st.lists(letters | marks).map("".join)


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case["source"][:40])
def test_honest_text_is_shown_to_the_letter(case: dict[str, Any]) -> None:
    """What a card says stands on the card, code above all."""
    source = str(case["source"])
    made = field(source)
    assert visible(made) == tidy(case.get("text", source))
    for piece in case.get("has", []):
        assert piece in made
    assert not objections(made)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: str(case)[:50])
def test_hostile_text_can_only_be_read(case: Any) -> None:
    """Nothing of a field runs, loads, covers the page or speaks to Anki, as basic or as cloze text."""
    source = case["cloze"] if isinstance(case, dict) else case
    for marks in (False, True):
        assert objections(field(source, marks=marks, media=MEDIA), cloze=marks) == []
    for shown in (page(source, media=MEDIA), *sides(source, media=MEDIA)):
        assert markup(shown) == []


ADDRESS_OR_LANGUAGE = re.compile(r"\]\(<?(?:https|media)|^```\S|^\d\. ")
ALL_TEXT = [case for case in HOSTILE if isinstance(case, str) and not ADDRESS_OR_LANGUAGE.search(case)]


@pytest.mark.parametrize("source", ALL_TEXT, ids=lambda case: case[:50])
def test_hostile_text_is_not_lost(source: str) -> None:
    """Letters and digits of the text all stand on the card, save addresses behind links and languages of fences."""
    letters = [letter for letter in tidy(source) if letter.isalnum()]
    assert [letter for letter in visible(field(source)) if letter.isalnum()] == letters


def test_there_are_enough_hostile_cases() -> None:
    """A hundred ways at least, and no two the same."""
    assert len({str(case) for case in HOSTILE}) == len(HOSTILE) >= 150


@pytest.mark.parametrize("case", CLOZE, ids=lambda case: case["source"][:40])
def test_cloze_marks_end_where_they_are_meant_to(case: dict[str, str]) -> None:
    """Braces are counted, code is left alone, and `::` between two names is no hint."""
    made = field(case["source"], marks=True)
    assert "field" not in case or made == case["field"]
    assert [visible(side) for side in sides(case["source"])] == [case["hidden"], case["shown"]]
    assert not objections(made, cloze=True)


@given(markdown_like)
def test_any_text_makes_a_safe_field(source: str) -> None:
    """Whatever the text, the allow-list would change nothing of the field, and Anki sees only marks that are meant."""
    basic, cloze = field(source), field(source, marks=True)
    assert objections(basic) == []
    assert objections(cloze, cloze=True) == []
    bare = basic.replace("<!-- -->", "")
    assert clean(bare) == clean(clean(bare))
    assert visible(clean(bare)) == visible(bare)


@given(st.text(st.sampled_from([*"ab1 _-:`'\"?.,;()/+=%@#$^~|!", "é", "漢"])))
def test_the_short_way_agrees_with_the_long_one(source: str) -> None:
    """Plain text takes a short cut past Markdown and the cleaner, and comes out the same."""
    text = tidy(source)
    assert field(source) == html._guard(html._formulas(html._render(text, {})))


@given(st.text())
def test_mere_words_stay_what_they_are(words: str) -> None:
    """Titles and contexts are text, whatever stands in them."""
    made = plain(words)
    assert objections(made) == []
    if "\n" not in words and "\t" not in words:
        assert visible(made) == tidy(words)


@pytest.mark.parametrize(
    "source", ["<b>" * 9000, "`x` **y** " * 6000, "語" * 20_000, "- [ " * 6000 + "\n- x", "*a " * 9000]
)
def test_a_field_is_never_larger_than_anki_should_bear(source: str) -> None:
    """A field is cut at 20 kB, and says so."""
    for marks in (False, True):
        made = field(f"{{{{c1::{source}}}}}" if marks else source, marks=marks)
        assert len(made.encode()) <= LARGEST
        assert "…" in made
        assert not objections(made, cloze=marks)


@given(markdown_like)
def test_what_may_be_shipped_makes_a_card(text: str) -> None:
    """A cloze text that `unshippable` lets through has a mark in its field, so that Anki makes a card of it."""
    card = Card("id", text, "", "", "", kind=Kind.CLOZE)
    if not unshippable(card):
        assert re.search(r"\{\{c[1-9]\d*::", field(text, marks=True))


def test_text_is_nfc_without_control_characters() -> None:
    """Anki keeps NFC, and a field separator in a field would tear the note apart."""
    assert field("e\u0301\x1f\x00\ud800\u202e\r\nx") == "<p>é<br>\nx</p>"


def test_code_in_a_right_to_left_text_stays_left_to_right() -> None:
    """The code's direction is said where the text around it runs the other way."""
    assert '<code dir="ltr">git rebase</code>' in field("ما الذي يفعله الأمر `git rebase`؟")


def test_an_image_shows_only_from_the_deck() -> None:
    """An image that the deck has is shown; of another one its words are, and nothing is fetched."""
    media = {"https://a.example/d.png": "flashgen-1.png"}
    assert field("![a diagram](https://a.example/d.png)", media=media) == '<img src="flashgen-1.png" alt="a diagram">'
    assert field("![a diagram](https://a.example/other.png)", media=media) == "a diagram"
