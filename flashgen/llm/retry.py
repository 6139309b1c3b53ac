"""Asking again: what may pass is tried again, bounded, and no faster than the server can take."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from types import TracebackType

from flashgen.errors import CallFailed, ModelError
from flashgen.llm.trouble import Cause, Trouble
from flashgen.types import Complete, Prompt, Reply

_TRIES = {Cause.SERVER: 5, Cause.LOST: 2, Cause.UNREACHED: 4, Cause.REFUSED: 1}
"""How often a call is sent for each cause. One that was lost may have been paid for, so it is sent once more only."""
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
_IN_A_ROW = 5
"""After so many calls that failed for good, one after another, the model counts as out of order."""


class Slots:
    """Room for so many calls at once: `most`, and fewer while the server can't take as many.

    Halved at a 429, at a call that was lost, and at one that was nearly lost: a server that answers one after the other
    (a model on one's own machine) keeps the last of many waiting until their time is over. Grown by one for each round
    of calls that went well.
    """

    def __init__(self, most: int) -> None:
        self.most = max(1, most)
        self.limit = float(self.most)
        self._busy = 0
        self._round = 0
        self._free = asyncio.Condition()

    async def __aenter__(self) -> int:
        async with self._free:
            await self._free.wait_for(lambda: self._busy < int(self.limit))
            self._busy += 1
            return self._round

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._free:
            self._busy -= 1
            self._free.notify(2)

    def went_well(self) -> None:
        """A call came back with an answer."""
        self.limit = min(float(self.most), self.limit + 1 / self.limit)

    def too_fast(self, round_: int) -> None:
        """A call that began in `round_` was turned away or took too long; those that began together count once."""
        if round_ == self._round:
            self.limit = max(1.0, self.limit / 2)
            self._round += 1


def persistent(
    complete: Complete,
    *,
    jobs: int = 8,
    patience: float = 300.0,
    slow: float = math.inf,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> Complete:
    """`complete`, asked again where that may help, `jobs` calls at once.

    A rate limit is waited out for `patience` seconds per call, as the server wishes or with growing pauses; other
    trouble gets a few tries. What still fails is CallFailed; five such calls in a row, or a server that was never
    reached, are a ModelError. A call of more than `slow` seconds asks for fewer at once.
    """
    slots = Slots(jobs)
    state = _State()

    async def ask(prompt: Prompt) -> Reply:
        tries: dict[Cause, int] = {}
        waited = 0.0
        while True:
            async with slots as round_:
                began = clock()
                try:
                    reply = await complete(prompt)
                except Trouble as met:
                    trouble = met
                else:
                    slots.too_fast(round_) if clock() - began > slow else slots.went_well()
                    state.answered()
                    return reply
                if trouble.cause in (Cause.LIMIT, Cause.LOST):
                    slots.too_fast(round_)
            tries[trouble.cause] = tries.get(trouble.cause, 0) + 1
            wait = _pause(trouble, tries[trouble.cause], chance())
            state.check(trouble)
            if tries[trouble.cause] >= _TRIES.get(trouble.cause, 1000) or waited + wait > patience:
                raise state.failed(trouble)
            waited += wait
            await sleep(wait)

    return ask


def _pause(trouble: Trouble, tries: int, chance: float) -> float:
    """Seconds until the next try: the server's wish and a little, or a random part of a doubling span (full jitter)."""
    if trouble.wait is not None:
        return trouble.wait + chance * min(1.0, 0.1 + trouble.wait)
    return chance * min(_LONGEST_WAIT, _FIRST_WAIT * 2.0**tries)


class _State:
    """What all calls together have met."""

    def __init__(self) -> None:
        self._ever = False
        self._in_a_row = 0

    def answered(self) -> None:
        self._ever = True
        self._in_a_row = 0

    def check(self, trouble: Trouble) -> None:
        """Raise ModelError where the server has never been there: waiting won't start it."""
        if trouble.cause is Cause.UNREACHED and not self._ever:
            raise ModelError(f"{trouble.reason}; is the server running, and the address right?")

    def failed(self, trouble: Trouble) -> CallFailed | ModelError:
        """One call has failed for good."""
        self._in_a_row += 1
        if trouble.cause is Cause.UNREACHED or self._in_a_row >= _IN_A_ROW:
            return ModelError(f"{trouble.reason}; gave up after many tries. What was answered is kept.")
        return CallFailed(trouble.reason)
