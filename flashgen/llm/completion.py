"""What a completion says, live or from a batch job: its text, its refusal, and what it used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flashgen.llm.prices import Rates
from flashgen.llm.tokens import estimate, estimate_prompt, most_in_prompt
from flashgen.types import Prompt, Reply, Usage


def reply_of(document: Mapping[str, Any], rates: Rates | None, prompt: Prompt | None = None) -> Reply:
    """The reply in a Chat Completions document. Raises ValueError with the server's words where there is none.

    Where the server doesn't count tokens, they are estimated from `prompt`, and their cost is the most they can cost.
    """
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) else None
    if choice is None:
        raise ValueError(words_of(document) if document.get("error") else "no choices")
    message = choice.get("message") or {}
    text = _content(message.get("content"))
    return Reply(
        text=text,
        finish=str(choice.get("finish_reason") or "stop"),
        refusal=str(message.get("refusal") or ""),
        usage=_usage(document.get("usage"), rates, prompt, text),
    )


def _usage(usage: Any, rates: Rates | None, prompt: Prompt | None, text: str) -> Usage:
    if not isinstance(usage, Mapping) or not usage.get("prompt_tokens"):
        if prompt is None:
            return Usage(1, 0, 0, estimate(text), None)
        cost = rates.at_most(most_in_prompt(prompt), prompt.max_tokens) if rates else None
        return Usage(1, 0, estimate_prompt(prompt), estimate(text), cost)
    sent, answered = int(usage["prompt_tokens"]), int(usage.get("completion_tokens") or 0)
    details = usage.get("prompt_tokens_details") or {}
    cached, written = int(details.get("cached_tokens") or 0), int(details.get("cache_write_tokens") or 0)
    cost = rates.cost(sent, answered, cached=cached, written=written) if rates else None
    return Usage(1, 0, sent, answered, cost)


def _content(content: Any) -> str:
    """The text of a message, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""


def words_of(body: Any) -> str:
    """What an error's body says to a person: one line of 300 characters at most, without control codes."""
    while isinstance(body, Mapping):
        body = body.get("error") or body.get("message") or body.get("detail") or "no reason given"
    text = " ".join("".join(c if c.isprintable() else " " for c in str(body)).split())
    return text if len(text) <= 300 else text[:299] + "…"
