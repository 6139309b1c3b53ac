"""The SQLite file of the index: its tables, opened or made anew. It is a cache, so that whatever is wrong with it is no
error."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_VERSION = 1
_SCHEMA = f"""
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
    """The database; a new one where there is none, where it is damaged, or of another version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in (1, 2):
        db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == _VERSION:
                return db
            if version == 0:
                db.executescript(_SCHEMA)
                return db
        except sqlite3.DatabaseError:
            if attempt == 2:
                raise
        db.close()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    raise AssertionError("a new database has the version it was given")
