"""Runs beside the real Anki: what the person does there comes into the card files before anything is written, and every
import that follows leaves it as it is. Each case is a build or a refresh of the command line, and a default import."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import time
from pathlib import Path

from ankiconnect_server import AnkiConnectServer
from beside_anki import Person, begun, person
from earth import NEW_SPRING, ROCKS, TIDES
from workspaces import Workspace

from flashgen.anki.collection import read_collection
from flashgen.app import Output, packing
from flashgen.app.anki import take_over
from flashgen.app.lists import read_list
from flashgen.lists import find
from flashgen.seen import Seen
from flashgen.store import Store

__all__ = ["begun", "person"]


def test_an_edit_in_anki_survives_a_refresh(person: Person) -> None:
    """What the person edited stays, in the card file and in Anki; the model's revision waits beside it."""
    spring = person.id_of(TIDES[1])
    person.anki.edit(spring, Answer="my <b>own</b> words")
    person.anki.tag(spring, "exam")
    person.anki.edit(spring, Notes="see the <i>almanac</i>")
    person.reword()
    result = person.run("refresh")
    (taken,) = result["anki"]["taken_over"]
    assert (taken["id"], taken["field"], taken["after"]) == (spring, "answer", "my **own** words")
    assert result["anki"]["read"] == f"the collection {person.anki.path}"
    assert (result["cards"]["revised"], result["anki"]["at_risk"]) == (1, [])
    assert person.card(spring)["answer"] == "my **own** words"
    assert person.card(spring)["proposal"]["quote"] == NEW_SPRING
    assert person.take().updated
    fields = person.anki.fields(spring)
    assert (fields["Answer"], fields["Notes"]) == ("my <strong>own</strong> words", "see the <i>almanac</i>")
    assert fields["Proposed"]
    assert "exam" in person.anki.tags(spring)
    person.assert_quiet()


def test_both_sides_changed_one_text(person: Person) -> None:
    """The wording from Anki stays, ours waits as a proposal in the card file and on the note."""
    spring = person.id_of(TIDES[1])
    person.anki.edit(spring, Answer="mine")
    path = next((person.workspace.root / "decks/demo/cards").glob("*sea*.yaml"))
    path.write_text(re.sub(rf"(id: {spring}\n.*?answer: )[^\n]*", r"\1from the file", path.read_text(), flags=re.S))
    result = person.run("build")
    (both,) = result["anki"]["conflicts"]
    assert (both["theirs"], both["ours"], result["anki"]["taken_over"]) == ("mine", "from the file", [])
    assert person.card(spring)["answer"] == "mine"
    assert person.card(spring)["proposal"]["answer"] == "from the file"
    person.take()
    assert person.anki.fields(spring)["Answer"] == "mine"
    assert "from the file" in person.anki.fields(spring)["Proposed"]
    person.assert_quiet()


def test_a_note_deleted_in_anki_does_not_come_back(person: Person) -> None:
    """Its card is rejected, also when the article changes under it, and no import brings the note back."""
    spring = person.id_of(TIDES[1])
    person.run("build")
    person.anki.delete(spring)
    person.reword()
    result = person.run("refresh")
    assert [note["id"] for note in result["anki"]["deleted"]] == [spring]
    assert person.card(spring)["status"] == "rejected"
    person.take()
    assert not person.anki.has(spring)
    person.assert_quiet()


def test_most_notes_gone_is_asked_about(person: Person) -> None:
    """Most of a list gone from Anki is not believed without a yes; with it, the cards are rejected."""
    person.run("build")
    person.anki.delete(*(person.id_of(quote) for quote in (*TIDES, ROCKS[0])))
    result = person.run("build")
    assert (len(result["anki"]["missing"]), result["anki"]["deleted"], result["cards"]["total"]) == (4, [], 6)
    result = person.run("build", "--yes")
    assert (len(result["anki"]["deleted"]), result["cards"]["total"]) == (4, 2)


def test_moved_studied_and_flagged_cards_stay_as_they_are(person: Person) -> None:
    """Deck, suspension and flag are the person's: a run and its import leave them alone."""
    spring, granite = person.id_of(TIDES[1]), person.id_of(ROCKS[0])
    person.anki.move(spring, "My::Own")
    person.anki.suspend(granite)
    person.anki.flag(spring, 3)
    cards = person.notes()[1]
    person.reword()
    person.run("refresh")
    assert person.take().updated
    assert person.notes()[1] == cards
    person.assert_quiet()


def test_renamed_fields_and_decks(person: Person) -> None:
    """Fields are known by their ids; a deck that the person renamed keeps its cards."""
    spring = person.id_of(TIDES[1])
    models, decks = person.anki.collection.models, person.anki.collection.decks
    model = models.by_name("flashgen basic")
    models.rename_field(model, model["flds"][1], "Antwort")
    models.update_dict(model)
    decks.rename(decks.id_for_name("Demo::Earth::Sea"), "Meer")
    person.anki.edit(spring, Answer="nach dem Umbenennen")
    person.reword()
    assert person.run("refresh")["anki"]["taken_over"][0]["after"] == "nach dem Umbenennen"
    log = person.take()
    assert (len(log.updated), len(log.conflicting)) == (1, 0)
    assert person.anki.fields(spring)["Answer"] == "nach dem Umbenennen"
    assert decks.name(person.anki.collection.get_card(person.anki.cards(spring)[0]).did) == "Meer"
    person.assert_quiet()


