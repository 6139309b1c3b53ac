"""What the model is asked: the values of a template's variables, for a passage and for what the person wants."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flashgen.directives import speaks_to_model
from flashgen.drafts import DRAFT_SCHEMA, REVISION_SCHEMA
from flashgen.genres import genre_of
from flashgen.prompts import Prompts, as_json, line, neutralise
from flashgen.sections import without_marks, word_count
from flashgen.types import Card, Example, Passage, Prompt

_WORDS_PER_CARD = 135
_ROOM = 200
_PER_CARD = {True: 100, False: 175}
"""Tokens that a card takes in a reply, by whether its passage is mostly ASCII; a long one takes twice as many."""
_LEAST_CARDS = 4
_MOST_EXAMPLES = 6
"""Good ones, and as many bad ones: the newest that the person gave."""
_LONGEST_EXAMPLE = 300

_LANGUAGES = {
    "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person wants of the cards and what not, in their own words; and cards that they kept or threw out."""

    focus: str = ""
    avoid: str = ""
    examples: tuple[Example, ...] = ()


NO_WISHES = Wishes()


def draft_prompt(prompts: Prompts, passage: Passage, most: int, wishes: Wishes, *, name: str = "") -> Prompt:
    """What the model is asked for a passage, by the template of its genre unless one is named. Raises FileError where
    it is broken."""
    name = name or str(genre_of(passage.kind, passage.text))
    messages = prompts.render(name, **variables(passage, most, wishes))
    return Prompt(messages, DRAFT_SCHEMA, "cards", max_tokens=_room(passage, most))


def revision_prompt(prompts: Prompts, passage: Passage, cards: Sequence[Card], most: int, wishes: Wishes) -> Prompt:
    """What the model is asked for a changed passage and its cards. Raises FileError where the template is broken."""
    shown = [
        {"id": c.id, "kind": str(c.kind), "question": c.question, "answer": c.answer, "quote": c.quote} for c in cards
    ]
    more = {"genre": str(genre_of(passage.kind, passage.text)), "cards": as_json(shown)}
    messages = prompts.render("revise", **variables(passage, most, wishes), **more)
    return Prompt(messages, REVISION_SCHEMA, "revision", max_tokens=_room(passage, most + len(cards)))


def aim(passage: Passage, most: int) -> int:
    """How many cards a passage of this length is good for: about one for 135 words, `most` at most."""
    return max(1, min(most, round(word_count(passage.text) / _WORDS_PER_CARD)))


def variables(passage: Passage, most: int, wishes: Wishes) -> Mapping[str, Any]:
    """What every template that drafts gets. Text of others is neutralised; what selection found is JSON."""
    return {
        **shared_variables(passage, wishes),
        "path": " / ".join(map(line, passage.path)),
        "outline": listed(passage.outline),
        "ideas": listed(passage.ideas),
        "here": listed(passage.here),
        "aim": aim(passage, most),
        "most": most,
        "passage": neutralise(without_marks(passage.text)),
    }


def shared_variables(passage: Passage, wishes: Wishes) -> Mapping[str, Any]:
    """What every template gets, whatever it is for: what the article is about, and what the person wants."""
    return {
        "title": line(passage.title),
        "topic": " / ".join(map(line, passage.topic)),
        "language": named(passage.language),
        "focus": line(passage.focus or wishes.focus),
        "avoid": line(wishes.avoid),
        "examples": examples_json(wishes.examples),
    }


def listed(texts: Sequence[str]) -> str:
    """Texts of others as a JSON list of single lines; '' for none."""
    return as_json([line(text) for text in texts], indent=None) if texts else ""


def examples_json(examples: Sequence[Example]) -> str:
    """The person's examples as a JSON list, the newest (last) of either sort; '' for none.

    Their words came from articles: one that tells a model what to do is left out.
    """
    examples = [one for one in examples if not any(map(speaks_to_model, (one.question, one.answer, one.reason)))]
    good = [example for example in examples if example.good][-_MOST_EXAMPLES:]
    bad = [example for example in examples if not example.good][-_MOST_EXAMPLES:]
    shown = [_example(example) for example in (*good, *bad)]
    return as_json(shown) if shown else ""


def _example(example: Example) -> dict[str, str]:
    texts = {"question": example.question, "answer": example.answer, "reason": example.reason}
    cut = {name: line(text)[:_LONGEST_EXAMPLE] for name, text in texts.items() if text}
    return {**cut, "verdict": "good" if example.good else "bad"}


def named(language: str) -> str:
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
