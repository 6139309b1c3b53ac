"""The passage that a card was made from, as far as it is at hand: from the page cache, a file, the notes; nothing is
asked of the web."""

from __future__ import annotations

from collections.abc import Mapping

from flashgen.agenda import Item
from flashgen.errors import LinkError, NotModified
from flashgen.ledger import LinkRecord
from flashgen.quotes import stands
from flashgen.reading import Reader
from flashgen.sections import split, without_marks
from flashgen.settings import Settings
from flashgen.types import Article, Card, Passage, Section


class Passages:
    """Finds passages. Each source is read once; `items` are those of the list, by address, `read` must be offline."""

    def __init__(self, items: Mapping[str, Item], records: Mapping[str, LinkRecord], read: Reader, settings: Settings):
        self._items = items
        self._records = records
        self._read = read
        self._settings = settings
        self._known: dict[str, tuple[Article, tuple[Section, ...]] | None] = {}

    async def of(self, card: Card) -> Passage:
        """The section that has the card's quote; where it isn't at hand, the quote alone."""
        record = self._records.get(card.source, LinkRecord(card.source))
        found = await self._article(card.source)
        here = next((section for section in _near(card, found[1] if found else ())), None)
        language = found[0].language if found else record.language
        item = self._items.get(card.source)
        return Passage(
            text=without_marks(here.text) if here else card.quote,
            path=here.path if here else card.section,
            topic=record.topic,
            title=record.title,
            url=card.source,
            language=self._settings.language or language,
            source_language=language,
            focus=item.options.focus if item else "",
            kind=record.kind,
        )

    async def _article(self, url: str) -> tuple[Article, tuple[Section, ...]] | None:
        if url not in self._known:
            item = self._items.get(url) or Item(url, (), url)
            try:
                article = (await self._read(item, None)).article
                self._known[url] = article, tuple(split(article))
            except (LinkError, NotModified):
                self._known[url] = None
        return self._known[url]


def _near(card: Card, sections: tuple[Section, ...]) -> list[Section]:
    """The sections that have the card's quote, its own first."""
    proving = [section for section in sections if card.quote and stands(card.quote, section.text)]
    return sorted(proving, key=lambda section: section.path != card.section)
