"""A number, a proper name or an acronym of the card stands nowhere in the passage; or most words of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations

from flashgen.gates._items import items
from flashgen.gates._names import names
from flashgen.gates._prose import answer, code_spans, prose, question
from flashgen.gates._source import Source, source
from flashgen.numerals import Reading, claims, values
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content

LEAST_KNOWN = 0.5
"""Share of the answer's stems that the passage should have."""
_CONSTANTS = (2.0, 10.0, 24.0, 60.0, 100.0, 1000.0, 1024.0)
_MOST_NUMBERS = 12
_CODE_NAME = re.compile(r"-{0,2}[^\W\d]\w{2,}(?:[.:/_-]+\w+)*")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Title, headings, topic and address count as the passage. A card in another language than its source is held
    to numbers, code and Latin names only. What follows from the passage's numbers by one step only warns."""
    if not passage.text:
        return None
    known = source(passage)
    sides = prose(question(draft)), prose(draft.answer)
    for side in sides:
        for name in names(side):
            if not (known.foreign and not name.isascii()) and not known.says(name):
                return Finding("unsupported", Verdict.REJECT, f"“{name}” does not stand in the passage")
    if finding := _numbers(draft, known):
        return finding
    for code in (*code_spans(question(draft)), *code_spans(draft.answer)):
        if _CODE_NAME.fullmatch(code) and not known.says(code):
            return Finding("unsupported", Verdict.WARN, f"the code “{code}” does not stand in the passage")
    return None if known.foreign else _strange_words(draft, known)


def _numbers(draft: Draft, known: Source) -> Finding | None:
    for written, readings in claims(f"{prose(question(draft))} \n {prose(draft.answer)}"):
        if readings & known.numbers or _counts_items(readings, draft):
            continue
        if _follows(readings, draft, known):
            return Finding("unsupported", Verdict.WARN, f"“{written}” is not in the passage, only worked out from it")
        return Finding("unsupported", Verdict.REJECT, f"“{written}” does not stand in the passage")
    return None


def _counts_items(readings: frozenset[Reading], draft: Draft) -> bool:
    """Whether a number of the question only says how many things the answer names."""
    parted = 1 + len(re.findall(r",|;|\n|(?<!\w)(?:and|or|и|или)(?!\w)", prose(draft.answer).strip()))
    counted = {float(items(draft.answer).count), float(parted), float(parted - 1)}
    return bool(readings & {count for count in counted if 2 <= count <= 9})


def _follows(readings: frozenset[Reading], draft: Draft, known: Source) -> bool:
    """Whether one step of arithmetic leads from the quote's numbers (else the passage's) to this one."""
    near = [value for value in values(draft.quote) if isinstance(value, float)]
    far = sorted(value for value in known.numbers if isinstance(value, float))
    given = near if len(near) > 1 else [*near, *far][:_MOST_NUMBERS]
    reached = set(_one_step(given))
    return any(isinstance(value, float) and round(value, 4) in reached for value in readings)


def _one_step(given: list[float]) -> Iterator[float]:
    for first, second in permutations(given, 2):
        yield round(first + second, 4)
        yield round(first - second, 4)
        yield round(first * second, 4)
        if second:
            yield round(first / second, 4)
    for value in given:
        yield round(100 - value, 4)
        for constant in _CONSTANTS:
            yield round(value * constant, 4)
            yield round(value / constant, 4)


def _strange_words(draft: Draft, known: Source) -> Finding | None:
    said = _answer_stems(answer(draft))
    strange = sum(not known.has_stem(stem) for stem in said)
    if said and strange / len(said) > 1 - LEAST_KNOWN:
        return Finding("unsupported", Verdict.WARN, "most words of the answer do not stand in the passage")
    return None


@lru_cache(maxsize=8192)
def _answer_stems(text: str) -> tuple[str, ...]:
    return tuple(stem for stem in content(text) if not stem[0].isdigit())
