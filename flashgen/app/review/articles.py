"""The articles behind cards, as they were last read: from the page cache, the list's own files, never the web."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from flashgen.agenda import Item, items
from flashgen.app.lists import read_list
from flashgen.desk.index import Index
from flashgen.errors import FlashgenError, LinkError, NotModified
from flashgen.ledger import Ledger
from flashgen.quotes import stands
from flashgen.sections import split, without_marks
from flashgen.settings import Settings
from flashgen.sources import files, kind_of
from flashgen.store.parsed import stamp_of
from flashgen.types import Article, Card, ReadingList, Section

if TYPE_CHECKING:
    from flashgen.app.web import Web


class Articles:
    """Articles of the lists of an index. What was read once is kept there, so that it is at hand at once."""

    def __init__(self, root: Path, settings: Settings, index: Index) -> None:
        self._root = root
        self._settings = settings
        self._index = index
        self._stack = AsyncExitStack()
        self._web: Web | None = None
        self._lists: dict[str, tuple[object, ReadingList, dict[str, Item]]] = {}

    async def aclose(self) -> None:
        """Let go of caches and workers."""
        await self._stack.aclose()
        self._web = None

    def reading_list(self, name: str) -> ReadingList:
        """The list as it is now. Raises FileError."""
        return self._list(name)[0]

    def item(self, name: str, url: str) -> Item:
        """The source in the list; one that left the list is made up from its address."""
        try:
            found = self._list(name)[1].get(url)
        except FlashgenError:
            found = None
        return found or Item(url, (), url, kind=kind_of(url))

    def at_hand(self, name: str, url: str) -> Article | None:
        """The article, if it was read before and has not changed since."""
        row = self._index.db.execute(
            "SELECT title, language, markdown FROM article WHERE url = ? AND stamp = ?", (url, self._stamp(name, url))
        ).fetchone()
        if row is None:
            return None
        return Article(url, url, self.item(name, url).kind, row[2], title=row[0], language=row[1])

    async def read(self, name: str, url: str) -> Article:
        """The article behind `url`. Raises LinkError where it is not at hand."""
        if article := self.at_hand(name, url):
            return article
        from flashgen.app.web import open_web

        item = self.item(name, url)
        if self._web is None:
            self._web = await self._stack.enter_async_context(open_web(self._root, self._settings, offline=True))
        place = self._index.places[name]
        try:
            article = (await self._web.reader(place.path.parent)(item, None)).article
        except NotModified:
            raise LinkError(url, "its text is not at hand") from None
        row = (url, self._stamp(name, url), article.title, article.language, article.markdown)
        self._index.db.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?)", row)
        return article

    def _list(self, name: str) -> tuple[ReadingList, dict[str, Item]]:
        place = self._index.places[name]
        stamp = stamp_of(place.path)
        known = self._lists.get(name)
        if known is None or known[0] != stamp:
            found = read_list(place)
            known = (stamp, found, {item.url: item for item in items(found, Ledger())})
            self._lists[name] = known
        return known[1], known[2]

    def _stamp(self, name: str, url: str) -> str:
        """What tells one version of an article from another."""
        from flashgen.extract import READER_VERSION

        place, item = self._index.places[name], self.item(name, url)
        if item.is_note:
            return f"note {stamp_of(place.path)}"
        if files.claims(item.address):
            return f"file {self._file_stamp(place.path.parent, item.address)}"
        return f"{self._index.record(name, url).changed} {READER_VERSION}"

    def _file_stamp(self, folder: Path, address: str) -> str:
        try:
            return str(stamp_of(folder / address.removeprefix("file://")))
        except FlashgenError:
            return ""


def section_of(card: Card, article: Article) -> Section | None:
    """The passage of an article that a card stands in: the one with its quote, nearest to its heading."""
    sections = split(article)
    if card.quote:
        holding = [section for section in sections if stands(card.quote, section.text)]
        sections = tuple(holding) or sections
    named = [section for section in sections if section.path == card.section]
    if found := next(iter(named), None):
        return found
    return sections[0] if card.quote and sections and stands(card.quote, sections[0].text) else None


def text_of(section: Section | None) -> str:
    """A passage as the gates take it; '' where there is none."""
    return without_marks(section.text) if section else ""
