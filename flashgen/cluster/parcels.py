"""Which worker gets what: links in parcels, all of a host in one. Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flashgen.agenda import Item
from flashgen.errors import FlashgenError
from flashgen.parts import Job
from flashgen.settings import Settings
from flashgen.study import Harvest
from flashgen.types import Example

LINKS = 100
"""Links in a parcel, about: a task costs the scheduler some milliseconds, and a worker that dies loses one parcel."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a worker is sent. `run` names the run's lines; `templates` are the person's prompt files by name, `examples`
    their cards for the prompts; `local` says that a small model is asked sentence by sentence, `by_meaning` that the
    cards will be compared by their meaning later. It holds no secret."""

    run: str
    jobs: tuple[Job, ...]
    settings: Settings
    templates: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    local: bool = False
    by_meaning: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one link on a worker: its harvest, or the error that ends the run."""

    url: str
    harvest: Harvest | None = None
    error: FlashgenError | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """A parcel that was worked on, and the hosts that were asked for it."""

    outcomes: tuple[Outcome, ...]
    sites: frozenset[str] = frozenset()


def parcels(items: Sequence[Item], most: int = LINKS) -> list[tuple[Item, ...]]:
    """`items` in parcels of about `most` links, in their order as far as that goes; all links of a host together, so
    that one worker keeps its pauses and knows its robots.txt."""
    by_host: dict[str, list[Item]] = {}
    for item in items:
        by_host.setdefault(_host(item), []).append(item)
    made: list[tuple[Item, ...]] = []
    filling: list[Item] = []
    for of_host in by_host.values():
        filling += of_host
        if len(filling) >= most:
            made.append(tuple(filling))
            filling = []
    return [*made, tuple(filling)] if filling else made


def halves(jobs: Sequence[Job]) -> tuple[Sequence[Job], Sequence[Job]]:
    """A parcel that killed its worker, in two, to find the link that does it."""
    middle = len(jobs) // 2
    return jobs[:middle], jobs[middle:]


def apart(items: Iterable[Item], needs_files: Callable[[Item], bool]) -> tuple[list[Item], list[Item]]:
    """The items that can be worked on anywhere, and those that need this machine's files."""
    away: list[Item] = []
    here: list[Item] = []
    for item in items:
        (here if needs_files(item) else away).append(item)
    return away, here


def _host(item: Item) -> str:
    try:
        return (urlsplit(item.address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
