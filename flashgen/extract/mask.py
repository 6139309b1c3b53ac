"""Where on a page the article is: an extractor's text, taken only as a mask over the page's own elements.

`by_trafilatura` is the default. `by_rs_trafilatura` is quicker, but its package has wheels for few systems.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flashgen.extract.tree import Element

Mask = Callable[[Element, str, bool], str]
"""The main text of a tree, one block a line: (root, url, whether readers' posts belong to it) -> text."""


def by_trafilatura(root: Element, url: str, posts: bool) -> str:
    """The main text as trafilatura sees it; '' if it finds none."""
    from trafilatura import bare_extraction
    from trafilatura.xml import xmltotxt

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found: Any = bare_extraction(_serialised(root), url=url, include_comments=posts)
    except Exception:  # whatever breaks it, the page's own paragraphs are still there
        return ""
    if found is None:
        return ""
    parts = [found.body, found.commentsbody if posts else None]
    return "\n".join(xmltotxt(part, False) for part in parts if part is not None)


def by_rs_trafilatura(root: Element, url: str, posts: bool) -> str:
    """The main text as rs-trafilatura sees it; '' if it finds none."""
    import rs_trafilatura  # type: ignore[import-not-found]

    try:
        return str(rs_trafilatura.extract(_serialised(root), url=url, include_comments=posts).main_content or "")
    except Exception:
        return ""


def _serialised(root: Element) -> str:
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode", method="html"))


def best() -> Mask:
    """The mask to use here: trafilatura's own."""
    return by_trafilatura
