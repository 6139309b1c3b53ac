"""An article cut into the passages that cards are made from.

A passage is the text under one heading. Short neighbours under the same parent are joined, long ones are cut
between paragraphs, at places that the text itself decides: an edit moves only the cuts beside it, so that the
fingerprints of all other passages stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from flashgen.identity import digest
from flashgen.text import fold, normalise, plain, words
from flashgen.types import Article, Section

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SHORT = 80
"""Words under which a section is joined with neighbours as short as itself."""
LONG = 900
"""Words from which a section is cut; no piece but a single paragraph is longer."""
_LEAST_PIECE = 300
_JOINED = 400

_AT = re.compile(r"<!--\s*at:\s*(.+?)\s*-->")
_CODE_BLOCK = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S)


def split(article: Article) -> tuple[Section, ...]:
    """The passages of `article` in reading order, each with its fingerprint; without those that hold no words.

    The heading that only repeats the article's title is not part of a path.
    """
    found = [part for part in _by_heading(article.markdown, article.title) if words(plain(part.text))]
    pieces = [piece for part in _runs(found) for piece in _cut(part)]
    return tuple(replace(piece, fingerprint=fingerprint(piece.text)) for piece in pieces)


def fingerprint(text: str) -> str:
    """A hash of what a section says: its words, and every line of its code. Markup, addresses, letter case and
    white space don't count."""
    code = [normalise(line) for block in _CODE_BLOCK.finditer(text) for line in block.group(2).splitlines()]
    return digest([*words(plain(text)), "\n", *code])


def anchor(quote: str, text: str) -> str:
    """Where in its source `quote` stands: the last `<!-- at: … -->` of `text` before it, '' if there is none."""
    marks = list(_AT.finditer(text))
    if not marks:
        return ""
    wanted = fold(quote)
    places = [mark.group(1) for mark in marks if wanted in fold(plain(text[mark.end() :]))]
    return places[-1] if places else marks[0].group(1)


def without_marks(text: str) -> str:
    """`text` without the comments that tell where it stands."""
    return re.sub(r"\n{3,}", "\n\n", _AT.sub("", text)).strip()


def word_count(text: str) -> int:
    """How many words a reader sees."""
    return len(words(plain(text)))


def _by_heading(markdown: str, title: str) -> Iterator[Section]:
    """One section a heading, with its path; the text before the first heading comes first."""
    lines = markdown.splitlines()
    path: list[tuple[int, str]] = []
    start, mark = 0, ""
    for first, last, level, heading in _headings(markdown):
        text, mark = _marked(lines[start:first], mark)
        yield Section(tuple(name for _, name in path), text)
        path = [*((depth, name) for depth, name in path if depth < level)]
        if not (not path and title and fold(heading) == fold(title)):
            path.append((level, heading))
        start = last
    yield Section(tuple(name for _, name in path), _marked(lines[start:], mark)[0])


def _marked(lines: Sequence[str], mark: str) -> tuple[str, str]:
    """The lines as text that begins with the place where it stands, and the place where it ends."""
    text = "\n".join(lines).strip()
    inside = [match.group(1) for match in _AT.finditer(text)]
    if mark and not text.startswith("<!-- at:"):
        text = f"<!-- at: {mark} -->\n{text}"
    return text, inside[-1] if inside else mark


def _headings(markdown: str) -> Iterator[tuple[int, int, int, str]]:
    """First line, line after the last, level and plain text of each heading outside quotes and lists."""
    tokens = _parser().parse(markdown)
    for token, content in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            # The bar in front keeps a number at the start from being taken for a list's.
            name = " ".join(plain(f"|{content.content}").split())
            yield token.map[0], token.map[1], int(token.tag[1]), name


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Blocks only: headings are all that is wanted."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _runs(sections: Iterable[Section]) -> Iterator[Section]:
    """Runs of short sections under one parent put together; their headings stay in the text."""
    held: Section | None = None
    for section in sections:
        short = word_count(section.text) < SHORT
        if held and short and _belong(held, section):
            held = _join(held, section)
            continue
        if held:
            yield held
        held = section if short else None
        if not short:
            yield section
    if held:
        yield held


def _belong(one: Section, other: Section) -> bool:
    """Whether both stand beside each other under one parent, or one right under the other."""
    shared = _common(one.path, other.path)
    near = len(shared) >= max(len(one.path), len(other.path)) - 1
    return near and word_count(one.text) + word_count(other.text) <= _JOINED


def joined(sections: Sequence[Section]) -> Section:
    """Sections of one article as one, their headings in its text; without a fingerprint."""
    return reduce(_join, sections)


def _join(one: Section, other: Section) -> Section:
    path = _common(one.path, other.path)
    parts = [one.text if one.path == path else f"{_heading(one.path, path)}\n\n{one.text}"]
    parts.append(other.text if other.path == path else f"{_heading(other.path, path)}\n\n{other.text}")
    return Section(path, "\n\n".join(parts), parts=(*_parts(one), *_parts(other)))


def _parts(section: Section) -> tuple[str, ...]:
    return section.parts or (fingerprint(section.text),)


def _heading(path: Sequence[str], above: Sequence[str]) -> str:
    return "\n\n".join(f"{'#' * min(6, len(above) + n + 2)} {name}" for n, name in enumerate(path[len(above) :]))


def _common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    both = zip(one, other, strict=False)
    length = next((n for n, (a, b) in enumerate(both) if a != b), min(len(one), len(other)))
    return tuple(one[:length])


def _cut(section: Section) -> Iterator[Section]:
    """A long section in pieces of `_LEAST_PIECE` to `LONG` words, cut before the paragraph whose hash is smallest."""
    parts = blocks(section.text)
    counts = [word_count(part) for part in parts]
    while sum(counts) > LONG and len(parts) > 1:
        total = 0
        places: list[int] = []
        for n, count in enumerate(counts[:-1]):
            total += count
            if total > LONG and places:
                break
            if total >= _LEAST_PIECE or total > LONG:
                places.append(n + 1)
        place = min(places, key=lambda n: digest(words(plain(parts[n])))) if places else 0
        if not place:
            break
        yield Section(section.path, "\n\n".join(parts[:place]))
        text, _ = _marked(["\n\n".join(parts[place:])], _last_mark(parts[:place]))
        parts, counts = blocks(text), counts[place:]
        counts = [word_count(part) for part in parts]
    if parts:
        yield replace(section, text="\n\n".join(parts))


def _last_mark(blocks: Sequence[str]) -> str:
    marks = _AT.findall("\n".join(blocks))
    return str(marks[-1]) if marks else ""


def blocks(text: str) -> list[str]:
    """The paragraphs, lists, tables and code blocks of `text`; a code block is never cut."""
    found: list[str] = []
    fence = ""
    for line in text.splitlines():
        opening = re.match(r"[ \t]*(`{3,}|~{3,})", line)
        if fence or found[-1:] not in ([], [""]):
            found[-1] += f"\n{line}" if found[-1] else line
        else:
            found[-1:] = [line]
        if opening and not fence:
            fence = opening.group(1)
        elif opening and opening.group(1).startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        elif not fence and not line.strip():
            found.append("")
    return [block.strip("\n") for block in found if block.strip()]
