"""What a page is like as a whole: how much it says, how much of that is links, forms, scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from flashgen.extract import json_ld
from flashgen.extract.tree import Element, letters, text_of
from flashgen.extract.values import PageFacts

_REDIRECT = re.compile(
    r"(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*=\s*[\"']([^\"']{1,2000})[\"']|location\.(?:replace|assign)\(\s*[\"']([^\"']{1,2000})[\"']"
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s].*?)[\"']?\s*$", re.I)
_FEW_WORDS = 40


def before_stripping(
    root: Element, url: str, tags: Mapping[str, str], linked: Sequence[Mapping[str, Any]]
) -> PageFacts:
    """What scripts, forms and metadata say, read before the scripts are gone."""
    scripts = list(root.iter("script"))
    inline = "\n".join(
        (script.text or "")[:5000] for script in scripts if not script.get("src") and not script.get("type")
    )
    redirect = _REDIRECT.search(inline[:50_000])
    refresh = _REFRESH.match(tags.get("refresh", ""))
    title = root.find(".//title")
    return PageFacts(
        scripts=len(scripts),
        noscript=" ".join(" ".join(text_of(element).split()) for element in root.iter("noscript"))[:2000].strip(),
        password_fields=sum((field.get("type") or "").lower() == "password" for field in root.iter("input")),
        inputs=sum(
            (field.get("type") or "text").lower() not in ("hidden", "submit", "button")
            for field in root.iter("input", "textarea", "select")
        ),
        frames=tuple(_full(frame.get("src") or "", url) for frame in root.iter("frame", "iframe") if frame.get("src"))[
            :20
        ],
        meta_refresh=_full(refresh.group(1), url) if refresh and not refresh.group(1).isdigit() else "",
        script_redirect=_full(redirect.group(1) or redirect.group(2), url) if redirect else "",
        json_ld_types=frozenset(name for item in linked for name in json_ld.types(item)),
        og_type=tags.get("og:type", "").lower(),
        generator=tags.get("generator", ""),
        robots=tags.get("robots", "").lower(),
        title=" ".join(text_of(title).split()) if title is not None else "",
    )


def shown(root: Element) -> tuple[str, float, tuple[str, ...]]:
    """All the text of a page without scripts, the share of it in links, and its first headings."""
    body = root.find("body")
    top = body if body is not None else root
    text = " ".join(" ".join(top.itertext()).split())
    linked = sum(letters(text_of(link)) for link in top.iter("a"))
    headings = (" ".join(text_of(heading).split()) for heading in top.iter("h1", "h2"))
    return text, min(linked / max(letters(text), 1), 1.0), tuple(filter(None, headings))[:10]


def is_shell(text: str, scripts: int, noscript: str) -> bool:
    """Whether a page shows next to nothing, and has scripts that would."""
    return len(text.split()) < _FEW_WORDS and (scripts > 0 or "javascript" in noscript.lower())


def _full(href: str, url: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return ""
