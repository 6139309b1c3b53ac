"""What the person's hand teaches: cards that they deleted or rewrote in Anki become examples for the next prompts.

Pure: what came of a merge in, examples out. The wording that was there before is a bad one; theirs is a good one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flashgen.merge import Merged, Taken
from flashgen.text import fold
from flashgen.types import Card, Example

DELETED, REWRITTEN, THEIRS = "the reader deleted it", "the reader rewrote it", "the reader's own wording"
MOST = 100
"""So many are kept; the prompts show the newest few of either sort."""


def learnt(merged: Merged) -> tuple[Example, ...]:
    """The examples in what was read back from Anki, in the order of the cards."""
    edits: dict[str, list[Taken]] = {}
    for taken in merged.taken_over:
        edits.setdefault(taken.card.id, []).append(taken)
    deleted = (Example(card.question, card.answer, False, DELETED) for card in merged.deleted)
    return (*(example for of_card in edits.values() for example in _rewritten(of_card)), *deleted)


def _rewritten(edits: Sequence[Taken]) -> Iterator[Example]:
    """A card before and after; nothing where the person only changed the quote, or how it is written."""
    after = edits[0].card
    texts = {taken.field: taken.before for taken in edits if taken.field in ("question", "answer")}
    before = replace(after, **texts)  # type: ignore[arg-type]
    if _said(before) != _said(after):
        yield Example(before.question, before.answer, False, REWRITTEN)
        yield Example(after.question, after.answer, True, THEIRS)


def _said(card: Card) -> tuple[str, str]:
    return fold(card.question), fold(card.answer)


def added(known: Sequence[Example], new: Iterable[Example]) -> tuple[Example, ...]:
    """`known` and what of `new` is not among them, the newest last, `MOST` of them at most."""
    seen = {_key(example) for example in known}
    fresh = [example for example in new if _key(example) not in seen]
    return (*known, *dict.fromkeys(fresh))[-MOST:]


def _key(example: Example) -> tuple[str, str, bool]:
    return fold(example.question), fold(example.answer), example.good
