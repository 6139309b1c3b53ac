"""A table of text that Anki imports by its file headers (https://docs.ankiweb.net/importing/text-files.html).

The note types must be in the collection already, as they are after one import of an `.apkg`. A note with the same
GUID is updated, whatever its time, tags included: the `.apkg` is the gentler way.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flashgen.anki import media
from flashgen.anki.fields import fields, tags
from flashgen.anki.note_types import FIELDS, note_types
from flashgen.decks import Deck
from flashgen.outputs import Options
from flashgen.store.atomic import replacing

_COLUMNS = ("GUID", "Note type", "Deck", *FIELDS, "Tags")
_SEPARATORS = {",": "Comma", "\t": "Tab"}
_FORMULA = re.compile(r"[=+\-@\t]")


def write_table(decks: Sequence[Deck], path: Path, options: Options, separator: str) -> None:
    """Write one row per note, the cells parted by a comma or a tab. Raises FileError."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        text.write(_headers(separator))
        csv.writer(text, delimiter=separator, lineterminator="\n").writerows(_rows(decks, options))
        text.detach()


def _headers(separator: str) -> str:
    return f"""\
#separator:{_SEPARATORS[separator]}
#html:true
#columns:{separator.join(_COLUMNS)}
#guid column:1
#notetype column:2
#deck column:3
#tags column:{len(_COLUMNS)}
"""


def _rows(decks: Sequence[Deck], options: Options) -> Iterator[list[str]]:
    types, pictures = note_types(), media.names(options.media)
    for deck in decks:
        for note in deck.notes:
            values = fields(note, type_in=options.type_in, media=pictures)
            cells = [*map(_inert, values[:-1]), values[-1]]
            yield [note.card.id, types[note.card.kind].name, deck.name, *cells, " ".join(tags(note))]


def _inert(value: str) -> str:
    """The same HTML, but nothing that a spreadsheet takes for a formula."""
    return f"&#{ord(value[0])};{value[1:]}" if _FORMULA.match(value) else value
