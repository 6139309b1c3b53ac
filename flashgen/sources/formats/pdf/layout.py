"""The order in which the runs of a page are read: without running heads, column after column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from flashgen.sources.formats.pdf.glyphs import Run

Row = list[Run]
"""What stands on one baseline of one column, from left to right; more than one run where there are holes."""

_MARGIN = 0.12
"""The share of a page's height, at the top and at the bottom, in which running heads and feet stand."""
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:page|стр\.?|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|из)\s*\d{1,4})?[-–—\s]*", re.I
)
_GUTTER = 7.0


def without_running(pages: Sequence[list[Run]], heights: Sequence[float]) -> list[list[Run]]:
    """The pages without what is repeated at their edges, and without page numbers there."""
    sizes = [run.size for runs in pages for run in runs]
    most = 1.1 * median(sizes) if sizes else 0.0
    edges = [_edges(runs, height, most) for runs, height in zip(pages, heights, strict=True)]
    seen = Counter(key for edge in edges for key in {_key(run) for run in edge})
    often = max(2, min(3, len(pages) // 2))
    dropped = {
        id(run)
        for runs, edge in zip(pages, edges, strict=True)
        for run in edge
        if seen[_key(run)] >= often or _number(run, runs)
    }
    return [[run for run in runs if id(run) not in dropped] for runs in pages]


def _edges(runs: list[Run], height: float, most: float) -> list[Run]:
    """The runs at the top and bottom that stand apart from the text: at most three lines, then a wider gap.

    None is set bigger than `most`: that would be the title of a chapter.
    """
    found: list[Run] = []
    for inwards in (-1, 1):
        group: list[Run] = []
        for run in sorted(runs, key=lambda run: inwards * run.y):
            if group and abs(group[-1].y - run.y) > 1.7 * group[-1].size:
                found += group if _few_lines(group) and all(one.size <= most for one in group) else []
                group = []
            if not _at_edge(run, height):
                break
            group.append(run)
    return found


def _few_lines(group: list[Run]) -> bool:
    return len({round(run.y) for run in group}) <= 3


def _at_edge(run: Run, height: float) -> bool:
    return run.y > height * (1 - _MARGIN) or run.y < height * _MARGIN


def _key(run: Run) -> tuple[str, int]:
    """Heads are the same where only their numbers differ, and stand at the same height."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", run.text.casefold()), round(run.y / 6)


def _number(run: Run, runs: list[Run]) -> bool:
    """A number alone, with nothing beside it and nothing beyond it."""
    if not _PAGE_NUMBER.fullmatch(run.text):
        return False
    others = [other.y for other in runs if other is not run and not _PAGE_NUMBER.fullmatch(other.text)]
    return not others or run.y > max(others) + 1 or run.y < min(others) - 1


def gutter(pages: Sequence[list[Run]]) -> float | None:
    """Where the gutter of a document in two columns is, if most of its pages have one at about the same place."""
    found = [place for runs in pages if len(runs) > 15 and (place := _gutter(runs)) is not None]
    if not found or len(found) * 2 < sum(len(runs) > 15 for runs in pages):
        return None
    middle = median(found)
    return middle if sum(abs(place - middle) < 25 for place in found) * 2 > len(found) else None


def columns(runs: list[Run], usual: float | None = None) -> list[list[Row]]:
    """The rows of a page, one list a column, in reading order.

    Lines that reach across the gutter cut the page in bands: what is above such a line is read before it.
    """
    place = _gutter(runs)
    if place is None and usual is not None and _splits(runs, usual, least=2, across=0.5):
        place = usual
    if place is None:
        return [_rows(runs)] if runs else []
    left, right = _sides(runs, place)
    wide = [run for run in runs if run.x0 < place - 2 and run.x1 > place + 2]
    bands: list[list[Row]] = []
    top = float("inf")
    for group in [*_bands(_rows(wide), left + right), None]:
        bottom = group[0][0].y if group else float("-inf")
        for side in (left, right):
            bands += columns([run for run in side if bottom < run.y <= top])
        if group:
            bands.append(group)
            top = group[-1][0].y
    return [band for band in bands if band]


def _bands(rows: list[Row], others: list[Run]) -> list[list[Row]]:
    """Wide rows in groups with nothing between them."""
    groups: list[list[Row]] = []
    for row in rows:
        last = groups[-1][-1][0].y if groups else 0.0
        if groups and not any(row[0].y < other.y < last for other in others):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _gutter(runs: list[Run]) -> float | None:
    """The x of the best white strip between two columns of running text, None without one."""
    if len(runs) < 12:
        return None
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    cover = [0] * (int(right - left) + 2)
    for run in runs:
        for place in range(max(0, int(run.x0 - left)), min(len(cover), int(run.x1 - left) + 1)):
            cover[place] += 1
    strips = _strips(cover, least=max(1, int(0.3 * len(runs))))
    places = [left + middle for _, middle in sorted(strips)]
    return next((x for x in places if _splits(runs, x, least=6, across=0.35) and _running_text(runs, x)), None)


def _strips(cover: list[int], least: int) -> list[tuple[int, float]]:
    """Strips in the middle half that few runs reach across: how many do, and the strip's middle."""
    found: list[tuple[int, float]] = []
    lowest, highest = len(cover) // 4, 3 * len(cover) // 4
    start = lowest
    for place in range(lowest + 1, highest + 1):
        if place == highest or cover[place] != cover[start]:
            if cover[start] <= least and place - start >= _GUTTER:
                found.append((cover[start], (start + place) / 2))
            start = place
    return found


def _splits(runs: list[Run], place: float, *, least: int, across: float) -> bool:
    """Whether enough stands on either side of `place`, and little reaches across."""
    left, right = _sides(runs, place)
    return min(len(left), len(right)) >= least and len(runs) - len(left) - len(right) <= across * len(runs)


def _running_text(runs: list[Run], place: float) -> bool:
    """Whether both sides hold lines that fill their column, not the cells of a table."""
    sides = _sides(runs, place)
    return all(_filled(side) >= 0.4 and median(len(run.text) for run in side) >= 12 for side in sides)


def _sides(runs: list[Run], place: float) -> tuple[list[Run], list[Run]]:
    right = [run for run in runs if run.x0 >= place - 2 and run.x1 > place + 2]
    return [run for run in runs if run.x1 <= place + 2], right


def _filled(side: list[Run]) -> float:
    width = max(run.x1 for run in side) - min(run.x0 for run in side)
    return sum(run.x1 - run.x0 > 0.7 * width for run in side) / len(side)


def _rows(runs: list[Run]) -> list[Row]:
    """Runs by baseline, top to bottom; raised and lowered ones belong to the line that they stand at."""
    biggest = max((run.size for run in runs), default=0.0)
    lines: list[Row] = []
    for run in sorted(runs, key=lambda run: (run.size < 0.8 * biggest, -run.y, run.x0)):
        near = min(lines, key=lambda line: abs(line[0].y - run.y), default=None)
        if near and abs(near[0].y - run.y) < 0.45 * near[0].size:
            near.append(run)
        else:
            lines.append([run])
    lines.sort(key=lambda line: -line[0].y)
    return [_joined(line) for line in lines]


def _joined(line: Row) -> Row:
    """From left to right, what touches put together."""
    first, *others = sorted(line, key=lambda run: run.x0)
    done = [first]
    for run in others:
        last = done[-1]
        hole = run.x0 - last.x1
        if hole < 1.2 * max(run.size, last.size):
            space = "" if hole < 0.12 * last.size else " "
            last.text, last.x1 = f"{last.text}{space}{run.text}", max(last.x1, run.x1)
            last.size, last.y = max((last.size, last.y), (run.size, run.y))
            last.mono, last.columns = last.mono and run.mono, last.columns + run.columns
            last.bold = last.bold and run.bold
        else:
            done.append(run)
    return done
