"""Kinds of source: one module of this folder each, and what other packages bring through `flashgen.sources`.

A source has `KIND`, `claims(link) -> bool` (by the address alone) and `async read(link, get) -> Article`. Exactly one
claims a link; `web` is the fallback that claims none. Order never decides: two that claim the same are an error.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast

from flashgen.errors import Failed, FlashgenError, Skipped
from flashgen.sources.content import SAVE_IT, NeedsScripts
from flashgen.sources.reading import Elsewhere, finished, standing_in
from flashgen.types import Article, Get, Page

GROUP = "flashgen.sources"
_FALLBACK = "web"
_MOVES = 5
"""How often a page may point to another (meta refresh, frame, a link that turns out to be a video) in a row."""

Render = Callable[[str], Awaitable[Page]]
"""Fetch a page and run its scripts. Raises LinkError."""


class Source(Protocol):
    """One kind of source."""

    KIND: str

    def claims(self, link: str) -> bool:
        """Whether this source reads `link`, told by the address alone."""
        ...

    async def read(self, link: str, get: Get) -> Article:
        """The article behind `link`. Raises LinkError."""
        ...


def kind_of(url: str) -> str:
    """What kind of source `url` is: the KIND of the one that claims it, else what its ending says, else "web"."""
    kind = source_of(url, known()).KIND
    ending = url.partition("?")[0].partition("#")[0].rpartition(".")[2].lower()
    return ending if kind == _FALLBACK and ending in ("pdf", "epub") else kind


def source_of(url: str, sources: Sequence[Source]) -> Source:
    """The one of `sources` that claims `url`, or the fallback. Raises FlashgenError where two do."""
    claiming = [source for source in sources if source.claims(url)]
    if len(claiming) > 1:
        names = " and ".join(sorted(_name(source) for source in claiming))
        raise FlashgenError(f"{url} is claimed by two kinds of source, {names}: uninstall one of them")
    return claiming[0] if claiming else next(source for source in sources if source.KIND == _FALLBACK)


async def read(url: str, get: Get, *, render: Render | None = None) -> Article:
    """The article behind `url`, with `url` as its address however often it was sent on.

    A page that needs scripts is read through `render`, if there is one. Raises LinkError: Skipped for what is not
    an article, Failed for what may work another time, and whatever `get` raises.
    """
    try:
        return await _follow(url, get)
    except NeedsScripts:
        if render is None:
            raise
    try:
        return await _follow(url, standing_in(url, await render(url)))
    except NeedsScripts:
        raise Skipped(url, f"shows no text when its scripts run in Chromium either: {SAVE_IT}") from None


async def _follow(url: str, get: Get) -> Article:
    at, seen = url, {url}
    for _ in range(_MOVES):
        source = source_of(at, known())
        try:
            return finished(await source.read(at, _handing_over(get) if source.KIND == _FALLBACK else get), url)
        except Elsewhere as found:
            at = found.url
            if at in seen:
                raise Failed(url, "the page sends us in a circle") from None
            seen.add(at)
    raise Failed(url, f"the page sends us on more than {_MOVES} times")


def _handing_over(get: Get) -> Get:
    """`get`, but a page that turns out to be another source's (a shortened link to a video) is left to that."""

    async def watched(url: str, *, accept: str = "") -> Page:
        page = await get(url, accept=accept)
        if any(source.claims(page.final_url) for source in known()):
            raise Elsewhere(page.final_url)
        return page

    return watched


@cache
def known() -> tuple[Source, ...]:
    """Every kind of source there is: the modules of this folder that claim links, and those of other packages."""
    return load(entry_points(group=GROUP))


def from_others() -> tuple[str, ...]:
    """What other packages bring of sources, by name and version: the kinds of links depend on them."""
    brought = entry_points(group=GROUP)
    return tuple(f"{entry.value} {entry.dist.version if entry.dist else ''}" for entry in brought)


def load(plugins: Iterable[EntryPoint]) -> tuple[Source, ...]:
    """The sources of this folder and of `plugins`. Raises FlashgenError for a plugin that can't be used."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    modules = [import_module(f"{__name__}.{name}") for name in names]
    own = [cast(Source, module) for module in modules if hasattr(module, "claims")]
    return (*own, *(_plugin(entry) for entry in plugins))


def _plugin(entry: EntryPoint) -> Source:
    try:
        found = entry.load()
    except Exception as error:
        raise FlashgenError(f"the source {entry.name} can't be loaded ({error}): update or uninstall it") from error
    if not all(hasattr(found, name) for name in ("KIND", "claims", "read")):
        raise FlashgenError(f"the source {entry.name} lacks KIND, claims or read: update or uninstall it")
    return cast(Source, found)


def _name(source: Source) -> str:
    return str(getattr(source, "__name__", type(source).__name__))
