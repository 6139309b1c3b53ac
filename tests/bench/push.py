"""How fast notes are pushed: all of them into an empty collection, running or closed, then again without a change.

    PYTHONPATH=tests:tests/bench python tests/bench/push.py [NOTES]

AnkiConnect's server of the tests answers, over the real importer and database; what is beside it in the same run is
Anki's own import of the same package, and one `addNotes` with all notes, as scripts do it. The real add-on looks for
requests every 25 ms: times the number of requests, that is what comes on top.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ankiconnect_server import AnkiConnectServer
from apkg import make
from real_anki import RealAnki

from flashgen.anki.connect import AnkiConnect
from flashgen.anki.fields import fields
from flashgen.anki.note_types import FIELDS, note_types
from flashgen.app import App
from flashgen.decks import decks
from flashgen.outputs import output
from flashgen.store import Store


class Server(AnkiConnectServer):
    """With the way that scripts take."""

    def do_addNotes(self, notes: list[dict[str, Any]]) -> list[int]:
        made = []
        for note in notes:
            new = self._collection.new_note(self._collection.models.by_name(note["modelName"]))
            for name, value in note["fields"].items():
                new[name] = value
            self._collection.add_note(new, self._collection.decks.id(note["deckName"]))
            made.append(new.id)
        return made


def timed(what: str, work: Callable[[], object], server: Server | None = None) -> float:
    before = len(server.actions) if server else 0
    began, burnt = time.perf_counter(), time.process_time()
    work()
    took, burnt = time.perf_counter() - began, time.process_time() - burnt
    asked = f", {len(server.actions) - before} actions" if server else ""
    print(f"{what:44} {took:7.2f} s, {burnt:.2f} s of processor time{asked}")
    return took


def main(count: int) -> None:
    reading_list, cards, records = make(count, False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "decks" / reading_list.name
        home.mkdir(parents=True)
        lines = ["# Systems"]
        for topic in dict.fromkeys(link.topic for link in reading_list.links):
            lines += [f"\n## {topic[-1]}\n", *(link.url for link in reading_list.links if link.topic == topic)]
        (home / "reading-list.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with Store(home) as store:
            for topic, of_topic in cards.items():
                store.upsert(of_topic, topic)
        package = folder / "peer.apkg"
        made = decks(reading_list, cards, records)
        output("apkg").write(made, package)
        with RealAnki(folder / "import") as anki:
            imported = timed(f"Anki imports {count} notes", lambda: anki.take(package))
        with RealAnki(folder / "script") as anki:
            anki.take(package)
            anki.collection.remove_notes(anki.collection.find_notes(""))
            server = Server(anki)
            with server.serving() as url:
                names = {kind: one.name for kind, one in note_types().items()}
                notes = [
                    {
                        "modelName": names[note.card.kind],
                        "deckName": deck.name,
                        "fields": dict(zip(FIELDS, fields(note), strict=True)),
                    }
                    for deck in made
                    for note in deck.notes
                ]
                timed("one addNotes with all of them", lambda: AnkiConnect(url).call("addNotes", notes=notes), server)
        with RealAnki(folder / "anki") as anki:
            server = Server(anki)
            with server.serving() as url:
                (folder / "flashgen.toml").write_text(f'[anki]\nurl = "{url}"\n', encoding="utf-8")
                app = App.at(folder)
                first = timed("flashgen push, empty collection", lambda: app.push(()), server)
                timed("flashgen push, seen for the first time", lambda: app.push(()), server)
                again = timed("flashgen push, unchanged", lambda: app.push(()), server)
            assert anki.collection.note_count() == count
        closed = folder / "closed"
        with RealAnki(closed) as anki:
            file = str(anki.path)
        shutil.rmtree(home / "cards")
        (home / "sources.json").unlink()
        with Store(home) as store:
            for topic, of_topic in cards.items():
                store.upsert(of_topic, topic)
        for what in ("empty collection", "seen for the first time", "unchanged"):
            timed(f"flashgen push --collection, {what}", lambda: app.push((), collection=file))
    print(f"push / import: {first / imported:.1f}; unchanged / first push: {again / first:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
