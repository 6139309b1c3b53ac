"""Formulas back to TeX: KaTeX, MathJax 2 and 3, MathML, images of formulas and TeX left in the text.

Each becomes `<span data-tex="inline|display">TeX</span>`, which `markdown` writes as `\\(…\\)` or `\\[…\\]`.
"""

from __future__ import annotations

import re

from flashgen.extract import mathml
from flashgen.extract.tree import Element, ancestors, drop, make, replace, text_of

_TEX_ENCODINGS = ("application/x-tex", "application/x-latex", "TeX", "LaTeX", "latex")
_LEFT_OVER = (
    "MathJax_Preview", "MathJax_Display", "MathJax", "MathJax_CHTML", "MathJax_SVG", "MJX_Assistive_MathML",
    "MathJax_SVG_Display", "mjx-chtml", "MJXc-display", "katex-error", "mwe-math-fallback-image-inline",
)  # fmt: skip
_IMAGE_CLASS = re.compile(r"(?<![a-z])(?:tex|latex|math|formula|equation|mathtex|ee_img|texmath)(?![a-z])", re.I)
_DOLLARS = re.compile(r"inlineMath\W{1,40}\$|singleDollar|delimiters[^;]{0,200}['\"]\$['\"]")
_IN_TEXT = re.compile(r"(?<!\\)\\\((?P<i>.{1,500}?)\\\)|\\\[(?P<d>.{1,2000}?)\\\]|\$\$(?P<dd>[^$]{1,2000}?)\$\$", re.S)
_IN_DOLLARS = re.compile(r"(?<![\\$\w])\$(?P<i>(?!\s)[^$\n]{1,200}?(?<![\s\\]))\$(?![\w$])")
_SIGN = re.compile(r"math|katex|latex|formula|equation|[\"' -]tex[\"' -]|\\\(|\\\[", re.I)
_MOST_IN_ONE_TEXT = 500
_STYLE = re.compile(r"^\{\s*\\(?:display|text|script)style\s*(.*)\}$", re.S)


def occur(html: str) -> bool:
    """Whether there is any sign of formulas in a page."""
    return bool(_SIGN.search(html))


def normalise(root: Element) -> None:
    """Replace every formula of the page by a span that holds its TeX."""
    dollars = any(_DOLLARS.search(script.text or "") for script in root.iter("script"))
    library = dollars or any(
        "mathjax" in (text := f"{s.get('src') or ''}{(s.text or '')[:2000]}".lower()) or "katex" in text
        for s in root.iter("script")
    )
    _scripts(root)
    _rendered(root)
    _images(root)
    _marked(root)
    if library:
        _in_text(root, dollars=dollars)


def put(element: Element, tex: str, *, display: bool) -> None:
    """Put the formula `tex` in the place of `element`; without TeX, just take it out."""
    tex = clean(tex)
    if not tex:
        drop(element)
        return
    span = make("span", tex)
    span.set("data-tex", "display" if display else "inline")
    replace(element, span)


def clean(tex: str) -> str:
    """TeX without delimiters, comments at line ends and the `\\displaystyle` that Wikipedia wraps around it."""
    tex = tex.strip()
    for left, right in (("\\[", "\\]"), ("\\(", "\\)"), ("$$", "$$"), ("$", "$")):
        if tex.startswith(left) and tex.endswith(right) and len(tex) >= len(left) + len(right):
            tex = tex[len(left) : -len(right)].strip()
            break
    tex = _STYLE.sub(r"\1", tex)
    return re.sub(r"\s+", " ", re.sub(r"(?<!\\)%[^\n]*\n", "\n", tex)).strip()


def _scripts(root: Element) -> None:
    """MathJax 2: the TeX stands in a script beside what was rendered from it."""
    scripts = [s for s in root.iter("script") if (s.get("type") or "").startswith("math/")]
    for script in scripts:
        kind, source = script.get("type") or "", script.text or ""
        display = "mode=display" in kind
        if kind.startswith("math/mml"):
            source = mathml.from_string(source)
        put(script, source, display=display)
    if scripts:
        for element in [
            e for e in root.iter("span", "div", "nobr") if set((e.get("class") or "").split()) & set(_LEFT_OVER)
        ]:
            if element.find(".//*[@data-tex]") is None:
                drop(element)


