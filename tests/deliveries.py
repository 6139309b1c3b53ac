"""What a run does at its end and its begin, in a few lines: decks into a package, and Anki read back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from flashgen import hand
from flashgen.anki.collection import read_collection
from flashgen.anki.fields import tags
from flashgen.anki.wording import AnkiWording, note_html
from flashgen.decks import Deck, decks
from flashgen.ledger import ShippedRecord
from flashgen.merge import Merged, kept_of, merge, shipped
from flashgen.outputs import apkg
from flashgen.seen import Seen
from flashgen.types import Card, ReadingList, Topic

TOPIC: Topic = ("Systems",)
WORDING = AnkiWording()


class Desk:
    """The cards of one list and their records, as the card files and the ledger would hold them."""

    def __init__(self, folder: Path, cards: Iterable[Card], now: int) -> None:
        self.folder = folder
        self.cards = {card.id: card for card in cards}
        self.records: dict[str, ShippedRecord] = {}
        self.now = now

    def edit(self, id_: str, **values: object) -> None:
        """An edit by hand in the card file."""
        self.cards[id_] = replace(self.cards[id_], **values)  # type: ignore[arg-type]

    def made(self, id_: str, **values: str) -> None:
        """A revision by the model: the text is ours."""
        card = replace(self.cards[id_], **values)  # type: ignore[arg-type]
        self.cards[id_] = replace(card, made=hand.made_of(card))

    def ship(self) -> Path:
        """Write the package, and remember what is in it."""
        path = self.folder / "list.apkg"
        made = self.decks()
        apkg.write(made, path)
        for note in (note for deck in made for note in deck.notes):
            before = self.records.get(note.card.id)
            self.records[note.card.id] = shipped(note.card, before, note_html(note), tags(note), note.around)
        return path

    def decks(self) -> tuple[Deck, ...]:
        """The decks, once every card that differs from what was shipped has a later time."""
        for note in (note for deck in self._decks() for note in deck.notes):
            touched = hand.touch(note.card, self.now, self.records.get(note.card.id), note.around)
            self.cards[note.card.id] = touched
        return self._decks()

    def _decks(self) -> tuple[Deck, ...]:
        cards = list(self.cards.values())
        return decks(
            ReadingList("systems"), {TOPIC: cards}, {}, kept=lambda card: kept_of(card, self.records.get(card.id))
        )

    def merge(self, seen: Seen) -> Merged:
        merged = merge(self.cards.values(), self.records, seen, WORDING, self.now)
        self.cards |= {card.id: card for card in merged.cards}
        self.records |= merged.shipped
        return merged

    def read(self, collection: Path) -> Merged:
        """Read a collection back, and merge."""
        return self.merge(read_collection(collection, list(self.records), at=self.now))
