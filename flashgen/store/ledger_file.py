"""The ledger as `sources.json`: sorted, indented, stable, so that a diff of it can be read.

What is empty is left out; keys that this version doesn't know stay. Only what changed is written out anew at a
save, so that a checkpoint costs little however long the ledger is.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from flashgen.errors import FileError
from flashgen.ledger import VERSION, Ledger, LinkRecord, ShippedRecord, Spend
from flashgen.store import atomic
from flashgen.store.collector import uncollected
from flashgen.store.values import dump_value, load_value

Document = dict[str, Any]
Migrations = Mapping[int, Callable[[Document], Document]]
"""From a version to the document of the same ledger in the next one."""

MIGRATIONS: Migrations = {}

_MEND = "take the last good copy from git or a backup; without one, delete it: then every link is read again"
_KINDS: dict[str, type] = {"links": LinkRecord, "shipped": ShippedRecord, "spend": Spend}


class LedgerFile:
    """The ledger of one list at `path`."""

    def __init__(self, path: Path, *, write: atomic.Write = os.write, migrations: Migrations = MIGRATIONS) -> None:
        self.path = path
        self._write = write
        self._migrations = migrations
        self._unknown: Document = {}
        self._written: dict[str, dict[str, tuple[Any, str]]] = {"links": {}, "shipped": {}, "spend": {}}

    @uncollected
    def load(self) -> Ledger:
        """The ledger, empty if there is no file. Raises FileError for one that is broken or of a newer flashgen."""
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return Ledger()
        except (OSError, UnicodeDecodeError) as error:
            why = atomic.reason(error) if isinstance(error, OSError) else f"it is not UTF-8 text; {_MEND}"
            raise FileError(self.path, f"can't be read: {why}") from None
        try:
            document = _today(json.loads(text), self.path, self._migrations)
            ledger = Ledger(
                {url: record(url, data) for url, data in document.get("links", {}).items()},
                {card_id: load_value(ShippedRecord, data) for card_id, data in document.get("shipped", {}).items()},
                {key: load_value(Spend, data) for key, data in document.get("spend", {}).items()},
            )
        except json.JSONDecodeError as error:
            raise _broken(self.path, text, error) from None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FileError(self.path, f"is broken ({error!r}); {_MEND}") from None
        self._unknown = document
        return ledger

    @uncollected
    def save(self, ledger: Ledger) -> None:
        """Write `ledger` in the place of the file. Raises FileError; then the file is as it was."""
        parts = {
            "links": self._items("links", ledger.links, lambda each: _indented(record_data(each))),
            "shipped": self._items("shipped", ledger.shipped, lambda each: _line(dump_value(each))),
            "spend": self._items("spend", ledger.spend, lambda each: _line(dump_value(each))),
        }
        top = [f' "version": {VERSION}']
        top += [f' "{name}": {_object(items)}' for name, items in parts.items()]
        top += [
            f" {json.dumps(key)}: {_indented(value, 1)}"
            for key, value in sorted(self._unknown.items())
            if key not in parts and key != "version"
        ]
        atomic.write_text(self.path, "{\n" + ",\n".join(top) + "\n}\n", write=self._write)

    def _items(self, name: str, values: Mapping[str, Any], write: Callable[[Any], str]) -> list[str]:
        """Each value as a line or lines, in the order of the keys; a value written before is not written out again."""
        before = self._written[name]
        now: dict[str, tuple[Any, str]] = {}
        for key in sorted(values):
            old = before.get(key)
            now[key] = (
                old
                if old and old[0] is values[key]
                else (values[key], self._with_unknown(name, key, write(values[key])))
            )
        self._written[name] = now
        return [f"  {_text(key)}: {text}" for key, (_, text) in now.items()]

    def _with_unknown(self, name: str, key: str, text: str) -> str:
        """The text of a value with the keys that the file had for it and that this version doesn't know."""
        names = {field.name for field in dataclasses.fields(_KINDS[name])}
        old = self._unknown.get(name, {}).get(key, {})
        extra = {field: value for field, value in old.items() if field not in names}
        if not extra:
            return text
        whole = dict(sorted({**json.loads(text), **extra}.items()))
        return _indented(whole) if name == "links" else _line(whole)


# --- text ---------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _indented(value: Any, depth: int = 2) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


_line = _text


def _object(items: Iterable[str]) -> str:
    inner = ",\n".join(items)
    return "{\n" + inner + "\n }" if inner else "{}"


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


def _today(document: Document, path: Path, migrations: Migrations) -> Document:
    """`document` in today's version. Raises FileError for a newer one, ValueError for one that can't be brought up."""
    version = document.get("version", VERSION)
    while isinstance(version, int) and version < VERSION and version in migrations:
        document, version = migrations[version](document), version + 1
    if version == VERSION:
        return document
    if isinstance(version, int) and version > VERSION:
        why = f"was written by a newer flashgen (version {version}; this one knows {VERSION}): update flashgen"
        raise FileError(path, why)
    raise ValueError(f"the version {version!r} is not known")
