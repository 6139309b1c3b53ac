"""The journal beside the ledger: what became of each link, one line each, on the disk before the run goes on.

A line holds the link's record and its cards whole, with the cards as they were before. A run that is killed leaves
the journal; the next one folds it in. A torn last line is a link that wasn't finished.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flashgen.errors import FileError
from flashgen.ledger import Entry, Spend
from flashgen.store import atomic, ledger_file
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One entry, and its cards as they were before it (None for a new card), in the order of the entry's."""

    entry: Entry
    before: tuple[Card | None, ...] = ()


class Journal:
    """The journal at `path`; it is made with the first line and removed when it is folded in."""

    def __init__(self, path: Path, *, write: atomic.Write = os.write) -> None:
        self.path = path
        self._write = write
        self._file = -1

    def append(self, line: Line) -> None:
        """Put a line on the disk. Raises FileError; then the journal ends as before."""
        text = json.dumps(_data(line), ensure_ascii=False)
        data = f"{zlib.crc32(text.encode('utf-8', 'replace')):08x} {text}\n".encode("utf-8", "replace")
        try:
            if self._file < 0:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            end = os.fstat(self._file).st_size
            try:
                atomic.write_all(self._file, data, self._write)
                os.fsync(self._file)
            except OSError:
                os.ftruncate(self._file, end)
                raise
        except OSError as error:
            raise FileError(self.path, f"can't be written: {atomic.reason(error)}") from None

    def lines(self) -> Iterator[Line]:
        """The lines that are whole, in order."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return
        for raw in data.splitlines():
            checksum, _, text = raw.partition(b" ")
            if checksum != f"{zlib.crc32(text):08x}".encode():
                return
            yield _line(json.loads(text))

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def remove(self) -> None:
        """All lines are folded in: the file goes. Raises FileError."""
        self.close()
        atomic.remove(self.path)


def _data(line: Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "url": entry.record.url,
        "record": ledger_file.record_data(entry.record),
        "cards": [dataclasses.asdict(card) for card in entry.cards],
        "before": [card and dataclasses.asdict(card) for card in line.before],
        "spend": {key: ledger_file.spend_data(spend) for key, spend in entry.spend.items()},
    }


def _line(data: dict[str, Any]) -> Line:
    entry = Entry(
        ledger_file.record(data["url"], data["record"]),
        _cards(data["cards"]),
        {key: Spend(**spend) for key, spend in data["spend"].items()},
    )
    return Line(entry, tuple(card and _card(card) for card in data["before"]))


def _cards(data: Sequence[dict[str, Any]]) -> tuple[Card, ...]:
    return tuple(map(_card, data))


def _card(data: dict[str, Any]) -> Card:
    return Card(
        **{
            **data,
            "section": tuple(data["section"]),
            "tags": tuple(data["tags"]),
            "kind": Kind(data["kind"]),
            "status": Status(data["status"]),
            "proposal": Proposal(**data["proposal"]) if data["proposal"] else None,
            "findings": tuple(
                Finding(each["gate"], Verdict(each["verdict"]), each["reason"]) for each in data["findings"]
            ),
        }
    )
