"""A cloze card hides nothing, everything, or has broken marks."""

from __future__ import annotations

import re

from flashgen.gates._prose import CLOZE
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

_OPENED = re.compile(r"\{\{c\d+::")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """A cloze card has `{{c1::…}}` in its question; its answer may be empty."""
    if draft.kind is not Kind.CLOZE:
        return None
    marks = list(CLOZE.finditer(draft.question))
    if not marks:
        return _reject("nothing is hidden: {{c1::…}} is missing or not closed")
    if len(marks) != len(_OPENED.findall(draft.question)):
        return _reject("a cloze mark is not closed")
    if not all(any(map(str.isalnum, mark["hidden"])) for mark in marks):
        return _reject("a cloze mark hides nothing")
    if 1 not in {int(mark["number"]) for mark in marks}:
        return _reject("no mark has the number 1")
    if not any(map(str.isalpha, CLOZE.sub("", draft.question))):
        return _reject("everything is hidden, so nothing is asked")
    return None


def _reject(reason: str) -> Finding:
    return Finding("cloze", Verdict.REJECT, reason)
