r"""Formulas for pages of our own: TeX becomes MathML Core, which browsers typeset without a script.

The TeX stays in the MathML as its annotation, for copying and for search. What comes out is parsed and held to an
allow-list, since it goes into pages as it is. Our pages allow no style attributes (Content-Security-Policy): each
declaration becomes a class, `padding-left: 0` the class `padding-left-0`, whose rule stands in math/typeset.css.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from flashgen.anki import cloze

if TYPE_CHECKING:
    from math_core import LatexToMathML

LONGEST = 2000
"""Characters of a formula; a longer one stays TeX."""

Change = Callable[[str], str]

_MATH = Path(__file__).with_name("math")
FORMULA = re.compile(rf"{cloze.FORMULA}([(\[])\s*(.*?)\s*{cloze.FORMULA_END}[)\]]", re.S)
_TAKEN = re.compile(rf"{cloze.FORMULA}(\d+){cloze.FORMULA_END}")
_DEEPEST = 30
_CHAIN = re.compile(r"(?:\\[A-Za-z]+\s*){12}")
_NESTING = re.compile(r"\\\\|\\[{}]|(?P<open>\\left(?![a-z])|\\begin|[{\[])|(?P<close>\\right(?![a-z])|\\end|[}\]])")

_TAGS = frozenset({
    "annotation", "math", "menclose", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded",
    "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable",
    "mtd", "mtext", "mtr", "munder", "munderover", "semantics",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "accent", "accentunder", "class", "columnspan", "depth", "display", "displaystyle", "encoding", "fence", "form",
    "height", "largeop", "linethickness", "lspace", "mathcolor", "mathvariant", "maxsize", "minsize", "movablelimits",
    "notation", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width",
})  # fmt: skip
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)[A-Za-z]+;")  # of HTML, which XML doesn't know
_SIZES = ("depth", "height", "lspace", "rspace", "voffset", "width")
_FAR = re.compile(r"-|\d{3}")  # at its begin: a size that would carry the formula over what stands beside it


def formulas(html: str, around: Change = str, within: Change = str) -> str:
    """Clean HTML in which private characters stand for the delimiters of formulas (see `cloze`), with these typeset.

    `around` changes the HTML around them, `within` the TeX of each.
    """
    made: list[str] = []

    def take(found: re.Match[str]) -> str:
        made.append(typeset(within(unescape(found[2])), display=found[1] == "["))
        return f"{cloze.FORMULA}{len(made) - 1}{cloze.FORMULA_END}"

    taken = around(FORMULA.sub(take, html))
    return _TAKEN.sub(lambda found: made[int(found[1])], taken)


def typeset(tex: str, *, display: bool) -> str:
    """TeX without delimiters as MathML; what can't be typeset as its TeX, with the reason behind it."""
    try:
        if _is_too_much(tex):
            raise ValueError("too long or too deeply nested")
        return _mathml(tex, display)
    except ValueError as error:
        left, right = ("\\[", "\\]") if display else ("\\(", "\\)")
        why = f"shown as TeX: {str(error)[:1].lower()}{str(error)[1:].rstrip('.')}"
        return (
            f'<code class="tex" dir="ltr">{escape(left + tex + right)}</code> <small class="why">{escape(why)}</small>'
        )


@lru_cache(maxsize=1)
def css() -> str:
    """The rules that typeset formulas need on a page."""
    return (_MATH / "typeset.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def script() -> str:
    """The script that has formulas copied as their TeX."""
    return (_MATH / "typeset.js").read_text(encoding="utf-8")


def _is_too_much(tex: str) -> bool:
    """Whether a formula is longer or nested deeper than any that is meant; the converter works by recursion."""
    depth = deepest = 0
    for found in _NESTING.finditer(tex[: LONGEST + 1]):
        depth = depth + 1 if found["open"] else max(0, depth - 1) if found["close"] else depth
        deepest = max(deepest, depth)
    return len(tex) > LONGEST or deepest > _DEEPEST or bool(_CHAIN.search(tex))


@lru_cache(maxsize=2048)
def _mathml(tex: str, display: bool) -> str:
    """MathML of a formula. Raises ValueError with the reason where there is none."""
    from math_core import LatexError

    try:
        made = _converter().convert_with_local_state(tex, displaystyle=display)
        root = ElementTree.fromstring(_ENTITY.sub(lambda found: unescape(found[0]), made))
    except LatexError as error:
        raise ValueError(re.sub(r"^\d+: ", "", str(error).splitlines()[0])) from None
    except ElementTree.ParseError:
        raise ValueError("it has characters that no page can hold") from None
    for element in root.iter():
        if element.tag not in _TAGS:
            raise ValueError(f"it would need <{element.tag}>")
        _quiet(element)
    return ElementTree.tostring(root, encoding="unicode")


def _quiet(element: ElementTree.Element) -> None:
    """Leave an element only what says how a formula looks."""
    classes = element.get("class", "").split()
    for declaration in filter(None, map(str.strip, element.attrib.pop("style", "").split(";"))):
        name, _, value = declaration.partition(":")
        if name == "color":
            element.set("mathcolor", value.strip())
        else:
            classes.append(re.sub(r"[^a-z0-9]+", "-", declaration.lower()).strip("-"))
    for name in [*element.attrib]:
        if name not in _ATTRIBUTES or (name in _SIZES and _FAR.match(element.attrib[name])):
            del element.attrib[name]
    if classes:
        element.set("class", " ".join(classes))


@lru_cache(maxsize=1)
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(annotation=True, fancy_error=False)
