"""The desk's links and articles: states, skipping, asking again, whole articles with their cards, and drafts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import llm_server
import pytest
import website
from llm_server import ModelServer, cards_from, says
from website import Answer, Site
from workspaces import Workspace

from flashgen.app import App
from flashgen.app.review import Desk
from flashgen.errors import UsageError

T = TypeVar("T")
FACTS = [f"The cache number {n} keeps exactly {n + 40} copies of each item that was read." for n in range(6)]
REST = "Something else is told here that nobody will ever make a card from at all. " * 3


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Workspace, Site]]:
    """A workspace that was built from two pages, one of which is dead."""
    with website.serving() as site, llm_server.serving(lambda n, body: cards_from(body)) as llm:
        good = site.put("/good", "Caches", *FACTS[:3], "## Rest", REST + FACTS[3])
        workspace = Workspace(tmp_path, llm)
        workspace.write("flashgen.toml", f'llm = "{llm.url}"\nwayback = false\n[fetch]\nallow_private = true\n')
        workspace.reading_list(f"# Caches\n\n- {good}\n- {site.url}/dead\n")
        workspace.build()
        yield workspace, site


def at_desk(root: Path, work: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """`work` at the desk of a workspace, in an event loop of its own."""

    async def run() -> T:
        desk = App.at(root).desk(())
        try:
            return await work(desk)
        finally:
            await desk.aclose()

    return asyncio.run(run())


def test_every_link_has_its_row(made: tuple[Workspace, Site]) -> None:
    """State, kind, reason and cards of each, in the order of the list."""
    workspace, _site = made

    async def rows(desk: Desk) -> Any:
        return desk.links.rows()

    good, dead = at_desk(workspace.root, rows)
    assert (good.record.state, good.record.title) == ("carded", "Caches")
    assert good.cards + good.rejected == len(workspace.cards())
    assert dead.record.state == "failed"
    assert dead.record.reason


def test_a_skip_stands_in_the_list(made: tuple[Workspace, Site]) -> None:
    """It is the person's own file that says so, and it can be taken back."""
    workspace, site = made
    path = workspace.root / "decks/demo/reading-list.md"
    before = path.read_text()

    async def skip(desk: Desk) -> Any:
        skipped = desk.links.skip("demo", f"{site.url}/dead", skip=True)
        text = path.read_text()
        read = desk.links.skip("demo", f"{site.url}/dead", skip=False)
        with pytest.raises(UsageError, match="not in the list"):
            desk.links.skip("demo", "https://elsewhere.example/", skip=True)
        return skipped, text, read

    skipped, text, read = at_desk(workspace.root, skip)
    assert skipped.record.state == "skipped"
    assert text == before.replace("/dead\n", "/dead <!-- flashgen: skip -->\n")
    assert read.record.state == "failed"
    assert path.read_text() == before


def test_a_dead_link_is_asked_again_alone(made: tuple[Workspace, Site]) -> None:
    """Its page is back: its cards are made and packed; the other link is not asked."""
    workspace, site = made
    site.pages["/dead"] = Answer(website.page("Locks", *FACTS[4:], REST))
    site.asked.clear()

    async def again(desk: Desk) -> Any:
        return await desk.links.ask_again("demo", f"{site.url}/dead")

    row = at_desk(workspace.root, again)
    assert row.record.state == "carded"
    assert row.cards
    assert site.asked["/good"] == 0


def test_an_article_shows_what_is_quoted_and_what_is_not(made: tuple[Workspace, Site]) -> None:
    """Every quote of a card in use is marked in its section, without asking the web."""
    workspace, site = made
    site.asked.clear()

    async def study(desk: Desk) -> Any:
        return await desk.studies.study("demo", f"{site.url}/good")

    article = at_desk(workspace.root, study)
    assert article.title == "Caches"
    cards = [each for part in article.parts for each in part.cards]
    assert cards
    assert all(f'data-card="{each.card.id}"' in part.html for part in article.parts for each in part.cards)
    assert article.counts.sentences_touched >= 3
    assert not site.asked["/good"]


def drafted(workspace: Workspace, site: Site, sentence: str) -> Any:
    """A card from a sentence of the good page."""

    async def draft(desk: Desk) -> Any:
        return await desk.studies.draft("demo", f"{site.url}/good", sentence)

    return at_desk(workspace.root, draft)


def test_a_card_is_drafted_from_a_sentence(made: tuple[Workspace, Site]) -> None:
    """It waits as a draft, the ledger knows it as made, and what it cost is told and counted."""
    workspace, site = made
    before = len(workspace.cards())
    found = drafted(workspace, site, FACTS[3])
    assert found.card.quote == FACTS[3]
    (stored,) = [each for each in workspace.cards() if each["id"] == found.card.id]
    assert stored["status"] == "draft"
    assert len(workspace.cards()) == before + 1
    assert found.card.id in workspace.ledger()["links"][f"{site.url}/good"]["made"]
    assert found.model == "scripted"
    assert found.usd is None


def test_a_sentence_that_is_not_there_asks_nobody(made: tuple[Workspace, Site]) -> None:
    """A selection over two sections, or of another page, is refused before the model is asked."""
    workspace, site = made
    assert workspace.llm
    calls = len(workspace.llm.asked)
    with pytest.raises(UsageError, match="no sentence of one section"):
        drafted(workspace, site, "This sentence stands nowhere in the article at all.")
    assert len(workspace.llm.asked) == calls


def test_a_model_without_a_card_is_one_sentence(made: tuple[Workspace, Site]) -> None:
    """Nothing is stored, and the person is told."""
    workspace, site = made
    assert isinstance(workspace.llm, ModelServer)
    workspace.llm.script = lambda n, body: says(json.dumps({"cards": []}))
    before = workspace.cards()
    with pytest.raises(UsageError, match="no card"):
        drafted(workspace, site, FACTS[3])
    assert workspace.cards() == before
