"""How cards are asked for: the strategy that fits the model, with the person's templates, wishes and gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flashgen.drafting import Drafted, Drafter, Reviser, Selector
from flashgen.drafting.asking import Spoil
from flashgen.drafting.critique import criticised, criticised_revision, criticising
from flashgen.drafting.mending import Mender, mending, mending_by
from flashgen.drafting.passage import by_passage, revising
from flashgen.drafting.prompting import Wishes, aim
from flashgen.drafting.selecting import selecting, selecting_in_code
from flashgen.gates import judge
from flashgen.prompts import Prompts
from flashgen.quotes import stands
from flashgen.settings import Settings
from flashgen.types import Complete, Example, Passage


@dataclass(frozen=True, slots=True)
class Strategy:
    """New cards from a passage, old cards held against its new text, what of a long article to draft at all, and better
    cards for those that don't work."""

    draft: Drafter
    revise: Reviser
    select: Selector
    mend: Mender


def by_sentences(settings: Settings, *, local: bool) -> bool:
    """Whether the model is asked about single sentences."""
    return settings.strategy == "sentence" or (settings.strategy == "auto" and local)


def words_together(settings: Settings, *, local: bool) -> int:
    """How many words of short sections are asked about in one question; a small model never gets more than one."""
    return 0 if by_sentences(settings, local=local) else settings.words_per_call


def strategy(
    settings: Settings,
    prompts: Prompts,
    complete: Complete,
    spoil: Spoil,
    *,
    local: bool,
    examples: Sequence[Example] = (),
    plan: bool = False,
) -> Strategy:
    """The strategy that the settings ask for; a small `local` model is asked sentence by sentence unless they do.

    With `plan`, `complete` only counts what it is asked, and answers nothing.
    """
    judged = partial(judge, levels=settings.gates)
    if by_sentences(settings, local=local):
        from flashgen.drafting.cue import asking
        from flashgen.drafting.sentence import by_sentence, revising_by_sentence

        about = asking(complete, prompts, spoil)
        draft = _modest(by_sentence(complete, prompts, judged, spoil=spoil, about=about))
        revise = revising_by_sentence(complete, prompts, judged, spoil=spoil, about=about)
        return Strategy(draft, revise, selecting_in_code(), mending_by(draft))
    wishes = Wishes(settings.focus, settings.avoid, tuple(examples))
    draft = by_passage(complete, prompts, judged, wishes=wishes, spoil=spoil)
    revise = revising(complete, prompts, judged, stands, wishes=wishes, spoil=spoil)
    if settings.critique:
        critic = criticising(complete, prompts, wishes=wishes, spoil=spoil)
        draft = criticised(draft, critic, aim if plan else None)
        revise = criticised_revision(revise, critic)
    select = selecting(complete, prompts, wishes, settings.selection)
    return Strategy(draft, revise, select, mending(complete, prompts, judged, wishes=wishes, spoil=spoil))


def _modest(draft: Drafter) -> Drafter:
    """`draft` for a model that needs a call and seconds for each card: what the passage is good for, and no more."""

    async def modest(passage: Passage, most: int) -> Drafted:
        return await draft(passage, min(most, aim(passage, most) + 1))

    return modest
