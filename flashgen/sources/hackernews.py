"""Hacker News: a thread's comments worth keeping. The discussed article is a link of its own, and only named.

The whole tree comes in one call from the search API; where that fails, from the page itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flashgen.errors import LinkError, Skipped
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.reading import article, beside
from flashgen.sources.threads import Comment, Thread, content
from flashgen.types import Article, Get, Page

KIND = "hackernews"
API = "https://hn.algolia.com/api/v1/items/"
SITE = "https://news.ycombinator.com/item?id="


def claims(link: str) -> bool:
    """Every page of news.ycombinator.com."""
    return (urlsplit(link).hostname or "") == "news.ycombinator.com"


async def read(link: str, get: Get) -> Article:
    """The thread of a story or of one comment. Raises Skipped for the site's lists."""
    number = _number(link)
    if not number:
        raise Skipped(link, "a list of stories, not a thread: put the threads or articles you want in the list")
    try:
        page = await get(API + number, accept="application/json")
        found = await beside(link, from_api, page)
    except LinkError as error:
        if isinstance(error, Skipped):
            raise
        page = await get(SITE + number)
        found = await beside(link, from_page, page)
    return article(link, Page(link, SITE + number, b""), KIND, found)


def _number(link: str) -> str:
    """The id of a thread. A full stop after it belongs to somebody's sentence."""
    parts = urlsplit(link)
    found = parse_qs(parts.query).get("id", [""])[0].strip().rstrip(".,;)")
    return found if parts.path in ("/item", "/reply") and found.isdigit() else ""


def from_api(page: Page) -> Content:
    """The thread from the API's JSON. Raises Unreadable."""
    try:
        item = json.loads(page.body)
        comments = list(_tree(item.get("children") or [], 0))
        thread = Thread(
            title=str(item.get("title") or ""),
            url=str(item.get("url") or ""),
            html=str(item.get("text") or ""),
            author=str(item.get("author") or ""),
            date=str(item.get("created_at") or "")[:10],
            comments=tuple(comments),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Unreadable("the API's answer can't be understood") from None
    return content(thread)


def _tree(children: Sequence[dict[str, Any]], depth: int) -> Iterator[Comment]:
    for place, child in enumerate(children):
        below = list(_tree(child.get("children") or [], depth + 1))
        html = str(child.get("text") or "")
        if html and child.get("author"):
            standing = 1.0 + 0.5 / (1 + place)
            number = str(child["id"])
            yield Comment(SITE + number, str(child["author"]), html, depth, len(below), standing)
        yield from below


def from_page(page: Page) -> Content:
    """The thread from its web page, of which only the first part may be there. Raises Unreadable."""
    from bs4 import BeautifulSoup

    from flashgen.extract import decode

    text = decode(page.body, page.content_type)
    soup = BeautifulSoup(text, "lxml")
    title = soup.select_one(".fatitem .titleline > a, .fatitem .title > a")
    if title is None and not soup.select(".commtext"):
        raise Unreadable(_why_not(soup.get_text(" ", strip=True)), skipped="No such item" in text)
    told = soup.select_one(".fatitem .toptext, .fatitem .commtext")
    author = soup.select_one(".fatitem .hnuser")
    age = soup.select_one(".fatitem .age")
    comments = [_comment(row, place) for place, row in enumerate(soup.select("tr.comtr"))]
    for place, comment in enumerate(comments):
        rest = comments[place + 1 :]
        comment.answers = next((n for n, other in enumerate(rest) if other.depth <= comment.depth), len(rest))
    href = str(title.get("href", "")) if title else ""
    thread = Thread(
        title=title.get_text(" ", strip=True) if title else "",
        url=href if href.startswith("http") else "",
        html=told.decode_contents() if told else "",
        author=author.get_text(strip=True) if author else "",
        date=str(age.get("title", ""))[:10] if age else "",
        comments=tuple(comment for comment in comments if comment.html),
    )
    return content(thread)


def _why_not(text: str) -> str:
    if "No such item" in text:
        return "Hacker News has no such item"
    return "Hacker News sent no thread: it may be asking programs to slow down"


def _comment(row: Any, place: int) -> Comment:
    indent = row.select_one("td.ind")
    text = row.select_one(".commtext")
    for button in row.select(".reply"):
        button.decompose()
    depth = int(indent.get("indent") or 0) if indent else 0
    faded = bool(text) and "c00" not in (text.get("class") or [])
    author = row.select_one(".hnuser")
    return Comment(
        url=SITE + str(row.get("id") or ""),
        author=author.get_text(strip=True) if author else "",
        html=text.decode_contents() if text else "",
        depth=depth,
        standing=(0.3 if faded else 1.0) + 0.5 / (1 + place),
    )
