"""Cards by sentence, for models too small to choose, quote and write at once: the sentence is chosen in code, and where
its grammar doesn't tell question and answer (`restating`), the model is asked for them. The quote is the sentence, so
it is always the text's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flashgen.choosing import Fact, facts, jaccard
from flashgen.cues import parted
from flashgen.drafting import Drafted, Drafter, Judge, Revised, Reviser
from flashgen.drafting.asking import Spoil, answered, never_mind
from flashgen.drafting.beginnings import beginning
from flashgen.drafting.cue import About, cued, nobody_says, without_cue
from flashgen.drafting.narrow import worth_asking
from flashgen.drafting.scrutiny import narrowed, scrutinised, strayed
from flashgen.drafting.sentence_prompt import main, sentence_prompt
from flashgen.drafting.tidying import tidy
from flashgen.drafts import parse_drafts
from flashgen.errors import BadReply, CallFailed
from flashgen.prompts import Prompts
from flashgen.quotes import stands
from flashgen.sections import word_count
from flashgen.types import Card, Complete, Draft, Judged, Passage, Verdict
from flashgen.vocabulary import content

CALLS_PER_CARD = 2
"""Questions to the model for each card that is wanted, at most."""
_WORDS_PER_CARD = 100
_FEW = 3
"""A small model's cards are good where the sentence is: so only the best ones of a long passage are asked about."""
_NEAREST = 0.3
"""Jaccard of stems from which a new sentence can be what became of an old quote."""
_SAME_SUBJECT = 0.7
"""Share of an old question's stems that the new sentence must have for the question to be asked again."""


def by_sentence(
    complete: Complete, prompts: Prompts, judge: Judge, *, spoil: Spoil = never_mind, about: About = nobody_says
) -> Drafter:
    """A Drafter that asks about one sentence after another, the most promising first, until enough cards are good or
    twice as many sentences were tried.

    `about` tells what to put in front of a question that doesn't say what it is about.
    """
    asker = _Asker(complete, prompts, judge, spoil, about)

    async def draft(passage: Passage, most: int) -> Drafted:
        try:
            return Drafted(await asker.cards(passage, facts(passage), _enough(passage, most)))
        except CallFailed as problem:
            return Drafted(problem=str(problem))

    return draft


def revising_by_sentence(
    complete: Complete, prompts: Prompts, judge: Judge, *, spoil: Spoil = never_mind, about: About = nobody_says
) -> Reviser:
    """A Reviser that asks anew, on the nearest sentence of today's text, for each card whose quote is gone, and for new
    cards on sentences that no card has. A card without such a sentence, or without a good card from it, is retired."""
    asker = _Asker(complete, prompts, judge, spoil, about)

    async def revise(passage: Passage, cards: Sequence[Card], most: int) -> Revised:
        standing = [card for card in cards if not card.quote or stands(card.quote, passage.text)]
        gone = [card for card in cards if card not in standing]
        free = [fact for fact in facts(passage, least=float("-inf")) if not _taken(fact, standing)]
        reworded: dict[str, Judged | None] = {}
        kept = [_as_draft(card) for card in standing]
        try:
            for card in gone:
                fact = nearest(card.quote, free, passage)
                judged = await asker.again(passage, card, fact, kept) if fact else None
                reworded[card.id] = judged
                if judged and fact:
                    kept.append(without_cue(judged.draft))
                    free.remove(fact)
            fresh = [fact for fact in facts(passage) if fact in free]
            room = max(0, _enough(passage, most) - len(kept))
            return Revised(reworded, await asker.cards(passage, fresh, room, kept))
        except CallFailed as problem:
            return Revised(problem=str(problem))

    return revise


