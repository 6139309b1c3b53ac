"""A push, wired: what the person did in Anki comes into the lists, then the lists go into Anki."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from flashgen.anki.connect import NotRunning
from flashgen.anki.folders import base_folders, collections, sync_folder
from flashgen.anki.memory import in_collection, memory
from flashgen.anki.push_collection import ClosedCollection
from flashgen.anki.push_connect import RunningAnki
from flashgen.anki.push_sync import SyncedCollection, check_address, password
from flashgen.anki.reading_back import ReadBack
from flashgen.app import Output, anki, packing
from flashgen.app.lists import settle_deletions
from flashgen.decks import Deck
from flashgen.errors import AnkiError, NoSuchList, UsageError
from flashgen.lists import ListPlace, find, read
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
    decks = packing.ready(read(place), store, now, type_in=type_in, new_per_day=pace)
    before = store.ledger.shipped
    cards = store.all_cards()
    absent = (before.keys() & seen.notes.keys()) - {card.id for card in cards}
    elsewhere = absent and _ids_of_other_lists(root, place)
    todo = plan(decks, cards, before, seen, whole=way.is_outdated(), elsewhere=elsewhere)
    packing.ship(decks, store, now, type_in=type_in)
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


def into_collection(setting: str) -> ClosedCollection:
    """The closed collection that `setting` names: a file, a profile's folder or a profile. Raises AnkiError."""
    found = collections(setting, base_folders(sys.platform, os.environ, Path.home()))
    if len(found) != 1:
        there = f"; there are {', '.join(path.parent.name for path in found)}" if found else ""
        raise AnkiError(f'"{setting}" names no one collection: give a file or a profile\'s name{there}')
    return ClosedCollection(found[0])


@contextmanager
def into_running(
    root: Path, settings: Settings, places: Sequence[ListPlace], *, dry_run: bool, confirm: Callable[[str], bool]
) -> Iterator[RunningAnki]:
    """The Anki that is running. Where none is, the decks are written to be imported by hand; AnkiError says so."""
    with RunningAnki(settings.anki.url, settings.anki.key) as way:
        try:
            way.check()
        except NotRunning as error:
            if dry_run:
                raise
            files = ", ".join(_by_hand(root, settings, places, confirm))
            hand = (
                f"; or import by hand: in Anki, File > Import, {files}, with the options as they are" if files else ""
            )
            raise AnkiError(f"{error}, and push again{hand}") from None
        yield way


def _by_hand(root: Path, settings: Settings, places: Sequence[ListPlace], confirm: Callable[[str], bool]) -> list[str]:
    """The decks as files, as a build writes them."""
    now, type_in = int(time.time()), settings.anki.type_in
    files = []
    with locked(root / ".flashgen" / "lock", "flashgen push"):
        for place in places:
            with Store(place.home) as store:
                settle_deletions(place.name, store, confirm)
                back = anki.look(settings.anki, [store])
                if back.seen:
                    anki.take_over(store, back.seen, now, confirm)
                decks = packing.ready(read(place), store, now, type_in=type_in, new_per_day=settings.new_per_day)
                packing.ship(decks, store, now, type_in=type_in)
                files += packing.write(decks, place.name, root / "build", Output(), type_in=type_in)
    return files


def into_server(url: str, user: str) -> SyncedCollection:
    """The collection that is kept in step with a sync server. Raises UsageError without a user or a password."""
    check_address(url)
    if not user:
        raise UsageError("say who you are to the sync server: --user NAME")
    folder = sync_folder(url, user)
    return SyncedCollection(folder, url, user, password(user, url, os.environ.get("FLASHGEN_SYNC_PASSWORD")))


def _ids_of_other_lists(root: Path, place: ListPlace) -> set[str]:
    """The cards of all other lists: one that a person put into another list's file is not gone."""
    try:
        others = [other for other in find(root) if other.home != place.home]
    except NoSuchList:
        return set()
    return {card.id for other in others for card in Store(other.home).all_cards()}


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
