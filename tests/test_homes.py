"""Cards follow their source wherever it stands in the lists, with ids, edits and history, and no call is made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import website
from earth import ROCKS, TIDES, llm, web
from llm_server import ModelServer
from website import Answer, Site
from workspaces import Workspace

__all__ = ["llm", "web"]

NOTE = (
    "A barometer that falls fast tells of a storm before the sky shows any of its clouds.\n\n"
    "Wind that turns against the clock in the northern half means that the low passes to the north."
)


@pytest.fixture
def workspace(tmp_path: Path, web: Site, llm: ModelServer) -> Workspace:
    """The list `sea` with two articles, built; one card is edited by hand, and has a comment."""
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Earth\n\n{web.url}/tides\n\n{web.url}/rocks\n", "sea")
    made.build()
    (path,) = (made.root / "decks/sea/cards").glob("*.yaml")
    text = path.read_text()
    path.write_text(text.replace("answer: eye.", "answer: eye, as I would say. # mine"))
    made.build()
    return made


def ids(workspace: Workspace, name: str, status: str = "active") -> set[str]:
    return {card["id"] for card in workspace.cards(name) if card["status"] == status}


def shipped(workspace: Workspace, name: str) -> dict[str, Any]:
    return dict(workspace.ledger(name).get("shipped", {}))


def test_an_address_that_moved_and_was_written_down(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """The article moves (301), a refresh sees it; later the person writes the new address into the list. The cards
    stay the same cards, and nothing is drafted again."""
    before, calls = ids(workspace, "sea"), len(llm.asked)
    web.put("/on-tides", "Tides", *TIDES)
    web.pages["/tides"] = Answer("", 301, headers={"Location": "/on-tides"})
    assert workspace.refresh()["sea"]["links"]["ok"] == 2
    assert ids(workspace, "sea") == before
    workspace.reading_list(f"# Earth\n\n{web.url}/on-tides\n\n{web.url}/rocks\n", "sea")
    result = workspace.refresh()["sea"]
    assert (ids(workspace, "sea"), len(llm.asked)) == (before, calls)
    assert (result["cards"]["new"], result["cards"]["retired"], result["links"]["new"]) == (0, 0, 0)
    assert {card["source"] for card in workspace.cards("sea")} == {f"{web.url}/on-tides", f"{web.url}/rocks"}
    assert set(workspace.ledger("sea")["links"]) == {f"{web.url}/on-tides", f"{web.url}/rocks"}


def test_a_canonical_address_that_was_written_down(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """The same where the page only says what its address should be."""
    before, calls = ids(workspace, "sea"), len(llm.asked)
    page = website.page("Tides", *TIDES).replace("<title>", f"<link rel='canonical' href='{web.url}/c/tides'><title>")
    web.pages["/tides"] = web.pages["/c/tides"] = Answer(page)
    workspace.refresh()
    workspace.reading_list(f"# Earth\n\n{web.url}/c/tides\n\n{web.url}/rocks\n", "sea")
    workspace.refresh()
    assert (ids(workspace, "sea"), len(llm.asked)) == (before, calls)


def test_an_address_that_two_articles_claim_is_nobodys(workspace: Workspace, web: Site) -> None:
    """A site that calls every page by the address of its front page doesn't have that page take over their cards."""
    for path, title, text in (("/tides", "Tides", TIDES), ("/rocks", "Rocks", ROCKS)):
        page = website.page(title, *text).replace("<title>", f"<link rel='canonical' href='{web.url}/all'><title>")
        web.pages[path] = Answer(page)
    web.put("/all", "All", "A glacier is a river of ice that flows down a valley by its own weight.")
    workspace.refresh()
    workspace.reading_list(f"# Earth\n\n{web.url}/all\n", "sea")
    workspace.refresh("--yes")
    assert len(ids(workspace, "sea", "retired")) == 6


