"""Cards into decks and files, and the ledger told what Anki is given."""

from __future__ import annotations

from pathlib import Path

from flashgen import hand
from flashgen.app import Output
from flashgen.decks import Deck, decks
from flashgen.errors import FileError
from flashgen.outputs import Options, files_for, output
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.types import ReadingList, Status


def pack(
    root: Path, reading_list: ReadingList, store: Store, settings: Settings, wanted: Output, now: int
) -> list[str]:
    """Write the decks of a list, and return the files' paths; those without cards are not written.

    A card whose content differs from what was last shipped gets a later `changed` first: Anki would not update its
    note otherwise. Raises UsageError for an unknown format, FileError.
    """
    form = output(wanted.format)
    folder = wanted.folder or root / "build"
    shipped = store.ledger.shipped
    made = _decks(reading_list, store)
    around = {note.card.id: note.around for deck in made for note in deck.notes}
    cards = [note.card for deck in made for note in deck.notes]
    touched = {card.id: hand.touch(card, now, shipped.get(card.id), around[card.id]) for card in cards}
    if moved := [touched[card.id] for card in cards if touched[card.id] != card]:
        store.upsert(moved)
        made = _decks(reading_list, store)
    store.ship({key: hand.ship(card, shipped.get(key), around[key]) for key, card in touched.items()})
    if not made:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(folder, f"can't be made: {error.strerror}") from None
    paths = []
    for name, part in files_for(made, reading_list.name, form.SUFFIX, split=wanted.split).items():
        form.write(part, folder / name, Options(type_in=settings.anki.type_in))
        paths.append(str(folder / name))
    return paths


def _decks(reading_list: ReadingList, store: Store) -> tuple[Deck, ...]:
    """The decks as they are now. A card that was retired before Anki ever had it stays out of them."""
    shipped = store.ledger.shipped
    by_topic = {
        topic: [card for card in cards if card.status is not Status.RETIRED or card.id in shipped]
        for topic, cards in store.cards_by_topic().items()
    }
    return decks(reading_list, by_topic, store.ledger.links)
