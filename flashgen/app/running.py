"""The event loop of a run, and what Ctrl-C does to it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flashgen.errors import FlashgenError, Interrupted
from flashgen.halt import Halt
from flashgen.outcome import Emit, Said
from flashgen.store.atomic import of_system

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 1.5
"""Seconds that tidying up may take after the second Ctrl-C."""


def run(main: Callable[[Halt], Awaitable[T]], emit: Emit) -> T:
    """`main` to its end. A first Ctrl-C halts it: calls in flight are waited for. A second one ends the process.

    Whatever was entered in a store stands there already, so that even the hard end loses nothing.
    Raises Interrupted after a second Ctrl-C that could still be answered in good order.
    """

    async def guarded() -> T:
        halt = Halt()
        work = asyncio.ensure_future(main(halt))
        loop = asyncio.get_running_loop()

        def first() -> None:
            halt.set(Interrupted())
            emit(Said("Finishing the calls in flight; press Ctrl-C again to stop at once."))

        def second() -> None:
            _end_after(PATIENCE)
            loop.call_soon_threadsafe(work.cancel)

        with _interrupts(lambda: loop.call_soon_threadsafe(first), second):
            try:
                return await work
            except asyncio.CancelledError:
                raise Interrupted from None
            except ExceptionGroup as group:
                raise _first_for_a_person(group) from None

    return asyncio.run(guarded())


def _first_for_a_person(group: ExceptionGroup[Exception]) -> Exception:
    """The first error of tasks that ran side by side, if all of them are meant for a person; else the group itself."""
    ours, rest = group.split((FlashgenError, OSError))
    if ours is None or rest is not None:
        return group
    first: Exception = ours
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return first


def as_ours(error: Exception) -> FlashgenError:
    """`error` as one that is meant for a person. A fault of flashgen's own is logged with its traceback."""
    first = _first_for_a_person(error) if isinstance(error, ExceptionGroup) else error
    if isinstance(first, FlashgenError):
        return first
    if isinstance(first, OSError):
        return of_system(first)
    log.error("flashgen broke", exc_info=error)
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    fault = f"{type(first).__name__}: {first}"
    return FlashgenError(f"flashgen broke ({fault}): please report it. What was finished is kept.")


@contextmanager
def _interrupts(first: Callable[[], object], later: Callable[[], object]) -> Iterator[None]:
    """Call `first` at the first Ctrl-C and `later` at those that follow: also while the loop is busy, which a handler
    of the loop's own would wait for. Only the main thread gets signals; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    presses = 0

    def pressed(*_: object) -> None:
        nonlocal presses
        presses += 1
        (first if presses == 1 else later)()

    before = signal.signal(signal.SIGINT, pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_after(seconds: float) -> None:
    """End the process in so many seconds, whatever it is doing then."""
    timer = threading.Timer(seconds, os._exit, (Interrupted.exit_status,))
    timer.daemon = True
    timer.start()
