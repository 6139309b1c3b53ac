"""A running Anki is asked through AnkiConnect, and tells the same as its collection does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from ankiconnect_server import AnkiConnectServer
from deliveries import Desk
from real_anki import RealAnki

from flashgen.anki.collection import read_collection
from flashgen.anki.connect import AnkiConnect, NotRunning
from flashgen.anki.reading_back import read_back
from flashgen.anki.running import read_running
from flashgen.errors import AnkiError
from flashgen.seen import Seen
from flashgen.settings import AnkiSettings
from flashgen.types import Card, Kind, Status

PAST = 1_760_000_000
A, B, C, D = IDS = [f"card{number:012}" for number in range(4)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    plain = Card("", "What is it?", "A thing.", "It is a thing.", "https://example.org/a", created=PAST, changed=PAST)
    cards = [replace(plain, id=id_) for id_ in IDS]
    cards[3] = replace(cards[3], kind=Kind.CLOZE, question="{{c1::It}} is a {{c2::thing}}.", answer="")
    return Desk(tmp_path, cards, int(time.time()))


@pytest.fixture
def anki(tmp_path: Path, desk: Desk) -> Iterator[RealAnki]:
    with RealAnki(tmp_path / "profile") as anki:
        anki.take(desk.ship())
        yield anki


def read(server: AnkiConnectServer, *, key: str = "", studied: bool = False) -> Seen:
    with server.serving() as url:
        connect = AnkiConnect(url, key)
        try:
            return read_running(connect, at=5, studied=studied)
        finally:
            connect.close()


@pytest.mark.parametrize("age", ["new", "old"])
def test_the_same_by_both_ways(anki: RealAnki, age: str) -> None:
    """AnkiConnect and a copy of the collection tell the same of every note, whatever the add-on's age."""
    anki.edit(A, Answer="ünïcode <b>edit</b>")
    anki.tag(B, "mine")
    anki.suspend(B)
    anki.flag(D, 3)
    anki.move(C, "My::Own")
    copied = read_collection(anki.path, at=5)
    asked = read(AnkiConnectServer(anki, age=age), studied=True)
    assert asked.notes == copied.notes
    assert (asked.at, asked.studied, asked.unnamed) == (5, True, 0)
    assert asked.where == ("Anki (profile User 1)" if age == "new" else "Anki")


def test_few_requests(anki: RealAnki) -> None:
    """Three requests tell of every note, suspension and flag; no card is rendered where its state isn't asked for."""
    anki.suspend(B)
    anki.flag(C, 2)
    server = AnkiConnectServer(anki)
    seen = read(server)
    assert server.actions.count("multi") == 2
    assert "cardsInfo" not in server.actions
    assert (seen.notes[B].suspended, seen.notes[A].suspended, seen.notes[C].flag) == (True, False, 2)
    assert not seen.studied


def test_an_edit_and_a_deletion_come_back(desk: Desk, anki: RealAnki) -> None:
    """What was read through AnkiConnect is merged like any other."""
    server = AnkiConnectServer(anki)
    desk.merge(read(server))
    anki.edit(A, Question="Edited?")
    anki.delete(B)
    merged = desk.merge(read(server))
    assert desk.cards[A].question == "Edited?"
    assert [card.id for card in merged.deleted] == [B]
    assert desk.cards[B].status is Status.REJECTED


def test_a_copy_made_in_anki(anki: RealAnki) -> None:
    """A copy that the person makes of a note carries its FGID too; the older one is ours."""
    note = anki.note(A)
    copy = anki.collection.new_note(note.note_type())
    copy.fields = [*note.fields]
    copy.fields[1] = "of the copy"
    anki.collection.add_note(copy, anki.collection.decks.id("Default"))
    assert read(AnkiConnectServer(anki)).notes[A].fields["Answer"] == "A thing."


def test_renamed_fields(anki: RealAnki) -> None:
    """Note type and fields are known by their ids, also the one that holds the name of the card."""
    model = anki.collection.models.by_name("flashgen basic")
    model["name"] = "Fragen"
    for field, name in ((model["flds"][1], "Antwort"), (model["flds"][11], "Nummer")):
        anki.collection.models.rename_field(model, field, name)
    anki.collection.models.update_dict(model)
    seen = read(AnkiConnectServer(anki))
    assert seen.notes[A].fields["Answer"] == "A thing."
    assert seen.notes[A].kind is Kind.BASIC


