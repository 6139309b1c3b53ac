"""What Anki was seen to hold: the values that come from reading a collection, whichever way it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from flashgen.types import Kind


class Step(IntEnum):
    """What sort of review it was, as Anki numbers them; those from 3 on are cramming and what programs did."""

    LEARN = 0
    REVIEW = 1
    RELEARN = 2


@dataclass(frozen=True, slots=True)
class Review:
    """One answer to a card: when (seconds since 1970), the button (1 again, 2 hard, 3 good, 4 easy), how long it took
    (Anki counts up to a minute, by default)."""

    at: int
    button: int
    seconds: float
    step: Step = Step.REVIEW


@dataclass(frozen=True, slots=True)
class SeenCard:
    """One card of a note. `number` counts from 0 (a cloze note has a card for each number of its clozes).

    `flag` is 1 to 7, 0 for none. What follows it is Anki's own: `type` (0 new, 1 learning, 2 review, 3 relearning),
    `queue`, `due` in the units of the queue, `interval` in days, below 0 in seconds. It is known where
    `Seen.studied` says so, `reviews`, oldest first, where `Seen.reviewed` does.
    """

    id: int
    number: int = 0
    suspended: bool = False
    flag: int = 0
    deck: str = ""
    type: int = 0
    queue: int = 0
    due: int = 0
    interval: int = 0
    reps: int = 0
    lapses: int = 0
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenNote:
    """One note. `fields` are HTML in NFC by our own names of the fields, `modified` is in seconds since 1970.

    `kind` is None where the person gave the note a type that isn't ours: its fields then go by that type's names.
    `id` is Anki's number of the note.
    """

    guid: str
    fields: Mapping[str, str]
    tags: tuple[str, ...] = ()
    modified: int = 0
    kind: Kind | None = Kind.BASIC
    id: int = 0
    cards: tuple[SeenCard, ...] = ()

    @property
    def deck(self) -> str:
        """The deck of its first card, `Parent::Child`; '' where that is not known."""
        return self.cards[0].deck if self.cards else ""

    @property
    def suspended(self) -> bool:
        """Whether all of its cards are."""
        return bool(self.cards) and all(card.suspended for card in self.cards)

    @property
    def flag(self) -> int:
        """The flag of the first of its cards that has one; 0 for none."""
        return next((card.flag for card in self.cards if card.flag), 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """All notes of flashgen in one collection, by GUID. `where` says in words where they were read, `at` when.

    `unnamed` counts notes that carry one of our tags but can't be told by their GUID: as long as there are any, a note
    that is missing may be one of them. `studied` says that the state of study of the cards was read,
    `reviewed` that their reviews were.
    """

    notes: Mapping[str, SeenNote] = field(default_factory=dict)
    where: str = ""
    at: int = 0
    unnamed: int = 0
    studied: bool = False
    reviewed: bool = False


def review(milliseconds: int, button: int, took: int, kind: int) -> Review | None:
    """A row of Anki's review log; None for what was no answer of the person's to a card that was due."""
    if button < 1 or kind not in set(Step):
        return None
    return Review(milliseconds // 1000, button, took / 1000, Step(kind))
