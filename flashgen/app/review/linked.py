"""The links of the lists as a person looks after them: their states, and asking again, skipping, reading again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flashgen import tally
from flashgen.agenda import Item, Request, items
from flashgen.app import Output
from flashgen.app.lists import read_list
from flashgen.app.review.articles import Articles
from flashgen.desk.index import Index
from flashgen.errors import FileError, UsageError
from flashgen.halt import Halt
from flashgen.ledger import Ledger, LinkRecord
from flashgen.lists import ListPlace
from flashgen.reading_list.skipping import with_skip
from flashgen.settings import Settings
from flashgen.store import atomic


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One source of a list: what is known of it, and how many of its cards are in use, wait, and were rejected."""

    list_name: str
    item: Item
    record: LinkRecord
    cards: int = 0
    waiting: int = 0
    rejected: int = 0


class Links:
    """The links of the lists of an index."""

    def __init__(self, root: Path, settings: Settings, index: Index, articles: Articles) -> None:
        self._root = root
        self._settings = settings
        self._index = index
        self._articles = articles

    def rows(self) -> list[LinkRow]:
        """Every link and note of every list, in the order of the lists. Raises FileError."""
        return [row for place in self._index.places.values() for row in self._rows(place)]

    def _rows(self, place: ListPlace) -> list[LinkRow]:
        records = self._index.records(place.name)
        counts = self._index.counts(place.name)
        rows = []
        for item in items(read_list(place), Ledger(records)):
            of_item = counts.get(item.url, {})
            in_use = sum(of_item.get(status, 0) for status in ("active", "retired"))
            record = tally.state_of(item, records)
            rows.append(LinkRow(place.name, item, record, in_use, of_item.get("draft", 0), of_item.get("rejected", 0)))
        return rows

    async def ask_again(self, list_name: str, url: str) -> LinkRow:
        """Ask one link now, whatever its next date, make its cards, and pack the decks. Raises Locked, ModelError, and
        UsageError for a link that the list doesn't have."""
        from flashgen.app.building import build
        from flashgen.app.opened import Run

        place = self._place(list_name)
        self._row(place, url)
        await self._articles.aclose()
        asked = Run(Request(only=url), Output())
        result = await build(self._root, self._settings, [place], asked, lambda event: None, Halt())
        if result.stopped:
            raise UsageError(result.stopped)
        self._index.sync()
        return self._row(place, url)

    def skip(self, list_name: str, url: str, *, skip: bool) -> LinkRow:
        """Write into the reading list that a link is to be skipped, or no longer. Raises FileError, UsageError."""
        place = self._place(list_name)
        row = self._row(place, url)
        try:
            text = place.path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(place.path, f"can't be changed from here: {error}") from None
        changed = with_skip(text, row.item.url, skip=skip)
        if changed is None:
            comment = "put <!-- flashgen: skip --> behind the link" if skip else "take skip out of its comment"
            raise UsageError(f"{place.path.name} can't be changed here without harm: {comment} yourself")
        if changed != text:
            atomic.write_text(place.path, changed)
        return self._row(place, url)

    def _place(self, list_name: str) -> ListPlace:
        place = self._index.places.get(list_name)
        if place is None:
            raise UsageError(f"the list {list_name!r} is not on this desk")
        return place

    def _row(self, place: ListPlace, url: str) -> LinkRow:
        row = next((row for row in self._rows(place) if row.item.url == url), None)
        if row is None:
            raise UsageError(f"{url} is not in the list {place.name} any more")
        return row
