"""What the person's hand has taught: the examples beside the lists, for commands that know no list."""

from __future__ import annotations

from collections.abc import Iterable

from flashgen.lists import ListPlace
from flashgen.store import examples_file
from flashgen.types import Example


def taught(places: Iterable[ListPlace]) -> tuple[Example, ...]:
    """The examples of these lists, those of each with the newest last. Raises FileError."""
    return tuple(example for place in places for example in examples_file.load(place.home))
