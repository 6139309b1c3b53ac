"""arXiv: title, authors and abstract from the abstract page, the text from the HTML version, else from the PDF."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from flashgen.errors import LinkError, Skipped
from flashgen.sources import formats
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.reading import article, beside
from flashgen.types import Article, Get, Page

KIND = "arxiv"
SITE = "https://arxiv.org"

_PAPER = re.compile(
    r"/(?:abs|pdf|html|ps|format|src)/((?:[a-z-]+(?:\.[A-Z]{2})?/)?\d{4}\.?\d{3,5}(?:v\d+)?)(?:\.pdf)?/?$"
)


def claims(link: str) -> bool:
    """arXiv and its mirrors."""
    return (urlsplit(link).hostname or "") in (
        "arxiv.org",
        "www.arxiv.org",
        "export.arxiv.org",
        "ar5iv.org",
        "ar5iv.labs.arxiv.org",
    )


async def read(link: str, get: Get) -> Article:
    """The paper. Raises Skipped for listings and searches."""
    paper = _PAPER.search(urlsplit(link).path)
    if not paper:
        raise Skipped(link, "a listing or another page of arXiv, not a paper")
    number = paper.group(1)
    about = await _about(link, number, get)
    page = await _text(number, get)
    content = await beside(link, formats.read, page)
    return article(link, page, KIND, _together(about, content))


async def _about(link: str, number: str, get: Get) -> Content:
    """What the abstract page tells; nothing where it can't be had, for the paper tells most of it too."""
    try:
        return await beside(link, _abstract, await get(f"{SITE}/abs/{number}"))
    except LinkError:
        return Content("")


async def _text(number: str, get: Get) -> Page:
    """The HTML version, which newer papers have; else the PDF."""
    try:
        page = await get(f"{SITE}/html/{number}")
        if formats.format_of(page) == "html" and b"ltx_" in page.body:
            return page
    except (LinkError, Unreadable):
        pass
    return await get(f"{SITE}/pdf/{number}")


def _abstract(page: Page) -> Content:
    from bs4 import BeautifulSoup

    from flashgen.extract import decode

    soup = BeautifulSoup(decode(page.body, page.content_type), "lxml")

    def told(name: str) -> list[str]:
        return [" ".join(str(meta.get("content", "")).split()) for meta in soup.select(f"meta[name='{name}']")]

    block = soup.select_one("blockquote.abstract")
    abstract = told("citation_abstract") or ([block.get_text(" ", strip=True)] if block else [])
    text = re.sub(r"^Abstract:?\s*", "", " ".join(" ".join(abstract).split()))
    authors = [" ".join(reversed(name.split(", "))) for name in told("citation_author")]
    date = (told("citation_date") or [""])[0].replace("/", "-")
    return Content(
        text,
        title=(told("citation_title") or [""])[0],
        author=", ".join(authors),
        date=date,
        language="en" if text else "",
    )


def _together(about: Content, paper: Content) -> Content:
    """The paper with the abstract page's title and authors, and with the abstract if it doesn't begin with one."""
    text = paper.markdown
    if about.markdown and not re.search(r"^(?:#{1,6}\s*)?\W{0,3}abstract\b", text[:6000], re.I | re.M):
        head, mark, rest = _headed(text)
        text = f"{head}## Abstract\n\n{about.markdown}\n\n{mark}{rest}"
    return replace(
        paper,
        markdown=text,
        title=about.title or paper.title,
        author=about.author or paper.author,
        date=about.date or paper.date,
        language=about.language or paper.language,
        canonical_url="",
    )


def _headed(text: str) -> tuple[str, str, str]:
    """The title of a text, the page mark before it, and the rest."""
    found = re.match(r"(<!-- at: [^>]+ -->\s*)?(# [^\n]*\n+)?", text)
    mark, title = (found.group(1) or "", found.group(2) or "") if found else ("", "")
    return title, mark, text[len(mark) + len(title) :]
