"""Pushes into a running Anki, through AnkiConnect over the real importer, scheduler and database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ankiconnect_server import AnkiConnectServer
from beside_anki import Person, begun, person
from earth import NEW_SPRING, ROCKS, TIDES

__all__ = ["begun", "person"]


@pytest.fixture
def connect(person: Person) -> Iterator[AnkiConnectServer]:
    """The add-on in the person's Anki, its address in flashgen.toml."""
    server = AnkiConnectServer(person.anki)
    with server.serving() as url:
        person.workspace.write("flashgen.toml", f'[anki]\nurl = "{url}"\n')
        yield server


def pushed(person: Person, *args: str, status: int = 0) -> dict[str, Any]:
    """The JSON of a push into the running Anki."""
    result = person.workspace.run("push", "--json", *args, env={"FLASHGEN_ANKI_COLLECTION": "auto"})
    assert result.exit_code == status, result.stderr
    document = json.loads(result.stdout)
    return dict(document["lists"][0] if status == 0 else document)


def ids(notes: list[dict[str, Any]]) -> list[str]:
    return [note["id"] for note in notes]


def test_what_survives(person: Person, connect: AnkiConnectServer) -> None:
    """Push, then review, edit, tag, mark, flag, suspend, move, delete in Anki; the article changes; push again."""
    spring, neap, tide = (person.id_of(quote) for quote in (TIDES[1], TIDES[2], TIDES[0]))
    granite, basalt, marble = (person.id_of(quote) for quote in ROCKS)
    anki = person.anki
    pushed(person)
    anki.answer(spring, 3, 6.0)
    anki.edit(granite, Answer="my <b>own</b> words", Notes="see the atlas")
    anki.tag(spring, "exam", "marked", "leech")
    anki.flag(spring, 2)
    anki.suspend(neap)
    anki.move(spring, "Mine")
    anki.delete(marble)
    person.yesterday(spring, granite, neap, tide, basalt)
    before = anki.collection.db.all("select id, nid, did, type, queue, due, ivl, reps, lapses, flags from cards")
    log = anki.collection.db.all("select * from revlog")
    person.reword()
    person.run("refresh", reads="off")
    told = pushed(person)
    survived = {
        "the new words are there": NEW_SPRING in anki.fields(spring)["Quote"],
        "schedule, flags, suspension and decks": before
        == anki.collection.db.all("select id, nid, did, type, queue, due, ivl, reps, lapses, flags from cards"),
        "the review log": log == anki.collection.db.all("select * from revlog"),
        "the edit, in Anki": anki.fields(granite)["Answer"] == "my <b>own</b> words",
        "the edit, in the card file": person.card(granite)["answer"] == "my **own** words",
        "the notes of one's own": anki.fields(granite)["Notes"] == "see the atlas",
        "tags, also marked and leech": anki.tags(spring) >= {"exam", "marked", "leech", "flashgen::demo"},
        "the deck it was moved to": anki.collection.decks.name(anki.note(spring).cards()[0].did) == "Mine",
        "the deletion": not anki.has(marble) and person.card(marble)["status"] == "rejected",
    }
    assert all(survived.values()), survived
    assert (ids(told["updated"]), told["added"], told["suspended"]) == ([spring], [], [])
    assert told["where"] == "Anki (profile User 1)"


def test_a_push_after_a_push_writes_nothing(person: Person, connect: AnkiConnectServer) -> None:
    """Only questions are asked; a list that is new is added, with its decks and note types, and the load is told."""
    person.anki.delete(*(person.id_of(quote) for quote in (*TIDES, *ROCKS)))
    person.workspace.forget_anki()
    first = pushed(person)
    assert len(first["added"]) == 6
    assert first["load"].startswith("6 new cards at 20 a day: ")
    notes = person.notes()
    connect.actions.clear()
    again = pushed(person)
    assert (again["added"], again["updated"], again["unchanged"], again["load"]) == ([], [], 6, "")
    writing = {"importPackage", "addTags", "removeTags", "suspend", "unsuspend", "changeDeck", "sync"}
    assert not writing & set(connect.actions)
    assert person.notes() == notes
    person.assert_quiet()


def test_an_import_is_one_step_of_undo(person: Person, connect: AnkiConnectServer) -> None:
    """Everything new at once: one "undo" in Anki takes it all back."""
    person.anki.delete(*(person.id_of(quote) for quote in (*TIDES, *ROCKS)))
    person.workspace.forget_anki()
    pushed(person)
    assert person.anki.collection.undo_status().undo == "Import"
    person.anki.collection.undo()
    assert person.anki.collection.note_count() == 0


