"""From a card's text to the HTML of one of Anki's fields: safe to show, and nothing lost of it.

Anki shows fields in a web view that runs scripts and has a bridge to the program, and reads channels of its own in
them: `[sound:…]`, `[latex]`, `[$]`, `[anki:…]`, `[[type:…]]`, `{{c1::…}}`. So text is rendered without raw HTML, the
result goes through a strict allow-list, and what Anki would act on is parted by an empty comment: it looks the same,
copies the same, and means nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from flashgen.anki import cloze, typeset
from flashgen.anki.media import named_in

if TYPE_CHECKING:
    import nh3

LARGEST = 20_000
"""Bytes of a field. Cleaning is quadratic in nesting, and no card needs more."""

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"}, "br": set(), "code": {"class", "dir"}, "em": set(), "img": {"src", "alt"}, "li": set(),
    "ol": {"start"}, "p": set(), "pre": set(), "span": {"class"}, "strong": set(), "table": set(), "tbody": set(),
    "td": {"align"}, "th": {"align"}, "thead": set(), "tr": set(), "ul": set(),
}  # fmt: skip
_VALUES = {
    "href": re.compile(r"https?://[^\s/]", re.I),
    "src": re.compile(r"[\w-][\w.-]*"),
    "start": re.compile(r"\d{1,9}"),
    "align": re.compile(r"left|center|right"),
    "class": re.compile(r"language-[\w+#.-]{1,30}|[a-z]{1,3}|cloze"),
    "dir": re.compile(r"ltr"),
}
_WHOLE = frozenset({"start", "align", "class", "dir", "src"})

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_PLAIN = re.compile(r"(?:[^\\`*\[\]{}<>&\n\xa0]++|`(?! )[^`\n\xa0]*[^`\n\xa0 ]`(?!`))*")
_CODE = re.compile(r"`([^`]+)`")
_TAG = re.compile(r"<(?:\"[^\"]*\"|[^\">])*>")
_TAG_OR_MARK = re.compile(rf"({_TAG.pattern.replace('<', '</?([a-z0-9]+)', 1)})|{cloze.SPLIT.pattern}")
_VOID = frozenset({"br", "img"})
_CHANNEL = re.compile(
    r"""\[(?= /?(?:sound|anki)[:\U000f0000-\U000f1fff] | /?latex\] | /?\$\$?\] | \[type[:\U000f0000-\U000f1fff] )
    | \{(?=\{) | \}(?=\})""",
    re.I | re.X,
)
_SCOPE = re.compile(r":(?=:)")
_TEX = re.compile(r"\\(?=[()\[\]])")


def field(source: str, *, marks: bool = False, media: Mapping[str, str] | None = None) -> str:
    """The field's HTML for a card's text (see `flashgen.anki.markdown`), in NFC and at most LARGEST bytes.

    `marks` makes cloze marks of `{{c1::…}}`; without it they are text. `media` maps an image's address to the
    name of its file in the deck.
    """
    text = tidy(source[: 2 * LARGEST])
    media = {**named_in(text), **(media or {})}
    if not marks and len(text) < LARGEST // 8 and _PLAIN.fullmatch(text) and not _RIGHT_TO_LEFT.search(text):
        return _guard(_CODE.sub(r"<code>\1</code>", escape(text, quote=False))) if "`" in text else text
    return _capped(cloze.mark(text) if marks else text, media, marks)


def page(source: str, *, media: Mapping[str, str] | None = None) -> str:
    """The text for a page that isn't Anki's: clean HTML, nothing parted, formulas typeset."""
    return typeset.formulas(_render(tidy(source[:LARGEST]), media or {}))


def sides(source: str, number: int = 0, *, media: Mapping[str, str] | None = None) -> tuple[str, str]:
    """A cloze text for a page that isn't Anki's: with what is hidden as […], and in the open.

    With a `number` it is the card that Anki makes of the marks with that number, the others in the open; with 0 all
    are hidden at once.
    """
    rendered = _render(cloze.mark(tidy(source[:LARGEST])), media or {})
    asked = typeset.formulas(
        rendered, lambda html: clean(cloze.hidden(html, number)), lambda tex: cloze.hidden_in_tex(tex, number)
    )
    return asked, typeset.formulas(rendered, lambda html: clean(cloze.shown(html, number)), cloze.in_the_open)


def numbers(source: str) -> tuple[int, ...]:
    """The numbers of the clozes of a text, in order: Anki makes a card of each."""
    return cloze.numbers(cloze.mark(tidy(source[:LARGEST])))


def plain(words: str) -> str:
    """A field of mere words: every character stands for itself."""
    return _guard(escape(tidy(words), quote=False))


def tidy(source: str) -> str:
    """The text as Anki keeps it: NFC, `\\n` for line ends, no control characters, nothing that UTF-8 can't hold."""
    if source.isascii() and source.isprintable():
        return source.strip()
    text = unicodedata.normalize("NFC", source.replace("\r\n", "\n").replace("\r", "\n"))
    return cloze.RESERVED.sub("\ufffd", _CONTROL.sub("", text)).strip("\n").rstrip()


