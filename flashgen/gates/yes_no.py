"""The question can be answered with yes or no, or the answer is one; a choice of two is warned of."""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of, language, own, prose, without_condition
from flashgen.text import fold
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

NEEDS_WORDS = True

_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|has|have|had|may|might|must)(?:n't)?"
    r"|ain't|cannot"
)
_SUBORDINATE = (
    r"(?:in|for|if|when|whenever|with|without|under|on|at|by|after|before|during|given|once|while|unless|as"
    r"|using|from|"
    r"inside|within|assuming|suppose|since|although|because)\b"
)
_ENGLISH = any_of(
    rf"(?:^|(?<=[.!?;:] ))(?:so |and |but |then |generally, "
    rf"|typically, )?(?:{_AUXILIARY})\s+(?!not\s*[:=])[^\s:=]",
    rf"(?:^|(?<=[.!?;:] )){_SUBORDINATE}[^?]*?, (?:then )?(?:{_AUXILIARY}) (?:the|a|an|it|its|this|that|they"
    rf"|there|you|we|one|every|each|all|any|□|[\w-]+ \w)",
    r"\btrue or false\b",
    r"\byes or no\b",
    r", (?:right|correct|true|isn't it|doesn't it|aren't they|don't they|can it)\s*\?$",
)
_WH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_ENGLISH_CHOICE = re.compile(r"\bor\b(?! not\b| no\b| false\b| isn't\b| doesn't\b)")
_RUSSIAN_WH = re.compile(
    r"(?<!\w)(?:что|чт[оа]бы|чего|чему|чем|ч[еь]м|как|какой|какая|какое|какие|какого|каких|каким|какими|какому"
    r"|какую|каком|каков[аоы]?|который|"
    r"которая|которое|которые|кто|кого|кому|кем|ком|когда|где|куда|откуда|почему|зачем|отчего|сколько|скольки\w+"
    r"|насколько|чей|чья|чье|чьи)(?!\w)"
)
_RUSSIAN = any_of(
    r"^(?:[^?.!]*, )?(?:а |и |но )?(?:не )?(?:[\w□-]+\s+){0,3}[\w□-]+ ли(?!\w)",
    r"(?:^|(?<=[.!?:] )|(?<=, ))(?:а |и |но )?(?:правда|верно|разве|неужели|действительно|может|могут|можно"
    r"|является|являются|существует|существуют|бывает|должен|должна|должно|должны|обязательно|нужно|надо"
    r"|есть)(?!\w)[^?]*\?",
    r"(?<!\w)(?:верно|правда|так|да) или (?:неверно|неправда|нет|ложь)(?!\w)",
    r", (?:верно|правда|не так ли|так ведь)\s*\?$",
)
_RUSSIAN_THAT = re.compile(r"(?:а |и )?(?:правда|верно|неужели|разве)(?: ли)?,? что(?!\w)")
_RUSSIAN_CHOICE = re.compile(r"(?<!\w)или(?!\w)(?! (?:нет|не|неверно|ложь|неправда)(?!\w))")
_ANSWER = re.compile(
    r"^(?:yes(?!\w)(?![-/]\w)|(?:no|nope)\s*(?:[,.;:!]|-(?!\w)|$)(?!\s*\d)|no (?:because|since|as it|it |they "
    r"|this |there )"
    r"|да(?!\w)\s*(?:[,.;:!]|-(?!\w)|$)|нет\s*(?:[,.;:!]|-(?!\w)|$)|(?:да|нет) (?:потому|так как|поскольку|он"
    r"|она|оно|они|это)(?!\w))"
)

_ELSEWHERE = re.compile(r"(?:ja|nein|nej|nee|oui|non|sí|sì|sim|não|tak|nie|ano|evet|hayır)\s*(?:[,.;:!]|$)")
"""Yes and no where no more than these two words is known of a language."""


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Auxiliary first, also after a clause; in Russian `ли`, unless a question word rules it."""
    if draft.kind is Kind.CLOZE:
        return None
    asked, spoken, said = own(draft.question), language(draft, passage), fold(prose(draft.answer))
    if _ANSWER.match(said) or (not spoken and _ELSEWHERE.match(said)):
        return Finding("yes-no", Verdict.REJECT, "the answer is yes or no")
    choice = {"en": _ENGLISH_CHOICE, "ru": _RUSSIAN_CHOICE}.get(spoken)
    polar = (spoken == "en" and _english(asked, draft.question)) or (spoken == "ru" and _russian(asked))
    if not polar:
        return None
    if choice and choice.search(asked) and not re.search(r"true or false|yes or no", asked):
        return Finding("yes-no", Verdict.WARN, "the question is a choice: half of all guesses are right")
    return Finding("yes-no", Verdict.REJECT, "the question can be answered with yes or no")


def _english(asked: str, written: str) -> bool:
    found = _ENGLISH.search(asked)
    if not found or (asked[-1:] != "?" and found.start() == 0 and "true or false" not in asked):
        return False
    first = written.split(maxsplit=1)[0].strip("*_`\"'(")
    shouted = found.start() == 0 and len(first) > 1 and first.isupper() and not written.isupper()
    return not shouted and not _WH.match(asked)


def _russian(asked: str) -> bool:
    main = without_condition(asked)
    found = _RUSSIAN.search(main)
    if not found or _RUSSIAN_THAT.match(main):
        return bool(found)
    ruled = main[: found.end()] if found[0].endswith(" ли") else main
    return not _RUSSIAN_WH.search(ruled)
