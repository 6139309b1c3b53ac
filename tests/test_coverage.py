"""The rules of coverage: what of an article its cards touch."""

from __future__ import annotations

import pytest

from flashgen.coverage import Counts, Coverage, counted, coverage, noted
from flashgen.ledger import SectionRecord
from flashgen.types import Card, Section, Status

CACHES = Section(
    ("Caches",),
    "A write-through cache stores every write before it answers. A write-back cache answers at once and marks "
    "the entry dirty.\n\n- Dirty entries are **lost** in a crash.\n- Short.\n\n| policy | loses |\n|---|---|\n"
    "| write-through policy | nothing at all |\n",
    "f1",
)
LOGS = Section(("Logs",), "A log is appended to and never changed in place. The log is read from its start.", "f2")


def card(quote: str, card_id: str = "a", status: Status = Status.ACTIVE) -> Card:
    return Card(card_id, "Q?", "A", quote, "https://example.org", status=status)


def touched(found: Coverage, section: int = 0) -> list[bool]:
    return [sentence.touched for sentence in found.sections[section].sentences]


CASES = {
    "a whole sentence": ("A write-through cache stores every write before it answers.", [True, False, False]),
    "a part of a sentence": ("answers at once and marks the entry dirty", [False, True, False]),
    "across two sentences, most of both": (
        "cache stores every write before it answers. A write-back cache answers at once and",
        [True, True, False],
    ),
    "a word or two of the next sentence is not enough": (
        "A write-through cache stores every write before it answers. A write",
        [True, False, False],
    ),
    "another spelling of marks and case": ("dirty entries are *lost*  in a crash", [False, False, True]),
    "words that don't stand there": ("A cache of another kind, unheard of here", [False, False, False]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_quote_touches_its_sentence(name: str) -> None:
    """A sentence is touched by a quote that holds half of it or lies mostly in it; what can't be quoted is none."""
    quote, wanted = CASES[name]
    assert touched(coverage([CACHES], [card(quote)])) == wanted


def test_a_table_touches_its_section_only() -> None:
    """A card that quotes a table covers its section, and no sentence."""
    found = coverage([CACHES, LOGS], [card("write-through policy | nothing at all")])
    assert found.counts == Counts(sections=2, sections_touched=1, sentences=5, sentences_touched=0)


def test_only_standing_cards_count() -> None:
    """Rejected and retired cards touch nothing; drafts that wait for a yes do."""
    quote = "A log is appended to and never changed in place."
    found = {status: coverage([LOGS], [card(quote, status=status)]).counts.sentences_touched for status in Status}
    assert found == {Status.ACTIVE: 1, Status.DRAFT: 1, Status.REJECTED: 0, Status.RETIRED: 0}


def test_the_same_sentence_twice_is_two_sentences() -> None:
    """Each sentence is found at its own place, also where the text says the same again."""
    text = "The log is read from its start. Nothing else is read. The log is read from its start."
    assert touched(coverage([Section((), text)], [card("The log is read from its start.")])) == [True, False, False]


def test_numbers_without_the_text() -> None:
    """What was noted of an article gives its numbers for whichever cards stand today."""
    cards = [
        card("A write-through cache stores every write before it answers.", "a"),
        card("A log is appended to and never changed in place.", "b", Status.REJECTED),
    ]
    records = noted([SectionRecord(s.path, s.fingerprint) for s in (CACHES, LOGS)], [CACHES, LOGS], cards)
    assert counted(records, {"a"}) == coverage([CACHES, LOGS], cards).counts == Counts(2, 1, 5, 1)
    assert counted(records, {"a", "b"}) == Counts(2, 2, 5, 2)


def test_a_ledger_from_before_tells_nothing() -> None:
    """Sections that were read before coverage was noted give no number, rather than a wrong one."""
    assert counted([SectionRecord(("Caches",), "f1")], {"a"}) is None
