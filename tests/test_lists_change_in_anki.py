"""The list, the web and the model change, Anki has the decks already: each case is runs of the command line and imports
into the real Anki, and no review, edit, tag or deck of the person's is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from beside_anki import Person, begun, person, put_pages
from earth import NEW_SPRING, ROCKS, TIDES
from llm_server import Answer, ModelServer, says
from real_anki import RealAnki
from scripts import scripted
from workspaces import Workspace

__all__ = ["begun", "person"]


def test_a_topic_renamed_in_the_list(person: Person) -> None:
    """An import moves no card: the old ones stay where they are learnt, with their history; what is new goes to the new
    deck; no note is doubled."""
    spring = person.id_of(TIDES[1])
    assert len(person.anki.review()) == 6
    person.anki.edit(spring, Answer="mine")
    studied = person.anki.studied()
    person.rewrite_list("## Sea", "## Oceans")
    person.web.put("/tides", "Tides", *TIDES, "A tidal bore runs up a river against its flow.")
    person.run("refresh")
    log = person.take()
    assert (len(log.new), len(log.conflicting)) == (1, 0)
    assert person.anki.deck(spring) == "Demo::Earth::Sea"
    assert person.anki.deck(person.id_of("A tidal bore runs up a river against its flow.")) == "Demo::Earth::Oceans"
    assert "Oceans" in person.anki.fields(spring)["Context"]
    assert person.anki.fields(spring)["Answer"] == "mine"
    assert [row for row in person.anki.studied()[0] if row[6]] == studied[0]
    assert person.anki.studied()[1] == studied[1]
    person.assert_quiet()


def test_a_list_split_in_two(person: Person) -> None:
    """One topic goes to a list of its own, with its cards, their ids and what Anki knows of them: both packages come
    in, nothing is doubled, and an edit from before the split is taken over by the new list."""
    granite, spring = person.id_of(ROCKS[0]), person.id_of(TIDES[1])
    studied = person.anki.review() and person.anki.studied()
    person.anki.edit(granite, Answer="mine")
    person.anki.tag(granite, "exam")
    person.anki.tag(spring, "exam")
    person.rewrite_list(f"## Stone\n\n{person.web.url}/rocks\n", "")
    person.workspace.reading_list(f"# Stones\n\n{person.web.url}/rocks\n", "stones")
    results = person.run_all("build")
    assert [taken["id"] for taken in results["stones"]["anki"]["taken_over"]] == [granite]
    for name in ("demo", "stones"):
        log = person.anki.take(person.workspace.root / f"build/{name}.apkg")
        assert (len(log.new), len(log.conflicting)) == (0, 0)
    assert person.anki.collection.note_count() == 6
    assert person.anki.studied() == studied
    assert person.anki.fields(granite)["Answer"] == "mine"
    assert person.anki.fields(granite)["Context"].startswith("Stones")
    assert person.anki.tags(granite) == {"exam", "flashgen::stones"}
    assert person.anki.tags(spring) == {"exam", "flashgen::demo"}
    results = person.run_all("build")
    assert not any(one["anki"]["taken_over"] or one["anki"]["deleted"] for one in results.values())


def test_a_link_removed_and_put_back(person: Person) -> None:
    """Its cards are retired, marked in Anki, and come back with all their history when the link does."""
    studied = person.anki.review() and person.anki.studied()
    stone = f"## Stone\n\n{person.web.url}/rocks\n"
    person.rewrite_list(stone, "")
    person.run("refresh", "--yes")
    person.take()
    granite = person.id_of(ROCKS[0])
    assert "flashgen::retired" in person.anki.tags(granite)
    assert person.anki.fields(granite)["Retired"]
    person.rewrite_list("/tides\n", f"/tides\n\n{stone}")
    person.run("refresh")
    person.take()
    assert "flashgen::retired" not in person.anki.tags(granite)
    assert person.anki.studied() == studied


def clozes(number: int, body: Mapping[str, Any]) -> Answer:
    """The scripted model, but that each card hides the second and the last word of its sentence."""
    reply = json.loads(json.loads(scripted(number, body).body)["choices"][0]["message"]["content"])
    for card in (*reply["cards"], *reply.get("decisions", ())):
        first, second, *others, last = card["quote"].rstrip(".").split()
        question = f"{first} {{{{c1::{second}}}}} {' '.join(others)} {{{{c2::{last}}}}}."
        card |= {"kind": "cloze", "question": question, "answer": ""}
    return says(json.dumps(reply))


@pytest.fixture
def cloze_person(tmp_path: Path) -> Iterator[Person]:
    """Someone with cloze cards."""
    with website.serving() as web, llm_server.serving(clozes) as llm, RealAnki(tmp_path / "anki") as anki:
        yield cloze_beginner(tmp_path, web, llm, anki)


def cloze_beginner(folder: Path, web: website.Site, llm: ModelServer, anki: RealAnki) -> Person:
    person = Person(Workspace(folder / "work", llm), web, anki, str(anki.path))
    put_pages(web)
    person.workspace.reading_list(f"# Earth\n\n## Sea\n\n{web.url}/tides\n\n## Stone\n\n{web.url}/rocks\n")
    person.run("build")
    person.age()
    assert len(person.take().new) == 5  # one of the six gives its word away
    return person


def test_clozes(cloze_person: Person) -> None:
    """Two cards a note; a revision keeps both with their history, an edit of the text or of a mark is taken over, and
    a deleted note stays deleted."""
    person = cloze_person
    spring, granite, basalt = (person.id_of(quote) for quote in (TIDES[1], ROCKS[0], ROCKS[1]))
    assert person.anki.collection.card_count() == 10
    person.anki.review()
    person.run("build")
    studied = person.anki.studied()
    person.anki.edit(granite, Question="{{c1::Granite}} cools {{c2::slowly::how?}}, as I say.")
    person.anki.delete(basalt)
    person.reword()
    result = person.run("refresh")
    assert [(taken["id"], taken["field"]) for taken in result["anki"]["taken_over"]] == [(granite, "question")]
    assert person.card(granite)["question"] == "{{c1::Granite}} cools {{c2::slowly::how?}}, as I say."
    assert person.card(basalt)["status"] == "rejected"
    person.take()
    assert "the same line" in person.anki.fields(spring)["Question"]
    assert person.id_of(NEW_SPRING) == spring
    assert len(person.anki.cards(spring)) == 2
    assert not person.anki.has(basalt)
    assert person.anki.studied()[0] == [row for row in studied[0] if row[1] != basalt]
    assert not person.anki.collection.get_empty_cards().notes
    person.assert_quiet()


def test_edits_on_notes_that_did_not_change_survive_without_reading_back(person: Person) -> None:
    """Also where Anki can't be read: an import leaves every note alone that the run didn't name as at risk."""
    granite, basalt, spring = (person.id_of(quote) for quote in (ROCKS[0], ROCKS[1], TIDES[1]))
    person.anki.edit(granite, Answer="mine")
    person.anki.tag(basalt, "exam")
    person.reword()
    result = person.run("refresh", reads="off")
    assert [note["id"] for note in result["anki"]["at_risk"]] == [spring]
    assert len(person.take().updated) == 1
    assert person.anki.fields(granite)["Answer"] == "mine"
    assert "exam" in person.anki.tags(basalt)
