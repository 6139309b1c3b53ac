"""Texts are cut into sentences, each word for word as a reader sees it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.sentences import split
from flashgen.text import plain

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sentences.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any]) -> None:
    """A text has the sentences that the table says, and each stands in it as a reader sees it."""
    assert split(case["text"]) == case["sentences"]
    assert all(sentence in plain(case["text"]) for sentence in case["sentences"])


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    """No text fails; every sentence has a letter and no white space around it."""
    for sentence in split(text):
        assert any(map(str.isalpha, sentence))
        assert sentence == sentence.strip()


@pytest.mark.parametrize("piece", [". A", "a.b.", ".", "A. ", "\n- x", "\"'", "т. е. "])
def test_hostile_text(piece: str) -> None:
    """A text of many thousand full stops is cut all the same."""
    assert isinstance(split(piece * 20_000), list)
