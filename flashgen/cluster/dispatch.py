"""Parcels out to the workers, results back: the `Elsewhere` of a run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from flashgen.agenda import Item
from flashgen.cluster.parcels import LINKS, Parcel, Returned, apart, halves, parcels
from flashgen.cluster.work import on_worker
from flashgen.errors import Failed, FlashgenError
from flashgen.halt import Halt
from flashgen.ledger import LinkRecord
from flashgen.parts import Elsewhere, Job
from flashgen.study import Harvest
from flashgen.unharvested import without_article

_PER_WORKER = 3
"""Parcels under way for each worker: one that it works on, the others close by."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An Elsewhere over an executor. `template` is a parcel without jobs; `here` works on what needs this machine's
    files, as `needs_files` tells; `killed` says whether an error means that a worker died of its parcel; `forget` is
    told of the hosts of a parcel that came back.
    """

    executor: Executor
    workers: int
    template: Parcel
    here: Elsewhere
    needs_files: Callable[[Item], bool]
    killed: Callable[[BaseException], bool]
    clock: Callable[[], int]
    halt: Halt
    forget: Callable[[frozenset[str]], None] = lambda sites: None

    async def __call__(
        self, todo: Sequence[Item], job: Callable[[Item], Job], done: Callable[[Item, Harvest], None]
    ) -> None:
        """Work on `todo`. What a halt leaves undone is due at the next run."""
        away, at_home = apart(todo, self.needs_files)
        size = max(1, min(LINKS, -(-len(away) // (self.workers * _PER_WORKER)))) if away else LINKS
        waiting = iter(parcels(away, size))
        async with asyncio.TaskGroup() as group:
            group.create_task(_as_task(self.here, at_home, job, done))
            for _ in range(self.workers * _PER_WORKER):
                group.create_task(self._courier(waiting, job, done))

    async def _courier(
        self, waiting: Iterator[tuple[Item, ...]], job: Callable[[Item], Job], done: Callable[[Item, Harvest], None]
    ) -> None:
        for items in waiting:
            if self.halt:
                return
            await self._deliver(tuple(map(job, items)), done)

    async def _deliver(self, jobs: Sequence[Job], done: Callable[[Item, Harvest], None]) -> None:
        """One parcel out and back. After a halt nobody waits for it: the replies that it got are kept. One that its
        workers died of goes out again in halves, until it is one link."""
        parcel = replace(self.template, jobs=tuple(jobs))
        try:
            task = asyncio.wrap_future(self.executor.submit(on_worker, parcel))
            returned: Returned = await self.halt.unless(task)
        except FlashgenError as error:
            self.halt.set(error)
            return
        except Exception as error:
            if not self.killed(error):
                self.halt.set(FlashgenError(f"the workers of the cluster can't do the work: {error!r}"))
            elif len(jobs) == 1:
                done(jobs[0].item, self._given_up(jobs[0]))
            else:
                for half in halves(jobs):
                    await self._deliver(half, done)
            return
        self.forget(returned.sites)
        by_url = {one.item.url: one.item for one in jobs}
        for outcome in returned.outcomes:
            if outcome.harvest is not None:
                done(by_url[outcome.url], outcome.harvest)
            if outcome.error is not None:
                self.halt.set(outcome.error)

    def _given_up(self, job: Job) -> Harvest:
        """A link that every worker died of."""
        item = job.item
        base = job.record or LinkRecord(item.url, item.topic, kind=item.kind)
        error = Failed(item.address, "the workers of the cluster that read it died: out of memory, most likely")
        return without_article(replace(base, topic=item.topic), error, job.cards, self.template.settings, self.clock())


async def _as_task(
    here: Elsewhere, items: Sequence[Item], job: Callable[[Item], Job], done: Callable[[Item, Harvest], None]
) -> None:
    await here(items, job, done)
