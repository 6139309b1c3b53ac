"""Work that only needs the processor, done beside the event loop: in a thread, or in processes that can be killed.

A page may be made to keep a parser busy for minutes or to eat all memory. `aside` runs such a function in a thread
by default; inside `async with Workers(...)` it runs in a process of a pool, and what takes too long, crashes or asks
for too much memory is killed without harm to its neighbours.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextvars import ContextVar, Token
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds that one page may take to be read."""
MEMORY = 2_000_000_000
"""Bytes of address space that a worker may ask for beyond what it starts with."""
_TASKS_PER_WORKER = 500
_PRELOADED = [
    "trafilatura",
    "lxml.html",
    "html_to_markdown",
    "flashgen.extract.reader",
    "flashgen.sources.nature",
    "flashgen.sources.web",
]
"""What every worker needs: imported once, in the process that the workers are copied from."""

_workers: ContextVar[Workers | None] = ContextVar("flashgen_workers", default=None)


class Crashed(Exception):
    """The worker died: out of memory or a fault in a parser. Only the task that it had is lost."""


async def aside(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `fn` gives, without stopping the event loop; `limited` sets another time than TIMEOUT.

    `fn` and what goes in and out must be picklable. Raises TimeoutError when it takes too long, Crashed when
    its worker dies, and whatever `fn` raises. A thread can't be killed: there the time-out only stops the wait.
    """
    return await limited(TIMEOUT, fn, *args, **kwargs)


async def limited(seconds: float, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`aside` with a time limit of its own."""
    workers = _workers.get()
    if workers is None:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(fn, *args, **kwargs)
    from pebble import ProcessExpired

    task = (await workers.started()).schedule(partial(fn, *args, **kwargs), timeout=seconds)
    try:
        return await asyncio.wrap_future(task)
    except (ProcessExpired, MemoryError) as error:
        raise Crashed(str(error) or type(error).__name__) from None


class Workers:
    """A pool of processes for `aside`, for as long as the `async with` lasts: `async with Workers(2): ...`.

    The processes start with the first task, or `at_once` where one is sure to come. `memory` bounds each worker's
    address space where the system can (bytes; 0 for no bound).
    """

    def __init__(self, processes: int = 0, *, memory: int = MEMORY, at_once: bool = False) -> None:
        self.processes = processes or max(1, min(8, os.cpu_count() or 1))
        self.memory = memory
        self.at_once = at_once
        self._starting: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Self:
        from pebble import ProcessPool

        self._running = ProcessPool(
            max_workers=self.processes,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_prepare,
            initargs=(self.memory,),
            context=_context(),
        )
        self._token: Token[Workers | None] = _workers.set(self)
        if self.at_once:
            self._start()
        return self

    @staticmethod
    def around() -> bool:
        """Whether such a pool surrounds the caller."""
        return _workers.get() is not None

    async def started(self) -> ProcessPool:
        """The pool, once its processes are there."""
        await asyncio.shield(self._start())
        return self._running

    def _start(self) -> asyncio.Task[object]:
        """Have the processes started in a thread: until the one that they are copied from has imported what they need,
        whoever starts them waits (a second)."""
        if self._starting is None:
            self._starting = asyncio.create_task(asyncio.to_thread(self._running.schedule, int))
        return self._starting

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _workers.reset(self._token)
        if self._starting:
            await asyncio.wait([self._starting])
        self._running.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._running.join)


def _context() -> multiprocessing.context.BaseContext:
    """Children that start clean: a plain fork copies locks that another thread holds."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _prepare(memory: int) -> None:
    """Ctrl-C is for the parent alone; memory is bounded from what the worker has now."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not memory or not sys.platform.startswith("linux"):
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (now + memory, hard))
