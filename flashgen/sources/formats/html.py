"""Web pages: the main text, what is seen of the page as a whole, and where else it sends its reader."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from flashgen.sources.content import Content
from flashgen.types import Page

_DELAY = 10
"""Seconds after which a page that reloads itself is one that changes, not one that sends us on."""
_REFRESH = re.compile(r"\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]+)", re.I)
_SCRIPTED = re.compile(
    r"(?:^|[^\w.])(?:window\.|document\.|self\.|top\.|parent\.)*location(?:\.href)?\s*"
    r"(?:=\s*|\.(?:replace|assign)\s*\(\s*)([\"'])(?P<url>(?:https?:)?/[^\"'\s]+)\1"
)


def read(page: Page) -> Content:
    """The page's text as Markdown, with `survey` and `forward`. Never raises: judging is another's work."""
    from flashgen.extract import extract
    from flashgen.sources.nature.survey import survey

    found = extract(page.body, url=page.final_url, content_type=page.content_type)
    root, html = tree(page)
    seen = survey(root, html, found.facts) if root is not None else None
    return Content(
        markdown=found.markdown,
        title=found.title,
        author=found.author,
        date=found.date,
        language=found.language,
        canonical_url=found.canonical_url,
        survey=seen,
        forward=forward(root, page.final_url, seen.words) if root is not None and seen else "",
    )


def tree(page: Page) -> tuple[Any, str]:
    """The page's tree (None for an empty one) and its source."""
    from flashgen.extract import decode
    from flashgen.extract.tree import parse

    html = decode(page.body, page.content_type)
    return parse(html), html


def pruned(element: Any, path: str) -> str:
    """The source of `element` without what the XPath `path` finds in it; the tree loses it too."""
    from lxml import etree

    from flashgen.extract.tree import drop

    for chrome in element.xpath(path):
        drop(chrome)
    return str(etree.tostring(element, method="html", encoding="unicode", with_tail=False))


def forward(root: Any, url: str, words: int) -> str:
    """The address that a page without a text of its own sends its reader to: by meta refresh, script or frame."""
    if words > 60:
        return ""
    target = _refresh(root) or (_script(root) if words < 25 else "") or (_frame(root) if words < 25 else "")
    whole = urljoin(url, target.strip()) if target else ""
    if urlsplit(whole).scheme not in ("http", "https") or whole.partition("#")[0] == url.partition("#")[0]:
        return ""
    return whole


def _refresh(root: Any) -> str:
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").casefold() != "refresh" or any(
            up.tag == "noscript" for up in meta.iterancestors()
        ):
            continue
        found = _REFRESH.match(meta.get("content") or "")
        if found and int(found.group(1)) <= _DELAY:
            return found.group(2)
    return ""


def _script(root: Any) -> str:
    """A short inline script whose one work is to go elsewhere."""
    for script in root.iter("script"):
        code = script.text or ""
        if not script.get("src") and len(code) < 1500 and (found := _SCRIPTED.search(code)):
            return found.group("url")
    return ""


def _frame(root: Any) -> str:
    """The biggest frame of a frameset, or the only frame of a page without text."""
    frames = [frame for frame in root.iter("frame") if frame.get("src")]
    if frames:
        named = [frame for frame in frames if re.search(r"main|content|body|right|text", frame.get("name", ""), re.I)]
        return str((named or frames)[0].get("src"))
    inner = [frame for frame in root.iter("iframe") if frame.get("src") and frame.get("height") not in ("0", "1")]
    hidden = [
        frame
        for frame in inner
        if re.search(r"display:\s*none|googletagmanager|recaptcha", f"{frame.get('style')} {frame.get('src')}")
    ]
    shown = [frame for frame in inner if frame not in hidden]
    return str(shown[0].get("src")) if len(shown) == 1 else ""
