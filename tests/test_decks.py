"""Which cards are in which deck, in which order, with what around them."""

from __future__ import annotations

import pytest
from deck_samples import CACHING, POLICIES, READING_LIST, RECORDS, card, cards, sample
from hypothesis import given
from hypothesis import strategies as st

from flashgen.deck_names import deck_name, list_title
from flashgen.decks import Kept, Note, decks, unshippable
from flashgen.errors import FlashgenError
from flashgen.types import Kind, Link, ReadingList, Status

headings = st.text(min_size=1, max_size=30)


def note(id_number: int) -> Note:
    return next(n for deck in sample() for n in deck.notes if n.card.id == f"card{id_number:012d}")


def test_topics_stand_in_the_order_of_the_list() -> None:
    """Cards without a heading first, then the list's topics, then topics that left the list; none without notes."""
    assert [deck.name for deck in sample()] == [
        "System design",
        "System design::Caching",
        "System design::Caching::Write policies",
        "System design::C++ std:vector",
        "System design::Left the list",
    ]


def test_cards_stand_in_the_order_of_the_article_then_by_importance() -> None:
    """Own notes, then the links' cards by section and importance, then cards of links that left the list."""
    caching = sample()[1]
    assert [int(n.card.id[4:]) for n in caching.notes] == [6, 3, 2, 1, 4, 8, 5]
    assert [n.due for deck in sample() for n in deck.notes] == list(range(1, 12))


def test_links_of_a_topic_stand_in_the_order_of_the_list() -> None:
    """The line of a link in the list decides, not its address or the card file."""
    two = ReadingList("x", (("T",),), (Link("https://z.example/", ("T",), 1), Link("https://a.example/", ("T",), 2)))
    made = decks(two, {("T",): [card(1, source="https://a.example/"), card(2, source="https://z.example/")]}, {})
    assert [n.card.source for n in made[0].notes] == ["https://z.example/", "https://a.example/"]


def test_only_active_and_retired_cards_are_shipped() -> None:
    """Drafts and rejected cards stay out, and so do cards that Anki would call empty."""
    shipped = [n.card for deck in sample() for n in deck.notes]
    assert {c.status for c in shipped} == {Status.ACTIVE, Status.RETIRED}
    assert {c.id[-2:] for c in shipped}.isdisjoint({"90", "91", "92", "93"})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, ""),
        ({"question": " \u200b\n"}, "question"),
        ({"answer": ""}, "answer"),
        ({"kind": Kind.CLOZE}, "cloze"),
        ({"kind": Kind.CLOZE, "question": "a {{c1::}} {{c1:: }}"}, "cloze"),
        ({"kind": Kind.CLOZE, "question": "a {{c1::b}}", "answer": ""}, ""),
        ({"kind": Kind.CLOZE, "question": "a {{c500::b}}"}, "cloze"),
        ({"kind": Kind.CLOZE, "question": "{{c1::x}} " * 101}, "100"),
        ({"question": "∑?"}, ""),
        ({"id": ""}, "id"),
    ],
)
def test_what_can_not_be_shipped_is_named(changes: dict[str, object], word: str) -> None:
    """A card that Anki would show empty says what it lacks."""
    reason = unshippable(card(1, **changes))
    assert word in reason
    assert bool(reason) == bool(word)


def test_two_cards_with_one_id_are_refused() -> None:
    """A file with one GUID twice corrupts a collection; the person is told which cards and what to do."""
    with pytest.raises(FlashgenError, match=r"card000000000001.*part 1.*other.*id"):
        decks(READING_LIST, {CACHING: [card(1)], POLICIES: [card(1, question="other")]}, RECORDS)


def test_a_rejected_double_does_no_harm() -> None:
    """Only what is shipped must be unique."""
    decks(READING_LIST, {CACHING: [card(1), card(1, status=Status.REJECTED)]}, RECORDS)


