"""Batch jobs, wired: what a run collects at its beginning and sends at its end; and what `flashgen batch` does."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flashgen.errors import FlashgenError, UsageError
from flashgen.llm.budget import Budget
from flashgen.llm.choose import Choice, choose
from flashgen.llm.prices import Rates, rates
from flashgen.llm.replies import ReplyCache
from flashgen.llm.waiting import Job, Waiting
from flashgen.outcome import Emit, Said
from flashgen.settings import Settings
from flashgen.types import Complete

if TYPE_CHECKING:
    from flashgen.llm.batch_api import BatchApi
    from flashgen.llm.batches import Collected, Outbox

T = TypeVar("T")


def waiting_at(root: Path) -> Waiting:
    """What waits in batch jobs of the workspace at `root`."""
    return Waiting(root / ".flashgen" / "batches.sqlite")


class Post:
    """The batch jobs of one run's server. With `settings.batch`, questions go into a job instead of being asked."""

    def __init__(self, root: Path, choice: Choice, settings: Settings, emit: Emit) -> None:
        if settings.batch and choice.kind == "local":
            raise UsageError("--batch needs a server with the Batch API; the embedded model answers at once")
        self._choice = choice
        self._settings = settings
        self._emit = emit
        self._waiting = waiting_at(root)
        self._outbox: Outbox | None = None

    @property
    def owed(self) -> float:
        """US dollars that the jobs under way can cost at most."""
        return sum(job.at_most for job in self._waiting.jobs())

    async def collect(self, cache: ReplyCache) -> None:
        """Fetch what is answered. Where the server can't tell today, it is said, and the questions go on waiting."""
        if all(job.server != self._choice.base_url for job in self._waiting.jobs()):
            return
        try:
            found = await _at(self._choice, lambda api: _collect(self._waiting, api, cache, self._settings))
        except FlashgenError as error:
            self._emit(Said(f"Batch jobs could not be collected: {error}", urgent=True))
            return
        for one in found:
            self._emit(Said(told(one)))

    def instead_of(self, complete: Complete, model: str, prices: Rates | None, budget: Budget) -> Complete:
        """`complete`, but for what is in a job already; with `batch`, the way into the next job."""
        from flashgen.llm.batches import Outbox, unless_waiting

        if not self._settings.batch:
            return unless_waiting(complete, self._waiting, model)
        from urllib.parse import urlsplit

        from flashgen.llm.dialect import for_server

        dialect = for_server(urlsplit(self._choice.base_url).hostname or "", model)
        self._outbox = Outbox(self._waiting, dialect, model, rates=prices, budget=budget)
        return self._outbox

    async def send(self) -> None:
        """Send what was put off. Raises ModelError."""
        outbox = self._outbox
        if outbox is None:
            return
        for job in await _at(self._choice, lambda api: outbox.send(api, int(time.time()))):
            self._emit(
                Said(f"Sent {job.questions} questions as {job.batch}; build again when it is done: flashgen batch")
            )

    async def close(self) -> None:
        """Close the file."""
        self._waiting.close()


def told(one: Collected) -> str:
    """What became of a job, in a sentence."""
    name, progress = one.job.batch or one.progress.batch, one.progress
    if not progress.over:
        return f"{name}: {progress.state}, {progress.completed} of {one.job.questions} answered."
    failed = f", {one.failed} without an answer ({one.problem or progress.state})" if one.failed else ""
    return f"{name}: {one.answers} answers collected{failed}."


# --- flashgen batch -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as `flashgen batch` shows it. `state` is the server's word, or why it could not be asked."""

    batch: str
    server: str
    model: str
    created: int
    questions: int
    answered: int
    state: str
    at_most_usd: float


async def jobs(root: Path, settings: Settings) -> list[JobStatus]:
    """Every job that answers are to come from, as its server tells of it."""
    with closing(waiting_at(root)) as waiting:
        return [await _status(job, settings) for job in waiting.jobs()]


async def _status(job: Job, settings: Settings) -> JobStatus:
    answered, state = 0, "not sent"
    if job.batch:
        try:
            progress = await _at(_choice_for(job), lambda api: api.progress(job.batch))
            answered, state = progress.completed, progress.state
        except FlashgenError as error:
            state = str(error)
    return JobStatus(job.batch, job.server, job.model, job.created, job.questions, answered, state, job.at_most)


async def collected(root: Path, settings: Settings) -> list[Collected]:
    """Fetch what all jobs have answered into the cache of replies. Raises ModelError, FileError."""
    found: list[Collected] = []
    cache = ReplyCache(root / ".flashgen" / "replies.sqlite")
    with closing(waiting_at(root)) as waiting, closing(cache):
        for server in dict.fromkeys(job.server for job in waiting.jobs()):
            choice = choose(server, "", os.environ)
            found += await _at(choice, lambda api: _collect(waiting, api, cache, settings))
    return found


async def cancelled(root: Path, names: Sequence[str]) -> list[Job]:
    """Ask the servers to stop the named jobs, all without names. What was answered by then can still be collected.

    Raises UsageError for a name that no job has, ModelError.
    """
    from flashgen.llm.batch_api import BatchApi

    with closing(waiting_at(root)) as waiting:
        known = {job.batch: job for job in waiting.jobs() if job.batch}
        for name in names:
            if name not in known:
                raise UsageError(f"no batch job {name!r}; known are: {', '.join(known) or 'none'}")
        chosen = [known[name] for name in names or known]
        for job in chosen:
            await _at(_choice_for(job), partial(BatchApi.cancel, batch=job.batch))
        return chosen


async def _collect(waiting: Waiting, api: BatchApi, cache: ReplyCache, settings: Settings) -> list[Collected]:
    from flashgen.llm.batches import collect

    return await collect(waiting, api, cache, lambda model: rates(model, settings.prices))


def _choice_for(job: Job) -> Choice:
    return choose(job.server, job.model, os.environ)


async def _at(choice: Choice, work: Callable[[BatchApi], Awaitable[T]]) -> T:
    """What `work` gives with the Batch API of a server."""
    from flashgen.llm.batch_api import BatchApi

    api = BatchApi(choice.base_url, choice.api_key)
    try:
        return await work(api)
    finally:
        await api.close()
