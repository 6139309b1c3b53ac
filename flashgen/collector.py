"""Nodes of a file or notes of a deck are made by the hundred thousand, none of them in a cycle: no work for the
collector."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uncollected(function: Callable[P, T]) -> Callable[P, T]:
    """`function`, run without the cyclic garbage collector, which would look at all those nodes again and again.

    Measured: half of the time of reading 20,000 cards, a third of that of making 60,000 notes of them.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        enabled = gc.isenabled()
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            if enabled:
                gc.enable()

    return run
