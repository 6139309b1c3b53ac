"""Where lists stand in numbers: counted from values, shown as tables, JSON, and a page that runs and loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from workspaces import Workspace

from flashgen.coverage import Counts
from flashgen.judging import PERSON
from flashgen.ledger import Ledger, LinkRecord, LinkState, SectionRecord, Spend
from flashgen.load import load
from flashgen.pages.stats import render
from flashgen.seen import Review, Seen, SeenCard, SeenNote, Step
from flashgen.stats import Money, Retention, Source, Stats, stats, waiting
from flashgen.types import Card, Finding, Idea, Status, Topic, Verdict

JANUARY = 1_768_000_000  # 2026-01-09
CACHES: Topic = ("Design", "Caches <b>")
LOCKS: Topic = ("Design", "Locks")


def card(name: str, status: Status = Status.ACTIVE, *, days: int = 0, gate: str = "") -> Card:
    """A card made so many days after the ninth of January."""
    findings = (Finding(gate, Verdict.REJECT, "no"),) if gate else ()
    made = Card(name, f"What is {name}?", "A thing.", "q", "https://a.example/", status=status, findings=findings)
    return replace(made, created=JANUARY + 86_400 * days)


CARDS: Mapping[Topic, list[Card]] = {
    CACHES: [card("a"), card("b", days=40), card("c", Status.DRAFT, days=100), card("d", Status.REJECTED, gate="leak")],
    LOCKS: [card("e", days=100), card("f", Status.RETIRED), card("g", Status.REJECTED, gate=PERSON)],
}
SECTION = SectionRecord(("Why",), "1", sentences=10, touched={"a": "0 1", "b": "1 2", "d": "7"})
LEDGER = Ledger(
    {"https://a.example/": LinkRecord("https://a.example/", CACHES, LinkState.CARDED, sections=(SECTION,))},
    {},
    {"2026-01 large": Spend(0.5, 1000, 100), "2026-02 large": Spend(1.0, 10, 1), "2026-02 <odd>": Spend(None, 5, 5)},
)
STATES = [LinkRecord("u", state=LinkState.CARDED), LinkRecord("v", state=LinkState.FAILED)]
SOURCE = Source("demo", LEDGER, CARDS, STATES)


def answers(*buttons: int) -> tuple[Review, ...]:
    """Reviews of a learnt card."""
    return (Review(JANUARY, 3, 5.0, Step.LEARN), *(Review(JANUARY, button, 5.0) for button in buttons))


SEEN = Seen(
    {
        "a": SeenNote("a", {}, cards=(SeenCard(1, type=2, interval=12, lapses=1, reps=4, reviews=answers(3, 1, 3)),)),
        "b": SeenNote("b", {}, cards=(SeenCard(2, type=0),)),
        "e": SeenNote("e", {}, cards=(SeenCard(3, type=2, interval=30, suspended=True, reviews=answers(4)),)),
    },
    where="your collection",
    studied=True,
    reviewed=True,
)


def found(seen: Seen | None = SEEN) -> Stats:
    """The numbers of the demo list."""
    return stats([SOURCE], load(2), seen)


def test_cards_are_counted_by_topic_and_status() -> None:
    """Every status has its number, in the order of the topics."""
    caches, locks = found().topics
    assert (caches.topic, locks.topic) == (CACHES, LOCKS)
    assert caches.cards == {Status.DRAFT: 1, Status.ACTIVE: 2, Status.REJECTED: 1, Status.RETIRED: 0}
    assert found().cards[Status.RETIRED] == 1


def test_ideas_are_counted_by_the_cards_of_their_link() -> None:
    """Of what selection named in an article, what a card of that article is about; a rejected card is about nothing."""
    record = replace(LEDGER.links["https://a.example/"], ideas=(Idea("what is a cache"), Idea("d explained")))
    cards = {CACHES: [replace(card("a"), question="What is a cache?"), card("d", Status.REJECTED)]}
    source = replace(SOURCE, ledger=replace(LEDGER, links={record.url: record}), cards=cards)
    counted = stats([source], load(0), None)
    assert (counted.ideas.named, counted.ideas.covered, counted.topics[0].ideas) == (2, 1, counted.ideas)
    assert "1 of 2" in render(counted, JANUARY)


def test_coverage_counts_cards_in_use() -> None:
    """A rejected card touches nothing."""
    assert found().coverage == Counts(1, 1, 10, 3)


def test_growth_has_every_month() -> None:
    """Months without a new card stand there too; rejected cards don't count."""
    assert found().growth == {"2026-01": 2, "2026-02": 3, "2026-03": 3, "2026-04": 5}


