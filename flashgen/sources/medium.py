"""Medium, on its own hosts and on its customers' domains: the story without claps, responses and recommendations."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flashgen.errors import Skipped
from flashgen.sources.content import Content, Unreadable
from flashgen.sources.formats import html
from flashgen.sources.page import page_article
from flashgen.types import Article, Get, Page

KIND = "medium"

_STORY = re.compile(r"-[0-9a-f]{8,14}$|^/p/[0-9a-f]{8,14}$")
_MARKS = re.compile(
    r"cdn-client\.medium\.com|com\.medium\.reader|class=\"pw-post-(?:title|body-paragraph)|medium\.com/_/stat|"
    r"GLOBALS\.medium|\"mediumOwnedHost"
)
_WALL = re.compile(
    r"(?:create an account|become a member|sign up|sign in|join medium|upgrade)[^.]{0,60} to (?:read|continue|view)"
    r"[^.]{0,30}(?:story|author|post)|available to medium members only|member-only story|"
    r"this post is for (?:paid )?members|read the rest of this story",
    re.I,
)
_CLASSES = "speechify-ignore paywall responses recs js-postMetaLockup postActions author-card"
_TEST_IDS = (
    "audioPlayButton headerSocialActionsRow postFooterSocialActions authorPhoto storyReadTime storyPublishDate "
    "authorName publicationName"
)
_LABELS = ("Listen", "Share", "Follow", "Clap", "More", "--")
_CHROME = " | ".join(
    [".//button", f".//*[not(*) and ({' or '.join(f'normalize-space()={label!r}' for label in _LABELS)})]"]
    + [f".//*[contains(@class, '{name}')]" for name in _CLASSES.split()]
    + [f".//*[@data-testid='{name}']" for name in _TEST_IDS.split()]
)
_FEWEST = 350
"""Words from which a story counts as whole although the page speaks of members."""


def claims(link: str) -> bool:
    """Medium's own hosts; other domains are known by their pages."""
    host = urlsplit(link).hostname or ""
    return host == "medium.com" or host.endswith(".medium.com")


async def read(link: str, get: Get) -> Article:
    """The story. Raises Skipped for lists of stories and for members' stories."""
    path = urlsplit(link).path.rstrip("/")
    if not _STORY.search(path):
        raise Skipped(link, "a list of stories or a profile on Medium, not a story")
    return await page_article(link, await get(link), KIND)


def recognises(source: str) -> bool:
    """Whether a page is Medium's, whatever its domain."""
    return "<article" in source and bool(_MARKS.search(source))


def content(page: Page, root: Any, source: str) -> Content:
    """The story on a page of Medium. Raises Unreadable for a members' story of which only the beginning is shown."""
    from flashgen.extract import to_markdown
    from flashgen.sources.nature.survey import prose

    found = html.read(page)
    walled = bool(
        _WALL.search(" ".join(root.itertext()))
        or '"isLocked":true' in source
        or (found.survey and not found.survey.free)
    )
    stories = [article for article in root.iter("article") if next(article.iter("p"), None) is not None]
    if not stories:
        return found
    story = max(stories, key=lambda article: len("".join(article.itertext())))
    text = to_markdown(html.pruned(story, _CHROME), base_url=page.final_url)
    seen = prose(text)
    if walled and seen.sentences + seen.material < _FEWEST:
        raise Unreadable(
            "a story for Medium's members: only the beginning is shown. If you are one, open it in a browser "
            "and save the page in the folder saved/ beside the reading list",
            skipped=True,
        )
    title = re.sub(r"\s+\|\s+(?:by .*\|\s+)?[^|]*$", "", found.title)
    return replace(found, markdown=text.strip() + "\n", title=title, kind=KIND, forward="")
