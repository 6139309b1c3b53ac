"""What reads items, wired: the web with its cache, files beside the list, pages saved by hand, worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from flashgen.cache import PageCache
from flashgen.fetch import Fetcher
from flashgen.fetch.cached import CachedGet
from flashgen.reading import Reader
from flashgen.settings import Settings
from flashgen.sources.local_get import LocalFiles
from flashgen.sources.saved import find_saved
from flashgen.workers import Workers


@asynccontextmanager
async def open_web(root: Path, settings: Settings, *, offline: bool = False) -> AsyncIterator[CachedGet]:
    """The web as this run sees it: one fetcher, one cache, worker processes for what is hard to read."""
    cache = PageCache(root / ".flashgen" / "pages.sqlite")
    try:
        async with Workers(), Fetcher(settings.fetch) as fetch:
            yield CachedGet(fetch, cache, offline=offline)
    finally:
        await asyncio.to_thread(cache.close)


def reader_for(pages: CachedGet, home: Path, *, wayback: bool = False) -> Reader:
    """A reader for a list that lives in `home`."""
    return Reader(pages, LocalFiles(home), partial(find_saved, home / "saved"), wayback=wayback)
