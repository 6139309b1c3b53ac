"""A build, wired: the lock, the stores, the web, the model, the pipeline, the decks."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flashgen.agenda import Item, Request, agenda, items
from flashgen.anki.reading_back import ReadBack
from flashgen.app import anki
from flashgen.app.homes import Known, at_home_elsewhere, follow, neighbours
from flashgen.app.lists import read_list, settle_deletions, store_of
from flashgen.app.opened import Open, Run
from flashgen.app.seal import until
from flashgen.errors import FlashgenError
from flashgen.halt import Halt
from flashgen.lists import ListPlace
from flashgen.llm.choose import choose
from flashgen.outcome import Emit, ListResult, RunResult, Said
from flashgen.outputs import output as output_named
from flashgen.settings import Settings
from flashgen.store import locked
from flashgen.types import AnkiNews
from flashgen.workers import Workers

if TYPE_CHECKING:
    from flashgen.app.model import Model

_PER_ITEM_LOCAL = 20.0
"""Seconds for one link with the embedded model: seven calls of 2.7 s on two cores, on the quickstart list."""
_LONG = 130.0
_PER_ITEM = 40.0
"""Seconds that a server's model spends on one link: seven sections of 5 to 6 s each, `jobs` of them side by side."""


async def build(
    root: Path, settings: Settings, places: Sequence[ListPlace], asked: Run, emit: Emit, halt: Halt
) -> RunResult:
    """Bring the lists at `places` up to date, one after another. What ends the run early stands in the result.

    Raises what makes a run impossible: Locked, FileError, UsageError, ModelError without any model to use.
    """
    output_named(asked.output.format)
    result = RunResult()
    try:
        result.idle = await _build(root, settings, places, asked, emit, halt, result.lists)
    except FlashgenError as error:
        if not result.lists:
            raise
        halt.set(error)  # closing the files failed: what the run did is told all the same
    if halt.error:
        result.stopped, result.exit_status = str(halt.error), halt.error.exit_status
    if halt.error or any(one.anki.missing for one in result.lists):
        result.idle = 0
    return result


async def _build(
    root: Path,
    settings: Settings,
    places: Sequence[ListPlace],
    asked: Run,
    emit: Emit,
    halt: Halt,
    results: list[ListResult],
) -> int:
    """The run itself; each list that was worked on is added to `results`.

    Until when nothing of them is due is returned, in seconds since 1970; 0 where something is.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(root / ".flashgen" / "lock", f"flashgen {asked.command}"))
        opened = [Open(place, read_list(place, root), stack.enter_context(store_of(root, place))) for place in places]
        homes = _homes(root, opened, emit, dry_run=asked.request.dry_run)
        for one in opened:
            settle_deletions(one.place.name, one.store, asked.confirm)
        due = [(one, item) for one in opened for item in _due(one, asked.request, homes[one.place.home])]
        if due:
            local = choose(settings.llm, settings.model, os.environ).kind == "local"
            if not asked.request.refresh:
                _foretell(len(due) * (_PER_ITEM_LOCAL if local else _PER_ITEM / settings.jobs), len(due), emit)
        unread = _unread(due)
        await stack.enter_async_context(Workers(at_once=unread))
        if unread and not asked.request.dry_run:
            beginning = asyncio.ensure_future(asyncio.to_thread(_preload))
            stack.push_async_callback(asyncio.wait, [beginning])
        if not asked.request.dry_run:
            opened = await _with_anki(opened, settings, asked.confirm, emit)
        # Half a second of imports, while the workers start.
        from flashgen.app.list_work import at_work

        async with at_work(root, settings, asked, opened, homes, emit, halt) as work:
            for one in opened:
                results.append(await work.on(one))
            await _send(work.model, halt)
        if asked.request.dry_run or any(_due(one, Request(), homes[one.place.home]) for one in opened):
            return 0
        return until(record for one in opened for record in one.store.ledger.links.values())


def _preload() -> None:
    """Import what the first question and its answer need, which takes a second: in a thread, while pages come in."""
    import openai.resources.chat  # noqa: F401

    from flashgen.gates import gates

    gates()


async def _send(model: Model, halt: Halt) -> None:
    """The questions that were put off go off as a batch job; those that can't are asked for at the next run."""
    try:
        await model.send()
    except FlashgenError as error:
        halt.set(error)


def _homes(root: Path, opened: Sequence[Open], emit: Emit, *, dry_run: bool) -> dict[Path, dict[str, str]]:
    """Have cards follow links that moved to another list or address; then which links are at home elsewhere."""
    mine = [Known(one.place, one.reading_list, one.store) for one in opened]
    known = [*mine, *neighbours(root, [one.place for one in opened])]
    if not dry_run:
        follow(known, emit)
    return at_home_elsewhere(known, foreseen=dry_run)


async def _with_anki(
    opened: Sequence[Open], settings: Settings, confirm: Callable[[str], bool], emit: Emit
) -> list[Open]:
    """What the person did in Anki comes into the lists before anything else. Anki is asked once for all of them."""
    back = await asyncio.to_thread(anki.look, settings.anki, [one.store for one in opened])
    for trouble in back.troubles:
        emit(Said(f"Anki can't be read back: {trouble}"))
    return [replace(one, told=_taken_over(one, back, confirm)) for one in opened]


def _taken_over(one: Open, back: ReadBack, confirm: Callable[[str], bool]) -> AnkiNews:
    """What the person did in Anki to the cards of one list, now in its files."""
    merged = anki.take_over(one.store, back.seen, int(time.time()), confirm) if back.seen else None
    return anki.news(back, merged)


def _due(one: Open, request: Request, homes: Mapping[str, str]) -> Sequence[Item]:
    """The links and notes of a list that this run asks for."""
    ledger = one.store.ledger
    return agenda(items(one.reading_list, ledger, homes), ledger, request, int(time.time()))


def _unread(due: Sequence[tuple[Open, Item]]) -> bool:
    """Whether a link that was never read is due: there will be pages to parse and a model to ask."""
    return any(not item.is_note and item.url not in one.store.ledger.links for one, item in due)


def _foretell(seconds: float, due: int, emit: Emit) -> None:
    """Say before a run of more than `_LONG` seconds how long it may take."""
    if seconds > _LONG:
        emit(Said(f"{due} links and notes to work on: this may take about {round(seconds / 60)} minutes."))
