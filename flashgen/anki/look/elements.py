"""From HTML to tokens: follows the elements, and hands the text between them on line by line."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from flashgen.anki.look.lines import joined, laid_out
from flashgen.anki.look.tokens import GUARD, Break, Close, Image, Inline, Open, Run, Token

_MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "code": "code"}
_PLAIN = frozenset({"a", "span", "div", "p", "pre", "img"})
_STRUCTURE = frozenset({"ul", "ol", "li", "table", "tr", "th", "td"})
_TRANSPARENT = frozenset({"thead", "tbody", "tfoot", "html", "body"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figure", "footer"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "p", "section", "summary"}
)
_VOID = frozenset({"area", "base", "col", "embed", "hr", "input", "link", "meta", "source", "track", "wbr"})
_IDLE = frozenset({"class", "id", "title", "target", "rel", "lang", "alt", "src", "href", "start", "align"})
_STYLES = {
    **dict.fromkeys(("font-weight: bold", "font-weight: 700", "font-weight: bolder"), "strong"),
    "font-style: italic": "em",
    "text-align: start": "",
}


class Elements(HTMLParser):
    """Follows the elements, and lays text into lines as a browser does."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tokens: list[Token] = []
        self._line: list[Inline] = []
        self._gap = 0
        self._stack: list[tuple[str, frozenset[str], str]] = []
        self._listing: list[Run] | None = None
        self._language = ""

    # --- what the parser calls ------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._break()
        elif tag == "img":
            own = self._marks | _odd(tag, {name: value for name, value in given.items() if name not in ("alt", "src")})
            self._line.append(Image(given.get("src", ""), given.get("alt", ""), own, self._link))
        elif tag in _VOID:
            self._line.append(Run(GUARD, self._marks | {f"other:{tag}"}, self._link))
        elif tag not in _TRANSPARENT:
            self._open(tag, given)

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (name, _, _) in enumerate(self._stack) if name == tag]
        if tag == "p" and not places:
            self._block(2)
        while places and len(self._stack) > places[-1]:
            self._close(self._stack.pop()[0])

    def handle_data(self, data: str) -> None:
        if self._listing is not None:
            self._listing.append(Run(data, self._marks - {"code"}, self._link))
        else:
            self._line.append(Run(data, self._marks, self._link))

    def handle_comment(self, data: str) -> None:
        self.handle_data(GUARD)

    def finish(self) -> tuple[Token, ...]:
        """The tokens, once all was fed."""
        while self._stack:
            self._close(self._stack.pop()[0])
        self._flush()
        return tuple(self._tokens)

    # --- elements -------------------------------------------------------------------------------

    @property
    def _marks(self) -> frozenset[str]:
        return self._stack[-1][1] if self._stack else frozenset()

    @property
    def _link(self) -> str:
        return self._stack[-1][2] if self._stack else ""

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "li":
            self._end_open("li", within=("ul", "ol"))
        if tag == "pre" and self._listing is None:
            self._flush()
            self._listing, self._language = [], ""
        elif tag == "code" and self._listing is not None:
            found = re.search(r"language-(\S+)", given.get("class", ""))
            self._language = self._language or (found[1] if found else "")
        elif tag in _STRUCTURE:
            self._flush()
            self._gap = 0
            self._tokens.append(Open(tag, _detail(tag, given)))
        elif tag in _BLOCKS:
            self._block(2 if tag == "p" else 1)
        else:
            self.handle_data(GUARD)
        own = frozenset({_MARKS[tag]} if tag in _MARKS else ())
        link = given.get("href", "") if tag == "a" else self._link
        self._stack.append((tag, self._marks | own | _odd(tag, given), link))

    def _end_open(self, tag: str, *, within: tuple[str, ...]) -> None:
        """End an element that HTML ends by itself where the next of its kind begins."""
        for name, _, _ in reversed(self._stack):
            if name in within:
                return
            if name == tag:
                self.handle_endtag(tag)
                return

    def _close(self, tag: str) -> None:
        if tag == "pre" and self._listing is not None:
            self._end_listing()
        elif tag in _STRUCTURE:
            self._flush()
            self._gap = 0
            self._tokens.append(Close(tag))
        elif tag in _BLOCKS:
            self._block(2 if tag == "p" else 1)
        elif tag in ("span", "a"):
            self.handle_data(GUARD)

    def _break(self) -> None:
        if self._listing is not None:
            self._listing.append(Run("\n", self._marks - {"code"}))
            return
        self._flush()
        self._gap += 1

    def _block(self, gap: int) -> None:
        if self._listing is None:
            self._flush()
            self._gap = max(self._gap, gap)

    def _flush(self) -> None:
        line = laid_out(self._line, indented=bool(self._tokens))
        self._line = []
        if not line:
            return
        if self._gap and self._tokens and isinstance(self._tokens[-1], (Run, Image)):
            self._tokens.append(Break(min(self._gap, 2)))
        self._gap = 0
        self._tokens += line

    def _end_listing(self) -> None:
        runs = joined(self._listing or [])
        self._listing = None
        if runs:
            runs[0] = Run(runs[0].text.removeprefix("\n"), runs[0].marks, runs[0].link)
            runs[-1] = Run(runs[-1].text.rstrip("\n"), runs[-1].marks, runs[-1].link)
        cleaned = [Run(run.text.replace(GUARD, ""), run.marks, run.link) for run in runs]
        self._tokens += [Open("pre", self._language), *(run for run in cleaned if run.text), Close("pre")]
        self._gap = 0


def _odd(tag: str, given: dict[str, str]) -> frozenset[str]:
    """Marks for what an element does to the look beyond its name."""
    odd = set() if tag in _MARKS or tag in _STRUCTURE or tag in _PLAIN else {f"other:{tag}"}
    for name, value in given.items():
        if name == "style":
            for rule in filter(None, (re.sub(r"\s+", " ", part).strip().lower() for part in value.split(";"))):
                rule = re.sub(r" ?: ?", ": ", rule, count=1)
                odd.add(_STYLES.get(rule, f"style:{rule}"))
        elif name not in _IDLE and not name.startswith("data-") and not (name == "dir" and tag == "code"):
            odd.add(f"{tag}:{name}={value}")
    if tag == "a" and not given.get("href"):
        odd.add("other:a")
    return frozenset(odd - {""})


def _detail(tag: str, given: dict[str, str]) -> str:
    if tag == "ol":
        return given.get("start", "1")
    return given.get("align", "") if tag in ("th", "td") else ""
