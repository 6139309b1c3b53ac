"""The real Anki (package `anki`) on a collection of its own: what a person does on the desktop, without the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("anki.collection")  # first of all: other modules of the package import each other in a circle

import anki.lang
from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportCsvRequest
from anki.notes import Note

from flashgen.decks import Deck
from flashgen.outputs import PLAIN, Options, output

anki.lang.set_lang("en_US")


@dataclass
class Anki:
    """A collection, and a folder for the files that go into it."""

    col: Collection
    folder: Path

    def take(self, decks: Sequence[Deck], options: Options = PLAIN) -> Any:
        """Write the decks as an `.apkg` and import it with the desktop's defaults. Returns Anki's log."""
        path = self.folder / "deck.apkg"
        output("apkg").write(decks, path, options)
        request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        return self.col.import_anki_package(request).log

    def take_table(self, decks: Sequence[Deck], name: str) -> Any:
        """The same with CSV or TSV."""
        path = self.folder / f"deck.{name}"
        output(name).write(decks, path)
        metadata = self.col.get_csv_metadata(str(path), None)
        return self.col.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log

    def note(self, guid: str) -> Note:
        """The note with that GUID."""
        return self.col.get_note(self.col.db.scalar("select id from notes where guid = ?", guid))  # type: ignore[union-attr]

    def cards(self) -> list[Card]:
        """All cards."""
        return [self.col.get_card(card_id) for card_id in self.col.find_cards("")]

    def study(self, deck: str) -> None:
        """Choose the deck whose cards come next."""
        number = self.col.decks.id_for_name(deck)
        assert number, f"no deck {deck}"
        self.col.decks.select(number)

    def next_card(self) -> Any:
        """What the scheduler hands out next, with the states it may go to; None when the day's work is done."""
        queued = self.sched.get_queued_cards(fetch_limit=1).cards
        return queued[0] if queued else None

    def review(self, count: int) -> None:
        """Answer up to `count` cards "good", as the scheduler hands them out."""
        for _ in range(count):
            queued = self.next_card()
            if queued is None:
                return
            card = Card(self.col)
            card._load_from_backend_card(queued.card)
            card.start_timer()
            self.sched.answer_card(self.sched.build_answer(card=card, states=queued.states, rating=2))

    @property
    def sched(self) -> Any:
        """The scheduler of today, which Anki's types leave open."""
        return self.col.sched

    def state(self) -> list[Any]:
        """Everything that a review leaves behind: the cards' rows and the review log."""
        columns = "id, nid, did, ord, queue, type, due, ivl, factor, reps, lapses, left, flags, data"
        assert self.col.db
        return [self.col.db.all(f"select {columns} from cards order by id"), self.col.db.all("select * from revlog")]

    def check(self) -> None:
        """The database check finds nothing, and no card is empty."""
        problems, sound = self.col.fix_integrity()
        assert sound
        assert problems == "Database rebuilt and optimized."
        assert not self.col.get_empty_cards().notes


@contextmanager
def opened(folder: Path) -> Iterator[Anki]:
    """A fresh collection in `folder`."""
    col = Collection(str(folder / "collection.anki2"))
    try:
        yield Anki(col, folder)
    finally:
        col.close()
