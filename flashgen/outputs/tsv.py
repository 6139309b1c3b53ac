"""TSV with Anki's file headers: GUID, note type, deck and tags go where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flashgen.decks import Deck
from flashgen.outputs import PLAIN, Options
from flashgen.outputs._table import write_table

NAME = "tsv"
SUFFIX = ".tsv"


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write one row per note. Raises FileError."""
    write_table(decks, path, options, "\t")
