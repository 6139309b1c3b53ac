"""One source at a time, outside any list: `flashgen read` and `flashgen try`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from flashgen.agenda import Item
from flashgen.app import ReadResult, Trial
from flashgen.app.model import Model
from flashgen.app.taught import taught
from flashgen.app.web import open_web
from flashgen.drafting import Drafted
from flashgen.drafting.article import Context
from flashgen.drafting.whole import drafted_whole
from flashgen.errors import LinkError
from flashgen.halt import Halt
from flashgen.identity import canonical
from flashgen.lists import every
from flashgen.outcome import Emit, LinkRead, ListStarted, SectionDrafted
from flashgen.reading import Reader
from flashgen.sections import split
from flashgen.settings import Settings
from flashgen.sources import kind_of
from flashgen.types import Section, Verdict


async def read_all(
    root: Path, settings: Settings, targets: Sequence[str], halt: Halt, *, offline: bool
) -> list[ReadResult]:
    """Every target read, side by side."""
    async with open_web(root, settings, offline=offline) as web:
        reader = web.reader(Path.cwd())
        return list(await asyncio.gather(*(halt.unless(_read(target, reader)) for target in targets)))


async def _read(target: str, reader: Reader) -> ReadResult:
    try:
        article = (await reader(item_of(target), None)).article
    except LinkError as error:
        return ReadResult(target, kind_of(target), error.state, error.reason)
    return ReadResult(target, article.kind, reason=article.notice, article=article, sections=split(article))


def item_of(target: str) -> Item:
    """A target of the command line: an address, or a file named from where the person stands."""
    if "://" not in target and Path(target).is_file():
        target = str(Path(target).resolve())
    return Item(canonical(target), (), target, kind=kind_of(target))


@dataclass(frozen=True, slots=True)
class Source:
    """One source, read, with what its passages have in common."""

    context: Context
    sections: tuple[Section, ...]


async def open_source(root: Path, settings: Settings, target: str, halt: Halt, *, offline: bool) -> Source:
    """The article behind a target of the command line. Raises LinkError."""
    async with open_web(root, settings, offline=offline) as web:
        article = (await halt.unless(web.reader(Path.cwd())(item_of(target), None))).article
    return Source(Context(article, article.url, language=settings.language), split(article))


async def trial(root: Path, settings: Settings, target: str, emit: Emit, halt: Halt, *, offline: bool) -> Trial:
    """The cards that `target` would give, judged; nothing is stored but the model's replies.

    What ends it early is raised when the calls in flight have come back.
    """
    source = await open_source(root, settings, target, halt, offline=offline)
    model = Model(root, settings, emit, halt, examples=taught(every(root)))
    return await tried(source, model, settings, emit, halt)


async def tried(source: Source, model: Model, settings: Settings, emit: Emit, halt: Halt) -> Trial:
    """The cards that a source would give by `model`, which is closed then. Raises as `trial`."""
    url, title = source.context.url, source.context.article.title
    emit(ListStarted(title or url, 1))
    emit(LinkRead(url, len(source.sections)))

    def told(drafted: Drafted) -> None:
        good = sum(one.verdict is not Verdict.REJECT for one in drafted.judged)
        emit(SectionDrafted(url, good, model.meter.usage.cost_usd))

    async with aclosing(model):
        asked = model.select, model.draft, source.context, source.sections, settings.cards_per_article, halt
        _, found = await drafted_whole(*asked, told)
    halt.check()
    cards = tuple(card for drafted in found for card in drafted.judged)
    problems = tuple(drafted.problem for drafted in found if drafted.problem)
    return Trial(url, title, cards, problems, model.meter.usage)
