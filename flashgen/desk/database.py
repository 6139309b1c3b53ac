"""The SQLite file of the index: its tables, opened or made anew. It is a cache, so that whatever is wrong with it is no
error."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from flashgen.errors import FileError
from flashgen.store.sqlite import reason

_VERSION = 1
_PATIENCE = 60.0
"""Seconds to wait for another flashgen that reads many changed files into the index."""
_SCHEMA = f"""
BEGIN;
PRAGMA user_version = {_VERSION};
CREATE TABLE file (list TEXT, path TEXT, stamp TEXT, topic TEXT, PRIMARY KEY (list, path)) WITHOUT ROWID;
CREATE TABLE card (
    number INTEGER PRIMARY KEY, list TEXT, path TEXT, seq INTEGER, id TEXT, rank INTEGER, status TEXT,
    topic TEXT, source TEXT, gates TEXT
);
CREATE TABLE content (number INTEGER PRIMARY KEY, words TEXT, body TEXT);
CREATE UNIQUE INDEX card_id ON card (list, id);
CREATE INDEX card_queue ON card (rank, list, path, seq);
CREATE INDEX card_place ON card (list, path, seq);
CREATE INDEX card_source ON card (list, source);
CREATE VIRTUAL TABLE said USING fts5 (stems, detail = none);
CREATE TABLE ledger (list TEXT PRIMARY KEY, stamp TEXT) WITHOUT ROWID;
CREATE TABLE link (list TEXT, url TEXT, record TEXT, PRIMARY KEY (list, url)) WITHOUT ROWID;
CREATE TABLE shipped (list TEXT, id TEXT, PRIMARY KEY (list, id)) WITHOUT ROWID;
CREATE TABLE article (url TEXT PRIMARY KEY, stamp TEXT, title TEXT, language TEXT, markdown TEXT);
CREATE TABLE judged (time INTEGER, list TEXT, id TEXT, action TEXT, milliseconds INTEGER);
COMMIT;
"""


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of a `with`, or nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def opened(path: Path) -> sqlite3.Connection:
    """The database; a new one where there is none, where it is damaged, or of another version.

    Raises FileError where it can't be opened or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            if _is_ready(db):
                return db
        except sqlite3.OperationalError as error:
            raise FileError(path, f"can't be used: {reason(error, path)}") from None
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _is_ready(db: sqlite3.Connection) -> bool:
    """Whether the database has today's tables, an empty one being given them; it is closed if not."""
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            db.executescript(_SCHEMA)
        if version in (0, _VERSION):
            return True
    except sqlite3.OperationalError:
        db.close()
        raise
    except sqlite3.DatabaseError:
        pass  # damaged
    db.close()
    return False
