"""How many tokens a text is, without a tokeniser: a fair guess for plans, and a bound for budgets."""

from __future__ import annotations

import json
import math

from flashgen.types import Prompt

_LATIN = 4.0
_OTHER = 2.0
_FRAME = 16
"""Tokens that a server adds around each message, at most."""


def estimate(text: str) -> int:
    """About how many tokens `text` is: four letters a token in Latin script, two in others."""
    latin = sum(map(str.isascii, text))
    return math.ceil(latin / _LATIN + (len(text) - latin) / _OTHER)


def estimate_prompt(prompt: Prompt) -> int:
    """About how many tokens the prompt is, its schema included."""
    return sum(estimate(message.content) + 4 for message in prompt.messages) + estimate(_schema(prompt))


def most_in_prompt(prompt: Prompt) -> int:
    """A number of tokens that the prompt can't pass: every token of any tokeniser is a byte at least."""
    texts = [message.content for message in prompt.messages]
    return len(_schema(prompt)) + sum(len(text.encode("utf-8", "replace")) + _FRAME for text in texts)


def _schema(prompt: Prompt) -> str:
    return json.dumps(prompt.schema) if prompt.schema else ""
