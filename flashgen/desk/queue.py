"""The queue over the index: which cards a filter means, and which comes next."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flashgen.desk.index import Found, Index
from flashgen.judging import Rank
from flashgen.types import Topic

Place = tuple[int, str, str, int]
"""Where a card stands in the queue: its rank, list, file, and number in the file."""

STATES = {
    "judge": ("To judge", f"rank < {Rank.DONE:d}"),
    "warned": ("With a warning", f"rank = {Rank.WARNED:d}"),
    "proposed": ("With a proposal", f"rank = {Rank.PROPOSED:d}"),
    "draft": ("Drafts", "status = 'draft'"),
    "unreviewed": ("In the deck, not judged", f"rank = {Rank.UNREVIEWED:d}"),
    "active": ("In the deck", "status = 'active'"),
    "rejected": ("Rejected", "status = 'rejected'"),
    "retired": ("Retired", "status = 'retired'"),
    "all": ("All cards", "1"),
}
"""States to filter by: what each is called, and its condition."""

_ORDER = "rank, list, path, seq"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cards are meant. `topic` includes the topics below it; every word of `text` has to stand in the card."""

    state: str = "judge"
    lists: tuple[str, ...] = ()
    topic: Topic | None = None
    gate: str = ""
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to choose from: how many cards each state, topic and gate has, and how many the filter means."""

    matching: int
    states: dict[str, int]
    topics: dict[Topic, int]
    gates: dict[str, int]


class Queue:
    """The cards of the index in the order in which they are judged: by urgency, then as in the card files."""

    def __init__(self, index: Index) -> None:
        self._db = index.db
        self._index = index

    def first(self, wanted: Filter) -> Found | None:
        """The first card that `wanted` means."""
        where, values = _condition(wanted)
        return next(self._index.select(where, values, f"{_ORDER} LIMIT 1"), None)

    def after(self, wanted: Filter, place: Place, *, but: str = "") -> Found | None:
        """The card that comes after a place; at the end the first again. `but` is the id of one not to come back to."""
        return self._beside(wanted, place, ">", _ORDER, but)

    def before(self, wanted: Filter, place: Place, *, but: str = "") -> Found | None:
        """The card that comes before a place; at the beginning the last."""
        return self._beside(wanted, place, "<", "rank DESC, list DESC, path DESC, seq DESC", but)

    def after_source(self, wanted: Filter, found: Found) -> Found | None:
        """The next card that is of another article."""
        where, values = _condition(wanted)
        where += " AND NOT (list = ? AND source = ?)"
        values = [*values, found.list_name, found.card.source]
        later = f"{where} AND ({_ORDER}) > (?, ?, ?, ?)"
        order = f"{_ORDER} LIMIT 1"
        following = next(self._index.select(later, [*values, *found.place], order), None)
        return following or next(self._index.select(where, values, order), None)

    def count(self, wanted: Filter) -> int:
        """How many cards `wanted` means."""
        where, values = _condition(wanted)
        return int(self._db.execute(f"SELECT count(*) FROM card WHERE {where}", values).fetchone()[0])

    def overview(self, wanted: Filter) -> Overview:
        """The counts for the filter bar, of the lists that `wanted` names."""
        where, values = _lists(wanted.lists)
        states = ", ".join(f"sum({condition})" for _, condition in STATES.values())
        sums = self._db.execute(f"SELECT {states} FROM card WHERE {where}", values).fetchone()
        condition = STATES[wanted.state][1]
        grouped = f"SELECT topic, count(*) FROM card WHERE {where} AND {condition} GROUP BY topic"
        gates: Counter[str] = Counter()
        marked = f"SELECT gates, count(*) FROM card WHERE {where} AND {condition} AND gates <> ' ' GROUP BY gates"
        for names, count in self._db.execute(marked, values):
            gates.update(dict.fromkeys(set(names.split()), count))
        topics = {tuple(json.loads(topic)): count for topic, count in self._db.execute(grouped, values)}
        named = {name: int(count or 0) for name, count in zip(STATES, sums, strict=True)}
        return Overview(self.count(wanted), named, topics, dict(sorted(gates.items())))

    def _beside(self, wanted: Filter, place: Place, sign: str, order: str, but: str) -> Found | None:
        where, values = _condition(wanted)
        where, values = f"{where} AND id <> ?", [*values, but]
        beside = f"{where} AND ({_ORDER}) {sign} (?, ?, ?, ?)"
        found = next(self._index.select(beside, [*values, *place], f"{order} LIMIT 1"), None)
        return found or next(self._index.select(where, values, f"{order} LIMIT 1"), None)


def note_judged(db: sqlite3.Connection, now: int, found: Found, action: str, milliseconds: int) -> None:
    """Remember how long a person looked at a card before they decided."""
    row = (now, found.list_name, found.card.id, action, milliseconds)
    db.execute("INSERT INTO judged VALUES (?, ?, ?, ?, ?)", row)


def pace(db: sqlite3.Connection, since: int) -> tuple[int, float]:
    """How many cards were judged since a time, and the median of the seconds that each took."""
    rows = db.execute("SELECT milliseconds FROM judged WHERE time >= ? ORDER BY milliseconds", (since,)).fetchall()
    return len(rows), rows[len(rows) // 2][0] / 1000 if rows else 0.0


def _condition(wanted: Filter) -> tuple[str, list[object]]:
    where, values = _lists(wanted.lists)
    parts = [where, f"({STATES[wanted.state][1]})"]
    if wanted.topic is not None:
        whole = json.dumps(wanted.topic, ensure_ascii=False)
        inside = f"{whole[:-1]}, " if wanted.topic else "\0"
        parts.append("(topic = ? OR substr(topic, 1, ?) = ?)")
        values += [whole, len(inside), inside]
    if wanted.gate:
        parts.append("instr(gates, ?)")
        values.append(f" {wanted.gate} ")
    if wanted.source:
        parts.append("source = ?")
        values.append(wanted.source)
    for word in wanted.text.casefold().split():
        parts.append("number IN (SELECT number FROM content WHERE instr(words, ?))")
        values.append(word)
    return " AND ".join(parts), values


def _lists(names: Sequence[str]) -> tuple[str, list[object]]:
    return (f"list IN ({', '.join('?' * len(names))})", list(names)) if names else ("1", [])
