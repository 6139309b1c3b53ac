"""A build and a person at the review page, at the same time over the same card file: neither loses any work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
from llm_server import Answer, cards_from
from workspaces import Workspace

from flashgen.app import App
from flashgen.app.review import Decision, Desk
from flashgen.judging import Wording

ARTICLES = {
    "first": "Consensus keeps three replicas of the log in step. A quorum of seven nodes confirms each new entry. "
    "Leaders are elected for a term of twelve ticks at most.",
    "later": "Compaction leaves out what later records replaced. Segments are closed once they reach their size. "
    "Tombstones mark the keys that were deleted.",
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Workspace, list[Callable[[], None]]]]:
    """A built list of one article, a second article of the same topic that the next build will read, and what is to be
    done while that build waits for the model, once."""
    meanwhile: list[Callable[[], None]] = []

    def script(n: int, body: Mapping[str, Any]) -> Answer:
        if meanwhile:
            meanwhile.pop()()
        return cards_from(body)

    with llm_server.serving(script) as llm:
        made = Workspace(tmp_path, llm)
        for name, text in ARTICLES.items():
            made.write(f"decks/demo/{name}.md", f"# {name}\n\n{text}\n")
        made.reading_list("# Logs\n\n- [First](first.md)\n")
        made.build("--offline")
        assert len(made.cards()) == 3
        made.reading_list("# Logs\n\n- [First](first.md)\n- [Later](later.md)\n")
        yield made, meanwhile


def judge(desk: Desk, cards: list[dict[str, Any]], versions: Mapping[str, str]) -> None:
    """Reject the first card, edit the second, accept the third, as they were shown."""
    one, two, three = (card["id"] for card in cards)
    desk.decide(Decision("reject", "demo", one, versions[one], reason="trivial"))
    texts = Wording("What do I call it?", "My own words.", cards[1]["quote"])
    desk.decide(Decision("edit", "demo", two, versions[two], texts=texts))
    desk.decide(Decision("accept", "demo", three, versions[three]))


def shown(desk: Desk, cards: list[dict[str, Any]]) -> dict[str, str]:
    """The version of each card as a person sees it now."""
    desk.index.sync()
    return {card["id"]: desk.show(desk.index.named("demo", card["id"])).version for card in cards}


def assert_all_is_there(made: Workspace, cards: list[dict[str, Any]]) -> None:
    """What the person decided, and what the build made."""
    now = {card["id"]: card for card in made.cards()}
    one, two, three = (now[card["id"]] for card in cards)
    assert one["status"] == "retired"  # not rejected: Anki may have it from the first build
    assert "trivial" in one["findings"][-1]["reason"]
    assert (two["question"], two["answer"]) == ("What do I call it?", "My own words.")
    assert three["reviewed"]
    assert len([card for card in now.values() if card["source"] == "later.md"]) == 3
    again = made.build("--offline")
    assert (again["cards"]["new"], again["llm"]["calls"]) == (0, 0)
    assert {card["id"]: card for card in made.cards()} == now


def test_cards_judged_while_a_build_waits_for_the_model(world: tuple[Workspace, list[Callable[[], None]]]) -> None:
    """The build had read the file before the person decided, and writes it afterwards."""
    made, meanwhile = world
    cards = made.cards()

    def decide() -> None:
        desk = App.at(made.root).desk(())
        judge(desk, cards, shown(desk, cards))
        asyncio.run(desk.aclose())

    meanwhile.append(decide)
    made.build("--offline")
    assert meanwhile == []
    assert_all_is_there(made, cards)


def test_cards_that_were_shown_before_a_build_wrote_its_own(
    world: tuple[Workspace, list[Callable[[], None]]],
) -> None:
    """The page had shown the cards before the build wrote the file, and the person decides afterwards."""
    made, _ = world
    cards = made.cards()
    desk = App.at(made.root).desk(())
    versions = shown(desk, cards)
    made.build("--offline")
    judge(desk, cards, versions)
    asyncio.run(desk.aclose())
    assert_all_is_there(made, cards)
