"""Events of a run as they come, for a person: one live line on a terminal; elsewhere only what they must know."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from flashgen.outcome import Emit, Event, LinkDone, LinkRead, ListStarted, Said, SectionDrafted
from flashgen.report import safe

if TYPE_CHECKING:
    from rich.progress import Progress


@contextmanager
def progress(*, quiet: bool = False, urgent: bool = False) -> Iterator[Emit]:
    """Where a run's events go: a live line on a terminal; with `quiet`, or elsewhere, only what a person must know,
    with `urgent` only what they must know of a run by the clock."""
    if urgent or quiet or not sys.stderr.isatty():
        yield _urgently if urgent else _plainly
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("links · {task.fields[sections]} · {task.fields[cards]} · left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Live(bar)


@contextmanager
def aside(emit: Emit) -> Iterator[None]:
    """Keep the live line away while a person is asked something: it would wipe the question off."""
    if not isinstance(emit, _Live):
        yield
        return
    emit.bar.stop()
    try:
        yield
    finally:
        emit.bar.start()


def _plainly(event: Event) -> None:
    if isinstance(event, Said):
        click.echo(safe(event.text), err=True)


def _urgently(event: Event) -> None:
    if isinstance(event, Said) and event.urgent:
        _plainly(event)


class _Live:
    """Events as one progress bar a list."""

    def __init__(self, bar: Progress) -> None:
        self.bar = bar
        self._task: Any = None
        self._sections = self._asked = self._cards = 0
        self._cost: float | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case ListStarted(name, due):
                self._sections = self._asked = self._cards = 0
                self._task = self.bar.add_task(safe(name), total=due, sections="0/0 sections", cards="0 cards")
            case LinkRead(_, sections):
                self._asked += sections
            case SectionDrafted(_, cards, cost):
                self._sections += 1
                self._cards += cards
                self._cost = cost
            case LinkDone():
                self.bar.advance(self._task)
            case Said(text):
                self.bar.console.print(safe(text), highlight=False, markup=False)
        if self._task is not None:
            state = f"{self._sections}/{self._asked} sections"
            spent = f" · ${self._cost:.2f}" if self._cost else ""
            self.bar.update(self._task, sections=state, cards=f"{self._cards} cards{spent}")
