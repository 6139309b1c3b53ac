"""Nothing in the question says what it is about: no word of title, headings or what the passage repeats."""

from __future__ import annotations

from flashgen.gates._names import names
from flashgen.gates._prose import code_spans, prose, question
from flashgen.gates._source import source
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content, generic


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """In short passages any content word will do. Code and proper names always say what is meant; across languages
    nothing else can be compared."""
    if not passage.text:
        return None
    known, asked = source(passage), question(draft)
    if code_spans(asked) or names(prose(asked), capitals=True) or known.foreign:
        return None
    said = [stem for stem in content(asked) if stem not in generic()]
    if any(map(known.anchors_on, said)):
        return None
    return Finding("anchor", Verdict.WARN, "nothing in the question says what it is about")
