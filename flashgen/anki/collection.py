"""Reads our notes from a copy of a collection with nothing but SQLite; Anki need not be installed.

Collections of schema 11 (old Ankis, and what other programs write) keep note types and decks as JSON, those up to 18 in
tables with protobuf messages in them. Of these only one number is needed: a field's id, by which our fields are known
even if the person renamed or moved them.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashgen.anki.note_types import FIELDS, note_types
from flashgen.anki.protobuf import fields as fields_of
from flashgen.anki.snapshot import snapshot
from flashgen.errors import AnkiError
from flashgen.seen import Review, Seen, SeenCard, SeenNote, review
from flashgen.types import Kind

_TABLES_SINCE, _NEWEST = 15, 18
_FIELD_ID = 9  # the number of `id` in Anki's message Notetype.Field.Config
_SUSPENDED = -1
_BATCH = 500

KINDS: Mapping[int, Kind] = {note_type.id: kind for kind, note_type in note_types().items()}
"""Our note types by their ids."""

FIELD_NAMES: Mapping[int, str] = {
    note_type.id * 100 + place + 1: name for note_type in note_types().values() for place, name in enumerate(FIELDS)
}
"""The names of our fields by their ids, whatever the person calls them."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the names in a collection are: of each note type's fields, in their order, and of the decks."""

    fields: Mapping[int, Sequence[str]]
    decks: Mapping[int, str]


def read_collection(collection: Path, ids: Collection[str] = (), *, at: int = 0, reviews: bool = False) -> Seen:
    """Our notes in a collection, which Anki may have open: those of our note types, and those with a GUID of `ids`.

    `at` is the time of reading; `reviews` asks for the review log too. Raises AnkiError where it can't be read.
    """
    with snapshot(collection) as copy:
        try:
            with closing(_opened(copy)) as db:
                return _read(db, collection, ids, at, reviews)
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise AnkiError(f"{collection}: can't be read as a collection of Anki: {error}") from None


def _opened(copy: Path) -> sqlite3.Connection:
    db = sqlite3.connect(copy)
    db.create_collation("unicase", _unicase)
    db.execute("pragma query_only = 1")
    return db


def _unicase(one: str, other: str) -> int:
    left, right = one.casefold(), other.casefold()
    return (left > right) - (left < right)


def _read(db: sqlite3.Connection, collection: Path, ids: Collection[str], at: int, reviews: bool) -> Seen:
    names = _names(db, collection)
    marks = ",".join("?" * len(KINDS))
    rows = db.execute(f"{_NOTES} where mid in ({marks})", tuple(KINDS)).fetchall()
    absent = set(ids) - {str(row[1]) for row in rows}
    rows += [
        row for batch in _batches(absent) for row in db.execute(f"{_NOTES} where guid in ({_slots(batch)})", batch)
    ]
    numbers = {int(row[0]) for row in rows}
    cards = _cards(db, numbers, names.decks, _reviews(db, numbers) if reviews else {})
    notes = {str(row[1]): _note(row, names, cards.get(int(row[0]), [])) for row in rows}
    return Seen(notes, where=f"the collection {collection}", at=at, studied=True, reviewed=reviews)


_NOTES = "select id, guid, mid, mod, tags, flds from notes"
_REVIEWS = "select r.cid, r.id, r.ease, r.time, r.type from revlog r join cards c on c.id = r.cid"
_CARDS = "select nid, id, ord, did, odid, type, queue, due, ivl, reps, lapses, flags from cards"


def _note(row: Sequence[Any], names: _Names, cards: Iterable[SeenCard]) -> SeenNote:
    number, guid, note_type, modified, tags, values = row
    fields = [unicodedata.normalize("NFC", value) for value in values.split("\x1f")]
    return SeenNote(
        guid=str(guid),
        fields=dict(zip(names.fields.get(note_type, ()), fields, strict=False)),
        tags=tuple(unicodedata.normalize("NFC", tags).split()),
        modified=int(modified),
        kind=KINDS.get(note_type),
        id=int(number),
        cards=tuple(sorted(cards, key=lambda card: card.number)),
    )


def _reviews(db: sqlite3.Connection, notes: Collection[int]) -> dict[int, list[Review]]:
    """The reviews of the cards of these notes, oldest first."""
    found: dict[int, list[Review]] = {}
    for batch in _batches(notes):
        rows = db.execute(f"{_REVIEWS} where c.nid in ({_slots(batch)}) order by r.id", batch)
        for card, at, button, took, kind in rows:
            if one := review(at, button, took, kind):
                found.setdefault(card, []).append(one)
    return found


def _cards(
    db: sqlite3.Connection, notes: Collection[int], decks: Mapping[int, str], reviews: Mapping[int, Sequence[Review]]
) -> dict[int, list[SeenCard]]:
    found: dict[int, list[SeenCard]] = {}
    for batch in _batches(notes):
        for nid, id_, number, deck, home, type_, queue, due, interval, reps, lapses, flags in db.execute(
            f"{_CARDS} where nid in ({_slots(batch)})", batch
        ):
            found.setdefault(nid, []).append(
                SeenCard(
                    id=id_,
                    number=number,
                    suspended=queue == _SUSPENDED,
                    flag=flags & 7,
                    deck=decks.get(home or deck, ""),  # a card in a filtered deck has its home in `odid`
                    type=type_,
                    queue=queue,
                    due=due,
                    interval=interval,
                    reps=reps,
                    lapses=lapses,
                    reviews=tuple(reviews.get(id_, ())),
                )
            )
    return found


def _batches(values: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = sorted(values)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))


def _slots(batch: Sequence[Any]) -> str:
    return ",".join("?" * len(batch))


# --- the two schemas ----------------------------------------------------------------------------


def _names(db: sqlite3.Connection, collection: Path) -> _Names:
    row = db.execute("select ver from col").fetchone()
    version = int(row[0]) if row else 0
    if version > _NEWEST:
        raise AnkiError(
            f"{collection}: was written by a newer Anki (schema {version}, flashgen knows {_NEWEST}): upgrade flashgen"
        )
    if version >= _TABLES_SINCE:
        return _from_tables(db)
    if version != 11:
        raise AnkiError(f"{collection}: has the schema {version}, which flashgen doesn't know; open it in Anki once")
    return _from_json(db)


def _from_tables(db: sqlite3.Connection) -> _Names:
    fields: dict[int, list[str]] = {}
    for note_type, name, config in db.execute("select ntid, name, config from fields order by ntid, ord"):
        fields.setdefault(note_type, []).append(_field_name(note_type, name, dict(fields_of(config)).get(_FIELD_ID)))
    decks = {id_: name.replace("\x1f", "::") for id_, name in db.execute("select id, name from decks")}
    return _Names(fields, decks)


def _from_json(db: sqlite3.Connection) -> _Names:
    models, decks = map(json.loads, db.execute("select models, decks from col").fetchone())
    fields = {
        int(id_): [_field_name(int(id_), field["name"], field.get("id")) for field in _ordered(model["flds"])]
        for id_, model in models.items()
    }
    return _Names(fields, {int(id_): deck["name"] for id_, deck in decks.items()})


def _ordered(fields: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(fields, key=lambda field: int(field["ord"]))


def _field_name(note_type: int, name: str, field_id: int | None) -> str:
    """Our name of a field of ours, the person's of theirs."""
    return FIELD_NAMES.get(field_id or 0, name) if note_type in KINDS else name
