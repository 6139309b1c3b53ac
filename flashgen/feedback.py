"""What reviews in Anki say of a card: that it is forgotten, slow, too easy, put aside or flagged.

Pure: a card, its note as seen and what was answered before in, signals out. The rules are those of "Learning from
reviews" in docs/feedback.md. What was answered with a proposal once is not brought up again: of answers, only those
count that were given since; a state (suspended, flagged, leech) counts again once it was gone in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from flashgen.ledger import ShippedRecord
from flashgen.seen import Review, SeenCard, SeenNote, Step
from flashgen.settings import FeedbackSettings
from flashgen.types import Card, Status

_LEECH = "leech"
_AGAIN = 1
_LEAST_ANSWERS = 3
"""So many answers, at least, have a median that means something."""

_FLAGS = ("", "red", "orange", "green", "blue", "pink", "turquoise", "purple")


class SignalKind(StrEnum):
    """What was noticed, the most urgent first."""

    LEECH = "leech"
    SUSPENDED = "suspended"
    LAPSES = "lapses"
    LAPSE_RATE = "lapse rate"
    FLAGGED = "flagged"
    SLOW = "slow"
    EASY = "too easy"


STATES = frozenset({SignalKind.LEECH, SignalKind.SUSPENDED, SignalKind.FLAGGED})
"""What lasts until the person ends it; the others are told from single answers."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing noticed about a card, and the figures behind it in words."""

    kind: SignalKind
    reason: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """All that was noticed about one card now: what is `new`, and what was answered before and still lasts."""

    card: Card
    new: tuple[Signal, ...] = ()
    known: tuple[Signal, ...] = ()


def notice(card: Card, note: SeenNote, record: ShippedRecord, settings: FeedbackSettings) -> Noticed:
    """What the note's state and its reviews say of an active card."""
    if card.status is not Status.ACTIVE:
        return Noticed(card)
    states = list(_states(note))
    answers = [found for one in note.cards for found in _answers(one, record.answered, settings)]
    answers = [signal for kind in SignalKind for signal in answers if signal.kind is kind]
    first = {signal.kind: signal for signal in reversed(answers)}  # of a cloze note's cards, one is enough
    new = [signal for signal in states if signal.kind not in record.answered]
    known = [signal for signal in states if signal.kind in record.answered]
    ordered = sorted((*new, *first.values()), key=lambda signal: list(SignalKind).index(signal.kind))
    return Noticed(card, tuple(ordered), tuple(known))


def still_answered(noticed: Noticed, answered: Mapping[str, int]) -> dict[str, int]:
    """`answered` without the states that are gone: should they come back, they are news."""
    lasting = {signal.kind for signal in (*noticed.known, *noticed.new)}
    return {kind: at for kind, at in answered.items() if kind not in STATES or kind in lasting}


def now_answered(signals: Iterable[Signal], answered: Mapping[str, int], now: int) -> dict[str, int]:
    """`answered` once a proposal was made for `signals`: all answers up to `now` have had theirs."""
    past = {str(kind): now for kind in SignalKind if kind not in STATES}
    return {**answered, **past, **{str(signal.kind): now for signal in signals}}


def all_answered(now: int) -> dict[str, int]:
    """What is answered once the person had their word on a card: whatever was so before."""
    return {str(kind): now for kind in SignalKind}


def _states(note: SeenNote) -> Iterable[Signal]:
    is_leech = any(tag.casefold() == _LEECH for tag in note.tags)
    if is_leech:
        yield Signal(SignalKind.LEECH, "Anki calls it a leech")
    elif note.suspended:  # a leech is suspended by Anki itself
        yield Signal(SignalKind.SUSPENDED, "you suspended it")
    if note.flag:
        yield Signal(SignalKind.FLAGGED, f"you flagged it {_FLAGS[note.flag]}")


def _answers(card: SeenCard, answered: Mapping[str, int], settings: FeedbackSettings) -> Iterable[Signal]:
    since = max((at for kind, at in answered.items() if kind not in STATES), default=0)
    given = [review for review in card.reviews if review.at > since]
    tests = [review for review in given if review.step is Step.REVIEW]
    lapses = sum(review.button == _AGAIN for review in tests)
    if not card.reviews and not since:
        lapses = card.lapses  # the count outlives a review log that was cut
    if settings.lapses and lapses >= settings.lapses:
        yield Signal(SignalKind.LAPSES, f"forgotten {lapses} times")
    if settings.lapse_rate and len(tests) >= settings.least_reviews and lapses / len(tests) >= settings.lapse_rate:
        yield Signal(SignalKind.LAPSE_RATE, f"forgotten in {lapses} of {len(tests)} reviews")
    if settings.slow and len(given) >= _LEAST_ANSWERS:
        seconds = median(review.seconds for review in given)
        if seconds > settings.slow:
            yield Signal(SignalKind.SLOW, f"takes {seconds:.0f} s to answer, by the median of {len(given)}")
    if _is_easy(tests, settings):
        yield Signal(SignalKind.EASY, f"passed {settings.easy_passes} times running in under {settings.easy:g} s each")


def _is_easy(tests: Sequence[Review], settings: FeedbackSettings) -> bool:
    last = tests[-settings.easy_passes :] if settings.easy_passes else ()
    passed = [review for review in last if review.button > _AGAIN and review.seconds < settings.easy]
    return 0 < settings.easy_passes == len(passed)
