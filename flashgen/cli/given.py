"""What a command's options mean for a run, and how its questions are put to a person."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from flashgen.errors import Interrupted
from flashgen.live import aside
from flashgen.outcome import Emit
from flashgen.report import safe

if TYPE_CHECKING:
    from flashgen.app import Output

_SETTINGS = ("critique", "llm", "model", "jobs", "max_cost", "allow_private", "batch", "dask", "new_per_day")


def overrides(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a command that stand over a setting."""
    return {name: value for name, value in options.items() if name in _SETTINGS}


def output(options: Mapping[str, Any]) -> Output:
    """What a build is to write, from the command's options."""
    from flashgen.app import Output

    return Output(options["output"], options["split"], options["out"])


def run_options(options: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """The options of a command that are about this run alone. Its questions stand beside the progress of `emit`."""
    apart = (*_SETTINGS, "output", "split", "out", "yes")
    given = {name: value for name, value in options.items() if name not in apart}
    return {**given, "confirm": confirming(emit, yes=options["yes"])}


def confirming(emit: Emit, *, yes: bool) -> Callable[[str], bool]:
    """What puts a run's questions to a person, beside the progress of `emit`; with `yes`, that is the answer."""
    return lambda question: yes or confirmed(question, emit)


def confirmed(question: str, emit: Emit) -> bool:
    """A person's answer; no, where nobody is there to be asked. Raises Interrupted where they press Ctrl-C."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    during_the_run = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with aside(emit):
            return click.confirm(f"{safe(question)}?", err=True)
    except click.Abort:
        raise Interrupted from None
    finally:
        signal.signal(signal.SIGINT, during_the_run)
