"""The model of a run, wired together: opened at the first question, closed at the end of the run.

A question goes   meter → reply cache → retries → budget → the model.   What the cache knows costs nothing and wakes
no model.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flashgen.app.post import Post
from flashgen.app.seats import Local, Server
from flashgen.app.spending import month_begin
from flashgen.drafting import Drafted, Revised
from flashgen.drafting.article import Context
from flashgen.drafting.asking import Spoil, never_mind
from flashgen.drafting.mending import Mended
from flashgen.errors import ModelError, OverBudget
from flashgen.halt import Halt
from flashgen.llm.budget import Budget, budgeted
from flashgen.llm.choose import Choice, choose, first_model
from flashgen.llm.meter import Meter, metered
from flashgen.llm.prices import FREE, rates
from flashgen.llm.replies import ReplyCache, remembered, spoiling, stored
from flashgen.llm.retry import persistent
from flashgen.llm.tokens import estimate_prompt
from flashgen.llm.trouble import Trouble
from flashgen.outcome import Emit, Said
from flashgen.prompts import Prompts
from flashgen.selection import Selection
from flashgen.settings import Settings
from flashgen.strategy import Strategy, by_sentences, strategy
from flashgen.types import Card, Complete, Example, Passage, Prompt, Reply, Section, Usage

_ANSWER = 0.35
"""The part of the room for an answer that answers take, on average: for plans only."""


Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A model that can be asked, with the strategy that fits it."""

    complete: Complete
    spoil: Spoil
    strategy: Strategy
    close: Close


