"""Feedback from the real Anki: reviewed, flagged, edited, deleted there; proposals, a yes and a no; and back again."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from ankiconnect_server import AnkiConnectServer
from llm_server import Answer, ModelServer, says
from real_anki import RealAnki
from scripts import scripted
from workspaces import Workspace

TIDES = (
    "The tide rises and falls twice a day, because the earth turns under two bulges of water.",
    "A spring tide comes when sun and moon pull along one line, at new moon and at full moon.",
    "A neap tide comes a week later, when sun and moon pull at a right angle to each other.",
    "The shape of the coast decides how high the water finally climbs in a bay or an estuary.",
    "Engineers in France built a power station that turns the tide of the Rance into current.",
    "A tidal bore is a wave that runs up a river against its current as the water of the sea rises.",
)
DAILY, SPRING, NEAP, COAST, POWER, _ = TIDES


def item(question: str, answer: str, quote: str) -> dict[str, Any]:
    return {"kind": "basic", "question": question, "answer": answer, "quote": quote, "importance": 3}


REMEDIES: dict[str, dict[str, Any]] = {
    DAILY: {"action": "rework", "cards": [item("Why does the tide rise twice a day?", "Two bulges of water", DAILY)]},
    SPRING: {
        "action": "split",
        "cards": [
            item("How do sun and moon stand at spring tide?", "Along one line", SPRING),
            item("At which phases of the moon is spring tide?", "New moon and full moon", SPRING),
        ],
    },
    NEAP: {"action": "retire", "cards": []},
    COAST: {"action": "rework", "cards": [item("Is this about the coast?", "Yes", COAST)]},
}


def model(number: int, body: Mapping[str, Any]) -> Answer:
    """The remedy for the card of the prompt; cards from sentences otherwise."""
    found = re.search(r"<card>(.*?)</card>", body["messages"][-1]["content"], re.S)
    if not found:
        return scripted(number, body)
    remedy = REMEDIES[json.loads(found[1])["quote"]]
    return says(json.dumps({"reason": "it asks for too much", **remedy}))


@dataclass
class Person:
    """Someone with Anki beside their workspace."""

    workspace: Workspace
    anki: RealAnki
    llm: ModelServer

    def run(self, *args: str, status: int = 0) -> Any:
        """The JSON of a run that reads this Anki."""
        env = {"FLASHGEN_ANKI_COLLECTION": str(self.anki.path)}
        result = self.workspace.run(*args, "--json", env=env)
        assert result.exit_code == status, result.stderr
        return json.loads(result.stdout)

    def feedback(self, *args: str) -> dict[str, Any]:
        """The result of the one list, its cards by the sentence that they were made from."""
        (told,) = self.run("feedback", *args)["lists"]
        quotes = {card["id"]: card["quote"] for card in self.workspace.cards()}
        return {**told, "cards": {quotes[one["id"]]: one for one in told["cards"]}}

    def build(self) -> Any:
        """Build and import, with Anki's defaults."""
        (told,) = self.run("build", "--allow-private")["lists"]
        self.anki.take(self.workspace.root / "build" / "demo.apkg")
        return told

    def id_of(self, quote: str) -> str:
        return str(next(card["id"] for card in self.workspace.cards() if card["quote"] == quote))

    def card(self, quote: str) -> dict[str, Any]:
        return next(card for card in self.workspace.cards() if card["quote"] == quote)

    def fail(self, quote: str, times: int = 4) -> None:
        """Learn a card and forget it so many times."""
        id_ = self.id_of(quote)
        for button in (3, *[1] * times):
            self.anki.answer(id_, button, 5.0)

    @property
    def calls(self) -> int:
        return len(self.llm.asked)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ModelServer]]:
    """Six cards, built and imported."""
    folder = tmp_path_factory.mktemp("feedback")
    with website.serving() as web, llm_server.serving(model) as llm, RealAnki(folder / "anki") as anki:
        web.put("/tides", "Tides", *TIDES[:3])
        web.put("/coasts", "Coasts", *TIDES[3:])
        workspace = Workspace(folder / "work", llm)
        workspace.reading_list(f"# Sea\n\n{web.url}/tides\n{web.url}/coasts\n")
        person = Person(workspace, anki, llm)
        person.build()
        assert anki.collection.note_count() == 6
        anki.close()
        yield folder, llm


@pytest.fixture
def person(tmp_path: Path, begun: tuple[Path, ModelServer]) -> Iterator[Person]:
    """Someone who has not reviewed yet."""
    folder, llm = begun
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with RealAnki(tmp_path / "anki") as anki:
        yield Person(Workspace(tmp_path / "work", llm), anki, llm)


