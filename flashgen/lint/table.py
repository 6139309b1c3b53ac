"""Cards as a table of text: CSV, TSV, and Anki's text exports with their `#key:value` lines.

Where the first row names the columns they are found by name; else question and answer are the first two columns
that are no note type, deck, tags or GUID. A card's line is its row, the rows above the cards counted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from flashgen.errors import FileError
from flashgen.lint.card import LintCard
from flashgen.lint.fields import ANSWER, QUESTION, text_of
from flashgen.lint.html_text import text_of_html
from flashgen.types import Draft, Kind, Passage

_SEPARATORS = {"comma": ",", "tab": "\t", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
_LONGEST_FIELD = 10_000_000


def read(path: Path) -> Sequence[LintCard]:
    """The cards of a table. Raises FileError with the row."""
    lines = text_of(path).split("\n")
    settings: dict[str, str] = {}
    while lines and lines[0].startswith("#") and ":" in lines[0]:
        key, _, value = lines.pop(0)[1:].partition(":")
        settings[key.strip().casefold()] = value.strip()
    head = len(settings)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=_delimiter(path, lines, settings))
    try:
        rows = list(reader)
    except csv.Error as error:
        raise FileError(path, f"not a readable table: {error}", line=head + reader.line_num) from None
    numbered = [(head + number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    names = _named(settings, numbered[0][1] if numbered else [], _delimiter(path, lines, settings))
    columns = names or _unnamed(settings, max((len(row) for _, row in numbered), default=0))
    if numbered and (len(columns) < 2 or not {"question", "answer"} <= columns.keys()):
        raise FileError(path, "has no second column: a card needs question and answer", line=numbered[0][0])
    if names and "columns" not in settings:
        numbered = numbered[1:]
    as_html = settings.get("html", "").casefold() == "true"
    return [_card(number, row, columns, as_html=as_html) for number, row in numbered]


def _delimiter(path: Path, lines: Sequence[str], settings: Mapping[str, str]) -> str:
    said = settings.get("separator", "")
    if said:
        return _SEPARATORS.get(said.casefold(), said[:1])
    first = next((line for line in lines if line.strip()), "")
    if path.suffix.casefold() in (".tsv", ".txt") or "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _named(settings: Mapping[str, str], first: Sequence[str], delimiter: str) -> dict[str, int]:
    """Columns by name, from Anki's `#columns:` or a row of headings; none where neither names both sides."""
    heads = settings["columns"].split(delimiter) if "columns" in settings else first
    names = [head.strip().casefold() for head in heads]
    found = {name: n for n, name in enumerate(names)}
    for side, known in (("question", QUESTION), ("answer", ANSWER)):
        place = next((found[name] for name in known if name in found), None)
        if place is None:
            return {}
        found[side] = place
    return found


def _unnamed(settings: Mapping[str, str], width: int) -> dict[str, int]:
    """The first two columns that Anki's header lines don't claim for something else."""
    claimed = {int(value) - 1 for key, value in settings.items() if key.endswith(" column") and value.isdigit()}
    if settings.get("tags", "").isdigit():
        claimed.add(int(settings["tags"]) - 1)
    free = [n for n in range(width) if n not in claimed]
    return dict(zip(("question", "answer"), free, strict=False))


def _card(number: int, row: Sequence[str], columns: Mapping[str, int], *, as_html: bool) -> LintCard:
    def cell(name: str) -> str:
        place = columns.get(name, len(row))
        text = row[place].strip() if place < len(row) else ""
        return text_of_html(text) if as_html else text

    cloze = "{{c" in cell("question") or cell("kind").casefold() == Kind.CLOZE
    draft = Draft(cell("question"), cell("answer"), cell("quote"), Kind.CLOZE if cloze else Kind.BASIC)
    topic = tuple(filter(None, (cell("topic"),)))
    passage = Passage(cell("passage"), topic=topic, title=cell("title"), url=cell("url"), language=cell("language"))
    return LintCard(number, draft, passage, quoted=bool(draft.quote))
