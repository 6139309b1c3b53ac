"""What a run found different and what it did about it: the values of the refresh report.

They are gathered where the decisions fall, one `LinkChange` a link, and shown by the edge: on the terminal, as JSON
and as a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flashgen.types import Topic


class LinkEvent(StrEnum):
    """What is different about a link, the weightiest if it is several things at once.

    NEW is a link that was never read before. BACK gives an article again after it gave none, RELISTED stands in the
    reading list again. SUSPECT lacks most of its cards' sentences at once, and nothing was done about that yet.
    KNOWN is a link of which this run saw nothing new; its cards changed all the same.
    """

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    BACK = "back"
    RELISTED = "relisted"
    REMOVED = "removed"
    SUSPECT = "suspect"
    GONE = "gone"
    FAILED = "failed"
    SKIPPED = "skipped"
    REFUSED = "refused"
    KNOWN = "known"


class CardEvent(StrEnum):
    """What became of a card.

    PROPOSED: its rewording waits for a person's yes. WAITING: it has lost its sentence and is to be retired, which a
    person has to agree to. RETURNED: it was retired, and its sentence stands again.
    """

    ADDED = "added"
    REVISED = "revised"
    PROPOSED = "proposed"
    RETIRED = "retired"
    WAITING = "waiting"
    RETURNED = "returned"


class SectionEvent(StrEnum):
    """What became of a passage of an article."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One passage, by its heading path in the article."""

    event: SectionEvent
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a card says, and the sentence that proves it. Markdown."""

    question: str
    answer: str
    quote: str


@dataclass(frozen=True, slots=True)
class CardChange:
    """One card: as it `was` (an added one: as it is), and its wording `now` where it has or is offered another.

    `sentence` is today's nearest sentence to a quote that is gone, '' where nothing is like it.
    """

    event: CardEvent
    id: str
    was: Wording
    now: Wording | None = None
    sentence: str = ""
    section: tuple[str, ...] = ()

    @property
    def today(self) -> str:
        """The sentence of today that stands where the card's quote stood; '' where there is none."""
        return self.now.quote if self.now else self.sentence


@dataclass(frozen=True, slots=True)
class LinkChange:
    """One link or one topic's notes. `moved_to` is its new address, where a server sent us on to another than before;
    `reason` says in words why it gave no article, or what is doubted; `kept` counts its cards that were left alone.

    `cards` has no added cards for a link that is NEW: those are only counted, in `added`.
    """

    url: str
    title: str
    topic: Topic
    event: LinkEvent
    reason: str = ""
    moved_to: str = ""
    sections: tuple[SectionChange, ...] = ()
    cards: tuple[CardChange, ...] = ()
    kept: int = 0
    added: int = 0
