r"""The Markdown of cards: CommonMark where it helps a card, literal text where it would eat one.

Cards quote code, and much of it without backticks: `__init__`, `a*b*c`, `> 5 ms`, `# include`, `<div>`, `&amp;`, `\d+`.
So these marks are only text: HTML, entities, `_emphasis_`, headings, quotes, rules, link definitions, and every
block mark in a text of one line. What remains is code, fences, lists, tables, links, `*emphasis*` and images.
Line breaks and indentation stay. `\(…\)` and `\[…\]` are formulas for MathJax; `$` is a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from flashgen.anki import cloze, highlight

_ESCAPABLE = frozenset("`*_[]|#~<>")
_LITERAL_BRACKETS = re.compile(r"[\w\s.,:;?!'’\"&-]*")
_UNSAFE_TEX = re.compile(
    r"\\(?:href|url|class|cssId|style|data|html\w*|bbox|require|unicode|includegraphics|mmlToken|texttip|mathtip|toggle|"
    r"[gex]?def|let|futurelet|(?:re)?new(?!line)\w*|provide\w+|Declare\w+|csname|catcode|input|include)(?![A-Za-z])"
)
_CLOSERS = {"(": "\\)", "[": "\\]"}


def render(source: str, media: Mapping[str, str]) -> str:
    """HTML of a card's text. An image (an http address, or `media:NAME`) shows if `media` has a file for its address,
    else its words stand there.

    A text of one line becomes bare text without a paragraph around it.
    """
    parser, env = _parser(), {"media": media}
    if "\n" in source:
        return str(parser.render(source, env)).strip()
    return str(parser.renderInline(source, env))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["fence", "list", "table", "code", "backticks", "link", "image", "autolink"])
    parser.inline.ruler.before("backticks", "newline", _newline)
    know_formulas(parser)
    parser.inline.ruler.after("math", "escape", _escape)
    parser.inline.ruler.after("backticks", "stars", _stars)
    parser.inline.ruler2.enable(["balance_pairs", "emphasis", "fragments_join"])
    parser.validateLink = _may_link  # type: ignore[method-assign]
    for name, rule in {"fence": _fence, "code_block": _fence, "image": _image}.items():
        parser.add_render_rule(name, rule)
    for name in ("th_open", "td_open"):
        parser.add_render_rule(name, _cell)
    return parser


def know_formulas(parser: MarkdownIt) -> None:
    r"""Have a parser read `\(…\)` and `\[…\]`; private characters (see `cloze`) then stand for their backslashes."""
    parser.inline.ruler.before("newline", "math", _math)
    parser.block.ruler.before("table", "formula", _formula, {"alt": ["paragraph"]})
    parser.add_render_rule("math", _show_math)


def _may_link(url: str) -> bool:
    return bool(re.match(r"https?://[^\s/]|media:", url, re.I))


# --- inline rules: each looks at `state.pos` and says whether it took what stands there ----------


def _newline(state: StateInline, silent: bool) -> bool:
    """A line break is one, and the next line keeps its indentation."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("hardbreak", "br", 0)
    start = state.pos = state.pos + 1
    while state.pos < state.posMax and state.src[state.pos] in " \t":
        state.pos += 1
    if not silent:
        state.pending += "\u00a0" * len(state.src[start : state.pos].expandtabs(4))
    return True


