"""The card obeys a text that speaks to the model: its words stand only there, or it passes them on."""

from __future__ import annotations

import re

from flashgen.directives import for_readers, speaks_to_model, told_only_to_models
from flashgen.quotes import stands
from flashgen.text import plain
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content, generic

_ADDRESS = re.compile(r"(?:https?:)?//\S+|\bwww\.\S+", re.I)


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Reject a card that tells a model what to do, or says what only a text that does says."""
    for side in (draft.question, draft.answer):
        if speaks_to_model(side):
            return _found("it tells a model what to do")
    headings = (passage.title, *passage.path)
    told = [heading for heading in headings if speaks_to_model(heading)]
    hidden = " ".join((told_only_to_models(passage.text), *told)).strip()
    if not passage.text or not hidden:
        return None
    open_text = for_readers(passage.text)
    if draft.quote and not stands(draft.quote, open_text):
        return _found("its quote stands where the text speaks to a model and not to a reader")
    known = plain(" ".join((open_text, *(one for one in headings if one not in told), *passage.topic)))
    said = f"{draft.question} {draft.answer}"
    if any(address not in known for address in _ADDRESS.findall(said)):
        return _found("its address stands only where the text speaks to a model")
    only_there = set(content(hidden)) - set(content(known)) - generic()
    if set(content(said)) & only_there:
        return _found("it says what only a text that speaks to a model says")
    return None


def _found(reason: str) -> Finding:
    return Finding("injection", Verdict.REJECT, reason)
