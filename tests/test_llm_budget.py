"""Budgets that hold, prices, and the counting of tokens."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_server import finished

from flashgen.errors import ModelError, OverBudget
from flashgen.llm.budget import Budget, budgeted
from flashgen.llm.meter import Meter, metered
from flashgen.llm.prices import KNOWN, Rates, rates
from flashgen.llm.tokens import estimate, estimate_prompt, most_in_prompt
from flashgen.llm.trouble import Cause, Trouble
from flashgen.settings import Price
from flashgen.types import Complete, Message, Prompt, Reply, Usage

RATES = Rates(input=1.0, output=10.0, cached=0.1, written=1.25)


def prompt(text: str = "Hello", room: int = 100) -> Prompt:
    return Prompt((Message("user", text),), max_tokens=room)


def worst(asked: Prompt) -> float:
    return RATES.at_most(most_in_prompt(asked), asked.max_tokens)


class Dear:
    """A model that answers each prompt with `share` of the most that it can cost, after `pause` turns of the loop."""

    def __init__(self, share: float = 1.0, pause: int = 1) -> None:
        self.share = share
        self.pause = pause
        self.cost = 0.0

    async def __call__(self, prompt: Prompt) -> Reply:
        for _ in range(self.pause):
            await asyncio.sleep(0)
        cost = self.share * worst(prompt)
        self.cost += cost
        return Reply("{}", usage=Usage(1, 0, 10, 10, cost))


async def ask_all(complete: Complete, prompts: list[Prompt]) -> list[Reply | BaseException]:
    return await asyncio.gather(*(complete(one) for one in prompts), return_exceptions=True)


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 400)), min_size=1, max_size=20),
    st.floats(0, 0.02),
    st.floats(0, 1),
    st.integers(0, 3),
)
def test_no_budget_is_ever_passed(sizes: list[tuple[int, int]], limit: float, share: float, pause: int) -> None:
    """Whatever is asked at once and whatever it turns out to cost, the sum stays within the budget."""
    model = Dear(share, pause)
    budget = Budget(RATES, max_cost=limit)
    prompts = [prompt("x" * length, room) for length, room in sizes]
    replies = asyncio.run(ask_all(budgeted(model, budget), prompts))
    assert model.cost <= limit + 1e-12
    assert budget.spent == pytest.approx(model.cost)
    assert all(isinstance(reply, Reply | OverBudget) for reply in replies)


def test_all_that_fits_is_asked() -> None:
    """Calls that cost less than they could make room for others: none is turned away that would have fitted."""
    prompts = [prompt() for _ in range(50)]
    model = Dear(share=0.1)
    budget = Budget(RATES, max_cost=(0.1 * 49 + 1.001) * worst(prompt()))
    replies = asyncio.run(ask_all(budgeted(model, budget), prompts))
    assert not [reply for reply in replies if isinstance(reply, BaseException)]


def test_the_call_that_could_pass_it_is_not_made() -> None:
    """A budget for two and a half calls buys two; the third is refused before it is sent, with what is left."""
    model = Dear()
    complete = budgeted(model, Budget(RATES, max_cost=2.5 * worst(prompt())))
    replies = asyncio.run(ask_all(complete, [prompt()] * 4))
    refused = [reply for reply in replies if isinstance(reply, OverBudget)]
    assert len(refused) == 2
    assert "max_cost" in str(refused[0])
    assert "is kept" in str(refused[0])
    assert model.cost == pytest.approx(2 * worst(prompt()))


def test_the_month_counts_too() -> None:
    """What the month has cost before this run leaves so much less; the tighter of the two budgets decides."""
    complete = budgeted(Dear(), Budget(RATES, max_cost=99.0, max_month=5.0, spent_month=4.9999))
    with pytest.raises(OverBudget, match="max_cost_month"):
        finished(complete(prompt()))


def test_a_budget_of_nothing_asks_nothing() -> None:
    """max_cost = 0 means that no paid call is made; a free model may still be asked."""
    with pytest.raises(OverBudget):
        finished(budgeted(Dear(), Budget(RATES, max_cost=0.0))(prompt()))
    free = Budget(Rates(0, 0, 0, 0), max_cost=0.0)

    async def model(prompt: Prompt) -> Reply:
        return Reply("{}", usage=Usage(1, 0, 10, 10, 0.0))

    assert finished(budgeted(model, free)(prompt())).text == "{}"


@pytest.mark.parametrize(("cause", "share"), [(Cause.LOST, 1.0), (Cause.LIMIT, 0.0), (Cause.UNREACHED, 0.0)])
def test_a_lost_call_counts_as_paid(cause: Cause, share: float) -> None:
    """What was sent and lost may be billed and counts as the most it could cost; what was turned away costs nothing."""

    async def model(prompt: Prompt) -> Reply:
        raise Trouble(cause, "no")

    budget = Budget(RATES, max_cost=1.0)
    with pytest.raises(Trouble):
        finished(budgeted(model, budget)(prompt()))
    assert budget.spent == pytest.approx(share * worst(prompt()))


def test_a_call_that_never_got_to_the_model_leaves_no_reservation() -> None:
    """An error that ends the run gives back what was set aside."""

    async def model(prompt: Prompt) -> Reply:
        raise ModelError("no key")

    budget = Budget(RATES, max_cost=worst(prompt()))

    async def run() -> None:
        for _ in range(2):
            with pytest.raises(ModelError):
                await budgeted(model, budget)(prompt())

    asyncio.run(run())
    assert budget.spent == 0


def test_an_unknown_price_holds_every_call_back() -> None:
    """Nobody can tell whether a call fits: with a budget none is made, and the message says what to write where."""
    model = Dear()
    with pytest.raises(OverBudget, match=r'\[prices\."my-model"\]'):
        finished(budgeted(model, Budget(None, "my-model", max_cost=99.0))(prompt()))
    assert model.cost == 0
    assert finished(budgeted(model, Budget(None, "my-model"))(prompt())).text == "{}"


def test_a_meter_sums_what_was_used() -> None:
    """Calls, cached replies, tokens and cost add up; an unknown cost makes the sum unknown."""
    replies = [
        Reply("", usage=Usage(1, 0, 10, 5, 0.5)),
        Reply("", usage=Usage(cached=1)),
        Reply("", usage=Usage(1, 0, 1, 1, None)),
    ]

    async def model(prompt: Prompt) -> Reply:
        return replies.pop(0)

    meter = Meter()
    complete = metered(model, meter)
    finished(complete(prompt()))
    finished(complete(prompt()))
    assert meter.usage == Usage(1, 1, 10, 5, 0.5)
    finished(complete(prompt()))
    assert meter.usage == Usage(2, 1, 11, 6, None)


# --- prices and tokens --------------------------------------------------------------------------


def test_prices_of_models() -> None:
    """Snapshots cost what their model does, the person's own price wins, an unknown model has none."""
    assert rates("gpt-4o-mini-2024-07-18", {}) == KNOWN["gpt-4o-mini"]
    assert rates("my-model", {}) is None
    assert rates("my-model", {"my-model": Price(3.0, 4.0)}) == Rates(3.0, 4.0, 3.0, 3.0)
    assert rates("gpt-6-luna", {"gpt-6-luna": Price(1.0, 2.0)}) == Rates(1.0, 2.0, 1.0, 1.25)


