"""The two note types, final from the first release.

Anki matches fields and templates by their ids, so they are constants, and there is room for what may come: a field
or a template added later would make every old note a conflict. Only the text of the templates and the CSS may
change; then MODIFIED moves to the day of the change, and Anki takes the new look over at the next import.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flashgen.types import Kind

MODIFIED = 1_795_564_800
"""When templates or CSS last changed, in seconds since 1970. Never the time of a build: an import with a newer one
writes over the person's own CSS."""

DIGEST = "4caa1f0f6927fb5f"
"""Of templates and CSS as MODIFIED knows them; a test fails when they part."""

FIELDS = (
    "Question", "Answer", "Extra", "Quote", "Source", "Context",
    "Notes", "Proposed", "Retired", "Reserved1", "Reserved2", "FGID",
)  # fmt: skip
"""In this order, for ever. Question is a cloze note's text; Notes is the person's own; Reserved1 not empty asks for
the answer to be typed; FGID repeats the note's GUID, which AnkiConnect can't see."""

OURS = frozenset(FIELDS) - {"Notes"}
"""The fields that flashgen writes."""

_DESCRIPTIONS = {
    "Quote": "Stands word for word in the source",
    "Notes": "Yours: flashgen writes nothing here",
    "Proposed": "A new wording that waits for your yes",
    "FGID": "The card's name in flashgen; leave it as it is",
}
_COLLAPSED = frozenset({"Proposed", "Retired", "Reserved1", "Reserved2", "FGID"})
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as Anki has it. `is_cloze` makes one card of each cloze number."""

    id: int
    name: str
    is_cloze: bool
    question: str
    answer: str
    css: str

    def to_json(self) -> dict[str, Any]:
        """The note type as it stands in a collection of Anki's schema 11, the one that every program reads."""
        return {
            "id": self.id,
            "name": self.name,
            "type": int(self.is_cloze),
            "mod": MODIFIED,
            "usn": -1,
            "sortf": 0,
            "did": None,
            "flds": [self._field(place, name) for place, name in enumerate(FIELDS)],
            "tmpls": [self._template()],
            "css": self.css,
            "latexPre": "\\documentclass[12pt]{article}\n\\pagestyle{empty}\n\\begin{document}\n",
            "latexPost": "\\end{document}",
            "latexsvg": False,
            "req": [[0, "any", [0]]],
            "tags": [],
            "vers": [],
        }

    def _field(self, place: int, name: str) -> dict[str, Any]:
        return {
            "id": self.id * 100 + place + 1,
            "name": name,
            "ord": place,
            "description": _DESCRIPTIONS.get(name, ""),
            "collapsed": name in _COLLAPSED,
            "excludeFromSearch": name == "FGID",
            "preventDeletion": True,
            "font": "Arial",
            "size": 18,
            "sticky": False,
            "rtl": False,
            "plainText": False,
            "tag": None,
            "media": [],
        }

    def _template(self) -> dict[str, Any]:
        return {
            "id": self.id * 100 + 51,
            "name": "Card",
            "ord": 0,
            "qfmt": self.question,
            "afmt": self.answer,
            "bqfmt": "",
            "bafmt": "",
            "bfont": "",
            "bsize": 0,
            "did": None,
        }


@lru_cache(maxsize=1)
def note_types() -> dict[Kind, NoteType]:
    """The note type of each kind of card."""
    css = _css()
    return {
        Kind.BASIC: NoteType(
            1_763_900_000_101, "flashgen basic", False, _read("basic-question.html"), _read("basic-answer.html"), css
        ),
        Kind.CLOZE: NoteType(
            1_763_900_000_102, "flashgen cloze", True, _read("cloze-question.html"), _read("cloze-answer.html"), css
        ),
    }


def colours(name: str) -> str:
    """The declarations of the colours by day ("light") or by night ("night"), for pages of our own."""
    return _read(f"{name}.css")


def _css() -> str:
    light = f".card {{\n{colours('light')}}}\n"
    night = f".card.nightMode, .nightMode .card, .card.night_mode, .night_mode .card {{\n{colours('night')}}}\n"
    return light + night + _read("card.css")


def digest() -> str:
    """A hash of all templates and the CSS."""
    texts = "\x1f".join(path.read_text(encoding="utf-8") for path in sorted(_TEMPLATES.iterdir()))
    return hashlib.sha256(texts.encode()).hexdigest()[:16]


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
