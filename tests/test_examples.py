"""Deleted and rewritten cards as examples for the next prompts, in a file that people edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flashgen.errors import FileError
from flashgen.examples import MOST, added, learnt
from flashgen.merge import Merged, Taken
from flashgen.store import examples_file
from flashgen.types import Card, Example

CARD = Card("card000000000001", "What is kept?", "Copies", "A cache keeps copies.", "https://example.org/a")


def test_a_rewritten_card_is_a_bad_and_a_good_example() -> None:
    """As it was before the person's edits, and as it is now; both fields of one card make one pair."""
    before = (Taken(CARD, "question", "What?", "What is kept?"), Taken(CARD, "answer", "Stuff", "Copies"))
    assert learnt(Merged(taken_over=before)) == (
        Example("What?", "Stuff", False, "the reader rewrote it"),
        Example("What is kept?", "Copies", True, "the reader's own wording"),
    )


def test_a_deleted_card_is_a_bad_example() -> None:
    """The person had no use for it."""
    assert learnt(Merged(deleted=(CARD,))) == (Example("What is kept?", "Copies", False, "the reader deleted it"),)


def test_what_says_nothing_about_wording_is_no_example() -> None:
    """A change of the quote, of letter case or of marks."""
    edits = (Taken(CARD, "quote", "x", "y"), Taken(CARD, "question", "what is **kept**?", "What is kept?"))
    assert learnt(Merged(taken_over=edits[:1])) == ()
    assert learnt(Merged(taken_over=(Taken(CARD, "question", "what is kept?", "What is kept?"),))) == ()


def test_examples_are_kept_once_and_not_for_ever() -> None:
    """The oldest go first."""
    many = [Example(f"Question {number}?", "A", False) for number in range(MOST + 5)]
    kept = added(many[:10], many)
    assert len(kept) == MOST
    assert kept[-1] == many[-1]
    assert added(kept, [replace(kept[0], reason="other")]) == kept


def test_the_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Whatever stands in a card: lines, colons, quotes, words that YAML takes for something else."""
    odd = [
        Example('What: is "it"?\nAnd\n', "- no", False, "the reader deleted it"),
        Example("`yes`", "1.10", True),
        Example("# what", "{a: b}", True, "…"),
    ]
    assert examples_file.load(tmp_path) == ()
    assert examples_file.add(tmp_path, odd) == tuple(odd)
    assert examples_file.load(tmp_path) == tuple(odd)
    assert examples_file.add(tmp_path, odd) == ()


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    """Comments and own examples; new ones come at the end."""
    file = tmp_path / examples_file.NAME
    own = "# mine\n- question: Why?   # good one\n  answer: So.\n  verdict: good\n"
    file.write_text(own, encoding="utf-8")
    examples_file.add(tmp_path, [Example("What?", "That", False, "x")])
    assert file.read_text(encoding="utf-8").startswith(own)
    assert [example.question for example in examples_file.load(tmp_path)] == ["Why?", "What?"]


@pytest.mark.parametrize("text", ["a: b", "- x", "- verdict: maybe", "- question: [a]\n  verdict: good", "- [", "\t-"])
def test_a_slip_in_the_file_is_named(text: str, tmp_path: Path) -> None:
    """With the file, and no traceback."""
    (tmp_path / examples_file.NAME).write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"examples\.yaml"):
        examples_file.load(tmp_path)