@pytest.mark.parametrize("model", sorted(KNOWN))
def test_known_prices_are_in_order(model: str) -> None:
    """Reading the server's cache is never dearer than sending, answering never cheaper, writing never cheaper."""
    known = KNOWN[model]
    assert 0 < known.cached <= known.input <= known.written
    assert known.input <= known.output


@given(st.text(max_size=200), st.integers(0, 500), st.data())
def test_no_call_costs_more_than_its_most(text: str, answered: int, data: st.DataObject) -> None:
    """However a tokeniser cuts a prompt, down to single bytes, and whatever is cached or written."""
    asked = prompt(text, max(answered, 1))
    sent = data.draw(st.integers(0, len(text.encode("utf-8", "replace")) + 16))
    cached = data.draw(st.integers(0, sent))
    written = data.draw(st.integers(0, sent - cached))
    assert RATES.cost(sent, answered, cached=cached, written=written) <= worst(asked) + 1e-12


def test_tokens_are_estimated_by_script() -> None:
    """Four Latin letters a token, two of any other script; a prompt is estimated below its bound."""
    assert estimate("") == 0
    assert estimate("abcd" * 10) == 10
    assert estimate("привет" * 10) == 30
    asked = Prompt((Message("system", "Be brief. " * 20), Message("user", "Кратко. " * 20)), {"type": "object"})
    assert estimate_prompt(asked) < most_in_prompt(asked)
