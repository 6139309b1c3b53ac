"""Where the questions of all workers arrive, and are answered: by the model that the run pays for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from flashgen.cluster.line import Call, asks, packed, unpacked
from flashgen.errors import FlashgenError
from flashgen.types import Complete, Prompt, Reply

_CLOSED = b""
"""What the desk says to itself when it closes: waiting with a time-out would fill the scheduler's log."""


class Desk:
    """Answers calls for as long as its `async with` lasts. `spoil` marks a reply as of no use."""

    def __init__(self, client: Any, run: str, complete: Complete, spoil: Callable[[Prompt], Awaitable[None]]) -> None:
        self._client = client
        self._run = run
        self._complete = complete
        self._spoil = spoil
        self._answering: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        from distributed import Queue

        self._calls = await asyncio.to_thread(Queue, asks(self._run), client=self._client)
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._calls.put, _CLOSED)
        await self._listening
        await asyncio.gather(*self._answering, return_exceptions=True)
        await asyncio.to_thread(self._calls.close)

    async def _listen(self) -> None:
        while True:
            for said in await asyncio.to_thread(self._heard):
                if said == _CLOSED:
                    return
                task = asyncio.create_task(self._answer(unpacked(said)))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    def _heard(self) -> list[bytes]:
        first = self._calls.get()
        return [first, *(self._calls.get(batch=True) if self._calls.qsize() else ())]

    async def _answer(self, call: Call) -> None:
        """What the model says, or why it doesn't: the worker raises that in its place."""
        from distributed import Queue

        answer: Reply | FlashgenError
        try:
            if call.kind == "spoil":
                await self._spoil(call.prompt)
                return
            answer = await self._complete(call.prompt)
        except FlashgenError as error:
            answer = error
        back = await asyncio.to_thread(Queue, call.back, client=self._client)
        await asyncio.to_thread(back.put, packed(answer))