def test_spend_is_by_month_and_model() -> None:
    """A price that is not known stays unknown instead of free."""
    assert found().spend == (
        Money("2026-01", "large", 0.5, 1000, 100),
        Money("2026-02", "<odd>", None, 5, 5),
        Money("2026-02", "large", 1.0, 10, 1),
    )


def test_rejections_are_by_gate() -> None:
    """A person's no counts as theirs."""
    assert found().rejected == {"leak": 1, "person": 1}


def test_links_are_counted_by_state() -> None:
    """Every state stands there, also with 0."""
    assert found().links[LinkState.CARDED] == found().links[LinkState.FAILED] == 1
    assert found().links[LinkState.GONE] == 0


def test_retention_counts_reviews_of_learnt_cards() -> None:
    """First learning doesn't count; "again" is forgotten, all else is recalled."""
    assert found().topics[0].retention == Retention(3, 2)
    assert found().retention == Retention(4, 3)
    (worst,) = found().worst
    assert (worst.question, worst.lapses) == ("What is a?", 1)
    assert found(None).retention.rate is None


def test_the_load_knows_what_is_learnt_already() -> None:
    """Cards that Anki has learnt come with their intervals, suspended ones cost nothing, the rest is new."""
    everything = [each for cards in CARDS.values() for each in cards]
    assert waiting(everything, SEEN) == (1, (12,))
    assert waiting(everything, None) == (3, ())


@pytest.mark.parametrize("seen", [SEEN, None])
def test_the_page_is_whole_and_runs_nothing(seen: Seen | None) -> None:
    """No script, no style of its own, nothing to load; every chart has its table; what people wrote is text."""
    page = render(found(seen), JANUARY)
    assert "<script" not in page
    assert " style=" not in page
    assert not re.search(r"(?:href|src)=", page)
    assert "&lt;odd&gt;" in page
    assert "<b>" not in page
    assert page.count("<figure ") == page.count("<summary>As a table</summary><table>")
    assert ("could not be read" in page) is (seen is None)
    assert page == render(found(seen), JANUARY)


def test_the_page_of_an_empty_list_is_a_page() -> None:
    """Before the first build there is little to show, and nothing breaks."""
    empty = stats([Source("demo", Ledger(), {}, [])], load(0), None)
    assert "0" in render(empty, JANUARY)


CARD = "version: 1\ntopic: [Caches]\ncards:\n- {id: aaaaaaaaaaaaaaaa, question: What?, answer: This., status: active}\n"


def test_the_command(tmp_path: Path) -> None:
    """A table and the page's path for people, one document with --json."""
    workspace = Workspace(tmp_path)
    workspace.write("flashgen.toml", '[anki]\ncollection = "off"\n')
    workspace.reading_list("# Caches\n\n- https://a.example/\n")
    workspace.write("decks/demo/cards/caches.yaml", CARD)
    told = workspace.run("stats")
    assert told.exit_code == 0, told.stderr
    assert "Caches" in told.stdout
    assert (tmp_path / "build" / "stats.html").is_file()
    document: dict[str, Any] = json.loads(workspace.run("stats", "--json", "--out", "here/page.html").stdout)
    assert document["cards"]["active"] == 1
    assert document["links"]["pending"] == 1
    assert len(document["load"]["per_day"]) == 90
    assert (tmp_path / "here" / "page.html").is_file()
