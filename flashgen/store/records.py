"""The values of a ledger, each kept as the text that it has in the file: a sixth of what it takes as an object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import TypeVar

T = TypeVar("T")

_AT_HAND = 1000
"""Values that are kept as objects too (2 KB each), the first that come: those of most lists are made once."""


class Records(MutableMapping[str, T]):
    """Values by their keys, in the order in which these came. `read` makes a value of its key and its text, `write` a
    text of a key, a value and the text that it had before; `check` raises what `read` would. `changed` says that a text
    is not what it was when that was last set to False."""

    def __init__(
        self,
        read: Callable[[str, bytes], T],
        write: Callable[[str, T, bytes | None], bytes],
        check: Callable[[bytes], None],
    ) -> None:
        self._read = read
        self._write = write
        self._check = check
        self._at_hand: dict[str, T] = {}
        self.texts: dict[str, bytes] = {}
        self.changed = False

    def __getitem__(self, key: str) -> T:
        if key in self._at_hand:
            return self._at_hand[key]
        return self._held(key, self._read(key, self.texts[key]))

    def __setitem__(self, key: str, value: T) -> None:
        before = self.texts.get(key)
        text = self._write(key, value, before)
        self.changed |= before != text
        self.texts[key] = text
        self._held(key, value)

    def put(self, key: str, text: bytes) -> None:
        """A value as the file has it. Raises what `read` does, so that a broken one is told now."""
        self._check(text)
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
