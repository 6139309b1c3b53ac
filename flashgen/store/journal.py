"""The journal beside the ledger: what became of each link, a line each, written before the run goes on.

A line holds the link's record and its cards whole, with the cards as they were before. A run that is killed leaves
the journal, and the next one folds it in. A torn last line is a link that wasn't finished.
"""

from __future__ import annotations

import dataclasses
import json
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashgen.errors import FileError
from flashgen.ledger import Entry, Spend
from flashgen.store import atomic, ledger_file
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

VERSION = 1
_FOLDED = {"version": VERSION, "folded": True}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, and its cards as they were before it (None for a new card), in the order of the entry's."""

    entry: Entry
    before: tuple[Card | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What a journal holds. `folded` says that all its cards are in the card files, and only the ledger is not told."""

    lines: tuple[Line, ...] = ()
    folded: bool = False


class Journal:
    """The journal at `path`; it is made with the first line and removed when it is folded in."""

    def __init__(self, path: Path, *, write: atomic.Write = os.write) -> None:
        self.path = path
        self._write = write
        self._file = -1

    def append(self, line: Line) -> None:
        """Write a line. One with cards or a bill is on the disk when this returns; any other outlasts a kill, and its
        link is asked again after a power cut. Raises FileError; then the journal ends as before."""
        self._append(_data(line), sync=bool(line.entry.cards or line.entry.spend))

    def mark_folded(self) -> None:
        """Note that the cards of all lines are in the card files. Raises FileError."""
        self._append(_FOLDED)

    def read(self) -> Left:
        """What the journal holds. A line that is torn or damaged is no line.

        Raises FileError, also for a journal of a newer flashgen.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Left()
        except OSError as error:
            raise FileError(self.path, f"can't be read: {atomic.reason(error)}") from None
        lines: list[Line] = []
        folded = False
        for raw in data.split(b"\n")[:-1]:
            checksum, _, text = raw.partition(b" ")
            if checksum != _checksum(text):
                continue
            document = json.loads(text)
            if document["version"] > VERSION:
                raise FileError(self.path, "was written by a newer flashgen: update flashgen")
            folded = bool(document.get("folded"))
            if not folded:
                lines.append(_line(document))
        return Left(tuple(lines), folded)

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def remove(self) -> None:
        """All lines are folded in: the file goes. Raises FileError."""
        self.close()
        if self.path.exists():
            atomic.remove(self.path)

    def _append(self, document: dict[str, Any], *, sync: bool = True) -> None:
        text = json.dumps(document).encode()
        try:
            if self._file < 0:
                self._open()
            end = os.fstat(self._file).st_size
            try:
                atomic.write_all(self._file, b"%s %s\n" % (_checksum(text), text), self._write)
                if sync:
                    os.fsync(self._file)
            except OSError:
                os.ftruncate(self._file, end)
                raise
        except OSError as error:
            raise FileError(self.path, f"can't be written: {atomic.reason(error)}") from None

    def _open(self) -> None:
        """Open the file, behind its last whole line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._file = os.open(self.path, flags, 0o644)
        whole = self.path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        atomic.sync_folder(self.path.parent)


def _checksum(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)


def _data(line: Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "version": VERSION,
        "url": entry.record.url,
        "record": ledger_file.record_data(entry.record),
        "cards": [dataclasses.asdict(card) for card in entry.cards],
        "before": [card and dataclasses.asdict(card) for card in line.before],
        "spend": {key: dataclasses.asdict(spend) for key, spend in entry.spend.items()},
    }


def _line(data: dict[str, Any]) -> Line:
    spend = {key: Spend(**value) for key, value in data["spend"].items()}
    entry = Entry(ledger_file.record_of(data["url"], data["record"]), tuple(map(card, data["cards"])), spend)
    return Line(entry, tuple(each and card(each) for each in data["before"]))


def card(data: dict[str, Any]) -> Card:
    """The card of `dataclasses.asdict`, as JSON gives it back."""
    findings = (Finding(each["gate"], Verdict(each["verdict"]), each["reason"]) for each in data["findings"])
    values = {
        "section": tuple(data["section"]),
        "tags": tuple(data["tags"]),
        "kind": Kind(data["kind"]),
        "status": Status(data["status"]),
        "proposal": Proposal(**data["proposal"]) if data["proposal"] else None,
        "findings": tuple(findings),
    }
    return Card(**{**data, **values})
