"""What is kept of one list: its ledger, its journal and its card files, as the one thing that a run works on.

Outside a `with` it only reads. Inside, every entry goes to the journal at once and to the files at checkpoints;
leaving the `with` is one. What a killed run left in the journal is folded in on entering.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from flashgen.errors import FileError
from flashgen.hand import brought, newly_missing, obeyed, with_deletions
from flashgen.identity import new_card_id
from flashgen.ledger import Entry, Ledger, ShippedRecord
from flashgen.store import atomic
from flashgen.store.cards import CardFiles, Change
from flashgen.store.fold import fold
from flashgen.store.journal import Journal, Left, Line
from flashgen.store.ledger_file import LedgerFile
from flashgen.store.readings import AT_HAND
from flashgen.store.shelf import Shelf
from flashgen.types import Card, Topic

LEDGER = "sources.json"
JOURNAL = "sources.journal"
CARDS = "cards"
CHECKPOINT = 200
"""Entries that go to the journal before they are folded into the files; with many links, a tenth of these."""


class Store:
    """The files of the list that lives in `home`. Raises FileError wherever one of them can't be read or written.

    Times come from `clock`, in seconds since 1970; `write` stands for os.write; `cache` is a folder for what was read
    of the card files (see `parsed`). Some `at_hand` cards are in memory as such, the others packed or in
    their files. Not for several threads at a time.
    """

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
        new_id: Callable[[], str] = new_card_id,
        write: atomic.Write = os.write,
        cache: Path | None = None,
        at_hand: int = AT_HAND,
    ) -> None:
        self._home = home
        self._at_hand = at_hand
        self._files = CardFiles(home / CARDS, new_id=new_id, write=write, cache=cache, at_hand=at_hand)
        self._journal = Journal(home / JOURNAL, write=write)
        self._ledger_file = LedgerFile(home / LEDGER, write=write)
        self._clock = clock
        self._spend = dict(self._ledger_file.load().spend)
        self._links, self._shipped = self._ledger_file.links, self._ledger_file.shipped
        self._saved_spend = dict(self._spend)
        self._moved_from: dict[str, Topic] = {}
        self._writing = False
        self._left = self._journal.read()
        self._pending: list[Line] = []
        for line in self._left.lines:
            self._enter(line)
        self._shelf = Shelf(self._files, left=self._left.lines, at_hand=at_hand)

    def __enter__(self) -> Self:
        self._writing = True
        for folder in (self._home, self._home / CARDS):
            atomic.sweep(folder)
        self._shelf = Shelf(self._files, clock=self._clock, at_hand=self._at_hand)
        self.checkpoint()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.checkpoint()
        except FileError:
            if kind is None:
                raise
        finally:
            self._journal.close()
            self._writing = False

    @property
    def home(self) -> Path:
        """The folder of the list."""
        return self._home

    # --- what is there --------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger:
        """The ledger as of now, entries that are not folded in yet included. It changes with the next entry."""
        return Ledger(self._links, self._shipped, self._spend)

    def cards_from(self, url: str) -> tuple[Card, ...]:
        """The cards made from one link, rejected and retired ones included. Only the files that hold some are read."""
        return self._shelf.cards_from(url)

    def look_at(self, url: str) -> tuple[Card, ...]:
        """`cards_from`, where none of them is to be changed but by `amend`."""
        return self._shelf.look(url)

    def ids(self) -> set[str]:
        """The ids of all cards that are there, mostly without reading them."""
        self._settle()
        return self._shelf.ids()

    def topics(self) -> tuple[Topic, ...]:
        """The topics that have a file, in the order of the files."""
        self._settle()
        return self._shelf.topics()

    def topic(self, topic: Topic) -> list[Card]:
        """The cards that one file holds, to be looked at as those of `each_topic`."""
        self._settle()
        return self._shelf.topic(topic)

    def each_topic(self) -> Iterator[tuple[Topic, list[Card]]]:
        """All cards, a file at a time, however many there are: to be looked at, and changed by `amend` alone."""
        self._settle()
        yield from self._shelf.each()

    def cards_by_topic(self) -> dict[Topic, list[Card]]:
        """All cards, by the topic that their file holds, in the order of the files."""
        self._settle()
        return self._shelf.by_topic()

    def all_cards(self) -> list[Card]:
        """All cards of the list."""
        return [card for cards in self.cards_by_topic().values() for card in cards]

    def missing(self) -> dict[Topic, int]:
        """Topics from whose files so many cards are gone at once that a person has to say whether that is meant; all
        of them, where most of the list is gone."""
        present = self.ids()
        gone: dict[Topic, dict[str, str]] = {}
        here: dict[Topic, list[str]] = {}
        for record in self._links.values():
            gone.setdefault(record.topic, {}).update(newly_missing([record], present))
            here.setdefault(record.topic, []).extend(card_id for card_id in record.made if card_id in present)
        lost = {card_id: quote for of_topic in gone.values() for card_id, quote in of_topic.items()}
        most = not obeyed(lost, [card_id for of_topic in here.values() for card_id in of_topic])
        return {
            topic: len(missing)
            for topic, missing in gone.items()
            if missing and (most or not obeyed(missing, here[topic]))
        }

    # --- changing it ----------------------------------------------------------------------------

    def accept_deletions(self) -> None:
        """Remember the cards that the person took out of the files as deleted: they don't come back."""
        present = self.ids()
        for url, record in self._links.items():
            if (after := with_deletions(record, present)) != record:
                self._links[url] = after

    def record(self, entry: Entry) -> None:
        """Keep what became of one link, in the journal when this returns, and on the disk where it has cards or a bill.

        A card file that can't be written now is no matter yet: the entry waits in the journal for the next checkpoint.
        """
        line = Line(entry, self._shelf.before(entry.record.url, entry.cards))
        self._journal.append(line)
        self._shelf.put(entry, self._links.get(entry.record.url))
        self._enter(line)
        if len(self._pending) >= max(CHECKPOINT, len(self._links) // 10):
            with contextlib.suppress(FileError):
                self.checkpoint()

    def upsert(self, cards: Iterable[Card], topic: Topic = ()) -> None:
        """Write cards to their files at once; a new one goes to the file of `topic`."""
        self._settle()
        self._write([(*self._shelf.find(card.id, card.source), card) for card in cards], topic)

    def amend(self, changes: Iterable[tuple[Card, Card]]) -> None:
        """Write cards to their files at once: each as it was when it was looked at, and as it should be."""
        self._settle()
        self._write([(self._shelf.find(card.id, card.source)[0], before, card) for before, card in changes])

    def _write(self, changes: Iterable[tuple[Topic | None, Card | None, Card]], topic: Topic = ()) -> None:
        """Changes by the topic that a card stands under, if it does, and the card as it was, if it was known."""
        by_topic: dict[Topic, list[Change]] = {}
        for home, before, card in changes:
            if card != before and (home is not None or before is None):
                by_topic.setdefault(topic if home is None else home, []).append(Change(card, before))
        try:
            for home, of_topic in by_topic.items():
                self._files.upsert(home, of_topic)
        finally:
            self._shelf.forget()

    def ship(self, shipped: Mapping[str, ShippedRecord]) -> None:
        """Remember what Anki is given."""
        self._shipped.update(shipped)

    def move(self, url: str, topic: Topic) -> None:
        """A link has a new home: its cards go with it, but for those that a person put into another file."""
        record = self._links[url]
        if record.topic != topic:
            self.record(Entry(replace(record, topic=topic)))
            self._settle()

    def adopt(self, donor: Store, url: str, new: str, topic: Topic) -> int:
        """What `donor` (this store or another list's) has of `url` is ours under `new` now: cards with ids, what is
        known of the link and what Anki was given of it; how many cards.

        Cards first, then our ledger, then the donor's: killed in between, all is there, and to be done again.
        """
        self.checkpoint()
        donor.checkpoint()
        record = donor._links[url]
        if donor is self:
            del self._links[url]
            self._files.rename(url, new)
        else:
            self._files.take(donor._files, url, new, topic, self._clock())
            for key in record.made.keys() & donor._shipped.keys() - self._shipped.keys():
                self._shipped[key] = donor._shipped[key]
        self._links[new] = brought(record, self._links.get(new), new, record.topic if donor is self else topic)
        self._shelf.forget()
        self.checkpoint()
        if donor is not self:
            del donor._links[url]
            for key in record.made.keys() & donor._shipped.keys():
                del donor._shipped[key]
            donor._shelf.forget()
            donor.checkpoint()
        return len(self.cards_from(new))

    def checkpoint(self) -> None:
        """Fold everything into the card files, then the ledger; then the journal goes."""
        if self._pending:
            if not self._left.folded:
                fold(self._files, self._moved_from, self._pending)
                self._journal.mark_folded()
            self._shelf.forget()
        if self._links.changed or self._shipped.changed or self._spend != self._saved_spend:
            self._ledger_file.save(self.ledger)
            self._links.changed = self._shipped.changed = False
            self._saved_spend = dict(self._spend)
        self._journal.remove()
        self._pending.clear()
        self._moved_from.clear()
        self._left = Left()

    # --- in memory ------------------------------------------------------------------------------

    def _enter(self, line: Line) -> None:
        record = line.entry.record
        if old := self._links.get(record.url):
            self._moved_from.setdefault(record.url, old.topic)
        self._links[record.url] = record
        self._spend |= line.entry.spend
        self._pending.append(line)

    def _settle(self) -> None:
        """Have what is entered in the files, so that all see the cards in their order."""
        if self._writing and self._pending:
            self.checkpoint()
