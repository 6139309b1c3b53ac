"""Cloze marks, from the card's text to Anki's field and to a page.

A mark is `{{c1::hidden text}}` or `{{c1::hidden text::hint}}`, and marks may stand in each other. Anki ends a mark at
the first `}}` and begins the hint at the first `::`, whatever stands there, so that `{{c1::std::vector}}` hides "std"
behind the hint "vector". Here braces are counted, code is left alone, and `::` between two identifiers is code; in
Anki's field, what would end a mark too early is parted by an empty comment, which survives Anki's editor.

While Markdown is rendered, one private character stands for each mark, so that nothing takes a mark apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable

By = Callable[[str, str], str]
"""What stands in the place of a mark: a function of the hidden text and the hint."""

MOST_MARKS = 100
"""A text with more is taken for text: no card has them, and finding each mark's end takes its time."""

_FIRST, _HINT, _CLOSE = 0xF0000, "\U000f1000", "\U000f1001"
_MOST = 499
_OPENED = f"[{chr(_FIRST)}-{chr(_FIRST + _MOST)}]"
RESERVED = re.compile("[\U000f0000-\U000f1fff]")
"""The characters that stand for something while a text is rendered; a card's own text must not hold them."""

FORMULA, FORMULA_END = "\U000f1002", "\U000f1003"
"""Stand for the backslash of the delimiters of a formula that MathJax may have."""

SPLIT = re.compile(f"({_OPENED}|{_HINT}|{_CLOSE})")
"""Splits a text at the characters that stand for marks, and keeps them."""

_OPEN = re.compile(r"\{\{c([1-9]\d{0,2})::")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.S)
_LITERAL = re.compile(rf"{_CODE.pattern}|\\\(.*?\\\)|\\\[.*?\\\]", re.S)
_SCOPED = re.compile(
    r"(?:^|[\s(<\"'])[A-Za-z_~][\w<>,&*]*(?:::~?[A-Za-z_][\w<>,&*]*)*::~?[A-Za-z_][\w<>,&*]*(?:\(.*\))?$", re.S
)
_INNER = re.compile(f"({_OPENED})([^{chr(_FIRST)}-{_CLOSE}]*)(?:{_HINT}([^{chr(_FIRST)}-{_CLOSE}]*))?{_CLOSE}")


def mark(source: str) -> str:
    """`source` with each mark's `{{c1::`, `::` and `}}` replaced by one private character.

    What looks like a mark and is none (never closed, empty, numbered over 499) stays as it is.
    """
    if source.count("{{c") > MOST_MARKS:
        return source
    out, at = [], 0
    while opened := _OPEN.search(source, at):
        out.append(source[at : opened.start()])
        end = _end(source, opened.end())
        hidden = source[opened.end() : end] if end is not None else ""
        if end is None or not hidden.strip() or int(opened[1]) > _MOST:
            out.append(opened[0])
            at = opened.end()
        else:
            out.append(chr(_FIRST + int(opened[1])) + _with_hint(mark(hidden)) + _CLOSE)
            at = end + 2
    return "".join((*out, source[at:]))


def anki(html: str) -> str:
    """Rendered HTML with Anki's marks in it. What else holds `::` or `}}` must be parted already."""
    html = re.sub(rf"([:}}{{])(?=[{_HINT}{_CLOSE}]|{_OPENED})", r"\1<!-- -->", html)
    html = re.sub(_OPENED, lambda found: f"{{{{c{ord(found[0]) - _FIRST}::", html)
    return html.replace(_HINT, "::").replace(_CLOSE, "}}")


def revealed(tex: str) -> tuple[str, str]:
    """What a formula with marks in it becomes once they are gone: with the hints, and without."""
    return SPLIT.sub("", tex), SPLIT.sub("", re.sub(f"{_HINT}[^{_CLOSE}]*", "", tex))


def complete(text: str) -> str:
    """A text that was cut, with the marks closed that the cut left open."""
    return text + _CLOSE * (len(re.findall(_OPENED, text)) - text.count(_CLOSE))


def depth(mark: str) -> int:
    """What a character that stands for a mark does to the nesting: 1 opens, -1 closes, 0 begins a hint."""
    return {_CLOSE: -1, _HINT: 0}.get(mark, 1)


def numbers(marked: str) -> tuple[int, ...]:
    """The numbers of the marks, in order: Anki makes a card of each."""
    return tuple(sorted({ord(found) - _FIRST for found in re.findall(_OPENED, marked)}))


def hidden(html: str, number: int = 0) -> str:
    """Rendered HTML with the text of the marks of a number (0: of all) replaced by its hint or by "…", for pages other
    than Anki's."""
    return replace(html, lambda text, hint: f'<span class="cloze">[{hint or "…"}]</span>', lambda text, _: text, number)


def shown(html: str, number: int = 0) -> str:
    """Rendered HTML with every hidden text in the open, that of the marks of a number (0: of all) marked."""
    return replace(html, lambda text, _: f'<span class="cloze">{text}</span>', lambda text, _: text, number)


def hidden_in_tex(tex: str, number: int = 0) -> str:
    """As `hidden`, for a formula."""
    return replace(tex, lambda _, hint: f"[{hint or '…'}]", lambda text, _: text, number)


def in_the_open(text: str) -> str:
    """A marked text, or formula, without its marks."""
    return replace(text, lambda hidden, _: hidden)


def replace(marked: str, by: By, other: By | None = None, number: int = 0) -> str:
    """A marked text with `by(hidden text, hint)` in the place of each mark, the innermost first; where there is a
    `number`, `other` is for the marks with another."""

    def put(found: re.Match[str]) -> str:
        is_meant = other is None or number in (0, ord(found[1]) - _FIRST)
        return (by if is_meant or other is None else other)(found[2], found[3] or "")

    count = 1
    while count:
        marked, count = _INNER.subn(put, marked)
    return SPLIT.sub("", marked)


def _end(source: str, start: int) -> int | None:
    """Where the mark whose text begins at `start` ends: at the `}}` that leaves braces balanced and no code open.

    Where there is none, at the first `}}`; None if there is no such either.
    """
    depth, at = 0, start
    while at < len(source):
        if code := _CODE.match(source, at):
            at = code.end()
            continue
        if source[at] == "\\":
            at += 1
        elif source[at] == "{":
            depth += 1
        elif source[at] == "}":
            if not depth and source.startswith("}}", at):
                return at
            depth = max(0, depth - 1)
        at += 1
    first = source.find("}}", start)
    return None if first < 0 else first


def _with_hint(hidden: str) -> str:
    """The hidden text, its last `::` replaced by the hint's character if a hint is what follows."""
    open_text = _LITERAL.sub(lambda found: "\0" * len(found[0]), hidden)
    open_text = _INNER.sub(lambda found: "\0" * len(found[0]), open_text)
    at = open_text.rfind("::")
    if at <= 0 or not hidden[at + 2 :].strip() or _SCOPED.search(open_text):
        return hidden
    return hidden[:at].rstrip() + _HINT + hidden[at + 2 :].strip()
