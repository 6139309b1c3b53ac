"""Cards into decks and files, and the ledger told what Anki is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flashgen import hand, release
from flashgen.anki.fields import around, tags
from flashgen.anki.media import named_in
from flashgen.anki.wording import note_html
from flashgen.app import Output
from flashgen.decks import Deck, Note, decks, unshippable
from flashgen.errors import FileError
from flashgen.ledger import ShippedRecord
from flashgen.merge import kept_of, shipped
from flashgen.outputs import Options, files_for, output
from flashgen.packed import Packed
from flashgen.pictures import of_list
from flashgen.store import Store
from flashgen.types import Card, ReadingList, Status, Topic

_AT_HAND = 2000
"""Cards of a list from which on its notes are packed in memory: as such they take 1.6 KB each."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The decks of a list as they are to be given to Anki: those of them with a note that Anki wasn't given as it is
    now are `changed`; `new` counts the notes that it was never given."""

    decks: tuple[Deck, ...]
    changed: tuple[Deck, ...] = ()
    new: int = 0


def ready(reading_list: ReadingList, store: Store, now: int, *, type_in: bool, new_per_day: int = 0) -> Ready:
    """The decks of a list; of new cards so many a day, where that is set.

    A card whose note differs from what was last shipped gets a later `changed` first: Anki would not update the note
    otherwise. What the person keeps in the notes goes with them. Raises FileError.
    """
    found, moved = _compared(_decks(reading_list, store, new_per_day, now), store, now, type_in)
    if moved:
        store.amend(moved)
        found, _ = _compared(_decks(reading_list, store, new_per_day, now), store, now, type_in)
    return found


def _compared(made: tuple[Deck, ...], store: Store, now: int, type_in: bool) -> tuple[Ready, list[tuple[Card, Card]]]:
    """The decks set against what was last shipped, and the cards that need a later time, as they are and as they
    should be."""
    known, moved, changed, new = store.ledger.shipped, [], [], 0
    for deck in made:
        differs = False
        for note in deck.notes:
            before, beside = known.get(note.card.id), around(note, type_in=type_in)
            new += before is None
            if before and before.changed == note.card.changed and _is_as_shipped(note, before, beside):
                continue
            differs = True
            touched = hand.touch(note.card, now, before, beside)
            moved += [(note.card, touched)] if touched != note.card else []
        changed += [deck] if differs else []
    return Ready(made, tuple(changed), new), moved


def ship(made: Sequence[Deck], store: Store, now: int | None = None, *, type_in: bool) -> None:
    """Remember what Anki is given, on the disk when this returns: it has to be known before anything can be imported.
    Raises FileError."""
    known, now = store.ledger.shipped, int(time.time()) if now is None else now
    for deck in made:
        for note in deck.notes:
            before = known.get(note.card.id)
            record = _record(note, deck.name, before, type_in, now)
            if record != before:
                store.ship({note.card.id: record})
    store.checkpoint()


def write(
    made: Sequence[Deck], name: str, folder: Path, wanted: Output, *, type_in: bool, home: Path | None = None
) -> list[str]:
    """Write the decks of the list `name` into `folder`, and return the files' paths; without cards there is no file.
    The pictures that cards show are in the folder of the list, `home`.

    Raises UsageError for an unknown format, FileError.
    """
    form = output(wanted.format)
    if not made:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"can't be made: {error.strerror}") from None
    paths = []
    for file, part in files_for(made, name, form.SUFFIX, split=wanted.split).items():
        form.write(part, folder / file, Options(type_in=type_in, media=_pictures(part, home)))
        paths.append(str(folder / file))
    return paths


def _pictures(made: Sequence[Deck], home: Path | None) -> dict[str, Path]:
    """The pictures that the cards of some decks show."""
    there = of_list(home) if home else {}
    if not there:
        return {}
    shown = {address for deck in made for note in deck.notes for address in named_in(note.card.extra)}
    return {address: path for address, path in there.items() if address in shown}


def waiting(store: Store) -> int:
    """How many cards are ready and wait for a later day (`new_per_day`)."""
    known = store.ledger.shipped
    return sum(
        card.status is Status.ACTIVE and card.id not in known and not unshippable(card)
        for _, cards in store.each_topic()
        for card in cards
    )


def _record(note: Note, deck: str, before: ShippedRecord | None, type_in: bool, now: int) -> ShippedRecord:
    """What is to be remembered of a note; one that is as it was shipped needs not be rendered for it. Its deck is the
    one it was first shipped in: an import moves no card."""
    beside = around(note, type_in=type_in)
    if before and _is_as_shipped(note, before, beside):
        return before
    record = shipped(note.card, before, note_html(note, type_in=type_in), tags(note), beside)
    record = replace(record, deck=record.deck or deck)
    return record if before else replace(record, released=now)


def _is_as_shipped(note: Note, before: ShippedRecord, beside: str) -> bool:
    """Whether all is known of a note that a record is to say, and Anki was given it as it is now."""
    known = bool(before.known and before.deck)
    return known and (before.content, before.around) == (hand.content_hash(note.card), beside)


def _decks(reading_list: ReadingList, store: Store, new_per_day: int, now: int) -> tuple[Deck, ...]:
    """The decks as they are now, without the new cards that wait for a later day. A card that was retired before Anki
    ever had it stays out of them."""
    known = store.ledger.shipped
    hold: Callable[[list[Note]], Sequence[Note]] = Packed if len(store.ids()) > _AT_HAND else tuple
    made = decks(
        reading_list,
        _ToShip(store.topics(), store),
        store.ledger.links,
        kept=lambda card: kept_of(card, known.get(card.id)),
        hold=hold,
    )
    held = release.waiting(made, known, new_per_day, now)
    if not held:
        return made
    left = (replace(deck, notes=hold([note for note in deck.notes if note.card.id not in held])) for deck in made)
    return tuple(deck for deck in left if deck.notes)


@dataclass(frozen=True, slots=True)
class _ToShip(Mapping[Topic, Sequence[Card]]):
    """The cards of each topic, read when they are asked for, without those that were retired before Anki had them."""

    topics: tuple[Topic, ...]
    store: Store

    def __getitem__(self, topic: Topic) -> Sequence[Card]:
        known = self.store.ledger.shipped
        return [card for card in self.store.topic(topic) if card.status is not Status.RETIRED or card.id in known]

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __contains__(self, topic: object) -> bool:
        return topic in self.topics

    def __len__(self) -> int:
        return len(self.topics)
