"""What a push has to do to the notes in Anki: decided here, done by the ways into Anki.

Pure: decks, records and what was seen in. Notes are written by Anki's own importer, so that a push and an import by
hand come to the same; what an import can't do (suspend, move, keep Anki's own marks) is listed beside it. A push after
a push finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flashgen.decks import Deck, Note
from flashgen.ledger import ShippedRecord
from flashgen.merge import ANKIS_OWN, tag_key
from flashgen.seen import Seen, SeenNote
from flashgen.types import Card, NamedNote, Status

SUSPENDED_TAG = "flashgen::suspended"
"""On notes whose cards flashgen suspended: only those are unsuspended when they come back. A card that carries it and
isn't suspended was taken back by the person, and is left alone."""


@dataclass(frozen=True, slots=True)
class Move:
    """The cards of a note that lie in the deck `source` go to `target`. Those that the person moved lie elsewhere;
    where `Seen.studied` says that decks were not read, it is for the way into Anki to look."""

    id: str
    question: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class PushPlan:
    """The steps of a push, in this order. Notes are known by their GUID.

    Import `package`, which holds the notes that are new or differ; give `marks`, tags that the import takes off, back;
    suspend the cards of `suspend` and put SUSPENDED_TAG on their notes; unsuspend those of `unsuspend` and take it off;
    do `moves`. `unchanged`, `refused` (another note type: left alone) and `proposals` are only told.
    """

    package: tuple[Deck, ...] = ()
    added: tuple[NamedNote, ...] = ()
    updated: tuple[NamedNote, ...] = ()
    marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suspend: tuple[NamedNote, ...] = ()
    unsuspend: tuple[NamedNote, ...] = ()
    moves: tuple[Move, ...] = ()
    unchanged: int = 0
    refused: tuple[NamedNote, ...] = ()
    proposals: tuple[NamedNote, ...] = ()
    decks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.package or self.suspend or self.unsuspend or self.moves)


def plan(
    decks: Sequence[Deck],
    cards: Iterable[Card],
    records: Mapping[str, ShippedRecord],
    seen: Seen,
    *,
    whole: bool = False,
    elsewhere: Collection[str] = frozenset(),
) -> PushPlan:
    """What has to be done so that Anki, as it was `seen`, holds `decks`.

    `cards` are all cards of the list, `records` what the ledger has of them. A note is written if its card changed
    later than it did, which is Anki's own rule; a retired card that Anki hasn't got is not added. With
    `whole` the package holds all notes: an import brings the note types a new look, and leaves the rest alone.
    `elsewhere` are the ids of cards that stand in other lists by now: their notes are no business of this one.
    """
    placed = [(deck, note) for deck in decks for note in deck.notes]
    new = [(deck, note) for deck, note in placed if note.card.id not in seen.notes and _is_active(note)]
    known = [(deck, note, seen.notes[note.card.id]) for deck, note in placed if note.card.id in seen.notes]
    newer = [(deck, note) for deck, note, there in known if there.kind and _time(note.card) > there.modified]
    active = {note.card.id for _, note in placed if _is_active(note)}
    written = {note.card.id for _, note in (*new, *newer)}
    return PushPlan(
        package=_only(decks, {note.card.id for _, note in new} | seen.notes.keys() if whole else written),
        added=_named(new),
        updated=_named(newer),
        marks={id_: marks for id_ in written if (marks := _marks(seen.notes.get(id_)))},
        suspend=tuple(_to_suspend({card.id: card for card in cards}, records, seen, active | {*elsewhere})),
        unsuspend=_named((deck, note) for deck, note, there in known if _is_active(note) and _is_ours(there)),
        moves=tuple(
            Move(note.card.id, note.card.question, record.deck, deck.name)
            for deck, note, there in known
            if (record := records.get(note.card.id))
            and record.deck not in ("", deck.name)
            and (not seen.studied or any(card.deck == record.deck for card in there.cards))
        ),
        unchanged=len(known) - len(newer) - sum(there.kind is None for *_, there in known),
        refused=_named((deck, note) for deck, note, there in known if there.kind is None),
        proposals=_named((deck, note) for deck, note in placed if note.card.proposal),
        decks=tuple(deck.name for deck in decks),
    )


def settled(plan: PushPlan, decks: Sequence[Deck], records: Mapping[str, ShippedRecord]) -> dict[str, ShippedRecord]:
    """The records that change once a plan was carried out: which deck the cards lie in now."""
    added = {note.id for note in plan.added}
    there = {note.card.id: deck.name for deck in decks for note in deck.notes if note.card.id in records}
    moved = {move.id for move in plan.moves}
    return {
        id_: replace(records[id_], deck=deck)
        for id_, deck in there.items()
        if (id_ in added or id_ in moved) and records[id_].deck != deck
    }


def _is_active(note: Note) -> bool:
    return note.card.status is Status.ACTIVE


def _time(card: Card) -> int:
    return card.changed or card.created


def _is_ours(note: SeenNote) -> bool:
    """Whether flashgen suspended its cards."""
    return tag_key(SUSPENDED_TAG) in map(tag_key, note.tags)


def _marks(note: SeenNote | None) -> tuple[str, ...]:
    """Tags that Anki strips from every package."""
    return tuple(tag for tag in note.tags if tag_key(tag) in ANKIS_OWN) if note else ()


def _to_suspend(
    cards: Mapping[str, Card], records: Mapping[str, ShippedRecord], seen: Seen, active: set[str]
) -> Iterator[NamedNote]:
    """Notes of ours whose cards are retired, rejected or gone from the card files. Deleting them is the person's."""
    for id_ in records:
        note = seen.notes.get(id_)
        if note and id_ not in active and not note.suspended and not _is_ours(note):
            yield NamedNote(id_, cards[id_].question if id_ in cards else "", note.deck)


def _only(decks: Sequence[Deck], ids: set[str]) -> tuple[Deck, ...]:
    """The decks with only the notes that have these ids; those that are left without notes are not there."""
    cut = (replace(deck, notes=tuple(note for note in deck.notes if note.card.id in ids)) for deck in decks)
    return tuple(deck for deck in cut if deck.notes)


def _named(placed: Iterable[tuple[Deck, Note]]) -> tuple[NamedNote, ...]:
    return tuple(NamedNote(note.card.id, note.card.question, deck.name) for deck, note in placed)
