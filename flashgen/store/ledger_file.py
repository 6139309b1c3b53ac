"""The ledger as `sources.json`: sorted, indented, stable, so that a diff of it can be read.

Fields that hold nothing are left out. Keys that this version doesn't know are kept where they stand.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from flashgen.errors import FileError
from flashgen.ledger import VERSION, Ledger, LinkRecord, LinkState, SectionRecord, ShippedRecord, Spend
from flashgen.store import atomic, clock_text
from flashgen.types import Validators

Migrations = Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]
"""From a version to the document of the same ledger in the next one."""

MIGRATIONS: Migrations = {}

_TIMES = frozenset({"checked", "changed", "failing_since", "retry_at", "suspect_since"})
Document = dict[str, Any]


def load(path: Path, *, migrations: Migrations = MIGRATIONS) -> tuple[Ledger, Document]:
    """The ledger at `path`, empty if there is no file, and the document it was read from (for its unknown keys).

    Raises FileError for a file that is broken or was written by a newer flashgen.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Ledger(), {}
    except (OSError, UnicodeDecodeError) as error:
        why = atomic.reason(error) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise FileError(path, f"can't be read: {why}") from None
    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("it is no JSON object")
        document = _today(document, path, migrations)
        return _ledger(document), document
    except json.JSONDecodeError as error:
        raise FileError(path, f"is broken ({error.msg}); {_MEND}", line=error.lineno) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileError(path, f"is broken ({error}); {_MEND}") from None


_MEND = "take the last good copy from git or a backup; without one, delete it: links are then read again"


def save(path: Path, ledger: Ledger, known: Document, *, write: atomic.Write = os.write) -> None:
    """Write `ledger` in the place of `path`; `known` is the document that was read. Raises FileError."""
    atomic.write_text(path, json.dumps(document(ledger, known), ensure_ascii=False, indent=1) + "\n", write=write)


def document(ledger: Ledger, known: Document) -> Document:
    """`ledger` as JSON, with the keys of `known` that this version doesn't know."""
    fresh = {
        "version": VERSION,
        "links": {url: record_data(ledger.links[url]) for url in sorted(ledger.links)},
        "shipped": {key: dataclass_data(ledger.shipped[key]) for key in sorted(ledger.shipped)},
        "spend": {key: spend_data(ledger.spend[key]) for key in sorted(ledger.spend)},
    }
    old_links = known.get("links", {})
    for url, data in fresh["links"].items():  # type: ignore[attr-defined]
        data |= {key: value for key, value in old_links.get(url, {}).items() if key not in _LINK_FIELDS}
    return fresh | {key: value for key, value in known.items() if key not in fresh}


# --- values and data ----------------------------------------------------------------------------

_LINK_FIELDS = frozenset(field.name for field in dataclasses.fields(LinkRecord))


def record_data(record: LinkRecord) -> Document:
    """One link as JSON, without what is empty. `url` is its key, and left out."""
    data = {
        name: clock_text.to_text(value) if name in _TIMES else value
        for name in sorted(_LINK_FIELDS - {"url", "sections", "validators", "state"})
        if (value := getattr(record, name))
    }
    data["state"] = str(record.state)
    if record.sections:
        data["sections"] = [_section_data(section) for section in record.sections]
    if record.validators:
        data["validators"] = {url: dataclass_data(record.validators[url]) for url in sorted(record.validators)}
    if "made" in data:
        data["made"] = dict(sorted(record.made.items()))
    return dict(sorted(data.items()))


def record(url: str, data: Document) -> LinkRecord:
    """A link from its JSON. Raises ValueError, KeyError, TypeError or AttributeError for what can't be meant."""
    values = {name: value for name, value in data.items() if name in _LINK_FIELDS}
    for name in _TIMES & values.keys():
        values[name] = clock_text.from_text(values[name])
    values["topic"] = tuple(values.get("topic", ()))
    values["deleted"] = tuple(values.get("deleted", ()))
    values["state"] = LinkState(values["state"])
    values["sections"] = tuple(
        SectionRecord(tuple(s.get("path", ())), s["fingerprint"], s.get("drafted", True))
        for s in data.get("sections", ())
    )
    values["validators"] = {key: Validators(**value) for key, value in data.get("validators", {}).items()}
    return LinkRecord(url, **values)


def _section_data(section: SectionRecord) -> Document:
    data: Document = {"path": list(section.path), "fingerprint": section.fingerprint}
    return data if section.drafted else {**data, "drafted": False}


def dataclass_data(value: Any) -> Document:
    """A flat value as JSON, without what is empty; `changed` as a time."""
    data = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {name: clock_text.to_text(item) if name in _TIMES else item for name, item in data.items() if item}


def spend_data(spend: Spend) -> Document:
    """What a month cost; an unknown price is null."""
    return dataclasses.asdict(spend)


def _ledger(document: Document) -> Ledger:
    return Ledger(
        {url: record(url, data) for url, data in document.get("links", {}).items()},
        {key: _shipped(data) for key, data in document.get("shipped", {}).items()},
        {key: Spend(**data) for key, data in document.get("spend", {}).items()},
    )


def _shipped(data: Document) -> ShippedRecord:
    known = {field.name for field in dataclasses.fields(ShippedRecord)}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name in known
    }
    values["changed"] = clock_text.from_text(data.get("changed", ""))
    return ShippedRecord(**values)


def _today(document: Document, path: Path, migrations: Migrations) -> Document:
    """`document` in today's version. Raises FileError for a newer one."""
    version = cast(int, document.get("version", VERSION))
    while version < VERSION and version in migrations:
        document, version = migrations[version](document), version + 1
    if version != VERSION:
        why = f"was written by a newer flashgen (version {version}, this one knows {VERSION}): upgrade flashgen"
        raise FileError(path, why if version > VERSION else f"has the version {version}, which is not known")
    return document
