"""What a worker does with a parcel: fetch, read, draft and gate its links, as a run on one machine does."""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

from flashgen.cache import PageCache
from flashgen.cluster.parcels import Outcome, Parcel, Returned
from flashgen.errors import Refused
from flashgen.fetch import Fetcher
from flashgen.fetch.cached import CachedGet
from flashgen.fetch.politeness import Place
from flashgen.halt import Halt
from flashgen.identity import new_card_id
from flashgen.parts import Job, Parts
from flashgen.prompts import Prompts
from flashgen.reading import Reader
from flashgen.strategy import strategy, words_together
from flashgen.types import Complete, Page, Prompt
from flashgen.work import work
from flashgen.workers import Workers


class Line(Protocol):
    """What a worker needs of the others: answers of the model, and leave to ask a host."""

    sites: set[str]

    @property
    def complete(self) -> Complete: ...

    @property
    def spoil(self) -> Callable[[Prompt], None]: ...

    @property
    def place(self) -> Place: ...


def on_worker(parcel: Parcel) -> Returned:
    """The task that Dask runs."""
    from flashgen.cluster.line import WorkerLine

    line = WorkerLine(parcel.run, parcel.settings.fetch.per_host)
    line.open()
    allow_children()
    return asyncio.run(work_on(parcel, line))


async def work_on(parcel: Parcel, line: Line) -> Returned:
    """Every link of the parcel, side by side."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flashgen-")))
        await stack.enter_async_context(Workers(1))
        fetch = await stack.enter_async_context(Fetcher(parcel.settings.fetch, place=line.place))
        cache = PageCache(folder / "pages.sqlite")
        stack.push_async_callback(asyncio.to_thread, cache.close)
        parts = _parts(parcel, line, CachedGet(fetch, cache), folder)
        room = asyncio.Semaphore(parts.workers)

        async def one(job: Job) -> Outcome:
            async with room:
                gathered = None if parts.halt else await work(job, parts)
            return Outcome(job.item.url, gathered, parts.halt.error)

        outcomes = await asyncio.gather(*map(one, parcel.jobs))
    return Returned(tuple(outcomes), frozenset(line.sites))


def _parts(parcel: Parcel, line: Line, pages: CachedGet, folder: Path) -> Parts:
    settings = parcel.settings
    for name, text in parcel.templates.items():
        (folder / name).write_text(text, encoding="utf-8")
    prompts = Prompts(folder)
    asked = strategy(settings, prompts, line.complete, line.spoil, local=parcel.local, examples=parcel.examples)
    return Parts(
        read=Reader(pages, _no_files, lambda address, named: None, wayback=settings.wayback),
        draft=asked.draft,
        revise=asked.revise,
        select=asked.select,
        settings=settings,
        emit=lambda event: None,
        clock=lambda: int(time.time()),
        new_id=new_card_id,
        spent=dict,
        cost=lambda: None,
        halt=Halt(),
        workers=3 * settings.fetch.total,
        by_meaning=parcel.by_meaning,
        words_per_call=lambda: words_together(settings, local=parcel.local),
    )


async def _no_files(url: str, *, accept: str = "") -> Page:
    raise Refused(url, "is a file: a worker of a cluster has none")


def allow_children() -> None:
    """Let this process have children of its own, which read pages and can be killed. Dask starts its workers as
    daemons, which may not, to be sure that they end with it; ours end with the parcel."""
    config = getattr(multiprocessing.current_process(), "_config", {})
    config["daemon"] = False
