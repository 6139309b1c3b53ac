"""The part of a page that is its text: the elements that the mask covers, and what belongs between and around them.

The mask (an extractor's text) is right about where the article is and wrong about details: it misses tables, lists,
code and headings, and takes in a teaser now and then. So each block of the page is looked up in it, the smallest
element that holds nearly all of what was found becomes the root, widened to the element that the page itself calls
its article, and within that root each uncovered stretch is judged by where it stands and what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flashgen.extract.clean import is_doubtful
from flashgen.extract.tree import BLOCKS, HEADINGS, Element, ancestors, drop, letters, names, text_of

_TIGHT = 0.85
_STRONG = re.compile(
    r"(?<![a-z])(?:article-?body|post-?body|entry-?content|post-?content|article-?content|markdown-body|theme-doc-markdown|mw-parser-output|"
    r"devsite-article-body|rst-content|available-content|gh-content|article-formatted-body|tm-article-body|blog-?post-?content|post-?text|"
    r"md-content--?inner|td-content|vp-doc|story-?body|body-?copy)(?![a-z])"
)
_STRONG_IDS = frozenset({"post-content-body", "mw-content-text", "article-body", "articleBody", "article-content"})
_WORTH = 300
_CONTENT_TAGS = frozenset({"pre", "table", "figure", "blockquote", "ul", "ol", "dl", "p", "img", "picture", "math", *HEADINGS})


@dataclass
class Measured:
    """Letters in each element of a tree: all, those that the mask covers, those within links."""

    order: list[Element] = field(default_factory=list)
    index: dict[Element, int] = field(default_factory=dict)
    size: list[int] = field(default_factory=list)
    covered: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)

    def of(self, element: Element) -> tuple[int, int, int]:
        """Letters, covered letters and letters in links of `element`."""
        number = self.index[element]
        return self.size[number], self.covered[number], self.linked[number]


def region(root: Element, mask: str) -> Element | None:
    """The element that holds the page's text, pruned to it in place; None where there is none."""
    measured = measure(root, mask)
    top = _declared(measured)
    if top is None:
        if not measured.covered or not measured.covered[0]:
            return None
        top = _widened(_tightest(root, measured), measured)
        _prune(top, measured, trusted=False)
    else:
        _prune(top, measured, trusted=True)
    return top


def _declared(measured: Measured) -> Element | None:
    """The one element that the page itself declares to be its text, if there is just one of substance."""
    found: list[Element] = []
    for element in measured.order:
        if not element.attrib or not _is_strong(element):
            continue
        size, covered, linked = measured.of(element)
        if size < _WORTH or linked > 0.7 * size:
            continue
        if found and any(up is found[-1] for up in ancestors(element)):
            if covered >= 0.8 * measured.of(found[-1])[1] and size > 0.5 * measured.of(found[-1])[0]:
                found[-1] = element
            continue
        found.append(element)
    if len(found) > 1:
        most = max(measured.of(element)[0] for element in found)
        found = [element for element in found if measured.of(element)[0] > 0.3 * most] if measured.covered[0] else found
    if len(found) != 1:
        return None
    inside, total = measured.of(found[0])[1], measured.covered[0]
    chrome_only = found[0].get("class") and "markdown-body" in names(found[0])
    return found[0] if chrome_only or inside > 0.5 * total or not total else None


def _is_strong(element: Element) -> bool:
    if element.get("itemprop") == "articleBody" or element.get("id") in _STRONG_IDS:
        return True
    return element.tag in ("div", "article", "section", "main") and bool(_STRONG.search(names(element)))


def measure(root: Element, mask: str) -> Measured:
    """Look up every block of the page in the mask and add the letters up."""
    order = [element for element in root.iter() if isinstance(element.tag, str)]
    index = {element: number for number, element in enumerate(order)}
    parents = [index.get(element.getparent(), -1) for element in order]
    owners: list[int] = []
    mixed: set[int] = set()
    pieces: dict[int, list[str]] = {}
    for number, element in enumerate(order):
        above = owners[parents[number]] if parents[number] >= 0 else number
        if element.tag in BLOCKS or number == 0:
            owners.append(number)
            mixed.add(above)
        else:
            owners.append(above)
        if element.text and not element.text.isspace():
            pieces.setdefault(owners[number], []).append(element.text)
        if element.tail and number and not element.tail.isspace():
            pieces.setdefault(above, []).append(element.tail)
    size, covered, linked = [0] * len(order), [0] * len(order), [0] * len(order)
    lookup = _Lookup(mask)
    for number, texts in pieces.items():
        for text in texts if number in mixed else [text_of(order[number])]:
            tight = "".join(text.split())
            size[number] += len(tight)
            covered[number] += len(tight) if lookup.has(tight) else 0
    for number, element in enumerate(order):
        if element.tag == "a" and element.get("href"):
            linked[number] = letters(text_of(element))
    for number in range(len(order) - 1, 0, -1):
        up = parents[number]
        size[up] += size[number]
        covered[up] += covered[number]
        linked[up] += linked[number]
    return Measured(order, index, size, covered, linked)


class _Lookup:
    """Whether a text without white space stands in the mask."""

    def __init__(self, mask: str) -> None:
        lines = ["".join(line.split()) for line in mask.split("\n")]
        self.lines = {line.lstrip("-") for line in lines} | set(lines)
        self.whole = "".join(lines)

    def has(self, text: str) -> bool:
        if len(text) < 12:
            return text in self.lines
        if text in self.lines or text in self.whole:
            return True
        if len(text) < 60:
            return False
        third = len(text) // 3
        return sum(text[at : at + 24] in self.whole for at in (0, third, 2 * third, len(text) - 24)) >= 2


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
    return any(e not in ancestors(tight) and measured.index.get(e) is not None and measured.of(e)[0] > _WORTH for e in others)


def _prune(top: Element, measured: Measured, *, trusted: bool) -> None:
    """Drop within `top` what is not text, judged by its cover, its place and its kind."""
    inside = [element for element in measured.order[measured.index[top] :] if element is top or top in ancestors(element)]
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
        if covered:
            stack.extend(list(element)[::-1])
        elif not size:
            continue
        elif not _belongs(element, size, linked, edge=not trusted and not first < number < last):
            drop(element)


def _leaves(numbers: list[int], measured: Measured) -> list[int]:
    return [n for n in numbers if measured.order[n].tag in BLOCKS and not any(c in measured.index and measured.covered[measured.index[c]] for c in measured.order[n])]


def _belongs(element: Element, size: int, linked: int, *, edge: bool) -> bool:
    """Whether an uncovered element is text all the same; `edge`: it stands before or behind all that is covered."""
    if element.tag not in BLOCKS:
        return True
    if is_doubtful(element):
        return False
    if element.tag in ("pre", "table", "figure", "figcaption", "blockquote", *HEADINGS):
        return True
    return linked < 0.5 * size if edge else True
