"""What was read of the card files of a list, believed for as long as their stamps stay the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flashgen.packed import Packed
from flashgen.store.glance import Glance, glance, glance_at
from flashgen.store.parsed import ParsedFiles, Stamp, stamp_of
from flashgen.types import Card, Topic

AT_HAND = 2000
"""Cards that are kept as such once they were read (1.2 KB each); those of further files are read from the cache again,
or packed where it doesn't have them."""

T = TypeVar("T")


class Readings:
    """`parse` reads the cards of a file, `find_topic` its topic alone. `cache` is what was parsed at another time.

    Its methods raise FileError.
    """

    def __init__(
        self,
        parse: Callable[[Path], tuple[Card, ...]],
        find_topic: Callable[[Path], Topic],
        cache: ParsedFiles | None = None,
        at_hand: int = AT_HAND,
    ) -> None:
        self._parse = parse
        self._find_topic = find_topic
        self._cache = cache
        self._at_hand = at_hand
        self._topics: dict[Path, tuple[Stamp, Topic]] = {}
        self._glances: dict[Path, tuple[Stamp, Glance]] = {}
        self._cards: dict[Path, tuple[Stamp, tuple[Card, ...] | Packed[Card]]] = {}

    def topic(self, path: Path) -> Topic:
        """The topic that a file holds."""
        return _known(self._topics, path, lambda _: self._find_topic(path))

    def glance(self, path: Path) -> Glance:
        """Which ids and sources a file holds, mostly without reading it as cards."""

        def look(stamp: Stamp) -> Glance:
            kept = self._cache.glance(path, stamp) if self._cache else None
            return kept or glance(path.read_bytes()) or glance_at(self.cards(path))

        return _known(self._glances, path, look)

    def cards(self, path: Path) -> tuple[Card, ...]:
        """The cards of a file, in its order."""
        stamp = stamp_of(path)
        held = self._cards.pop(path, None)
        if held is not None and held[0] == stamp:
            self._cards[path] = held
            return tuple(held[1])
        cards, is_kept = self._read(path, stamp)
        room = self._at_hand - sum(len(held) for _, held in self._cards.values() if isinstance(held, tuple))
        if len(cards) <= room:
            self._cards[path] = (stamp, cards)
        elif not is_kept:
            self._cards[path] = (stamp, Packed(cards))
        return cards

    def forget(self, path: Path) -> None:
        """The cards of a file are to be read again: it is about to be written."""
        self._cards.pop(path, None)

    def _read(self, path: Path, stamp: Stamp) -> tuple[tuple[Card, ...], bool]:
        """The cards of a file, and whether the cache has them: it is as fast as unpacking them."""
        kept = self._cache.get(path, stamp) if self._cache else None
        if kept is not None:
            return kept, True
        cards = self._parse(path)
        return cards, self._cache is not None and self._cache.put(path, stamp, cards)


def _known(values: dict[Path, tuple[Stamp, T]], path: Path, look: Callable[[Stamp], T]) -> T:
    """What `values` have of a file with the stamp that it has now; `look` is asked where they have nothing."""
    stamp = stamp_of(path)
    known = values.get(path)
    if known is None or known[0] != stamp:
        known = values[path] = (stamp, look(stamp))
    return known[1]
