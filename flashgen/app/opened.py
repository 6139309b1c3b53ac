"""What a run works on, before it is known whether there is anything to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flashgen.agenda import Request
from flashgen.app import Output
from flashgen.lists import ListPlace
from flashgen.store import Store
from flashgen.types import AnkiNews, ReadingList


@dataclass(frozen=True, slots=True)
class Open:
    """One list of the run: where it is, what it says, what is kept of it."""

    place: ListPlace
    reading_list: ReadingList
    store: Store
    told: AnkiNews = AnkiNews()


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of a run. `confirm` puts its questions to a person, or answers them."""

    request: Request
    output: Output
    offline: bool = False
    confirm: Callable[[str], bool] = lambda question: False

    @property
    def command(self) -> str:
        """What the person typed, as others are told while this run goes."""
        return "refresh" if self.request.refresh else "retry" if self.request.retry else "build"
