"""Where on a page the article is: an extractor's text, taken only as a mask over the page's own elements.

`by_trafilatura` is the default. `by_rs_trafilatura` (extra `fast-extract`) is quicker and better on forums, but comes as
a wheel for few systems.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import deepcopy

from flashgen.extract.tree import Element

Mask = Callable[[Element, str, bool], str]
"""The main text of a tree, one block a line: (root, url, whether readers' posts belong to it) -> text."""


def by_trafilatura(root: Element, url: str, posts: bool) -> str:
    """The main text as trafilatura sees it; '' if it finds none."""
    from trafilatura import bare_extraction
    from trafilatura.xml import xmltotxt

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(_serialised(root), url=url, include_comments=posts)
        if found is None:
            return ""
        text = xmltotxt(found.body, False)
        return f"{text}\n{xmltotxt(found.commentsbody, False)}" if posts and found.commentsbody is not None else text
    except Exception:
        return ""


def by_rs_trafilatura(root: Element, url: str, posts: bool) -> str:
    """The main text as rs-trafilatura sees it; '' if it finds none."""
    import rs_trafilatura

    try:
        return rs_trafilatura.extract(_serialised(root), url=url, include_comments=posts).main_content or ""
    except Exception:
        return ""


def _serialised(root: Element) -> str:
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode", method="html"))


def best() -> Mask:
    """The mask to use here: trafilatura's own."""
    return by_trafilatura
