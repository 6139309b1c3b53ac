"""JSON lines: one card per line, with all that is known of it, for other programs. `flashgen lint` reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flashgen.decks import Deck, Note
from flashgen.outputs import PLAIN, Options
from flashgen.store.atomic import replacing

NAME = "jsonl"
SUFFIX = ".jsonl"
INTO_ANKI = False


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write one object per card, in the order of the decks; texts are Markdown as on file. Raises FileError."""
    with replacing(path) as file:
        for deck in decks:
            for note in deck.notes:
                line = json.dumps(_row(deck, note), ensure_ascii=False)
                file.write(line.encode("utf-8", "replace") + b"\n")


def _row(deck: Deck, note: Note) -> dict[str, Any]:
    card = note.card
    return {
        "id": card.id,
        "deck": deck.name,
        "topic": list(deck.topic),
        "kind": str(card.kind),
        "question": card.question,
        "answer": card.answer,
        **({"extra": card.extra} if card.extra else {}),
        "quote": card.quote,
        "source": card.source,
        "title": note.title,
        "date": note.date,
        "link": note.link,
        "section": list(card.section),
        "language": note.language,
        "status": str(card.status),
        "importance": card.importance,
        "tags": list(card.tags),
        "created": card.created,
        "changed": card.changed,
    }
