"""A server at night and a phone by day: pushes to Anki's own sync server, between which a phone reviews and edits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keyring
import pytest
from beside_anki import Person, begun, person
from earth import NEW_SPRING, ROCKS, TIDES
from keyring.backend import KeyringBackend
from sync_server import PASSWORD, USER, Phone, phone, server, serving

from flashgen.anki.push_sync import password
from flashgen.errors import UsageError

__all__ = ["begun", "person", "phone", "server"]


def environment(person: Person) -> dict[str, str]:
    """No keyring, and a data folder of the test's own."""
    data = {"XDG_DATA_HOME": str(person.workspace.root.parent / "data")}
    return {"FLASHGEN_SYNC_PASSWORD": PASSWORD, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **data}


def pushed(person: Person, url: str, *args: str) -> dict[str, Any]:
    """The JSON of a push to the server."""
    options = ("--sync-server", url, "--user", USER, "--json", *args)
    result = person.workspace.run("push", *options, env=environment(person))
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout)["lists"][0])


@pytest.mark.slow
def test_from_the_server_to_the_phone_and_back(person: Person, server: str, phone: Phone) -> None:
    """Generate, push; the phone reviews, edits, tags, moves, deletes; refresh, push; the phone has both, and lost
    nothing. A push after that has nothing to do."""
    spring, neap, granite, basalt = (person.id_of(quote) for quote in (TIDES[1], TIDES[2], ROCKS[0], ROCKS[1]))
    person.workspace.forget_anki()
    assert len(pushed(person, server)["added"]) == 6
    phone.sync(server)
    assert len(phone.review()) == 6
    phone.edit(spring, Question="mine?", Notes="a note of mine")
    phone.tag(spring, "exam")
    phone.move(granite, "My::Own")
    phone.sync(server)
    assert pushed(person, server)["anki"]["taken_over"]
    phone.delete(neap)
    phone.edit(basalt, Answer="mine too")
    for id_ in (spring, granite, basalt):
        phone.backdate(id_, phone.note(id_).mod + 1)
    phone.sync(server)
    studied = phone.studied()

    person.reword()
    person.web.put("/rocks", "Rocks", ROCKS[0], ROCKS[1])
    person.run("refresh", "--yes", reads="off")
    result = pushed(person, server)
    assert [note["id"] for note in result["anki"]["deleted"]] == [neap]
    assert len(result["suspended"]) == 1
    phone.sync(server)
    assert phone.fields(spring)["Question"] == "mine?"
    assert phone.fields(spring)["Notes"] == "a note of mine"
    assert phone.fields(spring)["Proposed"]
    assert phone.fields(basalt)["Answer"] == "mine too"
    assert "exam" in phone.tags(spring)
    assert phone.deck(granite) == "My::Own"
    assert not phone.has(neap)
    assert phone.studied() == studied
    assert person.card(spring)["proposal"]["quote"] == NEW_SPRING

    again = pushed(person, server)
    assert (again["added"], again["updated"], again["suspended"], again["moved"]) == ([], [], [], [])


@pytest.mark.slow
def test_what_the_server_has_is_read_back_by_runs(person: Person, server: str, phone: Phone) -> None:
    """With "auto", a run on a machine without Anki reads what the last push brought home; but not what only a push that
    never reached the server had put there."""
    pushed(person, server)
    phone.sync(server)
    granite = person.id_of(ROCKS[0])
    phone.edit(granite, Answer="mine")
    phone.sync(server)
    pushed(person, server)
    elsewhere = {**environment(person), "ANKI_BASE": str(person.workspace.root), "FLASHGEN_ANKI_COLLECTION": "auto"}
    person.workspace.write("flashgen.toml", '[anki]\nurl = "http://127.0.0.1:1"\n')

    def read() -> str:
        result = person.workspace.run("refresh", "--allow-private", "--json", env=elsewhere)
        return str(json.loads(result.stdout)["lists"][0]["anki"]["read"])

    (collection,) = (person.workspace.root.parent / "data/flashgen/sync").glob("*/collection.anki2")
    assert read() == f"the collection {collection}"
    collection.with_name("unsynced").touch()
    assert read() == ""


@pytest.mark.slow
def test_the_note_types_were_changed_on_the_phone(person: Person, server: str, phone: Phone) -> None:
    """A full sync is a download, before anything is pushed: the phone's change stays, and the push goes on."""
    pushed(person, server)
    phone.sync(server)
    models = phone.collection.models
    model = models.by_name("Basic")
    models.add_field(model, models.new_field("Hint"))
    models.update_dict(model)
    phone.sync(server, upload=True)
    person.reword()
    person.run("refresh", reads="off")
    assert len(pushed(person, server)["updated"]) == 1
    phone.sync(server)
    assert "Hint" in models.field_names(phone.collection.models.by_name("Basic"))
    assert NEW_SPRING in phone.fields(person.id_of(NEW_SPRING))["Quote"]


@pytest.mark.slow
def test_a_server_that_lost_its_collection(person: Person, tmp_path: Path) -> None:
    """Nothing is uploaded as a whole: where only that would do, the push is refused, and says what to do."""
    with serving(tmp_path / "server") as url:
        pushed(person, url)
    with serving(tmp_path / "empty", port=int(url.rstrip("/").rpartition(":")[2])) as url:
        result = person.workspace.run("push", "--sync-server", url, "--user", USER, env=environment(person))
    assert result.exit_code == 1
    assert "full upload" in result.stderr


def test_what_a_person_may_get_wrong(person: Person) -> None:
    """No user, no password, no address, no server: a sentence each."""
    cases: tuple[tuple[tuple[str, ...], str, dict[str, str]], ...] = (
        (("--sync-server", "http://127.0.0.1:1/"), "--user", {}),
        (("--sync-server", "nonsense", "--user", "me"), "give an address", {}),
        (("--sync-server", "http://127.0.0.1:1/", "--user", "me"), "no password", {"FLASHGEN_SYNC_PASSWORD": ""}),
        (("--sync-server", "http://127.0.0.1:1/", "--user", "me"), "can't be reached", {}),
        (("--sync-server", "http://127.0.0.1:1/", "--collection", "x"), "choose one", {}),
        (("--sync-server", "http://127.0.0.1:1/", "--sync"), "--sync is for a running Anki", {}),
    )
    for args, told, env in cases:
        result = person.workspace.run("push", *args, env={**environment(person), **env})
        assert result.exit_code in (1, 2), args
        assert told in result.stderr


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def test_where_the_password_comes_from() -> None:
    """From the environment, else from the keyring; nowhere else."""
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        keyring.set_password("https://sync.example.org/", "me", "from the ring")
        assert password("me", "https://sync.example.org/", None) == "from the ring"
        assert password("me", "https://sync.example.org/", "from the environment") == "from the environment"
        with pytest.raises(UsageError, match="no password for you"):
            password("you", "https://sync.example.org/", None)
    finally:
        keyring.set_keyring(before)
