"""What comes out of reading a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page is like as a whole, chrome included: from this, walls and empty shells are recognised.

    `text` is all it shows without scripts, in one line, and `words` counts it. `link_density` is the share of its
    letters that stand in links, from 0 to 1. `scripts_only` says that it shows next to nothing until scripts run.
    `declares_body` says that its markup names one element as the article. Addresses are absolute.
    """

    text: str = ""
    words: int = 0
    link_density: float = 0.0
    scripts: int = 0
    scripts_only: bool = False
    noscript: str = ""
    password_fields: int = 0
    inputs: int = 0
    frames: tuple[str, ...] = ()
    meta_refresh: str = ""
    script_redirect: str = ""
    json_ld_types: frozenset[str] = frozenset()
    og_type: str = ""
    generator: str = ""
    robots: str = ""
    headings: tuple[str, ...] = ()
    title: str = ""
    declares_body: bool = False
    discussion: bool = False


@dataclass(frozen=True, slots=True)
class Extracted:
    """The main text of one page as Markdown, '' where it has none, and what the page says of itself.

    `date` is ISO 8601 (a day, `2024-03-01`), `language` an ISO 639-1 code, `canonical_url` absolute and of the same
    site; each may be ''. `links_text_share` is the share of the main text's letters that stand in links, from 0 to 1.
    """

    markdown: str = ""
    title: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    canonical_url: str = ""
    site: str = ""
    links_text_share: float = 0.0
    facts: PageFacts = PageFacts()
