"""Whether a number of a card can be worked out from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations, product

from flashgen.gates._prose import prose, question
from flashgen.numerals import Reading, claims, values
from flashgen.text import plain
from flashgen.types import Draft

_CONSTANTS = (24.0, 60.0, 100.0, 1000.0, 1024.0)
_MOST_NUMBERS = 12


def follows(sought: frozenset[Reading], draft: Draft, known: frozenset[Reading]) -> bool:
    """Whether one step of arithmetic leads to `sought` from the numbers of the quote and those that the question has
    from the passage (`known`), or from one of them and another number of the card ("at 8 percent?" – "72 / 8 = 9")."""
    quoted = _floats(values(prose(draft.quote)) | (values(plain(question(draft))) & known)) - sought
    others = _floats(values(f"{prose(draft.question)} {prose(draft.answer)}")) - sought - quoted
    return _are_among(sought, _one_step(_some(quoted), _some(others)))


def applies(sought: frozenset[Reading], given: frozenset[Reading], draft: Draft) -> bool:
    """Whether `sought` is worked out from a number that the question gives, and from others of question and quote: by
    one step, or by the rule of three ("10 of them weigh 3 kg; how much do 40 weigh?")."""
    quoted = _some(_floats(values(prose(draft.quote))))
    others = _some({*quoted, *_floats(stated(plain(draft.question)))})
    steps = (
        value for number in _floats(given) for other in others if other != number for value in _step(number, other)
    )
    by_three = (number * a / b for number in _floats(given) for a, b in permutations(quoted, 2) if b)
    return _are_among(sought, (*steps, *by_three))


def stated(text: str) -> frozenset[Reading]:
    """What the numbers of `text` may be."""
    return frozenset().union(*(readings for _, readings in claims(text)))


def _are_among(sought: frozenset[Reading], reached: Iterable[float]) -> bool:
    return not {round(value, 4) for value in reached}.isdisjoint(round(value, 4) for value in _floats(sought))


def _floats(found: frozenset[Reading]) -> frozenset[float]:
    return frozenset(value for value in found if isinstance(value, float))


def _some(numbers: Iterable[float]) -> list[float]:
    return sorted(numbers)[:_MOST_NUMBERS]


def _one_step(quoted: list[float], others: list[float]) -> Iterator[float]:
    for first, second in (*combinations(quoted, 2), *product(quoted, others)):
        yield from _step(first, second)
    for value in quoted:
        yield 100 - value
        for constant in _CONSTANTS:
            yield value * constant
            yield value / constant


def _step(first: float, second: float) -> Iterator[float]:
    yield from (first + second, first - second, second - first, first * second)
    if second:
        yield first / second
    if first:
        yield second / first
