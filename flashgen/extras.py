"""What of an article belongs on the back of a card beside its answer: the table that the quote is a row of, or the
picture that the quote's paragraph speaks of. A decision over texts; fetching the picture is somebody else's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flashgen.quotes import stands
from flashgen.sections import blocks, without_marks
from flashgen.vocabulary import content, listed

_MOST_ROWS = 10
"""Rows of a table that are shown whole; of a longer one, those around the quoted row."""
_AROUND = 2
_LONGEST = 1500
"""Characters of a table that a card's back can show."""
_ALIKE = 3
"""Stems that a picture's words share with the quote for it to be the picture of that."""

_RULE = re.compile(r"\|?[ \t]*:?-{2,}[-:| \t]*")
_URL = r"https?://(?:[^()\s<>]|\([^()\s<>]{0,200}\)){1,1500}"
_IMAGE = re.compile(rf"!\[(?P<words>[^\[\]]{{0,300}})\]\(\s*<?(?P<url>{_URL})>?[^()]*\)")
_ENGLISH = listed("figure figures fig diagram diagrams chart graph plot picture screenshot illustration drawing")
_SPEAKS = re.compile(
    rf"\b(?:{'|'.join(sorted(_ENGLISH))})\b|(?<!\w)(?:рис(?:\.|ун(?:ок|ке|ка|ку|ком))|схем[аеуыо]\w{{0,2}}"
    r"|диаграмм\w{1,3}|график\w{0,3}|иллюстраци\w{1,3}|скриншот\w{0,2})(?!\w)",
    re.I,
)
_KEPT = re.compile(rf"!\[[^\[\]]*\]\((?P<url>{_URL})\)")


def extra(quote: str, text: str, *, images: bool = False) -> str:
    """What to show with a card whose `quote` stands in `text` (a section's Markdown), as Markdown; '' for nothing.

    With `images` a picture may be it, at its own address.
    """
    parts = blocks(without_marks(text))
    place = next((n for n, part in enumerate(parts) if quote and stands(quote, part)), None)
    if place is None:
        return ""
    return _table(quote, parts[place]) or (_picture(quote, parts, place) if images else "")


def pictures(shown: str) -> list[str]:
    """The addresses in the web of the pictures in a card's extra text."""
    return [found["url"] for found in _KEPT.finditer(shown)]


def with_picture(shown: str, url: str, address: str) -> str:
    """`shown` with the picture at `url` under its new `address`; without it where that is ''."""

    def moved(found: re.Match[str]) -> str:
        if found["url"] != url:
            return found[0]
        return found[0].replace(f"({url})", f"({address})") if address else ""

    return _KEPT.sub(moved, shown).strip()


# --- tables -------------------------------------------------------------------------------------


def _table(quote: str, block: str) -> str:
    """The table that `quote` is of, with its head; of a long one the rows around the quoted one."""
    lines = [line.strip() for line in block.splitlines()]
    rule = next((n for n, line in enumerate(lines) if n and "|" in line and _RULE.fullmatch(line)), None)
    if rule is None:
        return ""
    head, rows = lines[rule - 1 : rule + 1], [line for line in lines[rule + 1 :] if "|" in line]
    hits = [n for n, row in enumerate(rows) if stands(quote, row)]
    if not hits and not stands(quote, "\n".join(rows)):
        return ""
    if len(rows) > _MOST_ROWS:
        middle = hits[0] if hits else 0
        rows = rows[max(0, middle - _AROUND) : middle + _AROUND + 1]
    shown = "\n".join((*head, *rows))
    return shown if len(shown) <= _LONGEST and "![" not in shown else ""


# --- pictures -----------------------------------------------------------------------------------


def _picture(quote: str, parts: Sequence[str], place: int) -> str:
    """The picture in the quote's paragraph or right beside it, if the paragraph speaks of one or it shows the same."""
    speaks = bool(_SPEAKS.search(_IMAGE.sub("", parts[place])))
    said = set(content(quote))
    for found in _beside(parts, place):
        if speaks or len(said & set(content(found["words"]))) >= _ALIKE:
            return f"![{' '.join(found['words'].split())}]({found['url']})"
    return ""


def _beside(parts: Sequence[str], place: int) -> Iterator[re.Match[str]]:
    """The pictures of a paragraph, of the one after it, of the one before it; the others only where they are nothing
    else."""
    yield from _IMAGE.finditer(parts[place])
    for near in (place + 1, place - 1):
        if 0 <= near < len(parts) and not _IMAGE.sub("", parts[near]).strip("*_ \n"):
            yield from _IMAGE.finditer(parts[near])
