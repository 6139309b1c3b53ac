"""The two places where a model can be: behind an address, or on this machine. Each a Complete with a name and rates."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from flashgen.llm.choose import Choice, named
from flashgen.llm.prices import FREE, Rates, rates
from flashgen.llm.trouble import Trouble
from flashgen.outcome import Emit, Said
from flashgen.settings import Settings
from flashgen.types import Prompt, Reply

if TYPE_CHECKING:
    from flashgen.llm.chat import Chat
    from flashgen.llm.local import LocalModel


class Server:
    """A model behind an address."""

    def __init__(self, chat: Chat, prices: Rates | None) -> None:
        self.name = chat.model
        self.rates = prices
        self._chat = chat

    @classmethod
    async def at(cls, choice: Choice, settings: Settings) -> Server:
        """The server of `choice`, asked for its first model where none was named."""
        from flashgen.llm.chat import Chat

        model = (await named(choice)).model
        prices = rates(model, settings.prices)
        return cls(Chat(choice.base_url, choice.api_key, model, timeout=settings.timeout, rates=prices), prices)

    async def __call__(self, prompt: Prompt) -> Reply:
        return await self._chat(prompt)

    async def close(self) -> None:
        await self._chat.close()


class Local:
    """The embedded model, started at its first question."""

    rates: Rates | None = FREE

    def __init__(self, choice: Choice, emit: Emit) -> None:
        from flashgen.llm.weights import locate, named

        self.name = named(choice.model)
        self._find = partial(locate, choice.model)
        self._emit = emit
        self._starting = asyncio.Lock()
        self._server: LocalModel | None = None
        self._chat: Chat | None = None

    async def __call__(self, prompt: Prompt) -> Reply:
        async with self._starting:
            chat = self._chat or await self._start()
        try:
            return await chat(prompt)
        except Trouble:
            if self._server:
                self._server.check()
            raise

    async def _start(self) -> Chat:
        from flashgen.llm.chat import Chat
        from flashgen.llm.local import LocalModel

        weights = await asyncio.to_thread(self._find)
        self._emit(Said(f"The embedded model writes the cards: {weights.about}."))
        self._server = LocalModel(weights)
        await asyncio.to_thread(self._server.__enter__)
        self._chat = Chat(self._server.base_url, self._server.api_key, self.name, timeout=600.0, rates=FREE)
        return self._chat

    async def close(self) -> None:
        if self._chat:
            await self._chat.close()
        if self._server:
            await asyncio.to_thread(self._server.stop)