class Model:
    """What writes cards in a run. `meter` sums up what it cost; `name` is known once it was asked.

    With `plan`, no model is ever asked: what the questions would cost is counted instead. After a halt no call begins,
    also of those that have waited for their turn; what is in the cache still answers. `examples` are cards that the
    person kept or threw out, oldest first: large models are shown the newest.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        emit: Emit,
        halt: Halt,
        *,
        spent_month: float = 0.0,
        plan: bool = False,
        examples: Sequence[Example] = (),
        prompts: Prompts | None = None,
    ) -> None:
        self.meter = Meter()
        self.name = ""
        self._settings = settings
        self._root = root
        self._emit = emit
        self._halt = halt
        self._spent_month = spent_month
        self._plan = plan
        self._examples = tuple(examples)
        self._prompts = prompts or Prompts(root / "prompts")
        self._opening = asyncio.Lock()
        self._opened: _Opened | None = None
        self._post: Post | None = None

    async def draft(self, passage: Passage, most: int) -> Drafted:
        """A Drafter. Raises ModelError, SettingsError, OverBudget, CallFailed."""
        return await (await self._open()).strategy.draft(passage, most)

    async def revise(self, passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        """A Reviser. Raises as `draft`."""
        return await (await self._open()).strategy.revise(passage, cards, most)

    async def select(self, context: Context, sections: Sequence[Section], cap: int) -> Selection:
        """A Selector. Raises as `draft`."""
        return await (await self._open()).strategy.select(context, sections, cap)

    async def complete(self, prompt: Prompt) -> Reply:
        """A Complete, for drafting that is done elsewhere. Raises as `draft`."""
        return await (await self._open()).complete(prompt)

    async def spoil(self, prompt: Prompt) -> None:
        """Say that the reply to `prompt` was of no use. Raises FileError."""
        (await self._open()).spoil(prompt)

    async def mend(self, passage: Passage, card: Card, problems: Sequence[str], others: Sequence[Card] = ()) -> Mended:
        """A Mender. Raises as `draft`."""
        return await (await self._open()).strategy.mend(passage, card, problems, others)

    async def send(self) -> None:
        """Send what was put off into a batch job; after a halt only what the budget had room for. Raises ModelError."""
        if self._post and isinstance(self._halt.error, OverBudget | None):
            await self._post.send()

    async def aclose(self) -> None:
        """Stop the embedded model, close connections and the cache; say what second readings had cost."""
        if (critique := self.meter.by_kind.get("critique")) and critique.calls:
            cost = "cost unknown" if critique.cost_usd is None else f"${critique.cost_usd:.4f}"
            tokens = f"{critique.prompt_tokens:,} tokens in, {critique.completion_tokens:,} out"
            self._emit(Said(f"Of the calls, {critique.calls} were second readings (critique): {tokens}; {cost}."))
        if self._opened:
            await self._opened.close()
            self._opened = None

    async def _open(self) -> _Opened:
        async with self._opening:
            if self._opened is None:
                self._halt.check()
                choice = choice_of(self._settings)
                self._opened = self._planned(choice) if self._plan else await self._real(choice)
            return self._opened

    async def _real(self, choice: Choice) -> _Opened:
        settings, emit = self._settings, self._emit
        seat = Local(choice, emit) if choice.kind == "local" else await Server.at(choice, settings)
        self.name = seat.name
        if settings.critique and by_sentences(settings, local=choice.kind == "local"):
            emit(Said("A model this small reads nothing a second time: critique is left out."))
        cache = ReplyCache(self._root / ".flashgen" / "replies.sqlite")
        post = self._post = Post(self._root, choice, settings, emit)
        await post.collect(cache)
        prices = seat.rates and (seat.rates.halved() if settings.batch else seat.rates)
        limits = {"max_cost": settings.max_cost, "max_month": settings.max_cost_month}
        spent = max(self._spent_month, cache.spent(month_begin(time.time())))  # a run that was killed, `flashgen try`
        budget = Budget(prices, seat.name, **limits, spent_month=spent + post.owed)
        jobs = 1 if choice.kind == "local" else settings.jobs
        held = self._unless_halted(budgeted(seat, budget))
        asked = persistent(stored(held, cache, seat.name), jobs=jobs, slow=settings.timeout / 2, sleep=self._sleep)
        posted = post.instead_of(asked, seat.name, prices, budget)
        complete = metered(remembered(posted, cache, seat.name), self.meter)

        async def close() -> None:
            await seat.close()
            cache.close()
            await post.close()

        return self._strategy(choice, complete, spoiling(cache, seat.name), close)

    def _unless_halted(self, complete: Complete) -> Complete:
        async def ask(prompt: Prompt) -> Reply:
            self._halt.check()
            return await complete(prompt)

        return ask

    async def _sleep(self, seconds: float) -> None:
        """The pause before a call is tried again; a halt ends it."""
        await self._halt.unless(asyncio.sleep(seconds))

    def _planned(self, choice: Choice) -> _Opened:
        local = choice.kind == "local"
        self.name = choice.model or ("the embedded model" if local else choice.base_url)
        prices = FREE if local else rates(choice.model, self._settings.prices)
        if prices and self._settings.batch:
            prices = prices.halved()

        async def count(prompt: Prompt) -> Reply:
            sent, answered = estimate_prompt(prompt), int(prompt.max_tokens * _ANSWER)
            cost = prices.cost(sent, answered) if prices else None
            return Reply(
                '{"cards": [], "decisions": [], "verdicts": [{"n": 0}]}', usage=Usage(1, 0, sent, answered, cost)
            )

        async def close() -> None:
            return None

        return self._strategy(choice, metered(count, self.meter), never_mind, close)

    def _strategy(self, choice: Choice, complete: Complete, spoil: Spoil, close: Close) -> _Opened:
        local = choice.kind == "local"
        asking = strategy(
            self._settings, self._prompts, complete, spoil, local=local, examples=self._examples, plan=self._plan
        )
        return _Opened(complete, spoil, asking, close)


def choice_of(settings: Settings) -> Choice:
    """Which model the settings and the environment ask for. Raises ModelError with the ways to get one."""
    return choose(settings.llm, settings.model, os.environ)


def describe(settings: Settings) -> str:
    """The model that would write cards, in words; a server is asked whether it answers. Raises ModelError."""
    choice = choice_of(settings)
    if choice.kind == "local":
        from flashgen.llm import weights

        return f"{weights.named(choice.model)}, on this machine"
    return asyncio.run(_described(choice))


async def _described(choice: Choice) -> str:
    from flashgen.llm.chat import Chat

    chat = Chat(choice.base_url, choice.api_key, "", timeout=10.0)
    try:
        offered = await chat.models()
    except Trouble as trouble:
        raise ModelError(f"{trouble.reason}; is the server running, and the address right?") from None
    finally:
        await chat.close()
    return f"{choice.model or first_model(offered, choice.base_url)} at {choice.base_url}"
