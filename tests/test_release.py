"""Which cards come first, and how many of the new ones a day lets through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from flashgen.decks import Deck, decks
from flashgen.definitions import is_definition
from flashgen.ledger import LinkRecord, SectionRecord, ShippedRecord
from flashgen.release import DAY, LONGEST, waiting
from flashgen.types import Card, Kind, Link, ReadingList

URL = "https://example.org/a"
TOPIC = ("T",)
NOW = 20_000 * DAY + 5_000
CASES: list[list[Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "definitions.yaml").read_text("utf-8"))


def card(number: int, question: str = "Why is it so?", **fields: Any) -> Card:
    return Card(f"card{number:012}", question, "An answer.", "A quote.", URL, **fields)


def made(*cards: Card) -> tuple[Deck, ...]:
    a_list = ReadingList("x", (TOPIC,), (Link(URL, TOPIC, 1),))
    sections = (SectionRecord(("One",), "a"), SectionRecord(("Two",), "b"))
    return decks(a_list, {TOPIC: cards}, {URL: LinkRecord(URL, sections=sections)})


def shipped(*cards: Card, at: int) -> dict[str, ShippedRecord]:
    return {one.id: ShippedRecord("content", released=at) for one in cards}


def numbers(found: frozenset[str]) -> set[int]:
    return {int(id_[4:]) for id_ in found}


@pytest.mark.parametrize(("question", "expected"), CASES)
def test_definitions_are_known(question: str, expected: bool) -> None:
    """A card that asks what a thing is, in so many words, is a definition; one with circumstances is not."""
    kind = Kind.CLOZE if "{{" in question else Kind.BASIC
    assert is_definition(card(1, question, kind=kind)) is expected


def test_definitions_come_first_within_an_article() -> None:
    """Then the sections as in the article, then importance."""
    late = card(1, "What is a quorum?", section=("Two",))
    notes = made(card(2, section=("One",)), late, card(3, section=("One",), importance=5))[0].notes
    assert [int(note.card.id[4:]) for note in notes] == [1, 3, 2]


def test_the_first_day_lets_its_portion_through_by_importance() -> None:
    """The most important cards go first, definitions before others of the same weight; the rest waits."""
    cards = [card(1), card(2, importance=5), card(3, "What is a quorum?"), card(4, importance=1)]
    assert numbers(waiting(made(*cards), {}, 2, NOW)) == {1, 4}


def test_without_a_pace_nothing_waits() -> None:
    """0 is the default: all cards are shipped at once."""
    assert waiting(made(card(1), card(2)), {}, 0, NOW) == frozenset()


def test_a_shipped_card_is_never_held_back() -> None:
    """Whatever the pace, and whatever more important card came since."""
    old = [card(number, importance=1) for number in range(5)]
    new = card(9, importance=5)
    assert numbers(waiting(made(*old, new), shipped(*old, at=NOW - DAY), 1, NOW)) == set()
    assert numbers(waiting(made(*old, new), shipped(*old, at=NOW), 1, NOW)) == {9}


def test_a_second_run_on_the_same_day_ships_what_the_portion_still_has() -> None:
    """A run that is repeated lets no more through than the day's portion."""
    cards = [card(number) for number in range(6)]
    known = shipped(*cards[:2], at=NOW - 1_000)
    assert len(waiting(made(*cards), known, 2, NOW)) == 4
    assert len(waiting(made(*cards), known, 3, NOW)) == 3


def test_days_without_a_run_are_made_up_for_within_bounds() -> None:
    """A run each week ships a week's portion; after a year it is a week's portion too."""
    cards = [card(number) for number in range(100)]
    three_days = shipped(cards[0], at=NOW - 3 * DAY)
    assert len(waiting(made(*cards), three_days, 5, NOW)) == 99 - 15
    a_year = shipped(cards[0], at=NOW - 365 * DAY)
    assert len(waiting(made(*cards), a_year, 5, NOW)) == 99 - 5 * LONGEST


def test_cards_shipped_before_portions_were_known_count_as_shipped() -> None:
    """Records of older ledgers have no day; a clock that goes backwards lets nothing more through."""
    cards = [card(number) for number in range(4)]
    old = {one.id: ShippedRecord("content") for one in cards[:2]}
    assert len(waiting(made(*cards), old, 1, NOW)) == 1
    assert len(waiting(made(*cards), shipped(cards[0], at=NOW + 3 * DAY), 1, NOW)) == 3


def test_the_same_day_decides_the_same() -> None:
    """The choice hangs on cards, records and the day alone, so that a run that was killed decides it again."""
    cards = [card(number, importance=number % 3) for number in range(20)]
    once = waiting(made(*cards), {}, 7, NOW)
    again = [replace(one, answer="Reworded.") for one in cards]
    assert waiting(made(*again), {}, 7, NOW + 600) == once
