"""Anki's own package, made with genanki; the same decks give the same bytes, on every run.

genanki stamps each note and note type with the time of the build, so that every import would write over the person's
edits; it draws ids from the clock, and stores its database uncompressed. The subclasses here put the cards' own
times and ids in, and the package is packed with fixed dates.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import genanki

from flashgen.anki import media
from flashgen.anki.fields import fields, modified, tags
from flashgen.anki.note_types import NoteType, note_types
from flashgen.decks import Deck, Note
from flashgen.errors import FileError
from flashgen.identity import digest
from flashgen.outputs import PLAIN, Options
from flashgen.outputs._files import atomic
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
_LEVEL = 6


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write the decks as an `.apkg` that Anki imports without a question. Raises FileError."""
    pictures = media.names(options.media)
    package = _Package(decks, options.type_in, pictures)
    with tempfile.TemporaryDirectory(prefix="flashgen-") as folder, atomic(path) as file:
        database = Path(folder) / "collection.anki2"
        try:
            package.write_database(database)
        except sqlite3.Error as error:
            raise FileError(path, f"can't be written: {error}") from error
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
    def __init__(self, decks: Sequence[Deck], type_in: bool, pictures: Mapping[str, str]) -> None:
        ids = _Ids()
        models = {kind: _Model(note_type) for kind, note_type in note_types().items()}
        options: dict[str, Any] = {"type_in": type_in, "media": pictures}
        super().__init__([_Deck(deck, ids, models, options) for deck in _with_roots(decks)])

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


def _with_roots(decks: Sequence[Deck]) -> list[Deck]:
    """The decks, and before them the list's own where it has no notes: it carries the description."""
    known = {deck.name.casefold() for deck in decks}
    roots = {deck.name.split("::")[0].casefold(): deck.name.split("::")[0] for deck in reversed(decks)}
    return [*(Deck(name) for key, name in sorted(roots.items()) if key not in known), *decks]


class _Ids:
    """Numbers for notes, cards and decks that depend on their names alone, as far as no two of them meet."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def near(self, name: str, moment: int) -> int:
        """A number for `name` within the hour before `moment` (seconds): Anki shows it as the time of creation."""
        number = moment * 1000 - zlib.crc32(name.encode()) % _HOUR
        while number in self._taken:
            number -= 1
        self._taken.add(number)
        return number

    def deck(self, name: str) -> int:
        return 1_000_000_000_000 + int(digest([name.casefold()]), 16) % 700_000_000_000


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck whose notes are made one at a time as they are written: never all of them in memory at once."""

    def __init__(self, deck: Deck, ids: _Ids, models: Mapping[Kind, _Model], options: Mapping[str, Any]) -> None:
        description = "" if "::" in deck.name else DESCRIPTION.format(title=deck.name)
        super().__init__(ids.deck(deck.name), deck.name, description)
        for model in models.values():
            self.add_model(model)
        self._source, self._ids, self._models, self._options = deck.notes, ids, models, options

    def to_json(self) -> dict[str, Any]:
        """Without the traces of a day of study that genanki's decks have, its description read as Markdown."""
        none_today = {key: [0, 0] for key in ("lrnToday", "revToday", "newToday", "timeToday")}
        return {**super().to_json(), **none_today, "md": True, "extendRev": 0, "mod": 0}

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, id_gen: Iterator[int]) -> None:
        super().write_to_db(cursor, timestamp, id_gen)  # the deck and the note types: genanki knows of no notes
        for note in self._source:
            made = _Note(note, self._models[note.card.kind], self._ids, self._options)
            made.write_to_db(cursor, timestamp, self.deck_id, id_gen)


class _Model(genanki.Model):  # type: ignore[misc]
    def __init__(self, note_type: NoteType) -> None:
        self.note_type = note_type
        super().__init__(note_type.id, note_type.name)

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:
        """Its own time of change, and fields and templates with their ids, which genanki doesn't know of."""
        return {**self.note_type.to_json(), "id": str(self.note_type.id), "did": None}


class _Note(genanki.Note):  # type: ignore[misc]
    def __init__(self, note: Note, model: _Model, ids: _Ids, options: Mapping[str, Any]) -> None:
        self.model, self.note, self.ids = model, note, ids
        self.values = fields(note, **options)

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        """The note with its own time of change, and its cards."""
        card, changed = self.note.card, modified(self.note.card)
        born = card.created or changed
        note_id = self.ids.near(card.id, born)
        tagged = f" {' '.join(tags(self.note))} "
        row = (note_id, card.id, self.model.model_id, changed, -1, tagged, "\x1f".join(self.values), self.values[0])
        cursor.execute("INSERT INTO notes VALUES(?,?,?,?,?,?,?,?,0,0,'')", row)
        for place in self._places():
            card_id = self.ids.near(f"{card.id}/{place}", born)
            shown = (card_id, note_id, deck_id, place, changed, self.note.due)
            cursor.execute("INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", shown)

    def _places(self) -> list[int]:
        """Which cards the note has: one, or one for each number of its clozes."""
        if not self.model.note_type.is_cloze:
            return [0]
        return sorted({int(number) - 1 for number in re.findall(r"\{\{c(\d+)::", self.values[0])})
