"""What a person's decisions make of cards, and when they may be written over what others did meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flashgen import carding, judging
from flashgen.hand import edited_fields, is_reviewed
from flashgen.judging import Rank, Step, Wording, may_follow, rank
from flashgen.settle import settle
from flashgen.types import Card, Finding, Kind, Proposal, Status, Verdict

NOW = 1_790_000_000
WARNING = Finding("vague", Verdict.WARN, "asks for a description")
WORDS = Wording("What does a lease bound?", "The time that a lock is held.", "A lease bounds how long a lock is held.")


def made(**changes: Any) -> Card:
    """A card that flashgen wrote."""
    card = Card("a" * 16, "What is a lease?", "A lock with an end.", "A lease is a lock that ends by itself.", "u")
    return carding.sealed(replace(card, **{"created": NOW - 100, "changed": NOW - 100, **changes}))


def test_a_yes_puts_a_draft_into_the_deck_and_out_of_the_queue() -> None:
    """An accepted card is active and reviewed, and its time moves so that Anki takes it."""
    card = judging.accept(made(status=Status.DRAFT, findings=(WARNING,)), NOW)
    assert card.status is Status.ACTIVE
    assert is_reviewed(card)
    assert card.changed == NOW
    assert rank(card) is Rank.DONE
    assert card.findings == (WARNING,)


def test_a_yes_does_not_make_the_wording_theirs() -> None:
    """An accepted card can still be reworded and retired: the yes was to the words, not against the source."""
    card = judging.accept(made(status=Status.DRAFT), NOW)
    assert edited_fields(card) == set()
    assert carding.set_status(card, Status.RETIRED, NOW).status is Status.RETIRED


def test_a_yes_to_a_card_in_the_deck_changes_nothing_that_anki_shows() -> None:
    """Only `reviewed` differs: the note is not written again."""
    card = made()
    assert replace(judging.accept(card, NOW), reviewed="") == card


def test_a_yes_is_not_undone_by_the_look_for_duplicates() -> None:
    """What a person accepted though it says nearly what another says stays in the deck."""
    answer = "It writes the change to the store."
    one = made(id="b" * 16, question="What does a write-through cache do before it answers?", answer=answer)
    other = made(status=Status.DRAFT, question="What does a write-through cache do before answering?", answer=answer)
    assert [card.id for card, _ in settle([one, replace(other, status=Status.ACTIVE)], (), (), NOW)] == [other.id]
    assert [card.id for card, _ in settle([one, judging.accept(other, NOW)], (), (), NOW)] == [one.id]
    assert not settle([judging.accept(one, NOW), judging.accept(other, NOW)], (), (), NOW)


def test_what_is_reworded_after_a_yes_is_judged_again() -> None:
    """The yes was to other words."""
    card = judging.accept(made(), NOW)
    assert rank(replace(card, answer="Another answer.")) is Rank.UNREVIEWED


def test_an_edit_is_the_persons_and_accepted() -> None:
    """Fields that a person rewrote are theirs; the gates' new findings replace the old; the status stays ours."""
    card = judging.edit(made(status=Status.DRAFT), WORDS, (WARNING,), "page=3", NOW)
    assert (card.question, card.answer, card.quote, card.anchor) == (*vars_of(WORDS), "page=3")
    assert edited_fields(card) == {"question", "answer", "quote"}
    assert card.findings == (WARNING,)
    assert rank(card) is Rank.DONE


def vars_of(words: Wording) -> tuple[str, str, str]:
    """The three texts."""
    return words.question, words.answer, words.quote


def test_cloze_marks_in_an_edit_make_a_cloze_card() -> None:
    """The kind follows the text."""
    card = judging.edit(made(), replace(WORDS, question="A {{c1::lease}} ends."), (), "", NOW)
    assert card.kind is Kind.CLOZE
    assert judging.edit(card, WORDS, (), "", NOW).kind is Kind.BASIC


@pytest.mark.parametrize("in_anki", [False, True])
def test_a_no_is_for_good(in_anki: bool) -> None:
    """A rejected card is rejected, or retired where Anki has it; nothing that a run does brings it back."""
    card = judging.reject(made(proposal=Proposal("a", "b", "c")), "trivial", NOW, in_anki=in_anki)
    assert card.status is (Status.RETIRED if in_anki else Status.REJECTED)
    assert card.findings[-1] == Finding("person", Verdict.REJECT, "trivial")
    assert carding.set_status(card, Status.ACTIVE, NOW) == card
    assert rank(card) is Rank.DONE


