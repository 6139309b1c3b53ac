"""Pages as they were last fetched, in one SQLite file: what a server says is unchanged needn't come again.

Deleting the file loses time and nothing else, so that whatever is wrong with it is never an error of the run: a
damaged file is moved aside, and where it can't be written, pages are just not remembered.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from flashgen.store.sqlite import reason
from flashgen.types import Page, Validators

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_BYTES = 500_000_000
"""How large the cache may grow by default, in bytes of compressed pages."""

_VERSION = 1
_ROOM = 0.9
_TOUCH_AFTER = 86_400
_DAMAGED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SCHEMA = f"""
PRAGMA user_version = {_VERSION};
CREATE TABLE page (
    url TEXT NOT NULL,
    accept TEXT NOT NULL,
    final_url TEXT NOT NULL,
    content_type TEXT NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    size INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    used INTEGER NOT NULL,
    extra TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL,
    PRIMARY KEY (url, accept)
);
CREATE INDEX page_by_use ON page (used, size);
"""


class PageCache:
    """Remembers pages by address and Accept header. All work is done in a thread of its own, off the event loop.

    Several processes may share the file at `path`. The pages used least recently make room where `max_bytes` is
    passed. `clock` gives seconds since 1970.
    """

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "page-cache")
        self._db: sqlite3.Connection | None = None
        self._usable = True

    async def get(self, url: str, accept: str = "") -> Page | None:
        """The page as stored, whatever its age; None if there is none."""
        return await self._do(lambda db: self._get(db, url, accept), None)

    async def validators(self, url: str, accept: str = "") -> Validators:
        """What to ask the server of the stored page with; none where no page is stored."""
        return await self._do(lambda db: _validators(db, url, accept), Validators())

    async def put(self, page: Page, accept: str = "") -> None:
        """Store a page in place of what was known of its `url`."""
        await self._do(lambda db: self._put(db, page, accept), None)

    def close(self) -> None:
        """Let go of the file."""
        self._thread.submit(self._close)
        self._thread.shutdown()

    async def _do(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._try, work, otherwise)

    def _try(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do `work`, a second time on a new file if the old one is damaged; `otherwise` where nothing helps."""
        for _ in range(2):
            if not self._usable:
                break
            try:
                self._db = self._db or self._open()
                return work(self._db)
            except (sqlite3.Error, zlib.error, OSError) as error:
                self._recover(error)
        return otherwise

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            db.executescript(
                "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            )
            db.execute("BEGIN IMMEDIATE")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version != _VERSION:
                db.execute("DROP TABLE IF EXISTS page")
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)
            db.execute("COMMIT")
        except BaseException:
            db.close()
            raise
        return db

    def _recover(self, error: Exception) -> None:
        self._close()
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        if code in _BUSY:
            return
        if not isinstance(error, zlib.error) and code not in _DAMAGED:
            self._usable = False
            why = reason(error, self._path)
            log.warning("the page cache %s can't be used, pages are not remembered: %s", self._path, why)
            return
        aside = self._path.with_name(f"{self._path.name}.damaged")
        log.warning("the page cache %s is damaged: moved to %s, a new one is begun", self._path, aside.name)
        with suppress(OSError):
            self._path.replace(aside)
        for ending in ("-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()

    def _close(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _get(self, db: sqlite3.Connection, url: str, accept: str) -> Page | None:
        row = db.execute(
            "SELECT final_url, content_type, etag, last_modified, used, body FROM page WHERE url = ? AND accept = ?",
            (url, accept),
        ).fetchone()
        if row is None:
            return None
        final_url, content_type, etag, last_modified, used, packed = row
        now = int(self._clock())
        if now - used > _TOUCH_AFTER:
            db.execute("UPDATE page SET used = ? WHERE url = ? AND accept = ?", (now, url, accept))
        return Page(url, final_url, zlib.decompress(packed), content_type, Validators(etag, last_modified))

    def _put(self, db: sqlite3.Connection, page: Page, accept: str) -> None:
        packed = zlib.compress(page.body, 3)
        if len(packed) > self._max_bytes * _ROOM:
            return
        now = int(self._clock())
        etag, modified = page.validators.etag, page.validators.last_modified
        values = (page.url, accept, page.final_url, page.content_type, etag, modified, len(packed), now, now, packed)
        db.execute(
            "INSERT OR REPLACE INTO page (url, accept, final_url, content_type, etag, last_modified, size, stored, "
            "used, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        self._make_room(db)

    def _make_room(self, db: sqlite3.Connection) -> None:
        """Drop the pages used least recently until a tenth of the allowed size is free again."""
        (total,) = db.execute("SELECT coalesce(sum(size), 0) FROM page").fetchone()
        if total <= self._max_bytes:
            return
        surplus, doomed = total - self._max_bytes * _ROOM, []
        for rowid, size in db.execute("SELECT rowid, size FROM page ORDER BY used"):
            if surplus <= 0:
                break
            doomed.append((rowid,))
            surplus -= size
        db.executemany("DELETE FROM page WHERE rowid = ?", doomed)
        db.execute("PRAGMA incremental_vacuum").fetchall()


def _validators(db: sqlite3.Connection, url: str, accept: str) -> Validators:
    row = db.execute("SELECT etag, last_modified FROM page WHERE url = ? AND accept = ?", (url, accept)).fetchone()
    return Validators(*row) if row else Validators()
