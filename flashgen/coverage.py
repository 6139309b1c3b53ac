"""Which sections and sentences of an article its cards touch. Values only.

A sentence is touched if a card's quote stands in it, or in enough of it. What is shorter than a quote may be (a list's
item of two words, a caption) is no sentence here: no card could be made from it. Tables and code hold no sentences,
but a card that quotes them touches their section.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flashgen.ledger import SectionRecord
from flashgen.quotes import SHORTEST, places
from flashgen.sections import without_marks
from flashgen.sentences import split
from flashgen.types import Card, Section, Status

STANDING = (Status.ACTIVE, Status.DRAFT)
"""The cards that count: in the deck, or waiting for a yes."""
_ENOUGH = 0.5
"""Share of a sentence that a quote which begins or ends within it must hold, where the quote itself is longer."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a reader sees it, and the ids of the cards that touch it."""

    text: str
    cards: tuple[str, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether a card does."""
        return bool(self.cards)


@dataclass(frozen=True, slots=True)
class Covered:
    """One section: its sentences in order, and the ids of all cards whose quote stands in it."""

    path: tuple[str, ...]
    sentences: tuple[Sentence, ...] = ()
    cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, and how much of it a card touches. Counts can be added up."""

    sections: int = 0
    sections_touched: int = 0
    sentences: int = 0
    sentences_touched: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sections + other.sections,
            self.sections_touched + other.sections_touched,
            self.sentences + other.sentences,
            self.sentences_touched + other.sentences_touched,
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """One article, section by section."""

    sections: tuple[Covered, ...] = ()

    @property
    def counts(self) -> Counts:
        """The article in numbers."""
        sentences = [sentence for section in self.sections for sentence in section.sentences]
        return Counts(
            len(self.sections),
            sum(bool(section.cards) for section in self.sections),
            len(sentences),
            sum(sentence.touched for sentence in sentences),
        )


def coverage(sections: Sequence[Section], cards: Iterable[Card]) -> Coverage:
    """What `cards` touch of the article that `sections` are. Rejected and retired cards touch nothing."""
    return _covered(sections, [card for card in cards if card.status in STANDING])


def noted(
    records: Sequence[SectionRecord], sections: Sequence[Section], cards: Iterable[Card]
) -> tuple[SectionRecord, ...]:
    """`records` of `sections`, in the same order, with what coverage needs when the text is no longer at hand.

    Rejected cards are noted too: who takes one back needs no second look at the page.
    """
    found = _covered(sections, list(cards)).sections
    return tuple(
        replace(record, sentences=len(section.sentences), touched=_numbers(section))
        for record, section in zip(records, found, strict=True)
    )


def counted(records: Iterable[SectionRecord], standing: Collection[str]) -> Counts | None:
    """An article in numbers by what was noted of it; `standing` are the ids of the cards that count.

    None where it was last read before coverage was noted.
    """
    known = [record for record in records if record.sentences or record.touched]
    if not known:
        return None
    touched = [[numbers for card, numbers in record.touched.items() if card in standing] for record in known]
    return Counts(
        len(known),
        sum(bool(cards) for cards in touched),
        sum(record.sentences for record in known),
        sum(len({number for numbers in cards for number in numbers.split()}) for cards in touched),
    )


def _covered(sections: Sequence[Section], cards: Sequence[Card]) -> Coverage:
    return Coverage(tuple(_section(section, cards) for section in sections))


def _section(section: Section, cards: Sequence[Card]) -> Covered:
    text = without_marks(section.text)
    sentences = [sentence for sentence in split(text) if len(sentence) >= SHORTEST]
    spots = places(sentences, text, in_order=True)
    quoted = zip(cards, places([card.quote for card in cards], text), strict=True)
    here = [(card.id, place) for card, place in quoted if place]
    return Covered(
        section.path,
        tuple(
            Sentence(sentence, tuple(card for card, place in here if spot and _touches(place, spot)))
            for sentence, spot in zip(sentences, spots, strict=True)
        ),
        tuple(card for card, _ in here),
    )


def _touches(quote: tuple[int, int], sentence: tuple[int, int]) -> bool:
    """Whether a quote holds enough of a sentence, or lies mostly in it."""
    shared = min(quote[1], sentence[1]) - max(quote[0], sentence[0])
    return shared > 0 and shared >= _ENOUGH * min(quote[1] - quote[0], sentence[1] - sentence[0])


def _numbers(section: Covered) -> Mapping[str, str]:
    """By card the numbers of the sentences that it touches, from 0; none for a card of a table or of code."""
    return {
        card: " ".join(str(n) for n, sentence in enumerate(section.sentences) if card in sentence.cards)
        for card in section.cards
    }
