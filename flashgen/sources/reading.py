"""What all sources share: reading a page beside the event loop, sending a link on, and the last check of an article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flashgen.errors import Failed, Skipped
from flashgen.identity import canonical
from flashgen.sources.content import Content, Unreadable
from flashgen.text import plain, words
from flashgen.types import Article, Get, Page
from flashgen.workers import TIMEOUT, Crashed, aside

P = ParamSpec("P")
T = TypeVar("T")

LEAST_WORDS = 20
"""Words under which nothing can be learnt from an article."""
MOST_LETTERS = 4_000_000
"""Letters of Markdown after which an article is cut: some 600,000 words, several thick books."""


class Elsewhere(Exception):
    """The text stands at another address: a frame, a redirect in the page, a file behind a viewer."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(url)


async def beside(url: str, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`fn` in a worker, its faults told as faults of the link: Skipped or Failed."""
    try:
        return await aside(fn, *args, **kwargs)
    except Unreadable as error:
        raise (Skipped if error.skipped else Failed)(url, error.reason) from None
    except TimeoutError:
        raise Failed(url, f"took longer than {TIMEOUT:g} s to read") from None
    except (Crashed, MemoryError, RecursionError) as error:
        raise Failed(url, f"the reader gave up on this page ({error or type(error).__name__})") from None


def article(link: str, page: Page, kind: str, content: Content) -> Article:
    """What `content` of `page` is as an article of `link`."""
    return Article(
        url=link,
        final_url=page.final_url,
        kind=kind,
        markdown=content.markdown,
        title=content.title,
        author=content.author,
        date=content.date,
        language=content.language,
        canonical_url=content.canonical_url,
        notice=content.notice,
    )


def finished(found: Article, url: str) -> Article:
    """The article under the address that was asked for, not longer than MOST_LETTERS. Raises Skipped without text."""
    if len(words(plain(found.markdown[:20_000]))) < LEAST_WORDS:
        raise Skipped(url, "there is next to no text to learn from")
    text, notice = found.markdown, found.notice
    if len(text) > MOST_LETTERS:
        text = text[: text.rfind("\n\n", 0, MOST_LETTERS)] + "\n"
        notice = f"only the first {len(text):,} letters of {len(found.markdown):,} were read"
    return replace(found, url=url, markdown=text, notice=notice, language=found.language or language_of(text))


def language_of(text: str) -> str:
    """The language that Markdown is written in, as ISO 639-1, '' if that can't be told."""
    from flashgen.extract.language import detect

    return detect(plain(text[:20_000]))


def standing_in(link: str, page: Page) -> Get:
    """A Get that knows one page only: for `link`, however it is spelled. Everything else Failed."""

    async def get(url: str, *, accept: str = "") -> Page:
        if same(url, link):
            return page
        raise Failed(url, "is not part of the saved page")

    return get


def same(one: str, other: str) -> bool:
    """Whether two addresses name the same page, http or https, with www. or without, with a slash at the end or not."""
    return loose(one) == loose(other)


def loose(url: str) -> str:
    """An address for comparing."""
    parts = urlsplit(canonical(url))
    return f"{parts.netloc.removeprefix('www.').removeprefix('m.')}{parts.path.rstrip('/')}?{parts.query}"
