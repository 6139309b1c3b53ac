"""Pushing into a running Anki, through AnkiConnect: its own importer, then what an import can't do in one request."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from flashgen.anki.connect import Action, AnkiConnect
from flashgen.anki.note_types import MODIFIED, note_types
from flashgen.anki.running import read_running
from flashgen.errors import AnkiError
from flashgen.push import SUSPENDED_TAG, PushPlan
from flashgen.seen import Seen
from flashgen.types import NamedNote

_CARRIED = "_flashgen-push.apkg"
"""The package's name in the media folder, where it goes if Anki can't read our files; Anki doesn't sync such names
when they are deleted again at once."""


class RunningAnki:
    """The profile that is open in the Anki that answers at `url`. Every failure is an AnkiError.

    The import is one step of undo in Anki. What is broken off is done by the next push: it looks first.
    """

    def __init__(self, url: str, key: str = "") -> None:
        self._connect = AnkiConnect(url, key)
        self._where = f"the Anki at {url}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connect.close()

    def check(self) -> None:
        """Make sure that it can be talked to. Raises NotRunning where nobody answers."""
        self._connect.check()

    @property
    def where(self) -> str:
        """Which Anki it is, in words."""
        return self._where

    def read(self, ids: Collection[str], *, at: int) -> Seen:
        """Our notes as they are now; in which decks their cards lie is left out, since it takes Anki long to tell."""
        seen = read_running(self._connect, at=at)
        self._where = seen.where
        return seen

    def is_outdated(self) -> bool:
        """Whether our note types are there with an older look. Add-ons that can't tell are taken to have it."""
        asked: list[Action] = [("findModelsById", {"modelIds": [one.id]}) for one in note_types().values()]
        found = [model for reply in self._connect.replies(asked) for model in reply.get("result") or ()]
        return any(model["mod"] < MODIFIED for model in found)

    def deliver(self, plan: PushPlan, seen: Seen, package: Path | None) -> None:
        """Carry out a plan; `package` is the file of its package, `seen` what it was made for."""
        if package:
            self._import(package)
        for actions in ([*_states(plan, seen), *self._moving(plan, seen)], [*_remembered(plan, seen)]):
            if actions:
                self._connect.multi(actions)

    def finish(self) -> None:
        """Have Anki sync with its server. Raises AnkiError."""
        self._connect.call("sync")

    def _import(self, package: Path) -> None:
        """Have a package imported: where Anki can't read our files (a sandbox, another computer), by way of its media
        folder."""
        try:
            done = self._connect.call("importPackage", path=str(package.absolute()))
        except AnkiError as error:
            if "unsupported action" in str(error):
                raise AnkiError("this AnkiConnect is too old to import packages: update the add-on") from None
            done = self._import_as_media(package, error)
        if not done:
            raise AnkiError("Anki didn't import the package: is a dialog open in it?")

    def _import_as_media(self, package: Path, error: AnkiError) -> bool:
        try:
            data = base64.b64encode(package.read_bytes()).decode()
            folder = str(self._connect.call("getMediaDirPath"))
            name = str(self._connect.call("storeMediaFile", filename=_CARRIED, data=data))
        except (AnkiError, OSError):
            raise _unable(error) from None
        separator = "\\" if "\\" in folder else "/"
        try:
            return bool(self._connect.call("importPackage", path=f"{folder}{separator}{name}"))
        except AnkiError as still:
            raise _unable(still) from None
        finally:
            self._connect.call("deleteMediaFile", filename=name)

    def _moving(self, plan: PushPlan, seen: Seen) -> list[Action]:
        """The moves of cards that still lie where they were put; those that the person moved lie elsewhere."""
        lying = [f'nid:{seen.notes[move.id].id} deck:"{_literal(move.source)}' for move in plan.moves]
        if not lying:
            return []
        searches = [*(f'{search}"' for search in lying), *(f'{search}::*"' for search in lying)]
        found = self._connect.multi([("findCards", {"query": search}) for search in searches])
        to: dict[str, list[int]] = {}
        for move, there, deeper in zip(plan.moves, found, found[len(lying) :], strict=False):
            to.setdefault(move.target, []).extend(card for card in there if card not in deeper)
        return [("changeDeck", {"cards": cards, "deck": deck}) for deck, cards in to.items() if cards]


def _unable(error: AnkiError) -> AnkiError:
    return AnkiError(f"{error}; update the add-on, or import by hand what `flashgen build` writes")


def _states(plan: PushPlan, seen: Seen) -> Iterator[Action]:
    """Marks given back, cards suspended and taken back."""
    for id_, tags in plan.marks.items():
        yield "addTags", {"notes": [seen.notes[id_].id], "tags": " ".join(tags)}
    if cards := _cards(seen, plan.suspend, suspended=False):
        yield "suspend", {"cards": cards}
    if cards := _cards(seen, plan.unsuspend, suspended=True):
        yield "unsuspend", {"cards": cards}


def _remembered(plan: PushPlan, seen: Seen) -> Iterator[Action]:
    """The tag that tells which cards were suspended by a push, once they are."""
    for action, notes in (("addTags", plan.suspend), ("removeTags", plan.unsuspend)):
        if notes:
            yield action, {"notes": [seen.notes[note.id].id for note in notes], "tags": SUSPENDED_TAG}


def _cards(seen: Seen, notes: Iterable[NamedNote], *, suspended: bool) -> list[int]:
    """The cards that are in the state to be left: the add-on stumbles over lists with others among them."""
    return [card.id for note in notes for card in seen.notes[note.id].cards if card.suspended is suspended]


def _literal(name: str) -> str:
    """A deck's name in a search of Anki's: its wildcards are taken for themselves."""
    return "".join(f"\\{char}" if char in '\\"*_' else char for char in name)
