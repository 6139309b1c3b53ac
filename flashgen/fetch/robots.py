"""robots.txt (RFC 9309): asked once a run for each origin, and shared by all that want to know."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from protego import Protego

from flashgen.fetch.safety import Target
from flashgen.fetch.trouble import Trouble

MAX_BYTES = 512_000
"""What is read of a robots.txt; RFC 9309 asks for at least 500 kibibytes."""

MAX_DELAY = 5.0
"""The longest Crawl-delay that is kept, in seconds: a few links of a person's list are no crawl."""

AGAIN_AFTER = 300.0
"""When a robots.txt that couldn't be had is asked for again, in seconds."""

Ask = Callable[[Target], Awaitable[tuple[int, bytes]]]
"""The status and first bytes of a robots.txt, redirects followed. Raises Trouble where it can't be had now."""


@dataclass(slots=True)
class _Rules:
    """One robots.txt; `parsed` is None where everything is allowed."""

    parsed: Protego | None = None
    until: float = -math.inf
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """Says whether an address may be asked. `agent` is the name that rules are looked up by."""

    def __init__(self, ask: Ask, agent: str, *, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._agent = agent
        self._clock = clock
        self._rules: dict[str, _Rules] = {}

    async def allow(self, target: Target) -> bool:
        """False only where a robots.txt says no. One that fails counts as none, and is asked for again later."""
        rules = await self._of(target)
        return rules.parsed is None or bool(rules.parsed.can_fetch(target.url, self._agent))

    async def delay(self, target: Target) -> float:
        """The seconds between two requests that the host wishes for, within reason."""
        rules = await self._of(target)
        wish = rules.parsed.crawl_delay(self._agent) if rules.parsed else None
        return min(max(0.0, float(wish or 0.0)), MAX_DELAY)

    async def _of(self, target: Target) -> _Rules:
        rules = self._rules.setdefault(target.origin, _Rules())
        if self._clock() >= rules.until:
            async with rules.lock:
                if self._clock() >= rules.until:
                    await self._renew(rules, target)
        return rules

    async def _renew(self, rules: _Rules, target: Target) -> None:
        try:
            status, content = await self._ask(target)
        except Trouble:
            rules.parsed, rules.until = None, self._clock() + AGAIN_AFTER
        else:
            rules.parsed, rules.until = _parsed(content) if status == 200 else None, math.inf


def _parsed(content: bytes) -> Protego | None:
    text = content.decode("utf-8-sig", errors="replace")
    try:
        return Protego.parse(text)
    except Exception:  # a stranger's parser over a stranger's bytes: rules that nobody can read are no rules
        return None
