"""The values of a ledger, each kept as the text that it has in the file: a sixth of what it takes as an object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

T = TypeVar("T")

_AT_HAND = 1000
"""Values that are kept as objects too (2 KB each), the first that come: those of most lists are made once."""


class Records(MutableMapping[str, T]):
    """Values by their keys, in the order in which these came. `read` makes a value of its key and its text, `write` the
    text. `changed` says that a text is not what it was when that was last set to False."""

    def __init__(self, read: Callable[[str, bytes], T], write: Callable[[str, T], bytes]) -> None:
        self._read = read
        self._write = write
        self._at_hand: dict[str, T] = {}
        self.texts: dict[str, bytes] = {}
        self.changed = False

    def __getitem__(self, key: str) -> T:
        if key in self._at_hand:
            return self._at_hand[key]
        return self._held(key, self._read(key, self.texts[key]))

    def __setitem__(self, key: str, value: T) -> None:
        text = self._write(key, value)
        self.changed |= self.texts.get(key) != text
        self.texts[key] = text
        self._held(key, value)

    def put(self, key: str, text: bytes) -> None:
        """A value as the file has it. Raises what `read` does."""
        self._held(key, self._read(key, text))
        self.texts[key] = text

    def __delitem__(self, key: str) -> None:
        del self.texts[key]
        self._at_hand.pop(key, None)
        self.changed = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, key: object) -> bool:
        return key in self.texts

    def _held(self, key: str, value: T) -> T:
        if key in self._at_hand or len(self._at_hand) < _AT_HAND:
            self._at_hand[key] = value
        return value
