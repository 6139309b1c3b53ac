"""Build and refresh, from a reading list to its decks. Read it top to bottom and you know the program.

    reading list → items → agenda → article → sections → plan → answers → cards → settled → packed

The steps are handed in as `Parts`; what they decide lives in the pure modules. Every item is worked on by itself and
ends as one entry of the store: whatever stops a run, what is entered stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from flashgen import comparing, tally
from flashgen.agenda import Item, Request, agenda, items, within
from flashgen.carding import illustrated
from flashgen.changes import LinkChange
from flashgen.drafting import Drafted, Drafter, Reviser, Selector
from flashgen.drafting.article import Context
from flashgen.duplicates import Rules, Vectors
from flashgen.errors import CallFailed, FlashgenError, Interrupted, LinkError, NotModified
from flashgen.extras import pictures
from flashgen.gates import LANGUAGES, unheard
from flashgen.halt import Halt
from flashgen.harvest import (
    Answer,
    Harvest,
    Reading,
    Study,
    can_be_retired,
    doubted,
    harvest,
    kept_by_archive,
    most_cards,
    retired,
    unchanged,
    without_article,
)
from flashgen.identity import canonical
from flashgen.ledger import Entry, LinkRecord, Spend
from flashgen.outcome import Emit, LinkDone, LinkRead, ListResult, ListStarted, Said, SectionDrafted
from flashgen.quotes import stands
from flashgen.refresh import Work, believed, plan
from flashgen.sections import split, word_count
from flashgen.selection import EVERYTHING, Selection, recalled, weighed
from flashgen.settings import Settings
from flashgen.settle import settle
from flashgen.store import Store
from flashgen.types import Card, Passage, ReadingList, Status, Verdict


@dataclass(frozen=True, slots=True)
class Job:
    """One item to work on, with what is known of it and the cards that were made from it."""

    item: Item
    record: LinkRecord | None
    cards: tuple[Card, ...] = ()


Elsewhere = Callable[[Sequence[Item], Callable[[Item], Job], Callable[[Item, Harvest], None]], Awaitable[None]]
"""Work on items, each made a job when its turn comes, and hand over what came of each as it is done."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of.

    `spent` tells what months and models have cost with this run, `cost` what the run has (US dollars); `others` are
    the cards of all other lists; `confirm` asks a person whether to do something of weight; `workers` is how many items
    are in hand at a time, and so what memory is bounded by; `elsewhere` has the items worked on by other machines;
    `homes` names, by address, the list where a link of this one has its cards; `vectors` tell how near the meanings of
    texts are, and are asked in a thread of their own; `picture` brings a picture into the list's folder and returns its
    address there, '' for what can't be had or kept.
    """

    read: Callable[[Item, LinkRecord | None], Awaitable[Reading]]
    draft: Drafter
    revise: Reviser
    select: Selector
    settings: Settings
    emit: Emit
    clock: Callable[[], int]
    new_id: Callable[[], str]
    spent: Callable[[], Mapping[str, Spend]]
    cost: Callable[[], float | None]
    halt: Halt
    others: Callable[[], Iterable[Card]] = tuple
    confirm: Callable[[str], bool] = lambda question: False
    workers: int = 48
    elsewhere: Elsewhere | None = None
    homes: Mapping[str, str] = field(default_factory=dict)
    vectors: Vectors | None = None
    picture: Callable[[str], Awaitable[str]] | None = None

    @property
    def rules(self) -> Rules:
        """How cards are compared, to find those that say the same."""
        return Rules(self.vectors, self.settings.gates.get("duplicate", "warn"))


async def run(reading_list: ReadingList, store: Store, parts: Parts, request: Request, result: ListResult) -> None:
    """Work on all that the list asks for, and settle what came of it.

    `result` counts this run, also where it breaks; a halt ends it early, and what is in the store then is whole.
    """
    everything = items(reading_list, store.ledger, parts.homes)
    todo = agenda(everything, store.ledger, request, parts.clock())
    result.topics = len(reading_list.topics)
    parts.emit(ListStarted(reading_list.name, len(todo)))

    before = dict(store.ledger.links)
    worked: set[str] = set()
    spoken: set[str] = set()

    def job(item: Item) -> Job:
        return Job(item, store.ledger.links.get(item.url), store.cards_from(item.url))

    def done(item: Item, gathered: Harvest) -> None:
        worked.add(item.url)
        tally.add(result, gathered)
        if not request.dry_run:
            _keep(gathered.entry, store, parts)
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
            await _illustrate(store, parts)
            _end(result, everything, store, parts, request, worked)
    finally:
        places = {item.url: n for n, item in enumerate(everything)}
        result.changes.sort(key=lambda change: places.get(change.url, len(places)))
        result.links = tally.links(everything, before, store.ledger.links, worked)
        result.problems = tally.problems(everything, store.ledger.links)
        result.cards.total = tally.in_deck(store.all_cards())


async def _illustrate(store: Store, parts: Parts) -> None:
    """Have the pictures that new cards show in the list's folder; a card whose picture can't be had is without it."""
    wanted = [card for card in store.all_cards() if pictures(card.extra)] if parts.picture else []
    for card in wanted:
        if parts.halt or not parts.picture:
            return
        for url in pictures(card.extra):
            card = illustrated(card, url, await parts.picture(url))
        store.checkpoint()
        store.upsert([card])


def _end(
    result: ListResult,
    everything: Sequence[Item],
    store: Store,
    parts: Parts,
    request: Request,
    worked: Collection[str],
) -> None:
    """What can only be done when all links are: retire cards, set duplicates aside, and count it."""
    if request.refresh and not parts.halt:
        result.changes += _miss(everything, store, parts, request)
    gone = _retire(store, parts)
    result.cards.retired = sum(card.status is Status.RETIRED for card in gone)
    result.cards.kept -= sum(card.status is Status.RETIRED and card.source in worked for card in gone)
    twins = _settle(everything, store, parts)
    result.cards.duplicate += len(twins)
    told = comparing.with_retired(result.changes, gone, store.ledger.links)
    result.changes = comparing.without_duplicates(told, twins)


def _move(everything: Sequence[Item], store: Store) -> None:
    """Cards follow their link to its new topic."""
    for item in everything:
        record = store.ledger.links.get(item.url)
        if record is not None and record.topic != item.topic:
            store.move(item.url, item.topic)


def _keep(entry: Entry, store: Store, parts: Parts) -> None:
    """Enter what became of one link. Where that fails (a full disk), the run ends; what was entered before stays."""
    try:
        store.record(replace(entry, spend=parts.spent()))
    except FlashgenError as error:
        parts.halt.set(error)


def _miss(everything: Sequence[Item], store: Store, parts: Parts, request: Request) -> list[LinkChange]:
    """Links that the list no longer has, found so for the first time: their cards are to be retired. A run over a part
    of the list leaves those alone that it does not look at."""
    if request.limit is not None:
        return []
    listed = {item.url for item in everything}
    missed = []
    for url, record in list(store.ledger.links.items()):
        asked = not request.topic or within(record.topic, request.topic)
        if asked and url not in listed and not record.removed:
            cards = store.cards_from(url)
            ids = tuple(card.id for card in cards if card.status is Status.ACTIVE and can_be_retired(card))
            _keep(Entry(replace(record, removed=parts.clock(), retiring=ids)), store, parts)
            missed.append(comparing.removed(record, cards))
    return missed


def _retire(store: Store, parts: Parts) -> list[Card]:
    """Retire the cards that wait for it, and return them. Over a tenth of the list's cards at once needs a yes."""
    waiting = {url: record for url, record in store.ledger.links.items() if record.retiring}
    cards = [card for url, r in waiting.items() for card in store.cards_from(url) if card.id in r.retiring]
    cards = [card for card in cards if can_be_retired(card)]
    total = tally.in_deck(store.all_cards())
    if 10 * len(cards) > total and not parts.confirm(f"retire {len(cards)} of {total} cards"):
        return []
    store.checkpoint()
    changed = [retired(card, parts.clock()) for card in cards]
    store.upsert(changed)
    for record in waiting.values():
        _keep(Entry(replace(record, retiring=())), store, parts)
    return changed


