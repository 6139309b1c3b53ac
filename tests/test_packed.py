"""Sequences that are packed in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashgen.decks import Kept, Note
from flashgen.packed import Packed
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

CARD = Card("a", "Q: ü?", "A.", "quote", "https://example.org/", ("Part", "Sub"), kind=Kind.CLOZE, made={"answer": "1"})
NOTES = [
    Note(replace(CARD, id=str(n), status=Status.DRAFT, proposal=Proposal("q", "a", ""), findings=(FINDING,)), due=n)
    for FINDING in [Finding("leak", Verdict.WARN, "why")]
    for n in range(1201)
]


def test_what_is_packed_comes_out_equal() -> None:
    """Everything, in order, as often as it is looked at; few values and none too."""
    packed = Packed([*NOTES, Note(CARD, kept=Kept(("mine",), "n", {"Answer": "<b>"}))])
    assert len(packed) == 1202
    assert [*packed][:-1] == [*packed][:-1] == NOTES
    assert packed[-1].kept == Kept(("mine",), "n", {"Answer": "<b>"})
    assert packed[1:3] == NOTES[1:3]
    assert [packed[n] for n in (0, 499, 500, 1200, -2)] == [NOTES[n] for n in (0, 499, 500, 1200, -1)]
    with pytest.raises(IndexError):
        packed[1202]
    assert [*Packed(())] == []