def test_bad_cards_get_proposals_and_each_only_once(person: Person) -> None:
    """Reworded, split in two, retired, or nothing where the gates object; a second run asks the model nothing."""
    person.fail(DAILY)
    person.anki.flag(person.id_of(SPRING), 1)
    person.anki.suspend(person.id_of(NEAP))
    person.anki.tag(person.id_of(COAST), "leech")
    told = person.feedback()
    noticed = {quote: [signal["kind"] for signal in one["noticed"]] for quote, one in told["cards"].items()}
    assert noticed == {DAILY: ["lapses", "lapse rate"], SPRING: ["flagged"], NEAP: ["suspended"], COAST: ["leech"]}
    actions = {quote: (one["proposal"] or {}).get("action") for quote, one in told["cards"].items()}
    assert actions == {DAILY: "rework", SPRING: "split", NEAP: "retire", COAST: None}
    assert told["cards"][COAST]["state"] == "no better"
    proposal = person.card(DAILY)["proposal"]
    assert proposal["question"] == "Why does the tide rise twice a day?"
    assert proposal["reason"] == "it asks for too much; forgotten 4 times; forgotten in 4 of 5 reviews"
    assert person.card(DAILY)["question"] != proposal["question"]
    assert [card["status"] for card in person.workspace.cards() if "phases" in card["question"]] == ["draft"]

    spend = sum(spend["prompt_tokens"] for spend in person.workspace.ledger()["spend"].values())
    assert spend >= told["llm"]["prompt_tokens"] > 0

    asked, cards = person.calls, person.workspace.cards()
    again = person.feedback()
    assert again["cards"] == {}
    assert len(again["waiting"]) == 3
    assert (person.calls, person.workspace.cards()) == (asked, cards)


def test_the_passage_goes_to_the_model_from_the_cache(person: Person) -> None:
    """The whole section, not the sentence alone: the web is not asked, the page is known."""
    person.fail(DAILY)
    person.feedback()
    prompt = person.llm.asked[-1]["messages"][-1]["content"]
    assert SPRING in prompt.split("<passage>")[1]
    assert "forgotten 4 times" in prompt


def test_without_the_page_the_quote_is_the_passage(person: Person) -> None:
    """The caches may be gone; the sentence stands in the card."""
    shutil.rmtree(person.workspace.root / ".flashgen")
    person.fail(DAILY)
    told = person.feedback()
    assert told["cards"][DAILY]["state"] == "proposed"
    assert person.llm.asked[-1]["messages"][-1]["content"].split("<passage>")[1].split("</passage>")[0].strip() == DAILY


def test_a_yes_and_a_no(person: Person) -> None:
    """A yes puts the new words under the old id, with all reviews; the second half comes in, what is retired stays in
    the deck with its banner. A no leaves the card, and the finding is not brought up again."""
    for quote in (DAILY, SPRING, NEAP):
        person.anki.flag(person.id_of(quote), 2)
    person.fail(DAILY)
    person.feedback()
    daily, spring, neap = map(person.id_of, (DAILY, SPRING, NEAP))
    before = person.anki.collection.db.all("select * from revlog")
    yes = person.run("feedback", "--accept", f"{daily},{spring}", "--accept", neap)
    assert [one["accepted"] for one in yes] == [True] * 3
    person.build()
    assert person.anki.fields(daily)["Question"] == "Why does the tide rise twice a day?"
    assert person.anki.collection.db.all("select * from revlog") == before
    second = next(card["id"] for card in person.workspace.cards() if "phases" in card["question"])
    assert person.anki.has(second)
    assert person.anki.fields(neap)["Retired"]
    assert person.card(NEAP)["status"] == "retired"
    told = person.feedback()
    assert (told["cards"], told["waiting"], told["anki"]["taken_over"]) == ({}, [], [])


def test_a_no_is_remembered(person: Person) -> None:
    """Nothing changes, the half that waited is rejected, and nothing is proposed again for the same flag."""
    person.anki.flag(person.id_of(SPRING), 2)
    person.feedback()
    question = person.card(SPRING)["question"]
    person.run("feedback", "--reject", "all")
    assert person.card(SPRING)["question"] == question
    assert "proposal" not in person.card(SPRING)
    assert [card["status"] for card in person.workspace.cards() if "phases" in card["question"]] == ["rejected"]
    assert person.feedback()["cards"] == {}


