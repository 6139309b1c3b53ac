"""What reads items, wired: the web with its cache, a browser, files beside the list, saved pages, worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flashgen.cache import PageCache
from flashgen.fetch import Fetcher
from flashgen.fetch.cached import CachedGet
from flashgen.reading import Reader
from flashgen.settings import Settings
from flashgen.sources import Render
from flashgen.sources.browser import Browser, executable
from flashgen.sources.local_get import LocalFiles
from flashgen.sources.saved import find_saved
from flashgen.workers import Workers


@dataclass(frozen=True, slots=True)
class Web:
    """The web as one run sees it. `render` runs a page's scripts, where there is a browser."""

    pages: CachedGet
    render: Render | None = None

    def reader(self, home: Path, *, wayback: bool = False) -> Reader:
        """What reads the items of a list whose files lie in `home`."""
        return Reader(self.pages, LocalFiles(home), partial(find_saved, home / "saved"), self.render, wayback)


@asynccontextmanager
async def open_web(root: Path, settings: Settings, *, offline: bool = False) -> AsyncIterator[Web]:
    """One fetcher, one cache, and Chromium, which starts with the first page that needs it; worker processes for what
    is hard to read, where the caller has none."""
    cache = PageCache(root / ".flashgen" / "pages.sqlite")
    try:
        async with AsyncExitStack() as stack:
            if not Workers.around():
                await stack.enter_async_context(Workers())
            fetch = await stack.enter_async_context(Fetcher(settings.fetch))
            pages = CachedGet(fetch, cache, offline=offline)
            browser = await stack.enter_async_context(Browser(pages)) if executable() else None
            yield Web(pages, browser.render if browser else None)
    finally:
        await asyncio.to_thread(cache.close)
