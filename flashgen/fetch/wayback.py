"""Archived copies of pages that are no more, from the Wayback Machine."""

from __future__ import annotations

from flashgen.errors import LinkError
from flashgen.types import Get, Page

_LATEST = "https://web.archive.org/web/2id_/"
"""Redirects to the latest copy; `id_` asks for the page as it was archived, without the archive's toolbar."""


async def archived(url: str, get: Get, *, accept: str = "") -> Page | None:
    """The latest archived copy of `url`, its `final_url` being the copy's address; None if none can be had."""
    try:
        return await get(f"{_LATEST}{url}", accept=accept)
    except LinkError:
        return None
