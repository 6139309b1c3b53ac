"""Someone with a reading list, a web that changes, and the real Anki beside it: what tests of whole runs begin with."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from earth import NEW_SPRING, ROCKS, TIDES
from llm_server import ModelServer
from real_anki import RealAnki
from scripts import scripted
from website import Site
from workspaces import Workspace

LIST = "# Earth\n\n## Sea\n\n{0}/tides\n\n## Stone\n\n{0}/rocks\n"


@dataclass
class Person:
    """Someone with a list, a web that changes, and Anki open beside it."""

    workspace: Workspace
    web: Site
    anki: RealAnki
    reads: str

    def run(self, command: str, *args: str, reads: str | None = None) -> dict[str, Any]:
        """The JSON of a run that may read Anki; the result of its one list."""
        (only,) = self.run_all(command, *args, reads=reads).values()
        return only

    def run_all(self, command: str, *args: str, reads: str | None = None) -> dict[str, dict[str, Any]]:
        """The JSON of a run, by the names of the lists."""
        env = {"FLASHGEN_ANKI_COLLECTION": self.reads if reads is None else reads}
        result = self.workspace.run(command, "--allow-private", "--json", *args, env=env)
        assert result.exit_code == 0, result.stderr
        return {one["name"]: {**one, "said": result.stderr} for one in json.loads(result.stdout)["lists"]}

    def take(self) -> Any:
        """Import the deck, with Anki's defaults."""
        return self.anki.take(self.workspace.root / "build" / "demo.apkg")

    def id_of(self, quote: str) -> str:
        """The id of the card made from a sentence."""
        (found,) = [card["id"] for card in self.workspace.cards() if card["quote"] == quote]
        return str(found)

    def card(self, id_: str) -> dict[str, Any]:
        """A card as it stands in its file."""
        (found,) = [card for card in self.workspace.cards() if card["id"] == id_]
        return found

    def age(self) -> None:
        """Let the cards be a month old: what is edited today is younger than they are."""
        month = str(datetime.now(UTC) - timedelta(days=30))[:10]
        for path in (self.workspace.root / "decks/demo/cards").glob("*.yaml"):
            path.write_text(re.sub(r"((?:created|changed): )\S{10}", rf"\g<1>{month}", path.read_text()))
        self.workspace.forget_anki()
        self.run("build")

    def rewrite_list(self, old: str, new: str) -> None:
        """Change the reading list."""
        path = self.workspace.root / "decks/demo/reading-list.md"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    def yesterday(self, *ids: str) -> None:
        """Let what was done to these notes in Anki have been done yesterday."""
        for id_ in ids:
            self.anki.backdate(id_, int(time.time()) - 86_400)

    def reword(self) -> None:
        """One sentence of an article changes: the model revises its card."""
        self.web.put("/tides", "Tides", TIDES[0], NEW_SPRING, TIDES[2])

    def files(self) -> dict[str, bytes]:
        """All that is kept of the list."""
        folder = self.workspace.root / "decks"
        return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    def assert_quiet(self) -> None:
        """Another run finds nothing, its deck has the same bytes, and importing it changes nothing."""
        deck = self.workspace.root / "build" / "demo.apkg"
        self.run("build")
        before, notes = deck.read_bytes(), self.notes()
        told = self.run("build")["anki"]
        assert [told[key] for key in ("taken_over", "conflicts", "deleted")] == [[], [], []]
        assert deck.read_bytes() == before
        log = self.take()
        assert [len(log.new), len(log.updated), len(log.conflicting)] == [0, 0, 0]
        assert self.notes() == notes

    def notes(self) -> list[Any]:
        """All notes, and where their cards are, as Anki has them."""
        db = self.anki.collection.db
        cards = db.all("select nid, ord, did, queue, due, ivl, reps, flags from cards order by id")
        return [db.all("select guid, mid, mod, tags, flds from notes order by guid"), cards]


Beginning = tuple[Path, ModelServer, Site]
_begun: list[Beginning] = []


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beginning]:
    """Six cards in two decks, a month old, built and imported: once for all modules that ask for it."""
    with ExitStack() as stack:
        if not _begun:
            _begun.append(_begin(tmp_path_factory.mktemp("begun"), stack))
        yield _begun[0]


def _begin(folder: Path, stack: ExitStack) -> Beginning:
    web, llm = stack.enter_context(website.serving()), stack.enter_context(llm_server.serving(scripted))
    with RealAnki(folder / "anki") as anki:
        workspace = Workspace(folder / "work", llm)
        workspace.reading_list(LIST.format(web.url))
        put_pages(web)
        person = Person(workspace, web, anki, str(anki.path))
        person.run("build")
        person.age()
        assert len(person.take().new) == 6
    return folder, llm, web


def put_pages(web: Site) -> None:
    web.put("/tides", "Tides", *TIDES)
    web.put("/rocks", "Rocks", *ROCKS)


@pytest.fixture
def person(tmp_path: Path, begun: Beginning) -> Iterator[Person]:
    """Someone who has done nothing yet since the first import."""
    folder, llm, web = begun
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    put_pages(web)
    with RealAnki(tmp_path / "anki") as anki:
        yield Person(Workspace(tmp_path / "work", llm), web, anki, str(anki.path))
