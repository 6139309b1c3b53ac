"""How a run is broken off in good order: by the person, by the budget, by a model that can't be used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from flashgen.errors import FlashgenError, Interrupted

T = TypeVar("T")


class Halt:
    """Whether and why a run ends early. The first reason stays; it holds for all that is in hand."""

    def __init__(self) -> None:
        self.error: FlashgenError | None = None
        self._event = asyncio.Event()

    def __bool__(self) -> bool:
        return self.error is not None

    def set(self, error: FlashgenError) -> None:
        """Let nothing new begin, and give up what `unless` waits for."""
        self.error = self.error or error
        self._event.set()

    def check(self) -> None:
        """Raise the halt's error, if there is one."""
        if self.error:
            raise self.error

    async def unless(self, work: Awaitable[T]) -> T:
        """What `work` gives; it is given up at a halt. Raises the halt's error then."""
        task = asyncio.ensure_future(work)
        halted = asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait((task, halted), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise self.error or Interrupted()
        finally:
            for one in (task, halted):
                one.cancel()
            await asyncio.gather(task, halted, return_exceptions=True)