def test_what_stands_around_a_card() -> None:
    """Context, title, site, date and the deep link come from the list and the ledger."""
    made = note(2)
    assert made.context == "System design › Caching › Cache-aside"
    assert (made.title, made.site, made.date, made.language) == (
        "Caching <strategies>",
        "a.example",
        "2025-03-14",
        "en",
    )
    assert made.link.startswith("https://www.a.example/caching#:~:text=Part%20number%202")
    assert note(7).link == "https://b.example/bloom.pdf#page=4"
    assert note(7).title == "Bloom filters"
    assert (note(6).link, note(6).site) == ("", "your notes › Caching")
    assert note(6).context == "System design › Caching"


def test_a_heading_that_repeats_the_title_is_left_out() -> None:
    """The context names each thing once."""
    made = decks(READING_LIST, {CACHING: [card(1, section=("caching <Strategies>",))]}, RECORDS)
    assert made[0].notes[0].context == "System design › Caching"


def test_right_to_left_cards_say_so() -> None:
    """The direction is that of the question's script."""
    made = decks(READING_LIST, {CACHING: [card(1, question="ما هو git؟"), card(2, question="What is git؟")]}, RECORDS)
    assert [n.direction for n in made[0].notes] == ["rtl", "ltr"]


def test_what_is_the_persons_own_is_handed_on() -> None:
    """Tags and notes that Anki holds are shipped back with their card."""
    kept = {card(1).id: Kept(("mine",), "<b>x</b>")}
    made = decks(READING_LIST, {CACHING: [card(1), card(2)]}, RECORDS, kept=lambda one: kept.get(one.id, Kept()))
    assert [n.kept for n in made[0].notes] == [kept[card(1).id], Kept()]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("quickstart", "Quickstart"),
        ("system-design", "System design"),
        ("machine_learning--2", "Machine learning 2"),
        ("iOS-basics", "iOS-basics"),
        ("My list", "My list"),
        ("чтение", "Чтение"),
        ("-", "-"),
    ],
)
def test_a_list_is_called_by_its_folder(name: str, title: str) -> None:
    """Lower-case names are made readable, others stay as the person wrote them."""
    assert list_title(name) == title


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("C++ std::vector", "C++ std:vector"),
        ("Caching:", "Caching"),
        ('The "best" <b>list</b>', "The 'best' ‹b›list‹/b›"),
        ("  a \t\n b\x00c ", "a b c"),
        (":::", "Untitled"),
        ("e\u0301", "é"),
        ("word " * 40, "word word word word word word word word word word word word word word word word…"),
    ],
)
def test_headings_make_safe_names(heading: str, level: str) -> None:
    """A heading is one level of a deck's name, whatever stands in it."""
    assert deck_name("list", (heading,)) == f"List::{level}"


@given(st.lists(headings, min_size=1, max_size=4))
def test_every_heading_is_one_level(topic: list[str]) -> None:
    """The depth of a deck is the depth of its topic, and no level is empty."""
    levels = deck_name("a list", ("Top", *topic)).split("::")
    assert len(levels) == len(topic) + 2
    assert all(level.strip(" :") for level in levels)


def test_a_top_heading_that_is_the_list_makes_no_level() -> None:
    """`# System design` in the list system-design is the list itself."""
    assert deck_name("system-design", ("System Design", "Caching")) == "System design::Caching"


def test_topics_that_anki_can_not_tell_apart_share_a_deck() -> None:
    """Anki's deck names know no letter case."""
    made = decks(ReadingList("x", (("SQL",), ("Sql",))), {("SQL",): [card(1)], ("Sql",): [card(2)]}, {})
    assert [(deck.name, len(deck.notes)) for deck in made] == [("X::SQL", 2)]


def test_a_list_without_cards_has_no_decks() -> None:
    """Nothing in, nothing out."""
    assert decks(READING_LIST, {}, RECORDS) == ()
    assert decks(READING_LIST, {CACHING: []}, RECORDS) == ()


def test_the_cards_stay_the_ones_handed_in() -> None:
    """A note holds the card itself."""
    given_cards = cards()
    made = decks(READING_LIST, given_cards, RECORDS)
    assert all(any(n.card is c for c in given_cards[deck.topic]) for deck in made for n in deck.notes)
