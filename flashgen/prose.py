"""The sentences of a passage, each with the heading it stands under.

Headings, code, tables, images and raw HTML hold no sentences that a card could quote. A list item is a paragraph of
its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flashgen.sentences import split
from flashgen.text import plain

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+")
_SKIPPED = re.compile(r"[ \t]*(?:\||!\[|<(?!https?:)|\[[^\]]+\]:|(?:[-*_=][ \t]*){3,}$)| {4,}\S|\t")
_LABEL = re.compile(r"([^\W\d_][\w /()-]{1,38}?)(?:: | [-–—] )(?=[A-ZА-ЯЁ])")
_COMMENT = re.compile(r"<!--.*?-->", re.S)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader sees it, without the label that it may begin with ("Versioning: Git keeps …").

    `heading` is that label, else the nearest heading inside the passage, '' for none. `is_item` says that it stands in
    a list, `leads` that it opens its paragraph; `n` counts from 0."""

    text: str
    n: int
    heading: str = ""
    is_item: bool = False
    leads: bool = True


def sentences(markdown: str) -> tuple[Sentence, ...]:
    """The sentences of a passage in reading order."""
    found: list[Sentence] = []
    for heading, is_item, block in _paragraphs(_COMMENT.sub("", markdown)):
        for at, text in enumerate(" ".join(one.split()) for one in split(block)):
            label = _LABEL.match(text) if at == 0 else None
            name, said = (label[1], text[label.end() :]) if label else (heading, text)
            found.append(Sentence(said, len(found), name, is_item, at == 0))
    return tuple(found)


def _paragraphs(markdown: str) -> Iterator[tuple[str, bool, str]]:
    """Heading, whether it is a list item, and Markdown of each paragraph."""
    heading, block, is_item, fence = "", list[str](), False, ""
    for line in [*markdown.splitlines(), ""]:
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        title, item = _HEADING.match(line), _ITEM.match(line)
        ends = opening or title or item or not line.strip() or (not block and _SKIPPED.match(line))
        if ends and block:
            yield heading, is_item, "\n".join(block)
            block = []
        if opening:
            fence = opening[1]
        elif title:
            heading = " ".join(plain(title[1]).split())
        elif item:
            block, is_item = [line[item.end() :]], True
        elif not ends:
            is_item = is_item and bool(block)
            block.append(line)
