"""Marking a link of a reading list as one to skip, and taking the mark off: the person's text, changed in one place.

Where a comment may stand depends on how the link is written, so a few places are tried, and the changed text is read
again: only a text that differs in nothing but this one option is ever given back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from flashgen.identity import canonical
from flashgen.reading_list.reader import parse
from flashgen.types import Link, ReadingList

_COMMENT = " <!-- flashgen: skip -->"
_OURS = re.compile(r"[ \t]*<!--\s*flashgen\b\s*:?(.*?)-->", re.I | re.S)
_SKIP = re.compile(r"(?:^|(?<=[\s,]))skip(?=[\s,]|$),?\s*", re.I)


def with_skip(text: str, url: str, *, skip: bool) -> str | None:
    """`text` with the link of this canonical address skipped or not; None where that can't be written.

    A link that stands several times is skipped at its first place, and read again if no place says skip.
    """
    for _ in range(text.count("flashgen") + 1):
        before = parse(text, "")
        places = [n for n, link in enumerate(before.links) if canonical(link.url) == url]
        if not places:
            return None
        marked = [n for n in places if before.links[n].options.skip]
        if bool(marked) == skip:
            return text
        number = places[0] if skip else marked[0]
        found = next((new for new in _tries(text, before.links[number], skip) if _differs(before, new, number)), None)
        if found is None:
            return None
        text = found
    return text


def _tries(text: str, link: Link, skip: bool) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: link.line - 1]))
    end = start + len(lines[link.line - 1].rstrip("\r\n"))
    if not skip:
        for found in _OURS.finditer(text, start):
            said = found[1].strip()
            for word in _SKIP.finditer(said):
                kept = f"{said[: word.start()]}{said[word.end() :]}".strip()
                yield text[: found.start()] + (f" <!-- flashgen: {kept} -->" if kept else "") + text[found.end() :]
        return
    for found in re.finditer(re.escape(link.url), text[start:end]):
        place = start + found.end()
        closed = [place + close.end() for close in re.finditer(r"[)>\]]", text[place:end])]
        enclosed = text[start + found.start() - 1 : start + found.start()] in ("(", "<")
        for at in (*closed, place) if enclosed else (place, *closed):
            yield text[:at] + _COMMENT + text[at:]
    yield text[:end] + _COMMENT + text[end:]


def _differs(before: ReadingList, text: str, number: int) -> bool:
    """Whether `text` reads as the list before, but for the skip of one link."""
    after = parse(text, "")
    if len(after.links) != len(before.links) or after.notes != before.notes or after.topics != before.topics:
        return False
    old, new = before.links[number], after.links[number]
    turned = replace(old, options=replace(old.options, skip=not old.options.skip))
    return new == turned and before.links[:number] + before.links[number + 1 :] == (
        after.links[:number] + after.links[number + 1 :]
    )
