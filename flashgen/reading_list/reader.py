"""From the blocks of a list's Markdown to its topics, links and notes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter

from flashgen.reading_list.markdown import Block, Comment, Found, Line, Sort, read
from flashgen.reading_list.options import is_ours, options
from flashgen.reading_list.titles import label, titles
from flashgen.text import words
from flashgen.types import Link, Note, ReadingList, Topic

PROSE = 25
"""From this many words on, a paragraph that holds a link inside its sentences is a note too."""

_NEWLINE = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?:[ \t]*(?:#.*)?\n)*[\w-]+[ \t]*:(?!//).*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_GLUED_HEADING = re.compile(r" {0,3}#{2,6}[^#\s]")


def parse(text: str, name: str) -> ReadingList:
    """The reading list that `text` holds. Any text can be read; what looks like a slip is told in `problems`."""
    text = _NEWLINE.sub("\n", text.removeprefix("\ufeff"))
    if front := _FRONT_MATTER.match(text):
        text = "\n" * front[0].count("\n") + text[front.end() :]
    reading = _Reading(text.split("\n"))
    document = read(text)
    for block in document.blocks:
        reading.take(block)
    for url, line in document.unused:
        reading.problem(line, f"nothing uses this reference, so {url} is not read")
    problems = tuple(f"line {line + 1}: {words}" for line, words in sorted(reading.problems, key=itemgetter(0)))
    return ReadingList(name, tuple(reading.topics), tuple(reading.links), reading.joined_notes(), problems)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A stretch of the person's own lines, `start` to `end` (from 0, the end not included)."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Reading:
    """What was read so far, block by block."""

    source: list[str]
    headings: list[tuple[int, str]] = field(default_factory=list)
    topics: dict[Topic, None] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    notes: dict[Topic, list[_Chunk]] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    above: Block | None = None
    linked: bool = False

    @property
    def topic(self) -> Topic:
        return tuple(title for _, title in self.headings)

    def problem(self, line: int, words: str) -> None:
        self.problems.append((line, words))

    def take(self, block: Block) -> None:
        if block.sort is Sort.HEADING:
            self._heading(block)
        elif block.sort is Sort.CODE:
            self._note(block.start, block.end, block.code if _is_pasted(block) else self._raw(block))
            self.above = None
        else:
            self._linked(block) if block.links else self._unlinked(block)
            for number in range(block.start, block.end):
                if _GLUED_HEADING.match(self.source[number]):
                    words = f"no heading: put a space after the # marks of {self.source[number].strip()!r}"
                    self.problem(number, words)

    def _heading(self, block: Block) -> None:
        """The topic from here on. A heading without words ends the one before it and begins none."""
        words = "".join(part if isinstance(part, str) else _text(part) for line in block.lines for part in [*line, " "])
        title = " ".join(words.split()) or " ".join(found.url for found in block.links)
        self.headings = [heading for heading in self.headings if heading[0] < block.level]
        if title:
            self.headings.append((block.level, title))
            self.topics[self.topic] = None
        self.above, self.linked = None, False
        self._parts(block, [found.text or title for found in block.links])

    def _linked(self, block: Block) -> None:
        """Links, titled by the line above if nothing beside them does. A list item over items of links is no note."""
        names = titles(block)
        above, self.above = self.above, None
        if above:
            right_below = block.sort is Sort.TEXT and block.start - above.end <= 1
            begins_with_link = _has_link(block.lines[0])
            if right_below and begins_with_link and not names[0]:
                names[0] = label(above)
            if (names[0] and names[0] == label(above)) or 0 < above.depth < block.depth:
                self._forget(above)
        self._parts(block, names)
        if _is_prose(block):
            self._note(block.start, block.end, self._raw(block))

    def _unlinked(self, block: Block) -> None:
        self._parts(block, [])
        if any(map(str.isalnum, block.words)):
            self._note(block.start, block.end, self._raw(block))
            self.above = block if block.sort is Sort.TEXT else None

    def _parts(self, block: Block, names: Sequence[str]) -> None:
        """The links and comments of a block, in order."""
        waiting = iter(names)
        for part in (part for line in block.lines for part in line):
            if isinstance(part, Found):
                self.links.append(Link(part.url, self.topic, part.line + 1, next(waiting)))
                self.linked = True
            elif isinstance(part, Comment):
                self._comment(part)

    def _comment(self, comment: Comment) -> None:
        if not comment.closed:
            self.problem(
                comment.line, "a comment begins here and never ends, which hides all that follows; close it with -->"
            )
        elif is_ours(comment.text) and not self.linked:
            self.problem(comment.line, "no link stands before this comment under its heading")
        elif is_ours(comment.text):
            given, wrong = options(comment.text, self.links[-1].options)
            self.links[-1] = replace(self.links[-1], options=given)
            for words in wrong:
                self.problem(comment.line, words)

    def _note(self, start: int, end: int, text: str) -> None:
        text = text if text.lstrip().startswith(("```", "~~~")) else _COMMENT.sub("", text)
        if text.strip():
            self.notes.setdefault(self.topic, []).append(_Chunk(start, end, text))

    def _raw(self, block: Block) -> str:
        return "\n".join(self.source[block.start : block.end])

    def _forget(self, block: Block) -> None:
        """A line that turned out to be a title is no note."""
        chunks = self.notes[self.topic]
        self.notes[self.topic] = [chunk for chunk in chunks if chunk.start != block.start]

    def joined_notes(self) -> tuple[Note, ...]:
        """One note for each topic: its chunks in order, with a blank line where lines of the source lie between."""
        return tuple(
            Note(topic, chunks[0].start + 1, _joined(chunks)) for topic, chunks in self.notes.items() if chunks
        )


def _joined(chunks: Sequence[_Chunk]) -> str:
    groups: list[list[_Chunk]] = []
    for chunk in chunks:
        if groups and groups[-1][-1].end == chunk.start:
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    return "\n\n".join(textwrap.dedent("\n".join(chunk.text for chunk in group)).strip("\n") for group in groups)


def _text(part: Found | Comment) -> str:
    return part.text if isinstance(part, Found) else ""


def _is_pasted(block: Block) -> bool:
    """Whether a code block holds prose, as people paste it: few marks but letters, and long lines."""
    lines = [line for line in block.code.split("\n") if line.strip()]
    letters = sum(char.isalpha() or char in " ,.-" for char in block.code)
    return not block.language and letters >= 0.9 * len(block.code) and len(words(block.code)) >= 5 * len(lines)


def _is_prose(block: Block) -> bool:
    """Whether a block with links is the person's own prose: its links stand inside sentences."""
    parts = [part for line in block.lines for part in line if not isinstance(part, str) or part.strip()]
    first = next(i for i, part in enumerate(parts) if isinstance(part, Found))
    opening = " ".join(part for part in parts[:first] if isinstance(part, str))
    alone = all(len([part for part in line if part in parts]) == 1 for line in block.lines if _has_link(line))
    inside = len(words(opening)) >= 3 and isinstance(parts[-1], str) and not alone
    return inside and block.sort is Sort.TEXT and len(words(block.words)) >= PROSE


def _has_link(line: Line) -> bool:
    return any(isinstance(part, Found) for part in line)
