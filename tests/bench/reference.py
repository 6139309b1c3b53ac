"""What a page's reference text is made of: the parts of the region of the page that stands in it."""

from __future__ import annotations

import re
from typing import Any

from structure import Parts, address, code_text, language, squash

_LANGUAGE = re.compile(
    r"(?:^|[\s-])(?:language|lang|highlight-source|highlight-text|brush:?|sourceCode)[-\s]([\w+#.-]+)", re.I
)
_FOOTNOTE = re.compile(r"^(?:fn|cite_note|footnote)", re.I)
_GUTTER = re.compile(
    r"\b(?:linenos?|lineno|gutter|line-numbers-rows|linenodiv|hljs-ln-numbers|blob-num|copy|copybtn)\b"
)


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _set(
    "p li h1 h2 h3 h4 h5 h6 pre td th dt dd blockquote figcaption div section article main summary caption body"
)
_CHROME = _set("nav aside footer header form script style noscript template svg head button select")


def of_region(html: str, reference: str, base: str) -> Parts:
    """The parts of the page that lie in the reference text.

    The page is split into its innermost blocks of text. A block of at least 30 letters whose letters stand in the
    reference, at or after the place where the one before it stood, belongs to the region; shorter ones belong to it
    where they lie between two such and their letters stand in the
    reference too. Code, headings, list items and
    table rows count where their block does; links where the block around them does; images where the blocks
    before and after them do. Elements inside `nav`, `aside`, `footer`, `header` and `form` never count, nor do edit
    links, links within the page or in code, images of a pixel, tables that only lay out the page, and list items in
    table cells (Markdown has no such thing) or of footnotes.
    """
    import lxml.html

    parts = Parts()
    try:
        tree = lxml.html.document_fromstring(html)
    except Exception:
        return parts
    for element in list(tree.find_class("mw-editsection")) + list(tree.find_class("headerlink")):
        element.drop_tree()
    region = _Region(tree, squash(reference))
    for element in tree.iter("pre"):
        if region.has(element):
            _add_code(element, parts)
    for element in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if region.has(element) and (letters := squash(_text(element))):
            parts.headings[letters] += 1
    for element in tree.iter("li"):
        if _FOOTNOTE.search(element.get("id") or "") or any(up.tag == "td" for up in element.iterancestors()):
            continue
        if region.holds(element) and (letters := squash(_item_text(element))):
            parts.lists[letters] += 1
    for element in tree.iter("table"):
        _add_rows(element, region, parts)
    for element in tree.iter("a"):
        href = element.get("href") or ""
        shown = squash(_text(element)) and not href.startswith(("#", "javascript:", "mailto:"))
        if href and shown and region.has(element) and not any(up.tag == "pre" for up in element.iterancestors()):
            full = address(href, base)
            if full.partition("#")[0] != address(base, base).partition("#")[0]:
                parts.links[full] += 1
    for element in tree.iter("img"):
        if any((element.get(side) or "9").strip("px") in ("0", "1", "2") for side in ("width", "height")):
            continue
        choices = frozenset(address(url, base) for url in _sources(element))
        if choices and region.around(element):
            parts.image_choices.append(choices)
    return parts


