"""A copy of a collection, also while Anki has it open.

Anki holds the file's locks as long as it runs, so that nobody else can read it as a database; but it can be copied. The
last changes stand in the write-ahead log beside it, so both files are copied, the log last. What is written back from
the log into the file meanwhile is in the copied log too, and counts from there: the copy is whole if it is still the
same log, whose header changes whenever it begins anew (SQLite's file format, section 4). Where there is no log, the
file itself must not have changed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from flashgen.errors import AnkiError

_SIDES = ("-wal", "-journal")
_HEADER = 32
_ATTEMPTS = 5
_PAUSE = 0.2  # seconds


@contextmanager
def snapshot(collection: Path) -> Iterator[Path]:
    """A consistent copy of a collection, gone at the end. The collection itself is only read. Raises AnkiError."""
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flashgen-")))
            copy = _whole_copy(collection, folder)
        except FileNotFoundError:
            raise AnkiError(f"{collection}: there is no such collection") from None
        except OSError as error:
            raise AnkiError(f"{collection}: can't be copied: {error.strerror or error}") from None
        yield copy


def _whole_copy(collection: Path, folder: Path) -> Path:
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE * attempt)
        copy = folder / f"{attempt}.anki2"
        if _copied(collection, copy):
            return copy
    raise AnkiError(f"{collection}: Anki is writing to it all the time; try again when it is at rest")


def _copied(collection: Path, copy: Path) -> bool:
    before = _state(collection)
    shutil.copyfile(collection, copy)
    for side in _SIDES:
        with suppress(FileNotFoundError):
            shutil.copyfile(_beside(collection, side), _beside(copy, side))
    return before == _state(collection)


def _state(collection: Path) -> tuple[object, ...]:
    """What is the same before and after a copy that is whole."""
    heads = [_head(_beside(collection, side)) for side in _SIDES]
    stat = collection.stat()
    return tuple(heads) if heads[0] else (*heads, stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEADER)
    except FileNotFoundError:
        return b""


def _beside(path: Path, side: str) -> Path:
    return path.with_name(path.name + side)
