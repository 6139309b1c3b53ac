"""The ways into Anki that a person can choose from: the running one, a closed collection, a sync server."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flashgen.anki.connect import NotRunning
from flashgen.anki.folders import base_folders, collections, sync_folder
from flashgen.anki.push_collection import ClosedCollection
from flashgen.anki.push_connect import RunningAnki
from flashgen.anki.push_sync import SyncedCollection, check_address, password
from flashgen.app import Output, anki, packing
from flashgen.app.lists import settle_deletions
from flashgen.app.pushing import push
from flashgen.errors import AnkiError, UsageError
from flashgen.lists import ListPlace, read
from flashgen.settings import Settings
from flashgen.store import Store, locked
from flashgen.types import PushResult


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which Anki is meant: a closed `collection` (a file, or a profile's name), a `sync_server` with the account of
    `user` on it, or else the one that is running, which then syncs if `sync` says so."""

    collection: str | None = None
    sync_server: str | None = None
    user: str = ""
    sync: bool = False


def pushed(
    root: Path,
    settings: Settings,
    places: Sequence[ListPlace],
    wanted: Wanted,
    *,
    dry_run: bool,
    confirm: Callable[[str], bool],
) -> list[PushResult]:
    """Bring the lists at `places` up to date in the Anki that is `wanted`; see `pushing.push`.

    Where no Anki runs, the decks are written to be imported by hand, and that is the error. Raises Locked, FileError,
    UsageError, AnkiError.
    """
    if wanted.collection and wanted.sync_server:
        raise UsageError("--collection and --sync-server are two ways: choose one")
    if wanted.sync and (wanted.collection or wanted.sync_server):
        raise UsageError("--sync is for a running Anki: --sync-server syncs anyway, a closed collection can't")
    through = partial(push, root, settings, places, dry_run=dry_run, confirm=confirm)
    if wanted.sync_server:
        with into_server(wanted.sync_server, wanted.user) as server:
            results = through(server)
            if not dry_run:
                server.finish()
            return results
    if wanted.collection:
        with into_collection(wanted.collection) as way:
            return through(way)
    with into_running(root, settings, places, dry_run=dry_run, confirm=confirm) as running:
        results = through(running)
        if wanted.sync and not dry_run:
            running.finish()
        return results


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
                ready = packing.ready(read(place), store, now, type_in=type_in, new_per_day=settings.new_per_day)
                packing.ship(ready.changed, store, now, type_in=type_in)
                files += packing.write(ready.decks, place.name, root / "build", Output(), type_in=type_in)
    return files


def into_server(url: str, user: str) -> SyncedCollection:
    """The collection that is kept in step with a sync server. Raises UsageError without a user or a password."""
    check_address(url)
    if not user:
        raise UsageError("say who you are to the sync server: --user NAME")
    folder = sync_folder(url, user)
    return SyncedCollection(folder, url, user, password(user, url, os.environ.get("FLASHGEN_SYNC_PASSWORD")))
