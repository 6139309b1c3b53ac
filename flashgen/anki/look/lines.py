"""Runs of text as a browser lays them out in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from flashgen.anki.look.tokens import GUARD, LIVE, Image, Inline, Run

_WHITE = re.compile(r"[ \t\n\r\f]+")
_INDENT = re.compile(r"[ \t\n\r\f\xa0]*")
_MATH = re.compile(r"\\\((?:.+?)\\\)|\\\[(?:.+?)\\\]", re.S)
_ACTS = re.compile(r"\[(?=/?(?:sound:|anki:|latex\]|\$\$?\])|\[type:)", re.I)


def laid_out(line: list[Inline], *, indented: bool = True) -> list[Inline]:
    """The runs of one line: white space folded and gone at both ends, formulas by themselves. Its indentation is kept
    if it is `indented`: at the very begin of a field it says nothing."""
    shown = [part for item in _trimmed(_merged(_spaced(list(_folded(line))))) for part in _parts(item)]
    first = line[0].text if line and isinstance(line[0], Run) else ""
    indent = (_INDENT.match(first) or [""])[0].count("\xa0")
    return [Run("\xa0" * indent), *shown] if indent and indented and shown else shown


def joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbours of one look as one run."""
    groups = groupby(runs, key=lambda run: (run.marks, run.link))
    return [Run("".join(run.text for run in group), marks, link) for (marks, link), group in groups]


def _folded(line: Iterable[Inline]) -> Iterator[Inline]:
    """One space where there is white space, none at the begin. A space at the end of a marked run stands beside it."""
    after_space = True
    for item in line:
        if isinstance(item, Image):
            after_space = False
            yield item
            continue
        text = re.sub(" +", " ", _WHITE.sub(" ", item.text).replace("\xa0", " "))
        if after_space:
            text = text.removeprefix(" ")
        if text.replace(GUARD, ""):
            after_space = text.endswith(" ")
        yield from _without_edges(Run(text, item.marks, item.link))


def _without_edges(run: Run) -> Iterator[Run]:
    if not run.marks and not run.link:
        inner, before, after = run.text, "", ""
    else:
        inner = run.text.strip(" ")
        before = " " if run.text.startswith(" ") else ""
        after = " " if inner and run.text.endswith(" ") else ""
    yield from (part for part in (Run(before), Run(inner, run.marks, run.link), Run(after)) if part.text)


def _spaced(line: list[Inline]) -> list[Inline]:
    """The line with the look of its neighbours for each lone space between them, as far as they share it."""
    for place in range(1, len(line) - 1):
        item, left, right = line[place], line[place - 1], line[place + 1]
        if isinstance(item, Run) and item.text == " " and not item.marks:
            marks = (left.marks & right.marks) - {"code"}
            line[place] = Run(" ", marks, left.link if left.link == right.link else "")
    return line


def _merged(line: Iterable[Inline]) -> list[Inline]:
    """Neighbours of one look as one run; a place of markup in a run of its own says nothing."""
    shown = [item for item in line if isinstance(item, Image) or item.text != GUARD or not item.marks or _is_odd(item)]
    out: list[Inline] = []
    for is_run, group in groupby(shown, key=lambda item: isinstance(item, Run)):
        items = list(group)
        out += joined(item for item in items if isinstance(item, Run)) if is_run else items
    return out


def _trimmed(line: list[Inline]) -> list[Inline]:
    while line and isinstance(last := line[-1], Run) and not last.marks:
        text = last.text.rstrip(f" {GUARD}")
        if text == last.text:
            break
        line = [*line[:-1], Run(text, last.marks, last.link)] if text else line[:-1]
    return line


def _is_odd(run: Run) -> bool:
    return any(":" in mark for mark in run.marks)


def _parts(item: Inline) -> Iterator[Inline]:
    """A run's formulas as runs of their own, and a private character in front of what Anki acts on."""
    if isinstance(item, Image):
        yield item
        return
    at = 0
    for found in _MATH.finditer(item.text) if "code" not in item.marks else ():
        yield from _acting(item.text[at : found.start()], item)
        yield Run(found[0].replace(GUARD, ""), item.marks | {"math"}, item.link)
        at = found.end()
    yield from _acting(item.text[at:], item)


def _acting(text: str, run: Run) -> Iterator[Run]:
    marked = (text if "code" in run.marks else _ACTS.sub(f"{LIVE}\\g<0>", text)).replace(GUARD, "")
    if marked or (text and _is_odd(run)):
        yield Run(marked, run.marks, run.link)
