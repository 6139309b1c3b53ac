"""Question or answer is too long to be read and recalled at once; code, formulas and quotations don't count in full."""

from __future__ import annotations

from functools import lru_cache

from flashgen.gates._prose import GAP, own, prose, question
from flashgen.types import Draft, Finding, Passage, Verdict

WARN = 30
MOST_QUESTION, MOST_ANSWER = 40, 50
"""Words above which a side is rejected."""


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """A quoted sentence counts for the warning only: it may be the thing that is asked about."""
    sides = (("question", question(draft), MOST_QUESTION), ("answer", draft.answer, MOST_ANSWER))
    for name, text, most in sides:
        if (words := _count(own(text))) > most:
            return Finding("length", Verdict.REJECT, f"the {name} has {words} words, more than {most}")
    for name, text, _ in sides:
        if (words := _count(prose(text))) > WARN:
            return Finding("length", Verdict.WARN, f"the {name} has {words} words, more than {WARN}")
    return None


@lru_cache(maxsize=2048)
def _count(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.replace(GAP, " ").split())