def test_a_no_to_what_a_gate_rejected_holds_too() -> None:
    """Also where the status does not change by it."""
    card = judging.reject(made(status=Status.REJECTED), "", NOW, in_anki=False)
    assert carding.set_status(card, Status.ACTIVE, NOW) == card


def test_a_split_keeps_the_reviews_with_the_first_part() -> None:
    """The first part has the id, the others are new cards of the person's own, with the same source."""
    first, second = judging.split(made(tags=("locks",)), (WORDS, replace(WORDS, question="Why?")), ["n" * 16], NOW)
    assert (first.id, second.id) == ("a" * 16, "n" * 16)
    assert (second.source, second.tags, second.created, second.made) == ("u", ("locks",), NOW, {})
    assert rank(first) is rank(second) is Rank.DONE


def test_a_merge_keeps_the_card_with_the_reviews() -> None:
    """Of two cards that say the same the one that Anki has stays; the other is rejected and says where it went."""
    old, new = made(tags=("a",)), made(id="b" * 16, created=NOW - 500, tags=("b",))
    kept, gone = judging.oldest_first(new, old, [old.id])
    assert (kept, gone) == (old, new)
    assert judging.oldest_first(new, old, []) == (new, old)
    one, other = judging.merge(kept, gone, WORDS, NOW, in_anki=False)
    assert one.id == old.id
    assert one.question == WORDS.question
    assert one.tags == ("a", "b")
    assert other.status is Status.REJECTED
    assert "merged into" in other.findings[-1].reason


def test_a_proposal_that_is_taken_is_ours_again() -> None:
    """The new words replace the person's old ones with their consent, so that a refresh may revise them."""
    mine = replace(made(), answer="My words.", proposal=Proposal("New?", "Yes.", ""))
    taken = judging.take_proposal(mine, NOW)
    assert (taken.question, taken.answer, taken.quote) == ("New?", "Yes.", mine.quote)
    assert edited_fields(taken) == set()
    assert taken.proposal is None
    assert rank(taken) is Rank.DONE


def test_a_proposal_that_is_declined_leaves_the_persons_words() -> None:
    """What was theirs is theirs."""
    mine = replace(made(), answer="My words.", proposal=Proposal("New?", "Yes.", ""))
    left = judging.leave_proposal(mine, NOW)
    assert left.answer == "My words."
    assert edited_fields(left) == {"answer"}
    assert rank(left) is Rank.DONE


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (made(findings=(WARNING,)), Rank.WARNED),
        (made(findings=(WARNING,), proposal=Proposal("a", "b", "c")), Rank.WARNED),
        (made(proposal=Proposal("a", "b", "c")), Rank.PROPOSED),
        (made(status=Status.DRAFT), Rank.DRAFT),
        (made(), Rank.UNREVIEWED),
        (made(status=Status.REJECTED, findings=(WARNING,)), Rank.DONE),
        (made(status=Status.RETIRED), Rank.DONE),
        (Card("", "by hand?", "yes", "", ""), Rank.DONE),
    ],
)
def test_what_is_most_urgent_comes_first(card: Card, expected: Rank) -> None:
    """Warnings, then proposals, drafts, and cards in the deck that nobody judged; a person's own cards don't wait."""
    assert rank(card) is expected


SEEN = made(status=Status.DRAFT)
ACCEPTED = judging.accept(SEEN, NOW)
EDITED = judging.edit(SEEN, replace(WORDS, question=SEEN.question, quote=SEEN.quote), (), "", NOW)


@pytest.mark.parametrize(
    ("after", "there", "may"),
    [
        (ACCEPTED, SEEN, True),
        (ACCEPTED, replace(SEEN, tags=("mine",)), True),
        (ACCEPTED, replace(SEEN, changed=NOW), True),
        (ACCEPTED, replace(SEEN, answer="changed in an editor"), False),
        (ACCEPTED, replace(SEEN, status=Status.REJECTED), False),
        (ACCEPTED, replace(SEEN, status=Status.ACTIVE), True),
        (EDITED, replace(SEEN, question="changed in an editor"), True),
        (EDITED, replace(SEEN, answer="changed in an editor"), False),
        (EDITED, EDITED, True),
        (None, SEEN, True),
        (None, replace(SEEN, tags=("mine",)), False),
    ],
)
def test_a_decision_holds_for_what_was_shown(after: Card | None, there: Card, may: bool) -> None:
    """A yes to words that changed meanwhile is not written; changes to different fields go together."""
    assert may_follow(Step(SEEN, after), there) is may
