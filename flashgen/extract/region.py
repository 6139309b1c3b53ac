"""The part of a page that is its text: the element that holds it, and what within it doesn't belong.

Most pages say so in their markup (`declared`). For the others there is a mask, an extractor's text: it is right about
where the article is and wrong about details, for it misses tables, lists, code and headings, and takes in a teaser
now and then. So each block of the page is looked up in it, the smallest element that holds nearly all of what was
found becomes the root, widened to the element that calls itself an article (`covered`), and within that each
uncovered stretch is judged by where it stands and what it is (`prune`).
"""

from __future__ import annotations

from flashgen.extract.measured import Measured
from flashgen.extract.naming import is_body, is_doubtful
from flashgen.extract.tree import BLOCKS, HEADINGS, Element, ancestors, drop, letters, names, text_of, words

_BODY_TAGS = ("div", "article", "section", "main")
_TEXT_TAGS = ("p", "li", "pre", "table", "dl", "blockquote", "figcaption", "img", "code", *HEADINGS)
_PLAIN_TAGS = words("p ul ol dl pre table blockquote figure li dd dt h1 h2 h3 h4 h5 h6")
_LED_IN = ("ul", "ol", "dl", "pre", "table", "blockquote", "figure")
"""What a word or two may stand before, as a sentence of the text."""
_FEW_LETTERS = 15
_PARTS = ("p", "pre", "blockquote", "figure", "dt", "dd", *HEADINGS)
_WHOLE_TAGS = words("p table pre dl ul ol figure h1 h2 h3 h4 h5 h6")
_TIGHT = 0.85
_TIGHT_WITH_POSTS = 0.98
_INDEX = 0.15
_WORTH = 150
_SOME_OF_PROSE = 0.4


def declared(measured: Measured) -> Element | None:
    """The one element that the page declares to be its text, if there is just one of substance.

    Before `cover` it must hold most of the page's text outside links, after it most of what is covered.
    """
    found = _candidates(measured)
    total = measured.covered[0]
    if total:
        clear = [e for e in found if measured.covered[measured.index[e]] > 0.5 * total or _is_readme(e)]
        return clear[0] if len(clear) == 1 and (_has_prose(clear[0], measured) or _is_readme(clear[0])) else None
    if len(found) != 1:
        return None
    number = measured.index[found[0]]
    plain, own = (measured.size[n] - measured.linked[n] for n in (0, number))
    return found[0] if own > 0.5 * plain or _is_readme(found[0]) else None


def _candidates(measured: Measured) -> list[Element]:
    """The elements that are named as the article's body; of those within each other the innermost that holds most."""
    found: list[Element] = []
    for element in measured.order:
        if element.tag not in _BODY_TAGS or not is_body(element):
            continue
        number = measured.index[element]
        if measured.size[number] < _WORTH or measured.linked[number] > 0.7 * measured.size[number]:
            continue
        if found and any(up is found[-1] for up in ancestors(element)):
            outer = measured.index[found[-1]]
            most = measured.covered[number] >= 0.8 * measured.covered[outer]
            if most and measured.size[number] > 0.5 * measured.size[outer]:
                found[-1] = element
            continue
        found.append(element)
    return found


def _has_prose(element: Element, measured: Measured) -> bool:
    """Whether a good part of the page's paragraphs is in `element`."""
    return measured.prose[measured.index[element]] >= _SOME_OF_PROSE * measured.prose[0]


def _is_readme(element: Element) -> bool:
    """GitHub's rendered Markdown: the lists of files above it are often longer, and never the text."""
    return "markdown-body" in names(element)


def covered(root: Element, measured: Measured, *, posts: bool = False) -> Element | None:
    """The element that the mask points to, wide enough for what the mask misses; None where there is no text.

    `posts`: readers' posts are part of the text, so what they answer to is looked for further out. A mask that misses
    most of the page's paragraphs is not believed: then the paragraphs themselves are the mask. A page with hardly any
    paragraphs is an index: all its main part is kept.
    """
    if max(measured.covered[0], measured.prose[0]) < _INDEX * measured.size[0]:
        measured.cover("")
        return _main(root)
    share = _TIGHT_WITH_POSTS if posts else _TIGHT
    top = _widened(_tightest(root, measured, share), measured) if measured.covered[0] else None
    if top is None or not _has_prose(top, measured):
        measured.cover_prose()
        if measured.covered[0]:
            top = _widened(_tightest(root, measured, share), measured)
    return top


