"""Cards by passage: one question to the model for each, new or to be revised. For models that can choose, quote and
write at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from flashgen.drafting import Drafted, Drafter, Judge, Revised, Reviser
from flashgen.drafting.asking import Spoil, answered, never_mind
from flashgen.drafting.prompting import NO_WISHES, Wishes, draft_prompt, revision_prompt
from flashgen.drafts import Action, Decision, parse_drafts, parse_revision
from flashgen.errors import BadReply, CallFailed, Deferred
from flashgen.prompts import Prompts
from flashgen.text import words
from flashgen.types import Card, Complete, Draft, Finding, Judged, Passage, Verdict

Stands = Callable[[str, str], bool]
"""Whether a quote stands in a text: `quotes.stands`."""


_RUN = 6
"""Words in a row that a card doesn't share with the prompt by chance."""


def by_passage(
    complete: Complete, prompts: Prompts, judge: Judge, *, wishes: Wishes = NO_WISHES, spoil: Spoil = never_mind
) -> Drafter:
    """A Drafter that asks the model once for a passage, and once more where the reply can't be used."""
    judged = one_by_one(judge)

    async def draft(passage: Passage, most: int) -> Drafted:
        prompt = draft_prompt(prompts, passage, most, wishes)
        try:
            drafts = await answered(complete, prompt, lambda text, last: parse_drafts(text), spoil)
        except Deferred:
            raise
        except (BadReply, CallFailed) as problem:
            return Drafted(problem=str(problem))
        return Drafted(_best(await judged(drafts, passage, prompt.messages[0].content), most))

    return draft


def revising(
    complete: Complete,
    prompts: Prompts,
    judge: Judge,
    stands: Stands,
    *,
    wishes: Wishes = NO_WISHES,
    spoil: Spoil = never_mind,
) -> Reviser:
    """A Reviser that asks the model once for a passage and all its cards.

    A card whose quote still stands stays as it is, whatever the model says: it goes along only so that its question is
    not asked again. Decisions on unknown ids are ignored. A reply that forgets a card whose quote is gone is asked for
    again with its id named; a card that is forgotten twice is retired.
    """
    judged = one_by_one(judge)

    async def revise(passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        prompt = revision_prompt(prompts, passage, cards, most, wishes)
        unproven = {card.id: card for card in cards if card.quote and not stands(card.quote, passage.text)}

        def read(text: str, last: bool) -> tuple[list[Decision], list[Draft]]:
            decisions, drafts = parse_revision(text)
            forgotten = unproven.keys() - {decision.id for decision in decisions}
            if forgotten and not last:
                raise BadReply(f"it decides nothing on the existing cards {', '.join(sorted(forgotten))}")
            return decisions, drafts

        try:
            decisions, drafts = await answered(complete, prompt, read, spoil)
        except (BadReply, CallFailed) as problem:
            return Revised(problem=str(problem))
        decided = {decision.id: decision for decision in decisions}
        reworded = {
            card_id: _reworded(card, decided.get(card_id), passage, judge, stands) for card_id, card in unproven.items()
        }
        fresh = await judged(drafts, passage, prompt.messages[0].content)
        return Revised(reworded, _best(fresh, most))

    return revise


def _reworded(card: Card, decision: Decision | None, passage: Passage, judge: Judge, stands: Stands) -> Judged | None:
    """The new wording of a card whose quote is gone, None to retire it. "Keep" needs a sentence of today's text that
    proves the card."""
    if decision is None or decision.action is Action.RETIRE:
        return None
    if decision.action is Action.KEEP:
        if not stands(decision.quote, passage.text):
            return None
        return judge(Draft(card.question, card.answer, decision.quote, card.kind, card.importance), passage)
    question, answer = decision.question or card.question, decision.answer or card.answer
    return judge(Draft(question, answer, decision.quote, card.kind, card.importance), passage)


def one_by_one(judge: Judge) -> Callable[[Sequence[Draft], Passage, str], Awaitable[list[Judged]]]:
    """`judge` for all drafts from a passage, with what parrots the instructions they were asked with.

    One draft in a turn of the event loop, whatever number of replies came in together: the next questions to the
    model go out between.
    """
    turn = asyncio.Lock()

    async def judged(drafts: Sequence[Draft], passage: Passage, told: str) -> list[Judged]:
        async with turn:
            given_away = _runs_told(told) - _runs(passage.text)
            found = []
            for draft in drafts:
                await asyncio.sleep(0)
                found.append(_unparroted(judge(draft, passage), given_away))
            return found

    return judged


def _unparroted(judged: Judged, given_away: frozenset[tuple[str, ...]]) -> Judged:
    """`judged`, rejected where a side of it repeats one of these runs of words, which are the instructions' and not the
    passage's: the model gave its prompt away, or took an example for the text."""
    if any(_runs(side) & given_away for side in (judged.draft.question, judged.draft.answer)):
        parroted = Finding("injection", Verdict.REJECT, "it repeats the prompt and not the passage")
        return replace(judged, findings=(*judged.findings, parroted))
    return judged


@lru_cache(maxsize=8)
def _runs_told(told: str) -> frozenset[tuple[str, ...]]:
    """`_runs` of instructions, which are the same for many passages."""
    return _runs(told)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = words(text)
    return frozenset(zip(*(found[n:] for n in range(_RUN)), strict=False))


def _best(judged: Sequence[Judged], most: int) -> tuple[Judged, ...]:
    """`judged` with at most `most` that are not rejected: the important ones, in the model's order."""
    standing = [n for n, one in enumerate(judged) if one.verdict is not Verdict.REJECT]
    kept = set(sorted(standing, key=lambda n: (-judged[n].draft.importance, n))[:most])
    return tuple(one for n, one in enumerate(judged) if n in kept or one.verdict is Verdict.REJECT)