def _math(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` and `\[…\]`. Brackets around plain words (`\[edit\]`) are brackets that somebody escaped."""
    opening = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or opening not in _CLOSERS:
        return False
    end = state.src.find(_CLOSERS[opening], state.pos + 2, state.posMax)
    inner = state.src[state.pos + 2 : end]
    if end < 0 or not inner.strip() or (opening == "[" and _LITERAL_BRACKETS.fullmatch(inner)):
        return False
    if not silent:
        state.push("math", "", 0).content = state.src[state.pos : end + 2]
    state.pos = end + 2
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    r"""A backslash goes only where it hides a mark that cards have: `\d`, `\.` and `\\` keep theirs."""
    if state.src[state.pos] != "\\":
        return False
    escaped = state.src[state.pos + 1 : state.pos + 2]
    if not silent:
        state.pending += escaped if escaped in _ESCAPABLE else "\\"
    state.pos += 2 if escaped and escaped in _ESCAPABLE else 1
    return True


def _stars(state: StateInline, silent: bool) -> bool:
    """`*emphasis*` and `**more**`, but not inside a term: `2**3**4` and `a*b*c` are arithmetic, `**API**s` is not."""
    if state.src[state.pos] != "*" or silent:
        return False
    run = state.scanDelims(state.pos, True)
    before = state.src[state.pos - 1 : state.pos]
    after = state.src[state.pos + run.length : state.pos + run.length + 1]
    arithmetic = _is_term(before, after, run.length)
    for _ in range(run.length):
        token = state.push("text", "", 0)
        token.content = "*"
        state.delimiters.append(_delimiter(state, run.length, run, arithmetic))
    state.pos += run.length
    return True


def _delimiter(state: StateInline, length: int, run: Any, arithmetic: bool) -> Any:
    from markdown_it.rules_inline.state_inline import Delimiter

    return Delimiter(
        marker=ord("*"),
        length=length,
        token=len(state.tokens) - 1,
        end=-1,
        open=run.can_open and not arithmetic,
        close=run.can_close and not arithmetic,
    )


def _is_term(before: str, after: str, stars: int) -> bool:
    around = before + after
    inside = bool(before and after) and around.isascii() and around.isalnum()
    return inside and (stars == 1 or any(map(str.isdigit, around)))


# --- a block rule -------------------------------------------------------------------------------


def _formula(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    r"""A displayed formula on lines of its own, `\[` first, so that no line of it is taken for a list."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not state.src.startswith("\\[", start):
        return False
    end = state.src.find("\\]", start, state.eMarks[last - 1])
    if end < 0 or "\n\n" in state.src[start:end] or not state.src[start + 2 : end].strip():
        return False
    closing = next(at for at in range(line, last) if end < state.eMarks[at] + 1)
    if state.src[end + 2 : state.eMarks[closing]].strip(" .,;"):
        return False
    if not silent:
        state.push("paragraph_open", "p", 1)
        state.push("math", "", 0).content = state.src[start : state.eMarks[closing]]
        state.push("paragraph_close", "p", -1)
        state.line = closing + 1
    return True


# --- what a token becomes -----------------------------------------------------------------------

_Tokens = Sequence[Token]


def _fence(self: Any, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    language = tokens[at].info.strip().split(" ")[0].split("{")[0].split(",")[0]
    return highlight.block(tokens[at].content.rstrip("\n"), language)


def _image(self: Any, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    words = escape(tokens[at].content)
    name = env["media"].get(tokens[at].attrs.get("src", ""))
    return f'<img src="{escape(name)}" alt="{words}">' if name else words


def _show_math(self: Any, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    r"""The formula for MathJax; shown as source if it has a link, a style or a macro of its own.

    MathJax makes a link of `\href{javascript:…}`, and of a macro or a token with such an attribute.
    """
    tex = tokens[at].content.strip()
    shown = escape(tex, quote=False)
    if any(map(_UNSAFE_TEX.search, cloze.revealed(tex))):
        return f"<code>{shown}</code>"
    formula = re.match(r"(?s)\\([(\[])(.*)\\([)\]])(.*)", shown)
    assert formula
    return f"{cloze.FORMULA}{formula[1]}{formula[2]}{cloze.FORMULA_END}{formula[3]}{formula[4]}"


def _cell(self: Any, tokens: _Tokens, at: int, options: Any, env: Any) -> str:
    align = re.search(r"text-align:(left|center|right)", str(tokens[at].attrs.get("style", "")))
    return f'<{tokens[at].tag} align="{align[1]}">' if align else f"<{tokens[at].tag}>"
