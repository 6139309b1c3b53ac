"""The vectors that new cards will be compared by, computed while the run still waits for the model and the network.

Cards are compared at the end of a run, in the order of the list. What that will ask for is mostly known before: this
compares each article's cards with those that came before it, and throws the result away; the vectors stay.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from flashgen.duplicates import Index, Rules, Vectors
from flashgen.types import Card, Status

_THREADS = 2
"""At most: each has a model of its own (100 MB)."""


class Ahead:
    """Threads that get `vectors` ready, which are asked in several threads at a time."""

    def __init__(self, vectors: Vectors) -> None:
        threads = min(_THREADS, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(threads, "flashgen-vectors")
        self._index = Index(Rules(vectors))
        self._adding = threading.Lock()
        self._under_way: list[Future[None]] = []
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def foresee(self, cards: Sequence[Card]) -> None:
        """These cards are new. Returns at once."""
        if new := [card for card in cards if card.status is Status.ACTIVE]:
            self._under_way.append(self._pool.submit(self._look, new))

    async def ready(self) -> None:
        """Wait for all that was foreseen."""
        under_way, self._under_way = self._under_way, []
        await asyncio.gather(*map(asyncio.wrap_future, under_way))

    def _look(self, cards: Sequence[Card]) -> None:
        with self._adding:
            for card in cards:
                self._index.add(card.id, card.question, card.answer)
        for card in cards:
            if self._over:
                return
            self._index.near(card.question, card.answer)