def _settle(everything: Sequence[Item], store: Store, parts: Parts) -> Sequence[Card]:
    """Look for duplicates over the whole list, in its order; the cards that were set aside."""
    if not any(card.id not in store.ledger.shipped for card in store.all_cards()):
        return ()
    cards = [card for item in everything for card in store.cards_from(item.url)]
    changed = settle(cards, store.ledger.shipped.keys(), parts.others(), parts.clock(), parts.rules)
    store.checkpoint()
    store.upsert(changed)
    return changed


def here(parts: Parts) -> Elsewhere:
    """Items worked on in this process, in order, `parts.workers` of them at a time; none is begun after a halt."""

    async def at_once(todo: Sequence[Item], job: Callable[[Item], Job], done: Callable[[Item, Harvest], None]) -> None:
        waiting = iter(todo)

        async def worker() -> None:
            for item in waiting:
                if parts.halt:
                    return
                if gathered := await work(job(item), parts):
                    done(item, gathered)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(parts.workers, len(todo))):
                group.create_task(worker())

    return at_once


async def work(job: Job, parts: Parts) -> Harvest | None:
    """Read one item and make its cards; None if the run was halted before anything was known of it."""
    item, record, cards = job.item, job.record, job.cards
    base = replace(record, topic=item.topic) if record else LinkRecord(item.url, item.topic, kind=item.kind)
    try:
        reading = await parts.halt.unless(parts.read(item, record))
    except NotModified as same:
        return unchanged(base, cards, parts.clock(), _moved_to(item, same))
    except LinkError as error:
        return without_article(base, error, cards, parts.settings, parts.clock())
    except FlashgenError as error:
        parts.halt.set(error)
        return None
    if reading.archived and base.sections:
        return kept_by_archive(base, reading, cards, stands, parts.settings, parts.clock())
    sections = split(reading.article)
    study = Study(item, base, cards, reading, sections, plan(record, cards, sections, stands, reading.reread(record)))
    if not item.is_note and not believed(base, study.plan, parts.clock()):
        return doubted(study, parts.clock())
    parts.emit(LinkRead(item.url, len(study.plan.work)))
    study = replace(study, selection=await _selected(study, parts))
    answers = await asyncio.gather(*(_answer(work, study, parts) for work in study.plan.work))
    gather = partial(harvest, study, answers, parts.settings, parts.clock(), parts.new_id, parts.rules)
    return await asyncio.to_thread(gather) if parts.vectors else gather()