def test_a_word_on_any_proposal_is_an_answer(person: Person) -> None:
    """Also on one that no feedback made: what was forgotten in other words says nothing of the new ones."""
    person.fail(DAILY)
    path = next((person.workspace.root / "decks/demo/cards").glob("*.yaml"))
    id_ = person.id_of(DAILY)
    words = json.dumps({"question": "Why twice?", "answer": "Two bulges", "quote": DAILY})
    path.write_text(path.read_text().replace(f"- id: {id_}\n", f"- id: {id_}\n  proposal: {words}\n"))
    assert person.feedback()["cards"] == {}
    person.run("feedback", "--accept", id_)
    assert person.card(DAILY)["question"] == "Why twice?"
    assert person.feedback()["cards"] == {}


def test_answers_name_what_is_there(person: Person) -> None:
    """An id without a proposal, and one both accepted and rejected, are wrong usage; "all" of none is nothing."""
    assert "none waits at all" in person.run("feedback", "--accept", "nonsense", status=2)["error"]
    assert "both" in person.run("feedback", "--accept", "x", "--reject", "x", status=2)["error"]
    assert person.run("feedback", "--accept", "all") == []


def test_edits_are_taken_over_and_become_examples(person: Person) -> None:
    """What the person rewrote and deleted in Anki stands in the next prompts."""
    person.anki.backdate(person.id_of(COAST), int(time.time()) - 100)
    person.anki.edit(person.id_of(COAST), Question="What decides how high the tide climbs?", Answer="The coast")
    person.build()  # the notes are seen, so that a missing one is known as deleted
    person.anki.delete(person.id_of(POWER))
    person.anki.flag(person.id_of(DAILY), 1)
    told = person.feedback()
    assert person.card(COAST)["question"] == "What decides how high the tide climbs?"
    assert [note["id"] for note in told["anki"]["deleted"]] == [person.id_of(POWER)]
    assert told["examples"] == 3
    text = (person.workspace.root / "decks/demo/examples.yaml").read_text()
    assert "What decides how high the tide climbs?" in text
    system = person.llm.asked[-1]["messages"][0]["content"]
    assert "What decides how high the tide climbs?" in system
    assert "the reader deleted it" in system


def test_a_look_changes_nothing(person: Person) -> None:
    """--dry-run shows what was noticed and would be taken over; --limit proposes for so many and leaves the rest for
    the next run."""
    for quote in (DAILY, SPRING, NEAP):
        person.anki.flag(person.id_of(quote), 1)
    person.anki.edit(person.id_of(COAST), Answer="mine")
    asked, folder = person.calls, person.workspace.root / "decks"
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told = person.feedback("--dry-run")
    assert {one["state"] for one in told["cards"].values()} == {"noticed"}
    assert len(told["anki"]["taken_over"]) == 1
    assert person.calls == asked
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
    states = [one["state"] for one in person.feedback("--limit", "1")["cards"].values()]
    assert sorted(states) == ["noticed", "noticed", "proposed"]
    assert len(person.feedback()["cards"]) == 2


def test_a_running_anki_tells_the_same(person: Person) -> None:
    """Through AnkiConnect, nothing but its address in flashgen.toml."""
    person.fail(DAILY)
    with AnkiConnectServer(person.anki).serving() as url:
        person.workspace.write("flashgen.toml", f'[anki]\nurl = "{url}"\n')
        result = person.workspace.run("feedback", "--json", env={"FLASHGEN_ANKI_COLLECTION": "auto"})
    (told,) = json.loads(result.stdout)["lists"]
    assert told["anki"]["read"] == "Anki (profile User 1)"
    assert [signal["kind"] for one in told["cards"] for signal in one["noticed"]] == ["lapses", "lapse rate"]


def test_without_anki_it_is_said_what_to_do(person: Person) -> None:
    """No collection to be read is an error, with the ways to name one; a budget stops before the call."""
    result = person.workspace.run("feedback", env={"FLASHGEN_ANKI_COLLECTION": "off"})
    assert result.exit_code == 1
    assert "start it with the AnkiConnect add-on" in result.stderr
    person.fail(DAILY)
    told = person.run("feedback", "--max-cost", "0", "--model", "gpt-4o-mini", status=4)
    assert told["lists"][0]["cards"][0]["state"] == "noticed"
    assert person.feedback()["cards"][DAILY]["state"] == "proposed"


def test_people_read_it_too(person: Person) -> None:
    """The card, what was noticed, the new words and how to say yes."""
    person.fail(DAILY)
    result = person.workspace.run("feedback", "--collection", str(person.anki.path))
    assert "forgotten 4 times" in result.stdout
    assert "new  Why does the tide rise twice a day? – Two bulges of water" in result.stdout
    assert f"flashgen feedback --accept {person.id_of(DAILY)}" in result.stdout
