"""Cards by passage: one question to the model for each, new or to be revised. For models that can choose, quote and
write at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flashgen.drafting import Drafted, Drafter, Judge, Revised, Reviser
from flashgen.drafting.asking import Spoil, answered, never_mind
from flashgen.drafts import DRAFT_SCHEMA, REVISION_SCHEMA, Action, Decision, parse_drafts, parse_revision
from flashgen.errors import BadReply, CallFailed
from flashgen.prompts import Prompts, as_json, line, neutralise
from flashgen.sections import without_marks, word_count
from flashgen.types import Card, Complete, Draft, Judged, Passage, Prompt, Verdict

Stands = Callable[[str, str], bool]
"""Whether a quote stands in a text: `quotes.stands`."""

_WORDS_PER_CARD = 135
_ROOM = 200
_PER_CARD = {True: 100, False: 175}
"""Tokens that a card takes in a reply, by whether its passage is mostly ASCII; a long one takes twice as many."""
_LEAST_CARDS = 4

_LANGUAGES = {
    "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person wants of the cards and what not, in their own words."""

    focus: str = ""
    avoid: str = ""


NO_WISHES = Wishes()


def by_passage(
    complete: Complete, prompts: Prompts, judge: Judge, *, wishes: Wishes = NO_WISHES, spoil: Spoil = never_mind
) -> Drafter:
    """A Drafter that asks the model once for a passage, and once more where the reply can't be used."""

    async def draft(passage: Passage, most: int) -> Drafted:
        prompt = draft_prompt(prompts, passage, most, wishes)
        try:
            drafts = await answered(complete, prompt, lambda text, last: parse_drafts(text), spoil)
        except (BadReply, CallFailed) as problem:
            return Drafted(problem=str(problem))
        return Drafted(_best([judge(draft, passage) for draft in drafts], most))

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
        return Revised(reworded, _best([judge(draft, passage) for draft in drafts], most))

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


def _best(judged: Sequence[Judged], most: int) -> tuple[Judged, ...]:
    """`judged` with at most `most` that are not rejected: the important ones, in the model's order."""
    standing = [n for n, one in enumerate(judged) if one.verdict is not Verdict.REJECT]
    kept = set(sorted(standing, key=lambda n: (-judged[n].draft.importance, n))[:most])
    return tuple(one for n, one in enumerate(judged) if n in kept or one.verdict is Verdict.REJECT)


# --- prompts ------------------------------------------------------------------------------------


def draft_prompt(prompts: Prompts, passage: Passage, most: int, wishes: Wishes) -> Prompt:
    """What the model is asked for a passage. Raises FileError where the template is broken."""
    messages = prompts.render("draft", **_variables(passage, most, wishes))
    return Prompt(messages, DRAFT_SCHEMA, "cards", max_tokens=_room(passage, most))


def revision_prompt(prompts: Prompts, passage: Passage, cards: Sequence[Card], most: int, wishes: Wishes) -> Prompt:
    """What the model is asked for a changed passage and its cards. Raises FileError where the template is broken."""
    shown = [
        {"id": c.id, "kind": str(c.kind), "question": c.question, "answer": c.answer, "quote": c.quote} for c in cards
    ]
    messages = prompts.render("revise", **_variables(passage, most, wishes), cards=as_json(shown))
    return Prompt(messages, REVISION_SCHEMA, "revision", max_tokens=_room(passage, most + len(cards)))


def aim(passage: Passage, most: int) -> int:
    """How many cards a passage of this length is good for: about one for 135 words, `most` at most."""
    return max(1, min(most, round(word_count(passage.text) / _WORDS_PER_CARD)))


def _variables(passage: Passage, most: int, wishes: Wishes) -> Mapping[str, Any]:
    return {
        "title": line(passage.title),
        "topic": " / ".join(map(line, passage.topic)),
        "path": " / ".join(map(line, passage.path)),
        "language": _named(passage.language),
        "focus": line(passage.focus or wishes.focus),
        "avoid": line(wishes.avoid),
        "aim": aim(passage, most),
        "most": most,
        "passage": neutralise(without_marks(passage.text)),
    }


def _named(language: str) -> str:
    """A language code in words. A page may claim any: what is no code doesn't get into the prompt."""
    code = language.casefold().split("-")[0]
    if not re.fullmatch(r"[a-z]{2,3}", code):
        return "the language of the passage"
    return _LANGUAGES.get(code, f'the language with the code "{code}"')


def reply_tokens(passage: Passage, most: int) -> int:
    """About how many tokens the reply to a passage takes: what a plan counts with."""
    return 20 + _PER_CARD[_is_ascii(passage.text)] * aim(passage, most)


def _room(passage: Passage, cards: int) -> int:
    """Tokens that the reply may take at most."""
    return _ROOM + 2 * _PER_CARD[_is_ascii(passage.text)] * max(_LEAST_CARDS, cards)


def _is_ascii(text: str) -> bool:
    """Whether most of `text` is."""
    return sum(map(str.isascii, text)) > 0.8 * len(text)
