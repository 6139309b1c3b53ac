"""Build and refresh, from a reading list to its decks. Read it top to bottom and you know the program.

    reading list → items → agenda → article → sections → plan → answers → cards → settled → packed

The steps are handed in as `Parts`; what they decide lives in the pure modules. Every item is worked on by itself and
ends as one entry of the store: whatever stops a run, what is entered stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from flashgen import tally
from flashgen.agenda import Item, Request, agenda, items
from flashgen.ending import end, illustrate, keep
from flashgen.gates import LANGUAGES, unheard
from flashgen.outcome import LinkDone, ListResult, ListStarted, Said
from flashgen.parts import Job, Parts
from flashgen.store import Store
from flashgen.study import Harvest
from flashgen.types import ReadingList
from flashgen.work import here


async def run(reading_list: ReadingList, store: Store, parts: Parts, request: Request, result: ListResult) -> None:
    """Work on all that the list asks for, and settle what came of it.

    `result` counts this run, also where it breaks; a halt ends it early, and what is in the store then is whole.
    """
    everything = items(reading_list, store.ledger, parts.homes)
    todo = agenda(everything, store.ledger, request, parts.clock())
    result.topics = len(reading_list.topics)
    parts.emit(ListStarted(reading_list.name, len(todo)))

    worked: dict[str, str] = {}
    spoken: set[str] = set()

    def job(item: Item) -> Job:
        return Job(item, store.ledger.links.get(item.url), store.cards_from(item.url))

    def done(item: Item, gathered: Harvest) -> None:
        tally.add(result, gathered)
        before = store.ledger.links.get(item.url)
        if not request.dry_run:
            keep(gathered.entry, store, parts)
            parts.foresee(gathered.entry.cards)
        worked[item.url] = tally.learnt(before, store.ledger.links.get(item.url))
        record = gathered.entry.record
        if gathered.counts.new:
            spoken.add(parts.settings.language or record.language)
        parts.emit(LinkDone(item.url, record.state, record.reason, gathered.counts.new))

    try:
        if not request.dry_run:
            _move(everything, store)
        await (parts.elsewhere or here(parts))(todo, job, done)
        if unknown := sorted(spoken - {"", *LANGUAGES}):
            parts.emit(Said(f"new cards in {', '.join(unknown)}: {unheard()}"))
        if not request.dry_run:
            await illustrate(store, parts)
            await parts.foreseen()
            end(result, everything, store, parts, request, worked)
    finally:
        places = {item.url: n for n, item in enumerate(everything)}
        result.changes.sort(key=lambda change: places.get(change.url, len(places)))
        result.links, result.problems = tally.standing(everything, store.ledger.links, worked)
        result.cards.total = tally.in_deck(store.each_topic())


def _move(everything: Sequence[Item], store: Store) -> None:
    """Cards follow their link to its new topic."""
    for item in everything:
        record = store.ledger.links.get(item.url)
        if record is not None and record.topic != item.topic:
            store.move(item.url, item.topic)
