"""The question about one sentence, and the form of its reply."""

from __future__ import annotations

from flashgen.choosing import Fact
from flashgen.prompts import Prompts, line, neutralise
from flashgen.types import Passage, Prompt

_MOST_TOKENS = 200

_PAIR = {
    "type": "object",
    "properties": {"question": {"type": "string"}, "answer": {"type": "string"}},
    "required": ["question", "answer"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {"cards": {"type": "array", "items": _PAIR, "minItems": 1, "maxItems": 1}},
    "required": ["cards"],
    "additionalProperties": False,
}
"""The general reply with one card in it, whose quote we know. A reply that has more fields is understood as well."""


def sentence_prompt(prompts: Prompts, passage: Passage, fact: Fact, begins: str = "") -> Prompt:
    """What a small model is asked about one sentence. Raises FileError where the template is broken."""
    messages = prompts.render(
        "sentence",
        topic=line(fact.topic)[:120],
        fact=neutralise(fact.text),
        language=main(passage.language),
        begins=line(begins),
    )
    return Prompt(messages, SCHEMA, "cards", max_tokens=_MOST_TOKENS)


def main(language: str) -> str:
    """A language without its region: "en" for "en-GB"."""
    return language.casefold().split("-")[0]
