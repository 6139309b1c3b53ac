"""The quote is too short to prove anything, or doesn't stand in the passage."""

from __future__ import annotations

from flashgen.quotes import SHORTEST, find, stands
from flashgen.types import Draft, Finding, Passage, Verdict


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """A few wrong letters are forgiven (`judge` puts the passage's own words in their place)."""
    if not passage.text:
        short = 0 < len(draft.quote.strip()) < SHORTEST
        return _reject("the quote is too short to prove anything") if short else None
    if not draft.quote.strip():
        return _reject("there is no quote")
    if len(draft.quote.strip()) < SHORTEST:
        return _reject(f"the quote has fewer than {SHORTEST} characters")
    if not stands(draft.quote, passage.text) and find(draft.quote, passage.text) is None:
        return _reject("the quote doesn't stand in the passage")
    return None


def _reject(reason: str) -> Finding:
    return Finding("quote", Verdict.REJECT, reason)
