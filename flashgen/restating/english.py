"""English sentences as question and answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.restating import Restated
from flashgen.restating.english_parts import is_sound
from flashgen.restating.english_reasoning import condition, contrast, moment, need, reason
from flashgen.restating.english_saying import definition, noun_of, passive, verbal


def restated(text: str, seen: str, about: str) -> Restated | None:
    """`text`, a sentence without its full stop, as question and answer; None if it has none of the known forms."""
    text = _OPENING.sub("", text)
    text = text[:1].upper() + text[1:]
    for form in _FORMS:
        found = form(text, seen, about)
        if found and is_sound(found, about):
            return found
    return None


_OPENING = re.compile(
    r"^(?:Comparatively|In general|Generally|Generally speaking|Typically|In practice|Usually|Normally|Essentially|"
    r"In short|Simply put|By default|In computing|In computer science), (?=\w)|"
    r"^(?:Typically|Usually|Normally|Generally|Essentially) (?=\w)"
)


_FORMS: tuple[Callable[[str, str, str], Restated | None], ...] = (
    reason,
    contrast,
    condition,
    need,
    moment,
    noun_of,
    verbal,
    passive,
    definition,
)
