"""Anki's own package, made with genanki; the same decks give the same bytes, on every run.

genanki stamps each note and note type with the time of the build, so that every import would write over the person's
edits; it draws ids from the clock, and stores its database uncompressed. So its tables and decks are used, and the
rows are our own: with the cards' own times and ids, in the order of the ids, packed with fixed dates.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import genanki

from flashgen.anki import media
from flashgen.anki.fields import born, fields, modified, tags
from flashgen.anki.note_types import note_types
from flashgen.collector import uncollected
from flashgen.decks import Deck
from flashgen.errors import FileError
from flashgen.identity import digest
from flashgen.outputs import PLAIN, Options
from flashgen.store.atomic import replacing
from flashgen.types import Kind

NAME = "apkg"
SUFFIX = ".apkg"

DESCRIPTION = """\
Made by **flashgen** from the reading list “{title}”.

Topics stand in the order of the list, cards in the order of the article. **5 to 10 new cards a day** are a good pace:
10 a day settle near 110 reviews a day. Set it under *Options → Daily limits*; an import can't.

Each card shows the sentence it was made from; its title opens the source at that sentence. Import a newer file over
this deck as often as you like: what you have learnt stays. To be rid of cards whose source changed its mind, search
`tag:flashgen::retired` in *Browse* and suspend what you find.
"""

_PACKED = (1980, 1, 1, 0, 0, 0)
_HOUR = 3_600_000  # milliseconds
_LEVEL = 2  # of deflate: a quarter of the time of the usual 6, and 9 % larger


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write the decks as an `.apkg` that Anki imports without a question. Raises FileError."""
    pictures = media.names(options.media)
    package = _Package(decks, {"type_in": options.type_in, "media": pictures})
    with tempfile.TemporaryDirectory(prefix="flashgen-") as folder, replacing(path) as file:
        database = Path(folder) / "collection.anki2"
        try:
            package.write_database(database)
        except sqlite3.Error as error:
            raise FileError(database, f"can't be written: {error}; TMPDIR may name a folder with more room") from error
        with zipfile.ZipFile(file, "w") as archive:
            _add(archive, "collection.anki2", database, _LEVEL)
            used = {name: source for address, name in pictures.items() for source in [options.media[address]]}
            listed = dict(enumerate(sorted(used)))
            archive.writestr(zipfile.ZipInfo("media", _PACKED), json.dumps(listed), zipfile.ZIP_DEFLATED, _LEVEL)
            for number, name in listed.items():
                _add(archive, str(number), used[name], 0)


def _add(archive: zipfile.ZipFile, name: str, source: Path, level: int) -> None:
    info = zipfile.ZipInfo(name, _PACKED)
    info.compress_type = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    info._compresslevel = level or None  # type: ignore[attr-defined]
    info.file_size = source.stat().st_size
    with archive.open(info, "w") as target, source.open("rb") as file:
        while block := file.read(1 << 20):
            target.write(block)


