"""How servers differ that all say they speak OpenAI's Chat Completions.

Which parameters a server takes is learnt from its refusals (400, 422): the one that the answer names is dropped or
exchanged, and not sent again. Each refusal so narrows a `Dialect`; the request is built from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flashgen.types import Prompt

_BOUNDS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters that a server is sent.

    `limit` is the name of the token limit, '' for none; `form` is the type of `response_format`, '' for none;
    `effort` is the `reasoning_effort`, '' for none; `bounds` says whether the schema may hold lengths.
    """

    limit: str = "max_tokens"
    form: str = "json_schema"
    effort: str = ""
    temperature: bool = True
    bounds: bool = True

    def request(self, model: str, prompt: Prompt) -> dict[str, Any]:
        """The body of a Chat Completions request."""
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
        }
        if self.limit:
            body[self.limit] = prompt.max_tokens
        if self.temperature:
            body["temperature"] = prompt.temperature
        if self.effort:
            body["reasoning_effort"] = self.effort
        if prompt.schema and self.form:
            body["response_format"] = self._form(prompt)
        return body

    def _form(self, prompt: Prompt) -> dict[str, Any]:
        if self.form != "json_schema":
            return {"type": self.form}
        schema = prompt.schema if self.bounds else _without_bounds(prompt.schema)
        return {"type": "json_schema", "json_schema": {"name": prompt.schema_name, "strict": True, "schema": schema}}

    def after(self, refusal: str) -> Dialect | None:
        """The dialect to try after a refusal with this text; None where it names nothing that could be dropped."""
        named = refusal.casefold()
        if is_too_long(named):
            return None
        return next((new for new in self._narrower(named) if new != self), None)

    def _narrower(self, named: str) -> Iterator[Dialect]:
        """What could be dropped for what the refusal names, the most specific first."""
        if any(bound.casefold() in named for bound in _BOUNDS):
            yield replace(self, bounds=False)
        if "max_completion_tokens" in named or "max_tokens" in named:
            yield replace(self, limit=self._other_limit(named))
        if "reasoning_effort" in named or "reasoning effort" in named:
            yield replace(self, effort="low" if self.effort == "none" and re.search(r"\blow\b", named) else "")
        if "temperature" in named:
            yield replace(self, temperature=False)
        if re.search(r"response_format|json_schema|json_object|structured output|grammar|schema", named):
            yield replace(self, form={"json_schema": "json_object"}.get(self.form, ""))

    def _other_limit(self, named: str) -> str:
        """The other name of the token limit where the refusal offers it, or it is the one that was not sent."""
        other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}.get(self.limit, "")
        return other if other in named or self.limit == "max_tokens" else ""


def is_too_long(refusal: str) -> bool:
    """Whether a refusal says that prompt and answer don't fit into the model's context."""
    return bool(re.search(r"context[ _](?:length|size|window)|too many tokens|prompt is too long", refusal.casefold()))


def _without_bounds(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {key: _without_bounds(value) for key, value in schema.items() if key not in _BOUNDS}
    return [_without_bounds(item) for item in schema] if isinstance(schema, list) else schema


def for_server(host: str, model: str) -> Dialect:
    """What to begin with: what OpenAI asks for on its own host, the older names elsewhere.

    OpenAI's models from GPT-5 on think before they answer unless told not to; that costs tokens, forbids
    `temperature`, and choosing a few cards from a short passage needs none of it.
    """
    if host != "api.openai.com":
        return Dialect()
    thinks = re.match(r"gpt-(?:[5-9]|\d\d)|o\d", model)
    return Dialect(limit="max_completion_tokens", effort="none" if thinks else "")
