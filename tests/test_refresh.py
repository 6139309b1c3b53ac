"""Decks kept true: the web changes, the list changes, the person edits, and no card loses its identity."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import website
from earth import TIDES, llm, web
from llm_server import ModelServer
from website import Answer, Site
from workspaces import Workspace

__all__ = ["llm", "web"]


@pytest.fixture
def workspace(tmp_path: Path, web: Site, llm: ModelServer) -> Workspace:
    """A list of two topics, built."""
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Earth\n\n## Sea\n\n{web.url}/tides\n\n## Stone\n\n{web.url}/rocks\n")
    assert made.build()["cards"]["new"] == 6
    return made


def refreshed(workspace: Workspace, *args: str) -> dict[str, Any]:
    """The JSON of a refresh."""
    result = workspace.run("refresh", "--allow-private", "--json", *args)
    assert result.exit_code == 0, result.stderr
    (only,) = json.loads(result.stdout)["lists"]
    return dict(only)


def by_quote(workspace: Workspace) -> dict[str, dict[str, Any]]:
    return {card["quote"]: card for card in workspace.cards()}


def test_nothing_changed_costs_nothing(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Every link is asked, every answer is 304, no model is called, and the deck has the same bytes."""
    (deck,) = (workspace.root / "build").iterdir()
    before, calls = deck.read_bytes(), len(llm.asked)
    result = refreshed(workspace)
    assert (web.unchanged["/tides"], web.unchanged["/rocks"], len(llm.asked)) == (1, 1, calls)
    assert (result["links"]["unchanged"], result["links"]["changed"], result["cards"]["kept"]) == (2, 0, 6)
    assert deck.read_bytes() == before


