"""Files beside the reading list: Markdown, text, HTML, PDF, EPUB, notebooks."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from flashgen.sources import formats
from flashgen.sources.reading import article, beside
from flashgen.types import Article, Get

KIND = "file"

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)


def claims(link: str) -> bool:
    """Paths, and file: addresses. `//host` and `\\\\host` are no paths but addresses without a scheme."""
    if link.startswith(("//", "\\\\", "/\\", "\\/", "#", "?")) or not link.strip():
        return False
    found = _SCHEME.match(link)
    return not found or found.group(0).lower() == "file:"


async def read(link: str, get: Get) -> Article:
    """The file's text. It is the person's own: it is not asked whether it is an article."""
    page = await get(link)
    content = await beside(link, formats.read, page)
    name = formats.file_name(urlsplit(page.final_url).path or link)
    return article(link, page, KIND, replace(content, title=content.title or name.rpartition(".")[0] or name))
