"""What known models cost, and what a call cost.

Noted on 23 November 2026 from OpenAI's own pages for each model (developers.openai.com/api/docs/models/…, standard
tier, prompts up to 272,000 tokens) as far as they could be read, and for the others from price lists that cite them:
the release notes of merefield/codexometer v0.18.4 and TheKrush/PromptFuel v1.0.19 to v1.0.24, the GPT-6.1 and GPT-6.2
announcements at docs.laozhang.ai and docs.apiyi.com, and tokenmix.ai (June 2026). Prices change: the table `prices`
of flashgen.toml wins. From GPT-5.6 on, writing a prompt to the cache costs 1.25 times its input
(developers.openai.com/api/docs/guides/prompt-caching).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flashgen.settings import Price

NOTED = "2026-11-23"
"""The day on which the built-in prices were noted."""

_MILLION = 1_000_000
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars for a million tokens: sent, answered, sent and found in the server's cache, written to it."""

    input: float
    output: float
    cached: float
    written: float

    def cost(self, prompt: int, completion: int, *, cached: int = 0, written: int = 0) -> float:
        """US dollars for one call. `cached` and `written` are parts of `prompt`, in tokens."""
        plain = max(0, prompt - cached - written)
        sent = plain * self.input + cached * self.cached + written * self.written
        return (sent + completion * self.output) / _MILLION

    def halved(self) -> Rates:
        """What a batch job costs: OpenAI takes half the price for an answer within a day."""
        return Rates(self.input / 2, self.output / 2, self.cached / 2, self.written / 2)

    def at_most(self, prompt: int, completion: int) -> float:
        """US dollars that a call with so many tokens can't pass."""
        return (prompt * max(self.input, self.written) + completion * self.output) / _MILLION


FREE = Rates(0.0, 0.0, 0.0, 0.0)
"""A model on one's own machine."""


def _plain(input: float, cached: float, output: float) -> Rates:
    return Rates(input, output, cached, input)


def _with_writes(input: float, cached: float, output: float) -> Rates:
    return Rates(input, output, cached, input * 1.25)


KNOWN: Mapping[str, Rates] = {
    "gpt-6.2-astra": _with_writes(8.00, 0.40, 40.00),
    "gpt-6.2-sol": _with_writes(2.00, 0.10, 10.00),
    "gpt-6.1-sol": _with_writes(2.00, 0.10, 10.00),
    "gpt-6.1-terra": _with_writes(1.00, 0.05, 5.00),
    "gpt-6-astra": _with_writes(10.00, 1.00, 50.00),
    "gpt-6-sol": _with_writes(2.00, 0.20, 10.00),
    "gpt-6-luna": _with_writes(0.10, 0.01, 0.50),
    "gpt-5.6-sol": _with_writes(4.00, 0.40, 20.00),
    "gpt-5.6-terra": _with_writes(2.00, 0.20, 12.00),
    "gpt-5.6-luna": _with_writes(0.20, 0.02, 1.20),
    "gpt-5.5": _plain(5.00, 0.50, 30.00),
    "gpt-5.4": _plain(2.50, 0.25, 15.00),
    "gpt-5.4-mini": _plain(0.75, 0.075, 4.50),
    "gpt-5.4-nano": _plain(0.20, 0.02, 1.25),
    "gpt-5": _plain(1.25, 0.125, 10.00),
    "gpt-5-mini": _plain(0.25, 0.025, 2.00),
    "gpt-5-nano": _plain(0.05, 0.005, 0.40),
    "gpt-4.1": _plain(2.00, 0.50, 8.00),
    "gpt-4.1-mini": _plain(0.40, 0.10, 1.60),
    "gpt-4o": _plain(2.50, 1.25, 10.00),
    "gpt-4o-mini": _plain(0.15, 0.075, 0.60),
}


def rates(model: str, own: Mapping[str, Price]) -> Rates | None:
    """The rates of `model`: the person's `own` (flashgen.toml), else the known ones, else None.

    A dated snapshot (`gpt-4o-mini-2024-07-18`) costs what its model does. A person's price says nothing of the
    server's cache: reading is then counted as input, writing as 1.25 times that where the model is known to charge it.
    """
    name = _SNAPSHOT.sub("", model)
    known = KNOWN.get(name)
    price = own.get(model) or own.get(name)
    if price is None:
        return known
    dearer = known.written / known.input if known else 1.0
    return Rates(price.input, price.output, price.input, price.input * dearer)
