"""Pages that need scripts, rendered in Chromium (extra `browser`: playwright, and a Chromium of the system).

Everything that the page asks for goes through `allowed` first: nothing but GET, only web addresses, none that is not
public. Nothing is downloaded, nothing is kept: each page has a profile of its own that is thrown away.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flashgen.errors import Failed
from flashgen.types import Page

if TYPE_CHECKING:
    from playwright.async_api import Route

Allowed = Callable[[str], Awaitable[bool]]
"""Whether an address may be asked: the same rules as for every other request."""

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_NOT_NEEDED = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest", "texttrack"})
_MOST_LETTERS = 20_000_000


def executable() -> str:
    """The Chromium of this system, '' if there is none or playwright is not installed."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return ""
    return next((path for name in _CHROMIUMS if (path := shutil.which(name))), "")


class Browser:
    """A Chromium for as long as the `async with` lasts; `render` is what `sources.read` takes as its `render`."""

    def __init__(self, allowed: Allowed, *, chromium: str = "", seconds: float = 30.0, proxy: str = "") -> None:
        self.allowed = allowed
        self.chromium = chromium or executable()
        self.seconds = seconds
        self.proxy = proxy

    async def __aenter__(self) -> Self:
        from playwright.async_api import async_playwright

        self._driver = await async_playwright().start()
        self._browser = await self._driver.chromium.launch(
            executable_path=self.chromium or None,
            proxy={"server": self.proxy} if self.proxy else None,
            args=[
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP metadata 0.0.0.0",
            ],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._browser.close()
        await self._driver.stop()

    async def render(self, url: str) -> Page:
        """The page as it stands once its scripts have run. Raises Failed."""
        from playwright.async_api import Error

        if not await self.allowed(url):
            raise Failed(url, "is not safe to ask")
        context = await self._browser.new_context(accept_downloads=False, service_workers="block")
        try:
            tab = await context.new_page()
            await tab.route("**/*", self._decide)
            await tab.goto(url, timeout=self.seconds * 1000, wait_until="domcontentloaded")
            await self._settled(tab)
            html = await tab.content()
            return Page(url, tab.url, html[:_MOST_LETTERS].encode(), "text/html; charset=utf-8")
        except Error as error:
            reason = error.message.partition("\n")[0]
            raise Failed(url, f"Chromium could not show it ({reason})") from None
        finally:
            await context.close()

    async def _settled(self, tab: object) -> None:
        """Wait until the network is quiet; a page that never is, is taken as it stands."""
        from playwright.async_api import TimeoutError as Late

        try:
            await tab.wait_for_load_state("networkidle", timeout=self.seconds * 500)  # type: ignore[attr-defined]
        except Late:
            return

    async def _decide(self, route: Route) -> None:
        asked = route.request
        if asked.method != "GET" or asked.resource_type in _NOT_NEEDED or not await self.allowed(asked.url):
            await route.abort()
        else:
            await route.continue_()
