"""The cards of a list in memory: read file by file when they are asked for, with what was entered since on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flashgen.errors import FileError
from flashgen.ledger import Entry, LinkRecord
from flashgen.store.cards import CardFiles
from flashgen.store.journal import Line
from flashgen.types import Card, Topic


class Shelf:
    """The cards of `files`. With a `clock`, cards written by hand get their ids when they are first read.

    `left` are entries of a killed run that are not in the files yet; what it left in two files is then no fault.
    """

    def __init__(self, files: CardFiles, *, clock: Callable[[], int] | None = None, left: Sequence[Line] = ()) -> None:
        self._files = files
        self._clock = clock
        self._left = left
        self._lenient = bool(left)
        self._topics: dict[Topic, dict[str, Card]] = {}
        self._homes: dict[str, Topic] = {}
        self._from: dict[Topic, dict[str, list[str]]] = {}
        self._sources: dict[str, set[Topic]] | None = None
        self._given: dict[str, Card] = {}

    def by_topic(self) -> dict[Topic, list[Card]]:
        """All cards, file by file. Raises FileError."""
        found = self._read_all()
        self._given |= {card.id: card for cards in found.values() for card in cards}
        return found

    def cards_from(self, url: str) -> tuple[Card, ...]:
        """The cards of one source, wherever they stand. Raises FileError."""
        self._overlay()
        cards = self._of(url)
        self._given |= {card.id: card for card in cards}
        return cards

    def before(self, url: str, cards: Sequence[Card]) -> tuple[Card | None, ...]:
        """Each card of a source as it was last given out, which is what the change to it was decided on."""
        known = {card.id: card for card in self._of(url)}
        return tuple(self._given.get(card.id) or known.get(card.id) for card in cards)

    def find(self, card_id: str) -> tuple[Topic | None, Card | None]:
        """The topic of a card's file, None if it stands in none, and the card as it was last given out, if it was.

        A card that was given out and stands nowhere was deleted by the person. Raises FileError.
        """
        given = self._given.get(card_id)
        if card_id not in self._homes and (given or self._files.where([card_id])):
            self._read_all()
        topic = self._homes.get(card_id)
        return topic, given or (None if topic is None else self._topics[topic][card_id])

    def ids(self) -> set[str]:
        """The ids of all cards, mostly without reading them. Raises FileError."""
        self._overlay()
        on_disk = (card_id for seen in self._files.about().values() for card_id in seen.ids)
        return {*on_disk, *self._homes}

    def put(self, entry: Entry, old: LinkRecord | None) -> None:
        """The cards of an entry. Those that stood under the link's old topic go with it to its new one."""
        topic, url = entry.record.topic, entry.record.url
        if old and old.topic != topic:
            for card in self._of(url):
                if self._homes[card.id] == old.topic:
                    del self._topics[old.topic][card.id]
                    self._set(topic, card)
        if entry.cards:
            self._read(topic)
        for card in entry.cards:
            self._set(self._homes.get(card.id, topic), card)
            self._given[card.id] = card
        if self._sources is not None:
            self._sources.setdefault(url, set()).add(topic)

    def forget(self) -> None:
        """Read the files again when they are next asked for; what was given out is remembered."""
        self._topics.clear()
        self._homes.clear()
        self._from.clear()
        self._sources = None

    def _overlay(self) -> None:
        left, self._left = self._left, ()
        for line in left:
            self.put(line.entry, None)

    def _of(self, url: str) -> tuple[Card, ...]:
        if self._sources is None:
            self._sources = {}
            for topic, seen in self._files.about().items():
                for source in seen.sources:
                    self._sources.setdefault(source, set()).add(topic)
            for card_id, topic in self._homes.items():
                self._sources.setdefault(self._topics[topic][card_id].source, set()).add(topic)
        return tuple(card for topic in sorted(self._sources.get(url, ())) for card in self._of_topic(url, topic))

    def _of_topic(self, url: str, topic: Topic) -> Iterator[Card]:
        cards = self._read(topic)
        for card_id in self._from.get(topic, {}).get(url, ()):
            if (card := cards.get(card_id)) and card.source == url:
                yield card

    def _read_all(self) -> dict[Topic, list[Card]]:
        self._overlay()
        order = dict.fromkeys((*self._files.files(), *self._topics))
        found = {topic: list(self._read(topic).values()) for topic in order}
        return {topic: cards for topic, cards in found.items() if cards}

    def _read(self, topic: Topic) -> dict[str, Card]:
        """The cards of one file. Raises FileError, also for an id that stands in a file read before."""
        if topic in self._topics:
            return self._topics[topic]
        cards = self._files.read(topic) if self._clock is None else self._files.adopt(topic, self._clock())
        self._topics[topic] = {}
        for number, card in enumerate(cards):
            if (other := self._homes.get(card.id)) is not None:
                if self._lenient:
                    continue
                raise _doubled(self._files, card.id, topic, other)
            self._set(topic, card if card.id else replace(card, id=f"?{number} {' > '.join(topic)}"))
        return self._topics[topic]

    def _set(self, topic: Topic, card: Card) -> None:
        self._topics.setdefault(topic, {})[card.id] = card
        self._homes[card.id] = topic
        from_there = self._from.setdefault(topic, {}).setdefault(card.source, [])
        if card.id not in from_there:
            from_there.append(card.id)


def _doubled(files: CardFiles, card_id: str, topic: Topic, other: Topic) -> FileError:
    why = f"the id {card_id} also stands in {files.path(other).name}: delete one of the cards, or the id of a copy"
    return FileError(files.path(topic), why)
