"""The part of a page that is its text: the elements that the mask covers, and what belongs between and around them.

The mask (an extractor's text) is right about where the article is and wrong about details: it misses tables, lists,
code and headings, and takes in a teaser now and then. So each block of the page is looked up in it, the smallest
element that holds nearly all of what was found becomes the root, widened to the element that the page itself calls
its article, and within that root each uncovered stretch is judged by where it stands and what it is.
"""

from __future__ import annotations

import re
from flashgen.extract.clean import is_body, is_doubtful
from flashgen.extract.tree import BLOCKS, HEADINGS, Element, ancestors, drop, letters, names, text_of

_BODY_TAGS = ("div", "article", "section", "main")
_TIGHT = 0.85
_WORTH = 150


class Measured:
    """Letters in each element of a tree: all, those within links, and once `cover` is called those in the mask."""

    def __init__(self, root: Element) -> None:
        self.order = [element for element in root.iter() if isinstance(element.tag, str)]
        self.index = {element: number for number, element in enumerate(self.order)}
        self.parents = [self.index.get(element.getparent(), -1) for element in self.order]
        self.texts = self._blocks()
        self.size = self._summed({number: sum(map(len, texts)) for number, texts in self.texts.items()})
        links = {n: letters(text_of(e)) for n, e in enumerate(self.order) if e.tag == "a" and e.get("href")}
        self.linked = self._summed(links)
        self.covered = [0] * len(self.order)

    def cover(self, mask: str) -> None:
        """Look every block of the page up in the mask."""
        lookup = _Lookup(mask)
        found = {n: sum(len(text) for text in texts if lookup.has(text)) for n, texts in self.texts.items()}
        self.covered = self._summed(found)

    def of(self, element: Element) -> tuple[int, int, int]:
        """Letters, covered letters and letters in links of `element`."""
        number = self.index[element]
        return self.size[number], self.covered[number], self.linked[number]

    def _blocks(self) -> dict[int, list[str]]:
        """By block: its text without white space, in one piece, or in several where other blocks stand between."""
        owners: list[int] = []
        mixed: set[int] = set()
        pieces: dict[int, list[str]] = {}
        for number, element in enumerate(self.order):
            above = owners[self.parents[number]] if number else 0
            if element.tag in BLOCKS or not number:
                owners.append(number)
                mixed.add(above)
            else:
                owners.append(above)
            if element.text and not element.text.isspace():
                pieces.setdefault(owners[number], []).append(element.text)
            if element.tail and number and not element.tail.isspace():
                pieces.setdefault(above, []).append(element.tail)
        whole = {n: texts if n in mixed or len(texts) == 1 else [text_of(self.order[n])] for n, texts in pieces.items()}
        return {number: ["".join(text.split()) for text in texts] for number, texts in whole.items()}

    def _summed(self, own: dict[int, int]) -> list[int]:
        sums = [own.get(number, 0) for number in range(len(self.order))]
        for number in range(len(sums) - 1, 0, -1):
            sums[self.parents[number]] += sums[number]
        return sums


def declared(measured: Measured) -> Element | None:
    """The one element that the page declares to be its text, if there is just one of substance.

    Before `cover` it must hold most of the page's text outside links, after it most of what is covered.
    """
    found: list[Element] = []
    for element in measured.order:
        if element.tag not in _BODY_TAGS or not is_body(element):
            continue
        size, covered, linked = measured.of(element)
        if size < _WORTH or linked > 0.7 * size:
            continue
        if found and any(up is found[-1] for up in ancestors(element)):
            if covered >= 0.8 * measured.of(found[-1])[1] and size > 0.5 * measured.of(found[-1])[0]:
                found[-1] = element
            continue
        found.append(element)
    total = measured.covered[0]
    if not total:
        plain = measured.size[0] - measured.linked[0]
        own = (
            measured.size[measured.index[found[0]]] - measured.linked[measured.index[found[0]]]
            if len(found) == 1
            else 0
        )
        return found[0] if len(found) == 1 and (own > 0.5 * plain or _is_readme(found[0])) else None
    clear = [element for element in found if measured.of(element)[1] > 0.5 * total or _is_readme(element)]
    return clear[0] if len(clear) == 1 else None


def _is_readme(element: Element) -> bool:
    """GitHub's rendered Markdown: the lists of files above it are often longer, and never the text."""
    return "markdown-body" in names(element)


def covered(root: Element, measured: Measured) -> Element | None:
    """The element that the mask points to, wide enough for what the mask misses; None where it covers nothing."""
    if not measured.covered[0]:
        return None
    return _widened(_tightest(root, measured), measured)


