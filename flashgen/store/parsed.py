"""Card files as they were last read, kept as JSON: a file that nobody touched since need not be parsed again.

YAML takes ten times as long to read. What is kept is told by the file's stamp; a file that changed in the last moments
is not kept, for it could change once more under the same stamp. It is a cache: whatever is wrong with it is no error,
and deleting it loses seconds.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from flashgen import __version__
from flashgen.errors import FlashgenError
from flashgen.identity import digest
from flashgen.store import atomic
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

Stamp = tuple[int, int, int]

_FIELDS = tuple(field.name for field in dataclasses.fields(Card))
_FORM = digest([__version__, *_FIELDS])
"""What a version with cards of another shape kept is not read."""
_SETTLED = 2.0
"""Seconds after which a change of the file would show in its stamp, on any file system that is in use."""
_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in Status}


class ParsedFiles:
    """What is kept in `folder` of the card files in another one."""

    def __init__(self, folder: Path, of: Path) -> None:
        self._folder = folder / digest([str(of.resolve())])
        self._of = of

    def get(self, path: Path, stamp: Stamp) -> tuple[Card, ...] | None:
        """The cards of a file that has this stamp; None where they aren't known."""
        try:
            kept = json.loads(self._place(path).read_bytes())
            if kept["form"] != _FORM or tuple(kept["stamp"]) != stamp:
                return None
            return tuple(map(_card, kept["cards"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, path: Path, stamp: Stamp, cards: Sequence[Card]) -> None:
        """Keep the cards of a file, which were read while it had this stamp."""
        if time.time() - stamp[0] / 1e9 < _SETTLED:
            return
        kept = {"form": _FORM, "stamp": stamp, "cards": [_row(card) for card in cards]}
        with suppress(FlashgenError, OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            atomic.write_text(self._place(path), json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
            self._sweep()

    def _place(self, path: Path) -> Path:
        return self._folder / f"{path.name}.json"

    def _sweep(self) -> None:
        """Drop what is kept of files that are gone."""
        for kept in self._folder.glob("*.json"):
            if not (self._of / kept.name.removesuffix(".json")).exists():
                kept.unlink(missing_ok=True)


def _row(card: Card) -> list[Any]:
    row = [getattr(card, name) for name in _FIELDS]
    return [dataclasses.asdict(value) if isinstance(value, Proposal) else _plain(value) for value in row]


def _plain(value: object) -> object:
    if isinstance(value, tuple) and value and isinstance(value[0], Finding):
        return [[one.gate, one.verdict, one.reason] for one in value]
    return value


def _card(row: Sequence[Any]) -> Card:
    card_id, question, answer, quote, source, section, anchor, kind, status, tags, *rest = row
    importance, created, changed, made, proposal, findings, reviewed, extra = rest
    return Card(
        card_id,
        question,
        answer,
        quote,
        source,
        tuple(section),
        anchor,
        _KINDS[kind],
        _STATUSES[status],
        tuple(tags),
        importance,
        created,
        changed,
        made,
        proposal and Proposal(**proposal),
        tuple(Finding(gate, Verdict(verdict), reason) for gate, verdict, reason in findings) if findings else (),
        reviewed,
        extra,
    )
