"""Cards into decks and files, and the ledger told what Anki is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flashgen import hand
from flashgen.app import Output
from flashgen.decks import SHIPPED, decks
from flashgen.errors import FileError
from flashgen.outputs import Options, files_for, output
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.types import Card, ReadingList, Status


def pack(
    root: Path, reading_list: ReadingList, store: Store, settings: Settings, wanted: Output, now: int
) -> list[str]:
    """Write the decks of a list, and return the files' paths; those without cards are not written.

    A card whose content differs from what was last shipped gets a later `changed` first: Anki would not update its
    note otherwise. Raises UsageError for an unknown format, FileError.
    """
    form = output(wanted.format)
    folder = wanted.folder or root / "build"
    store.upsert(_touched(store, now))
    by_topic = {topic: _shippable(cards, store) for topic, cards in store.cards_by_topic().items()}
    made = decks(reading_list, by_topic, store.ledger.links)
    store.ship(
        {note.card.id: hand.ship(note.card, store.ledger.shipped.get(note.card.id)) for d in made for note in d.notes}
    )
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


def _touched(store: Store, now: int) -> list[Card]:
    """The cards of the deck whose `changed` has to move."""
    cards = [card for card in store.all_cards() if card.status in SHIPPED]
    touched = [(card, hand.touch(card, now, store.ledger.shipped.get(card.id))) for card in cards]
    return [after for before, after in touched if after != before]


def _shippable(cards: Sequence[Card], store: Store) -> list[Card]:
    """A card that was retired before Anki ever had it stays out of the deck."""
    return [card for card in cards if card.status is not Status.RETIRED or card.id in store.ledger.shipped]
