"""Work that only needs the processor, done beside the event loop: in a thread, or in processes that can be killed.

A page may be made to keep a parser busy for minutes or to eat all memory. `aside` runs such a function in a thread
by default; inside `async with Workers(...)` it runs in a process of a pool, and what takes too long, crashes or asks
for too much memory is killed without harm to its neighbours. Where the system starts no processes, threads do.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import partial
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    from pebble import ProcessPool

log = logging.getLogger(__name__)
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
    call, workers = partial(fn, *args, **kwargs), _workers.get()
    if workers and (pool := await workers.started()):
        try:
            return await _in_process(pool, seconds, call)
        except _PoolBroke as error:
            workers.give_up(error)
    async with asyncio.timeout(seconds):
        return await asyncio.to_thread(call)


class _PoolBroke(Exception):
    """The pool can't start processes any more."""


async def _in_process(pool: ProcessPool, seconds: float, call: Callable[[], T]) -> T:
    from pebble import ProcessExpired

    try:
        task = pool.schedule(call, timeout=seconds)
    except RuntimeError as error:
        raise _PoolBroke(error) from None
    try:
        return await asyncio.wrap_future(task)
    except BrokenExecutor as error:
        raise _PoolBroke(error) from None
    except (ProcessExpired, MemoryError) as error:
        raise Crashed(str(error) or type(error).__name__) from None


class Workers:
    """A pool of processes for `aside`, for as long as the `async with` lasts: `async with Workers(2): ...`.

    The processes start with the first task, or `at_once` where one is sure to come. `memory` bounds each worker's
    address space where the system can (bytes; 0 for no bound). `context` is how processes are started, None for what
    this system does best.
    """

    def __init__(
        self,
        processes: int = 0,
        *,
        memory: int = MEMORY,
        at_once: bool = False,
        context: BaseContext | None = None,
    ) -> None:
        self.processes = processes or max(1, min(8, os.cpu_count() or 1))
        self.memory = memory
        self.at_once = at_once
        self.context = context
        self._starting: asyncio.Task[None] | None = None
        self._given_up = False

    async def __aenter__(self) -> Self:
        from pebble import ProcessPool

        self._running = ProcessPool(
            max_workers=self.processes,
            max_tasks=_TASKS_PER_WORKER,
            initializer=_prepare,
            initargs=(self.memory,),
            context=self.context or _context(),
        )
        self._token: Token[Workers | None] = _workers.set(self)
        if self.at_once:
            self._start()
        return self

    @staticmethod
    def around() -> bool:
        """Whether such a pool surrounds the caller."""
        return _workers.get() is not None

    async def started(self) -> ProcessPool | None:
        """The pool, once its processes are there; None where they can't be had."""
        await asyncio.shield(self._start())
        return None if self._given_up else self._running

    def _start(self) -> asyncio.Task[None]:
        """Have the processes started in a thread: until the one that they are copied from has imported what they need,
        whoever starts them waits (a second)."""
        if self._starting is None:
            self._starting = asyncio.create_task(asyncio.to_thread(self._begin))
        return self._starting

    def _begin(self) -> None:
        try:
            with _uninterrupted():
                self._running.schedule(int)
        except (OSError, RuntimeError, ImportError, AssertionError) as error:  # the last: of a worker
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """From now on threads do what the pool should."""
        if not self._given_up:
            self._given_up = True
            log.warning("no processes can be started (%r): pages are read in threads, which can't be killed", error)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _workers.reset(self._token)
        if self._starting:
            await asyncio.wait([self._starting])
        self._running.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._running.join)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are started here never hear of a Ctrl-C, which is for the parent alone: the one that the workers
    are copied from would die of it with a traceback while it imports.

    The one that frees semaphores comes first: starting, it would let SIGINT through again. After a second Ctrl-C it has
    something to free, as it should, and is not to warn of it."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    sys.warnoptions.append("ignore:resource_tracker")
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.remove("ignore:resource_tracker")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context() -> BaseContext:
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
