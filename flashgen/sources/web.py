"""Any page of the web, by what the bytes are: the fallback for every link that no other source claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from flashgen.sources import medium, substack
from flashgen.sources.formats import Content, format_of, reader
from flashgen.sources.formats.html import tree
from flashgen.sources.nature import judged, trouble
from flashgen.sources.reading import Elsewhere, article, beside
from flashgen.types import Article, Get, Page

KIND = "web"


class Platform(Protocol):
    """A site that is known by its pages."""

    def recognises(self, source: str) -> bool:
        """Whether a page with this source is the platform's."""
        ...

    def content(self, page: Page, root: Any, source: str) -> Content:
        """The text of such a page. Raises Unreadable."""
        ...


_PLATFORMS: tuple[Platform, ...] = (medium, substack)
"""Platforms with domains of their customers, known by their pages."""


def claims(link: str) -> bool:
    """None: what nobody claims is read here."""
    return False


async def read(link: str, get: Get) -> Article:
    """The page's text. Raises Elsewhere where it sends us on, and Skipped or Failed where it is no article."""
    return await page_article(link, await get(link), KIND)


async def page_article(link: str, page: Page, kind: str) -> Article:
    """The article on `page`, whatever its format. Raises as `read` does."""
    content = await beside(link, _content, page)
    if content.forward:
        raise Elsewhere(content.forward)
    if content.nature:
        raise trouble(content.nature, link)
    return article(link, page, content.kind or kind, content)


def _content(page: Page) -> Content:
    """What a worker does: find the format, then the platform, then the text, and judge it."""
    name = format_of(page)
    if name in ("pdf", "epub"):
        return replace(reader(name)(page), kind=name)
    if name == "html":
        root, html = tree(page)
        for platform in _PLATFORMS:
            if root is not None and platform.recognises(html):
                return judged(page, platform.content(page, root, html))
    return judged(page, reader(name)(page))