def test_a_note_without_its_name_is_no_deletion(desk: Desk, anki: RealAnki) -> None:
    """As long as a note of ours can't be told which it is, none counts as deleted."""
    server = AnkiConnectServer(anki)
    desk.merge(read(server))
    anki.edit(A, FGID="")
    seen = read(server)
    assert seen.unnamed == 1
    merged = desk.merge(seen)
    assert not merged.deleted
    assert [card.id for card in merged.missing] == [A]


# --- when it goes wrong -------------------------------------------------------------------------


def test_anki_is_not_running() -> None:
    """Nobody there is said as such."""
    with pytest.raises(NotRunning, match="start Anki"):
        read_running(AnkiConnect("http://127.0.0.1:9"))


def test_the_key(anki: RealAnki) -> None:
    """A missing or wrong key is told with the setting that holds it; the right one opens."""
    server = AnkiConnectServer(anki, key="secret")
    with pytest.raises(AnkiError, match=r"`key` under \[anki\]"):
        read(server)
    assert set(read(server, key="secret").notes) == set(IDS)


def test_a_version_that_was_not_tried(anki: RealAnki) -> None:
    """An interface of another version is refused before anything is asked of it."""
    server = AnkiConnectServer(anki, version=7)
    with pytest.raises(AnkiError, match="version 7"):
        read(server)
    assert server.actions == ["version"]


def test_no_profile_is_open(anki: RealAnki) -> None:
    """Anki at its choice of profiles says so."""
    server = AnkiConnectServer(anki)
    server.is_open = False
    with pytest.raises(AnkiError, match="no profile is open"):
        read(server)


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"hello": 1}', b"[]", b"null", b"6"])
def test_something_else_answers(body: bytes) -> None:
    """Another program at the address is not taken for AnkiConnect."""

    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        with pytest.raises(AnkiError, match="is not AnkiConnect"):
            read_running(AnkiConnect(f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()
        server.server_close()


# --- which way is taken -------------------------------------------------------------------------


def test_a_running_anki_comes_first(anki: RealAnki, tmp_path: Path) -> None:
    """Where Anki answers, its files are left alone; what stands in it counts, not what lies in another profile."""
    RealAnki(tmp_path / "Anki2" / "Other").close()
    with AnkiConnectServer(anki).serving() as url:
        back = read_back(AnkiSettings(url=url), IDS, bases=[tmp_path / "Anki2"])
    assert back.seen is not None
    assert back.seen.where == "Anki (profile User 1)"


def test_the_collection_stands_in(anki: RealAnki, tmp_path: Path) -> None:
    """Where Anki can't be asked, its collection is read, and what stood in the way is told."""
    (tmp_path / "Anki2").mkdir()
    (tmp_path / "profile").rename(tmp_path / "Anki2" / "User 1")
    with AnkiConnectServer(anki, key="secret").serving() as url:
        back = read_back(AnkiSettings(url=url), IDS, bases=[tmp_path / "Anki2"])
    assert back.seen is not None
    assert back.seen.where.startswith("the collection")
    assert "`key`" in back.troubles[0]


def test_another_profile_is_open(anki: RealAnki, tmp_path: Path, desk: Desk) -> None:
    """Where the open profile has none of the cards, the profile that has them is read."""
    home = tmp_path / "Anki2" / "Home"
    with RealAnki(home) as other:
        other.take(tmp_path / "list.apkg")
    with RealAnki(tmp_path / "Anki2" / "Empty") as empty, AnkiConnectServer(empty).serving() as url:
        back = read_back(AnkiSettings(url=url), IDS, bases=[tmp_path / "Anki2"])
    assert back.seen is not None
    assert str(home) in back.seen.where


def test_a_collection_that_is_named_is_the_only_one(anki: RealAnki, tmp_path: Path) -> None:
    """Who names a collection means it, whatever profile is open in Anki."""
    server = AnkiConnectServer(anki)
    with server.serving() as url:
        back = read_back(AnkiSettings(collection=str(anki.path), url=url), IDS)
    assert back.seen is not None
    assert back.seen.where.startswith("the collection")
    assert server.actions == []


def test_an_anki_that_does_not_answer(anki: RealAnki) -> None:
    """With a dialog open, Anki takes the connection and says nothing: the collection is read instead, and it is
    told."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        back = read_back(AnkiSettings(url=url), IDS, patience=0.2, bases=[anki.path.parent.parent])
    assert back.seen is not None
    assert back.seen.where == f"the collection {anki.path}"
    assert "is a dialog open" in back.troubles[0]
