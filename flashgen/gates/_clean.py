"""A draft's fields made harmless: nothing that a web view or Anki would run is left, and little HTML becomes Markdown.

Code stays as it is: there markup is the subject. A lone tag in a sentence is the subject too, and becomes code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flashgen.gates._prose import CODE
from flashgen.types import Draft
from flashgen.vocabulary import listed

LONGEST = 20_000
"""Characters of a field: more is no card, and sanitisers may take long over it."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")
_SHELVED = re.compile("\ue000(\\d+)\ue001")
_COMMENT = re.compile(r"<!--.{0,20000}?(?:-->|\Z)|<[!?][a-z][^<>]{0,2000}>", re.S | re.I)
_RUNNING = (
    "script style iframe object embed svg math form template noscript textarea select audio video applet frameset "
    "frame base link meta button input"
)
_WITH_CONTENT = re.compile(rf"<(?P<name>{_RUNNING.replace(' ', '|')})\b[^<>]*>.*?</(?P=name)\s*>", re.S | re.I)
_WITH_ATTRIBUTES = re.compile(r"</?[a-z][\w:-]*[\s/]+[^<>\s/][^<>]{0,5000}(?:>|\Z)", re.I)
_ATTRIBUTE = re.compile(r"[\w:-]+\s*=")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)\s*/?>", re.I)
_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]{0,500})\]\(\s*<?(?P<url>[^()\s<>]{0,2000})[^()]{0,2000}(?:\([^()]*\)[^()]*)?\)"
)
_AUTOLINK = re.compile(r"<(?:javascript|vbscript|data|file):[^<>]*>", re.I)
_SAFE_URL = re.compile(r"(?:https?:)?//|media:|[\w./#?-]*(?::\d|$|[^:\w./#?-])|mailto:", re.I)
_ANKI = re.compile(r"\[(?:sound|anki):[^\]\n]{0,500}\]|\[/?(?:latex|\${1,2})\]", re.I)
_TEX = re.compile(r"\\(?:href|url)\s*\{[^{}]{0,2000}\}")

_MARKS = {**dict.fromkeys(("b", "strong"), "**"), **dict.fromkeys(("i", "em"), "*"),
          **dict.fromkeys(("code", "kbd", "tt", "samp", "var"), "`")}  # fmt: skip
_BREAKS = {"br": "\n", "p": "\n", "div": "\n", "tr": "\n", "li": "\n- ", "hr": "\n",
           "sup": "^", "sub": "_"}  # fmt: skip
_KNOWN = listed(
    """a abbr address article aside b bdi bdo big blockquote body br canvas caption center cite code col colgroup
    data dd del details dfn dialog div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 head
    header hgroup hr
    html i img ins kbd label legend li main map mark menu meter nav ol optgroup option output p picture pre
    progress q rp rt
    ruby s samp search section slot small source span strong sub summary sup table tbody td tfoot th thead time title tr
    track tt u ul var wbr"""
) | listed(_RUNNING)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A field made harmless, what was taken out of it, and whether harmless HTML was turned into Markdown."""

    text: str
    removed: tuple[str, ...] = ()
    tidied: bool = False


def clean(draft: Draft) -> Draft:
    """`draft` with every field harmless and without white space around it."""
    return replace(
        draft,
        question=field(draft.question).text,
        answer=field(draft.answer).text,
        quote=_CONTROL.sub("", draft.quote)[:LONGEST].strip(),
    )


@lru_cache(maxsize=2048)
def field(text: str) -> Cleaned:
    """One field made harmless."""
    removed: list[str] = []
    if len(text) > LONGEST:
        removed.append("overlong text")
    kept = _CONTROL.sub("", text[:LONGEST])
    if kept != text[:LONGEST]:
        removed.append("control characters")
    if not any(mark in kept for mark in ("<", "[", "\\")):
        return Cleaned(kept.strip(), tuple(removed))
    shelf: list[str] = []

    def shelve(code: re.Match[str]) -> str:
        harmless = _TEX.sub("", code[0]) if code["math"] else code[0]
        if harmless != code[0]:
            removed.append("a link in a formula")
        shelf.append(harmless)
        return f"\ue000{len(shelf) - 1}\ue001"

    bare = CODE.sub(shelve, kept)
    harmless = _without_what_runs(bare, removed)
    tidy = _as_markdown(harmless, removed)
    back = _SHELVED.sub(lambda found: shelf[int(found[1])], tidy).strip()
    return Cleaned(back, tuple(dict.fromkeys(removed)), tidy != harmless)


def _without_what_runs(text: str, removed: list[str]) -> str:
    """`text` without elements, attributes, links and Anki marks that could run or load something; names them."""

    def drop(pattern: re.Pattern[str], what: Callable[[re.Match[str]], str], text: str) -> str:
        def replaced(found: re.Match[str]) -> str:
            removed.append(what(found))
            return ""

        return pattern.sub(replaced, text)

    for _ in range(10):  # what is taken out may bring a new tag together
        before = text
        text = drop(_WITH_CONTENT, lambda found: f"<{found['name'].lower()}>", text)
        text = _COMMENT.sub("", text)
        text = _WITH_ATTRIBUTES.sub(lambda found: _bare_tag(found[0], removed), text)
        text = drop(_AUTOLINK, lambda found: "a link that runs", text)
        text = drop(_ANKI, lambda found: found[0][:20], text)
        text = drop(_TEX, lambda found: "a link in a formula", text)
        text = _LINK.sub(lambda found: _safe_link(found, removed), text)
        if text == before:
            break
    return text


def _bare_tag(tag: str, removed: list[str]) -> str:
    """`<span class="x">` and its like go; `<K, V>` and `a <b and c> d` are no tags."""
    name = re.sub(r"^</?", "", re.split(r"[\s/]+", tag.lstrip("</"), maxsplit=1)[0]).rstrip(">").casefold()
    if not _ATTRIBUTE.search(tag):
        return tag
    removed.append(f"<{name}>")
    return ""


def _safe_link(link: re.Match[str], removed: list[str]) -> str:
    if _SAFE_URL.match(link["url"]) and not re.match(r"(?:javascript|vbscript|data|file)\s*:", link["url"], re.I):
        return link[0]
    removed.append("a link that runs")
    return link["text"]


def _as_markdown(text: str, removed: Sequence[str]) -> str:
    """Plain HTML tags as Markdown marks where they come in pairs, and as code where one is spoken of."""
    if "<" not in text:
        return text
    names = [(found["name"].casefold(), bool(found["end"])) for found in _TAG.finditer(text)]
    paired = {name for name, _ in names if (name, True) in names and (name, False) in names}

    def tag(found: re.Match[str]) -> str:
        name = found["name"].casefold()
        if name == "br" or name in paired:
            mark = _BREAKS.get(name, "") if not found["end"] or name == "br" else ""
            return _MARKS.get(name, mark)
        if found["end"] and f"<{name}>" in removed:
            return ""
        return f"`{found[0]}`" if name in _KNOWN else found[0]

    return _TAG.sub(tag, text)
