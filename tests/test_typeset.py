"""Formulas on pages of our own: typeset where they can be, told where not, and never more than a formula."""

from __future__ import annotations

import threading
from xml.etree import ElementTree

import pytest
from fields import markup
from hypothesis import example, given
from hypothesis import strategies as st

from flashgen.anki.html import page, sides
from flashgen.anki.typeset import LONGEST, typeset
from flashgen.desk.marked import Mark
from flashgen.desk.marked import html as marked

TYPESET = {
    r"O(n \log n)": "mo",
    r"\frac{\ln n}{n}": "mfrac",
    r"\sum_{i=1}^{n} i": "munderover",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "mtable",
    r"f(x) = \begin{cases} x^2 & \text{if } x>0 \\ 0 & \text{otherwise} \end{cases}": "mtext",
    r"P(A\mid B)=\frac{P(B\mid A)\,P(A)}{P(B)}": "mfrac",
    r"\sqrt[3]{x}": "mroot",
    r"\mathbb{E}[X] \le \lVert z \rVert_2": "msub",
}
BAD = {
    r"\frac{1}{": "expected closing token",
    r"\foo{x}": 'unknown command "\\foo"',
    r"\begin{x}</math><img src=q onerror=alert(1)>": "unknown environment",
    r"\href{javascript:alert(1)}{x}": "unknown command",
    r"\color{red;background:url(http://x)}{y}": "unknown color",
    "\x00x": "disallowed character",
    "x" * (LONGEST + 1): "too long or too deeply nested",
}
DEEP = ("{", "x^{", r"\left(", r"\begin{matrix}", r"\sqrt ", r"\frac", r"\not", r"\sqrt{\sqrt", r"\sqrt[", "[")

tex = st.lists(st.sampled_from([*DEEP, *TYPESET, "}", "]", "^", "_", "&", "<b>", "&lt;", "$", "#", "%", r"\right)"]))


@pytest.mark.parametrize("formula", TYPESET)
def test_a_formula_is_typeset_and_keeps_its_tex(formula: str) -> None:
    """MathML with what the formula is made of, and its TeX as the annotation."""
    root = ElementTree.fromstring(typeset(formula, display=True))
    assert root.get("display") == "block"
    assert root.find(f".//{TYPESET[formula]}") is not None
    assert root.findtext(".//annotation") == formula
    assert markup(typeset(formula, display=False)) == []


@pytest.mark.parametrize("formula", BAD)
def test_what_cant_be_typeset_stays_tex_with_the_reason(formula: str) -> None:
    """A slip in a formula is shown where it is, and why; nothing of it becomes markup."""
    made = typeset(formula, display=False)
    assert made.startswith('<code class="tex" dir="ltr">\\(')
    assert markup(made.replace(' class="tex"', "")) == []
    assert BAD[formula].replace('"', "&quot;") in made


@example([r"\text{<script>alert(1)</script>}"])
@example([r"\operatorname{</math><script>alert(1)</script>}"])
@given(tex | st.lists(st.text()))
def test_any_tex_is_no_more_than_a_formula(pieces: list[str]) -> None:
    """Whatever the TeX, no element or attribute comes out that runs, loads, links or styles."""
    made = typeset("".join(pieces), display=True)
    root = ElementTree.fromstring(f"<p>{made}</p>".replace("\x00", "")) if made.isprintable() else None
    for element in root.iter() if root is not None else ():
        assert element.tag in {"p", "code", "small"} or element.tag == "math" or element.tag[0] in "ams"
        assert element.tag not in {"a", "script", "style", "svg", "annotation-xml", "maction"}
        assert not {"href", "style", "src", "id"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]


def test_deep_nesting_breaks_nothing() -> None:
    """The converter works by recursion: what would exhaust even a small stack is not given to it."""

    def deep() -> None:
        for piece in DEEP:
            typeset(piece * (LONGEST // len(piece)), display=True)
            typeset(piece * 25, display=True)
        done.append(True)

    done: list[bool] = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=deep)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert done


def test_spaces_that_reach_over_the_page_are_left_out() -> None:
    r"""`\hspace{-1000em}` would put a formula over what stands beside it."""
    for command in (r"\hspace{-1000em}x", r"\raisebox{1000em}{x}", r"\kern-100em x"):
        root = ElementTree.fromstring(typeset(command, display=False))
        looks = [value for element in root.iter() for name, value in element.attrib.items() if name != "class"]
        assert not [value for value in looks if "00em" in value]


def test_formulas_of_a_card_and_of_an_article() -> None:
    """Inline and displayed, in a card's text and in a passage, where a quote's mark holds whole formulas."""
    assert page(r"a \(x^2\) b").startswith("a <math><semantics><msup>")
    assert '<math display="block">' in page("a\n\n\\[x\n+ 1\\]\n\nb")
    shown = marked(r"We see \(a_1\) nodes, \(\frac{1}{2}\) of all; more.", [Mark(r"\(a_1\) nodes, \(\frac{1}{2", "c")])
    inside = shown.partition("<mark")[2].partition("</mark>")[0]
    assert inside.count("<math>") == 2
    assert "<mfrac>" in inside
    assert shown.startswith("<p>We see <mark")


def test_a_cloze_note_is_shown_card_by_card() -> None:
    """Each number hides its own marks, with their hints; the others are in the open, also in formulas."""
    source = r"\(x = {{c1::y}}\), {{c2::two::a number}} and {{c1::more}}"
    first, second = sides(source, 1), sides(source, 2)
    assert "<mi>…</mi>" in first[0]
    assert first[0].endswith(', two and <span class="cloze">[…]</span>')
    assert first[1].endswith(', two and <span class="cloze">more</span>')
    assert second[0].endswith(', <span class="cloze">[a number]</span> and more')
    assert "<mi>y</mi>" in second[0]
