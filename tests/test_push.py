"""Pushes into a closed collection of the real Anki: what goes there, what stays the person's, and twice is once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from beside_anki import Person, begun, person
from earth import NEW_SPRING, ROCKS, TIDES

from flashgen.anki.push_collection import ClosedCollection
from flashgen.app.pushing import push
from flashgen.errors import AnkiError
from flashgen.lists import find
from flashgen.push import PushPlan
from flashgen.seen import Seen
from flashgen.settings import Settings

__all__ = ["begun", "person"]


def pushed(person: Person, *args: str, status: int = 0) -> dict[str, Any]:
    """The JSON of a push into the closed collection; Anki is open again afterwards."""
    person.anki.close()
    result = person.workspace.run("push", "--collection", person.reads, "--json", *args)
    person.anki.reopen()
    assert result.exit_code == status, result.stderr
    return dict(json.loads(result.stdout)["lists"][0])


def ids(notes: list[dict[str, Any]]) -> list[str]:
    return [note["id"] for note in notes]


def without(person: Person, *sentences: str) -> None:
    """The articles lose sentences, and a refresh retires their cards; Anki isn't asked."""
    person.web.put("/tides", "Tides", *(sentence for sentence in TIDES if sentence not in sentences))
    person.web.put("/rocks", "Rocks", *(sentence for sentence in ROCKS if sentence not in sentences))
    person.run("refresh", "--yes", reads="off")


def test_a_push_is_an_import_and_twice_is_once(person: Person) -> None:
    """An edit is taken over, a revision written, a new card added; another push finds nothing to do."""
    spring, granite = person.id_of(TIDES[1]), person.id_of(ROCKS[0])
    person.anki.edit(granite, Answer="mine")
    person.anki.tag(granite, "exam")
    person.anki.tag(spring, "marked", "exam")
    person.yesterday(spring, granite)
    person.web.put("/tides", "Tides", TIDES[0], NEW_SPRING, TIDES[2], "A tidal bore runs up a river against its flow.")
    person.run("refresh", reads="off")
    result = pushed(person)
    assert (len(result["added"]), ids(result["updated"]), result["unchanged"]) == (1, [spring], 5)
    assert ids(result["anki"]["taken_over"]) == [granite]
    assert NEW_SPRING in person.anki.fields(spring)["Quote"]
    assert person.anki.tags(spring) >= {"marked", "exam"}
    assert person.anki.fields(granite)["Answer"] == "mine"
    before = person.notes()
    again = pushed(person)
    assert (again["added"], again["updated"], again["suspended"], again["unchanged"]) == ([], [], [], 7)
    assert person.notes() == before
    person.assert_quiet()


def test_into_an_empty_collection(person: Person) -> None:
    """Everything is added, with its note types and decks; the collection was backed up before."""
    everything = [person.id_of(quote) for quote in (*TIDES, *ROCKS)]
    person.anki.delete(*everything)
    person.workspace.forget_anki()
    assert len(pushed(person)["added"]) == 6
    assert all(person.anki.has(id_) for id_ in everything)
    assert list((person.anki.path.parent / "backups").glob("*.colpkg"))


def test_retired_cards_are_suspended_and_come_back(person: Person) -> None:
    """A retired card is suspended; when its sentence returns, it is taken back. What the person suspended stays so."""
    spring, basalt, tide = (person.id_of(quote) for quote in (TIDES[1], ROCKS[1], TIDES[0]))
    person.anki.suspend(basalt)
    without(person, TIDES[1], ROCKS[1])
    result = pushed(person)
    assert ids(result["suspended"]) == [spring]
    assert [person.anki.is_suspended(id_) for id_ in (spring, basalt, tide)] == [True, True, False]
    assert "flashgen::retired" in person.anki.tags(spring)
    without(person)
    result = pushed(person)
    assert ids(result["unsuspended"]) == [spring]
    assert [person.anki.is_suspended(id_) for id_ in (spring, basalt, tide)] == [False, True, False]
    assert person.anki.tags(spring) == {"flashgen::demo"}
    assert pushed(person)["unsuspended"] == []


def test_a_suspended_card_that_the_person_took_back(person: Person) -> None:
    """Who unsuspends a retired card goes on learning it: it is not suspended again."""
    spring = person.id_of(TIDES[1])
    without(person, TIDES[1])
    pushed(person)
    person.anki.unsuspend(spring)
    assert pushed(person)["suspended"] == []
    assert not person.anki.is_suspended(spring)


