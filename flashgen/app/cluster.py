"""A Dask cluster, wired: found, held against our version, and given work."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from flashgen import __version__
from flashgen.agenda import Item
from flashgen.app.model import Model, choice_of
from flashgen.errors import UsageError
from flashgen.halt import Halt
from flashgen.parts import Elsewhere, Parts
from flashgen.settings import AnkiSettings, Settings
from flashgen.sources import files
from flashgen.sources.saved import find_saved
from flashgen.work import here

_CONNECT = 15
"""Seconds until a scheduler that doesn't answer counts as not there."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that is ready for work. `run` is what this run calls itself there."""

    executor: Executor
    workers: int
    run: str
    killed: Callable[[BaseException], bool]
    settings: Settings
    templates: Mapping[str, str]
    sites: set[str] = field(default_factory=set)

    def elsewhere(self, parts: Parts, home: Path) -> Elsewhere:
        """What has the items of the list in `home` worked on there."""
        from flashgen.cluster.dispatch import Dispatch
        from flashgen.cluster.parcels import Parcel

        local = choice_of(self.settings).kind == "local"
        return Dispatch(
            executor=self.executor,
            workers=self.workers,
            template=Parcel(
                self.run,
                (),
                without_secrets(self.settings),
                self.templates,
                local=local,
                by_meaning=parts.vectors is not None,
            ),
            here=here(parts),
            needs_files=partial(_needs_files, home=home),
            killed=self.killed,
            clock=parts.clock,
            halt=parts.halt,
            forget=self.sites.update,
        )


def without_secrets(settings: Settings) -> Settings:
    """What may travel to other machines: they neither ask a model nor Anki."""
    return replace(settings, anki=AnkiSettings(), prices={}, dask="")


def _needs_files(item: Item, home: Path) -> bool:
    if item.is_note or files.claims(item.address) or item.options.saved:
        return True
    return find_saved(home / "saved", item.address, "") is not None


@asynccontextmanager
async def open_cluster(root: Path, settings: Settings, model: Model, halt: Halt) -> AsyncIterator[Cluster | None]:
    """The cluster that the settings name, None where they name none; the model answers for its workers.

    Raises UsageError where it can't be used, with what to do.
    """
    if not settings.dask:
        yield None
        return
    from flashgen.cluster.desk import Desk

    client, distributed = await asyncio.to_thread(_connected, settings.dask)
    run = f"flashgen-{secrets.token_hex(6)}"
    try:
        threads = await asyncio.to_thread(_fit, client)
        templates = {path.name: path.read_text(encoding="utf-8") for path in sorted((root / "prompts").glob("*.md"))}
        cluster = Cluster(
            client.get_executor(pure=False),
            threads,
            run,
            lambda error: isinstance(error, distributed.KilledWorker),
            settings,
            templates,
        )
        async with Desk(client, run, model.complete, model.spoil):
            yield cluster
        await asyncio.to_thread(_forget, distributed, client, run, cluster.sites)
    finally:
        await asyncio.to_thread(client.close)


def _connected(scheduler: str) -> tuple[Any, Any]:
    try:
        import distributed
    except ImportError:
        raise UsageError("--dask needs the extra: pip install 'flashgen[dask]'") from None
    try:
        if scheduler.startswith(("tcp://", "tls://")):  # Dask knocks where nobody is for as long as it may
            socket.create_connection(distributed.comm.get_address_host_port(scheduler), _CONNECT).close()
        return distributed.Client(scheduler, timeout=_CONNECT, set_as_default=False), distributed
    except (OSError, TimeoutError, ValueError) as error:
        todo = f"start one with `dask scheduler`, and workers with `dask worker {scheduler}`"
        raise UsageError(f"no Dask scheduler at {scheduler} ({error}): {todo}") from None


def _fit(client: Any) -> int:
    """How many threads the workers have in all. Raises UsageError where there are none, or with another flashgen."""
    threads = int(sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()))
    if not threads:
        raise UsageError("the Dask scheduler has no workers: start some with `dask worker`")
    found = client.run(_version, on_error="return")
    strange = {str(version) for version in found.values() if version != __version__}
    if strange:
        raise UsageError(f"the Dask workers need flashgen {__version__} too; they have: {', '.join(sorted(strange))}")
    return threads


def _version() -> str:
    from flashgen import __version__

    return __version__


def _forget(distributed: Any, client: Any, run: str, sites: set[str]) -> None:
    """Have the scheduler forget the hosts that were asked."""
    from flashgen.cluster.line import semaphore

    for site in sites:
        distributed.Semaphore(name=semaphore(run, site), scheduler_rpc=client.scheduler, loop=client.loop).close()
