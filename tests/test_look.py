"""From Anki's HTML to the text of a card: what a person sees must come through, or be known not to."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flashgen.anki import html
from flashgen.anki.look import look
from flashgen.anki.wording import AnkiWording
from flashgen.types import Kind

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "html_to_text.yaml").read_text(encoding="utf-8"))
MEDIA = {"https://example.org/g.png": "flashgen-1.png"}
WORDING = AnkiWording(MEDIA)


def kind_of(*, cloze: bool) -> Kind:
    return Kind.CLOZE if cloze else Kind.BASIC


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["html"][:50] or "nothing")
def test_what_was_edited_in_anki_becomes_sensible_text(case: dict[str, str | bool]) -> None:
    """Anki's HTML becomes the Markdown of cards; what Markdown can't say is known as such."""
    reading = WORDING.text(str(case["html"]), "Question", kind_of(cloze=bool(case.get("cloze"))))
    assert reading.text == case["text"]
    assert reading.exact is case.get("exact", True)


BITS = (
    "word", "a", " ", "  ", "\n", "\n\n", "*", "**", "`", "```", "_", "- ", "1. ", "|", "#", "> ", "~", "<b>", "&amp;",
    "\\", "\\(", "\\)", "[", "](", ")", "https://example.org/a", "::", "{{c1::", "}}", "[sound:", "\xa0", "é", "код",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(BITS), max_size=14).map("".join)


@given(TEXTS, st.booleans())
def test_a_text_that_is_called_exact_looks_the_same_again(text: str, cloze: bool) -> None:
    """Rendered, read back and rendered again, a text looks the same, unless the reading says that it doesn't."""
    shipped = html.field(text, marks=cloze)
    reading = WORDING.text(shipped, "Question", kind_of(cloze=cloze))
    if reading.exact:
        assert WORDING.same(shipped, html.field(reading.text, marks=cloze), "Question", kind_of(cloze=cloze))


@given(st.text(max_size=60), st.booleans())
def test_reading_never_stumbles(anything: str, cloze: bool) -> None:
    """Whatever stands in a field, it can be looked at."""
    assert look(anything, marks=cloze) == look(anything, marks=cloze)
    WORDING.text(anything, "Question", kind_of(cloze=cloze))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a<div>b</div>", "a<br>b"),
        ("<b>a</b>", "<strong>a</strong>"),
        ("<div>a</div>", "a"),
        ("a &gt; b", "a > b"),
        ("<p>a</p><p>b</p>", "a<br><br>b"),
        ("<code>x</code>&nbsp;", "<code>x</code>"),
        ("a:<!-- -->:b", "a::b"),
    ],
)
def test_one_look_has_many_spellings(one: str, other: str) -> None:
    """What Anki's editor makes of a field without changing its look is no edit."""
    assert WORDING.same(one, other, "Answer", Kind.BASIC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "A"),
        ("<b>a</b>", "a"),
        ("a<br>b", "a b"),
        ("[sound:x]", "[<!-- -->sound:x]"),
        (r"\(x\)", r"\<span></span>(x\<span></span>)"),
        ('<img src="a.png">', '<img src="b.png">'),
        ('<span style="color: red">a</span>', "a"),
    ],
)
def test_another_look_is_an_edit(one: str, other: str) -> None:
    """What looks or acts different is different."""
    assert not WORDING.same(one, other, "Answer", Kind.BASIC)
