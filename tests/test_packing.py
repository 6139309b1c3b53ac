"""The decks of a list set against what Anki was given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flashgen.app import packing
from flashgen.store import Store
from flashgen.types import Card, Link, ReadingList

LIST = ReadingList(
    "demo", (("A",), ("B",)), (Link("https://a.example/", ("A",), 1), Link("https://b.example/", ("B",), 2))
)
NOW = 1_700_000_000


def filled(home: Path) -> Store:
    """Two topics with two cards each."""
    store = Store(home, clock=lambda: NOW)
    with store:
        for topic, source in (("A", "https://a.example/"), ("B", "https://b.example/")):
            cards = [Card(f"{topic}{n}", f"What is {n}?", f"A {topic}.", "Q.", source, changed=1) for n in (1, 2)]
            store.upsert(cards, (topic,))
    return store


def test_what_anki_was_given_as_it_is_needs_no_second_look(tmp_path: Path) -> None:
    """New notes are counted; only decks with a note that is not as it was shipped are to be shipped."""
    with filled(tmp_path) as store:
        first = packing.ready(LIST, store, NOW, type_in=False)
        assert (first.changed, first.new, len(first.decks)) == (first.decks, 4, 2)
        packing.ship(first.changed, store, NOW, type_in=False)
        again = packing.ready(LIST, store, NOW, type_in=False)
        assert (again.changed, again.new, again.decks) == ((), 0, first.decks)

        (card, *_) = store.topic(("B",))
        store.amend([(card, replace(card, answer="Another."))])
        later = packing.ready(LIST, store, NOW, type_in=False)
        assert ([deck.topic for deck in later.changed], later.new) == ([("B",)], 0)
        assert [note.card.changed for note in later.decks[1].notes] == [NOW, 1]
        packing.ship(later.changed, store, NOW, type_in=False)
        assert packing.ready(LIST, store, NOW, type_in=False).changed == ()


def test_the_notes_of_a_long_list_are_the_same(tmp_path: Path) -> None:
    """A list of more cards than are kept as objects gives the decks that it would as a short one."""
    with filled(tmp_path) as store:
        many = [Card(f"m{n}", f"What is {n}?", f"An {n}.", "Q.", "https://a.example/", changed=1) for n in range(2100)]
        store.upsert(many, ("A",))
        made = packing.ready(LIST, store, NOW, type_in=False)
        assert [len(deck.notes) for deck in made.decks] == [2102, 2]
        assert [note.card for note in made.decks[0].notes][2:] == many
        assert made.new == 2104
