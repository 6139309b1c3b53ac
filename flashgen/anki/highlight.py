"""Code in colours without a script: Pygments' short class names, whose colours stand in the note type's CSS."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from flashgen.anki.cloze import SPLIT

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_LONGEST = 6_000
"""Characters of code that are still coloured; a longer listing would outgrow the field with markup alone."""

CLASSES = {
    "Comment": "c",
    "Keyword": "k",
    "Keyword.Constant": "m",
    "Literal.Number": "m",
    "Literal.String": "s",
    "Name.Builtin": "nb",
    "Name.Class": "nf",
    "Name.Decorator": "nb",
    "Name.Exception": "nb",
    "Name.Function": "nf",
    "Name.Tag": "k",
    "Name.Attribute": "nf",
    "Name.Variable": "nv",
    "Operator.Word": "k",
    "Generic.Deleted": "gd",
    "Generic.Inserted": "gi",
    "Generic.Prompt": "c",
}
"""Which kinds of token have a colour. Those that aren't here have their parent's, or the text's."""


def block(code: str, language: str = "") -> str:
    """A `<pre>` with the code as it stands; coloured where the language is known.

    The characters that stand for cloze marks stay outside the spans of the colours.
    """
    lexer = _lexer(language.lower()) if language and len(code) <= _LONGEST else None
    inner = _coloured(code, lexer) if lexer else escape(code, quote=False)
    name = re.sub(r"[^\w+#.-]", "", language)[:30]
    attribute = f' class="language-{name}"' if name else ""
    return f"<pre><code{attribute}>{inner}</code></pre>\n"


def _coloured(code: str, lexer: Lexer) -> str:
    out: list[str] = []
    last = ""
    for kind, value in lexer.get_tokens(code):
        name = _class(str(kind).removeprefix("Token."))
        for part in SPLIT.split(value):
            if not part:
                continue
            if SPLIT.fullmatch(part) or not name or part.isspace():
                out.append(escape(part, quote=False))
                last = ""
            elif name == last:  # neighbours of one colour share a span
                out[-1] = out[-1].removesuffix("</span>") + escape(part, quote=False) + "</span>"
            else:
                out.append(f'<span class="{name}">{escape(part, quote=False)}</span>')
                last = name
    return re.sub(r"\n(</span>)?$", r"\1", "".join(out))


@lru_cache(maxsize=512)
def _class(kind: str) -> str:
    while kind:
        if kind in CLASSES:
            return CLASSES[kind]
        kind = kind.rpartition(".")[0]
    return ""


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    """The lexer for a language's name or alias; None for one that Pygments doesn't know, or whose text may change."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, stripall=False)
    except ClassNotFound:
        return None
