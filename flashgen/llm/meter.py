"""What was used, summed up for whoever reports it."""

from __future__ import annotations

from flashgen.types import Complete, Prompt, Reply, Usage


class Meter:
    """A running sum of usage; `by_kind` has what of it went into which kind of question (a prompt's schema_name)."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.by_kind: dict[str, Usage] = {}

    def add(self, usage: Usage, kind: str = "") -> None:
        """Count one reply."""
        self.usage += usage
        self.by_kind[kind] = self.by_kind.get(kind, Usage()) + usage


def metered(complete: Complete, meter: Meter) -> Complete:
    """`complete`, with the usage of every reply added to `meter`."""

    async def ask(prompt: Prompt) -> Reply:
        reply = await complete(prompt)
        meter.add(reply.usage, prompt.schema_name)
        return reply

    return ask
