"""Rows of text put together again: headings, paragraphs, lists, code and tables, as Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from flashgen.sources.formats.pdf.glyphs import Run
from flashgen.sources.formats.pdf.layout import Row
from flashgen.sources.formats.pdf.outline import Style, heading_level, is_section

_BULLET = re.compile(r"^(?:[•‣▪●◦○■□–—∙·\uf0b7\uf0a7\uf076-]|\*)\s+(?=\S)")
_NUMBERED = re.compile(r"^\(?(\d{1,2}|[a-z])[.)]\s+(?=\S)")
_SIGNS = re.compile(r"[=→←⇒⇐↦∀∃λ·{}\[\]<>|;∗+*/\\^_]|::|->|<-")
_ENDS = re.compile(r"[.!?:;…。！？][\"'»”’)\]]*$")
_HYPHENATED = re.compile(r"(\w+)\u00ad$")


@dataclass(slots=True)
class Block:
    """One paragraph, heading, list item, piece of code or table, and the page on which each of its rows stands."""

    sort: str
    rows: list[Row]
    left: float
    right: float
    level: int = 0
    marks: dict[int, int] = field(default_factory=dict)
    """Which page begins before which row."""

    @property
    def last(self) -> Row:
        return self.rows[-1]


def blocks(bands: Sequence[list[Row]], style: Style) -> list[Block]:
    """The blocks of a document from the rows of its columns, in reading order.

    A paragraph goes on over the end of a column or page where it stops in mid-sentence.
    """
    usual = median(right - left for left, right in map(_edges, bands)) if bands else 0.0
    done: list[Block] = []
    page = 0
    for band in bands:
        left, right = _edges(band)
        right = max(right, left + usual)
        fresh: Block | None = None
        for row in band:
            sort, level = _sort(row, style, left, right)
            at_page = row[0].page if row[0].page != page else 0
            page = row[0].page
            previous = fresh or (done[-1] if done and _in_mid_sentence(done[-1], row, sort) else None)
            if previous and (fresh is None or _continues(previous, row, sort, level, style, (left, right))):
                if at_page:
                    previous.marks[len(previous.rows)] = at_page
                previous.rows.append(row)
                fresh = previous
                continue
            fresh = Block(sort, [row], left, right, level, {0: at_page} if at_page else {})
            done.append(fresh)
    return _tables(_front(done))


def _front(found: list[Block]) -> list[Block]:
    """Authors and subtitles between the title and the first section are set big too, and are no headings."""
    headings = [block for block in found[:40] if block.sort == "heading"]
    first = next((place for place, block in enumerate(headings) if is_section(block.rows[0][0].text)), 0)
    for block in headings[1:first]:
        block.sort = "text"
    return found


def _edges(band: list[Row]) -> tuple[float, float]:
    """Where most lines of a column begin, and where the long ones end."""
    starts = Counter(round(row[0].x0) for row in band)
    left = min((x for x, times in starts.items() if times >= max(1, len(band) // 8)), default=min(starts))
    ends = sorted(row[-1].x1 for row in band)
    return float(left), ends[int(0.9 * (len(ends) - 1))]


def _sort(row: Row, style: Style, left: float, right: float) -> tuple[str, int]:
    text = " ".join(run.text for run in row)
    if all(run.mono for run in row) and not style.mono:
        return "code", 0
    if _is_display(text) and row[-1].x1 - row[0].x0 < 0.9 * (right - left):
        return "display", 0
    if len(row) > 1:
        return "cells", 0
    if level := heading_level(row[0], text, style, right - left):
        return "heading", level
    if _BULLET.match(text) or _NUMBERED.match(text):
        return "item", 0
    return "text", 0


def _is_display(text: str) -> bool:
    """A line of code or a formula in the type of the text: full of signs."""
    letters = len(text.replace(" ", ""))
    return letters > 6 and len(_SIGNS.findall(text)) > 0.06 * letters and not _ENDS.search(text)


def _continues(block: Block, row: Row, sort: str, level: int, style: Style, edges: tuple[float, float]) -> bool:
    """Whether `row` belongs to the block that stands above it in the same column."""
    above, size, (left, right) = block.last, row[0].size, edges
    step = above[0].y - row[0].y
    if block.sort == "code" or sort == "code":
        return block.sort == sort and step < 3.2 * style.leading
    if block.sort == "display":
        narrow = row[-1].x1 < right - 0.1 * (right - left) and row[0].x0 > left + 0.4 * size
        return step < 1.6 * style.leading and sort in ("display", "text", "cells") and (sort == "display" or narrow)
    if sort == "display":
        return False
    if block.sort == "cells" or sort == "cells":
        return block.sort == sort and step < 2.2 * style.leading
    if sort == "heading" or block.sort == "heading":
        return sort == block.sort and level == block.level and step < 1.7 * size and len(block.rows) < 4
    if sort == "item" or step > 1.35 * max(style.leading, 1.1 * size) or abs(above[0].size - size) > 0.08 * size:
        return False
    if block.sort == "item":
        return row[0].x0 > block.rows[0][0].x0 + 2 or row[0].x0 - left > 0.5 * size
    indented = row[0].x0 - above[0].x0 > 0.7 * size and above[0].x0 - left < 0.5 * size
    short = above[-1].x1 < right - 0.25 * (right - left) and bool(_ENDS.search(above[-1].text))
    return not (indented or short)


def _in_mid_sentence(block: Block, row: Row, sort: str) -> bool:
    """Whether the last block of a column goes on with the first row of the next."""
    if sort != "text" or block.sort not in ("text", "item") or abs(block.last[0].size - row[0].size) > 0.5:
        return False
    end, start = block.last[-1].text, row[0].text
    return bool(_HYPHENATED.search(end)) or (not _ENDS.search(end) and (start[:1].islower() or end.endswith(",")))


def _tables(found: list[Block]) -> list[Block]:
    """A row with holes that stands alone is text; several whose cells line up are a table."""
    for block in found:
        if block.sort == "cells":
            widths = Counter(len(row) for row in block.rows)
            usual, times = widths.most_common(1)[0]
            regular = len(block.rows) >= 3 and times > 0.6 * len(block.rows)
            block.sort, block.level = ("table", usual) if regular else ("loose", 0)
    return found


def markdown(found: Sequence[Block], known: Counter[str]) -> Iterator[str]:
    """Each block as Markdown, with the comment that says on which page it stands. `known` are the words of the text."""
    for block in found:
        if block.marks.get(0):
            yield f"<!-- at: page={block.marks[0]} -->"
        if block.sort == "heading":
            yield f"{'#' * block.level} {_prose(block, known)}"
        elif block.sort in ("code", "display"):
            yield _code(block)
        elif block.sort == "table":
            yield _table(block)
        elif block.sort == "item":
            yield _item(_prose(block, known))
        else:
            yield _escaped(_prose(block, known))


def _prose(block: Block, known: Counter[str]) -> str:
    """The rows as running text: hyphens at line ends removed where the word is known without, or not known with."""
    text = ""
    for index, row in enumerate(block.rows):
        line = " ".join(run.text for run in row)
        mark = f"<!-- at: page={block.marks[index]} --> " if index and index in block.marks else ""
        if not text:
            text = line
        elif broken := _HYPHENATED.search(text):
            text = f"{text[:-1]}{_hyphen(broken.group(1), line, known)}{line}"
            if mark:
                text = f"{text} {mark}".rstrip() + " "
        else:
            text = f"{text.rstrip()} {mark}{line}"
    return text.replace("\u00ad", "-").strip()


def _hyphen(start: str, line: str, known: Counter[str]) -> str:
    rest = re.match(r"\w+", line)
    if not rest:
        return "-"
    whole, split = (start + rest.group()).casefold(), f"{start}-{rest.group()}".casefold()
    return "-" if known[split] > known[whole] or not rest.group()[0].islower() else ""


def _item(text: str) -> str:
    if bullet := _BULLET.match(text):
        return f"- {text[bullet.end() :]}"
    return text


def _escaped(text: str) -> str:
    """Text that must not be taken for a heading, a list or a quotation."""
    return re.sub(r"^(#{1,6}\s|[-+>]\s|\d+[.)]\s)", r"\\\1", text)


def _code(block: Block) -> str:
    """Rows with their indentation, and blank lines where the page has them."""
    width = _letter_width([run for row in block.rows for run in row], block.sort == "code")
    steps = [above[0].y - below[0].y for above, below in pairwise(block.rows)]
    leading = min((step for step in steps if step > 1), default=0.0)
    left = min(row[0].x0 for row in block.rows)
    lines: list[str] = []
    for index, row in enumerate(block.rows):
        if index and leading and steps[index - 1] > 1.6 * leading:
            lines.append("")
        lines.append(_spaced(row, left, width, block.sort == "code"))
    return "```\n" + "\n".join(lines) + "\n```"


def _letter_width(runs: list[Run], exact: bool) -> float:
    """How far letters stand apart: in fixed width from letter to letter, else on average."""
    steps = [right[0] - left[0] for run in runs for left, right in pairwise(run.columns)] if exact else []
    return median(steps) if steps else median((run.x1 - run.x0) / max(1, len(run.text)) for run in runs)


def _spaced(row: Row, left: float, width: float, exact: bool) -> str:
    """A row of code: in fixed width every letter at its place, else every run."""
    line = ""
    places = [place for run in row for place in (run.columns if exact else [(run.x0, run.text)])]
    for x, text in places:
        line = line.ljust(round((x - left) / width)) + (" " if line and not exact and line[-1] != " " else "") + text
    return line.replace("\u00ad", "-").replace("\x02", "-")


def _table(block: Block) -> str:
    """A pipe table; a cell goes to the column that begins nearest to it."""
    full = [row for row in block.rows if len(row) == block.level]
    starts = [median(row[place].x0 for row in full) for place in range(block.level)]
    lines: list[str] = []
    for row in block.rows:
        cells = [""] * block.level
        for run in row:
            place = min(range(block.level), key=lambda place: abs(starts[place] - run.x0))
            cells[place] = f"{cells[place]} {run.text}".strip().replace("|", "\\|")
        lines.append(f"| {' | '.join(cells)} |".replace("\u00ad", "-"))
    return "\n".join([lines[0], "|" + " --- |" * block.level, *lines[1:]])
