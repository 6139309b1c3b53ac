"""A whole article drafted from nothing: what deserves a card, then its sections side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from flashgen.drafting import Drafted, Drafter, Selector
from flashgen.drafting.article import Context
from flashgen.errors import CallFailed, FlashgenError
from flashgen.halt import Halt
from flashgen.sections import word_count
from flashgen.selection import EVERYTHING, Selection, weighed
from flashgen.study import most_cards
from flashgen.types import Section

Told = Callable[[Drafted], None]
"""What is done at once with what came of a section."""


async def drafted_whole(
    select: Selector,
    draft: Drafter,
    context: Context,
    sections: Sequence[Section],
    cap: int,
    halt: Halt,
    told: Told = lambda drafted: None,
) -> tuple[Selection, tuple[Drafted, ...]]:
    """What was selected of an article for a `cap` of cards, and what came of each section. What ends it early is set
    in `halt`; sections that were not asked then have a problem."""
    selection = await _selected(select, context, sections, cap, halt)

    async def one(section: Section) -> Drafted:
        most = selection.room(section, most_cards(word_count(section.text)))
        if selection.problem or not most:
            return Drafted(problem=selection.problem)
        try:
            drafted = await draft(context.passage(section, selection), most)
        except CallFailed as error:
            return Drafted(problem=str(error))
        except FlashgenError as error:
            halt.set(error)
            return Drafted(problem="not asked: the run was stopped")
        drafted = replace(drafted, judged=weighed(drafted.judged, selection.ideas))
        told(drafted)
        return drafted

    return selection, tuple(await asyncio.gather(*map(one, sections)))


async def _selected(select: Selector, context: Context, sections: Sequence[Section], cap: int, halt: Halt) -> Selection:
    try:
        return await select(context, sections, cap)
    except CallFailed as error:
        return Selection(problem=str(error))
    except FlashgenError as error:
        halt.set(error)
        return EVERYTHING
