"""The card asks two questions at once."""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of, language, own, without_condition
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

NEEDS_WORDS = True

_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must)(?:n't)?"
_MARKS = re.compile(r"[\w)\]\"'□»]\s?\?(?=.*?[\w□].*?[\w)\]\"'□»]\s?\?)", re.S)
_ENGLISH = any_of(
    rf"^(?:[^?]*?, )??(?:(?:at|in|on|by|for|to|from|with|under|after|before) )?(?P<first>{_WH})\b"
    rf"(?P<between>[^?]*?),? and (?:also |then )?(?:(?:(?:in|for|to|from|by|at|on"
    rf"|under|with) )?(?P<second>{_WH})(?: (?:else|much|many|often|long|fast|large|\w+))? {_AUXILIARY}\b"
    rf"|(?P<who>who) \w+|(?P<bare>why|how|when|where)(?: not)?\s*\?|{_AUXILIARY} (?:it|they|this|these|he|she)\b)",
    r"^(?:[^?]*?, )?(?:(?:how|what|why|when|where|who) and (?:how|what|why|when|where|who)) ",
    r"^(?:define|explain|describe|name|list|state|give|identify)\b[^?]*?,? and (?:also )?(?:define|explain"
    r"|describe|name|list|state|give|compare|identify|why|how|what)\b",
)
_ENGLISH_MORE = any_of(
    rf"^{_WH}\b[^?]*?, (?:and )?{_WH} {_AUXILIARY} (?:it|they|you|we|one)\b",
    rf"^what (?:is|are) [^,?]+, (?:how|why) {_AUXILIARY} ",
    r"\b(?:advantages?|benefits?|pros|strengths?|upsides?) and (?:\w+ )?(?:disadvantages?|drawbacks?|cons|weaknesses"
    r"|downsides?|limitations?|costs)\b",
)
_BETWEEN = re.compile(r"\b(?:differen\w+|differs?|between|distinguish\w*|compar\w+|versus|vs|relat\w+)\b")
_RUSSIAN_WH = (
    r"(?:что|чего|чему|чем|как|какой|какая|какое|какие|какого|каких|каким|какими|какому|какую|каком|каков[аоы]?"
    r"|кто|кого|кому|кем|"
    r"когда|где|куда|откуда|почему|зачем|сколько|насколько)"
)
_PREPOSITION = r"(?:(?:в|во|на|для|от|из|при|по|к|с|о|об|за|у|до|после|через|между) )?"
_RUSSIAN = any_of(
    rf"^(?:[^?]*?, )??{_PREPOSITION}{_RUSSIAN_WH}(?!\w)(?P<between>[^?]*?),? и (?:также )?"
    rf"{_PREPOSITION}{_RUSSIAN_WH}(?!\w)",
    r"^(?:опишите|объясните|назовите|перечислите|дайте|поясните|расскажите)(?!\w)[^?]*?,? и (?:опишите"
    r"|объясните|назовите|перечислите|дайте|поясните|укажите|приведите|сравните|как|почему|зачем)(?!\w)",
)
_RUSSIAN_MORE = any_of(
    rf"^{_PREPOSITION}{_RUSSIAN_WH}(?!\w)[^?]*?, (?:и )?(?:как|зачем|почему|когда|где|чем|для чего) (?:он|она"
    rf"|оно|они)(?!\w)",
    r"^что такое [^,?]+, (?:и )?(?:как|зачем|почему|для чего)(?!\w)",
    r"(?<!\w)(?:преимуществ\w*|достоинств\w*|плюс\w*|сильн\w+) и (?:\w+ )?(?:недостатк\w*|минус\w*|слаб\w+"
    r"|ограничени\w*)",
)
_RUSSIAN_BETWEEN = re.compile(r"отлича|разниц|различи|между|сравни|связан|зависит|определя")
_RUSSIAN_INNER = re.compile(rf", {_PREPOSITION}(?:{_RUSSIAN_WH}|котор\w+|то)(?!\w)")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Two question marks, or two question words that each rule a clause of their own."""
    if draft.kind is Kind.CLOZE:
        return None
    asked, spoken = own(draft.question), language(draft, passage)
    if _MARKS.search(asked):
        return Finding("compound", Verdict.REJECT, "there are two questions: keep one")
    if (spoken == "en" and _english(asked)) or (spoken == "ru" and _russian(asked)):
        return Finding("compound", Verdict.REJECT, "two things are asked at once: make two cards")
    return None


def _english(asked: str) -> bool:
    if _ENGLISH_MORE.search(asked):
        return True
    found = _ENGLISH.search(asked)
    if not found or not found["first"]:
        return bool(found)
    second = found["second"] or found["who"]
    inner = second and re.search(rf"\b(?:{second}|{_WH} {_AUXILIARY}|that)\b", found["between"])
    return not inner and not _BETWEEN.search(found["between"])


def _russian(asked: str) -> bool:
    if _RUSSIAN_MORE.search(asked):
        return True
    found = _RUSSIAN.search(without_condition(asked))
    if not found or found["between"] is None:
        return bool(found)
    return not _RUSSIAN_INNER.search(found["between"]) and not _RUSSIAN_BETWEEN.search(found["between"])
