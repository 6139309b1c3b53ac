"""Changing a card file without touching what nobody asked to change.

Every change replaces the characters of one value, or adds or takes out whole lines; all other bytes stay: comments,
order, unknown keys, quoting, blank lines. A comment that stood inside a replaced value is kept behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from flashgen.store import marks, yaml_text
from flashgen.store.card_fields import ORDER
from flashgen.store.card_file import CardFile
from flashgen.store.marks import Pair
from flashgen.store.yaml_text import Data

Fields: TypeAlias = "Mapping[str, Data | None]"
"""New values of a card's fields; None takes a field out."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the text, `start` to `end`, and what takes its place."""

    start: int
    end: int
    new: str


@dataclass(slots=True)
class Edit:
    """Changes to one file, gathered and then made at once. `inline` keeps every new value on one line."""

    file: CardFile
    inline: bool = False
    cuts: list[Cut] = field(default_factory=list)

    def made(self) -> list[Cut]:
        """The cuts in order, in the newlines of the file."""
        newline = "\r\n" if "\r\n" in self.file.text else "\n"
        ordered = sorted(self.cuts, key=lambda cut: (cut.start, cut.end))
        return [Cut(cut.start, cut.end, cut.new.replace("\n", newline)) for cut in ordered]

    def text(self) -> str:
        """The file's text with all changes made."""
        parts, position = [], 0
        for cut in self.made():
            parts += [self.file.text[position : cut.start], cut.new]
            position = cut.end
        return "".join((*parts, self.file.text[position:]))

    # --- fields of a card -----------------------------------------------------------------------

    def change(self, item: yaml.MappingNode, fields: Fields) -> None:
        """Give the fields of a card new values."""
        gone = [n for n, pair in enumerate(item.value) if pair[0].value in fields and fields[pair[0].value] is None]
        here = {pair[0].value for pair in item.value}
        for pair in item.value:
            if (new := fields.get(pair[0].value)) is not None:
                self._replace(item, pair, new)
        for first, last in _runs(gone):
            self._take_out(item, first, last)
        staying = [pair for n, pair in enumerate(item.value) if n not in gone]
        for name in sorted(fields, key=_rank):
            if name not in here and (new := fields[name]) is not None:
                self._add(item, staying, name, new)

    def _replace(self, item: yaml.MappingNode, pair: Pair, new: Data) -> None:
        text, column = self.file.text, pair[0].start_mark.column
        start, end = marks.colon(text, pair) + 1, marks.value_end(text, pair)
        pad = "\n" + " " * column
        comments = marks.comments(text, pair)
        if item.flow_style:
            kept = "".join(f"  {comment}{pad}" for comment in comments)
            self.cuts.append(Cut(start, end, yaml_text.after_colon(new, 0, flow=True) + kept))
            return
        rest = marks.line_end(text, end)
        behind = text[end:rest].rstrip()
        value = yaml_text.after_colon(new, column, inline=self.inline or bool(behind))
        self.cuts.append(Cut(start, rest, value + behind + "".join(f"{pad}{comment}" for comment in comments)))

    def _take_out(self, item: yaml.MappingNode, first: int, last: int) -> None:
        """A run of neighbouring fields, with their lines; comments stay."""
        text, pairs = self.file.text, item.value
        start, end = pairs[first][0].start_mark.index, marks.value_end(text, pairs[last])
        pad = " " * pairs[first][0].start_mark.column
        following = pairs[last + 1][0].start_mark.index if last + 1 < len(pairs) else None
        if item.flow_style:
            start = start if following else marks.value_end(text, pairs[first - 1])
            self.cuts.append(Cut(start, following or end, ""))
            return
        comments = []
        for number in range(first, last + 1):
            until = pairs[number + 1][0].start_mark.index if number < last else None
            comments += marks.comments(text, pairs[number]) + marks.comments_behind(text, pairs[number], until)
        rest = marks.line_end(text, end)
        if following:
            between = text[rest:following].lstrip().replace("\r\n", "\n")
            self.cuts.append(Cut(start, following, "".join(f"{comment}\n{pad}" for comment in comments) + between))
        else:
            kept = "".join(f"\n{pad}{comment}" for comment in comments)
            self.cuts.append(Cut(marks.stripped(text, start), rest, kept))

    def _add(self, item: yaml.MappingNode, staying: Sequence[Pair], name: str, new: Data) -> None:
        """A new field, behind the one that comes last before it in the order of fields."""
        text, first = self.file.text, item.value[0][0].start_mark
        lower = [pair for pair in staying if _rank(pair[0].value) < _rank(name)]
        before = max(lower, key=lambda pair: _rank(pair[0].value), default=None)
        if item.flow_style:
            written = yaml_text.field(name, new, 0, flow=True)
            place = marks.value_end(text, before) if before else first.index
            self.cuts.append(Cut(place, place, f", {written}" if before else f"{written}, "))
        else:
            pad = "\n" + " " * first.column
            written = yaml_text.field(name, new, first.column, inline=self.inline)
            place = marks.field_end(text, before) if before else first.index
            self.cuts.append(Cut(place, place, pad + written if before else written + pad))

    # --- whole cards ----------------------------------------------------------------------------

    def append(self, items: Sequence[str | Mapping[str, Data]], after: int | None = None) -> None:
        """Cards behind the card number `after`, else at the end: as fields, or as lines that `remove` gave."""
        text, cards = self.file.text, self.file.cards
        if cards is None or not cards.value:
            self._first(items)
        elif cards.flow_style:
            place = cards.value[-1 if after is None else after].end_mark.index
            self.cuts.append(Cut(place, place, "".join(f", {yaml_text.value(_fields(each), 0)}" for each in items)))
        else:
            number = len(cards.value) - 1 if after is None else after
            place = marks.card_end(text, cards, number)
            column = cards.start_mark.column
            self.cuts.append(Cut(place, place, "".join(f"\n\n{self._lines(each, column)}" for each in items)))

    def _first(self, items: Sequence[str | Mapping[str, Data]]) -> None:
        """The first cards of a file, behind its `cards:`, which is added if need be."""
        text, root = self.file.text, self.file.root
        lines = "\n\n".join(self._lines(each, 0) for each in items)
        flow = yaml_text.value([_fields(each) for each in items], 0)
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        found = next((pair for pair in pairs if pair[0].value == "cards"), None)
        if isinstance(root, yaml.SequenceNode):
            self.cuts.append(Cut(root.start_mark.index, root.end_mark.index, flow))
        elif found and isinstance(root, yaml.MappingNode) and root.flow_style:
            self.cuts.append(Cut(marks.colon(text, found) + 1, marks.value_end(text, found), f" {flow}"))
        elif found:
            start, rest = marks.colon(text, found) + 1, marks.field_end(text, found)
            comments = marks.comments(text, found) + marks.comments_behind(text, found)
            self.cuts.append(Cut(start, rest, "".join(f"  {comment}" for comment in comments) + f"\n{lines}"))
        elif pairs and isinstance(root, yaml.MappingNode) and root.flow_style:
            place = marks.value_end(text, pairs[-1])
            self.cuts.append(Cut(place, place, f", cards: {flow}"))
        else:
            self.cuts.append(Cut(len(text), len(text), f"cards:\n{lines}\n"))

    def _lines(self, item: str | Mapping[str, Data], column: int) -> str:
        return _shifted(item, column) if isinstance(item, str) else yaml_text.item(item, column)

    def remove(self, number: int) -> str | None:
        """Take a card out, with the comments above and in it. Its lines; None if its list stands in brackets."""
        text, cards = self.file.text, self.file.cards
        if cards is None or cards.flow_style:
            self._remove_in_flow(number)
            return None
        start, end = marks.card_start(text, cards, number), marks.card_end(text, cards, number)
        following = end + len(text[end:]) - len(text[end:].lstrip())
        if following < len(text):
            self.cuts.append(Cut(start, marks.line_start(text, following), ""))
        else:
            self.cuts.append(Cut(marks.stripped(text, start), end, ""))
        return text[start:end].replace("\r\n", "\n")

    def _remove_in_flow(self, number: int) -> None:
        items = self.file.items
        if number + 1 < len(items):
            self.cuts.append(Cut(items[number].start_mark.index, items[number + 1].start_mark.index, ""))
        else:
            start = items[number - 1].end_mark.index if number else items[number].start_mark.index
            self.cuts.append(Cut(start, items[number].end_mark.index, ""))


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring numbers as (first, last)."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _fields(item: str | Mapping[str, Data]) -> Data:
    """A card as fields, for a list in brackets, which can't take lines as they are."""
    if not isinstance(item, str):
        return item
    node = yaml.compose(item, yaml.BaseLoader)
    return marks.data(node.value[0]) if isinstance(node, yaml.SequenceNode) else {}


def _shifted(lines: str, column: int) -> str:
    """The lines of a card moved so that its dash stands at `column`."""
    dash = re.search(r"^( *)-", lines, re.M)
    move = column - (len(dash[1]) if dash else 0)
    if move >= 0:
        return re.sub(r"^(?=[^\n])", " " * move, lines, flags=re.M)
    return re.sub(rf"^ {{0,{-move}}}", "", lines, flags=re.M)
