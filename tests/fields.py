"""What a field's HTML shows, and whether it could do anything else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_ALLOWED = {
    "a": {"href"}, "br": set(), "code": {"class", "dir"}, "em": set(), "img": {"src", "alt"}, "li": set(),
    "ol": {"start"}, "p": set(), "pre": set(), "span": {"class"}, "strong": set(), "table": set(), "tbody": set(),
    "td": {"align"}, "th": {"align"}, "thead": set(), "tr": set(), "ul": set(),
}  # fmt: skip
_MATH = {
    "annotation", "math", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub",
    "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "semantics", "small",
}  # fmt: skip
_MATH_LOOKS = {
    "accent", "class", "display", "displaystyle", "encoding", "form", "linethickness", "lspace", "mathvariant",
    "rspace", "scriptlevel", "stretchy", "width",
}  # fmt: skip
_BLOCKS = frozenset({"p", "li", "pre", "td", "th", "ul", "ol"})
_CHANNELS = re.compile(r"\[/?(?:sound:|anki:|latex\]|\$\$?\])|\[\[type:", re.I)
_FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.S)
_TEX = re.compile(r"\\(?:href|url|style|class|cssId|mmlToken|def|let|newcommand|bbox|require|unicode|csname|data)\b")


class _Reader(HTMLParser):
    """Collects the text as laid out, and every objection to the markup."""

    def __init__(self, *, formulas: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._allowed = _ALLOWED | (dict.fromkeys(_MATH, _MATH_LOOKS) if formulas else {})
        self._within: list[str] = []
        self.text = ""
        self.objections: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "math" or self._within:
            self._within.append(tag)
        if tag not in self._allowed:
            self.objections.append(f"<{tag}>")
        for name, value in attrs:
            if name not in self._allowed.get(tag, set()):
                self.objections.append(f"{tag}[{name}]")
            if name == "href" and not re.match(r"https?://[\w\[]", value or "", re.I):
                self.objections.append(f"link to {value!r}")
            if name == "src" and not re.fullmatch(r"[\w-][\w.-]*", value or ""):
                self.objections.append(f"image from {value!r}")
        self._pre += tag == "pre"
        if tag == "br" or (tag in _BLOCKS and self.text and not self.text.endswith("\n")):
            self.text += "\n"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._within:
            self._within.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            self._within.pop()
        self._pre -= tag == "pre"
        if tag in _BLOCKS and not self.text.endswith("\n"):
            self.text += "\n"

    def handle_comment(self, data: str) -> None:
        if data != " ":
            self.objections.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.objections.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.objections.append(f"<?{data}>")

    def handle_data(self, data: str) -> None:
        if self._within and self._within[-1] != "annotation":
            return
        if not self._pre:
            data = data.lstrip("\n") if data.strip(" \t\n") and self.text[-1:] in "\n" else data
            data = data.replace("\n", "") if not data.strip(" \t\n") else data
        self.text += data


def visible(html: str) -> str:
    """The text that a reader sees, a line per line; formulas as their TeX."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text.strip("\n")


def markup(html: str, *, formulas: bool = True) -> list[str]:
    """All that stands in the HTML and isn't plain, quiet markup (MathML is only with `formulas`); nothing for a safe
    one."""
    reader = _Reader(formulas=formulas)
    reader.feed(html)
    reader.close()
    return reader.objections


def objections(html: str, *, cloze: bool = False) -> list[str]:
    """Everything in a field that could run, load, cover, or speak to Anki or MathJax; none for a safe one."""
    found = [*markup(html, formulas=False), *(match[0] for match in _CHANNELS.finditer(html))]
    found += [f"formula {formula}" for formula in _FORMULA.findall(html) if _TEX.search(formula)]
    rest = re.sub(r"\{\{c[1-9]\d*::", "", html) if cloze else html
    found += ["{{"] if "{{" in rest else []
    found += ["}}"] if rest.count("}}") != (html.count("{{") if cloze else 0) else []
    return found
