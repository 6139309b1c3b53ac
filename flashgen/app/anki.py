"""Anki at the begin and at the end of a run: what the person did there is taken over before anything is written, and
where it can't be read, the notes that may lose an edit are named before they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from flashgen.anki.fields import around
from flashgen.anki.reading_back import ReadBack, read_back
from flashgen.decks import Deck
from flashgen.examples import learnt
from flashgen.ledger import ShippedRecord
from flashgen.merge import Merged, at_risk, loses_marks, merge
from flashgen.outcome import Emit, Said
from flashgen.seen import Seen
from flashgen.settings import AnkiSettings
from flashgen.store import Store, examples_file
from flashgen.types import AnkiNews, BothChanged, Card, NamedNote, TakenOver

_NAMED = 5
"""So many notes are named in words; all of them are in the JSON."""


def look(settings: AnkiSettings, stores: Iterable[Store], *, studied: bool = False, reviews: bool = False) -> ReadBack:
    """What Anki holds of the lists of `stores`; nothing, and no time spent, where nothing of them was ever shipped."""
    ids = {card_id for store in stores for card_id in store.ledger.shipped}
    return read_back(settings, ids, studied=studied, reviews=reviews)


def take_over(store: Store, seen: Seen, now: int, confirm: Callable[[str], bool] = lambda question: False) -> Merged:
    """Merge the cards of a list with what was `seen` of them in Anki, and keep what came of it.

    The cards are written before the ledger: after a kill in between, the next merge finds both sides alike and ends
    where this one would have. `confirm` is asked where most of the notes are missing at once. What the person
    rewrote or deleted becomes an example for the next prompts. Raises FileError.
    """
    from flashgen.anki.wording import AnkiWording

    cards, records, wording = store.all_cards(), store.ledger.shipped, AnkiWording()
    merged = merge(cards, records, seen, wording, now)
    doubtful = merged.missing and merged.kept and not seen.unnamed  # none of them there at all: another collection
    if doubtful and confirm(f"{len(merged.missing)} notes are gone from Anki: did you delete them there"):
        merged = merge(cards, records, seen, wording, now, deleted=True)
    if merged.cards:
        examples_file.add(store.home, learnt(merged))
        store.upsert(merged.cards)
    if merged.shipped:
        store.ship(merged.shipped)
        store.checkpoint()
    return merged


def news(back: ReadBack, merged: Merged | None = None) -> AnkiNews:
    """What was learnt of Anki, for a report."""
    if back.seen is None or merged is None:
        return AnkiNews(troubles=back.troubles)
    clashes = {(both.card.id, both.field) for both in merged.conflicts}
    return AnkiNews(
        read=back.seen.where,
        troubles=back.troubles,
        taken_over=tuple(
            TakenOver(taken.card.id, taken.card.question, taken.field, taken.before, taken.after, taken.exact)
            for taken in merged.taken_over
            if (taken.card.id, taken.field) not in clashes
        ),
        conflicts=tuple(
            BothChanged(both.card.id, both.card.question, both.field, both.ours, both.theirs)
            for both in merged.conflicts
        ),
        deleted=_named(merged.deleted),
        missing=_named(merged.missing) if merged.kept else (),
    )


def warn(
    told: AnkiNews, decks: Sequence[Deck], records: Mapping[str, ShippedRecord], emit: Emit, *, type_in: bool
) -> AnkiNews:
    """Say which notes an import of `decks` harms, and how to spare them; `told` with their names. `records` are as
    before the decks are shipped."""
    risks = at_risk(decks, records, lambda note: around(note, type_in=type_in))
    unmarked = loses_marks(risks, records)
    if told.read:
        risks = ()
    if risks:
        emit(
            Said(
                f"Anki was not read: importing the new deck writes over {_count(risks)}, whatever you edited in them "
                f"({_some(risks)}). Start Anki with the AnkiConnect add-on, or name your profile under [anki] in "
                "flashgen.toml, and run this again: your edits are taken over then.",
                urgent=True,
            )
        )
    if unmarked:
        emit(
            Said(
                f"Importing the new deck takes the tags marked and leech off {_count(unmarked)} ({_some(unmarked)}): "
                "Anki strips them from every package.",
                urgent=True,
            )
        )
    return replace(told, at_risk=risks, unmarked=unmarked)


def _named(cards: Iterable[Card]) -> tuple[NamedNote, ...]:
    return tuple(NamedNote(card.id, card.question) for card in cards)


def _count(notes: Sequence[NamedNote]) -> str:
    return f"{len(notes)} notes" if len(notes) != 1 else "1 note"


def _some(notes: Sequence[NamedNote]) -> str:
    rest = len(notes) - _NAMED
    return "; ".join(f"“{note.question}”" for note in notes[:_NAMED]) + (f"; and {rest} more" if rest > 0 else "")
