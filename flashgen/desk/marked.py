"""An article's Markdown as safe HTML, with the sentences marked that cards quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flashgen.anki import cloze, typeset
from flashgen.quotes import span

if TYPE_CHECKING:
    import nh3
    from lxml.html import HtmlElement
    from markdown_it import MarkdownIt

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"}, "code": {"class"}, "ol": {"start"}, "td": {"align"}, "th": {"align"},
}  # fmt: skip
_BLOCKS = frozenset({
    "blockquote", "br", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
})  # fmt: skip
_TAGS = _BLOCKS | {"a", "code", "del", "em", "s", "strong"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence to be marked: `names` are classes of the mark, `card` the id of the card that quotes it."""

    quote: str
    card: str = ""
    names: str = ""


def html(markdown: str, marks: Sequence[Mark] = ()) -> str:
    """`markdown` as HTML that runs and loads nothing; pictures are told by their words, headings begin with h2."""
    source = cloze.RESERVED.sub("\ufffd", re.sub(r"<!--.*?-->", "", markdown, flags=re.S))
    cleaned = _cleaner().clean(_parser().render(source))
    return typeset.formulas(_with_marks(cleaned, marks) if marks and cleaned.strip() else cleaned)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from flashgen.anki.markdown import know_formulas

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    know_formulas(parser)
    parser.add_render_rule("image", _picture)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    return parser


def _picture(self: Any, tokens: Sequence[Any], at: int, options: Any, env: Any) -> str:
    from html import escape

    return f"<em>[{escape(tokens[at].content or 'picture')}]</em>"


def _heading(self: Any, tokens: Sequence[Any], at: int, options: Any, env: Any) -> str:
    name = f"h{min(6, int(tokens[at].tag[1]) + 1)}"
    return f"<{name}>" if tokens[at].nesting == 1 else f"</{name}>\n"


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(_TAGS), attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer nofollow"
    )


# --- marking ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Piece:
    """One stretch of text in the tree: that of an element, or the one behind it."""

    element: HtmlElement
    is_tail: bool
    start: int
    text: str


def _with_marks(cleaned: str, marks: Sequence[Mark]) -> str:
    from lxml.html import fragment_fromstring, tostring

    root = fragment_fromstring(cleaned, create_parent="div")
    pieces, shown = _pieces(root)
    places = ((span(mark.quote, _as_quoted(shown)), mark) for mark in marks if mark.quote)
    wanted = [(_around_formulas(place, shown), mark) for place, mark in places if place]
    by_piece: dict[int, list[tuple[int, int, Mark]]] = {}
    for (start, end), mark in sorted(wanted, key=lambda each: each[0]):
        for number, piece in enumerate(pieces):
            first, last = max(start, piece.start), min(end, piece.start + len(piece.text))
            if first < last and piece.text[first - piece.start : last - piece.start].strip():
                by_piece.setdefault(number, []).append((first - piece.start, last - piece.start, mark))
    for number in sorted(by_piece, reverse=True):
        _mark(pieces[number], by_piece[number])
    written = tostring(root, encoding="unicode")
    return str(written[len("<div>") : -len("</div>")])


def _as_quoted(shown: str) -> str:
    """The text with its formulas as quotes have them."""
    return shown.replace(cloze.FORMULA, "\\").replace(cloze.FORMULA_END, "\\")


def _around_formulas(place: tuple[int, int], shown: str) -> tuple[int, int]:
    """A stretch of the text that holds all of a formula in which it begins or ends."""
    start, end = place
    for found in typeset.FORMULA.finditer(shown):
        if found.start() < start < found.end():
            start = found.start()
        if found.start() < end < found.end():
            end = found.end()
    return start, end


def _pieces(root: HtmlElement) -> tuple[list[_Piece], str]:
    """All stretches of text in order, and the text as a reader sees it, blocks parted by a space."""
    pieces: list[_Piece] = []
    length = 0
    texts: list[str] = []
    for element, text, is_tail in _texts(root):
        if element.tag in _BLOCKS:
            texts.append(" ")
            length += 1
        pieces.append(_Piece(element, is_tail, length, text))
        texts.append(text)
        length += len(text)
    return pieces, "".join(texts)


def _texts(element: HtmlElement) -> Iterator[tuple[HtmlElement, str, bool]]:
    yield element, element.text or "", False
    for child in element:
        yield from _texts(child)
        yield child, child.tail or "", True


def _mark(piece: _Piece, spans: Sequence[tuple[int, int, Mark]]) -> None:
    """Put `mark` elements into one stretch of text. What two cards quote is marked for the first."""
    kept: list[tuple[int, int, Mark]] = []
    for start, end, mark in spans:
        begin = max(start, kept[-1][1]) if kept else start
        if begin < end:
            kept.append((begin, end, mark))
    element, text = piece.element, piece.text
    made = []
    for number, (start, end, mark) in enumerate(kept):
        following = kept[number + 1][0] if number + 1 < len(kept) else len(text)
        marked = element.makeelement("mark", _attributes(mark))
        marked.text, marked.tail = text[start:end], text[end:following]
        made.append(marked)
    if piece.is_tail:
        element.tail = text[: kept[0][0]]
        parent = element.getparent()
        place = parent.index(element) + 1
        for offset, marked in enumerate(made):
            parent.insert(place + offset, marked)
    else:
        element.text = text[: kept[0][0]]
        for offset, marked in enumerate(made):
            element.insert(offset, marked)


def _attributes(mark: Mark) -> Mapping[str, str]:
    given = {"class": mark.names, "data-card": mark.card}
    return {name: value for name, value in given.items() if value}
