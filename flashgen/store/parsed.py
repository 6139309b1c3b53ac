"""Card files as they were last read, kept as JSON: a file that nobody touched since need not be parsed again.

YAML takes thirty times as long to read. What is kept is told by the file's stamp; a file that changed in the last
moments is not kept, for it could change once more under the same stamp. It is a cache: whatever is wrong with it is no
error, and deleting it loses seconds.
"""

from __future__ import annotations

import dataclasses
import time
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from flashgen import __version__
from flashgen.errors import FileError, FlashgenError
from flashgen.identity import digest
from flashgen.store import atomic
from flashgen.store.glance import Glance, glance_at
from flashgen.types import Card

Stamp = tuple[int, int, int]

_FORM = digest([__version__, *(field.name for field in dataclasses.fields(Card))])
"""What a version with cards of another shape kept is not read."""
_SETTLED = 2.0
"""Seconds after which a change of the file would show in its stamp, on any file system that is in use."""


T = TypeVar("T")


class _Kept(msgspec.Struct, Generic[T]):
    form: str
    stamp: Stamp
    cards: tuple[T, ...]


class _Named(msgspec.Struct):
    """The part of a card that is read for a glance at its file."""

    id: str
    source: str


_whole = msgspec.json.Decoder(_Kept[Card])
_named = msgspec.json.Decoder(_Kept[_Named])


class ParsedFiles:
    """What is kept in `folder` of the card files in another one."""

    def __init__(self, folder: Path, of: Path) -> None:
        self._folder = folder / digest([str(of.resolve())])
        self._of = of

    def get(self, path: Path, stamp: Stamp) -> tuple[Card, ...] | None:
        """The cards of a file that has this stamp; None where they aren't known."""
        return self._cards(path, stamp, _whole)

    def glance(self, path: Path, stamp: Stamp) -> Glance | None:
        """The ids and sources of the cards of a file that has this stamp; None where they aren't known."""
        named = self._cards(path, stamp, _named)
        return None if named is None else glance_at(named)

    def put(self, path: Path, stamp: Stamp, cards: tuple[Card, ...]) -> bool:
        """Keep the cards of a file, which were read while it had this stamp; whether that could be done."""
        if time.time() - stamp[0] / 1e9 < _SETTLED:
            return False
        with suppress(FlashgenError, OSError, UnicodeEncodeError):
            self._folder.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(self._place(path), msgspec.json.encode(_Kept(_FORM, stamp, cards)))
            self._sweep()
            return True
        return False

    def _cards(self, path: Path, stamp: Stamp, decoder: msgspec.json.Decoder[_Kept[T]]) -> tuple[T, ...] | None:
        try:
            kept = decoder.decode(self._place(path).read_bytes())
        except (OSError, ValueError):
            return None
        return kept.cards if (kept.form, kept.stamp) == (_FORM, stamp) else None

    def _place(self, path: Path) -> Path:
        return self._folder / f"{path.name}.json"

    def _sweep(self) -> None:
        """Drop what is kept of files that are gone."""
        for kept in self._folder.glob("*.json"):
            if not (self._of / kept.name.removesuffix(".json")).exists():
                kept.unlink(missing_ok=True)


def stamp_of(path: Path) -> Stamp:
    """What tells one version of a file from another without reading it. Raises FileError."""
    try:
        stat = path.stat()
    except OSError as error:
        raise FileError(path, f"can't be read: {atomic.reason(error)}") from None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
