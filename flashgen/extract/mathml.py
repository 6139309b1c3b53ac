"""MathML to TeX, for pages that carry nothing better."""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.extract.tree import Element, parse, text_of, words

_GREEK = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϕ"
_GREEK_NAMES = re.findall(
    r"\w+",
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega epsilon phi",
)
_SYMBOLS = {
    "−": "-", "×": r"\times ", "÷": r"\div ", "·": r"\cdot ", "⋅": r"\cdot ", "±": r"\pm ", "∓": r"\mp ",
    "≤": r"\le ", "≥": r"\ge ",
    "≠": r"\ne ", "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ", "∝": r"\propto ", "∞": r"\infty ",
    "∂": r"\partial ", "∇": r"\nabla ",
    "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∮": r"\oint ", "√": r"\sqrt ", "∈": r"\in ", "∉": r"\notin ",
    "⊂": r"\subset ",
    "⊆": r"\subseteq ", "⊃": r"\supset ", "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "∀": r"\forall ",
    "∃": r"\exists ",
    "¬": r"\neg ", "∧": r"\land ", "∨": r"\lor ", "→": r"\to ", "←": r"\leftarrow ", "⇒": r"\Rightarrow ",
    "⇔": r"\Leftrightarrow ",
    "↦": r"\mapsto ", "…": r"\dots ", "⋯": r"\cdots ", "′": "'", "∘": r"\circ ", "⊕": r"\oplus ", "⊗": r"\otimes ",
    "⟨": r"\langle ",
    "⟩": r"\rangle ", "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "∣": r"\mid ",
    "∥": r"\parallel ",
    "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}",
    "ℤ": r"\mathbb{Z}",
    "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u00a0": " ",
    **{letter: f"\\{name} " for letter, name in zip(_GREEK, _GREEK_NAMES, strict=True)},
}  # fmt: skip
_FUNCTIONS = words(
    "sin cos tan log ln exp lim max min sup inf det dim ker gcd arg mod arcsin arccos arctan sinh cosh tanh Pr"
)
_ACCENTS = {
    "¯": r"\bar",
    "‾": r"\overline",
    "^": r"\hat",
    "ˆ": r"\hat",
    "~": r"\tilde",
    "˜": r"\tilde",
    "→": r"\vec",
    "˙": r"\dot",
    "¨": r"\ddot",
    "⏟": r"\underbrace",
    "⏞": r"\overbrace",
}
_MAX_DEPTH = 60


def from_string(source: str) -> str:
    """TeX of MathML given as text; '' if it can't be read."""
    root = parse(source)
    return to_tex(root) if root is not None else ""


def to_tex(element: Element, depth: int = 0) -> str:
    """TeX of a MathML element."""
    if not isinstance(element.tag, str) or depth > _MAX_DEPTH:
        return ""
    tag = element.tag.rpartition(":")[2]
    if tag in ("mi", "mn", "mo", "ms"):
        return _token(tag, text_of(element).strip())
    if tag == "mtext":
        text = text_of(element).strip("\n")
        return rf"\text{{{text}}}" if text.strip() else " "
    if tag in ("annotation", "annotation-xml", "mphantom", "none", "mprescripts"):
        return ""
    if tag == "mspace":
        return " "
    parts = [to_tex(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if tag in _SHAPES and len(parts) >= _SHAPES[tag][0]:
        return _SHAPES[tag][1](parts)
    if tag == "msqrt":
        return rf"\sqrt{{{''.join(parts)}}}"
    if tag == "mtable":
        rows = r" \\ ".join(parts)
        return rf"\begin{{matrix}}{rows}\end{{matrix}}"
    if tag in ("mtr", "mlabeledtr"):
        return " & ".join(parts)
    if tag == "mfenced":
        separator = (element.get("separators") or ",")[:1]
        return f"{element.get('open') or '('}{separator.join(parts)}{element.get('close') or ')'}"
    return "".join(parts)


def _token(tag: str, text: str) -> str:
    if tag == "mi" and len(text) > 1 and text.isascii():
        return f"\\{text} " if text in _FUNCTIONS else rf"\mathrm{{{text}}}"
    if tag == "ms":
        return rf"\text{{{text}}}"
    return "".join(_SYMBOLS.get(letter, letter) for letter in text)


def _group(tex: str) -> str:
    tex = tex.strip()
    return tex if len(tex) == 1 else f"{{{tex}}}"


def _over(parts: list[str]) -> str:
    mark = _ACCENTS.get({v.strip(): k for k, v in _SYMBOLS.items()}.get(parts[1].strip(), parts[1].strip()))
    return f"{mark}{{{parts[0].strip()}}}" if mark else _big(parts[0], "", parts[1])


def _big(base: str, under: str, over: str) -> str:
    lower = f"_{_group(under)}" if under.strip() else ""
    upper = f"^{_group(over)}" if over.strip() else ""
    return f"{base.strip()}{lower}{upper}"


_SHAPES: dict[str, tuple[int, Callable[[list[str]], str]]] = {
    "msup": (2, lambda p: _big(p[0], "", p[1])),
    "msub": (2, lambda p: _big(p[0], p[1], "")),
    "msubsup": (3, lambda p: _big(p[0], p[1], p[2])),
    "munderover": (3, lambda p: _big(p[0], p[1], p[2])),
    "munder": (2, lambda p: _big(p[0], p[1], "")),
    "mover": (2, _over),
    "mfrac": (2, lambda p: rf"\frac{{{p[0].strip()}}}{{{p[1].strip()}}}"),
    "mroot": (2, lambda p: rf"\sqrt[{p[1].strip()}]{{{p[0].strip()}}}"),
}
