"""What reviews say of a card, and what is said only once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flashgen.feedback import SignalKind, notice, now_answered, still_answered
from flashgen.ledger import ShippedRecord
from flashgen.seen import Review, SeenCard, SeenNote, Step, review
from flashgen.settings import FeedbackSettings
from flashgen.types import Card, Status

NOW = 1_790_000_000
CARD = Card("card000000000001", "Why?", "So.", "It is so because it is so.", "https://example.org/a")
SETTINGS = FeedbackSettings()
NOTHING = ShippedRecord()


def note(*reviews: Review, tags: tuple[str, ...] = (), **card: Any) -> SeenNote:
    return SeenNote(CARD.id, {}, tags, cards=(SeenCard(1, reviews=reviews, **card),))


def answers(*buttons: int, seconds: float = 8.0, start: int = NOW - 1_000_000) -> tuple[Review, ...]:
    return tuple(Review(start + day, button, seconds) for day, button in enumerate(buttons))


def kinds(seen: SeenNote, record: ShippedRecord = NOTHING, **settings: Any) -> list[str]:
    return [str(signal.kind) for signal in notice(CARD, seen, record, replace(SETTINGS, **settings)).new]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (note(), []),
        (note(tags=("Leech",)), ["leech"]),
        (note(tags=("leech",), suspended=True), ["leech"]),
        (note(suspended=True), ["suspended"]),
        (note(flag=1), ["flagged"]),
        (note(*answers(3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1)), []),
        (note(*answers(*[3] * 12, 1, 1, 1, 1)), ["lapses"]),
        (note(*answers(3, 3, 1, 1)), []),
        (note(*answers(3, 3, 3, 1, 1)), ["lapse rate"]),
        (note(*answers(1, 3, 1, 1, 1)), ["lapses", "lapse rate"]),
        (note(*answers(3, 3, seconds=40)), []),
        (note(*answers(3, 3, 3, seconds=21)), ["slow"]),
        (note(*answers(3, 3, 3, seconds=20)), []),
        (note(*answers(3, 3, 3, seconds=2)), []),
        (note(*answers(3, 4, 2, 3, seconds=2.9)), ["too easy"]),
        (note(*answers(3, 3, 3, seconds=2), *answers(3, seconds=3)), []),
        (note(*answers(1, 3, 3, 3, 3, seconds=2)), ["too easy"]),
        (note(*answers(3, 3, 3, 1, seconds=2)), []),
        (note(lapses=5), ["lapses"]),
    ],
)
def test_what_is_noticed(seen: SeenNote, expected: list[str]) -> None:
    """Leech tag, suspension, flag; four lapses; 30 % of five reviews or more; a median over 20 s; four passes running
    under 3 s each."""
    assert kinds(seen) == expected


def test_learning_is_no_lapse() -> None:
    """A card that is being learnt is forgotten many times; only reviews count. Slow answers count wherever."""
    steps = tuple(replace(one, step=Step.LEARN) for one in answers(1, 1, 1, 1, 1, 1))
    assert kinds(note(*steps)) == []


def test_rows_that_are_no_answers_are_left_out() -> None:
    """Cramming, rescheduling by hand and by programs are in Anki's log too."""
    assert review(NOW * 1000, 3, 4_500, 1) == Review(NOW, 3, 4.5, Step.REVIEW)
    assert review(NOW * 1000, 0, 0, 4) is None
    assert review(NOW * 1000, 1, 900, 3) is None
    assert review(NOW * 1000, 0, 0, 1) is None


def test_only_cards_that_are_in_use_ask_for_better_ones() -> None:
    """What is retired or waits as a draft is left alone."""
    for status in (Status.RETIRED, Status.DRAFT, Status.REJECTED):
        assert notice(replace(CARD, status=status), note(flag=1), ShippedRecord(), SETTINGS).new == ()


def test_a_rule_is_left_out_by_a_zero() -> None:
    """Each threshold is a setting."""
    seen = note(*answers(1, 1, 1, 1, 1, seconds=50))
    assert kinds(seen) == ["lapses", "lapse rate", "slow"]
    assert kinds(seen, lapses=0, lapse_rate=0.0, slow=0.0) == []
    assert kinds(note(*answers(3, 3, 3, 3, seconds=1)), easy_passes=0) == []


def test_one_card_of_a_cloze_note_is_enough() -> None:
    """Each number of a cloze note is a card of its own; what one of them says is said once."""
    both = SeenNote(CARD.id, {}, cards=(SeenCard(1, lapses=4), SeenCard(2, number=1, lapses=6)))
    assert kinds(both) == ["lapses"]
    half = SeenNote(CARD.id, {}, cards=(SeenCard(1, suspended=True), SeenCard(2, number=1)))
    assert kinds(half) == []


def test_what_was_answered_is_not_brought_up_again() -> None:
    """Answers count from the proposal on, states once they were gone in between."""
    seen = note(*answers(1, 1, 1, 1, 1), tags=("leech",), suspended=True)
    first = notice(CARD, seen, ShippedRecord(), SETTINGS)
    assert [signal.kind for signal in first.new] == [SignalKind.LEECH, SignalKind.LAPSES, SignalKind.LAPSE_RATE]
    record = ShippedRecord(answered=now_answered(first.new, {}, NOW))
    again = notice(CARD, seen, record, SETTINGS)
    assert (again.new, [signal.kind for signal in again.known]) == ((), [SignalKind.LEECH])
    more = note(*seen.cards[0].reviews, *answers(1, 1, 1, 1, start=NOW + 10), tags=("leech",))
    assert kinds(more, record) == ["lapses"]
    calm = notice(CARD, note(*seen.cards[0].reviews), record, SETTINGS)
    forgotten = ShippedRecord(answered=still_answered(calm, record.answered))
    assert kinds(seen, forgotten) == ["leech"]


def test_the_reasons_are_words_for_a_person() -> None:
    """With the figures in them."""
    seen = note(*answers(1, 1, 3, 1, 1, seconds=31), flag=3)
    found = [signal.reason for signal in notice(CARD, seen, ShippedRecord(), SETTINGS).new]
    assert found == [
        "forgotten 4 times", "forgotten in 4 of 5 reviews", "you flagged it green",
        "takes 31 s to answer, by the median of 5",
    ]  # fmt: skip
