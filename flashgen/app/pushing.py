"""A push, wired: what the person did in Anki comes into the lists, then the lists go into Anki."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from flashgen.anki.memory import in_collection, memory
from flashgen.anki.push_collection import ClosedCollection
from flashgen.anki.reading_back import ReadBack
from flashgen.app import Output, anki, packing
from flashgen.app.lists import settle_deletions, store_of
from flashgen.decks import Deck
from flashgen.errors import AnkiError
from flashgen.lists import ListPlace, every, read
from flashgen.load import ANKIS, Memory, load
from flashgen.push import PushPlan, plan, settled
from flashgen.seen import Seen
from flashgen.settings import Settings
from flashgen.store import Store, locked
from flashgen.store.book import CARDS, JOURNAL, LEDGER
from flashgen.types import AnkiNews, NamedNote, PushResult


class Way(Protocol):
    """A way into one Anki. All of it raises AnkiError."""

    @property
    def where(self) -> str:
        """Which Anki it is, in words."""
        ...

    def read(self, ids: Collection[str], *, at: int) -> Seen:
        """Our notes as they are now, and those with a GUID of `ids`."""
        ...

    def is_outdated(self) -> bool:
        """Whether our note types are there with an older look."""
        ...

    def deliver(self, plan: PushPlan, seen: Seen, package: Path | None, /) -> None:
        """Carry out a plan that was made for what was `seen`; `package` is its package as a file, None if it has
        none."""
        ...


def push(
    root: Path,
    settings: Settings,
    places: Sequence[ListPlace],
    way: Way,
    *,
    dry_run: bool = False,
    confirm: Callable[[str], bool] = lambda question: False,
) -> list[PushResult]:
    """Bring the notes of the lists at `places` up to date in Anki, one list after another; what was done to each.

    A list that was pushed is done, whatever becomes of the next. With `dry_run`, everything happens to copies of the
    files, and nothing to Anki. Raises Locked, FileError, UsageError, AnkiError.
    """
    results = []
    with locked(root / ".flashgen" / "lock", "flashgen push"):
        for place in places:
            with home_of(place, dry_run=dry_run) as home, Store(home) as store:
                settle_deletions(place.name, store, confirm)
                results.append(_push(root, place, store, settings, way, confirm, dry_run=dry_run))
    return results


def _push(
    root: Path,
    place: ListPlace,
    store: Store,
    settings: Settings,
    way: Way,
    confirm: Callable[[str], bool],
    *,
    dry_run: bool,
) -> PushResult:
    now, type_in = int(time.time()), settings.anki.type_in
    seen = way.read(list(store.ledger.shipped), at=now)
    merged = anki.take_over(store, seen, now, confirm)
    pace = settings.new_per_day
    ready = packing.ready(read(place), store, now, type_in=type_in, new_per_day=pace)
    decks, before = ready.decks, store.ledger.shipped
    cards = store.all_cards()
    absent = (before.keys() & seen.notes.keys()) - {card.id for card in cards}
    elsewhere = absent and _ids_of_other_lists(root, place)
    todo = plan(decks, cards, before, seen, whole=way.is_outdated(), elsewhere=elsewhere)
    packing.ship(ready.changed, store, now, type_in=type_in)
    if not dry_run:
        with _package(todo.package, place.home, type_in=type_in) as package:
            way.deliver(todo, seen, package)
        store.ship(settled(todo, decks, store.ledger.shipped))
    told = _result(place.name, way, todo, anki.news(ReadBack(seen), merged), dry_run=dry_run)
    if not todo.added:
        return told
    learner = _learner(way, settings, decks[0].name)
    return replace(told, load=str(load(len(todo.added), memory=learner, new_per_day=pace)))


def _learner(way: Way, settings: Settings, deck: str) -> Memory:
    """How the person learns, as far as the Anki that is pushed to can tell."""
    if not isinstance(way, ClosedCollection):
        return memory(settings.anki, deck)
    try:
        return in_collection(way.path, deck)
    except AnkiError:
        return ANKIS


def _ids_of_other_lists(root: Path, place: ListPlace) -> set[str]:
    """The cards of all other lists: one that a person put into another list's file is not gone."""
    others = (other for other in every(root) if other.home != place.home)
    return {card.id for other in others for card in store_of(root, other).all_cards()}


@contextmanager
def home_of(place: ListPlace, *, dry_run: bool) -> Iterator[Path]:
    """The folder of a list's cards and ledger; for a dry run a copy of them that is thrown away."""
    if not dry_run:
        yield place.home
        return
    with tempfile.TemporaryDirectory(prefix="flashgen-") as folder:
        for name in (CARDS, LEDGER, JOURNAL):
            source, copy = place.home / name, Path(folder) / name
            if source.is_dir():
                shutil.copytree(source, copy)
            elif source.exists():
                shutil.copyfile(source, copy)
        yield Path(folder)


@contextmanager
def _package(decks: Sequence[Deck], home: Path, *, type_in: bool) -> Iterator[Path | None]:
    """The package of a push, for as long as it is needed."""
    if not decks:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="flashgen-") as folder:
        (path,) = packing.write(decks, "push", Path(folder), Output(), type_in=type_in, home=home)
        yield Path(path)


def _result(name: str, way: Way, todo: PushPlan, told: AnkiNews, *, dry_run: bool) -> PushResult:
    return PushResult(
        name,
        way.where,
        dry_run,
        added=todo.added,
        updated=todo.updated,
        unchanged=todo.unchanged,
        suspended=todo.suspend,
        unsuspended=todo.unsuspend,
        moved=tuple(NamedNote(move.id, move.question, move.target) for move in todo.moves),
        refused=todo.refused,
        proposals=todo.proposals,
        decks=todo.decks,
        backup=str(way.backup) if isinstance(way, ClosedCollection) and way.backup else "",
        anki=told,
    )
