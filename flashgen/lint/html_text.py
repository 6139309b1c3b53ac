"""The text of an Anki field: what a reader sees, with code in backticks."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = frozenset(("br", "p", "div", "li", "tr", "ul", "ol", "table", "hr", "h1", "h2", "h3", "h4", "blockquote"))
_SILENT = frozenset(("script", "style", "template", "title"))
_MARKS = {"code": "`", "kbd": "`", "sup": "^", "sub": "_"}
_SOUND = re.compile(r"\[(sound|anki):[^\]]*\]")


def text_of_html(field: str) -> str:
    """`field` as text. A picture stands as `[image: its words]`, so that a side with one is not empty."""
    if not re.search(r"[<&\[]", field):
        return field.strip()
    reader = _Reader()
    reader.feed(field)
    reader.close()
    text = _SOUND.sub(r"[\1]", "".join(reader.parts)).replace("\u00a0", " ")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", text)).strip()


class _Reader(HTMLParser):
    """Gathers the text; inside `<pre>` inline marks are left out, as they are part of the highlighting."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._block = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "pre":
            self._block += 1
            self.parts.append("\n```\n")
        elif tag in _BREAKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "img":
            words = dict(attrs).get("alt") or ""
            self.parts.append(f"[image: {words}]" if words else "[image]")
        elif not self._block:
            self.parts.append(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "pre":
            self._block = max(0, self._block - 1)
            self.parts.append("\n```\n")
        elif tag in ("p", "div", "table", "blockquote"):
            self.parts.append("\n")
        elif not self._block and _MARKS.get(tag) == "`":
            self.parts.append("`")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
