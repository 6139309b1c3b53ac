"""Every reply that was ever paid for, by its question: the same question is never paid twice.

A reply is stored the moment it arrives, before anybody judges it; a run that is killed right after loses nothing. One
that turned out to be of no use is *spoilt*: it still answers the same question in the run that found out, and the next
run may ask again. What a batch job cost is *counted* by the first run that uses the reply.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from flashgen.errors import FileError
from flashgen.store.sqlite import reason
from flashgen.types import Complete, Prompt, Reply, Usage

_VERSION = 2
_TABLE = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    text TEXT NOT NULL,
    finish TEXT NOT NULL,
    refusal TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    cost_usd REAL,
    time INTEGER NOT NULL,
    spoilt_in TEXT NOT NULL DEFAULT '',
    counted INTEGER NOT NULL DEFAULT 1
)
"""
_SINCE_2 = "ALTER TABLE replies ADD COLUMN counted INTEGER NOT NULL DEFAULT 1"


def key_of(prompt: Prompt, model: str) -> str:
    """What makes a question the same question: the rendered messages, the schema, the model and the parameters."""
    question = {
        "messages": [[message.role, message.content] for message in prompt.messages],
        "schema": prompt.schema,
        "model": model,
        "max_tokens": prompt.max_tokens,
        "temperature": prompt.temperature,
    }
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


class ReplyCache:
    """The replies in an SQLite file at `path`, made with its folder if missing.

    Every method raises FileError where the file can't be used. Each `put` is on the disk when it returns (WAL,
    synchronous FULL); it may be called from any thread, on a connection of its own: what is looked up meanwhile does
    not wait for the disk.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run = secrets.token_hex(8)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db, self._pen = (
                sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False) for _ in range(2)
            )
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise self._broken(error) from None

    def __enter__(self) -> ReplyCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, prompt: Prompt, model: str) -> Reply | None:
        """The stored reply, its usage that of a call that cost nothing, or that of a batch job which nobody has counted
        yet; None where there is none of use."""
        key = key_of(prompt, model)
        query = (
            "SELECT text, finish, refusal, counted, prompt_tokens, completion_tokens, cost_usd FROM replies "
            "WHERE key = ? AND spoilt_in IN ('', ?)"
        )
        row = self._run_sql(query, key, self._run).fetchone()
        if row is None:
            return None
        text, finish, refusal, counted, sent, answered, cost = row
        if counted:
            return Reply(text, finish, refusal, Usage(cached=1))
        self._run_sql("UPDATE replies SET counted = 1 WHERE key = ?", key)
        return Reply(text, finish, refusal, Usage(1, 0, sent, answered, cost))

    def put(self, prompt: Prompt, model: str, reply: Reply) -> None:
        """Store a reply as it came, in the place of an older one to the same question."""
        self._put(key_of(prompt, model), model, reply, counted=True)

    def put_collected(self, key: str, model: str, reply: Reply) -> None:
        """Store what a batch job answered to the question with this key. What is there already stays."""
        if self._run_sql("SELECT 1 FROM replies WHERE key = ? AND spoilt_in = ''", key).fetchone() is None:
            self._put(key, model, reply, counted=False)

    def _put(self, key: str, model: str, reply: Reply, *, counted: bool) -> None:
        usage = reply.usage
        self._write(
            "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
            key,
            model,
            _storable(reply.text),
            reply.finish,
            _storable(reply.refusal),
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.cost_usd,
            int(time.time()),
            counted,
        )

    def spent(self, since: int) -> float:
        """US dollars for the replies that came after `since` (seconds since 1970), as far as their price was known."""
        query = "SELECT coalesce(sum(cost_usd), 0) FROM replies WHERE time >= ?"
        return float(self._run_sql(query, since).fetchone()[0])

    def spoil(self, prompt: Prompt, model: str) -> None:
        """Say that the stored reply is of no use: later runs ask again."""
        self._run_sql(
            "UPDATE replies SET spoilt_in = ? WHERE key = ? AND spoilt_in = ''", self._run, key_of(prompt, model)
        )

    def close(self) -> None:
        """Close the file."""
        self._pen.close()
        self._db.close()

    def _prepare(self) -> None:
        for connection in (self._db, self._pen):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            self.close()
            raise FileError(self._path, "was written by a newer flashgen; upgrade, or move the file away")
        if version == 1:
            self._db.execute(_SINCE_2)
        self._db.execute(_TABLE)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def _run_sql(self, query: str, *values: object) -> sqlite3.Cursor:
        return self._on(self._db, query, values)

    def _write(self, query: str, *values: object) -> None:
        self._on(self._pen, query, values)

    def _on(self, connection: sqlite3.Connection, query: str, values: Sequence[object]) -> sqlite3.Cursor:
        try:
            return connection.execute(query, values)
        except sqlite3.Error as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> FileError:
        return FileError(self._path, f"the cache of model replies can't be used: {reason(error, self._path)}")


def remembered(complete: Complete, cache: ReplyCache, model: str) -> Complete:
    """`complete`, whose replies are `stored`, each question asked once: also of those that are asked while the first is
    under way."""
    under_way: dict[str, asyncio.Event] = {}

    async def ask(prompt: Prompt) -> Reply:
        key = key_of(prompt, model)
        while (known := cache.get(prompt, model)) is None and key in under_way:
            await under_way[key].wait()
        if known is not None:
            return known
        under_way[key] = done = asyncio.Event()
        try:
            return await complete(prompt)
        finally:
            del under_way[key]
            done.set()

    return ask


def stored(complete: Complete, cache: ReplyCache, model: str) -> Complete:
    """`complete`, whose replies are on the disk before it gives them: a call isn't over, and its room not free for the
    next one, before what was paid for is safe."""

    async def ask(prompt: Prompt) -> Reply:
        reply = await complete(prompt)
        put = partial(cache.put, prompt, model, reply)
        try:
            await asyncio.to_thread(put)
        except asyncio.CancelledError:
            put()
            raise
        return reply

    return ask


def spoiling(cache: ReplyCache, model: str) -> Callable[[Prompt], None]:
    """How to say that the reply to a prompt was of no use (`drafting.asking.Spoil`)."""

    def spoil(prompt: Prompt) -> None:
        cache.spoil(prompt, model)

    return spoil


def _storable(text: str) -> str:
    """Halves of characters, which JSON may hold and SQLite may not, as question marks."""
    return text.encode("utf-8", "replace").decode()