class _Region:
    """Which blocks of a page stand in its reference text."""

    def __init__(self, tree: Any, letters: str) -> None:
        self.order: dict[Any, int] = {}
        self.blocks: list[Any] = []
        self.inside: list[bool] = []
        at = 0
        firm: list[int] = []
        for number, element in enumerate(e for e in tree.iter() if isinstance(e.tag, str)):
            self.order[element] = number
            if element.tag not in _BLOCKS or self._chrome(element):
                continue
            own = squash(_own_text(element))
            if not own:
                continue
            place = letters.find(own, max(0, at - 2000))
            long = len(own) >= 30
            if long and place >= 0:
                at = place + len(own)
                firm.append(len(self.blocks))
            self.blocks.append(element)
            self.inside.append(place >= 0)
        first, last = (firm[0], firm[-1]) if firm else (1, 0)
        self.inside = [ok and first <= n <= last for n, ok in enumerate(self.inside)]
        self.member = {element for element, ok in zip(self.blocks, self.inside, strict=True) if ok}
        self.numbers = [self.order[element] for element in self.blocks]

    @staticmethod
    def _chrome(element: Any) -> bool:
        return any(up.tag in _CHROME for up in element.iterancestors())

    def has(self, element: Any) -> bool:
        """Whether the block that holds `element` is in the region."""
        while element is not None and element not in self.member:
            if element in self.order and element.tag in _BLOCKS and squash(_own_text(element)):
                return False
            element = element.getparent()
        return element is not None

    def holds(self, element: Any) -> bool:
        """Whether `element` or the first block of text within it is in the region."""
        first = next((e for e in element.iter() if e in self.order and e.tag in _BLOCKS and squash(_own_text(e))), None)
        return first in self.member

    def around(self, element: Any) -> bool:
        """Whether the blocks right before and after `element` are both in the region."""
        from bisect import bisect_left

        if self._chrome(element):
            return False
        place = bisect_left(self.numbers, self.order[element])
        return 0 < place < len(self.blocks) and self.inside[place - 1] and self.inside[place]


def _text(element: Any) -> str:
    return "".join(element.itertext()) if isinstance(element.tag, str) else ""


def _own_text(element: Any) -> str:
    """The text of `element` outside blocks within it."""
    if element.tag in ("pre", "script", "style", "noscript", "template"):
        return _text(element) if element.tag == "pre" else ""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS and child.tag not in ("ul", "ol", "table", "dl"):
            pieces.append(_own_text(child))
        pieces.append(child.tail or "")
    return " ".join(pieces)


def _item_text(element: Any) -> str:
    """The text of a list item without nested lists, tables and code."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("ul", "ol", "table", "pre", "dl", "script", "style"):
            pieces.append(_item_text(child))
        pieces.append(child.tail or "")
    return " ".join(pieces)


def _add_code(element: Any, parts: Parts) -> None:
    pieces: list[str] = []

    def walk(node: Any) -> None:
        if not isinstance(node.tag, str) or _GUTTER.search(node.get("class") or ""):
            return
        pieces.append("\n" if node.tag == "br" else node.text or "")
        for child in node:
            walk(child)
            pieces.append(child.tail or "")

    walk(element)
    text = code_text("".join(pieces))
    if not text:
        return
    parts.code.append(text)
    around = [element, *element.iterancestors()][:4] + list(element.iter("code"))[:1]
    for node in around:
        named = (
            node.get("data-lang") or node.get("data-language") or node.get("lang" if node.tag == "pre" else "-") or ""
        )
        found = _LANGUAGE.search(node.get("class") or "")
        name = language(named or (found.group(1) if found else ""))
        if name and node.tag != "html":
            parts.language.append((squash(text), name))
            return


def _add_rows(table: Any, region: _Region, parts: Parts) -> None:
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    layout = table.find(".//table") is not None or table.find(".//pre") is not None or len(rows) < 2
    filled = [sum(bool(squash(_text(cell))) for cell in row) for row in rows]
    if layout or sum(count >= 2 for count in filled) < 0.6 * sum(count > 0 for count in filled):
        return
    for cells in rows:
        letters = [squash(_text(cell)) for cell in cells]
        if any(letters) and all(region.has(cell) for cell, own in zip(cells, letters, strict=True) if own):
            parts.tables["|".join(filter(None, letters))] += 1


def _sources(image: Any) -> list[str]:
    found = [image.get(name) for name in ("src", "data-src", "data-original", "data-lazy-src") if image.get(name)]
    for name in ("srcset", "data-srcset"):
        found += [piece.split()[0] for piece in (image.get(name) or "").split(", ") if piece.split()]
    return [url for url in found if not url.startswith("data:")]
