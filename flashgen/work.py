"""One item, from its address to what came of it: read, planned, answered by the model, harvested."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from flashgen.agenda import Item
from flashgen.answering import answers, context
from flashgen.errors import CallFailed, FlashgenError, LinkError, NotModified
from flashgen.harvest import harvest
from flashgen.identity import canonical
from flashgen.ledger import LinkRecord
from flashgen.outcome import LinkRead
from flashgen.parts import Elsewhere, Job, Parts
from flashgen.quotes import stands
from flashgen.refresh import believed, plan
from flashgen.sections import split
from flashgen.selection import EVERYTHING, Selection, recalled
from flashgen.settings import Settings
from flashgen.study import Harvest, Study
from flashgen.types import Card, Status
from flashgen.unharvested import doubted, kept_by_archive, unchanged, without_article


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
    gather = partial(harvest, study, await answers(study, parts), parts.settings, parts.clock(), parts.new_id)
    if parts.vectors and _must_compare(cards, parts.settings):
        return await asyncio.to_thread(gather, parts.rules)
    return gather(parts.quick_rules)


def _must_compare(cards: Sequence[Card], settings: Settings) -> bool:
    """Whether meaning has to be compared before an article is entered: what says nearly the same as a card of it that
    was rejected is dropped, where duplicates are rejected others of its cards take their room, and drafts are not
    looked at at the end of a run."""
    rejecting = settings.gates.get("duplicate") == "reject"
    return rejecting or settings.review == "required" or any(card.status is Status.REJECTED for card in cards)


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
        return await parts.select(context(study, parts.settings), study.sections, _cap(study, parts.settings))
    except CallFailed as error:
        return Selection(problem=str(error))
    except FlashgenError as error:
        parts.halt.set(error)
        return EVERYTHING


def _cap(study: Study, settings: Settings) -> int:
    return study.item.options.cards or settings.cards_per_article
