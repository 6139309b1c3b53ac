"""What a list says of a link: its own text, else the words beside it, else those right above or below it.

https://example.org Modeling            Modeling
Gaurav Sen: https://example.org         Gaurav Sen
Book: https://example.org by Martin     Book by Martin
Queues, explained                       Queues, explained
https://example.org
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flashgen.reading_list.markdown import GAP, Block, Found, Line, Sort

LONGEST = 120
"""A description longer than this many characters is cut to its first sentence, else after a word."""

_CHECKBOX = re.compile(r"^\s*\[[ xX]?\]\s")
_LEFT = " \t.,:;!?#>|/\\*_~=+•·–—→←↑↓-\u200b\u200c\u200d\u2060\ufeff"
_RIGHT = " \t.,:;<|/\\*_~=+•·–—→←-\u200b\u200c\u200d\u2060\ufeff"
_OWN_MARK = re.compile(r"\.NET\b|--[a-z]")
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_WRAPPERS = ("()", "[]", "{}", '""', "''", "“”", "«»")
_JOINER = re.compile(r"^[\s)\].,;]*(?:and|or|plus|и|или|&)\s+", re.I)
_EMPTY = re.compile(r"and|or|&|also|plus|as well as|see|via|at|in|от|и|или|а|также|а также|см|через", re.I)
_SENTENCE_END = re.compile(r"[.!?…;,]$")


def titles(block: Block) -> list[str]:
    """A title for each link of `block`, '' where nothing is said."""
    named: dict[int, str] = {}
    claimed: set[int] = set()
    for number, line in enumerate(block.lines):
        links = [part for part in line if isinstance(part, Found)]
        for found, words in zip(links, _beside(line), strict=True):
            named[id(found)] = _own(found) or words
        if links and block.sort is Sort.TEXT and not any(named[id(found)] for found in links):
            run = _run(block.lines, number, -1, claimed) or _run(block.lines, number, 1, claimed)
            claimed.update(run)
            named[id(links[0])] = tidy(" ".join(_words(block.lines[i]) for i in run))
    return [named[id(found)] for found in block.links]


def label(block: Block) -> str:
    """The title that a line gives to a link in the block after it; '' if it is a sentence or more than a line."""
    text = _words(block.lines[0]).strip() if len(block.lines) == 1 else ""
    return "" if _SENTENCE_END.search(text) or len(text) > LONGEST * 2 else tidy(text)


def tidy(text: str) -> str:
    """`text` as a title: on one line, without the marks that set it apart from its link, and not too long."""
    text, before = _CHECKBOX.sub("", " ".join(text.split())), ""
    while text != before:
        before = text
        text = text.rstrip(_RIGHT)
        while text[:1] in _LEFT and text and not _OWN_MARK.match(text):
            text = text[1:]
        for opening, closing in _BRACKETS:
            if text.endswith(opening) or (text.startswith(opening) and closing not in text):
                text = text.strip(opening)
            if text.startswith(closing) or (text.endswith(closing) and opening not in text):
                text = text.strip(closing)
        if text[:1] + text[-1:] in _WRAPPERS:
            text = text[1:-1]
    return _shortened(text) if any(map(str.isalpha, text)) else ""


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    sentence = re.split(r"(?<=[.!?…])\s", text, maxsplit=1)[0]
    if len(sentence) <= LONGEST:
        return sentence.rstrip(".")
    return text[:LONGEST].rpartition(" ")[0].rstrip(_RIGHT) + "…"


def _own(found: Found) -> str:
    """The link's own text; none if it only repeats the address or is a footnote's number."""
    text = " ".join(found.text.split())
    return "" if found.bare or "://" in text or text.startswith("^") else text


def _beside(line: Line) -> list[str]:
    """For each link of a line the words that describe it.

    A single link has both sides. Of several, each has the words before it if the line begins with words,
    else the words after it. In a table, a link without words has those of the row's first cell with any.
    """
    between = [""]
    for part in line:
        if isinstance(part, Found):
            between.append("")
        elif isinstance(part, str):
            between[-1] += part
    if len(between) > 2:
        between = [_JOINER.sub("", text) for text in between]
    before = [_nearest(text, -1) for text in between]
    after = [_nearest(text, 0) for text in between]
    if len(between) == 1:
        return []
    if any(GAP in text for text in between):
        row = next(filter(None, before), "")
        return [previous or following or row for previous, following in zip(before, after[1:], strict=False)]
    if len(between) == 2:
        return [" ".join(filter(None, (before[0], after[1])))]
    if any(map(str.isalpha, between[0])):
        return [*before[:-2], before[-2] or after[-1]]
    return after[1:]


def _nearest(text: str, side: int) -> str:
    """The words of `text` in the table cell that is nearest to the link: the first (0) or the last (-1) with any."""
    cells = [cell for cell in map(tidy, text.split(GAP)) if cell and not _EMPTY.fullmatch(cell)]
    return cells[side] if cells else ""


def _run(lines: Sequence[Line], number: int, step: int, claimed: set[int]) -> list[int]:
    """The unbroken lines of words above (-1) or below (1) a line, in reading order, unless they are another link's."""
    run = []
    number += step
    while 0 <= number < len(lines) and number not in claimed and _words(lines[number]).strip():
        if any(isinstance(part, Found) for part in lines[number]):
            break
        run.append(number)
        number += step
    return sorted(run)


def _words(line: Line) -> str:
    return "".join(part for part in line if isinstance(part, str)).replace(GAP, " ")