class _Package(genanki.Package):  # type: ignore[misc]
    """genanki makes the tables; the notes go in as rows, one at a time, none of them kept in memory."""

    def __init__(self, decks: Sequence[Deck], options: Mapping[str, Any]) -> None:
        super().__init__([])
        self._decks = _with_roots(decks)
        self._options = options

    @uncollected
    def write_database(self, path: Path) -> None:
        """The collection as a database file. Raises sqlite3.Error."""
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            self.write_to_db(connection.cursor(), 0, iter(()))
            connection.commit()
        finally:
            connection.close()

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        """All tables; the indexes are made when the rows are in, which is quicker and packs them tight."""
        super().write_to_db(cursor, timestamp, id_gen)
        types = {
            str(note_type.id): {**note_type.to_json(), "id": str(note_type.id)} for note_type in note_types().values()
        }
        named = json.loads(cursor.execute("SELECT decks FROM col").fetchone()[0])
        named |= {str(deck_id(deck.name)): _Deck(deck).to_json() for deck in self._decks}
        cursor.execute("UPDATE col SET models = ?, decks = ?", (json.dumps(types), json.dumps(named)))
        indexes = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index'").fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        ids, placed = _Ids(), array("q")
        several: dict[int, tuple[int, ...]] = {}
        cursor.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", self._rows(ids, placed, several))
        cards = _cards(placed, several, ids)
        cursor.executemany("INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", cards)
        for _, sql in indexes:
            cursor.execute(sql)

    def _rows(self, ids: _Ids, placed: array[int], several: dict[int, tuple[int, ...]]) -> Iterator[tuple[Any, ...]]:
        """The notes, deck by deck: all of them together may be more than memory should hold. Each has its own time of
        change. On the way four numbers of each go into `placed`, for its cards: its id, its deck, when it changed and
        its place; and into `several` the numbers of its clozes."""
        types = note_types()
        for deck in self._decks:
            for note in deck.notes:
                card, values = note.card, fields(note, **self._options)
                number, type_id = ids.near(card.id, born(card)), types[card.kind].id
                changed = modified(card)
                placed.extend((number, deck_id(deck.name), changed, note.due))
                if card.kind is Kind.CLOZE:
                    several[number] = _places(values[0])
                tagged = f" {' '.join(tags(note))} "
                yield number, card.id, type_id, changed, tagged, "\x1f".join(values), values[0]


def _cards(placed: array[int], several: Mapping[int, Sequence[int]], ids: _Ids) -> Iterator[tuple[int, ...]]:
    """The rows of the cards, by the ids of their notes: each has one, or one for each number of its clozes."""
    for at in sorted(range(0, len(placed), 4), key=placed.__getitem__):
        note_id, deck, changed, due = placed[at : at + 4]
        for place in several.get(note_id, (0,)):
            yield ids.next_to(note_id, place), note_id, deck, place, changed, due


def _places(text: str) -> tuple[int, ...]:
    """The numbers of the clozes in `text`, from 0, in order."""
    return tuple(sorted({int(number) - 1 for number in re.findall(r"\{\{c(\d+)::", text)}))


def _with_roots(decks: Sequence[Deck]) -> list[Deck]:
    """The decks, and before them the list's own where it has no notes: it carries the description."""
    known = {deck.name.casefold() for deck in decks}
    roots = {deck.name.split("::")[0].casefold(): deck.name.split("::")[0] for deck in reversed(decks)}
    return [*(Deck(name) for key, name in sorted(roots.items()) if key not in known), *decks]


class _Ids:
    """Numbers for notes and cards that depend on their names and times alone, as far as no two of them meet."""

    def __init__(self) -> None:
        self._notes: set[int] = set()
        self._cards: set[int] = set()

    def near(self, name: str, moment: int) -> int:
        """A note's number within the hour before `moment` (seconds): Anki shows it as the time of creation."""
        number = moment * 1000 - zlib.crc32(name.encode()) % _HOUR
        while number in self._notes:
            number -= 1
        self._notes.add(number)
        return number

    def next_to(self, note_id: int, place: int) -> int:
        """The number of a note's card: the note's own for the first, one that no note has for the others."""
        number = note_id
        while place and (number in self._notes or number in self._cards):
            number += 1
        self._cards.add(number)
        return number


@lru_cache(maxsize=1024)
def deck_id(name: str) -> int:
    """A deck's number, from its name: 13 digits like Anki's own."""
    return 1_000_000_000_000 + int(digest([name.casefold()]), 16) % 700_000_000_000


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck of ours as genanki writes it."""

    def __init__(self, deck: Deck) -> None:
        description = "" if "::" in deck.name else DESCRIPTION.format(title=deck.name)
        super().__init__(deck_id(deck.name), deck.name, description)

    def to_json(self) -> dict[str, Any]:
        """Without the traces of a day of study that genanki's decks have, the description read as Markdown."""
        none_today = {key: [0, 0] for key in ("lrnToday", "revToday", "newToday", "timeToday")}
        return {**super().to_json(), **none_today, "md": True, "extendRev": 0, "mod": 0}