def test_a_mark_is_named_before_it_is_lost(person: Person) -> None:
    """Anki strips `marked` from every package: the run says so of the notes that it changes, and only of those."""
    spring, granite = person.id_of(TIDES[1]), person.id_of(ROCKS[0])
    person.anki.tag(spring, "marked")
    person.anki.tag(granite, "marked")
    person.reword()
    result = person.run("refresh")
    assert [note["id"] for note in result["anki"]["unmarked"]] == [spring]
    assert "marked" in result["said"]
    person.take()
    assert "marked" in person.anki.tags(granite)


def test_without_anki_the_notes_at_risk_are_named(person: Person) -> None:
    """Where nothing can be read, the run names each note that its deck writes over, before it writes."""
    person.reword()
    result = person.run("refresh", reads="off")
    (risk,) = result["anki"]["at_risk"]
    assert (risk["id"], risk["deck"]) == (person.id_of(NEW_SPRING), "Demo::Earth::Sea")
    assert " ".join(risk["question"].split()) in " ".join(result["said"].split())
    assert person.run("build", reads="off")["anki"]["at_risk"] == []


def test_what_is_only_to_be_read_is_not_given_to_anki(person: Person) -> None:
    """A build of Markdown gives Anki nothing: the notes at risk are named when a deck is made that does."""
    person.reword()
    assert person.run("refresh", "--format", "markdown", reads="off")["anki"]["at_risk"] == []
    assert len(person.run("build", reads="off")["anki"]["at_risk"]) == 1


def test_a_profile_that_does_not_exist_is_told(person: Person) -> None:
    """A mistyped profile stops nothing; it is told, and the notes at risk are named."""
    person.reword()
    result = person.run("refresh", reads="Nobody")
    assert "Nobody" in result["anki"]["troubles"][0]
    assert "Nobody" in result["said"]
    assert len(result["anki"]["at_risk"]) == 1


def test_doctor_tells_what_is_read_back(person: Person) -> None:
    """The collection that a run reads, that none is read, or what is wrong with the setting."""
    cases = ((person.reads, person.reads), ("off", "not read back"), ("Nobody", "no profile of Anki"))
    for setting, told in cases:
        env = {"FLASHGEN_ANKI_COLLECTION": setting, "ANKI_BASE": str(person.workspace.root)}
        assert told in person.workspace.run("doctor", env=env).stdout


def test_a_running_anki_is_read_through_ankiconnect(person: Person) -> None:
    """With "auto", a running Anki is asked first."""
    spring = person.id_of(TIDES[1])
    person.anki.edit(spring, Answer="typed in the running Anki")
    with AnkiConnectServer(person.anki).serving() as url:
        person.workspace.write("flashgen.toml", f'[anki]\nurl = "{url}"\n')
        result = person.run("build", reads="auto")
    assert result["anki"]["read"].startswith("Anki")
    assert person.card(spring)["answer"] == "typed in the running Anki"


def test_typing_the_answer_can_be_turned_on_and_off(person: Person) -> None:
    """`type_in` reaches every note that Anki has already, and so does taking it back."""
    granite = person.id_of(ROCKS[0])
    for answer, wanted in (("true", "1"), ("false", "")):
        person.workspace.write("flashgen.toml", f"[anki]\ntype_in = {answer}\n")
        person.run("build")
        person.take()
        assert person.anki.fields(granite)["Reserved1"] == wanted
        person.assert_quiet()


class Killed(BaseException):
    """The process ended here."""


def deliver(root: Path, seen: Seen, now: int, writes: int | None = None) -> None:
    """What a run does with Anki, from taking over to the package; it is killed after so many `writes` to files."""
    left = iter(range(writes)) if writes is not None else None

    def write(file: int, data: bytes) -> int:
        if left is not None and next(left, None) is None:
            raise Killed
        return os.write(file, data)

    (place,) = find(root)
    with Store(place.home, write=write, clock=lambda: now) as store:
        take_over(store, seen, now)
        ready = packing.ready(read_list(place), store, now, type_in=False)
        packing.ship(ready.changed, store, type_in=False)
        packing.write(ready.decks, "demo", root / "build", Output(), type_in=False)


def test_killed_at_any_write(person: Person, tmp_path: Path) -> None:
    """Killed between any two writes from taking over to the package, the next run ends where an undisturbed one would:
    nothing is lost, and nothing is taken over twice or for a conflict."""
    spring, neap, granite = (person.id_of(quote) for quote in (TIDES[1], TIDES[2], ROCKS[0]))
    person.run("build")
    person.anki.edit(spring, Answer="mine", Notes="my note")
    person.anki.edit(granite, Question="<i>mine</i>, and coloured: <span style='color:red'>red</span>?")
    person.anki.tag(granite, "exam")
    person.anki.delete(neap)
    path = next((person.workspace.root / "decks/demo/cards").glob("*sea*.yaml"))
    path.write_text(re.sub(rf"(id: {spring}\n.*?answer: )[^\n]*", r"\1from the file", path.read_text(), flags=re.S))
    now = int(time.time()) + 60
    seen = read_collection(person.anki.path, at=now)
    begin = shutil.copytree(person.workspace.root, tmp_path / "begin")
    deliver(shutil.copytree(begin, tmp_path / "whole"), seen, now)
    for writes in itertools.count():
        broken = shutil.copytree(begin, tmp_path / f"killed-{writes}")
        try:
            deliver(broken, seen, now, writes)
        except Killed:
            deliver(broken, seen, now)
            assert kept_files(broken) == kept_files(tmp_path / "whole"), f"killed after {writes} writes"
        else:
            break
    assert writes > 3


def kept_files(root: Path) -> list[object]:
    """The cards and what is known of their notes. One may be written once more than it had to be: times may differ."""
    workspace = Workspace(root)
    shipped = workspace.ledger()["shipped"]
    apart = ("changed", "pending")
    return [{key: one[key] for key in one if key not in apart} for one in (*workspace.cards(), *shipped.values())]
