"""Work beside the event loop: in a thread by default, in processes that can be killed inside `Workers`."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.context import BaseContext, SpawnContext, SpawnProcess
from typing import Any, ClassVar, NoReturn

import pytest

from flashgen.workers import Crashed, Workers, aside, limited


def where() -> tuple[int, int]:
    return os.getpid(), os.getppid()


def die() -> None:
    os._exit(11)


def eat() -> int:
    return len(bytearray(3_000_000_000))


def fail() -> None:
    raise ValueError("broken page")


def test_without_workers_a_thread_does_it() -> None:
    """Outside `Workers` the function runs in this process."""
    assert asyncio.run(aside(where))[0] == os.getpid()


def test_without_workers_the_wait_ends() -> None:
    """A thread that takes too long is not waited for."""

    async def wait() -> None:
        with pytest.raises(TimeoutError):
            await limited(0.05, time.sleep, 0.2)

    asyncio.run(wait())


def test_a_process_that_takes_too_long_is_killed_and_the_pool_goes_on() -> None:
    """Time, a crash and memory cost one page each; errors of the function pass through; the next page is read."""

    async def all_of_it() -> None:
        async with Workers(1, memory=500_000_000):
            assert (await aside(where))[0] != os.getpid()
            with pytest.raises(TimeoutError):
                await limited(0.3, time.sleep, 60)
            with pytest.raises(Crashed):
                await aside(die)
            if sys.platform.startswith("linux"):
                with pytest.raises(Crashed):
                    await aside(eat)
            with pytest.raises(ValueError, match="broken page"):
                await aside(fail)
            assert await aside(int, "7", base=8) == 7
        assert (await aside(where))[0] == os.getpid()

    asyncio.run(all_of_it())


def test_tasks_made_inside_share_the_pool() -> None:
    """A task started under `Workers` finds the pool, as many at once as there are."""

    async def together() -> set[int]:
        async with Workers(2), asyncio.TaskGroup() as group:
            tasks = [group.create_task(aside(where)) for _ in range(6)]
        return {task.result()[0] for task in tasks}

    assert os.getpid() not in asyncio.run(together())


class Refused(SpawnProcess):
    """A process that the system doesn't start."""

    def start(self) -> None:
        raise BlockingIOError("Resource temporarily unavailable")


class NoProcesses(SpawnContext):
    """A system that has reached its limit of processes."""

    Process: ClassVar[Any] = Refused


class NoLocks(SpawnContext):
    """A system without semaphores, as in some containers and functions of clouds."""

    def Lock(self) -> NoReturn:
        raise OSError("Function not implemented")

    RLock = Lock


@pytest.mark.parametrize("context", [NoProcesses(), NoLocks()])
def test_where_no_process_can_be_started_threads_do_it(context: BaseContext, caplog: pytest.LogCaptureFixture) -> None:
    """Pages are read all the same, and the person is told once; leaving without a page is in good order too."""

    async def both() -> None:
        async with Workers(2, context=context, at_once=True):
            assert [found[0] for found in await asyncio.gather(*(aside(where) for _ in range(3)))] == [os.getpid()] * 3
        async with Workers(2, context=context, at_once=True):
            pass

    with caplog.at_level(logging.WARNING):
        asyncio.run(both())
    assert 1 <= len(caplog.messages) <= 2


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_ctrl_c_is_not_heard_by_workers(method: str) -> None:
    """Not while they start, either: a traceback of theirs would stand on the person's screen."""

    async def blocked() -> bool:
        async with Workers(1, context=multiprocessing.get_context(method)):
            return signal.SIGINT in await aside(signal.pthread_sigmask, signal.SIG_BLOCK, ())

    assert asyncio.run(blocked())
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
