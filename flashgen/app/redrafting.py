"""`flashgen redraft`, wired: links drafted again with today's prompt or model, and changed after a yes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path

from flashgen.agenda import Item, items, within
from flashgen.app.lists import read_list
from flashgen.app.model import Model
from flashgen.app.single import item_of
from flashgen.app.spending import spending, this_month
from flashgen.app.taught import taught
from flashgen.app.web import Web, open_web
from flashgen.drafting import Drafted
from flashgen.drafting.article import Context
from flashgen.drafting.whole import drafted_whole
from flashgen.errors import LinkError, UsageError
from flashgen.halt import Halt
from flashgen.identity import new_card_id
from flashgen.ledger import Entry, LinkRecord
from flashgen.lists import ListPlace, every, find
from flashgen.outcome import Emit, LinkDone, LinkRead, ListStarted, SectionDrafted
from flashgen.redrafting import Redraft, redraft
from flashgen.refresh import Plan
from flashgen.sections import split
from flashgen.settings import Settings
from flashgen.store import Store, locked
from flashgen.study import Study
from flashgen.types import Usage, Verdict


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked. `confirm` shows the cards of one link, old and new, to a person, and asks for their yes."""

    target: str
    confirm: Callable[[Redraft], bool]
    replacing: bool = False
    dry_run: bool = False
    offline: bool = False


@dataclass(slots=True)
class Redrafted:
    """What came of it: links drafted again, the addresses of those that were changed, problems by address, costs."""

    links: list[Redraft] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    llm: Usage = Usage()
    stopped: str = ""
    exit_status: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """A list with what of it is to be drafted again."""

    place: ListPlace
    items: tuple[Item, ...]


async def redraft_all(root: Path, settings: Settings, wanted: Wanted, emit: Emit, halt: Halt) -> Redrafted:
    """Draft every link that is meant again, one after another. What ends it early stands in the result.

    Raises UsageError where nothing is meant, Locked, FileError, ModelError.
    """
    result = Redrafted()
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(root / ".flashgen" / "lock", "flashgen redraft"))
        places = _meant(root, wanted.target)
        web = await stack.enter_async_context(open_web(root, settings, offline=wanted.offline))
        examples = taught(one.place for one in places)
        spent = this_month((Store(place.home).ledger for place in every(root)), settings)
        model = Model(
            root,
            settings,
            emit,
            halt,
            spent_month=spent,
            plan=wanted.dry_run,
            examples=examples,
        )
        await stack.enter_async_context(aclosing(model))
        for one in places:
            with Store(one.place.home) as store:
                await _list(one, store, _Run(web, model, settings, wanted, emit, halt, result))
        result.llm = model.meter.usage
    if halt.error:
        result.stopped, result.exit_status = str(halt.error), halt.error.exit_status
    return result


def _meant(root: Path, target: str) -> list[_Place]:
    """The links that a URL, a file or a topic means, in all lists. Raises UsageError."""
    asked = item_of(target)
    found = []
    for place in find(root):
        known = items(read_list(place), Store(place.home).ledger)
        here = [i for i in known if i.url == asked.url or _path(place, i) == asked.address] or [
            i for i in known if within(i.topic, target)
        ]
        found += [_Place(place, tuple(here))] if here else []
    if not found:
        raise UsageError(f"{target} is neither a link nor a topic of a list; `flashgen links` shows them")
    return found


def _path(place: ListPlace, item: Item) -> str:
    """Where the file of an item is, '' for an address."""
    path = place.path.parent / item.address
    return str(path.resolve()) if item.address and "://" not in item.address and path.is_file() else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """What all links of a run share."""

    web: Web
    model: Model
    settings: Settings
    wanted: Wanted
    emit: Emit
    halt: Halt
    result: Redrafted


async def _list(one: _Place, store: Store, run: _Run) -> None:
    run.emit(ListStarted(one.place.name, len(one.items)))
    spent = spending(store.ledger.spend, run.model.meter, lambda: run.model.name)
    for item in one.items:
        if run.halt:
            return
        record = store.ledger.links.get(item.url)
        if record is None or not record.sections:
            run.result.problems[item.url] = "not built yet: run flashgen build first"
            continue
        try:
            made = await _drafted(item, record, one.place, store, run)
        except LinkError as error:
            run.result.problems[item.url] = error.reason
            continue
        if not run.wanted.dry_run:
            _decide(made, record, store, run, lambda entry: replace(entry, spend=spent()))
        run.emit(LinkDone(item.url, record.state))


async def _drafted(item: Item, record: LinkRecord, place: ListPlace, store: Store, run: _Run) -> Redraft | None:
    """A link drafted again; None where not all of it was. Raises LinkError."""
    reading = await run.halt.unless(run.web.reader(place.path.parent)(item, None))
    sections = split(reading.article)
    if [section.fingerprint for section in sections] != [known.fingerprint for known in record.sections]:
        run.result.problems[item.url] = "its text has changed since it was read: run flashgen refresh first"
        return None
    run.emit(LinkRead(item.url, len(sections)))
    cap = item.options.cards or run.settings.cards_per_article
    context = Context(reading.article, item.url, item.topic, run.settings.language, item.options.focus)

    def told(drafted: Drafted) -> None:
        good = sum(one.verdict is not Verdict.REJECT for one in drafted.judged)
        run.emit(SectionDrafted(item.url, good, run.model.meter.usage.cost_usd))

    asked = run.model.select, run.model.draft, context, sections, cap, run.halt
    selection, drafted = await drafted_whole(*asked, told)
    if problem := next((one.problem for one in drafted if one.problem), ""):
        run.result.problems[item.url] = f"not all of it was drafted, so nothing is changed: {problem}"
        return None
    study = Study(item, record, store.cards_from(item.url), reading, sections, Plan(), selection)
    drafts = {section.fingerprint: one.judged for section, one in zip(sections, drafted, strict=True)}
    now = int(time.time())
    made = redraft(study, drafts, run.settings, now, new_card_id, replacing=run.wanted.replacing)
    run.result.links.append(made)
    return made


def _decide(made: Redraft | None, record: LinkRecord, store: Store, run: _Run, paid: Callable[[Entry], Entry]) -> None:
    """Enter what drafting again made of a link, after a yes; what it cost is entered anyway."""
    if made and not run.halt and made.changes and run.wanted.confirm(made):
        store.record(paid(made.harvest.entry))
        run.result.changed.append(made.url)
    else:
        store.record(paid(Entry(record)))
