"""What was used, summed up for whoever reports it."""

from __future__ import annotations

from flashgen.types import Complete, Prompt, Reply, Usage


class Meter:
    """A running sum of usage."""

    def __init__(self) -> None:
        self.usage = Usage()

    def add(self, usage: Usage) -> None:
        """Count one reply."""
        self.usage += usage


def metered(complete: Complete, meter: Meter) -> Complete:
    """`complete`, with the usage of every reply added to `meter`."""

    async def ask(prompt: Prompt) -> Reply:
        reply = await complete(prompt)
        meter.add(reply.usage)
        return reply

    return ask