def test_a_card_rejected_or_deleted_here_is_suspended_there(person: Person) -> None:
    """A note is never deleted: that would take its reviews with it."""
    spring, granite = person.id_of(TIDES[1]), person.id_of(ROCKS[0])
    sea, stone = sorted((person.workspace.root / "decks/demo/cards").glob("*.yaml"))
    sea.write_text(re.sub(rf"(id: {spring}\n.*?status: )\w+", r"\1rejected", sea.read_text(), flags=re.S))
    stone.write_text(re.sub(rf"- id: {granite}\n.*?(?=- id)", "", stone.read_text(), flags=re.S))
    assert len(person.workspace.cards()) == 5
    assert set(ids(pushed(person)["suspended"])) == {spring, granite}
    assert person.anki.is_suspended(spring)
    assert person.anki.is_suspended(granite)


def test_a_card_in_another_lists_file_is_not_gone(person: Person) -> None:
    """Who cuts a card out of one list's file and puts it into another's still learns it."""
    granite = person.id_of(ROCKS[0])
    stone = next((person.workspace.root / "decks/demo/cards").glob("*stone*.yaml"))
    found = re.search(rf"- id: {granite}\n.*?(?=- id)", stone.read_text(), re.S)
    assert found
    stone.write_text(stone.read_text().replace(found[0], ""))
    person.workspace.reading_list(f"# Other\n\n{person.web.url}/none\n", "other")
    person.workspace.write("decks/other/cards/other.yaml", f"version: 1\ntopic: [Other]\ncards:\n{found[0]}")
    assert pushed(person)["suspended"] == []
    assert not person.anki.is_suspended(granite)


def test_a_topic_renamed_moves_its_cards_and_no_others(person: Person) -> None:
    """Cards lie where their topic is; one that the person put elsewhere stays there, with its history."""
    spring, neap = person.id_of(TIDES[1]), person.id_of(TIDES[2])
    person.anki.move(spring, "My::Own")
    person.rewrite_list("## Sea", "## Oceans")
    person.run("build", reads="off")
    result = pushed(person)
    assert neap in ids(result["moved"])
    assert spring not in ids(result["moved"])
    assert person.anki.deck(neap) == "Demo::Earth::Oceans"
    assert person.anki.deck(spring) == "My::Own"
    assert pushed(person)["moved"] == []


class BrokenOff(ClosedCollection):
    """A push that ends once the notes are in."""

    def deliver(self, plan: PushPlan, seen: Seen, package: Path | None) -> None:
        super().deliver(PushPlan(plan.package, plan.added, plan.updated), seen, package)
        raise AnkiError("the light went out")


def test_a_push_that_breaks_off_is_ended_by_the_next(person: Person) -> None:
    """Also where the notes are in Anki and nothing else is done yet: nothing is doubled, and nothing taken for an
    edit."""
    spring = person.id_of(TIDES[1])
    without(person, TIDES[1])
    person.anki.close()
    with BrokenOff(person.anki.path) as way, pytest.raises(AnkiError):
        push(person.workspace.root, Settings(), find(person.workspace.root), way)
    person.anki.reopen()
    assert "flashgen::retired" in person.anki.tags(spring)
    assert not person.anki.is_suspended(spring)
    result = pushed(person)
    assert (result["updated"], ids(result["suspended"]), result["anki"]["taken_over"]) == ([], [spring], [])
    assert person.anki.collection.note_count() == 6


def test_a_dry_run_writes_nothing(person: Person) -> None:
    """Neither here nor in Anki; and it says what a push would do."""
    granite = person.id_of(ROCKS[0])
    person.anki.edit(granite, Answer="mine")
    person.reword()
    person.run("refresh", reads="off")
    files, notes = person.files(), person.notes()
    result = pushed(person, "--dry-run")
    assert (len(result["updated"]), ids(result["anki"]["taken_over"]), result["dry_run"]) == (1, [granite], True)
    assert (person.files(), person.notes()) == (files, notes)


def test_anki_is_open(person: Person) -> None:
    """An open collection is refused with a sentence that says what to do, and nothing is written."""
    result = person.workspace.run("push", "--collection", person.reads)
    assert result.exit_code == 1
    assert "close Anki" in result.stderr


def test_a_collection_that_is_none(person: Person) -> None:
    """A file that is no collection, a profile that isn't there: a sentence each."""
    nonsense = person.workspace.write("nonsense.anki2", "nonsense" * 1000)
    for name, told in ((str(nonsense), "can't be opened"), ("Nobody", "no profile of Anki")):
        result = person.workspace.run("push", "--collection", name, env={"ANKI_BASE": str(person.workspace.root)})
        assert result.exit_code == 1
        assert told in result.stderr


def test_an_old_look_is_renewed(person: Person) -> None:
    """Where only templates or CSS are newer, a push brings them, and touches no note."""
    models = person.anki.collection.models
    model = models.by_name("flashgen basic")
    css = model["css"]
    model["css"] = "/* old */"
    models.update_dict(model)
    person.anki.collection.db.execute("update notetypes set mtime_secs = 1700000000")
    notes = person.notes()
    pushed(person)
    assert person.anki.collection.models.by_name("flashgen basic")["css"] == css
    assert person.notes() == notes