@pytest.mark.parametrize("named", ["", "sea", "land"])
def test_a_link_moved_to_another_list(workspace: Workspace, web: Site, llm: ModelServer, named: str) -> None:
    """Its cards go along with ids, edits, comments, what is known of the link and what Anki was given, whichever list
    a run is asked for; the other list has nothing of it left, and an own deck."""
    before, calls, given = ids(workspace, "sea"), len(llm.asked), shipped(workspace, "sea")
    workspace.reading_list(f"# Earth\n\n{web.url}/tides\n", "sea")
    workspace.reading_list(f"# Stones\n\n## Hard\n\n{web.url}/rocks\n", "land")
    workspace.refresh(*filter(None, [named]))
    workspace.refresh()
    assert {card["source"] for card in workspace.cards("sea")} == {f"{web.url}/tides"}
    assert {card["source"] for card in workspace.cards("land")} == {f"{web.url}/rocks"}
    assert (ids(workspace, "sea") | ids(workspace, "land"), len(llm.asked)) == (before, calls)
    (file,) = (workspace.root / "decks/land/cards").glob("*.yaml")
    assert "answer: eye, as I would say. # mine" in file.read_text()
    assert set(workspace.ledger("sea")["links"]) == {f"{web.url}/tides"}
    assert set(workspace.ledger("land")["links"]) == {f"{web.url}/rocks"}
    assert set(shipped(workspace, "land")) == ids(workspace, "land")
    assert set(shipped(workspace, "sea")) == ids(workspace, "sea")
    assert set(given) == before


