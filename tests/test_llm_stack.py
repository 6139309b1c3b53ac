"""All of the client together, as a run uses it, against a real server with faults."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from llm_server import Answer, ModelServer, cards_from, fails, says, serving

from flashgen.drafting import Drafted
from flashgen.drafting.passage import by_passage
from flashgen.errors import OverBudget
from flashgen.llm.budget import Budget, budgeted
from flashgen.llm.chat import Chat
from flashgen.llm.meter import Meter, metered
from flashgen.llm.prices import Rates
from flashgen.llm.replies import ReplyCache, remembered, spoiling, stored
from flashgen.llm.retry import persistent
from flashgen.prompts import Prompts
from flashgen.types import Judged, Passage

RATES = Rates(input=10.0, output=100.0, cached=10.0, written=10.0)
PASSAGES = [Passage(f"Every cache number {n} forgets. Each queue number {n} waits.", language="en") for n in range(40)]


class Run:
    """One run over the passages. `paid` is what the server has billed so far, in dollars."""

    def __init__(self, server: ModelServer, path: Path, max_cost: float | None = None) -> None:
        self.server, self.path = server, path
        self.meter, self.budget = Meter(), Budget(RATES, max_cost=max_cost)

    async def __call__(self) -> list[Drafted | BaseException]:
        chat = Chat(self.server.url, "", "m", rates=RATES)
        with ReplyCache(self.path) as cache:
            paid = persistent(budgeted(chat, self.budget), jobs=8, sleep=lambda seconds: asyncio.sleep(0))
            complete = metered(remembered(stored(paid, cache, "m"), cache, "m"), self.meter)
            draft = by_passage(complete, Prompts(), lambda d, p: Judged(d), spoil=spoiling(cache, "m"))
            found = await asyncio.gather(*(draft(passage, 5) for passage in PASSAGES), return_exceptions=True)
        await chat.close()
        return list(found)


def faulty(n: int, body: Mapping[str, Any]) -> Answer:
    """Every so many calls something goes wrong, in each of the ways that cost nothing or give a reply of no use."""
    for every, answer in (
        (5, fails(429, headers={"Retry-After": "0"})),
        (7, fails(500)),
        (11, says("Sure, here you go!")),
        (13, says('{"cards": [{"quest', finish="length")),
        (17, says(None, refusal="I can't.")),
    ):
        if n % every == 0:
            return answer
    return cards_from(body)


def test_a_run_through_faults_gets_everything_and_pays_once(tmp_path: Path) -> None:
    """429s, failures, refusals, cut and broken replies: after at most three runs every passage has its cards, no
    honest question was asked twice, and the meter has counted what the server has."""
    with serving(faulty) as server:
        problems = len(PASSAGES)
        for _ in range(3):
            run = Run(server, tmp_path / "replies.db")
            found = asyncio.run(run())
            left = [one for one in found if isinstance(one, BaseException) or one.problem]
            assert len(left) < problems or not left
            problems = len(left)
        assert not left
        assert run.meter.usage.cached >= len(PASSAGES) - 3
        before = len(server.asked)
        again = Run(server, tmp_path / "replies.db")
        asyncio.run(again())
        assert len(server.asked) == before
        assert again.meter.usage.calls == 0
        assert again.meter.usage.cost_usd == 0


@pytest.mark.parametrize("max_cost", [0.0, 0.05, 0.4])
def test_a_run_stops_within_its_budget(tmp_path: Path, max_cost: float) -> None:
    """Eight calls at once and a server that fails now and then: what it bills stays within the budget, what was paid
    for is kept, and the next run goes on from there."""
    billed = 0.0

    def counting(n: int, body: Mapping[str, Any]) -> Answer:
        nonlocal billed
        answer = faulty(n, body)
        if answer.status == 200:
            usage = json.loads(answer.body)["usage"]
            billed += RATES.cost(usage["prompt_tokens"], usage["completion_tokens"])
        return answer

    with serving(counting) as server:
        run = Run(server, tmp_path / "replies.db", max_cost)
        found = asyncio.run(run())
        assert any(isinstance(one, OverBudget) for one in found)
        assert billed <= max_cost
        assert run.budget.spent == pytest.approx(billed)
        bought = run.meter.usage.calls
        assert (bought > 0) == (max_cost > 0.2)
        rest = Run(server, tmp_path / "replies.db")
        asyncio.run(rest())
        assert rest.meter.usage.cached >= sum(isinstance(one, Drafted) for one in found)
