"""A page of the web as an article, whatever its format, and whichever platform it is known as by its source."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, Protocol, cast

from flashgen.sources.content import Content, trouble
from flashgen.sources.formats import format_of, reader
from flashgen.sources.formats.html import tree
from flashgen.sources.reading import Elsewhere, article, beside
from flashgen.types import Article, Page


class Platform(Protocol):
    """A site that is known by its pages."""

    def recognises(self, source: str) -> bool:
        """Whether a page with this source is the platform's."""
        ...

    def content(self, page: Page, root: Any, source: str) -> Content:
        """The text of such a page. Raises Unreadable."""
        ...


PLATFORMS = ("flashgen.sources.medium", "flashgen.sources.substack")
"""The modules of platforms with domains of their customers."""


async def page_article(link: str, page: Page, kind: str) -> Article:
    """The article on `page`. Raises Elsewhere where it sends us on, and Skipped or Failed where it is no article."""
    content = await beside(link, _content, page)
    if content.forward:
        raise Elsewhere(content.forward)
    if content.nature:
        raise trouble(content.nature, link)
    return article(link, page, content.kind or kind, content)


def _content(page: Page) -> Content:
    """What a worker does: find the format, then the platform, then the text, and judge it."""
    from flashgen.sources.nature import judged

    name = format_of(page)
    if name in ("pdf", "epub"):
        return replace(reader(name)(page), kind=name)
    if name == "html":
        root, html = tree(page)
        for platform in map(_platform, PLATFORMS):
            if root is not None and platform.recognises(html):
                return judged(page, platform.content(page, root, html))
    return judged(page, reader(name)(page))


def _platform(module: str) -> Platform:
    return cast(Platform, import_module(module))
