"""Work beside the event loop: in a thread by default, in processes that can be killed inside `Workers`."""

from __future__ import annotations

import asyncio
import os
import sys
import time

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