def clean(html: str) -> str:
    """HTML through the allow-list: whatever goes in, nothing that runs, loads or covers comes out."""
    return _cleaner().clean(html)


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    import nh3

    def value(tag: str, name: str, given: str) -> str | None:
        rule = _VALUES.get(name)
        if rule is None:
            return given
        return given if (rule.fullmatch if name in _WHOLE else rule.match)(given) else None

    return nh3.Cleaner(
        tags=set(_ATTRIBUTES),
        attributes={**_ATTRIBUTES, "*": set()},
        attribute_filter=value,
        url_schemes={"http", "https"},
        link_rel=None,
        strip_comments=True,
    )


def _render(text: str, media: Mapping[str, str]) -> str:
    """Clean HTML, in which private characters still stand for cloze marks and formulas.

    Where the marks of Markdown and of clozes cross each other, the clozes win and the text stays as typed.
    """
    from flashgen.anki import markdown

    html = clean(markdown.render(text, media))
    if cloze.SPLIT.search(text) and not _nested(html, cloze.SPLIT.findall(text)):
        html = escape(text, quote=False).replace("\n", "<br>")
    return html.replace("<code", '<code dir="ltr"') if _RIGHT_TO_LEFT.search(text) else html


def _nested(html: str, marks: list[str]) -> bool:
    """Whether `html` still has all the marks, outside of tags, and each with whole elements in it."""
    kept: list[str] = []
    open_: list[str] = []
    for tag, name, mark in _TAG_OR_MARK.findall(html):
        if mark:
            kept.append(mark)
        elif cloze.SPLIT.search(tag):
            return False
        change = cloze.depth(mark) if mark else 0 if name in _VOID else -1 if tag.startswith("</") else 1
        if mark and not change and (not open_ or open_[-1]):
            return False
        if change > 0:
            open_.append(name)
        elif change < 0 and (not open_ or open_.pop() != name):
            return False
    return kept == marks


def _capped(text: str, media: Mapping[str, str], marks: bool) -> str:
    """The field, its text shortened until the field fits; the end is then marked by "…"."""
    length = min(len(text), LARGEST)
    while True:
        shown = text if length == len(text) else cloze.complete(text[:length].rstrip() + " …")
        html = _guard(_render(shown, media), scopes=marks)
        html = unicodedata.normalize("NFC", _formulas(cloze.anki(html)))
        if len(html.encode()) <= LARGEST:
            return html
        length = length * 3 // 4


def _formulas(html: str) -> str:
    return html.replace(cloze.FORMULA, "\\").replace(cloze.FORMULA_END, "\\")


def _guard(html: str, *, scopes: bool = False) -> str:
    """Clean HTML without anything that Anki or MathJax would act on, formulas apart. It looks and copies the same.

    `scopes` parts `::` too, which would begin the hint of a cloze.
    """
    if not (_CHANNEL.search(html) or _TEX.search(html) or (scopes and _SCOPE.search(html))):
        return html
    out, at = [], 0
    for tag in _TAG.finditer(html):
        out += [_guard_text(html[at : tag.start()], scopes), _guard_tag(tag[0])]
        at = tag.end()
    return "".join((*out, _guard_text(html[at:], scopes)))


def _guard_text(text: str, scopes: bool) -> str:
    text = _CHANNEL.sub(r"\g<0><!-- -->", text)
    text = _SCOPE.sub(":<!-- -->", text) if scopes else text
    return _TEX.sub(r"\\<span></span>", text)  # MathJax reads on over a comment, but not over an element


def _guard_tag(tag: str) -> str:
    return re.sub(r"\[|[{}:](?=[{}:])", lambda found: f"&#{ord(found[0])};", tag)
