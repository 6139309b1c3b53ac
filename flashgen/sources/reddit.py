"""Reddit: what can be had without a login, which is the feed of a thread, or a page that was saved by hand.

The JSON that programs used has been closed to anonymous readers since May 2026, and robots.txt shuts out all.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flashgen.errors import Failed, LinkError, Skipped
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.reading import article, beside
from flashgen.sources.threads import Comment, Thread, content
from flashgen.types import Article, Get, Page

KIND = "reddit"

_HOSTS = re.compile(r"(?:(?:www|old|new|np|m|sh)\.)?reddit\.com|redd\.it")
_THREAD = re.compile(r"(?:/(?:r|user|u)/[^/]+)?/comments/([a-z0-9]+)(?:/[^/]*/([a-z0-9]+))?|^/([a-z0-9]{5,8})/?$")
_FEED = "https://www.reddit.com/comments/{}/.rss"
_ADVICE = "open it in a browser and save the page in the folder saved/ beside the reading list"


def claims(link: str) -> bool:
    """Every page of reddit.com, and its short links."""
    return bool(_HOSTS.fullmatch(urlsplit(link).hostname or ""))


async def read(link: str, get: Get) -> Article:
    """The thread's feed, else its page. Raises Skipped for lists of posts, and what `get` raises, with advice."""
    path = urlsplit(link).path
    thread = _THREAD.search(path)
    if thread:
        try:
            page = await get(_FEED.format(thread.group(1) or thread.group(3)), accept="application/atom+xml")
            return article(link, page, KIND, await beside(link, from_feed, page))
        except LinkError:
            pass  # the page is asked next, and its fault is told
    elif "/s/" not in path:
        raise Skipped(link, "a list of posts or a profile, not a thread")
    try:
        page = await get(link)
    except Skipped as error:
        raise Skipped(link, _advised(error)) from None
    except Failed as error:
        raise Failed(link, _advised(error), retry_after=error.retry_after, dead=error.dead) from None
    return article(link, page, KIND, await beside(link, from_page, page))


def _advised(error: LinkError) -> str:
    return f"{error.reason.partition(': save')[0]}; {_ADVICE}"


def from_feed(page: Page) -> Content:
    """The thread from its Atom feed: the post and the newest comments, flat. Raises Unreadable."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(page.body, parser)
    entries = root.findall("{*}entry") if root is not None else []
    if not entries:
        raise Unreadable("Reddit's feed is empty")

    def told(entry: Any, name: str) -> str:
        return str(entry.findtext(f"{{*}}{name}") or "").strip()

    def comment(entry: Any) -> Comment:
        link = entry.find("{*}link")
        author = str(entry.findtext("{*}author/{*}name") or "").strip().removeprefix("/u/")
        return Comment(str(link.get("href", "")) if link is not None else "", author, told(entry, "content"), 0)

    post, *answers = entries
    thread = Thread(
        title=told(post, "title"),
        url="",
        html=told(post, "content"),
        author=comment(post).author,
        date=told(post, "updated")[:10],
        comments=tuple(map(comment, answers)),
    )
    return content(thread)


def from_page(page: Page) -> Content:
    """The thread from a page of new or old Reddit, as served or as saved. Raises Unreadable."""
    from bs4 import BeautifulSoup

    from flashgen.extract import decode

    soup = BeautifulSoup(decode(page.body, page.content_type), "lxml")
    post = soup.select_one("shreddit-post")
    thread = _new(soup, post) if post else _old(soup)
    if not thread.html and not thread.comments:
        if thread.url:
            raise Unreadable(f"a link to {urlsplit(thread.url).hostname} without a text of its own", skipped=True)
        raise Unreadable("Reddit sent no thread: it wants a login")
    return content(thread)


def _new(soup: Any, post: Any) -> Thread:
    body = post.select_one("[slot='text-body']")
    comments = [
        Comment(
            url=f"https://www.reddit.com{found.get('permalink', '')}",
            author=str(found.get("author", "")),
            html=_inner(found.select_one("[slot='comment']")),
            depth=int(found.get("depth") or 0),
            answers=len(found.select("shreddit-comment")),
            standing=_standing(found.get("score")),
        )
        for found in soup.select("shreddit-comment")
    ]
    title = post.select_one("[slot='title']")
    return Thread(
        title=title.get_text(" ", strip=True) if title else str(post.get("post-title", "")),
        url=str(post.get("content-href", "")) if post.get("post-type") == "link" else "",
        html=_inner(body),
        author=str(post.get("author", "")),
        date=str(post.get("created-timestamp", ""))[:10],
        comments=tuple(comment for comment in comments if comment.html),
    )


def _old(soup: Any) -> Thread:
    post = soup.select_one("#siteTable .thing.link")
    title = soup.select_one("#siteTable a.title")
    comments = [
        Comment(
            url=f"https://www.reddit.com{found.get('data-permalink', '')}",
            author=str(found.get("data-author", "")),
            html=_inner(found.select_one(":scope > .entry .md")),
            depth=len(found.find_parents(class_="comment")),
            answers=len(found.select(".thing.comment")),
            standing=_standing(_score(found)),
        )
        for found in soup.select(".commentarea .thing.comment")
    ]
    href = str(title.get("href", "")) if title else ""
    time = post.select_one("time") if post else None
    return Thread(
        title=title.get_text(" ", strip=True) if title else "",
        url=href if href.startswith("http") else "",
        html=_inner(post.select_one(".usertext-body .md") if post else None),
        author=str(post.get("data-author", "")) if post else "",
        date=str(time.get("datetime", ""))[:10] if time else "",
        comments=tuple(comment for comment in comments if comment.html),
    )


def _score(found: Any) -> str:
    score = found.select_one(":scope > .entry .score.unvoted")
    return str(score.get("title", "")) if score else ""


def _standing(score: Any) -> float:
    """1.0 for a comment that nobody voted on, 0.3 for one voted down, up to 2.0 for one with hundreds of votes."""
    try:
        votes = int(score)
    except (TypeError, ValueError):
        return 1.0
    return 0.3 if votes < 0 else min(2.0, 1.0 + votes / 200)


def _inner(element: Any) -> str:
    return str(element.decode_contents()).strip() if element is not None else ""
