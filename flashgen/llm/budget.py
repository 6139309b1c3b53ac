"""A budget that holds: no call begins that could pass it, whatever the calls under way turn out to cost."""

from __future__ import annotations

import asyncio
import json

from flashgen.errors import FlashgenError, OverBudget
from flashgen.llm.prices import Rates
from flashgen.llm.tokens import most_in_prompt
from flashgen.llm.trouble import Trouble
from flashgen.types import Complete, Prompt, Reply


class Budget:
    """US dollars for one run and for one month. `spent_month` is what the month has cost before this run.

    Where the price of `model` is not known (`rates` is None), no call can be told to fit, and so none is made.
    """

    def __init__(
        self,
        rates: Rates | None,
        model: str = "the model",
        *,
        max_cost: float | None = None,
        max_month: float | None = None,
        spent_month: float = 0.0,
    ) -> None:
        self._rates = rates
        self._model = model
        self._rooms = [
            (room, name)
            for room, name in (
                (max_cost, "the budget of this run (max_cost)"),
                (None if max_month is None else max_month - spent_month, "what is left of the month (max_cost_month)"),
            )
            if room is not None
        ]
        self._spent = 0.0
        self._reserved = 0.0
        self._calls = 0
        self._settled = asyncio.Condition()

    @property
    def spent(self) -> float:
        """US dollars that this run has cost so far."""
        return self._spent

    async def reserve(self, prompt: Prompt) -> float:
        """Set aside the most that a call can cost, and return it; wait for calls under way where that may make room.

        Raises OverBudget where the call could pass the budget whatever they cost, or nobody knows what it costs.
        """
        if not self._rooms:
            return 0.0
        if self._rates is None:
            raise OverBudget(self._unknown())
        most = self._rates.at_most(most_in_prompt(prompt), prompt.max_tokens)
        async with self._settled:
            while not self._fits(self._spent + self._reserved + most):
                if not self._calls or not self._fits(self._spent + most):
                    raise OverBudget(self._message(most))
                await self._settled.wait()
            self._reserved += most
            self._calls += 1
        return most

    async def settle(self, reserved: float, cost: float) -> None:
        """Give back what was set aside for a call, and count what it cost."""
        async with self._settled:
            self._spent += cost
            if self._rooms:
                self._calls -= 1
                self._reserved = self._reserved - reserved if self._calls else 0.0
            self._settled.notify_all()

    def _fits(self, total: float) -> bool:
        return all(total <= room for room, _ in self._rooms)

    def _unknown(self) -> str:
        _, name = self._rooms[0]
        table = f"[prices.{json.dumps(self._model)}]"
        return (
            f"the price of {self._model} is not known, so {name} can't be held, and nothing is asked. Write what a "
            f"million tokens cost into flashgen.toml, as input and output under {table} (0 for a model of your own), "
            "or take the limit away."
        )

    def _message(self, most: float) -> str:
        room, name = min(self._rooms)
        return (
            f"the next call could cost ${most:.4f}, and of {name} ${max(0.0, room - self._spent):.4f} "
            f"are left (${self._spent:.4f} spent in this run). All that was paid for is kept."
        )


def budgeted(complete: Complete, budget: Budget) -> Complete:
    """`complete`, within `budget`. A call that was lost after it was sent counts as the most it could cost."""

    async def ask(prompt: Prompt) -> Reply:
        reserved = await budget.reserve(prompt)
        cost = reserved
        try:
            reply = await complete(prompt)
            cost = reply.usage.cost_usd or 0.0
        except Trouble as trouble:
            cost = reserved if trouble.may_be_billed else 0.0
            raise
        except FlashgenError:
            cost = 0.0
            raise
        finally:
            await budget.settle(reserved, cost)
        return reply

    return ask
