"""The model's answers for what is new or changed in an article: one question a section, or one for several short ones.

What ends a run is set in its halt; a section that got no answer has a problem, and is asked again at the next run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Literal, TypeVar

from flashgen.drafting import Drafted
from flashgen.drafting.article import Context
from flashgen.errors import CallFailed, Deferred, FlashgenError, Interrupted
from flashgen.outcome import SectionDrafted
from flashgen.parts import Parts
from flashgen.quotes import stands
from flashgen.refresh import Work
from flashgen.sections import joined, word_count
from flashgen.selection import weighed
from flashgen.settings import Settings
from flashgen.study import Answer, Study, most_cards
from flashgen.types import Finding, Judged, Passage, Verdict

T = TypeVar("T")


def context(study: Study, settings: Settings) -> Context:
    """What all passages of an article have in common."""
    item = study.item
    return Context(study.reading.article, item.url, item.topic, settings.language, item.options.focus)


async def answers(study: Study, parts: Parts) -> list[Answer]:
    """What the model makes of each section of the plan, in their order; the questions are asked side by side."""
    groups = grouped(study.plan.work, parts.words_per_call())
    found = await asyncio.gather(*(_answers(group, study, parts) for group in groups))
    return list(chain.from_iterable(found))


def grouped(work: Sequence[Work], words: int) -> list[list[Work]]:
    """Sections by the question that they are asked in: neighbours without cards as long as they have no more than so
    many words together, all others by themselves."""
    groups: list[list[Work]] = []
    size = 0
    for each in work:
        count = word_count(each.section.text)
        if groups and not (each.cards or groups[-1][-1].cards) and size + count <= words:
            groups[-1].append(each)
            size += count
        else:
            groups.append([each])
            size = count
    return groups


async def _answers(group: Sequence[Work], study: Study, parts: Parts) -> Sequence[Answer]:
    """The answers for some sections. What can't be answered for all of them at once is asked one by one."""
    asked = [work for work in group if _room(work, study)]
    found = await _together(asked, study, parts) if len(asked) > 1 else None
    if found is None:
        return await asyncio.gather(*(_answer(work, study, parts) for work in group))
    shares = iter(shared_out(found.judged, asked, parts.settings.gates.get("quote", "reject")))
    answers = (Answer(work, next(shares), problem=found.problem) if work in asked else Answer(work) for work in group)
    return [_told(answer, study, parts) for answer in answers]


async def _together(work: Sequence[Work], study: Study, parts: Parts) -> Drafted | None:
    """Drafts of several sections, asked for in one question, or why there is no answer yet; None where the model has
    none."""
    here = chain.from_iterable(study.selection.here(each.section) for each in work)
    passage = context(study, parts.settings).passage(joined([each.section for each in work]), study.selection)
    most = sum(_room(each, study) for each in work)
    found = await _tried(lambda: parts.draft(replace(passage, here=tuple(here)), most), study, parts)
    if isinstance(found, Deferred):
        return Drafted(problem=str(found))
    return None if isinstance(found, CallFailed) or found.problem else found


def shared_out(
    drafts: Iterable[Judged], work: Sequence[Work], level: Literal["off", "warn", "reject"] = "reject"
) -> list[tuple[Judged, ...]]:
    """For each section the drafts whose quote stands in it. A quote that reaches over a heading into the next section
    stands in none: its draft is the first one's, and the gate `quote` objects at its `level`."""
    shares: list[list[Judged]] = [[] for _ in work]
    for one in drafts:
        home = next((n for n, each in enumerate(work) if stands(one.draft.quote, each.section.text)), None)
        if home is None and level != "off" and one.verdict is not Verdict.REJECT:
            why = Finding("quote", Verdict(level), "the quote stands in no single section")
            one = replace(one, findings=(*one.findings, why))
        shares[home or 0].append(one)
    return [tuple(share) for share in shares]


async def _answer(work: Work, study: Study, parts: Parts) -> Answer:
    """What the model makes of one section."""
    passage = context(study, parts.settings).passage(work.section, study.selection)
    ask = _revised if work.cards else _drafted
    found = await _tried(lambda: ask(work, passage, _room(work, study), parts), study, parts)
    return _told(Answer(work, problem=str(found)) if isinstance(found, CallFailed) else found, study, parts)


async def _tried(ask: Callable[[], Awaitable[T]], study: Study, parts: Parts) -> T | CallFailed:
    """What is asked for, or why there is no answer."""
    try:
        if parts.halt:
            raise Interrupted
        if study.selection.problem:
            raise CallFailed(study.selection.problem)
        return await ask()
    except CallFailed as error:
        return error
    except FlashgenError as error:
        parts.halt.set(error)
        return Deferred("not asked yet: the run was stopped")


async def _drafted(work: Work, passage: Passage, most: int, parts: Parts) -> Answer:
    drafted = await parts.draft(passage, most) if most else Drafted()
    return Answer(work, drafted.judged, problem=drafted.problem)


async def _revised(work: Work, passage: Passage, most: int, parts: Parts) -> Answer:
    revised = await parts.revise(passage, work.cards, most)
    return Answer(work, revised.judged, revised.reworded, revised.problem)


def _room(work: Work, study: Study) -> int:
    """How many cards a section may give at most."""
    return study.selection.room(work.section, study.item.options.cards or most_cards(word_count(work.section.text)))


def _told(answer: Answer, study: Study, parts: Parts) -> Answer:
    """`answer` with its drafts weighed by the ideas of the article, and the run told of it."""
    answer = replace(answer, drafts=weighed(answer.drafts, study.selection.ideas))
    good = sum(one.verdict is not Verdict.REJECT for one in answer.drafts)
    parts.emit(SectionDrafted(study.item.url, good, parts.cost()))
    return answer
