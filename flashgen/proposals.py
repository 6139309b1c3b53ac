"""Proposals for a card, as reviews ask for them. Values only; a person's word on them is `judging`'s.

A proposal without any text proposes to retire the card. A proposal to split a card has the first half's words; the
second half is a draft of its own, which goes the way of the first.
"""

from __future__ import annotations

from dataclasses import replace

from flashgen.hand import made_of
from flashgen.types import Card, Draft, Proposal, Status


def retires(proposal: Proposal) -> bool:
    """Whether the proposal is to retire the card."""
    return not (proposal.question or proposal.answer or proposal.quote)


def proposing(card: Card, draft: Draft | None, reason: str, now: int) -> Card:
    """`card` with new words that wait for a yes; with None it is the card's retirement that waits."""
    words = (draft.question, draft.answer, draft.quote) if draft else ("", "", "")
    return _changed(replace(card, proposal=Proposal(*words, reason)), now)


def settled(draft: Card, now: int, *, yes: bool) -> Card:
    """The second half of a split after the person's word on the first; one that they have settled already stays."""
    if draft.status is not Status.DRAFT:
        return draft
    moved = _changed(replace(draft, status=Status.ACTIVE if yes else Status.REJECTED), now)
    return replace(moved, made={**draft.made, **made_of(moved, ("status",))}) if draft.made else moved


def _changed(card: Card, now: int) -> Card:
    return replace(card, changed=max(now, card.changed + 1))
