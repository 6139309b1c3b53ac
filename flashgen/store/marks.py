"""Where things stand in a YAML text: ends of values, lines of cards, comments in between.

PyYAML's marks are exact for scalars and for what stands in brackets; a block list or mapping "ends" only where the
next token begins, so its end is that of its last value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from flashgen.store.yaml_text import Data

Pair = tuple[yaml.Node, yaml.Node]
"""A key and its value."""

_BLOCK_COMMENT = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.M)
_WHITE = " \t\r\n"


def line_start(text: str, place: int) -> int:
    """The beginning of the line that `place` is in."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """The end of the line that `place` is in, before its newline."""
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    return end - 1 if end > place and text[end - 1] == "\r" else end


def stripped(text: str, end: int) -> int:
    """`end` moved back over white space."""
    while end and text[end - 1] in _WHITE:
        end -= 1
    return end


def colon(text: str, pair: Pair) -> int:
    """The place of the colon between a key and its value."""
    return text.index(":", pair[0].end_mark.index)


def value_end(text: str, pair: Pair) -> int:
    """Where the value ends, white space and comments behind it not included."""
    return node_end(text, pair[1]) or colon(text, pair) + 1


def node_end(text: str, node: yaml.Node) -> int:
    """Where a node ends; 0 for an empty one, which stands nowhere."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        if isinstance(node, yaml.MappingNode):
            return value_end(text, last)
        return node_end(text, last) or last.start_mark.index
    start, end = node.start_mark.index, node.end_mark.index
    return stripped(text, end) if end > start else 0


def field_end(text: str, pair: Pair) -> int:
    """The end of the last line of a field, a comment behind the value included."""
    return line_end(text, value_end(text, pair))


def comments(text: str, pair: Pair) -> list[str]:
    """The comments that stand inside a field, between its colon and the end of its value."""
    start, end = colon(text, pair) + 1, value_end(text, pair)
    found = []
    for leaf_start, leaf_end in [*_leaves(text, pair[1]), (end, end)]:
        found += _COMMENT.findall(text[start:leaf_start])
        if header := _BLOCK_COMMENT.match(text, leaf_start, leaf_end):
            found.append(header[1])
        start = leaf_end
    return found


def comments_behind(text: str, pair: Pair, until: int | None = None) -> list[str]:
    """The comments behind a value: on the same line, or up to the place `until`."""
    end = value_end(text, pair)
    return _COMMENT.findall(text[end : line_end(text, end) if until is None else until])


def _leaves(text: str, node: yaml.Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, yaml.ScalarNode):
        if end := node_end(text, node):
            yield node.start_mark.index, end
    else:
        for each in node.value:
            for leaf in each if isinstance(node, yaml.MappingNode) else (each,):
                yield from _leaves(text, leaf)


# --- cards in their list ------------------------------------------------------------------------


def dash(text: str, cards: yaml.Node, item: yaml.Node) -> int:
    """The place of the dash of an item of a block list."""
    column = cards.start_mark.column
    start = line_start(text, item.start_mark.index)
    while text[start + column : start + column + 1] != "-" or text[start : start + column].strip():
        start = line_start(text, start - 1)
    return start + column


def card_start(text: str, cards: yaml.Node, number: int) -> int:
    """Where the lines of a card begin, comments right above it included.

    Not if they are indented like the fields of the card before, or are the first lines of the file.
    """
    column = cards.start_mark.column
    first = start = line_start(text, dash(text, cards, cards.value[number]))
    while start:
        above = line_start(text, start - 1)
        line = text[above:start]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) > column:
            return start
        start = above
    return first


def card_end(text: str, cards: yaml.Node, number: int) -> int:
    """Where the last line of a card ends, comments right below it included if they are indented like its fields."""
    column = cards.start_mark.column
    end = line_end(text, node_end(text, cards.value[number]) or cards.value[number].start_mark.index)
    while (below := text.find("\n", end) + 1) and below < len(text):
        line = text[below : line_end(text, below)]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= column:
            break
        end = below + len(line)
    return end


def data(node: yaml.Node) -> Data:
    """What a node holds, as strings, lists and mappings."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [data(each) for each in node.value]
    return str(node.value)
