"""The work on articles, done elsewhere: the same cards, one writer, one payer, nothing lost with a worker."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import llm_server
import pytest
import website
from llm_server import cards_from
from test_build import CACHES, QUEUES
from website import Answer, Site
from workspaces import Workspace

from flashgen.agenda import Item
from flashgen.app.cluster import without_secrets
from flashgen.cluster import work as worker
from flashgen.cluster.dispatch import Dispatch
from flashgen.cluster.parcels import Outcome, Parcel, Returned, halves, parcels
from flashgen.errors import FlashgenError, OverBudget
from flashgen.halt import Halt
from flashgen.ledger import Entry, LinkRecord
from flashgen.parts import Job
from flashgen.settings import AnkiSettings, FetchSettings, Settings
from flashgen.study import Harvest
from flashgen.types import Prompt, Reply

OPEN = Settings(fetch=FetchSettings(allow_private=True), wayback=False)


def items(*addresses: str) -> list[Item]:
    return [Item(address, ("Topic",), address) for address in addresses]


def test_all_links_of_a_host_travel_together() -> None:
    """A host's links are in one parcel, whatever their order; parcels are about as large as asked for."""
    made = parcels(items(*(f"https://host-{n % 7}.example/{n}" for n in range(70))), most=20)
    hosts = [{item.url.split("/")[2] for item in parcel} for parcel in made]
    assert sum(map(len, made)) == 70
    assert sum(map(len, hosts)) == 7
    assert [len(parcel) for parcel in made] == [20, 20, 20, 10]


def test_a_parcel_holds_no_secret() -> None:
    """Neither Anki's key nor a model's travels with a task."""
    settings = replace(Settings(), anki=AnkiSettings(key="secret-key"), llm="openai", dask="tcp://host:1")
    sent = pickle.dumps(Parcel("run", (), without_secrets(settings)))
    assert b"secret-key" not in sent


@dataclass
class FakeLine:
    """A line whose other end is a function; it notes who was asked."""

    answer: Callable[[Prompt], Reply]
    sites: set[str] = field(default_factory=set)

    async def complete(self, prompt: Prompt) -> Reply:
        return self.answer(prompt)

    def spoil(self, prompt: Prompt) -> None:
        pass

    @asynccontextmanager
    async def place(self, site: str) -> AsyncIterator[None]:
        self.sites.add(site)
        yield


def honest(prompt: Prompt) -> Reply:
    """What the scripted model says."""
    import json

    body = {"messages": [{"content": message.content} for message in prompt.messages]}
    return Reply(json.loads(cards_from(body).body)["choices"][0]["message"]["content"])


@pytest.fixture
def web() -> Iterator[Site]:
    """A site with two articles and a page that is gone."""
    with website.serving() as running:
        running.put("/caches", "Caches", *CACHES)
        running.put("/queues", "Queues", *QUEUES)
        yield running


def test_a_worker_makes_the_cards(web: Site) -> None:
    """Fetched, read, drafted and gated away from home: a harvest for each link, also for one that gives no article."""
    jobs = tuple(Job(item, None) for item in items(f"{web.url}/caches", f"{web.url}/none"))
    line = FakeLine(honest)
    returned = asyncio.run(worker.work_on(Parcel("run", jobs, OPEN), line))
    good, bad = (outcome.harvest for outcome in returned.outcomes)
    assert good
    assert bad
    assert {card.quote for card in good.entry.cards} == set(CACHES)
    assert bad.entry.record.state == "failed"
    assert line.sites == returned.sites == {web.url.removeprefix("http://")}
    assert pickle.loads(pickle.dumps(returned)) == returned


def test_what_ends_the_run_comes_back_from_a_worker(web: Site) -> None:
    """A budget that is used up is told as what it is; the link is kept with what is owed."""

    def spent(prompt: Prompt) -> Reply:
        raise OverBudget("no more")

    (outcome,) = asyncio.run(
        worker.work_on(Parcel("run", (Job(items(f"{web.url}/caches")[0], None),), OPEN), FakeLine(spent))
    ).outcomes
    assert isinstance(outcome.error, OverBudget)
    assert outcome.harvest
    assert not outcome.harvest.entry.record.sections[0].drafted


class Dead(Exception):
    """What an executor says of a task whose workers died."""


class Pool(ThreadPoolExecutor):
    """An executor whose tasks die of one address, and that counts what it was given."""

    def __init__(self, deadly: str = "") -> None:
        super().__init__(2)
        self.deadly = deadly
        self.given: list[int] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        (parcel,) = args

        def task() -> Returned:
            self.given.append(len(parcel.jobs))
            if any(job.item.url == self.deadly for job in parcel.jobs):
                raise Dead
            return Returned(tuple(Outcome(j.item.url, Harvest(Entry(LinkRecord(j.item.url)))) for j in parcel.jobs))

        return super().submit(task)


