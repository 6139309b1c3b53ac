"""What cards will cost in daily reviews: FSRS, simulated.

Every new card is met in the same way, so a sample of them is simulated once, from the day it is met; the load of a day
is the sum over the days on which cards are begun. A hundred thousand cards take no longer than a hundred.
The chances of each answer are those of Anki's own simulator; a card is recalled as likely as FSRS says.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

DAYS = 90
SAMPLE = 300
"""So many cards are simulated, at most; what they cost is scaled to all of them."""

NEW_PER_DAY, RETENTION = 20, 0.9
"""Anki's defaults."""

_FIRST = (0.24, 0.094, 0.495, 0.171)
"""Again, Hard, Good, Easy at the first sight of a card; then for a card that is recalled, and for one being learnt."""
_RECALLED = (0.0, 0.224, 0.631, 0.145)
_LEARNING = (0.1, 0.05, 0.8, 0.05)
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth")
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """How somebody learns: FSRS's parameters (empty: its defaults), the share of cards they want to recall, and how
    many new cards a day their deck gives. `is_own` says that it was read from their Anki."""

    parameters: tuple[float, ...] = ()
    retention: float = RETENTION
    new_per_day: int = NEW_PER_DAY
    is_own: bool = False


ANKIS = Memory()
"""Somebody who left everything at Anki's defaults."""


@dataclass(frozen=True, slots=True)
class Load:
    """Reviews on each day from today, learning steps of the first sight not counted.

    `new` cards are begun, `new_per_day` of them a day; `per_day` is what they and the cards known before cost on
    average. `sampled` says that not every card was simulated.
    """

    new: int
    new_per_day: int
    per_day: tuple[float, ...]
    sampled: bool = False
    is_own: bool = False

    @property
    def peak(self) -> float:
        """The reviews of the worst day."""
        return max(self.per_day, default=0.0)

    def mean(self, first: int = 0, last: int | None = None) -> float:
        """Reviews a day from day `first` up to and without day `last`, counted from 0."""
        days = self.per_day[first:last]
        return sum(days) / len(days) if days else 0.0

    def __str__(self) -> str:
        """One line for a person."""
        how = "your own parameters" if self.is_own else "its default parameters"
        months = [self.mean(start, start + 30) for start in range(0, len(self.per_day), 30)]
        sample = f", on a sample of {SAMPLE}" if self.sampled else ""
        cards = "card" if self.new == 1 else "cards"
        return (
            f"{self.new} new {cards} at {self.new_per_day} a day: {_spoken(months)}, at most "
            f"{math.ceil(self.peak)} on a day (FSRS simulated with {how}{sample})."
        )


def _spoken(months: Sequence[float]) -> str:
    """The reviews a day of each month in words; those of months with less than one are left out."""
    told = [f"{round(mean)} in the {place}" for mean, place in zip(months, _PLACES, strict=False) if mean >= 1]
    if not told:
        return "less than one review a day"
    first, *rest = told
    reviews = "1 review" if first.startswith("1 ") else f"{first.split(' ')[0]} reviews"
    return ", ".join([f"about {reviews} a day {first.split(' ', 1)[1]} month", *rest])


def load(
    new: int, *, memory: Memory = ANKIS, new_per_day: int = 0, learnt: Sequence[int] = (), days: int = DAYS
) -> Load:
    """What `new` cards cost in reviews on each of the next `days`, `new_per_day` of them begun a day (0: as `memory`
    has it).

    `learnt` are the intervals, in days, of cards already in review, which are taken to fall due evenly within them.
    The same input gives the same load. Takes well under a second for any number of cards.
    """
    pace = new_per_day or memory.new_per_day or NEW_PER_DAY
    begun = [max(0, min(pace, new - day * pace)) for day in range(days)]
    curve = _from_first_sight(memory.parameters, memory.retention, days) if new else ()
    per_day = [sum(begun[day - age] * curve[age] for age in range(day + 1)) if new else 0.0 for day in range(days)]
    known = _from_intervals(tuple(learnt), memory, days)
    total = tuple(one + other for one, other in zip(per_day, known, strict=True))
    return Load(new, pace, total, sampled=max(new, len(learnt)) > SAMPLE, is_own=memory.is_own)


@lru_cache(maxsize=8)
def _from_first_sight(parameters: tuple[float, ...], retention: float, days: int) -> tuple[float, ...]:
    """The mean number of reviews of one card on each day after it was first seen."""
    from fsrs import Card

    chance, scheduler = random.Random(0), _scheduler(parameters, retention)
    counts = [0] * days
    for number in range(SAMPLE):
        _live(Card(card_id=number, due=_BEGIN), scheduler, chance, counts)
    return tuple(count / SAMPLE for count in counts)


def _from_intervals(learnt: Sequence[int], memory: Memory, days: int) -> list[float]:
    """The mean number of reviews on each day of cards with these intervals."""
    from fsrs import Card, State

    counts = [0] * days
    if not learnt:
        return [0.0] * days
    chance, scheduler = random.Random(0), _scheduler(memory.parameters, memory.retention)
    ordered = sorted(max(1, interval) for interval in learnt)
    size = min(SAMPLE, len(ordered))
    for number in range(size):
        interval = ordered[number * len(ordered) // size]
        due = _BEGIN + timedelta(days=chance.randrange(interval))
        last = due - timedelta(days=interval)
        stability = float(interval)  # an interval is the stability where 90 % are to be recalled
        card = Card(number, State.Review, None, stability, difficulty=5.0, due=due, last_review=last)
        _live(card, scheduler, chance, counts)
    return [count * len(ordered) / size for count in counts]


def _live(card: Card, scheduler: Scheduler, chance: random.Random, counts: list[int]) -> None:
    """Let a card be answered whenever it is due, and count its reviews by day, until the days are over."""
    from fsrs import Rating, State

    ratings = tuple(Rating)
    now = max(card.due, _BEGIN)
    while (day := (now - _BEGIN).days) < len(counts):
        weights = _FIRST if card.last_review is None else _LEARNING
        if card.state is State.Review:
            counts[day] += 1
            recalled = chance.random() < scheduler.get_card_retrievability(card, now)
            weights = _RECALLED if recalled else (1.0, 0.0, 0.0, 0.0)
        card, _ = scheduler.review_card(card, chance.choices(ratings, weights)[0], now)
        now = max(card.due, now + timedelta(seconds=1))


def _scheduler(parameters: tuple[float, ...], retention: float) -> Scheduler:
    """FSRS with somebody's parameters, those of its versions 4.5 and 5 carried over to 6 as Anki does it; its defaults
    where they are none that it knows."""
    from fsrs import Scheduler
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    wanted = min(0.99, max(0.7, retention))
    values = _as_of_6(parameters)
    if len(values) != len(LOWER_BOUNDS_PARAMETERS) or not all(map(math.isfinite, values)):
        return Scheduler(desired_retention=wanted, enable_fuzzing=False)
    bounds = zip(values, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    fitting = [min(high, max(low, value)) for value, low, high in bounds]
    return Scheduler(fitting, desired_retention=wanted, enable_fuzzing=False)


def _as_of_6(parameters: tuple[float, ...]) -> tuple[float, ...]:
    """Parameters of any version as version 6 has them (fsrs-rs, `check_and_fill_parameters`)."""
    if len(parameters) == 17:
        w = list(parameters)
        w[4], w[5], w[6] = w[4] + 2 * w[5], math.log(max(1e-6, 3 * w[5] + 1)) / 3, w[6] + 0.5
        return (*w, 0.0, 0.0, 0.0, 0.5)
    return (*parameters, 0.0, 0.5) if len(parameters) == 19 else parameters
