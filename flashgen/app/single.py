"""One source at a time, outside any list: `flashgen read` and `flashgen try`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from flashgen.agenda import Item
from flashgen.app import ReadResult, Trial
from flashgen.app.model import Model
from flashgen.app.web import open_web
from flashgen.drafting.article import Context
from flashgen.errors import CallFailed, FlashgenError, LinkError
from flashgen.halt import Halt
from flashgen.harvest import most_cards
from flashgen.identity import canonical
from flashgen.outcome import Emit, LinkRead, ListStarted, SectionDrafted
from flashgen.reading import Reader
from flashgen.sections import split, word_count
from flashgen.selection import EVERYTHING, Selection, weighed
from flashgen.settings import Settings
from flashgen.sources import kind_of
from flashgen.types import Judged, Section, Verdict


async def read_all(
    root: Path, settings: Settings, targets: Sequence[str], halt: Halt, *, offline: bool
) -> list[ReadResult]:
    """Every target read, side by side."""
    async with open_web(root, settings, offline=offline) as web:
        reader = web.reader(Path.cwd())
        return list(await asyncio.gather(*(halt.unless(_read(target, reader)) for target in targets)))


async def _read(target: str, reader: Reader) -> ReadResult:
    try:
        article = (await reader(_item(target), None)).article
    except LinkError as error:
        return ReadResult(target, kind_of(target), error.state, error.reason)
    return ReadResult(target, article.kind, reason=article.notice, article=article, sections=split(article))


def _item(target: str) -> Item:
    """A target of the command line: an address, or a file named from where the person stands."""
    if "://" not in target and Path(target).is_file():
        target = str(Path(target).resolve())
    return Item(canonical(target), (), target, kind=kind_of(target))


async def trial(root: Path, settings: Settings, target: str, emit: Emit, halt: Halt, *, offline: bool) -> Trial:
    """The cards that `target` would give, judged; nothing is stored but the model's replies.

    What ends it early is raised when the calls in flight have come back.
    """
    async with open_web(root, settings, offline=offline) as web:
        article = (await halt.unless(web.reader(Path.cwd())(_item(target), None))).article
    sections = split(article)
    emit(ListStarted(article.title or target, 1))
    emit(LinkRead(target, len(sections)))
    model = Model(root, settings, emit, halt)

    context = Context(article, article.url, language=settings.language)

    async def select() -> Selection:
        try:
            return await model.select(context, sections, settings.cards_per_article)
        except CallFailed as error:
            return Selection(problem=str(error))
        except FlashgenError as error:
            halt.set(error)
            return EVERYTHING

    async def draft(section: Section, selection: Selection) -> tuple[Sequence[Judged], str]:
        most = selection.room(section, most_cards(word_count(section.text)))
        if selection.problem or not most:
            return (), selection.problem
        try:
            drafted = await model.draft(context.passage(section, selection), most)
        except CallFailed as error:
            return (), str(error)
        except FlashgenError as error:
            halt.set(error)
            return (), ""
        emit(SectionDrafted(target, sum(one.verdict is not Verdict.REJECT for one in drafted.judged)))
        return weighed(drafted.judged, selection.ideas), drafted.problem

    async with aclosing(model):
        selection = await select()
        found = await asyncio.gather(*(draft(section, selection) for section in sections))
    halt.check()
    cards = tuple(card for judged, _ in found for card in judged)
    return Trial(target, article.title, cards, tuple(problem for _, problem in found if problem), model.meter.usage)
