"""What is seen of a web page as a whole, before anybody judges what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flashgen.extract import PageFacts
from flashgen.text import plain, words

_TEXT_BOUND = 60_000
_SENTENCE_END = re.compile(r"[.!?:;…。！？»”\"')\]]\s*$")
_MARKDOWN_LINK = re.compile(r"\[([^\]]{0,1000})\]\([^)]{0,3000}\)")
_OWN_LINK = re.compile(r"\]\(#")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Survey:
    """A page as a whole: what `facts` tell, and what else is asked when pages are judged.

    `names` is what the page calls itself: title and h1. `controls` are the labels of buttons and of links that look
    like buttons. `types` are the page's own JSON-LD and microdata types and its og:type (`og:product`), in lower case.
    `free` is what it says of itself (schema.org isAccessibleForFree). `teasers` counts headings of one kind that are
    links, `linked_words` the words in links. `text` and `html` are cut.
    """

    facts: PageFacts = PageFacts()
    names: tuple[str, ...] = ()
    text: str = ""
    controls: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    free: bool = True
    teasers: int = 0
    linked_words: int = 0
    html: str = ""

    @property
    def words(self) -> int:
        """How many words the page shows, chrome included."""
        return self.facts.words


@dataclass(frozen=True, slots=True)
class Prose:
    """What the main text is made of, in words: running sentences, code and tables, and text that is only links."""

    sentences: int = 0
    material: int = 0
    linked: int = 0
    total: int = 0
    links: int = 0
    headed: int = 0
    """Headings that are links: what index pages are made of."""


def survey(root: Any, html: str, facts: PageFacts) -> Survey:
    """Look over the tree of a page. `html` is its source, in which names of scripts are looked up."""
    data = list(_json_ld(root))
    return Survey(
        facts=facts,
        names=(facts.title, *_headings(root)),
        text=facts.text[:_TEXT_BOUND],
        controls=tuple(_controls(root)),
        types=frozenset(_types(root, data)),
        free=not any(_says_not_free(item) for item in data),
        teasers=_teasers(root),
        linked_words=int(facts.link_density * facts.words),
        html=html[:400_000],
    )


def prose(markdown: str) -> Prose:
    """How much of Markdown is sentences that a reader could learn from."""
    headed = 0
    material = sum(len(words(match.group(0))) for match in _FENCE.finditer(markdown))
    sentences = linked = total = links = 0
    for line in _FENCE.sub("", markdown).splitlines():
        line = line.strip()
        if not line or line.startswith("<!--"):
            continue
        labels = _MARKDOWN_LINK.findall(line)
        count, inside = len(words(plain(line))), sum(len(words(label)) for label in labels)
        total += count
        linked += inside
        links += len(labels)
        headed += line.startswith("#") and inside >= 0.7 * count > 0 and not _OWN_LINK.search(line)
        if line.startswith("|"):
            material += count - inside
        elif not line.startswith(("#", "!")) and count >= 8 and inside < 0.6 * count:
            sentences += count if _SENTENCE_END.search(plain(line)) or count >= 25 else 0
    return Prose(sentences, material, linked, total, links, headed)


def _said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())[:300]


def _headings(root: Any) -> tuple[str, ...]:
    """What the page calls itself: its h1s, or the first h2 of a page without."""
    found = [_said(heading) for heading in root.iter("h1")][:3] or [_said(heading) for heading in root.iter("h2")][:1]
    return tuple(filter(None, found))


def _controls(root: Any) -> Iterator[str]:
    for element in root.iter("button", "input", "a"):
        kind = element.get("type", "")
        names = f"{element.get('class', '')} {element.get('role', '')} {element.get('id', '')}".lower()
        if element.tag == "input":
            label = element.get("value", "") if kind in ("submit", "button") else ""
        elif element.tag == "a" and not re.search(r"btn|button|cta|cart|buy|signup|install", names):
            label = ""
        else:
            label = _said(element) or element.get("aria-label", "")
        if label and len(label) < 60:
            yield label.casefold()


def _json_ld(root: Any) -> Iterator[dict[str, Any]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > 500_000:
            continue
        try:
            waiting = [json.loads(script.text)]
        except (ValueError, RecursionError):
            continue
        for _ in range(200):
            if not waiting:
                break
            item = waiting.pop()
            if isinstance(item, list):
                waiting += item
            elif isinstance(item, dict):
                yield item
                waiting += [
                    item[name] for name in ("@graph", "mainEntity", "mainEntityOfPage", "offers") if name in item
                ]


def _types(root: Any, data: list[dict[str, Any]]) -> Iterator[str]:
    for item in data:
        named = item.get("@type", "")
        yield from (str(name).casefold() for name in (named if isinstance(named, list) else [named]) if name)
    for meta in root.iter("meta"):
        if meta.get("property") == "og:type" and meta.get("content"):
            yield f"og:{meta.get('content').strip().casefold()}"
    for element in root.xpath("//*[@itemscope][@itemtype]"):
        yield element.get("itemtype").rstrip("/").rpartition("/")[2].casefold()


def _says_not_free(item: dict[str, Any]) -> bool:
    return str(item.get("isAccessibleForFree", "")).casefold() == "false"


def _teasers(root: Any) -> int:
    """Repeated blocks that are a linked heading with at most a few lines below it: what index pages are made of."""
    counted: dict[tuple[Any, str, str], int] = {}
    for heading in root.iter("h2", "h3", "h4", "h5"):
        link = next(heading.iter("a"), None)
        if link is None and (up := heading.getparent()) is not None and up.tag == "a":
            link = up
        href = link.get("href", "") if link is not None else ""
        if not href or href.startswith("#") or len(_said(link)) < 0.7 * len(_said(heading)) or not _said(heading):
            continue
        key = (heading.tag, heading.get("class", ""), "")
        counted[key] = counted.get(key, 0) + 1
    return max(counted.values(), default=0)
