"""What decks are called: a list and its headings, as names that Anki keeps apart and people read."""

from __future__ import annotations

import re
import unicodedata

from flashgen.text import fold
from flashgen.types import Topic

_LONGEST = 80
"""Characters of a heading in a deck's name."""


def list_title(name: str) -> str:
    """A list's name as people read it: "system-design" → "System design". One with capitals or spaces stays."""
    if name != name.lower() or " " in name:
        return _level(name)
    title = re.sub(r"[-_]+", " ", name).strip() or name
    return _level(title[:1].upper() + title[1:])


def deck_name(list_name: str, topic: Topic) -> str:
    """Anki's name of a topic's deck. It is the same for the same headings, for ever: a deck renamed is a deck lost."""
    return "::".join(map(_level, levels(list_name, topic)))


def levels(list_name: str, topic: Topic) -> list[str]:
    """The list and its headings; a first heading that only repeats the list's name is the list itself."""
    title = list_title(list_name)
    return [title, *(topic[1:] if topic and fold(topic[0]) == fold(title) else topic)]


def _level(heading: str) -> str:
    """A heading as one level of a deck's name.

    `::` would open a level, control characters are dropped by Anki, `"` can't be searched for, `<` may be taken
    for markup by a page that shows the name.
    """
    name = unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff]+", " ", heading))
    name = re.sub(r":{2,}", ":", name).translate(str.maketrans('"<>', "'‹›"))
    name = re.sub(r"\s+", " ", name).strip(" :")
    if len(name) > _LONGEST:
        name = name[:_LONGEST].rpartition(" ")[0].rstrip(" :,;-") or name[:_LONGEST]
        name += "…"
    return name or "Untitled"
