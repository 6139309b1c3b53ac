"""What waits in batch jobs: which questions, in which job, on which server.

A job is written down before it is sent and again when the server has named it, so that a run killed in between finds it
by its mark and sends nothing twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flashgen.errors import FileError
from flashgen.store.sqlite import reason

_VERSION = 1
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS jobs (
        mark TEXT PRIMARY KEY,
        server TEXT NOT NULL,
        model TEXT NOT NULL,
        batch TEXT NOT NULL DEFAULT '',
        created INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS questions (
        key TEXT PRIMARY KEY,
        mark TEXT NOT NULL REFERENCES jobs (mark),
        at_most REAL NOT NULL
    )
    """,
)


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job: `mark` is our own name for it, `batch` the server's ('' until it has answered), `created` in
    seconds since 1970, `questions` how many of its answers are still to come, `at_most` what they can cost (USD)."""

    mark: str
    server: str
    model: str
    batch: str = ""
    created: int = 0
    questions: int = 0
    at_most: float = 0.0


class Waiting:
    """The jobs in an SQLite file at `path`, made with its folder at the first job. What a method wrote is on the disk
    when it returns. Raises FileError where the file can't be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def jobs(self) -> list[Job]:
        """All jobs with answers to come, the oldest first."""
        query = (
            "SELECT mark, server, model, batch, created, count(key), coalesce(sum(at_most), 0) FROM jobs "
            "LEFT JOIN questions USING (mark) GROUP BY mark ORDER BY created, mark"
        )
        return [Job(*row) for row in self._read(query)]

    def holds(self, key: str) -> bool:
        """Whether the question with this key (`replies.key_of`) waits for its answer."""
        return bool(self._read("SELECT 1 FROM questions WHERE key = ?", key))

    def keys(self, mark: str) -> set[str]:
        """The questions of a job."""
        return {row[0] for row in self._read("SELECT key FROM questions WHERE mark = ?", mark)}

    def begin(self, job: Job, questions: Iterable[tuple[str, float]]) -> None:
        """Write down a job that is about to be sent: the key of each question, and the most that it can cost."""
        row = (job.mark, job.server, job.model, job.batch, job.created)
        self._write(
            ("INSERT INTO jobs VALUES (?, ?, ?, ?, ?)", [row]),
            ("INSERT OR IGNORE INTO questions VALUES (?, ?, ?)", [(key, job.mark, most) for key, most in questions]),
        )

    def sent(self, mark: str, batch: str) -> None:
        """The server has named the job."""
        self._write(("UPDATE jobs SET batch = ? WHERE mark = ?", [(batch, mark)]))

    def answered(self, keys: Iterable[str]) -> None:
        """These questions wait no more."""
        self._write(("DELETE FROM questions WHERE key = ?", [(key,) for key in keys]))

    def end(self, mark: str) -> None:
        """A job is over: whatever of it was not answered may be asked again."""
        self._write(("DELETE FROM questions WHERE mark = ?", [(mark,)]), ("DELETE FROM jobs WHERE mark = ?", [(mark,)]))

    def _read(self, query: str, *values: object) -> list[Any]:
        if self._db is None and not self._path.exists():
            return []
        try:
            return self._opened().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        try:
            db = self._opened()
            with db:
                db.execute("BEGIN IMMEDIATE")
                for statement, rows in statements:
                    db.executemany(statement, rows)
        except (sqlite3.Error, OSError) as error:
            raise self._broken(error) from None

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            if db.execute("PRAGMA user_version").fetchone()[0] > _VERSION:
                db.close()
                raise FileError(self._path, "was written by a newer flashgen; upgrade, or move the file away")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            for table in _TABLES:
                db.execute(table)
            db.execute(f"PRAGMA user_version = {_VERSION}")
            self._db = db
        return self._db

    def _broken(self, error: Exception) -> FileError:
        return FileError(self._path, f"the list of batch jobs can't be used: {reason(error, self._path)}")