def _rendered(root: Element) -> None:
    """KaTeX, MathJax 3 and MathML: the TeX stands in an annotation or `alttext`, else it is made from the MathML."""
    for math in list(root.iter("math")):
        tex = _tex_of(math)
        outer, display = math, math.get("display") == "block" or math.get("mode") == "display"
        for up in ancestors(math):
            classes = (up.get("class") or "").split()
            if up.tag == "mjx-container":
                outer, display = up, display or up.get("display") == "true"
            elif {"katex-display", "mwe-math-element-block"} & set(classes):
                outer, display = up, True
            elif {"katex", "katex-mathml", "mwe-math-element", "MathJax", "ltx_Math", "MathJax_SVG"} & set(
                classes
            ) or up.tag == "mjx-assistive-mml":
                outer = up
            elif up.tag not in ("span", "semantics"):
                break
        if outer.getparent() is not None:
            put(outer, tex, display=display)
    for element in [e for e in root.iter("span") if e.get("data-mathml")]:
        put(element, mathml.from_string(element.get("data-mathml") or ""), display=False)


def _tex_of(math: Element) -> str:
    for annotation in math.iter("annotation"):
        if annotation.get("encoding") in _TEX_ENCODINGS:
            return text_of(annotation)
    return math.get("alttext") or math.get("data-latex") or mathml.to_tex(math)


def _images(root: Element) -> None:
    """Images of formulas carry their TeX in `alt`, or in an attribute of the site's own."""
    for image in list(root.iter("img")):
        own = image.get("data-tex") or image.get("data-formula") or image.get("data-equation") or image.get("source")
        named = _IMAGE_CLASS.search(image.get("class") or "") or "latex.php" in (image.get("src") or "")
        alt = image.get("alt") or ""
        if own or (named and alt and re.search(r"[\\^_=+{}<>|/*()0-9]|^[A-Za-zα-ωΑ-Ω]{1,3}$", alt)):
            block = "display" in (image.get("class") or "") or "block" in (image.get("class") or "")
            put(image, own or alt, display=block)


def _marked(root: Element) -> None:
    """TeX in its delimiters inside an element that is named math: pandoc, arithmatex, GitHub's math-renderer."""
    for element in list(root.iter("math-renderer", "span", "div", "script", "eq", "eqn", "tex-math")):
        classes = set((element.get("class") or "").lower().split())
        if element.tag not in ("math-renderer", "eq", "eqn", "tex-math") and not classes & {
            "math",
            "arithmatex",
            "mathjax",
            "latex",
            "tex",
            "tex2jax_process",
        }:
            continue
        source = text_of(element).strip()
        delimited = source.startswith(("\\(", "\\[", "$")) and source.endswith(("\\)", "\\]", "$"))
        if (
            element.find(".//*[@data-tex]") is None
            and (delimited or element.tag in ("eq", "eqn"))
            and len(source) < 4000
        ):
            display = source.startswith(("\\[", "$$")) or "display" in classes or element.tag in ("eqn",)
            put(element, source, display=display)


def _in_text(root: Element, *, dollars: bool) -> None:
    """TeX in the running text of a page that loads MathJax or KaTeX to render it."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "pre", "code", "textarea", "title"):
            continue
        if element.get("data-tex") is None and element.text and ("\\" in element.text or "$" in element.text):
            _split(element, None, element.text, dollars)
        for child in list(element):
            if child.tail and ("\\" in child.tail or "$" in child.tail):
                _split(element, child, child.tail, dollars)


def _split(parent: Element, before: Element | None, text: str, dollars: bool) -> None:
    """Cut `text` (of `parent`, or behind its child `before`) at its formulas and put spans there."""
    found = sorted(
        [*_IN_TEXT.finditer(text), *(_IN_DOLLARS.finditer(text) if dollars else ())], key=lambda match: match.start()
    )
    if len(found) > _MOST_IN_ONE_TEXT:
        return
    at, index = 0, 0 if before is None else parent.index(before) + 1
    last = before
    for match in found:
        if match.start() < at:
            continue
        display = match.groupdict().get("d") or match.groupdict().get("dd")
        span = make("span", clean(display or match["i"]))
        span.set("data-tex", "display" if display else "inline")
        _set(parent, last, text[at : match.start()])
        parent.insert(index, span)
        index, last, at = index + 1, span, match.end()
    if last is not before:
        _set(parent, last, text[at:])


def _set(parent: Element, before: Element | None, text: str) -> None:
    if before is None:
        parent.text = text
    else:
        before.tail = text