class _Lookup:
    """Whether a text without white space stands in the mask. Long texts count once: pages carry hidden copies."""

    def __init__(self, mask: str) -> None:
        lines = ["".join(line.split()) for line in mask.split("\n")]
        self.lines = {line.lstrip("-") for line in lines} | set(lines)
        self.whole = "".join(lines)
        self.used = bytearray(len(self.whole))

    def has(self, text: str) -> bool:
        if len(text) < 12:
            return text in self.lines
        at = self.whole.find(text)
        if at >= 0:
            return self._take(at, len(text))
        if len(text) < 60:
            return False
        third = len(text) // 3
        found = [self.whole.find(text[at : at + 24]) for at in (0, third, 2 * third, len(text) - 24)]
        return sum(at >= 0 and self._take(at, 24) for at in found) >= 2

    def _take(self, at: int, length: int) -> bool:
        """Use up a stretch of the mask; False if it is used already, except that short texts may recur."""
        taken = self.used[at + length // 2] and length >= 24
        self.used[at : at + length] = b"\1" * length
        return not taken


def _tightest(root: Element, measured: Measured) -> Element:
    """The innermost element with nearly all covered letters."""
    enough = _TIGHT * measured.covered[0]
    node = root
    while True:
        inner = next((c for c in node if c in measured.index and measured.covered[measured.index[c]] >= enough), None)
        if inner is None or inner.tag not in BLOCKS:
            return node
        node = inner


def _widened(tight: Element, measured: Measured) -> Element:
    """The nearest element around `tight` that the page calls its article; `tight` itself where there is none."""
    for element in [tight, *ancestors(tight)]:
        if element.tag in ("body", "html"):
            break
        if element.tag in ("article", "main") or element.get("role") in ("main", "article"):
            return tight if _hosts_more(element, tight, measured) else element
    return tight


def _hosts_more(outer: Element, tight: Element, measured: Measured) -> bool:
    """Whether `outer` holds other articles beside `tight`."""
    others = [e for e in outer.iter("article") if e is not outer and e is not tight and tight not in ancestors(e)]
    return any(
        e not in ancestors(tight) and measured.index.get(e) is not None and measured.of(e)[0] > _WORTH for e in others
    )


def prune(top: Element, measured: Measured, *, trusted: bool) -> None:
    """Drop within `top` what is not text, judged by its cover, its place and its kind.

    `trusted`: the page itself declares `top` its text, so what stands at its ends belongs to it too.
    """
    inside = [
        element for element in measured.order[measured.index[top] :] if element is top or top in ancestors(element)
    ]
    masked = bool(measured.covered[0])
    own = [n for n in (measured.index[e] for e in inside) if measured.covered[n]]
    first, last = (min(_leaves(own, measured)), max(_leaves(own, measured))) if own else (0, 0)
    stack = list(top)[::-1]
    while stack:
        element = stack.pop()
        number = measured.index.get(element)
        if number is None:
            continue
        size, covered, linked = measured.size[number], measured.covered[number], measured.linked[number]
        if covered >= 0.95 * size and size:
            continue
        if covered or (not masked and size and not is_doubtful(element) and element.tag not in ("p", "pre", "table")):
            stack.extend(list(element)[::-1])
        elif not size:
            continue
        else:
            edge = not trusted and not first < number < last
            if not _belongs(
                element, size, linked, edge=edge, among=edge and _is_among(element, measured), masked=masked
            ):
                drop(element)


def _is_among(element: Element, measured: Measured) -> bool:
    """Whether at least two of the elements beside `element` are covered paragraphs."""
    parent = element.getparent()
    beside = (
        [c for c in parent if c.tag in ("p", "li", "pre", *HEADINGS) and c in measured.index]
        if parent is not None
        else []
    )
    return sum(measured.covered[measured.index[c]] > 0 for c in beside) >= 2


def _leaves(numbers: list[int], measured: Measured) -> list[int]:
    return [
        n
        for n in numbers
        if measured.order[n].tag in BLOCKS
        and not any(c in measured.index and measured.covered[measured.index[c]] for c in measured.order[n])
    ]


def _belongs(element: Element, size: int, linked: int, *, edge: bool, among: bool, masked: bool) -> bool:
    """Whether an uncovered element is text all the same.

    `edge`: it stands before or behind all that is covered; `among`: right beside covered paragraphs.
    """
    if element.tag not in BLOCKS:
        return True
    if is_doubtful(element) and (masked or size < 400 or linked > 0.3 * size):
        return False
    if element.tag in ("pre", "table", "figure", "figcaption", "blockquote", *HEADINGS):
        return True
    if not edge or linked < 0.5 * size:
        return True
    return element.tag in ("ul", "ol", "p") and among
