"""Pages that need scripts, rendered in Chromium (extra `browser`: playwright, and a Chromium of the system).

Chromium itself reaches no network: whatever a page asks for is fetched by the Get of the run, so that the same rules
hold for it as for every other request, and only by GET. Nothing is downloaded or kept: each page has a profile of its
own that is thrown away.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flashgen.errors import Failed, LinkError
from flashgen.types import Get, Page

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page as Tab
    from playwright.async_api import Playwright, Route

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_NEEDED = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
_NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
_MOST_REQUESTS = 200
_MOST_LETTERS = 20_000_000


def executable() -> str:
    """The Chromium of this system, '' if there is none or playwright is not installed."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return ""
    return next((path for name in _CHROMIUMS if (path := shutil.which(name))), "")


class Browser:
    """A Chromium for as long as the `async with` lasts, started when the first page needs it.

    `render` is what `sources.read` takes as its `render`; two pages are shown at a time.
    """

    def __init__(self, get: Get, *, chromium: str = "", seconds: float = 30.0) -> None:
        self._get = get
        self._chromium = chromium or executable()
        self._seconds = seconds
        self._starting = asyncio.Lock()
        self._tabs = asyncio.Semaphore(2)
        self._driver: Playwright | None = None
        self._browser: Chromium | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._driver is not None:
            await self._driver.stop()

    async def _started(self) -> Chromium:
        from playwright.async_api import async_playwright

        async with self._starting:
            if self._browser is None:
                self._driver = self._driver or await async_playwright().start()
                self._browser = await self._driver.chromium.launch(
                    executable_path=self._chromium or None,
                    chromium_sandbox=not hasattr(os, "geteuid") or os.geteuid() != 0,  # Chromium refuses it to root
                    args=[_NO_NETWORK, "--disable-dev-shm-usage", "--disable-background-networking"],
                )
            return self._browser

    async def render(self, url: str) -> Page:
        """The page as it stands once its scripts have run. Raises what the Get raises for it, and Failed."""
        from playwright.async_api import Error

        first = await self._get(url)
        try:
            async with self._tabs:
                html = await self._shown(url, first)
        except Error as error:
            raise Failed(url, f"Chromium could not show it ({error.message.splitlines()[0]})") from None
        return replace(first, body=html[:_MOST_LETTERS].encode(), content_type="text/html; charset=utf-8")

    async def _shown(self, url: str, first: Page) -> str:
        visit = _Visit(self._get, url, first)
        context = await (await self._started()).new_context(accept_downloads=False, service_workers="block")
        try:
            tab = await context.new_page()
            await tab.route("**/*", visit.answer)
            await tab.goto(url, timeout=self._seconds * 1000, wait_until="domcontentloaded")
            await self._settled(tab)
            return await tab.content()
        finally:
            await context.close()

    async def _settled(self, tab: Tab) -> None:
        """Wait until the page asks for nothing more; one that never does is taken as it stands."""
        from playwright.async_api import TimeoutError as Late

        try:
            await tab.wait_for_load_state("networkidle", timeout=self._seconds * 500)
        except Late:
            return


class _Visit:
    """Answers what one page asks for."""

    def __init__(self, get: Get, url: str, first: Page) -> None:
        self._get = get
        self._known = {url: first}
        self._left = _MOST_REQUESTS

    async def answer(self, route: Route) -> None:
        """Scripts and data by GET from the run's own Get; nothing else."""
        asked = route.request
        self._left -= 1
        if asked.method != "GET" or asked.resource_type not in _NEEDED or self._left < 0:
            await route.abort()
            return
        try:
            page = self._known.get(asked.url) or await self._get(asked.url)
        except LinkError:
            await route.abort()
            return
        headers = {
            "content-type": page.content_type,
            "access-control-allow-origin": asked.headers.get("origin", "*"),
            "access-control-allow-credentials": "true",
        }
        await route.fulfill(status=200, body=page.body, headers=headers)
