"""From tokens back to the Markdown of cards (see `flashgen.anki.markdown`).

Not every look has a Markdown, and not every text survives it: who writes a text must render it again and compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from flashgen.anki.look.tokens import (
    CLOSE,
    FIRST,
    HINT,
    LIVE,
    MOST_CLOZES,
    Break,
    Close,
    Image,
    Inline,
    Open,
    Run,
    Token,
)

_MARKERS = {"strong": "**", "em": "*"}
_OPEN = re.compile(f"[{chr(FIRST)}-{chr(FIRST + MOST_CLOZES)}]")


def markdown(tokens: Sequence[Token], image: Callable[[str], str], *, escape: str = "") -> str:
    """The text of a card that looks like `tokens`, as far as Markdown can say it.

    `image` gives a picture's address for the name of its file. `escape` are the characters to hide from the Markdown
    where they stand in the text; without any it is nicest to read, and mostly means the same.
    """
    return _Writer(iter(tokens), image, escape).blocks()


class _Writer:
    def __init__(self, tokens: Iterator[Token], image: Callable[[str], str], escape: str) -> None:
        self._tokens = tokens
        self._image = image
        self._escape = escape

    def blocks(self) -> str:
        """What stands up to the end of the innermost open element, its blocks parted by empty lines."""
        blocks: list[str] = []
        paragraph: list[str] = []
        inline: list[Inline] = []

        def end_paragraph() -> None:
            paragraph.append(self._inline(inline))
            if text := "".join(paragraph):
                blocks.append(text)
            paragraph.clear()
            inline.clear()

        for token in self._tokens:
            if isinstance(token, (Run, Image)):
                inline.append(token)
            elif isinstance(token, Break):
                paragraph += [self._inline(inline), "\n" * token.lines]
                inline.clear()
            elif isinstance(token, Close):
                break
            else:
                end_paragraph()
                blocks.append(self._structure(token))
        end_paragraph()
        return "\n\n".join(blocks)

    def _structure(self, token: Open) -> str:
        if token.tag == "pre":
            return self._listing(token.detail)
        if token.tag == "table":
            return self._table()
        return self._list(token) if token.tag in ("ul", "ol") else self.blocks()

    def _listing(self, language: str) -> str:
        runs = [token for token in self._until_close() if isinstance(token, Run)]
        code = self._plain("".join(run.text for run in runs))
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
        return f"{fence}{language}\n{code}\n{fence}"

    def _list(self, opened: Open) -> str:
        number = int(opened.detail) if opened.detail.isdigit() else 1
        items = []
        for token in self._tokens:
            if isinstance(token, Close):
                break
            if isinstance(token, Open):
                marker = "- " if opened.tag == "ul" else f"{number}. "
                text = re.sub(r"\n\n(?=- )", "\n", self.blocks())
                items.append(marker + text.replace("\n", "\n" + " " * len(marker)))
                number += 1
        return re.sub(r"(?m)^ +$", "", "\n".join(items))

    def _table(self) -> str:
        rows = [[*self._cells()] for token in self._tokens_of_children() if token.tag == "tr"]
        if not rows:
            return ""
        sides = {"left": ":--", "right": "--:", "center": ":-:"}
        lines = [[text for _, text in row] for row in rows]
        lines.insert(1, [sides.get(side, "---") for side, _ in rows[0]])
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _cells(self) -> Iterator[tuple[str, str]]:
        for cell in self._tokens_of_children():
            text = self.blocks().replace("\n", " ")
            yield cell.detail, text if "|" in self._escape else text.replace("|", "\\|")

    def _tokens_of_children(self) -> Iterator[Open]:
        """The elements right in the one that is open, whose own tokens must be taken before the next is asked for."""
        for token in self._tokens:
            if isinstance(token, Close):
                return
            if isinstance(token, Open):
                yield token

    def _until_close(self) -> Iterator[Token]:
        for token in self._tokens:
            if isinstance(token, Close):
                return
            yield token

    # --- inside a line --------------------------------------------------------------------------

    def _inline(self, items: Iterable[Inline]) -> str:
        out = []
        for link, group in groupby(items, key=lambda item: item.link):
            text = self._marked(list(group), list(_MARKERS))
            out.append(f"<{link}>" if link and text == link else f"[{text}]({link})" if link else text)
        return "".join(out)

    def _marked(self, items: Sequence[Inline], marks: Sequence[str]) -> str:
        if not marks:
            return "".join(map(self._leaf, items))
        out = []
        for marked, group in groupby(items, key=lambda item: marks[0] in item.marks):
            sign = _MARKERS[marks[0]] if marked else ""
            out.append(f"{sign}{self._marked(list(group), marks[1:])}{sign}")
        return "".join(out)

    def _leaf(self, item: Inline) -> str:
        if isinstance(item, Image):
            return f"![{item.words}]({self._image(item.source)})"
        if "code" in item.marks:
            return _code(self._plain(item.text))
        if "math" in item.marks or not self._escape:
            return self._plain(item.text)
        return self._plain(re.sub(f"[{re.escape(self._escape)}]", r"\\\g<0>", item.text))

    def _plain(self, text: str) -> str:
        """Text with the marks of clozes written out, and spaces for the indentation."""
        text = _OPEN.sub(lambda found: f"{{{{c{ord(found[0]) - FIRST}::", text)
        text = text.replace(HINT, " :: " if self._escape else "::").replace(CLOSE, "}}")
        return text.replace(LIVE, "").replace("\xa0", " ")


def _code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def without_words(tokens: Iterable[Token]) -> tuple[Token, ...]:
    """`tokens` with pictures by their file alone: their words aren't seen."""
    return tuple(replace(token, words="") if isinstance(token, Image) else token for token in tokens)
