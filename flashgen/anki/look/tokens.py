"""Tokens of a look, and the private characters that stand in their text.

What has no mark of ours (colours, sizes, sounds …) stays in the tokens too, so that nothing else can look like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST, HINT, CLOSE, GUARD, LIVE = 0xF2000, "\U000f3000", "\U000f3001", "\U000f3002", "\U000f3003"
"""Private characters: the first of those that stand for `{{c1::` and on, `::` before a hint, `}}` of a cloze; a place
where markup parts two characters; one in front of what Anki acts on, such as a sound."""

MOST_CLOZES = 499
CLOZE = re.compile(f"[{chr(FIRST)}-{chr(FIRST + MOST_CLOZES)}]|{HINT}|{CLOSE}")


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. `marks` are "strong", "em", "code", "math" and what else its elements ask for."""

    text: str
    marks: frozenset[str] = frozenset()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by the name of its file."""

    source: str
    words: str = ""
    marks: frozenset[str] = frozenset()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A new line (1) or an empty one in between (2)."""

    lines: int


@dataclass(frozen=True, slots=True)
class Open:
    """The begin of a list, an item, a listing, a table, a row or a cell; `detail` is its number, language or side."""

    tag: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """The end of what was opened last."""

    tag: str


Inline = Run | Image
Token = Run | Image | Break | Open | Close
