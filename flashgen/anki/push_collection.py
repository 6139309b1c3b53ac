"""Pushing into a closed collection, through the `anki` package: Anki's own importer and scheduler, but no window."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flashgen.anki.collection import read_collection
from flashgen.anki.note_types import MODIFIED, note_types
from flashgen.errors import AnkiError
from flashgen.push import SUSPENDED_TAG, PushPlan
from flashgen.seen import Seen

_OLD_SCHEMA = 11


class ClosedCollection:
    """The collection in a file, ours alone as long as the `with` lasts. Every failure is an AnkiError.

    The collection is backed up before the first change, as Anki does it and where Anki looks for it: `backup` is where.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.backup: Path | None = None
        self._collection: Any = None
        self._downgrade = False

    @property
    def where(self) -> str:
        """Which collection it is, in words."""
        return f"the collection {self.path}"

    def __enter__(self) -> Self:
        if not self.path.is_file():
            raise AnkiError(f"{self.path}: there is no such collection")
        self._downgrade = _schema(self.path) == _OLD_SCHEMA
        self._collection = open_collection(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._collection.close(downgrade=self._downgrade)

    def read(self, ids: Collection[str], *, at: int) -> Seen:
        """Our notes as they are now."""
        return read_collection(self.path, ids, at=at)

    def is_outdated(self) -> bool:
        """Whether our note types are there with an older look."""
        found = (self._collection.models.get(note_type.id) for note_type in note_types().values())
        return any(known and known["mod"] < MODIFIED for known in found)

    def deliver(self, plan: PushPlan, seen: Seen, package: Path | None) -> None:
        """Carry out a plan; `package` is the file of its package, `seen` what it was made for."""
        if plan.is_empty:
            return
        self._back_up()
        self._do(lambda: self._carry_out(plan, seen, package))

    def _carry_out(self, plan: PushPlan, seen: Seen, package: Path | None) -> None:
        collection = self._collection
        if package:
            import_package(collection, package)
        for id_, tags in plan.marks.items():
            collection.tags.bulk_add([seen.notes[id_].id], " ".join(tags))
        if plan.suspend:
            going = [note.id for note in plan.suspend]
            collection.tags.bulk_add([seen.notes[id_].id for id_ in going], SUSPENDED_TAG)
            collection.sched.suspend_cards(_cards(seen, going))
        if plan.unsuspend:
            back = [note.id for note in plan.unsuspend]
            collection.sched.unsuspend_cards(_cards(seen, back))
            collection.tags.bulk_remove([seen.notes[id_].id for id_ in back], SUSPENDED_TAG)
        for move in plan.moves:
            lying = [card.id for card in seen.notes[move.id].cards if card.deck == move.source]
            collection.set_deck(lying, collection.decks.id(move.target))

    def _back_up(self) -> None:
        if self.backup is None:
            folder = self.path.parent / "backups"
            folder.mkdir(exist_ok=True)
            self._do(
                lambda: self._collection.create_backup(backup_folder=str(folder), force=True, wait_for_completion=True)
            )
            self.backup = folder

    def _do(self, act: Callable[[], object]) -> None:
        from anki.errors import AnkiException

        try:
            act()
        except AnkiException as error:
            raise AnkiError(f"{self.path}: Anki refused: {error}") from None


_IN_USE = "Anki has it open: close Anki, or leave --collection away and push to the running one"


def open_collection(path: Path, in_use: str = _IN_USE) -> Any:
    """Anki's own object for a collection; a new one is made where there is none. Raises AnkiError, with `in_use` where
    somebody else has it open."""
    try:
        from anki.collection import Collection as AnkiCollection
        from anki.errors import AnkiException
    except ImportError:
        raise AnkiError("this needs Anki's own package: pip install 'flashgen[anki]'") from None
    try:
        return AnkiCollection(str(path))
    except AnkiException as error:
        if "already open" in str(error):
            raise AnkiError(f"{path}: {in_use}") from None
        raise AnkiError(f"{path}: can't be opened as a collection of Anki: {error}") from None


def import_package(collection: Any, package: Path) -> None:
    """Import a package as the desktop does by default."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
    collection.import_anki_package(request)


def _cards(seen: Seen, ids: Iterable[str]) -> list[int]:
    return [card.id for id_ in ids for card in seen.notes[id_].cards]


def _schema(path: Path) -> int:
    """The version of a collection's tables; 0 where it can't be told. A collection is left as old as it was."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("select ver from col").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError):
        return 0
