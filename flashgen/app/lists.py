"""Reading lists with the kind of each link: which source would read it."""

from __future__ import annotations

from dataclasses import replace

from flashgen.lists import ListPlace, read
from flashgen.sources import kind_of
from flashgen.types import ReadingList


def read_list(place: ListPlace) -> ReadingList:
    """The list at `place`. Raises FileError."""
    found = read(place)
    return replace(found, links=tuple(replace(link, kind=kind_of(link.url)) for link in found.links))
