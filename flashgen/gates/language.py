"""A side of the card is in another script than the card's language; code, names and quotations apart."""

from __future__ import annotations

import re

from flashgen.gates._prose import own, prose, question
from flashgen.gates._source import WRITING, source
from flashgen.text import fold, script
from flashgen.types import Draft, Finding, Passage, Verdict
from flashgen.vocabulary import listed

_NOT_NAMES = listed(
    """the is are was were it its that which when because this these can has have will does do not with from by for to
    how what why where who and of in on a an be as or if"""
)
_FOREIGN = re.compile("[^\\W\\d_\u0000-\u024f\u0370-\u052f\u1e00-\u1fff\u2100-\u214f]")
"""Letters that are neither Latin, Greek (formulas) nor Cyrillic."""
_LATIN, _CYRILLIC = re.compile("[a-z\u00df-\u024f]+"), re.compile("[\u0430-\u052f]+")
_MOST_NAMES = 8
"""Words of Latin names that may be the whole answer of a Cyrillic card."""


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Without a known language, cards are held to the passage's script, else to that of the question."""
    asked, said = own(question(draft)), own(draft.answer)
    wanted = WRITING.get(passage.language[:2].casefold(), "")
    if passage.language and not wanted:
        return None
    scripts = source(passage).scripts if passage.text and not wanted else frozenset()
    if len(scripts) > 1:
        return None
    wanted = wanted or next(iter(scripts), "") or script(asked)
    if wanted not in ("LATIN", "CYRILLIC"):
        return _other(fold(prose(question(draft))), wanted)
    if strange := _strangers(asked + said, passage):
        return _finding(f"“{strange}” is in another script than the card")
    if not _fits(asked, wanted, question=True) and not _fits(fold(prose(question(draft))), wanted, question=True):
        return _finding("the question is in another script than the card's language")
    if not _fits(said, wanted, question=False):
        return _finding("the answer is in another script than the card's language")
    return None


def _fits(text: str, wanted: str, *, question: bool) -> bool:
    latin, cyrillic = _LATIN.findall(text), _CYRILLIC.findall(text)
    if wanted == "LATIN":
        return len(cyrillic) <= len(latin)
    if cyrillic and len(cyrillic) * 3 >= len(latin):
        return True
    if not cyrillic and question and latin:
        return False
    sentence = sum(word in _NOT_NAMES for word in latin)
    return not latin or (sentence <= len(latin) // 4 and len(latin) <= _MOST_NAMES) or (bool(cyrillic) and sentence < 2)


def _strangers(text: str, passage: Passage) -> str:
    """Letters of a third script, as small models let slip in, unless the passage has them."""
    found = "".join(_FOREIGN.findall(text))
    return "" if all(letter in passage.text for letter in found) and passage.text else found[:10]


def _other(asked: str, wanted: str) -> Finding | None:
    written = script(asked)
    if wanted and written and written != wanted and {written, wanted} & {"LATIN", "CYRILLIC"}:
        return _finding("the question is in another script than the card's language")
    return None


def _finding(reason: str) -> Finding:
    return Finding("language", Verdict.REJECT, reason)
