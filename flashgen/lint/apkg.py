"""Anki packages, in the formats of all years. The package is only read, its collection from a temporary copy."""

from __future__ import annotations

import importlib
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from flashgen.errors import FileError
from flashgen.lint.card import LintCard
from flashgen.lint.html_text import text_of_html
from flashgen.types import Draft, Kind

LARGEST = 4_000_000_000
"""Bytes that a collection may have when unpacked: a package of a few kilobytes can pretend to hold far more."""

_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest first: a new package has an old collection too, with nothing in it but a request to update Anki."""
_CHUNK = 1 << 20


def read(path: Path) -> Sequence[LintCard]:
    """One card per note, from its first two fields; `line` counts the notes. Raises FileError."""
    with tempfile.TemporaryDirectory(prefix="flashgen-lint-") as folder:
        copy = Path(folder) / "collection.db"
        _unpack(path, copy)
        return [_card(number, *fields) for number, fields in enumerate(_notes(path, copy), 1)]


def _unpack(path: Path, copy: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            name = next((name for name in _COLLECTIONS if name in package.namelist()), None)
            if name is None:
                raise FileError(path, "holds no Anki collection; export it from Anki again")
            with package.open(name) as packed, copy.open("wb") as plain:
                source = _decompressed(path, packed) if name.endswith("b") else packed
                _copy(path, source, plain)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise FileError(path, f"not a readable Anki package: {error}") from None
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror or error}") from None


def _copy(path: Path, source: IO[bytes], plain: IO[bytes]) -> None:
    size = 0
    while chunk := _chunk(path, source):
        size += len(chunk)
        if size > LARGEST:
            raise FileError(path, f"its collection is larger than {LARGEST:,} bytes")
        plain.write(chunk)


def _chunk(path: Path, source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except Exception as error:  # zlib, zipfile and two kinds of Zstandard each have errors of their own
        raise FileError(path, f"is damaged, its collection can't be unpacked: {error}") from None


def _decompressed(path: Path, packed: IO[bytes]) -> IO[bytes]:
    """The stream without its Zstandard compression, by Python's own module (3.14) or the package zstandard."""
    own = _module("compression.zstd")
    if own:
        return own.ZstdFile(packed)  # type: ignore[no-any-return]
    other = _module("zstandard")
    if other:
        return other.ZstdDecompressor().stream_reader(packed)  # type: ignore[no-any-return]
    why = "is in Anki's newest format: `pip install zstandard`, or export it with support for older Anki versions"
    raise FileError(path, why)


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _notes(path: Path, copy: Path) -> Iterator[tuple[str, str]]:
    if not copy.stat().st_size:
        return
    database = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        for (fields,) in database.execute("select flds from notes order by id"):
            first, second, *_ = (*str(fields).split("\x1f"), "", "")
            yield first, second
    except sqlite3.Error as error:
        raise FileError(path, f"its collection can't be read: {error}") from None
    finally:
        database.close()


def _card(number: int, front: str, back: str) -> LintCard:
    kind = Kind.CLOZE if "{{c" in front else Kind.BASIC
    return LintCard(number, Draft(text_of_html(front), text_of_html(back), kind=kind), quoted=False)
