"""Cards into decks and files, and the ledger told what Anki is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flashgen import hand
from flashgen.anki.fields import around, tags
from flashgen.anki.wording import note_html
from flashgen.app import Output
from flashgen.decks import Deck, Note, decks
from flashgen.errors import FileError
from flashgen.ledger import ShippedRecord
from flashgen.merge import kept, shipped
from flashgen.outputs import Options, files_for, output
from flashgen.store import Store
from flashgen.types import ReadingList, Status


def ready(reading_list: ReadingList, store: Store, now: int, *, type_in: bool) -> tuple[Deck, ...]:
    """The decks of a list as they are to be given to Anki.

    A card whose note differs from what was last shipped gets a later `changed` first: Anki would not update the note
    otherwise. What the person keeps in the notes goes with them. Raises FileError.
    """
    made = _decks(reading_list, store)
    known = store.ledger.shipped
    moved = []
    for note in (note for deck in made for note in deck.notes):
        touched = hand.touch(note.card, now, known.get(note.card.id), around(note, type_in=type_in))
        moved += [touched] if touched != note.card else []
    if not moved:
        return made
    store.upsert(moved)
    return _decks(reading_list, store)


def ship(made: Sequence[Deck], store: Store, *, type_in: bool) -> None:
    """Remember what Anki is given, on the disk when this returns: it has to be known before anything can be imported.
    Raises FileError."""
    known = store.ledger.shipped
    given = {
        note.card.id: _record(note, deck.name, known.get(note.card.id), type_in) for deck in made for note in deck.notes
    }
    store.ship({id_: record for id_, record in given.items() if record != known.get(id_)})
    store.checkpoint()


def write(made: Sequence[Deck], name: str, folder: Path, wanted: Output, *, type_in: bool) -> list[str]:
    """Write the decks of the list `name` into `folder`, and return the files' paths; without cards there is no file.

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
        form.write(part, folder / file, Options(type_in=type_in))
        paths.append(str(folder / file))
    return paths


def _record(note: Note, deck: str, before: ShippedRecord | None, type_in: bool) -> ShippedRecord:
    """What is to be remembered of a note; one that is as it was shipped needs not be rendered for it. Its deck is the
    one it was first shipped in: an import moves no card."""
    beside = around(note, type_in=type_in)
    if (
        before
        and before.known
        and before.deck
        and (before.content, before.around) == (hand.content_hash(note.card), beside)
    ):
        return before
    record = shipped(note.card, before, note_html(note, type_in=type_in), tags(note), beside)
    return replace(record, deck=record.deck or deck)


def _decks(reading_list: ReadingList, store: Store) -> tuple[Deck, ...]:
    """The decks as they are now. A card that was retired before Anki ever had it stays out of them."""
    known = store.ledger.shipped
    by_topic = {
        topic: [card for card in cards if card.status is not Status.RETIRED or card.id in known]
        for topic, cards in store.cards_by_topic().items()
    }
    own = kept((card for cards in by_topic.values() for card in cards), known)
    return decks(reading_list, by_topic, store.ledger.links, kept=own)