def test_a_link_in_two_lists_is_carded_once(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Its home is the list where it stood first, also if another one comes before it by name; the other list says where
    the cards are. When it leaves its home, it moves to the other list."""
    calls, before = len(llm.asked), ids(workspace, "sea")
    workspace.reading_list(f"# All\n\n{web.url}/rocks\n\n{web.url}/rivers\n", "all")
    web.put(
        "/rivers",
        "Rivers",
        "A river carries its sand as far as its speed allows, and drops it where its water slows.",
        "An oxbow lake is a bend of an old river that was cut off when the water took a shorter way.",
    )
    result = workspace.refresh()
    assert len(llm.asked) == calls + 1
    assert (result["all"]["links"]["total"], result["all"]["links"]["skipped"]) == (2, 1)
    assert [p["reason"] for p in result["all"]["problems"]] == [
        "its cards are in the list sea, where the link stands too"
    ]
    assert ids(workspace, "sea") == before
    rows = {one["name"]: one for one in json.loads(workspace.run("status", "--json").stdout)}
    assert [row["state"] for row in rows["all"]["links"]] == ["skipped", "carded"]
    workspace.reading_list(f"# Earth\n\n{web.url}/tides\n", "sea")
    workspace.refresh()
    assert len(llm.asked) == calls + 1
    assert len(ids(workspace, "all")) == 5
    assert ids(workspace, "sea") | ids(workspace, "all") > before


def test_two_new_lists_share_a_link(tmp_path: Path, web: Site, llm: ModelServer) -> None:
    """In one run, the first list makes the cards; a run over the second list alone makes them there."""
    made = Workspace(tmp_path, llm)
    for name in ("one", "two"):
        made.reading_list(f"# Earth\n\n{web.url}/tides\n", name)
    assert made.run("build", "--allow-private", "two").exit_code == 0
    assert (len(made.cards("one")), len(made.cards("two"))) == (0, 3)
    made.refresh()
    assert (len(made.cards("one")), len(made.cards("two")), len(llm.asked)) == (0, 3, 1)


def test_a_list_whose_file_is_gone_gives_its_cards_away(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Two lists put into one: the old list's file is deleted, its cards are taken over."""
    before, calls = ids(workspace, "sea"), len(llm.asked)
    (workspace.root / "decks/sea/reading-list.md").unlink()
    workspace.reading_list(f"# World\n\n{web.url}/tides\n\n{web.url}/rocks\n", "world")
    workspace.refresh()
    assert (ids(workspace, "world"), len(llm.asked)) == (before, calls)


def test_a_removed_link_that_comes_back_in_another_list(workspace: Workspace, web: Site, llm: ModelServer) -> None:
    """Retired here, then listed there: the retired cards move, and are active again."""
    before, calls = ids(workspace, "sea"), len(llm.asked)
    workspace.reading_list(f"# Earth\n\n{web.url}/tides\n", "sea")
    workspace.refresh("--yes")
    assert len(ids(workspace, "sea", "retired")) == 3
    workspace.reading_list(f"# Stones\n\n{web.url}/rocks\n", "land")
    workspace.refresh()
    assert (ids(workspace, "sea") | ids(workspace, "land"), len(llm.asked)) == (before, calls)


def test_a_dry_run_moves_nothing(workspace: Workspace, web: Site) -> None:
    """It leaves the cards where they are, and does not plan to draft what is to be moved."""
    workspace.reading_list(f"# Earth\n\n{web.url}/tides\n", "sea")
    workspace.reading_list(f"# Stones\n\n{web.url}/rocks\n", "land")
    result = workspace.run("build", "--allow-private", "--json", "--dry-run")
    assert result.exit_code == 0
    assert all(one["sections"]["new"] == 0 for one in json.loads(result.stdout)["lists"])
    assert (len(workspace.cards("sea")), len(workspace.cards("land"))) == (6, 0)


# --- the person's own notes ----------------------------------------------------------------------


@pytest.fixture
def notes(tmp_path: Path, llm: ModelServer) -> Workspace:
    """A list with a note under a heading, built."""
    made = Workspace(tmp_path, llm)
    made.reading_list(f"# Weather\n\n{NOTE}\n", "sky")
    assert made.build()["cards"]["new"] == 2
    return made


def test_notes_are_known_again_under_a_renamed_heading(notes: Workspace, llm: ModelServer) -> None:
    """Another heading over the same lines: the same cards, in the new topic, with the new address, and no call."""
    before, calls = ids(notes, "sky"), len(llm.asked)
    notes.reading_list(f"# Signs of storms\n\n{NOTE}\n", "sky")
    notes.build()
    assert (ids(notes, "sky"), len(llm.asked)) == (before, calls)
    assert {card["source"] for card in notes.cards("sky")} == {"list:sky#Signs%20of%20storms"}
    (file,) = (notes.root / "decks/sky/cards").glob("*.yaml")
    assert file.name == "signs-of-storms.yaml"


def test_notes_that_were_edited_and_renamed_at_once(notes: Workspace) -> None:
    """One sentence is reworded under a new heading: its card is revised under its id, the other left alone."""
    before = {card["quote"]: card["id"] for card in notes.cards("sky")}
    text = NOTE.replace("shows any of its clouds", "shows any of its first clouds")
    notes.reading_list(f"# Signs\n\n{text}\n", "sky")
    result = notes.build()
    after = {card["id"]: card for card in notes.cards("sky")}
    assert set(after) == set(before.values())
    assert (result["cards"]["revised"], result["cards"]["new"]) == (1, 0)
    assert any("first clouds" in card["quote"] for card in after.values())


def test_the_only_sentence_of_a_note_is_believed_at_once(notes: Workspace) -> None:
    """The person's own lines are no page behind a consent wall: what they change is acted on in the same run."""
    text = NOTE.replace("falls fast", "falls very fast").replace("passes to the north", "passes north of you")
    notes.reading_list(f"# Weather\n\n{text}\n", "sky")
    assert notes.build()["cards"]["revised"] == 2


def test_notes_that_move_to_another_list(notes: Workspace, llm: ModelServer, web: Site) -> None:
    """Lines cut from one list and pasted into another, under any heading, take their cards along."""
    before, calls = ids(notes, "sky"), len(llm.asked)
    notes.reading_list(f"# Links\n\n{web.url}/tides\n", "sky")
    notes.reading_list(f"# Pressure\n\n{NOTE}\n", "air")
    notes.refresh()
    assert ids(notes, "air") == before
    assert len(llm.asked) == calls + 1


def test_headings_that_pass_their_notes_on(notes: Workspace, llm: ModelServer) -> None:
    """Two notes, the first renamed to a new heading, the second to the first's old one: each keeps its cards."""
    other = (
        "Cirrus clouds are made of ice, for at their height no water stays liquid for long.\n\n"
        "A halo around the moon is light that was bent by the ice of thin clouds high above."
    )
    notes.reading_list(f"# Weather\n\n{NOTE}\n\n# Clouds\n\n{other}\n", "sky")
    notes.build()
    before, calls = {card["quote"]: card["id"] for card in notes.cards("sky")}, len(llm.asked)
    notes.reading_list(f"# Storms\n\n{NOTE}\n\n# Weather\n\n{other}\n", "sky")
    notes.build()
    assert {card["quote"]: card["id"] for card in notes.cards("sky")} == before
    assert len(llm.asked) == calls
    assert {card["source"] for card in notes.cards("sky")} == {"list:sky#Storms", "list:sky#Weather"}
