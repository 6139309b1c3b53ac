"""A better card in the place of one that reviews showed to be bad: reworded, split in two, or none.

A large model is shown the card, what was noticed and the passage, and chooses. A small one, which can't, is asked for a
new card from the card's own sentence. Whatever comes back is judged by the gates; what a gate rejects is no remedy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from flashgen.drafting import Drafter, Judge
from flashgen.drafting.asking import Spoil, answered, never_mind
from flashgen.drafting.prompting import NO_WISHES, Wishes, variables
from flashgen.drafts import MENDING_SCHEMA, Mending, Remedy, parse_mending
from flashgen.errors import BadReply, CallFailed
from flashgen.prompts import Prompts, as_json, line
from flashgen.text import fold
from flashgen.types import Card, Complete, Draft, Judged, Passage, Prompt, Verdict

_MOST = {Remedy.REWORK: 1, Remedy.SPLIT: 2, Remedy.RETIRE: 0}
_ROOM = 1200


@dataclass(frozen=True, slots=True)
class Mended:
    """What is proposed in the place of a card: `cards` (one to reword it, two to split it, none to retire it), judged.

    `problem` says why there is no proposal; `again` that the model gave no usable answer and may be asked again.
    """

    remedy: Remedy = Remedy.REWORK
    cards: tuple[Judged, ...] = ()
    reason: str = ""
    problem: str = ""
    again: bool = False


Mender = Callable[[Passage, Card, Sequence[str], Sequence[Card]], Awaitable[Mended]]
"""A remedy for a card from its passage and what was noticed, in words, that says what none of the other cards says.
Raises ModelError, OverBudget, Interrupted."""


def mending(
    complete: Complete, prompts: Prompts, judge: Judge, *, wishes: Wishes = NO_WISHES, spoil: Spoil = never_mind
) -> Mender:
    """A Mender that asks the model once, and once more where the reply can't be used."""

    async def mend(passage: Passage, card: Card, problems: Sequence[str], others: Sequence[Card] = ()) -> Mended:
        prompt = mending_prompt(prompts, passage, card, problems, wishes)
        try:
            found = await answered(complete, prompt, lambda text, last: parse_mending(text), spoil)
        except (BadReply, CallFailed) as problem:
            return Mended(problem=str(problem), again=True)
        return remedy(found, card, others, passage, judge)

    return mend


def mending_by(draft: Drafter) -> Mender:
    """A Mender for a model that can only write a card from a sentence: the card's own is given to it again."""

    async def mend(passage: Passage, card: Card, problems: Sequence[str], others: Sequence[Card] = ()) -> Mended:
        drafted = await draft(replace(passage, text=card.quote), 2)
        if drafted.problem:
            return Mended(problem=drafted.problem, again=True)
        standing = tuple(one.draft for one in drafted.judged if one.verdict is not Verdict.REJECT)
        return remedy(Mending(Remedy.REWORK, "", standing), card, others, passage, lambda draft, _: Judged(draft))

    return mend


def remedy(found: Mending, card: Card, others: Sequence[Card], passage: Passage, judge: Judge) -> Mended:
    """What of the model's word on a card can be proposed: what neither it nor another card says already, and the gates
    let through.

    The first is of the card's own kind, as a note in Anki can't change its type; drafts on the card's own sentence come
    before others. A split of which one half is left is a rewording.
    """
    if found.remedy is Remedy.RETIRE:
        return Mended(Remedy.RETIRE, reason=found.reason)
    drafts = [draft for draft in found.drafts if not any(_same(draft, known) for known in (card, *others))]
    if not drafts:
        return Mended(problem="the model had nothing better to say")
    drafts.sort(key=lambda draft: (draft.kind is not card.kind, fold(draft.quote) != fold(card.quote)))
    judged = [judge(draft, passage) for draft in drafts]
    standing = [one for one in judged if one.verdict is not Verdict.REJECT][: _MOST[found.remedy]]
    if standing and standing[0].draft.kind is not card.kind:
        return Mended(problem=f"the model had no better {card.kind} card")
    if not standing:
        finding = next(finding for finding in judged[0].findings if finding.verdict is Verdict.REJECT)
        return Mended(problem=f"what the model proposed is no better: {finding.reason}")
    action = Remedy.SPLIT if len(standing) == 2 else Remedy.REWORK
    return Mended(action, tuple(standing), found.reason)


def _same(draft: Draft, card: Card) -> bool:
    return (fold(draft.question), fold(draft.answer)) == (fold(card.question), fold(card.answer))


def mending_prompt(
    prompts: Prompts, passage: Passage, card: Card, problems: Sequence[str], wishes: Wishes = NO_WISHES
) -> Prompt:
    """What the model is asked on a card that doesn't work. Raises FileError where the template is broken."""
    shown = {"kind": str(card.kind), "question": card.question, "answer": card.answer, "quote": card.quote}
    messages = prompts.render(
        "feedback",
        **variables(passage, 2, wishes),
        card=as_json(shown),
        problems=as_json([line(problem) for problem in problems]),
    )
    return Prompt(messages, MENDING_SCHEMA, "mending", max_tokens=_ROOM)
