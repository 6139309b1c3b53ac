"""CrowdAnki's JSON (https://github.com/Stvad/CrowdAnki): a folder with `deck.json` and `media`, for git and sharing.

The add-on reads it with *File › CrowdAnki: Import from disk*.

CrowdAnki knows things again by UUIDs, which are made from names here, and notes by their GUID. It gives note types
numbers of its own and writes over whatever it knows again: for one's own collection the `.apkg` is the better way.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flashgen.anki import media
from flashgen.anki.fields import fields, tags
from flashgen.anki.note_types import NoteType, note_types
from flashgen.decks import Deck, Note
from flashgen.errors import FileError
from flashgen.outputs import PLAIN, Options
from flashgen.store.atomic import replacing

NAME = "crowdanki"
SUFFIX = "/deck.json"

_SPACE = uuid.UUID("9c4b6bd8-4f8f-5f0e-8d6a-6f6c61736867")
_PRESET = "flashgen"
_OWN_TO_A_COLLECTION = frozenset({"id", "mod", "usn", "did"})
_EMPTY = "flashgen"
"""The deck of a list without cards: CrowdAnki wants one."""


@dataclass(slots=True)
class _Node:
    """A deck with those below it, by the last level of their names."""

    notes: list[Note] = field(default_factory=list)
    children: dict[str, _Node] = field(default_factory=dict)


def write(decks: Sequence[Deck], path: Path, options: Options = PLAIN, /) -> None:
    """Write `deck.json` to `path`, and the pictures into `media` beside it. Raises FileError."""
    pictures = media.names(options.media)
    text = json.dumps(_document(decks, options, pictures), ensure_ascii=False, indent=2, sort_keys=True)
    _copy({name: options.media[address] for address, name in pictures.items()}, path.parent / "media")
    with replacing(path) as file:
        file.write(text.encode("utf-8", "replace") + b"\n")


def _copy(pictures: Mapping[str, Path], folder: Path) -> None:
    """Names of pictures are made from their bytes: one that is there already is the same."""
    try:
        for name, source in pictures.items():
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / name).exists():
                shutil.copyfile(source, folder / name)
    except OSError as error:
        raise FileError(folder, f"can't be written: {error.strerror}") from error


def _document(decks: Sequence[Deck], options: Options, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The outermost deck, which carries note types and preset too. Decks of several lists get one around them."""
    root = _Node()
    for deck in decks:
        node = root
        for level in deck.name.split("::"):
            node = node.children.setdefault(level, _Node())
        node.notes.extend(deck.notes)
    name, top = next(iter(root.children.items())) if len(root.children) == 1 else (_EMPTY, root)
    return {
        **_deck(name, name, top, options, pictures),
        "deck_configurations": [_preset()],
        "note_models": [_note_model(note_type) for note_type in note_types().values()],
    }


def _deck(name: str, path: str, node: _Node, options: Options, pictures: Mapping[str, str]) -> dict[str, Any]:
    """One deck by the last level of its name; `path` is all of it."""
    notes = [_note(note, options, pictures) for note in node.notes]
    used = {
        picture for picture in pictures.values() for note in notes if any(picture in text for text in note["fields"])
    }
    below = sorted(node.children.items())
    return {
        "__type__": "Deck",
        "children": [_deck(child, f"{path}::{child}", inner, options, pictures) for child, inner in below],
        "crowdanki_uuid": _uuid("deck", path.casefold()),
        "deck_config_uuid": _uuid("preset", _PRESET),
        "desc": "",
        "dyn": 0,
        "extendNew": 0,
        "extendRev": 0,
        "media_files": sorted(used),
        "name": name,
        "notes": notes,
    }


def _note(note: Note, options: Options, pictures: Mapping[str, str]) -> dict[str, Any]:
    return {
        "__type__": "Note",
        "fields": list(fields(note, type_in=options.type_in, media=pictures)),
        "guid": note.card.id,
        "note_model_uuid": _uuid("note type", str(note_types()[note.card.kind].id)),
        "tags": list(tags(note)),
    }


def _note_model(note_type: NoteType) -> dict[str, Any]:
    kept = {key: value for key, value in note_type.to_json().items() if key not in _OWN_TO_A_COLLECTION}
    return {**kept, "__type__": "NoteModel", "crowdanki_uuid": _uuid("note type", str(note_type.id))}


def _preset() -> dict[str, Any]:
    """A preset by name alone: CrowdAnki makes it with Anki's defaults, and leaves its numbers alone later on."""
    return {"__type__": "DeckConfig", "crowdanki_uuid": _uuid("preset", _PRESET), "name": _PRESET}


def _uuid(kind: str, name: str) -> str:
    return str(uuid.uuid5(_SPACE, f"{kind}\x1f{name}"))