def _moved_to(item: Item, same: NotModified) -> str:
    """Where an unchanged page is now; '' where what was asked for is not the link itself but what it is read from."""
    return same.final_url if canonical(same.url) == item.url else ""


async def _selected(study: Study, parts: Parts) -> Selection:
    """What to draft of the article: chosen when it is new, the choice remembered when some of it has changed."""
    if not study.plan.work:
        return EVERYTHING
    if any(section.drafted for section in study.base.sections):
        return recalled(study.base, study.sections)
    try:
        return await parts.select(_context(study, parts.settings), study.sections, _cap(study, parts.settings))
    except CallFailed as error:
        return Selection(problem=str(error))
    except FlashgenError as error:
        parts.halt.set(error)
        return EVERYTHING


def _cap(study: Study, settings: Settings) -> int:
    return study.item.options.cards or settings.cards_per_article


async def _answer(work: Work, study: Study, parts: Parts) -> Answer:
    """What the model makes of one section. After a halt it is owed, and asked at the next run."""
    selection = study.selection
    passage = _context(study, parts.settings).passage(work.section, selection)
    most = selection.room(work.section, study.item.options.cards or most_cards(word_count(work.section.text)))
    try:
        if parts.halt:
            raise Interrupted
        if selection.problem:
            raise CallFailed(selection.problem)
        answer = await (_revised if work.cards else _drafted)(work, passage, most, parts)
        answer = replace(answer, drafts=weighed(answer.drafts, selection.ideas))
    except CallFailed as error:
        answer = Answer(work, problem=str(error))
    except FlashgenError as error:
        parts.halt.set(error)
        answer = Answer(work, problem="not asked yet: the run was stopped")
    good = sum(one.verdict is not Verdict.REJECT for one in answer.drafts)
    parts.emit(SectionDrafted(study.item.url, good, parts.cost()))
    return answer


async def _drafted(work: Work, passage: Passage, most: int, parts: Parts) -> Answer:
    drafted = await parts.draft(passage, most) if most else Drafted()
    return Answer(work, drafted.judged, problem=drafted.problem)


async def _revised(work: Work, passage: Passage, most: int, parts: Parts) -> Answer:
    revised = await parts.revise(passage, work.cards, most)
    return Answer(work, revised.judged, revised.reworded, revised.problem)


def _context(study: Study, settings: Settings) -> Context:
    item = study.item
    return Context(study.reading.article, item.url, item.topic, settings.language, item.options.focus)
