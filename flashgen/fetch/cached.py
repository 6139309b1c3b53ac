"""Fetching with a memory: known pages are asked about, not for, and one page is asked for once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from flashgen.errors import NotModified, NotStored
from flashgen.types import Page, Validators

_NONE = Validators()


class Fetch(Protocol):
    """Ask the web; with `validators`, the page may come back without its body, `unchanged`. Raises LinkError."""

    def __call__(self, url: str, *, accept: str = "", validators: Validators = ...) -> Awaitable[Page]: ...


class Store(Protocol):
    """Where pages are remembered, by address and Accept header."""

    def get(self, url: str, accept: str = "") -> Awaitable[Page | None]: ...

    def validators(self, url: str, accept: str = "") -> Awaitable[Validators]: ...

    def put(self, page: Page, accept: str = "") -> Awaitable[None]: ...


@dataclass(slots=True)
class _Flight:
    """One request on its way, and how many wait for it."""

    task: asyncio.Task[Page]
    waiting: int = 0


class CachedGet:
    """A Get over `fetch` that remembers pages in `store` and always asks the server whether they still hold.

    `offline` serves what is stored and asks nobody. The same question asked twice at once is sent once.
    """

    def __init__(self, fetch: Fetch, store: Store | None = None, *, offline: bool = False) -> None:
        self._fetch = fetch
        self._store = store
        self._offline = offline
        self._flights: dict[tuple[str, str, Validators], _Flight] = {}

    async def __call__(self, url: str, *, accept: str = "") -> Page:
        """The page as it is now. `unchanged` means that its body is the stored one. Raises LinkError."""
        if self._offline:
            return await self._stored_only(url, accept)
        known = await self._store.validators(url, accept) if self._store else _NONE
        page = await self.ask(url, accept, known)
        if page.unchanged:
            stored = await self._store.get(url, accept) if self._store else None
            if stored is None or stored.validators != known or not _same_place(stored, page):
                return await self.ask(url, accept, _NONE)
            page = replace(stored, final_url=page.final_url, unchanged=True)
        return page

    def visit(self, known: Mapping[str, Validators] | None = None, *, only_changes: bool = False) -> Visit:
        """A Get for the reading of one article, of which `known` is what the ledger knows; see Visit."""
        return Visit(self, known or {}, only_changes=only_changes and not self._offline)

    async def ask(self, url: str, accept: str, validators: Validators) -> Page:
        """Ask the web and remember the answer; whoever asks the same meanwhile gets the same answer."""
        question = (url, accept, validators)
        flight = self._flights.get(question)
        if flight is None:
            flight = self._flights[question] = _Flight(asyncio.create_task(self._fly(question)))
            flight.task.add_done_callback(_seen)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting:
                del self._flights[question]
                if not flight.task.done():
                    flight.task.cancel()
                    await asyncio.wait([flight.task])

    async def holds(self, url: str, accept: str = "") -> bool:
        """Whether the page is stored and can be asked about."""
        return self._offline or bool(self._store and await self._store.validators(url, accept))

    async def _fly(self, question: tuple[str, str, Validators]) -> Page:
        url, accept, validators = question
        page = await self._fetch(url, accept=accept, validators=validators)
        if self._store and not page.unchanged:
            await self._store.put(page, accept)
        return page

    async def _stored_only(self, url: str, accept: str) -> Page:
        stored = await self._store.get(url, accept) if self._store else None
        if stored is None:
            raise NotStored(url)
        return stored


@dataclass(slots=True)
class Visit:
    """A Get for one article that notes what it was read from.

    `known` are the validators of its last reading, from the ledger. Where that was one page, the server says that it
    hasn't changed, and its text isn't stored here, the visit raises NotModified; with `only_changes` it does so even
    if the text is stored, so that nobody parses it in vain.
    """

    get: CachedGet
    known: Mapping[str, Validators]
    only_changes: bool = False
    validators: dict[str, Validators] = field(default_factory=dict)
    """What the next reading is to ask with, for every page that was read; without validators where it gave none."""
    _changed: bool = False

    @property
    def unchanged(self) -> bool:
        """Every page asked for was there, and none has changed since the reading that `known` tells of."""
        return bool(self.validators) and not self._changed

    async def __call__(self, url: str, *, accept: str = "") -> Page:
        """The page as it is now. Raises LinkError, and NotModified as said above."""
        key = f"{url} {accept}".rstrip()
        last = self.known.get(key, _NONE)
        alone = len(self.known) == 1 and bool(last) and not self.validators
        if alone and (self.only_changes or not await self.get.holds(url, accept)):
            page = await self.get.ask(url, accept, last)
            self.validators[key] = page.validators
            if page.unchanged:
                raise NotModified(url, page.final_url)
        else:
            page = await self.get(url, accept=accept)
            self.validators[key] = page.validators
        if not (page.unchanged and last and page.validators == last):
            self._changed = True
        return page


def _same_place(stored: Page, page: Page) -> bool:
    """Whether "unchanged" speaks of the page that is stored: an ETag names it, a date alone could be another page's."""
    return bool(stored.validators.etag) or stored.final_url == page.final_url


def _seen(task: asyncio.Task[Page]) -> None:
    """Nobody may be left to hear of a failure; that is no reason to complain about it."""
    if not task.cancelled():
        task.exception()
