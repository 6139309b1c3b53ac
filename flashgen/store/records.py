"""The values of a ledger, each kept as the text that it has in the file: a sixth of what it takes as an object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

T = TypeVar("T")

_AT_HAND = 500
"""Values that are kept as objects too: those of most lists are made once."""


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
        if key not in self._at_hand:
            self._hold(key, self._read(key, self.texts[key]))
        return self._at_hand[key]

    def __setitem__(self, key: str, value: T) -> None:
        text = self._write(key, value)
        self.changed |= self.texts.get(key) != text
        self.texts[key] = text
        self._hold(key, value)

    def put(self, key: str, text: bytes) -> None:
        """A value as the file has it. Raises what `read` does."""
        self._hold(key, self._read(key, text))
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

    def _hold(self, key: str, value: T) -> None:
        self._at_hand[key] = value
        if len(self._at_hand) > _AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]
