"""From an item of the agenda to its article: the person's notes, a file beside the list, a saved page, or the web."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from flashgen.agenda import Item
from flashgen.errors import Failed, FlashgenError, Gone, LinkError, NotModified, Refused, is_dead
from flashgen.extract import READER_VERSION
from flashgen.extract.language import detect
from flashgen.fetch.cached import CachedGet
from flashgen.fetch.wayback import archived
from flashgen.ledger import LinkRecord
from flashgen.sources import files, read
from flashgen.sources.reading import standing_in
from flashgen.study import Reading
from flashgen.text import plain
from flashgen.types import Article, Get, Page

_ENOUGH = 20_000
"""Characters that tell the language of a text."""

log = logging.getLogger(__name__)

Saved = Callable[[str, str], Page | None]
"""The page that a person saved by hand for an address: by the file that they named, or by the address inside."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads items. `pages` asks the web, `local` reads files beside the list, `saved` finds pages saved by hand,
    `render` runs the scripts of a page that can't be read without, if there is a browser; `wayback` has dead pages
    looked up in the archive."""

    pages: CachedGet
    local: Get
    saved: Saved
    render: Callable[[str], Awaitable[Page]] | None = None
    wayback: bool = False

    async def __call__(self, item: Item, record: LinkRecord | None) -> Reading:
        """The article behind `item`. Raises LinkError, and NotModified where `record` still holds."""
        if item.is_note:
            return Reading(note_article(item), item.validators)
        try:
            reading = await self._read(item, record)
            return replace(reading, article=_with_language(reading.article))
        except (FlashgenError, NotModified):
            raise
        except Exception as error:
            # A fault of ours, of a parser or of a plug-in in one page must not end the run for all others.
            log.debug("reading %s", item.address, exc_info=True)
            fault = f"flashgen broke on this page ({type(error).__name__}: {error}): please report it"
            raise Failed(item.address, fault) from error

    async def _read(self, item: Item, record: LinkRecord | None) -> Reading:
        if files.claims(item.address):
            return Reading(await read(item.address, self.local), reader=READER_VERSION)
        if item.options.saved:
            return await self._saved(item)
        try:
            return await self._from_web(item, record)
        except Refused:
            raise
        except LinkError as error:
            if self.saved(item.address, "") is not None:
                return await self._saved(item)
            if not self.wayback or not is_dead(error):
                raise
            return await self._archived(item, error, known=bool(record and record.archived))

    async def _from_web(self, item: Item, record: LinkRecord | None) -> Reading:
        """From the web, by conditional requests. What is unchanged and was read by this reader is not parsed again."""
        # A link that was out of the list, or gave no article, is read anew: which of its retired cards stand again is
        # only seen in its text.
        last = record if record and not record.removed and not record.failures else None
        # So is one with sections that wait for the model: "unchanged" is no help where its text is not stored.
        settled = last is not None and all(section.drafted for section in last.sections)
        known = last.validators if last and settled else {}
        whole = last is not None and settled and last.reader == READER_VERSION
        visit = self.pages.visit(known, only_changes=whole)
        article = await read(item.address, visit, render=self.render)
        if whole and visit.unchanged:
            raise NotModified(item.address, article.final_url)
        return Reading(article, visit.validators, READER_VERSION, unchanged=visit.unchanged)

    async def _saved(self, item: Item) -> Reading:
        page = self.saved(item.address, item.options.saved)
        if page is None:
            raise Failed(item.address, f"the saved page {item.options.saved} is not in the folder saved/")
        return Reading(await read(item.address, standing_in(item.address, page)), reader=READER_VERSION)

    async def _archived(self, item: Item, error: LinkError, *, known: bool) -> Reading:
        """A dead page as the Wayback Machine has it. Raises `error` where it hasn't; where a copy is `known` and only
        can't be had now, Failed, so that the link isn't taken for gone."""
        page = await archived(item.address, self.pages)
        if page is None and known:
            reason = f"{error.reason}, and its archived copy can't be had at the moment"
            raise Failed(item.address, reason, dead=True) from None
        if page is None:
            raise error
        # The copy has the addresses of the page that it is a copy of.
        original = replace(page, final_url=item.address)
        try:
            article = await read(item.address, standing_in(item.address, original))
        except LinkError:
            raise error from None
        return Reading(replace(article, final_url=page.final_url), archived=error.reason, gone=isinstance(error, Gone))


def note_article(item: Item) -> Article:
    """The person's own lines under a heading, as an article."""
    return _with_language(Article(item.url, item.url, "note", item.text, title=item.title))


def _with_language(article: Article) -> Article:
    """An article that doesn't say in which language it is, with the one that its words are in."""
    if article.language:
        return article
    return replace(article, language=detect(plain(article.markdown[:_ENOUGH])))
