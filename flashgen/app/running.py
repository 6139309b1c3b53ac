"""The event loop of a run, and what Ctrl-C does to it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from flashgen.errors import Interrupted
from flashgen.halt import Halt
from flashgen.outcome import Emit, Said

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

        def pressed() -> None:
            if halt:
                work.cancel()
                loop.call_later(PATIENCE, os._exit, Interrupted.exit_status)
                return
            halt.set(Interrupted())
            emit(Said("Finishing the calls in flight; press Ctrl-C again to stop at once."))

        _on_interrupt(loop, pressed)
        try:
            return await work
        except asyncio.CancelledError:
            raise Interrupted from None

    return asyncio.run(guarded())


def _on_interrupt(loop: asyncio.AbstractEventLoop, pressed: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(signal.SIGINT, pressed)
    except (NotImplementedError, RuntimeError):
        # Windows has no handlers on the loop, and only the main thread gets signals.
        try:
            signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(pressed))
        except ValueError:
            return
