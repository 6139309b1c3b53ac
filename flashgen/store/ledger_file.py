"""The ledger as `sources.json`: sorted, indented, stable, so that a diff of it can be read.

What is empty is left out; keys that this version doesn't know stay. In memory each link and card shipped is the text
that it has in the file: a checkpoint writes out anew only what changed, and never has the whole in memory.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flashgen.collector import uncollected
from flashgen.errors import FileError
from flashgen.ledger import VERSION, Ledger, LinkRecord, ShippedRecord, Spend
from flashgen.store import atomic
from flashgen.store.records import Records
from flashgen.store.values import dump_value, load_value
from flashgen.store.walk import Walk

Document = dict[str, Any]
Migrations = Mapping[int, Callable[[Document], Document]]
"""From a version to the document of the same ledger in the next one."""

MIGRATIONS: Migrations = {}

_MEND = "take the last good copy from git or a backup; without one, delete it: then every link is read again"
_KNOWN = {
    name: frozenset(field.name for field in dataclasses.fields(kind))
    for name, kind in {"links": LinkRecord, "shipped": ShippedRecord, "spend": Spend}.items()
}
_VERSIONED = re.compile(rf'\s*\{{\s*"version":\s*{VERSION}\b')
T = TypeVar("T")


class LedgerFile:
    """The ledger of one list at `path`. `links` and `shipped` are what `load` reads, to be changed in place."""

    def __init__(self, path: Path, *, write: atomic.Write = os.write, migrations: Migrations = MIGRATIONS) -> None:
        self.path = path
        self._write = write
        self._migrations = migrations
        self._unknown: Document = {}
        self._extra: dict[tuple[str, str], Document] = {}
        self.links = self._records("links", record)
        self.shipped = self._records("shipped", lambda key, data: load_value(ShippedRecord, data))

    def _records(self, name: str, value: Callable[[str, Document], T]) -> Records[T]:
        return Records(
            lambda key, text: value(key, json.loads(text)), lambda key, item: atomic.encode(self._text(name, key, item))
        )

    # --- reading --------------------------------------------------------------------------------

    @uncollected
    def load(self) -> Ledger:
        """The ledger, empty if there is no file. Raises FileError for one that is broken or of a newer flashgen."""
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return Ledger(self.links, self.shipped)
        except (OSError, UnicodeDecodeError) as error:
            why = atomic.reason(error) if isinstance(error, OSError) else f"it is not UTF-8 text; {_MEND}"
            raise FileError(self.path, f"can't be read: {why}") from None
        try:
            return self._loaded(Walk(_today(text, self.path, self._migrations)))
        except json.JSONDecodeError as error:
            raise _broken(self.path, text, error) from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileError(self.path, f"is broken ({error!r}); {_MEND}") from None

    def _loaded(self, walk: Walk) -> Ledger:
        for name in walk.members():
            if name == "links":
                self._fill(name, self.links, walk)
            elif name == "shipped":
                self._fill(name, self.shipped, walk)
            else:
                self._unknown[name] = walk.value()
        walk.end()
        spend = self._unknown.pop("spend", {})
        for key, data in spend.items():
            self._note_extra("spend", key, data)
        return Ledger(self.links, self.shipped, {key: load_value(Spend, data) for key, data in spend.items()})

    def _fill(self, name: str, records: Records[Any], walk: Walk) -> None:
        """Each value is read once, so that a broken one is told now."""
        for key in walk.members():
            begin = walk.at
            self._note_extra(name, key, walk.value())
            records.put(key, walk.text[begin : walk.at].encode())

    def _note_extra(self, name: str, key: str, data: Document) -> None:
        """Remember the keys of a value that this version doesn't know."""
        if not data.keys() <= _KNOWN[name]:
            self._extra[name, key] = {field: value for field, value in data.items() if field not in _KNOWN[name]}

    # --- writing --------------------------------------------------------------------------------

    @uncollected
    def save(self, ledger: Ledger) -> None:
        """Write `ledger` in the place of the file. Raises FileError; then the file is as it was."""
        atomic.write_parts(self.path, self._parts(ledger), write=self._write)

    def _parts(self, ledger: Ledger) -> Iterator[bytes]:
        yield f'{{\n "version": {VERSION}'.encode()
        for name in _KNOWN:
            yield f',\n "{name}": '.encode()
            yield from self._object(name, getattr(ledger, name))
        for key, value in sorted(self._unknown.items()):
            if key != "version":
                yield atomic.encode(f",\n {json.dumps(key)}: {_indented(value, 1)}")
        yield b"\n}\n"

    def _object(self, name: str, values: Mapping[str, Any]) -> Iterator[bytes]:
        """The values in the order of their keys; those that are kept as texts as they are."""
        texts = values.texts if isinstance(values, Records) else {}
        for number, key in enumerate(sorted(values)):
            yield atomic.encode(f"{',' if number else '{'}\n  {_line(key)}: ")
            yield texts.get(key) or atomic.encode(self._text(name, key, values[key]))
        yield b"\n }" if values else b"{}"

    def _text(self, name: str, key: str, value: Any) -> str:
        """A value as it stands in the file, with the keys of it there that this version doesn't know."""
        data = record_data(value) if name == "links" else dump_value(value)
        if extra := self._extra.get((name, key)):
            data = dict(sorted({**data, **extra}.items()))
        return _indented(data) if name == "links" else _line(data)


# --- text ---------------------------------------------------------------------------------------


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _indented(value: Any, depth: int = 2) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


def _broken(path: Path, text: str, error: json.JSONDecodeError) -> FileError:
    conflict = re.search(r"^(?:<{7}|={7}|>{7})(?:[ \t].*)?$", text, re.M)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return FileError(path, "an unfinished git merge: choose one side and take the marks out", line=line)
    return FileError(path, f"is broken ({error.msg}); {_MEND}", line=error.lineno)


# --- values and data ----------------------------------------------------------------------------


def record_data(link: LinkRecord) -> Document:
    """One link as JSON, without its address, which is the key."""
    data = dump_value(link)
    del data["url"]
    return data


def record(url: str, data: Document) -> LinkRecord:
    """A link from its JSON. Raises ValueError, KeyError, TypeError or AttributeError for what can't be meant."""
    return load_value(LinkRecord, {**data, "url": url})


def _today(text: str, path: Path, migrations: Migrations) -> str:
    """The text of a ledger in today's version; one that says so at its begin needs not be read for that.

    Raises FileError for a newer one, ValueError and others for one that can't be brought up.
    """
    if _VERSIONED.match(text):
        return text
    document = json.loads(text)
    version = document.get("version", VERSION)
    while isinstance(version, int) and version < VERSION and version in migrations:
        document, version = migrations[version](document), version + 1
    if version == VERSION:
        return json.dumps(document, ensure_ascii=False)
    if isinstance(version, int) and version > VERSION:
        why = f"was written by a newer flashgen (version {version}; this one knows {VERSION}): update flashgen"
        raise FileError(path, why)
    raise ValueError(f"the version {version!r} is not known")
