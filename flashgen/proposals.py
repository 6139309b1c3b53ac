"""Proposals for a card: made, said yes or no to. Values only.

A proposal without any text proposes to retire the card. A proposal to split a card has the first half's words; the
second half is a draft of its own, which goes the way of the first.
"""

from __future__ import annotations

from dataclasses import replace

from flashgen.hand import made_of
from flashgen.types import Card, Draft, Proposal, Status

_TEXTS = ("question", "answer", "quote")


def retires(proposal: Proposal) -> bool:
    """Whether the proposal is to retire the card."""
    return not (proposal.question or proposal.answer or proposal.quote)


def proposing(card: Card, draft: Draft | None, reason: str, now: int) -> Card:
    """`card` with new words that wait for a yes; with None it is the card's retirement that waits."""
    words = (draft.question, draft.answer, draft.quote) if draft else ("", "", "")
    return _changed(replace(card, proposal=Proposal(*words, reason)), now)


def accepted(card: Card, now: int) -> Card:
    """`card` after a person's yes: in the proposed words, or retired for good."""
    proposal = card.proposal
    if proposal is None:
        return card
    if retires(proposal):
        made = {**card.made, "status": ""} if card.made else {}  # the status is the person's: nothing brings it back
        return _changed(replace(card, status=Status.RETIRED, made=made, proposal=None), now)
    texts = {name: getattr(proposal, name) or getattr(card, name) for name in _TEXTS}
    worded = replace(card, **texts, proposal=None, findings=())
    return _changed(replace(worded, made={**card.made, **made_of(worded, _TEXTS)}), now)


def refused(card: Card, now: int) -> Card:
    """`card` as it is, without what was proposed."""
    return _changed(replace(card, proposal=None), now) if card.proposal else card


def settled(draft: Card, now: int, *, yes: bool) -> Card:
    """The second half of a split after the person's word on the first; one that they have settled already stays."""
    if draft.status is not Status.DRAFT:
        return draft
    moved = _changed(replace(draft, status=Status.ACTIVE if yes else Status.REJECTED), now)
    return replace(moved, made={**draft.made, **made_of(moved, ("status",))}) if draft.made else moved


def _changed(card: Card, now: int) -> Card:
    return replace(card, changed=max(now, card.changed + 1))
