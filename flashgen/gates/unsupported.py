"""A number, a proper name or an acronym of the card stands nowhere in the passage; or most words of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations, product

from flashgen.gates._items import items
from flashgen.gates._names import names
from flashgen.gates._prose import answer, capitals_name, code_spans, prose, question
from flashgen.gates._source import Source, source
from flashgen.numerals import Reading, claims, values
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content

LEAST_KNOWN = 0.5
"""Share of the answer's stems that the passage should have."""
_CONSTANTS = (24.0, 60.0, 100.0, 1000.0, 1024.0)
_MOST_NUMBERS = 12
_CODE_NAME = re.compile(r"-{0,2}[^\W\d]\w{2,}(?:[.:/_-]+\w+)*")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Title, headings, topic and address count as the passage. A card in another language than its source is held
    to numbers, code and Latin names only. What follows from the passage's numbers by one step only warns."""
    if not passage.text:
        return None
    known, capitals = source(passage), capitals_name(draft, passage)
    sides = prose(question(draft)), prose(draft.answer)
    for side in sides:
        for name in names(side, capitals=capitals):
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
    """Whether one step of arithmetic leads to this number from those of the quote and those that the question has from
    the passage, or from one of them and another number of the card ("at 8 percent?" – "72 / 8 = 9 years")."""
    quoted = _floats(values(prose(draft.quote)) | (values(prose(question(draft))) & known.numbers)) - readings
    others = _floats(values(f"{prose(draft.question)} {prose(draft.answer)}")) - readings - quoted
    reached = set(_one_step(sorted(quoted)[:_MOST_NUMBERS], sorted(others)[:_MOST_NUMBERS]))
    return any(isinstance(value, float) and round(value, 4) in reached for value in readings)


def _floats(found: frozenset[Reading]) -> frozenset[float]:
    return frozenset(value for value in found if isinstance(value, float))


def _one_step(quoted: list[float], others: list[float]) -> Iterator[float]:
    pairs = (*permutations(quoted, 2), *product(quoted, others), *product(others, quoted))
    for first, second in pairs:
        yield round(first + second, 4)
        yield round(first - second, 4)
        yield round(first * second, 4)
        if second:
            yield round(first / second, 4)
    for value in quoted:
        yield round(100 - value, 4)
        for constant in _CONSTANTS:
            yield round(value * constant, 4)
            yield round(value / constant, 4)


def _strange_words(draft: Draft, known: Source) -> Finding | None:
    said = _answer_stems(answer(draft))
    named = {stem for name in names(prose(answer(draft)), capitals=True) for stem in content(name)}
    strange = sum(not known.has_stem(stem) for stem in said if stem not in named)
    if said and strange / len(said) > 1 - LEAST_KNOWN:
        return Finding("unsupported", Verdict.WARN, "most words of the answer do not stand in the passage")
    return None


@lru_cache(maxsize=2048)
def _answer_stems(text: str) -> tuple[str, ...]:
    return tuple(stem for stem in content(text) if not stem[0].isdigit() and len(stem) > 2)
