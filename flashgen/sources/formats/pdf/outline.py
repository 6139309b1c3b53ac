"""What is a heading in a document, and of which level: told by size, weight and numbering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flashgen.sources.formats.pdf.glyphs import Run
from flashgen.sources.formats.pdf.layout import Row

_SECTION = re.compile(r"^(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3}|[IVX]{1,5})\.?)\s{1,4}\S*[^\W\d_]{2}")
_KNOWN = re.compile(
    r"^(?:abstract|introduction|conclusions?|references|bibliography|acknowledge?ments?|related work|appendix|"
    r"аннотация|введение|заключение|литература|список литературы)\.?$",
    re.I,
)
_DEPTH = re.compile(r"^[\dA-Z]+((?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Style:
    """How the running text of a document is set. `sizes` are those of headings, biggest first; points all."""

    body: float
    leading: float
    sizes: tuple[float, ...]
    mono: bool
    bold: bool


def style(bands: Sequence[list[Row]]) -> Style:
    """The size that most letters have, the usual distance of lines, and the sizes that are used for headings."""
    runs = [run for band in bands for row in band for run in row]
    letters: Counter[float] = Counter()
    mono = bold = total = 0
    for run in runs:
        letters[_rounded(run.size)] += len(run.text)
        mono += len(run.text) * run.mono
        bold += len(run.text) * run.bold
        total += len(run.text)
    body = letters.most_common(1)[0][0]
    bigger = sorted((size for size in letters if size > 1.1 * body), reverse=True)
    sizes = tuple(size for size in bigger if letters[size] < 0.2 * total)
    return Style(body, _leading(bands, body), _distinct(sizes), mono > 0.8 * total, bold > 0.6 * total)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _leading(bands: Sequence[list[Row]], body: float) -> float:
    steps: Counter[float] = Counter()
    for band in bands:
        for above, below in pairwise(band):
            step = above[0].y - below[0].y
            if 0.9 * body < step < 2.5 * body and abs(above[0].size - body) < 1 and abs(below[0].size - body) < 1:
                steps[_rounded(step)] += 1
    return steps.most_common(1)[0][0] if steps else 1.2 * body


def _distinct(sizes: Sequence[float]) -> tuple[float, ...]:
    """Sizes that an eye can tell apart."""
    kept: list[float] = []
    for size in sizes:
        if not kept or kept[-1] - size > 0.6:
            kept.append(size)
    return tuple(kept)


def is_section(text: str) -> bool:
    """Whether a heading reads like one: numbered, or by a name that sections have."""
    return bool(_SECTION.match(text) or _KNOWN.match(text))


def heading_level(run: Run, text: str, style: Style, width: float) -> int:
    """1 to 6 for the row of a heading, 0 for any other."""
    if len(text) > 160 or not re.search(r"[^\W\d_]{2}", text):
        return 0
    big = run.size > 1.1 * style.body and bool(style.sizes)
    bold = run.bold and not style.bold and run.size > 0.95 * style.body
    numbered = bool(_SECTION.match(text)) and len(text) < 90
    if not big and not (bold and (numbered or _KNOWN.match(text) or _stands_alone(run, text, width))):
        return 0
    if numbered and (depth := _DEPTH.match(text)):
        return min(6, 2 + depth.group(1).count("."))
    if _KNOWN.match(text):
        return 2
    if not big:
        return min(6, 2 + len(style.sizes[1:]) + (not style.sizes))
    nearest = min(range(len(style.sizes)), key=lambda place: abs(style.sizes[place] - run.size))
    return min(6, 1 + nearest)


def _stands_alone(run: Run, text: str, width: float) -> bool:
    """A bold line of its own, not the bold beginning of a paragraph."""
    return run.x1 - run.x0 < 0.85 * width and len(text) < 80 and text[:1].isupper() and text[-1] not in ".,;:\u00ad"