def dispatched(pool: Pool, todo: list[Item], halt: Halt | None = None) -> dict[str, Harvest]:
    """What comes of `todo` with an executor; notes are worked on at home."""
    found: dict[str, Harvest] = {}

    async def here(at_home: Any, job: Any, done: Any) -> None:
        for item in at_home:
            done(item, Harvest(Entry(LinkRecord(item.url, kind="note"))))

    async def run() -> None:
        dispatch = Dispatch(
            executor=pool,
            workers=2,
            template=Parcel("run", (), OPEN),
            here=here,
            needs_files=lambda item: item.is_note,
            killed=lambda error: isinstance(error, Dead),
            clock=lambda: 1,
            halt=halt or Halt(),
        )
        await dispatch(todo, lambda item: Job(item, None), lambda item, one: found.update({item.url: one}))

    asyncio.run(run())
    return found


def test_every_link_comes_back_once() -> None:
    """Parcels go to the workers; what needs this machine's files stays here."""
    todo = [*items(*(f"https://host-{n}.example/" for n in range(50))), Item("list:demo#x", (), kind="note")]
    found = dispatched(Pool(), todo)
    assert set(found) == {item.url for item in todo}
    assert found["list:demo#x"].entry.record.kind == "note"


def test_a_link_that_kills_workers_is_found_and_given_up() -> None:
    """Its parcel is halved until it stands alone; all the others are done."""
    todo = items(*(f"https://host-{n}.example/" for n in range(50)))
    found = dispatched(Pool(deadly=todo[17].url), todo)
    states = {url: one.entry.record.state for url, one in found.items()}
    assert states.pop(todo[17].url) == "failed"
    assert (len(states), set(states.values())) == (49, {"pending"})


def test_a_halt_sends_no_more() -> None:
    """After a halt no parcel goes out."""
    halt = Halt()
    halt.set(FlashgenError("stop"))
    pool = Pool()
    assert dispatched(pool, items("https://a.example/"), halt) == {}
    assert pool.given == []


def test_a_parcel_is_halved() -> None:
    """Both halves together are the parcel."""
    jobs = [Job(item, None) for item in items("a", "b", "c")]
    one, other = halves(jobs)
    assert [*one, *other] == jobs
    assert one
    assert other


def test_a_scheduler_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """The person is told how to start one."""
    workspace = Workspace(tmp_path)
    workspace.reading_list("[x](https://example.invalid/)\n")
    result = workspace.run("build", "--dask", "tcp://127.0.0.1:1", "--llm", "http://127.0.0.1:1/v1", "--model", "m")
    assert result.exit_code == 2
    assert "dask scheduler" in result.stderr


@pytest.mark.slow
def test_a_cluster_makes_the_same_cards(tmp_path: Path, web: Site) -> None:
    """Two workers of a real Dask cluster, one killed in the middle: the cards of a run on one machine, every question
    paid once, never more than two requests at a time on a host."""
    from distributed import LocalCluster

    other = web.url.replace("127.0.0.1", "localhost")
    for n in range(12):
        web.put(f"/page-{n}", f"Page {n}", *(text.replace("A ", f"A {n}th ", 1) for text in (*CACHES, *QUEUES)))
        web.pages[f"/old-{n}"] = Answer(status=301, headers={"Location": f"{web.url}/page-{n}"})
    web.wait = 0.1
    addresses = [f"{web.url}/page-{n}" if n % 2 else f"{other}/old-{n}" for n in range(12)]
    text = "# Systems\n\n" + "\n\n".join(f"[{n}]({address})" for n, address in enumerate(addresses))
    killed: list[Any] = []

    def answer(number: int, body: Any) -> Any:
        if number == 4 and not killed:
            killed.append(next(iter(cluster.workers.values())))
            killed[0].process.process._process.kill()
        return cards_from(body)

    def quotes(workspace: Workspace) -> list[str]:
        return sorted(card["quote"] for card in workspace.cards() if card["status"] == "active")

    with llm_server.serving(lambda number, body: cards_from(body)) as llm:
        alone = Workspace(tmp_path / "alone", llm)
        alone.reading_list(text)
        alone.build()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        llm_server.serving(answer) as llm,
    ):
        away = Workspace(tmp_path / "away", llm)
        away.reading_list(text)
        result = away.build("--dask", cluster.scheduler_address)
        assert (killed != [], llm.repeated) == (True, 0)
    assert result["links"]["ok"] == 12
    assert max(web.most_at_once.values()) == 2
    assert quotes(away) == quotes(alone)
