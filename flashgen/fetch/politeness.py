"""How hosts are asked: a few requests at a time, not before they want to be, and not at all while they are down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from flashgen.fetch.safety import Target
from flashgen.fetch.trouble import Trouble

CLOSED_SECONDS = 120.0
"""How long an origin that failed several times in a row is left in peace."""

UNWELCOME_SECONDS = 1.0
"""The time between two requests to a host that let us in before and then no more: some say "too fast" that way."""


Place = Callable[[str], AbstractAsyncContextManager[object]]
"""Leave to ask a host (by name) from whoever else asks it too: other processes, other machines."""


def alone(site: str) -> AbstractAsyncContextManager[object]:
    """A Place for a fetcher that is the only one."""
    return nullcontext()


class _Host:
    """One host and its places for requests: what to turn when concurrency is to follow a host's answers."""

    def __init__(self, per_host: int) -> None:
        self.slots = asyncio.Semaphore(per_host)
        self.spacing = self.least = 0.0
        self.answered = False
        self.paused_until = 0.0
        self._next_start = 0.0

    def delay(self, now: float) -> float:
        """How long to wait before looking again; 0 gives leave to ask now."""
        wait = max(self.paused_until, self._next_start) - now
        if wait > 0:
            return wait
        self._next_start = now + max(self.spacing, self.least)
        return 0.0


class _Health:
    """How the last requests to one origin went."""

    def __init__(self) -> None:
        self._setbacks = 0
        self._met: set[str] = set()
        self._closed_until = 0.0
        self._trouble = Trouble("")

    def note(self, url: str, trouble: Trouble | None, now: float, patience: int) -> None:
        if trouble is None or not trouble.setback:
            self._setbacks = 0
            self._met.clear()
            return
        self._setbacks += 1
        self._met.add(url)
        # One address that always answers "too many" says nothing about the others.
        everywhere = not trouble.status or len(self._met) > 1
        if (self._setbacks >= patience and everywhere) or not trouble.passing:
            self._closed_until = now + CLOSED_SECONDS
            self._trouble = trouble.final()

    def check(self, now: float) -> None:
        """Raises the trouble that the origin is in, this time not to be tried again."""
        if now < self._closed_until:
            raise self._trouble.final()


class Politeness:
    """Lets requests through: `per_host` at a time to one host, `total` in all, and none to a host that asked us to
    wait; a wait of more than `max_wait` seconds is left to the one link that met it.

    After `patience` setbacks in a row an origin is left in peace and its requests fail at once. Waiting for a host
    takes none of the places that others could use. `place` is asked for leave besides.
    """

    def __init__(
        self,
        per_host: int,
        total: int,
        *,
        patience: int,
        max_wait: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        place: Place = alone,
    ) -> None:
        self._place = place
        self._per_host = max(1, per_host)
        self._total = asyncio.Semaphore(max(1, total))
        self._patience = max(1, patience)
        self._max_wait = max_wait
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._health: dict[str, _Health] = {}

    @asynccontextmanager
    async def turn(self, target: Target) -> AsyncIterator[None]:
        """Wait until `target` may be asked, and count as asking it. Raises Trouble at once where its origin is down."""
        host, health = self._host(target), self._health.setdefault(target.origin, _Health())
        async with host.slots:
            health.check(self._clock())
            while (delay := host.delay(self._clock())) > 0:
                await self._sleep(delay)
                health.check(self._clock())
            async with self._place(target.site), self._total:
                yield

    def note(self, target: Target, trouble: Trouble | None) -> None:
        """Remember how a request went: no `trouble` means any answer to be content with."""
        now = self._clock()
        self._health.setdefault(target.origin, _Health()).note(target.url, trouble, now, self._patience)
        if trouble is None:
            self._host(target).answered = True
        if trouble is not None and trouble.setback and trouble.wait is not None and trouble.wait <= self._max_wait:
            host = self._host(target)
            host.paused_until = max(host.paused_until, now + trouble.wait)

    def unwelcome(self, target: Target) -> bool:
        """Whether a host that shuts us out let us in before: then it is asked more slowly from now on."""
        host = self._host(target)
        if host.answered:
            host.least = UNWELCOME_SECONDS
            host.paused_until = max(host.paused_until, self._clock() + UNWELCOME_SECONDS)
        return host.answered

    def space(self, target: Target, seconds: float) -> None:
        """From now on, let this much time pass between two requests to the host of `target`."""
        self._host(target).spacing = seconds

    def _host(self, target: Target) -> _Host:
        if target.site not in self._hosts:
            self._hosts[target.site] = _Host(self._per_host)
        return self._hosts[target.site]