def _main(root: Element) -> Element:
    """What the page calls its main part, if that is one element; else its body."""
    mains = [*root.iter("main"), *(e for e in root.iter("div", "section") if e.get("role") == "main")]
    body = root.find("body")
    return mains[0] if len(mains) == 1 else body if body is not None else root


def _tightest(root: Element, measured: Measured, share: float) -> Element:
    """The innermost element with at least `share` of the covered letters."""
    enough = share * measured.covered[0]
    node = root
    while True:
        inner = next((c for c in node if c in measured.index and measured.covered[measured.index[c]] >= enough), None)
        if inner is None or inner.tag not in BLOCKS or inner.tag in _PARTS:
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
    own = {tight, *ancestors(tight)}
    others = [e for e in outer.iter("article") if e not in own and not own & set(ancestors(e)) - set(ancestors(tight))]
    return any(measured.size[measured.index[e]] > _WORTH for e in others if e in measured.index)


def prune(top: Element, measured: Measured, *, trusted: bool) -> None:
    """Drop within `top` what is not text, judged by its cover, its place and its kind.

    `trusted`: the page itself declares `top` its text, so what stands at its ends belongs to it too. Without that and
    without a mask (an index) all is kept.
    """
    span = measured.span(top)
    mine = [number for number in measured.found if number in span]
    if not mine and not trusted:
        return
    first, last = (min(mine), max(mine)) if mine else (span.start, span.stop)
    begin = next((number for number in span if measured.prose[number] and measured.order[number].tag == "p"), 0)
    stack = list(top)[::-1]
    while stack:
        element = stack.pop()
        number = measured.index.get(element)
        if number is None:
            continue
        shown = measured.size[number] or (letters(text_of(element)) if number < begin else 0)
        if number < begin and _is_byline(element, shown, covered=measured.covered[number] > 0):
            drop(element)
            continue
        edge = not trusted and not first < number < last
        if not measured.size[number]:
            if edge and is_doubtful(element):
                drop(element)
        elif measured.covered[number] or (not mine and _is_container(element)):
            whole = number >= begin and measured.covered[number] >= 0.95 * measured.size[number]
            stack.extend([] if whole or element.tag in _WHOLE_TAGS else list(element)[::-1])
        elif not _belongs(element, measured, edge=edge, masked=bool(mine)):
            drop(element)


def _is_byline(element: Element, size: int, *, covered: bool) -> bool:
    """Whether `element`, before the first paragraph, is a word or two, or says who wrote the text or when."""
    if not 0 < size <= 60 or element.tag in (*HEADINGS, "pre", "table", "figure"):
        return False
    if not covered and size <= _FEW_LETTERS and not len(element) and element.tag in ("p", "div"):
        behind = element.getnext()
        return behind is None or behind.tag not in _LED_IN
    return element.tag == "time" or any(e.tag == "time" or e.get("rel") == "author" for e in element.iter("time", "a"))


def _is_container(element: Element) -> bool:
    return element.tag in ("div", "section", "article", "main", "blockquote") and not is_doubtful(element)


def _belongs(element: Element, measured: Measured, *, edge: bool, masked: bool) -> bool:
    """Whether an uncovered element is text all the same; `edge`: it stands before or behind all that is covered."""
    if element.tag not in BLOCKS:
        return True
    number = measured.index[element]
    size, linked = measured.size[number], measured.linked[number]
    if measured.repeated[number] > 0.5 * size:
        return False
    if element.tag == "header" and not masked and next(element.iter("h1", "h2"), None) is not None:
        return True
    if is_doubtful(element) and (masked or size < 400 or linked > 0.3 * size):
        return False
    if not edge:
        return not masked or bool(measured.prose[number]) or size > 120 or not _is_bare(element)
    return _is_among(element, measured) or (measured.prose[number] > 0.5 * size and linked < 0.3 * size)


def _is_bare(element: Element) -> bool:
    """Whether `element` is boxes and words only: a byline, a counter, a label."""
    return element.tag in ("div", "section", "address") and next(element.iter(*_TEXT_TAGS), None) is None


def _is_among(element: Element, measured: Measured) -> bool:
    """Whether `element` is a plain block beside at least two covered ones."""
    parent = element.getparent()
    return parent is not None and element.tag in _PLAIN_TAGS and measured.covered_beside(parent) >= 2
