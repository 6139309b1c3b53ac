"""The numbers of lists, gathered from their files and, where it can be read, from Anki; and their page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from flashgen import tally
from flashgen.agenda import items
from flashgen.anki.memory import memory
from flashgen.app import anki
from flashgen.app.homes import Known, at_home_elsewhere, neighbours
from flashgen.app.lists import read_list, store_of
from flashgen.errors import AnkiError
from flashgen.lists import ListPlace
from flashgen.load import ANKIS, load
from flashgen.pages.stats import render
from flashgen.settings import Settings
from flashgen.stats import Source, Stats, stats, waiting
from flashgen.store.atomic import write_text

PAGE = "stats.html"


def gathered(root: Path, settings: Settings, places: Sequence[ListPlace]) -> Stats:
    """The numbers of the lists at `places`. Raises FileError; Anki is left out where it can't be read."""
    known = [Known(place, read_list(place, root), store_of(root, place)) for place in places]
    elsewhere = at_home_elsewhere([*known, *neighbours(root, places)])
    sources = [_source(one, elsewhere[one.place.home]) for one in known]
    seen = anki.look(settings.anki, [one.store for one in known], studied=True, reviews=True).seen
    new, learnt = waiting((card for source in sources for cards in source.cards.values() for card in cards), seen)
    try:
        learner = memory(settings.anki, places[0].name) if seen else ANKIS
    except AnkiError:
        learner = ANKIS
    cost = load(new, memory=learner, new_per_day=settings.new_per_day, learnt=learnt)
    return stats(sources, cost, seen)


def written(found: Stats, root: Path, path: Path | None) -> Path:
    """The page of the numbers, written to `path` or into build/. Raises FileError."""
    path = path or root / "build" / PAGE
    write_text(path, render(found, int(time.time())))
    return path


def _source(one: Known, elsewhere: dict[str, str]) -> Source:
    ledger = one.store.ledger
    everything = items(one.reading_list, ledger, elsewhere)
    states = [tally.state_of(item, ledger.links) for item in everything if not item.is_note]
    return Source(one.place.name, ledger, one.store.cards_by_topic(), states)
