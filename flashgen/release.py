"""New cards in portions: so many a day, the most important first; the others wait in the card files.

Pure, and decided by cards, records and the day alone: a run that was killed decides the same again. A card that was
shipped is never held back. Days are those of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flashgen.decks import Deck
from flashgen.definitions import is_definition
from flashgen.ledger import ShippedRecord

DAY = 86_400
LONGEST = 7
"""So many days without a run are made up for: a run each week ships a week's cards, one after a year no mountain."""


def waiting(decks: Sequence[Deck], shipped: Mapping[str, ShippedRecord], per_day: int, now: int) -> frozenset[str]:
    """The ids of the cards in `decks` that wait for a later day, `per_day` new ones being shipped on each (0: all).

    Of the new cards the most important go first, then definitions, then as they stand in the decks. `now` is in
    seconds since 1970.
    """
    if not per_day:
        return frozenset()
    notes = [note for deck in decks for note in deck.notes if note.card.id not in shipped]
    notes.sort(key=lambda note: (-note.card.importance, not is_definition(note.card), note.due))
    return frozenset(note.card.id for note in notes[_portion(shipped, per_day, now) :])


def _portion(shipped: Mapping[str, ShippedRecord], per_day: int, now: int) -> int:
    """How many new cards may be shipped now."""
    days = [record.released // DAY for record in shipped.values() if record.released]
    if not days:
        return per_day
    since = now // DAY - max(days)
    return per_day * min(since, LONGEST) if since > 0 else max(0, per_day - days.count(max(days)))
