"""Markup that could run in a web view or in Anki was taken out; harmless HTML became Markdown."""

from __future__ import annotations

from flashgen.gates._clean import field
from flashgen.types import Draft, Finding, Passage, Verdict


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Say what `judge` cleans away: a text that tries to run something deserves a look."""
    cleaned = field(draft.question), field(draft.answer)
    removed = dict.fromkeys(what for side in cleaned for what in side.removed)
    if removed:
        return Finding("markup", Verdict.WARN, f"taken out: {', '.join(removed)}")
    if any(side.tidied for side in cleaned):
        return Finding("markup", Verdict.PASS, "HTML was turned into Markdown")
    return None