def test_new_chrome_is_no_change(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Another advert around the same text costs no call and touches no card."""
    calls, cards = len(llm.asked), workspace.cards()
    page = web.pages["/tides"].body
    web.pages["/tides"] = Answer(page.replace("<footer>", "<aside class='ad'>Buy two boats today!</aside><footer>"))
    assert refreshed(workspace)["links"]["changed"] == 0
    assert (len(llm.asked), workspace.cards()) == (calls, cards)


def test_a_token_in_the_address_is_no_change(workspace: Workspace, web: Site) -> None:
    """A site that sends each visitor on to the same page with another query: nothing moved, no note is written over."""
    article = web.pages["/tides"]

    def visit(token: str) -> None:
        web.pages["/tides"] = Answer("", 302, headers={"Location": f"/sea?gi={token}"})
        web.pages["/sea"] = article

    visit("1")
    (moved,) = refreshed(workspace)["changes"]
    assert (moved["event"], moved["moved_to"]) == ("moved", f"{web.url}/sea?gi=1")
    (deck,) = (workspace.root / "build").glob("*.apkg")
    before, cards = deck.read_bytes(), workspace.cards()
    visit("2")
    assert refreshed(workspace)["changes"] == []
    assert (deck.read_bytes(), workspace.cards()) == (before, cards)


def test_a_new_date_is_no_change(workspace: Workspace, web: Site) -> None:
    """The date of a page stands on its notes. Where it is all that is new, no note is written over for it."""

    def dated(day: str) -> None:
        head = f"<head><meta property='article:published_time' content='2026-01-{day}T10:00:00Z'>"
        web.pages["/tides"] = Answer(website.page("Tides", *TIDES).replace("<head>", head))

    dated("01")
    refreshed(workspace)
    (deck,) = (workspace.root / "build").glob("*.apkg")
    before, cards = deck.read_bytes(), workspace.cards()
    assert workspace.ledger()["links"][f"{web.url}/tides"]["date"].startswith("2026-01-01")
    dated("02")
    assert refreshed(workspace)["links"]["changed"] == 0
    assert (deck.read_bytes(), workspace.cards()) == (before, cards)


def test_a_reworded_sentence_revises_its_card_under_its_id(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """One sentence changes: its card is revised, keeps its id, gets a later time; all others stay to the letter."""
    before, calls = by_quote(workspace), len(llm.asked)
    new = TIDES[1].replace("pull along one line", "pull along the same line")
    web.put("/tides", "Tides", TIDES[0], new, TIDES[2])
    result = refreshed(workspace)
    after = by_quote(workspace)
    assert (result["cards"]["revised"], result["cards"]["new"], result["cards"]["retired"]) == (1, 0, 0)
    assert after[new]["id"] == before[TIDES[1]]["id"]
    assert len(llm.asked) == calls + 1
    assert {quote: card for quote, card in after.items() if quote != new} == {
        quote: card for quote, card in before.items() if quote != TIDES[1]
    }


def test_a_refresh_tells_what_changed_where(workspace: Workspace, web: Site) -> None:
    """Old and new sentence side by side, the passage, and what became of the card; links without news are left out."""
    new = TIDES[1].replace("pull along one line", "pull along the same line")
    card = by_quote(workspace)[TIDES[1]]
    web.put("/tides", "Tides", TIDES[0], new, TIDES[2])
    (change,) = refreshed(workspace)["changes"]
    assert (change["url"], change["event"], change["topic"]) == (f"{web.url}/tides", "changed", ["Earth", "Sea"])
    assert [section["event"] for section in change["sections"]] == ["changed"]
    (told,) = change["cards"]
    assert (told["event"], told["id"], told["was"]["quote"]) == ("revised", card["id"], TIDES[1])
    assert told["now"]["quote"] == new
    assert refreshed(workspace)["changes"] == []


def test_a_page_shows_what_changed(workspace: Workspace, web: Site) -> None:
    """Written where something known changed: a page of its own for each such run, named in text and JSON, and not among
    the files of the list. A first build has none, nor has a refresh without news."""
    reports = workspace.root / "build/reports"
    assert not reports.exists()
    assert refreshed(workspace)["report"] == ""
    new = TIDES[1].replace("pull along one line", "pull along the same line")
    web.put("/tides", "Tides", TIDES[0], new, TIDES[2])
    told = workspace.run("refresh", "--allow-private")
    (page,) = reports.iterdir()
    assert f"report  {page}" in told.stdout
    assert "revised" in told.stdout
    assert "pull along <ins>the same</ins> line" in page.read_text()
    again = refreshed(workspace)
    assert (again["report"], again["outputs"]) == ("", [str(workspace.root / "build/demo.apkg")])


def test_a_quiet_refresh_says_what_needs_a_person_and_nothing_else(workspace: Workspace, web: Site) -> None:
    """Nothing where nothing does. A link that begins to fail is named once, cards that wait for as long as they do."""
    workspace.write("flashgen.toml", "wayback = false\n")

    def said() -> str:
        run = workspace.run("refresh", "--allow-private", "--quiet")
        assert run.exit_code == 0
        return run.output

    assert said() == ""
    web.put("/tides", "Tides", TIDES[0], TIDES[1].replace("one line", "the same line"), TIDES[2])
    assert said().startswith("Anki was not read: importing the new deck writes over 1 note")
    web.pages["/rocks"] = Answer("no", 404)
    assert re.fullmatch(r"demo: failed http://\S+/rocks: not found \(404\)\n", said())
    assert said() == ""
    web.put("/tides", "Tides", TIDES[0], TIDES[2])
    waiting = "demo: waiting: 1 card has lost its sentence: --yes retires what the source no longer says\n"
    assert (said(), said()) == (waiting, waiting)


def test_a_link_that_comes_back_brings_its_cards_back(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Gone for good, it said, and is there again, just as it was: so are its cards."""
    workspace.write("flashgen.toml", "wayback = false\n")
    calls, rocks = len(llm.asked), web.pages["/rocks"]
    web.pages["/rocks"] = Answer("gone", 410)
    (gone,) = refreshed(workspace, "--yes")["changes"]
    assert (gone["event"], [card["event"] for card in gone["cards"]]) == ("gone", ["retired"] * 3)
    web.pages["/rocks"] = rocks
    (back,) = refreshed(workspace)["changes"]
    assert (back["event"], [card["event"] for card in back["cards"]]) == ("back", ["returned"] * 3)
    assert {card["status"] for card in workspace.cards()} == {"active"}
    assert len(llm.asked) == calls


def test_a_vanished_sentence_retires_its_card_and_its_return_brings_it_back(workspace: Workspace, web: Site) -> None:
    """A card whose passage is gone is retired, never deleted; comes the passage back, so does the card."""
    web.put("/tides", "Tides", TIDES[0], TIDES[2])
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 1
    assert by_quote(workspace)[TIDES[1]]["status"] == "retired"
    web.put("/tides", "Tides", *TIDES)
    refreshed(workspace, "--yes")
    assert by_quote(workspace)[TIDES[1]]["status"] == "active"
    assert len(workspace.cards()) == 6


def test_retiring_much_needs_a_yes(workspace: Workspace, web: Site) -> None:
    """Over a tenth of the cards at once: without a person's yes they stay, and the report says so."""
    web.put("/tides", "Tides", TIDES[0], TIDES[2])
    result = refreshed(workspace)
    assert by_quote(workspace)[TIDES[1]]["status"] == "active"
    assert [problem["state"] for problem in result["problems"]] == ["waiting"]
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 1


def test_a_page_that_lost_most_sentences_is_doubted(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """A consent wall in the place of an article changes nothing at once."""
    calls, cards = len(llm.asked), workspace.cards()
    web.put(
        "/tides", "Tides", "We care about your privacy. Together with our 842 partners we would like to store data."
    )
    refreshed(workspace, "--yes")
    assert (workspace.cards(), len(llm.asked)) == (cards, calls)


def test_a_link_taken_from_the_list_retires_its_cards(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Out of the list: retired. Back in the list: active again, without a model call."""
    path = workspace.root / "decks/demo/reading-list.md"
    text, calls = path.read_text(), len(llm.asked)
    path.write_text(text.replace(f"{web.url}/rocks", ""))
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 3
    path.write_text(text)
    refreshed(workspace, "--yes")
    assert {card["status"] for card in workspace.cards()} == {"active"}
    assert len(llm.asked) == calls


def test_a_link_that_moves_in_the_list_keeps_its_cards(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Another topic: the cards move with their ids, and nobody is asked anything new."""
    ids, calls = {card["id"] for card in workspace.cards()}, len(llm.asked)
    workspace.reading_list(f"# Earth\n\n## Sea\n\n{web.url}/tides\n\n{web.url}/rocks\n")
    refreshed(workspace)
    (file,) = (workspace.root / "decks/demo/cards").glob("*.yaml")
    assert "sea" in file.name
    assert {card["id"] for card in workspace.cards()} == ids
    assert len(llm.asked) == calls


def test_a_dead_server_costs_nobody_a_card(workspace: Workspace, web: Site) -> None:
    """A server error is a failed link; its cards stay. Gone for good (410) retires them."""
    workspace.write("flashgen.toml", "wayback = false\n")
    web.pages["/rocks"] = Answer("oops", 500)
    assert refreshed(workspace, "--yes")["links"]["failed"] == 1
    assert {card["status"] for card in workspace.cards()} == {"active"}
    web.pages["/rocks"] = Answer("gone", 410)
    assert refreshed(workspace, "--yes")["cards"]["retired"] == 3


def test_an_edited_card_gets_a_proposal(workspace: Workspace, web: Site) -> None:
    """What the person wrote stays; the rewording waits beside it."""
    path = next((workspace.root / "decks/demo/cards").glob("*sea*.yaml"))
    card = by_quote(workspace)[TIDES[1]]
    path.write_text(
        re.sub(rf"(id: {card['id']}\n.*?answer: )[^\n]*", r"\1In my own words.", path.read_text(), flags=re.S)
    )
    web.put("/tides", "Tides", TIDES[0], TIDES[1].replace("one line", "the same line"), TIDES[2])
    refreshed(workspace)
    after = next(one for one in workspace.cards() if one["id"] == card["id"])
    assert after["answer"] == "In my own words."
    assert "same line" in after["proposal"]["quote"]


def test_a_rejected_card_stays_rejected(workspace: Workspace, web: Site) -> None:
    """A status set by hand holds, also when the model offers the card again."""
    path = next((workspace.root / "decks/demo/cards").glob("*sea*.yaml"))
    path.write_text(path.read_text().replace("status: active", "status: rejected", 1))
    web.put("/tides", "Tides", *TIDES, "A tidal bore is a wave that runs up a river when the tide comes in fast.")
    refreshed(workspace)
    statuses = sorted(card["status"] for card in workspace.cards() if "/tides" in card["source"])
    assert statuses == ["active", "active", "active", "rejected"]
