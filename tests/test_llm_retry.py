"""Asking again: bounded, patient with rate limits, careful with what may have been paid for."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_server import finished

from flashgen.errors import CallFailed, ModelError
from flashgen.llm.retry import Slots, persistent
from flashgen.llm.trouble import Cause, Trouble
from flashgen.types import Complete, Message, Prompt, Reply

PROMPT = Prompt((Message("user", "Hello"),))
FINE = Reply("{}")


class Model:
    """A model that goes through a script of troubles and then answers; `waits` are the pauses made."""

    def __init__(self, script: Iterable[Trouble | Reply]) -> None:
        self.script = list(script)
        self.calls = 0
        self.waits: list[float] = []

    async def __call__(self, prompt: Prompt) -> Reply:
        self.calls += 1
        step = self.script.pop(0) if self.script else FINE
        if isinstance(step, Trouble):
            raise step
        return step

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def patient(self, **options: float) -> Complete:
        return persistent(self, sleep=self.sleep, chance=lambda: 1.0, **options)  # type: ignore[arg-type]


def trouble(cause: Cause, wait: float | None = None) -> Trouble:
    return Trouble(cause, f"http://server {cause}", wait=wait)


def test_trouble_that_passes_is_not_seen() -> None:
    """A call that fails and then works is one reply; the pauses grow."""
    model = Model([trouble(Cause.SERVER), trouble(Cause.SERVER), trouble(Cause.SERVER)])
    assert finished(model.patient()(PROMPT)) == FINE
    assert model.waits == [2, 4, 8]


def test_the_servers_wish_is_obeyed() -> None:
    """Retry-After is waited out, never cut short."""
    model = Model([trouble(Cause.LIMIT, 30), trouble(Cause.LIMIT, 5)])
    finished(model.patient()(PROMPT))
    assert model.waits[0] >= 30
    assert model.waits[1] >= 5


@pytest.mark.parametrize(("cause", "calls"), [(Cause.SERVER, 5), (Cause.LOST, 2), (Cause.REFUSED, 1)])
def test_tries_are_bounded(cause: Cause, calls: int) -> None:
    """A server that goes on failing gets a few tries; a lost call, which may be billed, just one more; a refused one
    none."""
    model = Model([trouble(cause)] * 99)
    with pytest.raises(CallFailed, match="http://server"):
        finished(model.patient()(PROMPT))
    assert model.calls == calls


def test_patience_with_a_rate_limit_ends() -> None:
    """A server that wishes for more time than there is patience is not waited for."""
    model = Model([trouble(Cause.LIMIT, 3600)] * 9)
    with pytest.raises(CallFailed):
        finished(model.patient(patience=300)(PROMPT))
    assert (model.calls, model.waits) == (1, [])


def test_a_server_that_was_there_may_come_back() -> None:
    """A connection refused in the middle of a run is tried again: servers are restarted."""
    model = Model([FINE, trouble(Cause.UNREACHED), trouble(Cause.UNREACHED), FINE])
    complete = model.patient()

    async def both() -> None:
        await complete(PROMPT)
        await complete(PROMPT)

    asyncio.run(both())
    assert model.calls == 4


def test_many_failures_in_a_row_end_the_run() -> None:
    """Five calls lost one after another: the model is out of order, and no more time is wasted on it."""
    model = Model([trouble(Cause.REFUSED)] * 99)
    complete = model.patient()

    async def ask() -> list[type[BaseException]]:
        met: list[type[BaseException]] = []
        while ModelError not in met:
            try:
                await complete(PROMPT)
            except (CallFailed, ModelError) as error:
                met.append(type(error))
        return met

    assert asyncio.run(ask()) == [CallFailed] * 4 + [ModelError]


def test_one_bad_prompt_in_ten_ends_nothing() -> None:
    """Failures with answers between them stay single failures."""
    model = Model([trouble(Cause.REFUSED), FINE] * 20)
    complete = model.patient()

    async def ask() -> int:
        failed = 0
        for _ in range(40):
            try:
                await complete(PROMPT)
            except CallFailed:
                failed += 1
        return failed

    assert asyncio.run(ask()) == 20


@given(st.integers(1, 6), st.integers(1, 30))
def test_no_more_calls_at_once_than_jobs(jobs: int, calls: int) -> None:
    """However many ask, at most `jobs` calls are under way; all are answered."""
    busy = most = 0

    async def slow(prompt: Prompt) -> Reply:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0)
        busy -= 1
        return FINE

    async def ask() -> int:
        complete = persistent(slow, jobs=jobs)
        return len(await asyncio.gather(*(complete(PROMPT) for _ in range(calls))))

    assert asyncio.run(ask()) == calls
    assert most == min(jobs, calls)


def test_a_rate_limit_makes_room_smaller_and_success_makes_it_grow() -> None:
    """Many 429s of one burst halve the number of calls at once, once; rounds that go well bring it back."""
    slots = Slots(16)

    async def burst() -> None:
        async with slots as first, slots as second:
            slots.too_fast(first)
            slots.too_fast(second)

    asyncio.run(burst())
    assert slots.limit == 8
    for _ in range(200):
        slots.went_well()
    assert slots.limit == 16


def test_a_server_with_a_limit_is_found_out() -> None:
    """A server that takes 4 calls at once answers all of 60 that are asked 16 at a time, with few turned away."""
    busy = turned_away = 0

    async def limited(prompt: Prompt) -> Reply:
        nonlocal busy, turned_away
        if busy >= 4:
            turned_away += 1
            raise trouble(Cause.LIMIT, 0.001)
        busy += 1
        await asyncio.sleep(0.001)
        busy -= 1
        return FINE

    async def ask() -> int:
        complete = persistent(limited, jobs=16)
        return len(await asyncio.gather(*(complete(PROMPT) for _ in range(60))))

    assert asyncio.run(ask()) == 60
    assert turned_away < 60


def test_a_call_that_is_broken_off_frees_its_place() -> None:
    """Cancelling calls (Ctrl-C) leaves all places free for others."""

    async def hang(prompt: Prompt) -> Reply:
        await asyncio.sleep(3600)
        return FINE

    async def run() -> int:
        slots = Slots(2)

        async def hold() -> None:
            async with slots:
                await hang(PROMPT)

        tasks = [asyncio.create_task(hold()) for _ in range(5)]
        await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with slots, slots:
            return 2

    assert asyncio.run(run()) == 2


def test_a_server_that_answers_one_by_one_is_asked_less_at_once() -> None:
    """Calls that take near to their time limit make room smaller, before one is lost that may have to be paid for."""
    turn = asyncio.Lock()
    now, waiting, at_once = 0.0, 0, []

    async def serial(prompt: Prompt) -> Reply:
        nonlocal now, waiting
        waiting += 1
        at_once.append(waiting)
        async with turn:
            await asyncio.sleep(0)
            now += 10
        waiting -= 1
        return FINE

    async def many() -> None:
        ask = persistent(serial, jobs=16, slow=40, clock=lambda: now)
        await asyncio.gather(*(ask(PROMPT) for _ in range(100)))

    finished(many())
    assert max(at_once) == 16
    assert max(at_once[-40:]) <= 5
