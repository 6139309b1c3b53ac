"""A second reading of drafts: each question answered from its quote alone, each card set against labelled examples.

Models can't tell the plausible card from the durable one on a scale; comparing with labelled cards comes closest
(Kirkby & Matuschak, Memory Machines, 2026). So a verdict is only ever which of two cards is the better.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from flashgen.drafting import Drafted, Drafter, Revised, Reviser
from flashgen.drafting.asking import Spoil, answered, never_mind
from flashgen.drafting.prompting import NO_WISHES, Wishes, shared_variables
from flashgen.drafts import CRITIQUE_SCHEMA, SecondReading, parse_critique
from flashgen.errors import BadReply, CallFailed, Deferred, OverBudget
from flashgen.prompts import Prompts, as_json, neutralise
from flashgen.text import fold
from flashgen.types import Card, Complete, Draft, Finding, Judged, Kind, Passage, Prompt, Verdict
from flashgen.vocabulary import content

GATE = "critique"
_PER_CARD = 120
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::[^{}]*)?\}\}", re.S)
_NO_ANSWER = re.compile(r"(?:\W*|n/?a|none|unanswerable|not answerable|unknown|нет ответа|неизвестно)\W*", re.I)

Critic = Callable[[Passage, Sequence[Judged]], Awaitable[tuple[Judged, ...]]]
"""Drafts with what a second reading found. Raises ModelError, Interrupted; Deferred for a batch job."""


def criticising(
    complete: Complete, prompts: Prompts, *, wishes: Wishes = NO_WISHES, spoil: Spoil = never_mind
) -> Critic:
    """A Critic that asks the model once about all drafts of a passage that the gates let through.

    Where it gives nothing usable, or the budget doesn't allow the question, the drafts pass as they are, each with a
    warning that says so: they are paid for.
    """

    async def criticise(passage: Passage, judged: Sequence[Judged]) -> tuple[Judged, ...]:
        standing = [n for n, one in enumerate(judged) if one.verdict is not Verdict.REJECT]
        if not standing:
            return tuple(judged)
        prompt = critique_prompt(prompts, passage, [judged[n].draft for n in standing], wishes)
        try:
            said = await answered(complete, prompt, lambda text, last: parse_critique(text), spoil)
        except Deferred:
            raise
        except (BadReply, CallFailed, OverBudget) as problem:
            missing = Finding(GATE, Verdict.WARN, f"not read a second time: {problem}")
            return tuple(_with(one, missing if n in standing else None) for n, one in enumerate(judged))
        verdicts = {n: said.get(number) for number, n in enumerate(standing, 1)}
        return tuple(
            _with(one, verdict_on(one.draft, verdicts[n])) if n in verdicts else one for n, one in enumerate(judged)
        )

    return criticise


def _with(judged: Judged, finding: Finding | None) -> Judged:
    return replace(judged, findings=(*judged.findings, finding)) if finding else judged


def verdict_on(draft: Draft, reading: SecondReading | None) -> Finding | None:
    """What a second reading says against a draft; None where it stands."""
    if reading is None:
        return Finding(GATE, Verdict.WARN, "the second reading says nothing of it")
    if _NO_ANSWER.fullmatch(reading.answer):
        return Finding(GATE, Verdict.REJECT, "its quote alone does not answer the question")
    if reading.loses_to_weak:
        return Finding(GATE, Verdict.REJECT, "a card that is known to decay would rather be reviewed than this one")
    if not _agree(reading.answer, _answer(draft)):
        return Finding(GATE, Verdict.WARN, f"a second reader answers from the quote: {reading.answer}")
    if reading.loses_to_fair:
        return Finding(GATE, Verdict.WARN, "a card that is just good enough would rather be reviewed than this one")
    return None


def _answer(draft: Draft) -> str:
    """What is to be recalled: for a cloze, what is hidden."""
    return " ".join(_CLOZE.findall(draft.question)) if draft.kind is Kind.CLOZE else draft.answer


def _agree(one: str, other: str) -> bool:
    """Whether two answers share a word that carries meaning, or one stands in the other."""
    first, second = set(content(one)), set(content(other))
    return bool(first & second) or fold(one) in fold(other) or fold(other) in fold(one)


def critique_prompt(prompts: Prompts, passage: Passage, drafts: Sequence[Draft], wishes: Wishes = NO_WISHES) -> Prompt:
    """What the model is asked about drafts. Raises FileError where the template is broken."""
    shown = [{"n": n, "question": _asked(draft), "quote": neutralise(draft.quote)} for n, draft in enumerate(drafts, 1)]
    messages = prompts.render("critique", **shared_variables(passage, wishes), cards=as_json(shown))
    return Prompt(messages, CRITIQUE_SCHEMA, "critique", max_tokens=200 + _PER_CARD * len(drafts))


def _asked(draft: Draft) -> str:
    return neutralise(_CLOZE.sub("____", draft.question) if draft.kind is Kind.CLOZE else draft.question)


# --- beside drafting --------------------------------------------------------------------------------


def criticised(draft: Drafter, critic: Critic, pretended: Callable[[Passage, int], int] | None = None) -> Drafter:
    """`draft`, its drafts read a second time. With `pretended`, for plans that draft nothing, so many are made up."""

    async def drafting(passage: Passage, most: int) -> Drafted:
        drafted = await draft(passage, most)
        if pretended:
            made_up = Draft("A question of usual length about the passage?", "An answer", "A sentence of it. " * 5)
            await critic(passage, [Judged(made_up)] * pretended(passage, most))
            return drafted
        return replace(drafted, judged=await critic(passage, drafted.judged))

    return drafting


def criticised_revision(revise: Reviser, critic: Critic) -> Reviser:
    """`revise`, its new cards read a second time; cards that are there are not put in question."""

    async def revising(passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        revised = await revise(passage, cards, most)
        return replace(revised, judged=await critic(passage, revised.judged))

    return revising
