"""A machine that runs at night, a phone by day: what fails in review there comes back as a better card, by way of
Anki's own sync server."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from beside_anki import Person, begun, person
from earth import NEW_SPRING, ROCKS, TIDES
from llm_server import Answer, says
from scripts import scripted
from sync_server import PASSWORD, USER, Phone, phone, server

__all__ = ["begun", "person", "phone", "server"]


def run(person: Person, command: str, url: str, *args: str) -> dict[str, Any]:
    """The JSON of a command that goes by way of the server; the result of the one list."""
    data = {"XDG_DATA_HOME": str(person.workspace.root.parent / "data")}
    keys = {"FLASHGEN_SYNC_PASSWORD": PASSWORD, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    result = person.workspace.run(command, "--sync-server", url, "--user", USER, "--json", *args, env={**data, **keys})
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout)["lists"][0])


def mending(number: int, body: Any) -> Answer:
    """A new question for a card that doesn't work; else the model of the other tests."""
    found = re.search(r"<card>(.*?)</card>", body["messages"][-1]["content"], re.S)
    if not found:
        return scripted(number, body)
    quote = json.loads(found[1])["quote"]
    card = {"kind": "basic", "question": "Why does granite have large crystals?", "answer": "It cools slowly"}
    return says(
        json.dumps({"action": "rework", "reason": "vague", "cards": [{**card, "quote": quote, "importance": 3}]})
    )


@pytest.mark.slow
def test_the_whole_circle(person: Person, server: str, phone: Phone) -> None:
    """Generate, push; the phone fails one card and edits another; feedback, a yes, a refresh, a push; the phone has the
    better card with all its reviews, the edit, and what the article changed. Nothing is lost."""
    assert person.workspace.llm
    person.workspace.llm.script = mending
    granite, basalt, spring = person.id_of(ROCKS[0]), person.id_of(ROCKS[1]), person.id_of(TIDES[1])
    person.workspace.forget_anki()
    run(person, "push", server)
    phone.sync(server)
    for button in (3, 1, 1, 1, 1):
        phone.answer(granite, button, 9.0)
    phone.edit(basalt, Answer="the small-grained one")
    phone.backdate(basalt, phone.note(basalt).mod + 1)
    phone.sync(server)
    log = phone.collection.db.all("select * from revlog")

    told = run(person, "feedback", server)
    (card,) = told["cards"]
    assert (card["id"], [signal["kind"] for signal in card["noticed"]]) == (granite, ["lapses", "lapse rate"])
    assert [taken["id"] for taken in told["anki"]["taken_over"]] == [basalt]
    assert run(person, "feedback", server)["cards"] == []
    assert person.workspace.run("feedback", "--accept", granite).exit_code == 0
    person.reword()
    person.run("refresh", reads="off")
    run(person, "push", server)
    phone.sync(server)
    assert phone.fields(granite)["Question"] == "Why does granite have large crystals?"
    assert phone.fields(basalt)["Answer"] == "the small-grained one"
    assert NEW_SPRING in phone.fields(spring)["Quote"]
    assert phone.collection.db.all("select * from revlog") == log
    assert phone.collection.note_count() == 6
