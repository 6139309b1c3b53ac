"""A number, a proper name or an acronym of the card stands nowhere in the passage; or most words of the answer."""

from __future__ import annotations

import re
from functools import lru_cache

from flashgen.gates._given import compares, counts_offers, made_up
from flashgen.gates._items import items
from flashgen.gates._names import names
from flashgen.gates._prose import answer, capitals_name, code_spans, prose, question
from flashgen.gates._reckoning import applies, follows, stated
from flashgen.gates._source import Source, source
from flashgen.numerals import Reading, claims, multiples
from flashgen.text import plain
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import content

LEAST_KNOWN = 0.5
"""Share of the answer's stems that the passage should have."""
_CODE_NAME = re.compile(r"-{0,2}[^\W\d]\w{2,}(?:[.:/_-]+\w+)*")

_TIMES = re.compile(r"(?<!\w)(?:times|раза)(?!\w)")
"""What a factor is counted in: it says nothing more than the number before it."""


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
    """What is merely worked out warns, unless another number is worse."""
    worked_out, sides = None, ((True, prose(question(draft))), (False, prose(draft.answer)))
    if all(readings & known.numbers for _, readings in claims(" ; ".join(side for _, side in sides))):
        return None
    for asked, side in sides:
        for written, readings in claims(side):
            if readings & known.numbers or _counts_items(readings, draft) or (asked and counts_offers(side, readings)):
                continue
            if not (reason := _excuse(readings, draft, known, asked=asked)):
                return Finding("unsupported", Verdict.REJECT, f"“{written}” does not stand in the passage")
            reason = f"“{written}” is not in the passage, only {reason}"
            worked_out = worked_out or Finding("unsupported", Verdict.WARN, reason)
    return worked_out


def _excuse(readings: frozenset[Reading], draft: Draft, known: Source, *, asked: bool) -> str:
    """Why a number of the card may be right though the passage doesn't have it, '' if nothing speaks for it."""
    if follows(readings, draft, known.numbers):
        return "worked out from it"
    whole, said = prose(draft.question), prose(draft.answer)
    if _strange(made_up(whole), known):
        return "in a case that the question makes up"
    if asked and compares(whole) and not _strange(said, known):
        return "compared with what is"
    given = _strange(plain(draft.question), known)
    return "worked out from the question" if applies(stated(said) if asked else readings, given, draft) else ""


def _strange(text: str, known: Source) -> frozenset[Reading]:
    """What the numbers of `text` may be that the passage doesn't have."""
    return frozenset().union(*(readings for _, readings in claims(text) if not readings & known.numbers))


def _counts_items(readings: frozenset[Reading], draft: Draft) -> bool:
    """Whether a number of the question only says how many things the answer names."""
    parted = 1 + len(re.findall(r",|;|\n|(?<!\w)(?:and|or|и|или)(?!\w)", prose(draft.answer).strip()))
    counted = {float(items(draft.answer).count), float(parted), float(parted - 1)}
    return bool(readings & {count for count in counted if 2 <= count <= 9})


def _strange_words(draft: Draft, known: Source) -> Finding | None:
    said = _answer_stems(answer(draft))
    named = {stem for name in names(prose(answer(draft)), capitals=True) for stem in content(name)}
    strange = [stem for stem in said if stem not in named and not known.has_stem(stem)]
    if said and len(strange) / len(said) > 1 - LEAST_KNOWN:
        counted = {stem for word, means in multiples(answer(draft)) if means & known.numbers for stem in content(word)}
        if sum(stem not in counted for stem in strange) / len(said) > 1 - LEAST_KNOWN:
            return Finding("unsupported", Verdict.WARN, "most words of the answer do not stand in the passage")
    return None


@lru_cache(maxsize=2048)
def _answer_stems(text: str) -> tuple[str, ...]:
    stems = content(_TIMES.sub("", text))
    return tuple(stem for stem in stems if not stem[0].isdigit() and len(stem) > 2)
