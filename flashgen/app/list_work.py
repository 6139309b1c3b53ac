"""The work on one list of a run: its agenda, its decks, what they cost; and what all lists of a run share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain
from pathlib import Path

from flashgen import embeddings
from flashgen.anki.memory import memory
from flashgen.app import anki, packing, reporting
from flashgen.app.ahead import Ahead
from flashgen.app.cluster import Cluster, open_cluster
from flashgen.app.lists import store_of
from flashgen.app.model import Model, choice_of
from flashgen.app.opened import Open, Run
from flashgen.app.running import as_ours
from flashgen.app.spending import spending, this_month
from flashgen.app.web import Web, open_web
from flashgen.duplicates import Vectors
from flashgen.errors import LinkError
from flashgen.halt import Halt
from flashgen.identity import new_card_id
from flashgen.lists import ListPlace, every
from flashgen.load import load
from flashgen.outcome import Emit, ListResult, Said
from flashgen.outputs import goes_into_anki
from flashgen.outputs import output as output_named
from flashgen.parts import Parts
from flashgen.pictures import ACCEPT as PICTURES
from flashgen.pictures import keep as keep_picture
from flashgen.pipeline import run
from flashgen.settings import Settings
from flashgen.store import Store, examples_file
from flashgen.strategy import words_together
from flashgen.types import Card


@dataclass(frozen=True, slots=True)
class ListWork:
    """What all lists of a run share."""

    root: Path
    settings: Settings
    asked: Run
    web: Web
    model: Model
    emit: Emit
    halt: Halt
    homes: Mapping[Path, Mapping[str, str]]
    cluster: Cluster | None = None
    vectors: Vectors | None = None
    ahead: Ahead | None = None

    async def on(self, one: Open) -> ListResult:
        """One list from its agenda to its decks. A halt still packs what is there."""
        before = self.model.meter.usage
        parts = self._parts(one)
        result = ListResult(one.reading_list.name)
        try:
            await run(one.reading_list, one.store, parts, self.asked.request, result)
        except Exception as error:  # whatever it is, the person is told what was done until then
            self.halt.set(as_ours(error))
        result.llm = self.model.meter.usage - before
        if not self.asked.request.dry_run:
            try:
                self._pack(one, result, parts.clock())
            except Exception as error:
                self.halt.set(as_ours(error))
        return result

    def _pack(self, one: Open, result: ListResult, now: int) -> None:
        """Write the decks. What is in them is in the ledger before."""
        type_in, output = self.settings.anki.type_in, self.asked.output
        pace = self.settings.new_per_day
        ready = packing.ready(one.reading_list, one.store, now, type_in=type_in, new_per_day=pace)
        result.anki = one.told
        if goes_into_anki(output_named(output.format)):
            result.anki = anki.warn(one.told, ready.changed, one.store.ledger.shipped, self.emit, type_in=type_in)
            packing.ship(ready.changed, one.store, now, type_in=type_in)
        folder = output.folder or self.root / "build"
        result.outputs = packing.write(
            ready.decks, one.reading_list.name, folder, output, type_in=type_in, home=one.place.home
        )
        result.report = reporting.write(result, folder, now)
        self._tell_pace(one, result, ready.new, ready.decks[0].name if ready.decks else "")

    def _tell_pace(self, one: Open, result: ListResult, new: int, deck: str) -> None:
        """Say what the new cards will cost in daily reviews, and how many wait. One that was stopped says only that."""
        pace = self.settings.new_per_day
        left = packing.waiting(one.store) if pace else 0
        result.cards.total -= left
        if self.halt.error:
            return
        if new:
            learner = memory(self.settings.anki, deck)
            self.emit(Said(str(load(new, memory=learner, new_per_day=pace))))
        if left:
            self.emit(Said(f"Cards of {one.place.name} that wait for a later day, at {pace} new ones a day: {left}."))

    def _words_per_call(self) -> int:
        return words_together(self.settings, local=choice_of(self.settings).kind == "local")

    async def _picture(self, home: Path, url: str) -> str:
        """A picture of the web, kept in the folder of the list. What the web doesn't give is no error of the run."""
        try:
            page = await self.halt.unless(self.web.pages(url, accept=PICTURES))
        except LinkError:
            return ""
        return await asyncio.to_thread(keep_picture, page.body, home)

    def _parts(self, one: Open) -> Parts:
        """What the pipeline works with, for one list."""
        wayback = self.settings.wayback and not self.asked.offline
        parts = Parts(
            read=self.web.reader(one.place.path.parent, wayback=wayback),
            draft=self.model.draft,
            revise=self.model.revise,
            select=self.model.select,
            settings=self.settings,
            emit=self.emit,
            clock=lambda: int(time.time()),
            new_id=new_card_id,
            spent=spending(one.store.ledger.spend, self.model.meter, lambda: self.model.name),
            cost=lambda: self.model.meter.usage.cost_usd,
            halt=self.halt,
            others=lambda: _cards_of_other_lists(self.root, one.place),
            confirm=self.asked.confirm,
            workers=3 * self.settings.fetch.total,
            homes=self.homes[one.place.home],
            vectors=self.vectors,
            words_per_call=cache(self._words_per_call),
            picture=partial(self._picture, one.place.home) if self.settings.images else None,
        )
        if self.ahead:
            parts = replace(parts, foresee=self.ahead.foresee, foreseen=self.ahead.ready)
        home = one.place.path.parent
        return replace(parts, elsewhere=self.cluster.elsewhere(parts, home)) if self.cluster else parts


def _cards_of_other_lists(root: Path, place: ListPlace) -> Iterator[Card]:
    for other in every(root):
        if other.home != place.home:
            yield from store_of(root, other).all_cards()


@asynccontextmanager
async def at_work(
    root: Path,
    settings: Settings,
    asked: Run,
    opened: Sequence[Open],
    homes: Mapping[Path, Mapping[str, str]],
    emit: Emit,
    halt: Halt,
) -> AsyncIterator[ListWork]:
    """The work on some lists, with the web, the model, a cluster and vectors, all closed at the end. Raises UsageError
    for a cluster that can't be used."""
    others = (Store(place.home) for place in every(root) if all(place.home != one.place.home for one in opened))
    ledgers = (store.ledger for store in chain((one.store for one in opened), others))
    taught = [example for one in opened for example in examples_file.load(one.place.home)]
    plan, spent = asked.request.dry_run, this_month(ledgers, settings)
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(open_web(root, settings, offline=asked.offline))
        model = Model(root, settings, emit, halt, spent_month=spent, plan=plan, examples=taught)
        await stack.enter_async_context(aclosing(model))
        cluster = await stack.enter_async_context(open_cluster(root, settings, model, halt))
        vectors = embeddings.vectors(root / ".flashgen" / "vectors.sqlite")
        if vectors:
            stack.callback(vectors.close)
        ahead = stack.enter_context(Ahead(vectors)) if vectors else None
        yield ListWork(root, settings, asked, web, model, emit, halt, homes, cluster, vectors, ahead)
