"""What a month has cost, from the ledgers of all lists and the replies that were stored."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Iterable, Mapping

from flashgen.ledger import Ledger, Spend
from flashgen.llm.meter import Meter
from flashgen.llm.prices import rates
from flashgen.settings import Price, Settings
from flashgen.types import Usage


def month(now: float) -> str:
    """The month of a time, as the ledger's keys begin: "2026-11" (UTC)."""
    return time.strftime("%Y-%m", time.gmtime(now))


def month_begin(now: float) -> int:
    """When the month of a time began (UTC), in seconds since 1970."""
    today = time.gmtime(now)
    return calendar.timegm((today.tm_year, today.tm_mon, 1, 0, 0, 0))


def this_month(ledgers: Iterable[Ledger], settings: Settings) -> float:
    """US dollars that `ledgers`, those of all lists, have for this month; none is opened where no limit is set."""
    return 0.0 if settings.max_cost_month is None else of_month(ledgers, time.time(), settings.prices)


def of_month(ledgers: Iterable[Ledger], now: float, prices: Mapping[str, Price]) -> float:
    """US dollars that the ledgers have for this month. Where a price wasn't known then and is now, its tokens count."""
    spent = 0.0
    for ledger in ledgers:
        for key, spend in ledger.spend.items():
            when, _, model = key.partition(" ")
            if when == month(now):
                spent += _usd(spend, model, prices)
    return spent


def _usd(spend: Spend, model: str, prices: Mapping[str, Price]) -> float:
    if spend.usd is not None:
        return spend.usd
    known = rates(model, prices)
    return known.cost(spend.prompt_tokens, spend.completion_tokens) if known else 0.0


def spending(
    before: Mapping[str, Spend], meter: Meter, name: Callable[[], str], clock: Callable[[], float] = time.time
) -> Callable[[], Mapping[str, Spend]]:
    """What this month has cost with the run's model, for a list that had cost `before` when the run began on it. `name`
    is the model's, known once it was asked."""
    earlier, begun = dict(before), meter.usage

    def spent() -> Mapping[str, Spend]:
        used = meter.usage - begun
        if not used.calls:
            return {}
        key = f"{month(clock())} {name()}"
        return {key: _added(earlier.get(key, Spend()), used)}

    return spent


def _added(old: Spend, used: Usage) -> Spend:
    usd = None if old.usd is None or used.cost_usd is None else old.usd + used.cost_usd
    return Spend(usd, old.prompt_tokens + used.prompt_tokens, old.completion_tokens + used.completion_tokens)