def test_retired_cards_are_suspended_and_come_back(person: Person, connect: AnkiConnectServer) -> None:
    """Only those that were suspended by a push are taken back by one."""
    spring, basalt = person.id_of(TIDES[1]), person.id_of(ROCKS[1])
    person.anki.suspend(basalt)
    without(person, TIDES[1], ROCKS[1])
    told = pushed(person)
    assert ids(told["suspended"]) == [spring]
    assert [person.anki.is_suspended(id_) for id_ in (spring, basalt)] == [True, True]
    assert person.anki.fields(spring)["Retired"]
    assert pushed(person)["suspended"] == []
    without(person)
    assert ids(pushed(person)["unsuspended"]) == [spring]
    assert [person.anki.is_suspended(id_) for id_ in (spring, basalt)] == [False, True]
    assert person.anki.tags(spring) == {"flashgen::demo"}


def without(person: Person, *sentences: str) -> None:
    """The articles lose sentences, and a refresh retires their cards; Anki isn't asked."""
    person.web.put("/tides", "Tides", *(sentence for sentence in TIDES if sentence not in sentences))
    person.web.put("/rocks", "Rocks", *(sentence for sentence in ROCKS if sentence not in sentences))
    person.run("refresh", "--yes", reads="off")


def test_cards_follow_their_topic_unless_the_person_moved_them(person: Person, connect: AnkiConnectServer) -> None:
    """A heading is renamed: the deck too. What lies elsewhere by the person's hand stays there."""
    spring, neap = person.id_of(TIDES[1]), person.id_of(TIDES[2])
    person.anki.move(neap, "Mine")
    person.rewrite_list("## Sea", "## The sea_*")
    person.run("build", reads="off")
    assert len(pushed(person)["moved"]) >= 2
    decks = [person.anki.collection.decks.name(person.anki.note(id_).cards()[0].did) for id_ in (spring, neap)]
    assert decks == ["Demo::Earth::The sea_*", "Mine"]
    assert pushed(person)["moved"] in ([], [note for note in pushed(person)["moved"] if note["id"] == neap])


def test_a_dry_run_and_a_sync(person: Person, connect: AnkiConnectServer) -> None:
    """Nothing is written, here or there; --sync asks Anki to sync after the push."""
    person.reword()
    person.run("refresh", reads="off")
    notes, files = person.notes(), person.files()
    connect.actions.clear()
    told = pushed(person, "--dry-run")
    assert ids(told["updated"]) == [person.id_of(NEW_SPRING)]
    assert "importPackage" not in connect.actions
    assert (person.notes(), person.files()) == (notes, files)
    pushed(person, "--sync")
    assert connect.actions[-1] == "sync"


def test_an_anki_in_a_sandbox_gets_the_package_through_its_media(person: Person, connect: AnkiConnectServer) -> None:
    """Flatpak and other computers see nothing of our files; nothing is left behind."""
    connect.sandboxed = True
    person.reword()
    person.run("refresh", reads="off")
    assert len(pushed(person)["updated"]) == 1
    assert NEW_SPRING in person.anki.fields(person.id_of(NEW_SPRING))["Quote"]


def test_a_push_that_breaks_off_is_ended_by_the_next(person: Person, connect: AnkiConnectServer) -> None:
    """The import came through, what goes beside it didn't: the next push does the rest."""
    spring = person.id_of(TIDES[1])
    without(person, TIDES[1])
    connect.refusing = "suspend"
    assert "refused suspend" in pushed(person, status=1)["error"]
    assert not person.anki.is_suspended(spring)
    connect.refusing = ""
    pushed(person)
    assert person.anki.is_suspended(spring)


def test_new_notes_come_in_portions(person: Person, connect: AnkiConnectServer) -> None:
    """--new-per-day adds so many, the rest waits."""
    person.anki.delete(*(person.id_of(quote) for quote in (*TIDES, *ROCKS)))
    person.workspace.forget_anki()
    told = pushed(person, "--new-per-day", "2")
    assert len(told["added"]) == person.anki.collection.note_count() == 2
    assert pushed(person, "--new-per-day", "2")["added"] == []


def test_without_anki_the_deck_is_written_and_it_is_said_what_to_do(person: Person) -> None:
    """How to start it, or which file to import by hand."""
    person.workspace.write("flashgen.toml", '[anki]\nurl = "http://127.0.0.1:9"\n')
    deck = person.workspace.root / "build" / "demo.apkg"
    deck.unlink()
    error = pushed(person, status=1)["error"]
    assert re.search(r"start Anki, with the add-on 2055492159 .*File > Import, .*demo\.apkg", error)
    assert deck.exists()
    assert "doesn't answer" not in error
    deck.unlink()
    assert "by hand" not in pushed(person, "--dry-run", status=1)["error"]
    assert not deck.exists()


def test_versions_that_were_not_tried_are_refused(person: Person) -> None:
    """Before anything is written."""
    server = AnkiConnectServer(person.anki, version=7)
    with server.serving() as url:
        person.workspace.write("flashgen.toml", f'[anki]\nurl = "{url}"\n')
        assert "speaks version 7" in pushed(person, status=1)["error"]
    assert "importPackage" not in server.actions
