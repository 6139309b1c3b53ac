"""The line between a worker and the one who pays: questions and answers, through the Dask scheduler.

Dask's own queues and semaphores carry it, so that whatever network the cluster uses is enough.
"""

from __future__ import annotations

import asyncio
import pickle
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from flashgen.errors import FlashgenError
from flashgen.types import Prompt, Reply

WAIT = 3600.0
"""Seconds that a worker waits for an answer: the retries and the budget are here, and the answer surely comes."""


def asks(run: str) -> str:
    """The name of the queue that all workers of a run put their questions into."""
    return f"{run}-asks"


@dataclass(frozen=True, slots=True)
class Call:
    """What a worker says: a question, or that the reply to it was of no use. `back` names the queue for the answer."""

    kind: Literal["ask", "spoil"]
    prompt: Prompt
    back: str = ""


@dataclass(slots=True)
class WorkerLine:
    """A worker's end, inside a Dask task, whose client it speaks through. `sites` are the hosts that were asked."""

    run: str
    per_host: int
    sites: set[str] = field(default_factory=set)
    _client: Any = None
    _asks: Any = None
    _leases: dict[str, Any] = field(default_factory=dict)

    def open(self) -> None:
        """To be called in the task's own thread."""
        from distributed import Queue, get_client

        self._client = get_client()
        self._asks = Queue(asks(self.run), client=self._client)

    async def complete(self, prompt: Prompt) -> Reply:
        """A Complete: asked far away. Raises what was raised there."""
        return await asyncio.to_thread(self._ask, prompt)

    def spoil(self, prompt: Prompt) -> None:
        """A Spoil."""
        self._asks.put(packed(Call("spoil", prompt)))

    @asynccontextmanager
    async def place(self, site: str) -> AsyncIterator[None]:
        """A Place: one of the `per_host` leases that all workers have for a host. One of a dead worker runs out."""
        self.sites.add(site)
        leases = await asyncio.to_thread(self._leases_of, site)
        await asyncio.to_thread(leases.acquire)
        try:
            yield
        finally:
            await asyncio.to_thread(leases.release)

    def _leases_of(self, site: str) -> Any:
        from distributed import Semaphore

        if site not in self._leases:
            self._leases[site] = Semaphore(max_leases=self.per_host, name=semaphore(self.run, site))
        return self._leases[site]

    def _ask(self, prompt: Prompt) -> Reply:
        from distributed import Queue

        back = Queue(f"{self.run}-{uuid.uuid4().hex}", client=self._client)
        self._asks.put(packed(Call("ask", prompt, back.name)))
        try:
            answer: Reply | FlashgenError = unpacked(back.get(timeout=WAIT))
        finally:
            back.close()
        if isinstance(answer, FlashgenError):
            raise answer
        return answer


def packed(value: object) -> bytes:
    """A value for a queue. Dask's own way goes through the same pickle, with a word in the log about each."""
    return pickle.dumps(value)


def unpacked(said: bytes) -> Any:
    """What the other end packed."""
    return pickle.loads(said)


def semaphore(run: str, site: str) -> str:
    """The name of the leases for a host."""
    return f"{run}-{site}"
