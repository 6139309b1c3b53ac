"""Values of the talk with a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with the model."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question to the model, and the JSON schema that its answer must fit."""

    messages: tuple[Message, ...]
    schema: Mapping[str, Any] = field(default_factory=dict)
    schema_name: str = "reply"
    max_tokens: int = 2048
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls cost. `cost_usd` is None where a price is not known."""

    calls: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: Usage) -> Usage:
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls + other.calls,
            self.cached + other.cached,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )

    def __sub__(self, other: Usage) -> Usage:
        """What came after `other`, an earlier sum of the same meter."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls - other.calls,
            self.cached - other.cached,
            self.prompt_tokens - other.prompt_tokens,
            self.completion_tokens - other.completion_tokens,
            (self.cost_usd or 0.0) - (other.cost_usd or 0.0) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered, as it came. `finish` is the server's finish_reason."""

    text: str
    finish: str = "stop"
    refusal: str = ""
    usage: Usage = Usage()


Complete = Callable[[Prompt], Awaitable[Reply]]
"""Ask the model. Raises ModelError or OverBudget; a refusal or a cut reply comes back as a Reply."""
