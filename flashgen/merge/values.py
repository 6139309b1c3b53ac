"""What merging takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from flashgen.decks import Kept
from flashgen.ledger import ShippedRecord
from flashgen.types import Card, Kind

TEXTS: Mapping[str, str] = {"question": "Question", "answer": "Answer", "quote": "Quote"}
"""The fields of a card that have a field of the note to themselves, and its name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A field's HTML as the text of a card. `exact` says that the text looks the same once it is rendered again."""

    text: str
    exact: bool = True


class Wording(Protocol):
    """How cards are written in Anki. `name` is the note's field, `kind` the card's."""

    def html(self, card: Card) -> Mapping[str, str]:
        """Question, Answer, Quote, Proposed and Retired as they would be shipped."""
        ...

    def tags(self, card: Card) -> tuple[str, ...]:
        """The card's tags in Anki's form, and the mark of a retired card."""
        ...

    def tag(self, name: str) -> str:
        """One tag of a card in Anki's form."""
        ...

    def text(self, html: str, name: str, kind: Kind) -> Reading:
        """A field of a note as the text of a card."""
        ...

    def same(self, one: str, other: str, name: str, kind: Kind) -> bool:
        """Whether a person sees the same in both."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """One edit of the person's in Anki that is in the card now. `exact` is false where Markdown can't say all of it:
    Anki's HTML is then kept beside the text."""

    card: Card
    field: str
    before: str
    after: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that was changed on both sides: `theirs`, from Anki, is in the card; `ours` waits in its proposal."""

    card: Card
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of merging a list's cards with Anki.

    `cards` are those that changed, `shipped` the records that did, by card id; `kept` is what is the person's own in
    each note that was seen. `deleted` cards were rejected, as the person deleted their notes; `missing` ones are gone
    from Anki too, but so many, or in such a way, that it is no deletion but a question.
    """

    cards: tuple[Card, ...] = ()
    shipped: Mapping[str, ShippedRecord] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    taken_over: tuple[Taken, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    deleted: tuple[Card, ...] = ()
    missing: tuple[Card, ...] = ()
