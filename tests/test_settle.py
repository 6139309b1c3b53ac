"""What becomes of cards that say the same: within an article, a list and all lists."""

from __future__ import annotations

from collections.abc import Sequence

from flashgen.carding import Admitted, Origin, admit, card_of
from flashgen.duplicates import BY_WORDS, Rules, Vector
from flashgen.settle import settle
from flashgen.types import Card, Draft, Judged, Section, Status

FIRST = ("What is a quorum in a cluster?", "A majority of its nodes")
SAME = ("what is a **quorum** in a  cluster", "a majority of its nodes.")
NEARLY = ("What does quorum mean in a cluster?", "A majority of its nodes")
OTHER = ("What does a leader send to its followers?", "Heartbeats")
SECTION = Section(("Consensus",), "A quorum is a majority of the nodes of a cluster. A leader sends heartbeats.")


def card(card_id: str, text: tuple[str, str], source: str = "https://example.org/a") -> Card:
    return Card(card_id, *text, "A quorum is a majority of the nodes of a cluster.", source, made={"status": ""})


def made(card_id: str, text: tuple[str, str]) -> Card:
    judged = Judged(Draft(*text, SECTION.text[:40]))
    return card_of(judged, Origin("https://example.org/a", SECTION, 1), card_id, review=False)


def admitted(texts: Sequence[tuple[str, str]], existing: Sequence[Card] = (), rules: Rules = BY_WORDS) -> Admitted:
    ids = iter("abcdef")

    def make(judged: Judged, section: Section) -> Card:
        return card_of(judged, Origin("https://example.org/a", section, 1), next(ids), review=False)

    drafts = [Judged(Draft(*text, f"quote {n} of the section")) for n, text in enumerate(texts)]
    return admit([(SECTION, drafts)], existing, (), make, 20, rules)


def test_within_an_article() -> None:
    """The same is dropped, nearly the same waits for a person, anything else is admitted."""
    found = admitted([FIRST, SAME, NEARLY, OTHER])
    assert found.duplicates == 1
    assert [card.status for card in found.cards] == [Status.ACTIVE, Status.DRAFT, Status.ACTIVE]
    assert "says nearly what another card says: What is a quorum" in found.cards[1].findings[0].reason


def test_another_answer_to_the_same_question_waits() -> None:
    """Whoever is asked can't know which of the two is meant."""
    texts = [("What is availability?", "The share of requests that succeed"), ("what is availability?", "Five nines")]
    assert [card.status for card in admitted(texts).cards] == [Status.ACTIVE, Status.DRAFT]
    assert [card.status for card in admitted(texts, rules=Rules(level="off")).cards] == [Status.ACTIVE] * 2


def test_the_level_of_the_gate() -> None:
    """Set to reject, near duplicates are rejected; switched off, they are let in. The same text is dropped always."""
    rejecting, off = (admitted([FIRST, SAME, NEARLY], rules=Rules(level=level)) for level in ("reject", "off"))
    assert [card.status for card in rejecting.cards] == [Status.ACTIVE, Status.REJECTED]
    assert [card.status for card in off.cards] == [Status.ACTIVE, Status.ACTIVE]
    assert rejecting.duplicates == off.duplicates == 1


def test_what_was_rejected_is_not_offered_again() -> None:
    """A draft that says nearly what a rejected card of the article says is dropped."""
    known = made("old", FIRST)
    rejected = Card(**{**{name: getattr(known, name) for name in known.__slots__}, "status": Status.REJECTED})
    assert admitted([NEARLY], [rejected]).duplicates == 1


def test_within_a_list_and_all_lists() -> None:
    """In the order of the list the later card gives way; a card of another list stands before all of this one."""
    first, second, third = made("a", FIRST), made("b", NEARLY), made("c", OTHER)
    assert [(c.id, c.status) for _, c in settle([first, second, third], (), (), 2)] == [("b", Status.DRAFT)]
    elsewhere = [card("x", OTHER, "https://example.org/b")]
    assert [(c.id, c.status) for _, c in settle([first, third], (), elsewhere, 2)] == [("c", Status.REJECTED)]


def test_what_anki_has_is_left_alone() -> None:
    """A card that was shipped stays, also if it says the same as another; the one never shipped gives way to it."""
    first, second = made("a", FIRST), made("b", SAME)
    assert not settle([first, second], {"a", "b"}, (), 2)
    assert [c.id for c, _ in settle([first, second], {"b"}, (), 2)] == ["a"]


def test_vectors_reach_both() -> None:
    """With vectors, meaning decides within the article and over the lists."""

    def meaning(texts: Sequence[str]) -> Sequence[Vector]:
        return [(1.0, 0.0) for _ in texts]

    texts = [
        ("What bounds the quorum that a leader needs?", "The size of the whole cluster"),
        ("How small may a vote be?", "As the cluster's size says"),
    ]
    assert [c.status for c in admitted(texts).cards] == [Status.ACTIVE, Status.ACTIVE]
    assert [c.status for c in admitted(texts, rules=Rules(meaning)).cards] == [Status.ACTIVE, Status.DRAFT]
    both = [made("a", texts[0]), made("b", texts[1])]
    assert [c.id for c, _ in settle(both, (), (), 2, Rules(meaning))] == ["b"]
