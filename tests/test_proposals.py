"""Proposals for cards, and a person's word on them."""

from __future__ import annotations

from dataclasses import replace

from flashgen.carding import set_status
from flashgen.hand import edited_fields, made_of
from flashgen.judging import leave_proposal, take_proposal
from flashgen.proposals import proposing, retires, settled
from flashgen.types import Card, Draft, Status

NOW = 1_790_000_000
PLAIN = Card("card000000000001", "Why?", "So.", "It is so.", "https://example.org/a", changed=NOW - 9)
CARD = replace(PLAIN, made=made_of(PLAIN, ("question", "answer", "quote", "status")))
DRAFT = Draft("Why is it so?", "Because.", "It is so because.")


def test_a_yes_puts_the_proposed_words_in_place() -> None:
    """They are ours, as if generated, and the note is new for Anki."""
    waiting = proposing(CARD, DRAFT, "too vague", NOW)
    assert (waiting.question, waiting.proposal and waiting.proposal.reason) == ("Why?", "too vague")
    after = take_proposal(waiting, NOW)
    assert (after.question, after.answer, after.quote) == ("Why is it so?", "Because.", "It is so because.")
    assert (after.proposal, after.id, after.status) == (None, CARD.id, Status.ACTIVE)
    assert not edited_fields(after)
    assert after.changed > waiting.changed > CARD.changed


def test_a_yes_to_a_retirement_holds() -> None:
    """Nothing brings the card back: its status is the person's now."""
    waiting = proposing(CARD, None, "nobody needs it", NOW)
    assert waiting.proposal
    assert retires(waiting.proposal)
    gone = take_proposal(waiting, NOW)
    assert (gone.status, gone.question) == (Status.RETIRED, "Why?")
    assert set_status(gone, Status.ACTIVE, NOW + 1) == gone


def test_a_no_leaves_the_card_as_it_is() -> None:
    """Without the proposal."""
    after = leave_proposal(proposing(CARD, DRAFT, "", NOW), NOW)
    assert replace(after, changed=CARD.changed, made=CARD.made, reviewed="") == CARD


def test_the_second_half_goes_the_way_of_the_first() -> None:
    """Unless the person has settled it already."""
    half = replace(CARD, id="card000000000002", status=Status.DRAFT)
    half = replace(half, made=made_of(half, ("question", "answer", "quote", "status")))
    assert settled(half, NOW, yes=True).status is Status.ACTIVE
    assert settled(half, NOW, yes=False).status is Status.REJECTED
    assert not edited_fields(settled(half, NOW, yes=True))
    kept = replace(half, status=Status.ACTIVE)
    assert settled(kept, NOW, yes=False) == kept
