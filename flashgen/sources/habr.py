"""Habr: the publication without comments, rating and advertisements."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from flashgen.errors import Skipped
from flashgen.sources.content import Content, trouble
from flashgen.sources.formats import html
from flashgen.sources.reading import article, beside
from flashgen.types import Article, Get, Page

KIND = "habr"

_PUBLICATION = re.compile(
    r"/(?:articles|post|blog|news|companies/[^/]+/(?:articles|news)|company/[^/]+/(?:blog|news))/(?:t/)?\d+(?:/|$)|/(?:articles|post|p|sandbox)/\d+"
)

_CHROME = ".//form | .//button"


def claims(link: str) -> bool:
    """habr.com and its older names."""
    return bool(
        re.fullmatch(
            r"(?:(?:www|m)\.)?(?:habr\.com|habrahabr\.ru|geektimes\.(?:ru|com))", urlsplit(link).hostname or ""
        )
    )


async def read(link: str, get: Get) -> Article:
    """The publication. Raises Skipped for hubs, profiles and other lists."""
    if not _PUBLICATION.search(urlsplit(link).path):
        raise Skipped(link, "a list of publications or a profile on Habr, not a publication")
    page = await get(link)
    content = await beside(link, _judged, page)
    if content.nature:
        raise trouble(content.nature, link)
    return article(link, page, KIND, content)


def _judged(page: Page) -> Content:
    from flashgen.sources.nature import judged

    return judged(page, _content(page))


def _content(page: Page) -> Content:
    from flashgen.extract import to_markdown

    found = html.read(page)
    root, _ = html.tree(page)
    bodies = root.xpath("//*[@id='post-content-body']") if root is not None else []
    if not bodies:
        return found
    for code in bodies[0].xpath(".//pre/code[@class]"):
        code.set("class", f"language-{code.get('class').split()[0]}" if code.get("class").strip() else "")
    text = to_markdown(html.pruned(bodies[0], _CHROME), base_url=page.final_url).strip()
    title = _said(root, "//h1") or re.sub(r"\s*/ (?:Хабр|Habr)\s*$", "", found.title)
    return replace(
        found,
        markdown=f"# {title}\n\n{text}\n",
        title=title,
        author=_said(root, "//a[contains(@class,'tm-user-info__username')]") or found.author,
        date=next((str(value)[:10] for value in root.xpath("//time/@datetime")), found.date),
        language="en" if re.search(r"/en/", urlsplit(page.final_url).path) else found.language,
        forward="",
    )


def _said(root: object, path: str) -> str:
    found = root.xpath(path)  # type: ignore[attr-defined]
    return " ".join("".join(found[0].itertext()).split()) if found else ""
