"""What cards cost in daily reviews."""

import math

import pytest

from flashgen.load import DAYS, Memory, load


def test_the_load_of_many_days_settles_where_anki_users_know_it() -> None:
    """10 new cards a day settle near 110 reviews a day within a year, at Anki's retention of 0.90."""
    a_year = load(100_000, new_per_day=10, days=365)
    assert a_year.per_day[-1] == pytest.approx(110, rel=0.1)


def test_the_load_grows_with_the_pace() -> None:
    """Twice as many new cards a day cost twice the reviews."""
    slow, fast = load(10_000, new_per_day=5), load(10_000, new_per_day=10)
    assert fast.mean() == pytest.approx(2 * slow.mean())


def test_no_new_cards_cost_nothing() -> None:
    """Without cards there is nothing to review."""
    assert load(0).per_day == (0.0,) * DAYS


def test_a_load_is_the_same_every_time() -> None:
    """The sample is drawn from no clock."""
    assert load(77, new_per_day=7) == load(77, new_per_day=7)


def test_cards_already_in_review_count_too() -> None:
    """Cards known before are reviewed about once in their interval, whatever their number."""
    few, many = load(0, learnt=[30] * 300), load(0, learnt=[30] * 3_000)
    assert few.mean(0, 30) == pytest.approx(10, rel=0.35)
    assert many.mean() == pytest.approx(10 * few.mean())
    assert many.sampled
    assert not few.sampled


def test_wanting_to_recall_more_costs_more() -> None:
    """The person's own retention counts."""
    assert load(500, memory=Memory(retention=0.95)).mean() > load(500, memory=Memory(retention=0.85)).mean()


@pytest.mark.parametrize("parameters", [(0.4,) * 17, (0.5,) * 19, (), (1.0, 2.0), (math.nan,) * 21, (1e9,) * 21])
def test_any_parameters_are_borne(parameters: tuple[float, ...]) -> None:
    """Parameters of older FSRS are carried over, strange ones are brought into bounds or left aside."""
    assert all(map(math.isfinite, load(10, memory=Memory(parameters)).per_day))


def test_the_line_for_people() -> None:
    """One line tells the pace, the months and the worst day, and whose parameters were simulated."""
    line = str(load(5_000, memory=Memory(new_per_day=10)))
    assert line.startswith("5000 new cards at 10 a day: about 2")
    assert " reviews a day in the first month, " in line
    assert line.endswith("on a day (FSRS simulated with its default parameters, on a sample of 300).")
    assert "your own parameters" in str(load(5, memory=Memory(is_own=True)))
