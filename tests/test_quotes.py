"""Quotes are found in their text, in the text's own words."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.quotes import find, stands
from flashgen.sentences import split
from flashgen.text import plain

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "quotes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    """A quote gives the words that the table says, or none; it stands only where it needs no forgiveness."""
    wanted = case.get("words")
    assert find(case["quote"], case["text"]) == wanted
    assert stands(case["quote"], case["text"]) is case.get("stands", wanted is not None)


def test_found_words_stand_in_the_text() -> None:
    """What `find` gives back is found again, as itself: a stored quote stands as long as its text does."""
    for case in CASES:
        if words := case.get("words"):
            assert find(words, case["text"]) == words
            assert stands(words, case["text"])


@given(st.lists(st.text(alphabet="abcdeжзи 12.,-*_`", min_size=25, max_size=60), min_size=1, max_size=5))
def test_every_stretch_of_a_text_is_found(lines: list[str]) -> None:
    """Whatever the text, each of its sentences is found in it, and what is found stands."""
    text = "\n\n".join(lines)
    for sentence in split(text):
        found = find(sentence, text)
        assert found is None or stands(found, text)
        assert found is not None or not any(map(str.isalnum, sentence))


@given(st.text(max_size=200), st.text(max_size=500))
def test_any_text(quote: str, text: str) -> None:
    """No quote and no text fail; what is found is short enough to be one line."""
    found = find(quote, text)
    assert found is None or "\n" not in found
    assert isinstance(stands(quote, text), bool)


def test_control_characters_never_come_back() -> None:
    """An article can't bring terminal codes into a quote."""
    text = "The cache \x1b[31manswers\x1b[0m from memory\u202e at once."
    assert "\x1b" not in plain(text)
    found = find("The cache [31manswers[0m from memory at once", text)
    assert found == "The cache [31manswers[0m from memory at once."
