"""What goes into the work on one article, and what comes of it. Values only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flashgen.agenda import Item
from flashgen.changes import LinkChange
from flashgen.ledger import Entry, LinkRecord
from flashgen.outcome import CardCounts, SectionCounts
from flashgen.refresh import Plan, Reread, Work
from flashgen.selection import EVERYTHING, Selection
from flashgen.types import Article, Card, Judged, Section, Validators


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it was had, with what its servers gave to ask for changes with, and the reader's version.

    `archived` is why the page itself gave none, where this is an archived copy of it; `gone` says that it is so for
    good. `unchanged` is a page that its servers call unchanged, and that was read anew nevertheless.
    """

    article: Article
    validators: Mapping[str, Validators] = field(default_factory=dict)
    reader: int = 0
    archived: str = ""
    gone: bool = False
    unchanged: bool = False

    def reread(self, record: LinkRecord | None) -> Reread:
        """Whether another reader than last time read it."""
        if record is None or record.reader in (0, self.reader):
            return Reread.NO
        return Reread.UNCHANGED if self.unchanged else Reread.CHANGED


@dataclass(frozen=True, slots=True)
class Study:
    """One article, what was known of it (`base`, `cards`) and what is to be done about it. `reason` is why cards are
    reworded."""

    item: Item
    base: LinkRecord
    cards: tuple[Card, ...]
    reading: Reading
    sections: tuple[Section, ...]
    plan: Plan
    selection: Selection = EVERYTHING
    reason: str = "the article's text changed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said of one section.

    `reworded` maps the id of a card whose quote is gone to its new wording, None where it is to be retired;
    `problem` says why the section has to be asked again another time.
    """

    work: Work
    drafts: tuple[Judged, ...] = ()
    reworded: Mapping[str, Judged | None] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """The entry of one item, what it counts for in the run's result, and what is to be told of it there."""

    entry: Entry
    counts: CardCounts = field(default_factory=CardCounts)
    sections: SectionCounts = field(default_factory=SectionCounts)
    change: LinkChange | None = None


def most_cards(words: int) -> int:
    """How many cards a passage of so many words may give at most: twice what it is good for on average (about one
    for 130 words), and three where it is short and dense."""
    return max(3, math.ceil(words / 65))
