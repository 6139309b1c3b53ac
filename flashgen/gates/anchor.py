"""Nothing in the question says what it is about: no word of title, headings or what the passage repeats."""

from __future__ import annotations

from collections.abc import Sequence

from flashgen.gates._names import names
from flashgen.gates._prose import any_of, code_spans, own, prose, question
from flashgen.gates._source import source
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content, generic

_WHAT_IS = any_of(r"^what (?:is|are) (?:an? |the )?[^?,]+\?$", r"^что такое [^?,]+\?$")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """In short passages any content word will do, and so does what the quote defines where the question is what it is.
    Code and proper names always say what is meant; across languages nothing else can be compared."""
    if not passage.text:
        return None
    known, asked = source(passage), question(draft)
    if named(asked) or known.foreign:
        return None
    said = [stem for stem in content(asked) if stem not in generic()]
    if any(map(known.anchors_on, said)) or (_WHAT_IS.search(own(asked)) and _holds(draft.quote, said)):
        return None
    return Finding("anchor", Verdict.WARN, "nothing in the question says what it is about")


def named(text: str) -> tuple[str, ...]:
    """The code and the proper names in a question: they say what is meant wherever it is asked."""
    return (*code_spans(text), *names(prose(text), capitals=True))


def _holds(quote: str, stems: Sequence[str]) -> bool:
    """Whether all of these words stand in the quote."""
    said = set(content(quote))
    return bool(stems) and all(stem in said for stem in stems)
