"""Substack, on its own hosts and on its writers' domains: the post as the page carries it for its scripts."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from flashgen.errors import Skipped
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.formats import html
from flashgen.sources.page import page_article
from flashgen.types import Article, Get, Page

KIND = "substack"

_PRELOADS = re.compile(r"window\._preloads\s*=\s*JSON\.parse\((\"(?:[^\"\\]|\\.)*\")\)")
_WIDGETS = " | ".join(
    f".//*[contains(@class, '{name}')]"
    for name in (
        "subscription-widget", "button-wrapper", "embedded-post", "embedded-publication", "captioned-button",
        "poll-embed", "community-chat", "install-substack",
        "digest-post-embed", "directMessage", "image-link-expand", "paywall",
    )
)  # fmt: skip


def claims(link: str) -> bool:
    """Substack's own hosts; other domains are known by their pages."""
    host = urlsplit(link).hostname or ""
    return host == "substack.com" or host.endswith(".substack.com")


async def read(link: str, get: Get) -> Article:
    """The post. Raises Skipped for lists of posts and for posts of which only the beginning is free."""
    if not re.search(r"/p/[^/]+|/p-\d+|/note/", urlsplit(link).path):
        raise Skipped(link, "a newsletter's list of posts, not a post")
    return await page_article(link, await get(link), KIND)


def recognises(source: str) -> bool:
    """Whether a page is Substack's, whatever its domain."""
    return "window._preloads" in source and "substack" in source


def content(page: Page, root: Any, source: str) -> Content:
    """The post from the data that the page carries; from the page itself where that is missing. Raises Unreadable."""
    from flashgen.extract import to_markdown

    post = _post(source)
    if not post.get("body_html"):
        return html.read(page)
    if (
        post.get("audience") in ("only_paid", "founding")
        and post.get("truncated_body_text") is not None
        and not _is_whole(post)
    ):
        raise Unreadable(
            "a post for paying subscribers: only the beginning is shown. If you are one, open it in a browser "
            "and save the page in the folder saved/ beside the reading list",
            skipped=True,
        )
    text = to_markdown(_without_widgets(str(post["body_html"])), base_url=page.final_url)
    authors = [str(byline.get("name", "")) for byline in post.get("publishedBylines") or [] if isinstance(byline, dict)]
    subtitle = str(post.get("subtitle") or "").strip()
    head = [f"# {post.get('title', '')}", *([f"*{subtitle}*"] if subtitle else [])]
    return Content(
        markdown="\n\n".join([*head, text.strip()]) + "\n",
        title=str(post.get("title") or ""),
        author=", ".join(filter(None, authors)),
        date=str(post.get("post_date") or "")[:10],
        language=str(post.get("language") or "")[:2],
        canonical_url=str(post.get("canonical_url") or ""),
        kind=KIND,
    )


def _post(source: str) -> dict[str, Any]:
    found = _PRELOADS.search(source)
    try:
        data = json.loads(json.loads(found.group(1))) if found else {}
    except (ValueError, RecursionError):
        return {}
    post = data.get("post") if isinstance(data, dict) else None
    return post if isinstance(post, dict) else {}


def _is_whole(post: dict[str, Any]) -> bool:
    """Whether the body is longer than what everybody sees."""
    told = int(post.get("wordcount") or 0)
    shown = len(re.sub(r"<[^>]+>", " ", str(post["body_html"])).split())
    return told > 0 and shown > 0.8 * told


def _without_widgets(body: str) -> str:
    """The body without subscribe buttons and embedded advertisements for other posts."""
    from flashgen.extract.tree import parse

    root = parse(f"<div>{body}</div>")
    return html.pruned(root, _WIDGETS) if root is not None else ""
