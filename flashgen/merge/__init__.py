"""The three-way merge between what was last shipped, what Anki has, and what the card files have now.

Pure: cards, records and what was seen in Anki in, cards and records out. Nobody's edit is lost: what the person changed
in Anki comes into the cards, and what has no place there is kept and shipped back. Merging twice is merging once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from flashgen.decks import SHIPPED, Deck, Note
from flashgen.hand import content_hash, obeyed
from flashgen.ledger import ShippedRecord
from flashgen.merge.note import Outcome, at_rest, merge_note, rejected
from flashgen.merge.records import kept_of, shipped, tag_key
from flashgen.merge.values import Conflict, Merged, Reading, Taken, Wording
from flashgen.seen import Seen
from flashgen.types import Card, NamedNote, Status

__all__ = [
    "ANKIS_OWN", "Conflict", "Merged", "Reading", "Taken", "Wording",
    "at_risk", "kept_of", "loses_marks", "merge", "shipped", "tag_key",
]  # fmt: skip

DELETED = "deleted in Anki"
ANKIS_OWN = frozenset({"marked", "leech"})
"""Tags that Anki strips from every package that comes without scheduling."""


def merge(
    cards: Iterable[Card],
    records: Mapping[str, ShippedRecord],
    seen: Seen,
    wording: Wording,
    now: int,
    *,
    deleted: bool = False,
) -> Merged:
    """Merge the cards of one list with their notes. `records` is what the ledger has of them, `now` the time; `deleted`
    says that a person deleted all notes that are missing, however many they are."""
    everything = [card for card in cards if card.id]
    outcomes: dict[str, Outcome] = {}
    for card in everything:
        note, record = seen.notes.get(card.id), records.get(card.id)
        if note and record and at_rest(card, record, note):
            outcomes[card.id] = Outcome(card, record)
        elif note and note.kind:
            outcomes[card.id] = merge_note(card, record or ShippedRecord(), note, wording, now)
        elif note and record:  # the person gave it a type of their own: Anki takes no update for it
            outcomes[card.id] = Outcome(card, replace(record, seen=record.seen or now))
        elif record and record.seen and card.status is Status.REJECTED:  # no more waited for: it may be taken back
            outcomes[card.id] = Outcome(card, replace(record, seen=0))
    gone, believed = _gone(everything, records, seen)
    deleted = deleted or believed
    for card in gone if deleted else ():
        outcomes[card.id] = Outcome(rejected(card, DELETED), replace(records[card.id], seen=0))
    changed = [card for card in everything if card.id in outcomes and outcomes[card.id].card != card]
    return Merged(
        cards=tuple(outcomes[card.id].card for card in changed),
        shipped={id_: done.record for id_, done in outcomes.items() if done.record != records.get(id_)},
        kept={id_: kept_of(done.card, done.record) for id_, done in outcomes.items() if id_ in seen.notes},
        taken_over=tuple(taken for done in outcomes.values() for taken in done.taken),
        conflicts=tuple(conflict for done in outcomes.values() for conflict in done.conflicts),
        deleted=tuple(outcomes[card.id].card for card in gone) if deleted else (),
        missing=() if deleted else tuple(gone),
    )


def at_risk(
    decks: Sequence[Deck], records: Mapping[str, ShippedRecord], around: Callable[[Note], str] = attrgetter("around")
) -> tuple[NamedNote, ...]:
    """The notes that an import of `decks` writes over: what Anki was given of them before is something else.

    To be named before decks are written where Anki can't be read: whatever the person changed in them is lost. `around`
    hashes what stands on a note beside its card.
    """
    return tuple(
        NamedNote(note.card.id, note.card.question, deck.name)
        for deck in decks
        for note in deck.notes
        if (record := records.get(note.card.id))
        and (record.content != content_hash(note.card) or around(note) not in ("", record.around))
    )


def loses_marks(risks: Iterable[NamedNote], records: Mapping[str, ShippedRecord]) -> tuple[NamedNote, ...]:
    """Those of the notes at risk that the import takes the tags `marked` or `leech` from. Anki strips these two from a
    package without scheduling, so that they can't be shipped back."""
    return tuple(risk for risk in risks if ANKIS_OWN & set(map(tag_key, records[risk.id].kept_tags)))


def _gone(cards: Sequence[Card], records: Mapping[str, ShippedRecord], seen: Seen) -> tuple[list[Card], bool]:
    """The cards whose notes were once seen in Anki and aren't there now; and whether they count as deleted.

    They do if others of the list are there, and not most of it is missing: another profile, or a collection restored
    from a backup, is no deletion. While there are notes that can't be told, any of them may be the one that is missing.
    """
    known = [card for card in cards if card.status in SHIPPED and card.id in records and records[card.id].seen]
    gone = [card for card in known if card.id not in seen.notes]
    there = [card.id for card in known if card.id in seen.notes]
    return gone, bool(gone and there) and not seen.unnamed and obeyed({card.id: card.quote for card in gone}, there)
