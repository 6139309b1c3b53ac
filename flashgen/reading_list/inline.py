"""The liberties that people take with Markdown in their lists, as rules for markdown-it.

Bare addresses, also glued to punctuation; `<articles/a.md>` for a file beside the list; and comments, which
are the only HTML that hides what stands in it. Addresses stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline, autolink, html_inline, link

BARE = "bare"
"""The markup of links that have no text of their own."""

_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?|ftp)$", re.I)
_BARE_URL = re.compile(r"(?:(?![,;|]+(?:https?|ftp)://)[^\s<>\"`\u200b-\u200d\u2060\ufeff])+", re.I)
_HAS_HOST = re.compile(r"\w+://[^/?#]*\w")
_GLUED = ".,;:!?'\"»”’“*~|…。，、；：！？」』】"
_BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（"}
_ENTITY_END = re.compile(r"&(?:[a-z]+|#\d+);$", re.I)
_OPEN_UNDERSCORE = re.compile(r"(?:^|\W)_+(?=\S)[^_]*$|_$")
_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);", re.I)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ANGLE_PATH = re.compile(
    r"<([^<>\n:]+\.(?:md|markdown|txt|text|rst|adoc|x?html?|mhtml?|pdf|epub|ipynb)(?:#[^<>\s]*)?)>", re.I
)

InlineRule = Callable[[StateInline, bool], bool]


class Parser(MarkdownIt):
    """CommonMark with tables, strike-through and the rules of this module."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"maxNesting": 200})
        self.enable(["table", "strikethrough"])
        self.block.ruler.at("html_block", _comment, {"alt": ["paragraph", "reference", "blockquote"]})
        self.inline.ruler.before("autolink", "angle_path", _placed(_angle_path))
        self.inline.ruler.after("text", "bare_url", _placed(_bare_url))
        for name, rule in (("link", link), ("autolink", autolink), ("html_inline", html_inline)):
            self.inline.ruler.at(name, _placed(rule))

    def normalizeLink(self, url: str) -> str:
        """As written, but for `&amp;`."""
        return _AMPERSAND.sub("&", url)

    def validateLink(self, url: str) -> bool:
        """Whether an address is safe to ask is decided elsewhere, and said there."""
        return True


def _placed(rule: InlineRule) -> InlineRule:
    """`rule`, its tokens marked with where in the block's text they begin: the parser itself doesn't keep that."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[count:]:
            token.meta.setdefault("at", start)
        return True

    return placed


def _push_link(state: StateInline, url: str) -> None:
    opening = state.push("link_open", "a", 1)
    opening.attrs, opening.markup = {"href": url}, BARE
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)


def _bare_url(state: StateInline, silent: bool) -> bool:
    """An address in running text. Called at its colon: only punctuation stops the parser's text rule."""
    scheme = _SCHEME.search(state.pending)
    if silent or not scheme or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    start = state.pos - len(scheme[1])
    found = _BARE_URL.match(state.src, start, state.posMax)
    url = _unglued(found[0], state.src[:start]) if found else ""
    if not _HAS_HOST.match(url):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    _push_link(state, _ESCAPE.sub(r"\1", _AMPERSAND.sub("&", url)))
    state.pos = start + len(url)
    return True


def _unglued(url: str, before: str) -> str:
    """`url` without the punctuation of the sentence around it; brackets that it opens itself stay closed."""
    if _OPEN_UNDERSCORE.search(before[-300:]):
        url = url.rstrip("_")
    while url:
        last = url[-1]
        if entity := _ENTITY_END.search(url):
            url = url[: entity.start()]
        elif last in _GLUED or (last in _BRACKETS and url.count(last) > url.count(_BRACKETS[last])):
            url = url[:-1]
        else:
            break
    return url


def _angle_path(state: StateInline, silent: bool) -> bool:
    """`<articles/a.md>`: a file beside the list, known by its ending."""
    found = _ANGLE_PATH.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel:
        return False
    if not silent:
        _push_link(state, found[1].strip())
    state.pos = found.end()
    return True


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment that begins a line hides all lines to its end; other HTML is read like text.

    One with words behind it is left to the paragraph.
    """
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not first.startswith("<!--") or first.partition("-->")[2].strip():
        return False
    return html_block(state, start, end, silent)
