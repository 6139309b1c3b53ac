"""AnkiConnect over a real collection, without a window: the actions that flashgen uses, answered from the database.

What the add-on does around them is done too: the version of each action in a `multi`, the key, replies to older
versions of its interface, an open or a closed profile, and a connection for every request.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from anki.errors import NotFoundError
from real_anki import RealAnki


class AnkiConnectServer:
    """`actions` are the calls that were answered, in order; `age` is how old the add-on is.

    `sandboxed` is an Anki that sees only its own files; `refusing` names an action that fails. An "old" add-on of 2020
    knows neither `query` of notesInfo nor times in it, nor note types by id.
    """

    def __init__(self, anki: RealAnki, *, key: str = "", age: str = "new", version: int = 6) -> None:
        self.anki = anki
        self.key = key
        self.age = age
        self.interface = version
        self.is_open = True
        self.sandboxed = False
        self.refusing = ""
        self.actions: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The server's address, as long as it runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, request: dict[str, Any]) -> Any:
        """What one request is answered with: the bare result up to version 4, else with its error."""
        version = request.get("version", 4)
        try:
            result, error = self._do(request), None
        except Exception as problem:
            result, error = None, str(problem)
        return result if version <= 4 else {"result": result, "error": error}

    def _do(self, request: dict[str, Any]) -> Any:
        action = request.get("action", "")
        if request.get("key", "") != self.key:
            raise ValueError("valid api key must be provided")
        method: Callable[..., Any] | None = getattr(self, f"do_{action}", None)
        if method is None or (self.age == "old" and action in ("findModelsById", "getActiveProfile")):
            raise ValueError("unsupported action")
        if action == self.refusing:
            raise ValueError("something is wrong")
        self.actions.append(action)
        return method(**request.get("params", {}))

    @property
    def _collection(self) -> Any:
        if not self.is_open:
            raise ValueError("collection is not available")
        return self.anki.collection

    # --- the actions ----------------------------------------------------------------------------

    def do_version(self) -> int:
        return self.interface

    def do_getActiveProfile(self) -> str:
        return "User 1"

    def do_multi(self, actions: list[dict[str, Any]]) -> list[Any]:
        return [self.answer(action) for action in actions]

    def do_findModelsById(self, modelIds: list[int]) -> list[Any]:
        models = [self._collection.models.get(id_) for id_ in modelIds]
        if None in models:
            raise ValueError(f"model was not found: {modelIds[models.index(None)]}")
        return models

    def do_findNotes(self, query: str | None = None) -> list[int]:
        return [int(id_) for id_ in self._collection.find_notes(query)] if query is not None else []

    def do_findCards(self, query: str | None = None) -> list[int]:
        return [int(id_) for id_ in self._collection.find_cards(query)] if query is not None else []

    def do_notesInfo(self, notes: list[int] | None = None, **others: str) -> list[Any]:
        if others and (self.age == "old" or set(others) != {"query"}):
            raise TypeError(f"AnkiConnect.notesInfo() got an unexpected keyword argument {next(iter(others))!r}")
        if notes is None and not others:
            raise ValueError('Must provide either "notes" or a "query"')
        found = self.do_findNotes(others["query"]) if others else notes or []
        return [self._note(id_) for id_ in found]

    def do_notesModTime(self, notes: list[int]) -> list[Any]:
        return [{"noteId": id_, "mod": self._collection.get_note(id_).mod} for id_ in notes]

    def do_cardsInfo(self, cards: list[int]) -> list[Any]:
        return [self._card(id_) for id_ in cards]

    def do_importPackage(self, path: str) -> bool:
        """With the desktop's defaults, as the add-on does it. A sandboxed Anki sees nothing outside its media."""
        if self.sandboxed and not path.startswith(self._collection.media.dir()):
            raise FileNotFoundError(f"No such file or directory: {path}")
        self.anki.take(Path(path))
        return True

    def do_suspend(self, cards: list[int], suspend: bool = True) -> bool:
        for card in cards:  # the add-on's own loop, which skips the card behind one that it takes out
            if (self._collection.get_card(card).queue == -1) == suspend:
                cards.remove(card)
        if not cards:
            return False
        scheduler = self._collection.sched
        (scheduler.suspend_cards if suspend else scheduler.unsuspend_cards)(cards)
        return True

    def do_unsuspend(self, cards: list[int]) -> None:
        self.do_suspend(cards, False)

    def do_addTags(self, notes: list[int], tags: str) -> None:
        self._collection.tags.bulk_add(notes, tags)

    def do_removeTags(self, notes: list[int], tags: str) -> None:
        self._collection.tags.bulk_remove(notes, tags)

    def do_changeDeck(self, cards: list[int], deck: str) -> None:
        self._collection.set_deck(cards, self._collection.decks.id(deck))

    def do_storeMediaFile(self, filename: str, data: str) -> str:
        return str(self._collection.media.write_data(filename, base64.b64decode(data)))

    def do_getMediaDirPath(self) -> str:
        return str(self._collection.media.dir())

    def do_deleteMediaFile(self, filename: str) -> None:
        self._collection.media.trash_files([filename])

    def do_sync(self) -> None:
        """A server is somebody else's business: that it was asked for stands in `actions`."""

    def do_getDeckConfig(self, deck: str) -> Any:
        decks = self._collection.decks
        found = decks.by_name(deck)
        return decks.config_dict_for_deck_id(found["id"]) if found else False

    def do_getReviewsOfCards(self, cards: list[int]) -> dict[int, Any]:
        names = ("id", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type")
        query = f"select {', '.join(names)} from revlog where cid = ?"
        found = {card: self._collection.db.all(query, card) for card in cards}
        return {card: [dict(zip(names, row, strict=True)) for row in rows] for card, rows in found.items()}

    def _note(self, id_: int) -> dict[str, Any]:
        try:
            note = self._collection.get_note(id_)
        except NotFoundError:
            return {}
        info = {
            "noteId": note.id,
            "tags": note.tags,
            "fields": self._fields(note),
            "modelName": note.note_type()["name"],
            "cards": list(note.card_ids()),
        }
        return info if self.age == "old" else {**info, "profile": "User 1", "mod": note.mod}

    def _card(self, id_: int) -> dict[str, Any]:
        try:
            card = self._collection.get_card(id_)
        except NotFoundError:
            return {}
        return {
            "cardId": card.id,
            "fields": self._fields(card.note()),
            "fieldOrder": card.ord,
            "question": card.question(),
            "answer": card.answer(),
            "modelName": card.note_type()["name"],
            "ord": card.ord,
            "deckName": self._collection.decks.name(card.did),
            "css": card.note_type()["css"],
            "factor": card.factor,
            "interval": card.ivl,
            "note": card.nid,
            "type": card.type,
            "queue": card.queue,
            "due": card.due,
            "reps": card.reps,
            "lapses": card.lapses,
            "left": card.left,
            "mod": card.mod,
        }

    def _fields(self, note: Any) -> dict[str, Any]:
        fields = note.note_type()["flds"]
        return {field["name"]: {"value": note.fields[field["ord"]], "order": field["ord"]} for field in fields}


def _handler(server: AnkiConnectServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with server._lock:  # Anki has one thread for this
                reply = json.dumps(server.answer(json.loads(body))).encode() if body else b"AnkiConnect"
            self.send_response(200)
            self.send_header("content-type", "text/json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
