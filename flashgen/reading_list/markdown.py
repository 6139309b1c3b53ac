"""A reading list's Markdown as blocks of lines, each line with its words, links and comments.

Images are no links, and neither is anything in code or in a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from flashgen.reading_list.inline import BARE, Parser

GAP = "\x1f"
"""Stands in a line's words where a table cell or `<br>` parts them."""

_ANCHOR = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_NO_LINK = re.compile(r"#|(?:mailto|tel):|$", re.I)
_ADDRESS_LINE = re.compile(r"\s*(?:(?:[-*+]|\d{1,3}[.)])\s+)?(?:<?https?://|\[[^\]]+\]\()", re.I)


@dataclass(slots=True)
class Found:
    """A link where it stands. `text` is its own, '' for a bare address; `line` counts from 0."""

    url: str
    line: int
    text: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment: the text between its marks. `line` counts from 0."""

    text: str
    line: int
    closed: bool = True


Line = list[str | Found | Comment]
"""One line of the source: words, links and comments in the order they stand."""


class Sort(Enum):
    """What a block is."""

    HEADING = auto()
    TEXT = auto()
    TABLE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source, lines `start` to `end` (from 0, the end not included).

    `level` is a heading's; `depth` says how deep in lists and quotes the block stands; `code` is the text
    of a CODE block and `language` its language.
    """

    sort: Sort
    start: int
    end: int
    lines: list[Line] = field(default_factory=list)
    level: int = 0
    depth: int = 0
    code: str = ""
    language: str = ""

    @property
    def links(self) -> list[Found]:
        """The links in it, in order."""
        return [part for line in self.lines for part in line if isinstance(part, Found)]

    @property
    def words(self) -> str:
        """Its words that belong to no link."""
        return " ".join(part for line in self.lines for part in line if isinstance(part, str)).replace(GAP, " ")


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a text, and the references it defines without using them, as (address, line from 0)."""

    blocks: list[Block]
    unused: list[tuple[str, int]]


def read(text: str) -> Document:
    """The blocks of a Markdown text with plain newlines, in order. Any text can be read."""
    reader = _Reader(text)
    blocks = list(reader.blocks(reader.parser.parse(text, reader.env)))
    used = {found.url for block in blocks for found in block.links}
    unused = [
        (entry["href"], entry["map"][0])
        for entry in reader.env.get("references", {}).values()
        if entry["href"] not in used and not _NO_LINK.match(entry["href"])
    ]
    return Document(blocks, unused)


class _Reader:
    """Turns the parser's tokens into blocks."""

    def __init__(self, text: str) -> None:
        self.parser = Parser()
        self.source = text.split("\n")
        self.env: dict[str, Any] = {}

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        depth, position = 0, 0
        while position < len(tokens):
            token = tokens[position]
            position += 1
            if token.type in ("blockquote_open", "list_item_open", "blockquote_close", "list_item_close"):
                depth += token.nesting
            elif token.type in ("paragraph_open", "heading_open"):
                yield _leaf(token, tokens[position], depth)
            elif token.type == "table_open":
                end = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
                yield self._table(token, tokens[position:end], depth)
                position = end
            elif token.type in ("fence", "code_block"):
                yield from self._code(token, depth)
            elif token.type == "html_block":
                yield _comment(token, depth)

    def _table(self, table: Token, inner: Sequence[Token], depth: int) -> Block:
        """A table as a line for each row. Cells beyond the header's count too, though Markdown drops them."""
        rows: dict[int, Line] = {}
        columns = sum(token.type == "th_open" for token in inner)
        for token in inner:
            if token.type == "inline" and token.map:
                rows.setdefault(token.map[0], []).extend([*(p for line in _lines(token) for p in line), GAP])
        for number, row in rows.items():
            cells = escapedSplit(self.source[number].strip().strip("|"))
            for extra in self.parser.parseInline(" | ".join(cells[columns:]), self.env) if cells[columns:] else ():
                extra.map = [number, number + 1]
                row.extend(part for line in _lines(extra) for part in line)
        start, end = table.map or (0, 0)
        return Block(Sort.TABLE, start, end, list(rows.values()), depth=depth)

    def _code(self, token: Token, depth: int) -> Iterator[Block]:
        """A code block; one that is only indented, and holds nothing but addresses, is read as text."""
        start, end = token.map or (0, 0)
        written = [line for line in token.content.split("\n") if line.strip()]
        if token.type == "code_block" and all(map(_ADDRESS_LINE.match, written)):
            tokens = self.parser.parse("\n".join(line.strip() for line in self.source[start:end]), self.env)
            for each in tokens:
                each.map = each.map and [each.map[0] + start, each.map[1] + start]
            yield from self.blocks(tokens)
        else:
            yield Block(Sort.CODE, start, end, depth=depth, code=token.content, language=token.info.strip())


def _leaf(opening: Token, inline: Token, depth: int) -> Block:
    """A heading or a paragraph.

    A heading in a list or a quote is text; so is one with a bare address over a line of dashes, which was
    meant to part it from what follows.
    """
    start, end = opening.map or (0, 0)
    block = Block(Sort.TEXT, start, end, _lines(inline), depth=depth)
    underlined = opening.markup == "-" and any(found.bare for found in block.links)
    if opening.type == "heading_open" and not depth and not underlined:
        return replace(block, sort=Sort.HEADING, level=int(opening.tag[1:]))
    return block


def _comment(token: Token, depth: int) -> Block:
    start, end = token.map or (0, 0)
    return Block(Sort.TEXT, start, end, [[_comment_part(token.content.strip(), start)]], depth=depth)


def _comment_part(html: str, line: int) -> Comment:
    return Comment(html.removeprefix("<!--").partition("-->")[0], line, closed="-->" in html)


def _lines(inline: Token) -> list[Line]:
    """The lines of an inline token."""
    first = inline.map[0] if inline.map else 0
    lines: list[Line] = [[]]
    inside: Found | None = None
    for token in inline.children or ():
        at = first + inline.content.count("\n", 0, token.meta.get("at", 0))
        anchor = _ANCHOR.match(token.content) if token.type == "html_inline" else None
        if token.type == "link_open" or anchor:
            url = next(filter(None, anchor.groups()), "") if anchor else str(token.attrs["href"])
            if not _NO_LINK.match(url):
                inside = Found(url, at, bare=token.markup in (BARE, "autolink"))
                lines[-1].append(inside)
        elif token.type == "link_close" or token.content.lower() == "</a>":
            inside = None
        elif token.type in ("softbreak", "hardbreak"):
            lines.append([])
            if inside:
                inside.text += " "
        elif token.type == "html_inline":
            if token.content.startswith("<!--"):
                lines[-1].append(_comment_part(token.content, at))
            elif token.content.lower().startswith("<br"):
                lines[-1].append(GAP)
        elif inside:
            inside.text += "" if inside.bare else token.content
        elif token.type != "image":
            lines[-1].append(token.content)
    return lines
