"""The ledger as `sources.json`: sorted, indented, stable, so that a diff of it can be read.

What is empty is left out; keys that this version doesn't know stay. In memory each link and card shipped is the text
that it has in the file: a checkpoint writes out anew only what changed, and never has the whole in memory.
"""

from __future__ import annotations

import codecs
import dataclasses
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from flashgen.collector import uncollected
from flashgen.errors import FileError
from flashgen.ledger import VERSION, Ledger, LinkRecord, ShippedRecord, Spend
from flashgen.store import atomic
from flashgen.store.records import Records
from flashgen.store.values import Reader, dump_value

Document = dict[str, Any]
Migrations = Mapping[int, Callable[[Document], Document]]
"""From a version to the document of the same ledger in the next one."""

MIGRATIONS: Migrations = {}

_MEND = "take the last good copy from git or a backup; without one, delete it: then every link is read again"
_KNOWN = {
    name: frozenset(field.name for field in dataclasses.fields(kind))
    for name, kind in {"links": LinkRecord, "shipped": ShippedRecord, "spend": Spend}.items()
}
_LINK, _SHIPPED, _SPEND = Reader(LinkRecord, keyed=True), Reader(ShippedRecord), Reader(Spend)
_TODAY, _NOTHING = msgspec.Raw(str(VERSION).encode()), msgspec.Raw(b"{}")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
"""The members of an object, each as its text."""
_untyped = msgspec.json.Decoder(dict[str, Any]).decode


class LedgerFile:
    """The ledger of one list at `path`. `links` and `shipped` are what `load` reads, to be changed in place."""

    def __init__(self, path: Path, *, write: atomic.Write = os.write, migrations: Migrations = MIGRATIONS) -> None:
        self.path = path
        self._write = write
        self._migrations = migrations
        self._unknown: Document = {}
        self.links = Records(record, partial(_text, "links"), _LINK.check)
        self.shipped = Records(lambda _, text: _SHIPPED.read(text), partial(_text, "shipped"), _SHIPPED.check)
        self._texts: dict[str, dict[str, bytes]] = {
            "links": self.links.texts,
            "shipped": self.shipped.texts,
            "spend": {},
        }

    # --- reading --------------------------------------------------------------------------------

    @uncollected
    def load(self) -> Ledger:
        """The ledger, empty if there is no file. Raises FileError for one that is broken or of a newer flashgen."""
        try:
            data = self.path.read_bytes().removeprefix(codecs.BOM_UTF8)
        except FileNotFoundError:
            return Ledger(self.links, self.shipped)
        except OSError as error:
            raise FileError(self.path, f"can't be read: {atomic.reason(error)}") from None
        try:
            return self._loaded(_today(data, self.path, self._migrations))
        except UnicodeDecodeError:
            raise FileError(self.path, f"can't be read: it is not UTF-8 text; {_MEND}") from None
        except json.JSONDecodeError as error:
            raise _broken(self.path, data.decode(), error) from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileError(self.path, f"is broken ({error!r}); {_MEND}") from None

    def _loaded(self, members: dict[str, msgspec.Raw]) -> Ledger:
        texts = {name: _members(members.pop(name, _NOTHING)) for name in _KNOWN}
        for name, records in (("links", self.links), ("shipped", self.shipped)):
            for key, text in texts[name].items():
                records.put(key, bytes(text))
        self._texts["spend"] = {key: bytes(text) for key, text in texts["spend"].items()}
        self._unknown = {name: json.loads(bytes(text)) for name, text in members.items()}
        return Ledger(self.links, self.shipped, {key: _SPEND.read(text) for key, text in self._texts["spend"].items()})

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
            yield texts.get(key) or _text(name, key, values[key], self._texts[name].get(key))
        yield b"\n }" if values else b"{}"


# --- text ---------------------------------------------------------------------------------------


def _text(name: str, _: str, value: Any, before: bytes | None) -> bytes:
    """A value as it stands in the file, with those keys of the text `before` that this version doesn't know."""
    data = record_data(value) if name == "links" else dump_value(value)
    if before and not (old := _untyped(before)).keys() <= _KNOWN[name]:
        data = dict(sorted({**{key: old[key] for key in old.keys() - _KNOWN[name]}, **data}.items()))
    return atomic.encode(_indented(data) if name == "links" else _line(data))


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


def record(url: str, text: bytes | str) -> LinkRecord:
    """A link from its JSON. Raises ValueError for what can't be meant."""
    return _LINK.read(text, url)


def record_of(url: str, data: Document) -> LinkRecord:
    """A link from its JSON as `json` has read it. Raises ValueError for what can't be meant."""
    return _LINK.made(data, url)


def _today(data: bytes, path: Path, migrations: Migrations) -> dict[str, msgspec.Raw]:
    """The members of a ledger in today's version; one that has it needs not be read for that.

    Raises FileError for a newer one, ValueError and others for one that can't be brought up.
    """
    text = data.decode()
    with suppress(msgspec.DecodeError):
        members = _members(data)
        if members.get("version", _TODAY) == _TODAY:
            return members
    document = json.loads(text)
    version = document.get("version", VERSION)
    while isinstance(version, int) and version < VERSION and version in migrations:
        document, version = migrations[version](document), version + 1
    if version == VERSION:
        return _members(atomic.encode(json.dumps(document, ensure_ascii=False)))
    if isinstance(version, int) and version > VERSION:
        why = f"was written by a newer flashgen (version {version}; this one knows {VERSION}): update flashgen"
        raise FileError(path, why)
    raise ValueError(f"the version {version!r} is not known")