def _enough(passage: Passage, most: int) -> int:
    """How many cards to ask for where `most` are allowed."""
    return min(most, max(_FEW, word_count(passage.text) // _WORDS_PER_CARD))


def nearest(quote: str, among: Iterable[Fact], passage: Passage) -> Fact | None:
    """The sentence that says most of what `quote` said; None where none is near."""
    wanted = content(quote, passage.source_language)

    def likeness(fact: Fact) -> float:
        return jaccard(wanted, content(fact.text, passage.source_language))

    best = max(among, key=likeness, default=None)
    return best if best and likeness(best) >= _NEAREST else None


def _taken(fact: Fact, cards: Iterable[Card]) -> bool:
    return any(card.quote and stands(card.quote, fact.text) for card in cards)


def _as_draft(card: Card) -> Draft:
    return without_cue(Draft(card.question, card.answer, card.quote, card.kind, card.importance))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks about single sentences and judges at once."""

    complete: Complete
    prompts: Prompts
    judge: Judge
    spoil: Spoil
    about: About

    async def cards(
        self, passage: Passage, among: Sequence[Fact], most: int, kept: Sequence[Draft] = ()
    ) -> tuple[Judged, ...]:
        """At most `most` good cards from the sentences, best sentence first, and the rejected ones; in reading order.

        `kept` are cards that are there already. Raises CallFailed.
        """
        good: list[Draft] = [*kept]
        found: list[tuple[Fact, Judged]] = []
        calls = CALLS_PER_CARD * most
        for fact in among:
            if len(good) - len(kept) >= most:
                break
            judged = self._told(passage, fact, good)
            begins = beginning(fact.text, _around(passage))
            hopeless = _is_native(passage) and not worth_asking(fact.text, begins)
            if calls > 0 and not _is_good(judged) and not hopeless:
                calls -= 1
                judged = await self._ask(passage, fact, good, begins) or judged
            if judged is None:
                continue
            found.append((fact, judged))
            if _is_good(judged):
                good.append(judged.draft)
        found.sort(key=lambda pair: pair[0].sentence.n)
        return tuple([await self._cued(judged, fact, passage) for fact, judged in found])

    async def again(self, passage: Passage, card: Card, fact: Fact, kept: Sequence[Draft]) -> Judged | None:
        """A card for `fact` in the place of `card`, with the same question if it still fits; None if none is good."""
        judged = self._told(passage, fact, kept)
        if not _is_good(judged):
            question = parted(card.question)[1]
            known = content(f"{fact.text} {fact.topic}", passage.language)
            asked = content(question, passage.language)
            fits = bool(asked) and sum(stem in known for stem in asked) >= _SAME_SUBJECT * len(asked)
            judged = await self._ask(passage, fact, kept, question, known=True) if fits else None
        if not _is_good(judged):
            judged = await self._ask(passage, fact, kept, beginning(fact.text, _around(passage)))
        return await self._cued(judged, fact, passage) if judged and _is_good(judged) else None

    async def _cued(self, judged: Judged, fact: Fact, passage: Passage) -> Judged:
        """A good card with what it is about in front of its question, where it needs that and the gates like it."""
        if not _is_good(judged):
            return judged
        heading = fact.topic if fact.topic != passage.title else ""
        draft = cued(judged.draft, await self.about(passage), heading, passage)
        again = self.judge(draft, passage)
        return again if again.verdict is judged.verdict else judged

    def _told(self, passage: Passage, fact: Fact, kept: Sequence[Draft]) -> Judged | None:
        """The card that the sentence's own grammar tells, judged; None where it doesn't, or in another language."""
        if fact.said is None or not _is_native(passage):
            return None
        draft = tidy(Draft(fact.said.question, fact.said.answer, fact.text, importance=importance(fact)))
        return scrutinised(self.judge(draft, passage), fact, passage, "", kept)

    async def _ask(
        self, passage: Passage, fact: Fact, kept: Sequence[Draft], begins: str, *, known: bool = False
    ) -> Judged | None:
        """The model's card for one sentence, judged; None if its replies can't be used. A question that is `known`, of
        a card that the person has, may be looser than a new one. Raises CallFailed."""
        prompt = sentence_prompt(self.prompts, passage, fact, begins)
        try:
            drafts = await answered(self.complete, prompt, lambda text, last: parse_drafts(text), self.spoil)
        except BadReply:
            return None
        if not drafts:
            return None
        draft = replace(tidy(drafts[0], begins), quote=fact.text, importance=importance(fact))
        judged = scrutinised(self.judge(draft, passage), fact, passage, prompt.messages[0].content, kept)
        judged = strayed(judged, begins, passage)
        return judged if known else narrowed(judged, fact, passage)


def _is_good(judged: Judged | None) -> bool:
    return judged is not None and judged.verdict is not Verdict.REJECT


def _is_native(passage: Passage) -> bool:
    """Whether cards are in the text's own language."""
    return main(passage.language) == main(passage.source_language)


def _around(passage: Passage) -> str:
    return " ".join((passage.text, passage.title.lower(), *map(str.lower, passage.path)))


def importance(fact: Fact) -> int:
    """How much a card from this sentence matters, 1 to 5."""
    return 2 + sum(fact.score >= step for step in (3.0, 4.5, 6.0))
