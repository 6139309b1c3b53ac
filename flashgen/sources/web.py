"""Any page of the web, by what the bytes are: the fallback for every link that no other source claims."""

from __future__ import annotations

from flashgen.sources.page import page_article
from flashgen.types import Article, Get

KIND = "web"


def claims(link: str) -> bool:
    """None: what nobody claims is read here."""
    return False


async def read(link: str, get: Get) -> Article:
    """The page's text. Raises Elsewhere where it sends us on, and Skipped or Failed where it is no article."""
    return await page_article(link, await get(link), KIND)
