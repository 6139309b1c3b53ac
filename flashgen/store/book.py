"""What is kept of one list: its ledger, its journal and its card files, as the one thing that a run works on.

Outside a `with` it only reads. Inside, every entry goes to the journal at once and to the files at checkpoints;
leaving the `with` is one. What a killed run left in the journal is folded in on entering.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from flashgen.hand import newly_missing, obeyed, with_deletions
from flashgen.ledger import Entry, Ledger, LinkRecord, ShippedRecord
from flashgen.store import ledger_file
from flashgen.store.cards import CardFiles, Change
from flashgen.store.journal import Journal, Line
from flashgen.types import Card, Topic

LEDGER = "sources.json"
JOURNAL = "sources.journal"
_CHECKPOINT = 200


class Store:
    """The files of the list that lives in `home`. Raises FileError wherever one of them can't be read or written."""

    def __init__(self, home: Path, *, clock: Callable[[], int] = lambda: int(time.time())) -> None:
        self._path = home / LEDGER
        self._files = CardFiles(home / "cards")
        self._journal = Journal(home / JOURNAL)
        self._clock = clock
        ledger, self._document = ledger_file.load(self._path)
        self._links = dict(ledger.links)
        self._shipped = dict(ledger.shipped)
        self._spend = dict(ledger.spend)
        self._saved = ledger
        self._cards: dict[str, tuple[Topic, Card]] | None = None
        self._by_source: dict[str, list[str]] = {}
        self._pending: list[Line] = []
        self._writing = False
        for line in self._journal.lines():
            self._enter(line)
            self._pending.append(line)

    def __enter__(self) -> Self:
        self._writing = True
        self.checkpoint()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.checkpoint()
        finally:
            self._journal.close()
            self._writing = False

    # --- what is there --------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger:
        """The ledger as of now, entries that are not folded in yet included. It changes with the next entry."""
        return Ledger(self._links, self._shipped, self._spend)

    def cards_by_topic(self) -> dict[Topic, list[Card]]:
        """All cards, by the topic that their file holds, in the order of the files."""
        found: dict[Topic, list[Card]] = {}
        for topic, card in self._all().values():
            found.setdefault(topic, []).append(card)
        return found

    def all_cards(self) -> list[Card]:
        """All cards of the list."""
        return [card for _, card in self._all().values()]

    def cards_from(self, url: str) -> tuple[Card, ...]:
        """The cards made from one link, rejected and retired ones included."""
        cards = self._all()
        return tuple(cards[card_id][1] for card_id in self._by_source.get(url, ()))

    def missing(self) -> dict[Topic, int]:
        """Topics from whose files so many cards are gone at once that a person has to say whether that is meant."""
        present = self._all().keys()
        doubtful = {}
        for topic, records in self._records_by_topic().items():
            gone = newly_missing(records, present)
            here = [card_id for record in records for card_id in record.made if card_id in present]
            if gone and not obeyed(gone, here):
                doubtful[topic] = len(gone)
        return doubtful

    # --- changing it ----------------------------------------------------------------------------

    def accept_deletions(self) -> None:
        """Remember the cards that the person took out of the files as deleted: they don't come back."""
        present = self._all().keys()
        self._links = {url: with_deletions(record, present) for url, record in self._links.items()}

    def record(self, entry: Entry) -> None:
        """Keep what became of one link. It is on the disk when this returns."""
        cards = self._all()
        line = Line(entry, tuple(cards[card.id][1] if card.id in cards else None for card in entry.cards))
        self._journal.append(line)
        self._enter(line)
        self._pending.append(line)
        if len(self._pending) >= max(_CHECKPOINT, len(self._links) // 10):
            self.checkpoint()

    def upsert(self, cards: Iterable[Card]) -> None:
        """Write changed cards to their files."""
        changes: dict[Topic, list[Change]] = {}
        known = self._all()
        for card in cards:
            topic, before = known[card.id]
            if card != before:
                changes.setdefault(topic, []).append(Change(card, before))
        self._write(changes)

    def ship(self, shipped: Mapping[str, ShippedRecord]) -> None:
        """Remember what Anki is given."""
        self._shipped |= shipped

    def move(self, url: str, topic: Topic) -> None:
        """A link has a new home: its cards go with it."""
        self.checkpoint()
        known = self._all()
        sources: dict[Topic, list[str]] = {}
        for card_id in self._by_source.get(url, ()):
            if known[card_id][0] != topic:
                sources.setdefault(known[card_id][0], []).append(card_id)
        for source, ids in sources.items():
            self._files.move(ids, source, topic)
        self._links[url] = replace(self._links[url], topic=topic)
        self._cards = None

    def checkpoint(self) -> None:
        """Fold everything into the card files, then the ledger; then the journal goes."""
        changes: dict[Topic, list[Change]] = {}
        for line in self._pending:
            of_topic = changes.setdefault(line.entry.record.topic, [])
            of_topic += map(Change, line.entry.cards, line.before)
        self._write(changes)
        if self.ledger != self._saved:
            ledger_file.save(self._path, self.ledger, self._document)
            self._saved = Ledger(dict(self._links), dict(self._shipped), dict(self._spend))
        self._journal.remove()
        self._pending.clear()

    # --- in memory ------------------------------------------------------------------------------

    def _all(self) -> dict[str, tuple[Topic, Card]]:
        """Every card by id, read at the first call. Cards written by hand get their ids then."""
        if self._cards is None:
            read = self._files.read_all()
            if self._writing:
                read = {topic: self._files.adopt(topic, self._clock()) for topic in read}
            self._cards, self._by_source = {}, {}
            for topic, cards in read.items():
                for number, card in enumerate(cards):
                    self._put(topic, card if card.id else replace(card, id=f"?{number}"))
            for line in self._pending:
                for card in line.entry.cards:
                    self._put(line.entry.record.topic, card)
        return self._cards

    def _put(self, topic: Topic, card: Card) -> None:
        assert self._cards is not None
        if card.id not in self._cards:
            self._by_source.setdefault(card.source, []).append(card.id)
        else:
            topic = self._cards[card.id][0]
        self._cards[card.id] = (topic, card)

    def _enter(self, line: Line) -> None:
        record = line.entry.record
        self._links[record.url] = record
        for key, spend in line.entry.spend.items():
            self._spend[key] = spend
        if self._cards is not None:
            for card in line.entry.cards:
                self._put(record.topic, card)

    def _write(self, changes: Mapping[Topic, list[Change]]) -> None:
        """Write changes, and take over what the files hold then: a person may have worked in them meanwhile."""
        for topic, of_topic in changes.items():
            if of_topic:
                for card in self._files.upsert(topic, of_topic):
                    if self._cards is not None:
                        self._put(topic, card)

    def _records_by_topic(self) -> dict[Topic, list[LinkRecord]]:
        found: dict[Topic, list[LinkRecord]] = {}
        for record in self._links.values():
            found.setdefault(record.topic, []).append(record)
        return found
