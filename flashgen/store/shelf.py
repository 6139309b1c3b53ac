"""The cards of a list in memory: read file by file when they are asked for, with what was entered since on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flashgen.errors import FileError
from flashgen.ledger import Entry, LinkRecord
from flashgen.store.cards import CardFiles
from flashgen.store.journal import Line
from flashgen.store.readings import AT_HAND
from flashgen.types import Card, Topic


class Shelf:
    """The cards of `files`. With a `clock`, cards written by hand get their ids when they are first read.

    `left` are entries of a killed run that are not in the files yet; what it left in two files is then no fault. Some
    `at_hand` cards are in memory at a time, and those of files that entries were made for since the last checkpoint.
    """

    def __init__(
        self,
        files: CardFiles,
        *,
        clock: Callable[[], int] | None = None,
        left: Sequence[Line] = (),
        at_hand: int = AT_HAND,
    ) -> None:
        self._files = files
        self._at_hand = at_hand
        self._clock = clock
        self._left = left
        self._lenient = bool(left)
        self._topics: dict[Topic, dict[str, Card]] = {}
        self._entered: set[Topic] = set()
        self._homes: dict[str, Topic] = {}
        self._from: dict[Topic, dict[str, list[str]]] = {}
        self._sources: dict[str, tuple[Topic, ...]] | None = None
        self._given: dict[str, Card] = {}
        self._in_hand: dict[str, dict[str, Card]] = {}

    def each(self) -> Iterator[tuple[Topic, list[Card]]]:
        """All cards, file by file, to be looked at: they are not remembered as given out. Raises FileError."""
        for topic in self.topics():
            if cards := self.topic(topic):
                yield topic, cards

    def topics(self) -> tuple[Topic, ...]:
        """The topics of all files, in their order, and those that have none yet. Raises FileError."""
        self._overlay()
        return tuple(dict.fromkeys((*self._files.files(), *self._topics)))

    def topic(self, topic: Topic) -> list[Card]:
        """The cards of one file, to be looked at. Raises FileError."""
        return list(self._read(topic).values())

    def by_topic(self) -> dict[Topic, list[Card]]:
        """All cards, file by file. Raises FileError."""
        found = dict(self.each())
        self._given |= {card.id: card for cards in found.values() for card in cards}
        return found

    def look(self, url: str) -> tuple[Card, ...]:
        """The cards of one source, wherever they stand, to be looked at. Raises FileError."""
        self._overlay()
        topics = sorted(self._topics_of().get(url, ()))
        return tuple(card for topic in topics for card in self._of_topic(url, topic))

    def cards_from(self, url: str) -> tuple[Card, ...]:
        """`look`, at cards that may be changed until the next entry of the source. Raises FileError."""
        cards = self.look(url)
        if cards:
            self._in_hand[url] = {card.id: card for card in cards}
        return cards

    def before(self, url: str, cards: Sequence[Card]) -> tuple[Card | None, ...]:
        """Each card of a source as it was last given out, which is what the change to it was decided on."""
        known = {card.id: card for card in self.look(url)} | self._given_of(url, cards)
        return tuple(known.get(card.id) for card in cards)

    def find(self, card_id: str, url: str) -> tuple[Topic | None, Card | None]:
        """The topic of the file of a card of a source, None if it stands in none, and the card as it was last given
        out, if it was.

        A card that was given out and stands nowhere was deleted by the person. Raises FileError.
        """
        given = self._in_hand.get(url, {}).get(card_id) or self._given.get(card_id)
        if card_id not in self._homes and (given or self._files.where([card_id])):
            for _ in self.each():
                pass
        topic = self._homes.get(card_id)
        here = None if topic is None else self._read(topic).get(card_id)
        return (topic if here else None), given or here

    def ids(self) -> set[str]:
        """The ids of all cards, mostly without reading them. Raises FileError."""
        self._overlay()
        on_disk = (card_id for seen in self._files.about().values() for card_id in seen.ids)
        return {*on_disk, *self._homes}

    def put(self, entry: Entry, old: LinkRecord | None) -> None:
        """The cards of an entry. Those that stood under the link's old topic go with it to its new one."""
        topic, url = entry.record.topic, entry.record.url
        if old and old.topic != topic:
            for card in self.look(url):
                if self._homes[card.id] == old.topic:
                    del self._read(old.topic)[card.id]
                    self._entered.add(old.topic)
                    self._set(topic, card)
        if entry.cards:
            self._read(topic)
        for card in entry.cards:
            self._set(self._homes.get(card.id, topic), card)
        self._given |= {card.id: card for card in entry.cards if card.id in self._given}
        self._in_hand.pop(url, None)
        if self._sources is not None:
            _add(self._sources, url, topic)

    def forget(self) -> None:
        """Read the files again when they are next asked for; what was given out is remembered."""
        self._topics.clear()
        self._entered.clear()
        self._homes.clear()
        self._from.clear()
        self._sources = None

    def _given_of(self, url: str, cards: Sequence[Card]) -> dict[str, Card]:
        given = {card.id: self._given[card.id] for card in cards if card.id in self._given}
        return given | self._in_hand.get(url, {})

    def _overlay(self) -> None:
        left, self._left = self._left, ()
        for line in left:
            self.put(line.entry, None)

    def _topics_of(self) -> dict[str, tuple[Topic, ...]]:
        """The topics in whose files the cards of each source stand."""
        if self._sources is None:
            self._sources = {}
            for topic, seen in self._files.about().items():
                for source in seen.sources:
                    _add(self._sources, source, topic)
            for topic in self._entered:
                for card in self._topics[topic].values():
                    _add(self._sources, card.source, topic)
        return self._sources

    def _of_topic(self, url: str, topic: Topic) -> Iterator[Card]:
        cards = self._read(topic)
        for card_id in self._from[topic].get(url, ()):
            if (card := cards.get(card_id)) and card.source == url:
                yield card

    def _read(self, topic: Topic) -> dict[str, Card]:
        """The cards of one file. Raises FileError, also for an id that stands in a file read before."""
        if topic in self._topics:
            return self._topics[topic]
        found: dict[str, Card] = {}
        cards = self._files.read(topic) if self._clock is None else self._files.adopt(topic, self._clock())
        for number, card in enumerate(cards):
            other = self._homes.get(card.id, topic)
            if other != topic and self._lenient:
                continue
            if other != topic and self._stands(card.id, other):
                raise _doubled(self._files, card.id, topic, other)
            named = card if card.id else replace(card, id=f"?{number} {' > '.join(topic)}")
            found[named.id] = named
            self._homes[named.id] = topic
        self._make_room(len(found))
        self._topics[topic] = found
        self._from[topic] = {}
        for card in found.values():
            self._from[topic].setdefault(card.source, []).append(card.id)
        return found

    def _stands(self, card_id: str, topic: Topic) -> bool:
        cards = self._topics[topic].values() if topic in self._topics else self._files.read(topic)
        return any(card.id == card_id for card in cards)

    def _make_room(self, cards: int) -> None:
        """Let go of what was read first, for so many more cards: it is in the files."""
        count = cards + sum(map(len, self._topics.values()))
        for topic in [topic for topic in self._topics if topic not in self._entered]:
            if count > self._at_hand:
                count -= len(self._topics.pop(topic))
                del self._from[topic]

    def _set(self, topic: Topic, card: Card) -> None:
        self._entered.add(topic)
        self._read(topic)[card.id] = card
        self._homes[card.id] = topic
        from_there = self._from[topic].setdefault(card.source, [])
        if card.id not in from_there:
            from_there.append(card.id)


def _add(sources: dict[str, tuple[Topic, ...]], url: str, topic: Topic) -> None:
    if topic not in sources.get(url, ()):
        sources[url] = (*sources.get(url, ()), topic)


def _doubled(files: CardFiles, card_id: str, topic: Topic, other: Topic) -> FileError:
    why = f"the id {card_id} also stands in {files.path(other).name}: delete one of the cards, or the id of a copy"
    return FileError(files.path(topic), why)
