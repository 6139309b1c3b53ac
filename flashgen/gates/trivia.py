"""The card asks for a year, a date or an inventor: who did it and when rarely needs to be known by heart."""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of, language, own, prose
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

NEEDS_WORDS = True

_DONE = (
    r"(?:released?|invented?|created?|founded?|found|published?|publish|introduced?|launch(?:ed)?|born"
    r"|announced?|started?|begin|begun|established?|"
    r"written|developed?|designed?|acquired?|open-?sourced?|standardi[sz]ed?|first|come out|appear(?:ed)?"
    r"|discontinued|deprecated|adopted|coined)"
)
_ENGLISH = any_of(
    r"\b(?:in |since |by )?(?:which|what) (?:year|decade|century|month)\b",
    r"\bon (?:which|what) (?:date|day)\b",
    r"\bwhat (?:was|is) the (?:release|publication|founding|launch|birth) (?:date|year)\b",
    r"\bhow old (?:is|was)\b",
    rf"^(?:[^?]*, )?when (?:was|were|did)\b[^?]*?\b{_DONE}\b",
    r"\bwho (?:first |originally |co-?)?(?:invented|created|founded|cofounded|developed|wrote|coined|designed"
    r"|authored|introduced|discovered|proposed|published|pioneered|popularized|popularised|built)\b",
    r"\bwho (?:is|was|are|were) (?:the )?(?:author|creator|founder|inventor|ceo|designer|father|developer"
    r"|maintainer)s?\b",
    r"\bwho (?:is|was) credited\b",
    r"\bwhere was [^?]*\b(?:born|founded|held|invented|developed|created)\b",
    r"\b(?:which|what) (?:company|person|scientist|engineer|university|organi[sz]ation|programmer"
    r"|researcher)s? (?:first |originally )?(?:invented|created|founded|developed|wrote|coined|designed"
    r"|introduced|discovered|proposed|published|released|acquired|built)\b",
)
_RUSSIAN = any_of(
    r"(?<!\w)(?:в каком (?:году|веке|месяце)|в каком десятилетии|какого (?:года|числа)|с какого года"
    r"|каков год|какой год|дата (?:выхода|релиза|основания|рождения))(?!\w)",
    r"(?<!\w)кто (?:впервые |первым |первый )?(?:изобрел|изобрела|придумал|придумала|создал|создала|создали"
    r"|основал|основали|написал|написали|разработал|разработали|открыл|предложил|предложила|предложили|ввел"
    r"|сформулировал|опубликовал|спроектировал)(?!\w)",
    r"(?<!\w)(?:кто|кем) (?:является |был |была |стал )?(?:автор|автором|создател|основател|изобретател"
    r"|разработчик)\w*",
    r"(?<!\w)кем (?:впервые |первоначально )?(?:был[аои]? )?(?:изобретен|создан|придуман|предложен|разработан"
    r"|основан|написан|введен|открыт)\w*",
    r"(?<!\w)когда (?:впервые |официально )?(?:был[аои]? )?[^?]*?(?:вышел|вышла|вышло|вышли|появил(?:ся|ась"
    r"|ось|ись)|основан|создан|выпущен|опубликован|изобретен|представлен|анонсирован|запущен|введен|предложен"
    r"|разработан)[аоы]?(?!\w)",
    r"(?<!\w)(?:какая компания|какой (?:ученый|инженер|программист|университет)) (?:впервые )?(?:создал"
    r"|разработал|придумал|изобрел|предложил|выпустил|основал|открыл|ввел|купил)\w*",
    r"(?<!\w)где (?:родился|родилась|был основан|была основана)(?!\w)",
)
_YEAR = r"(?:1\d{3}|20\d\d)(?:-(?:\d\d)?\d\d)?(?!\w)"
_DATED = re.compile(r"[12]\d\d\d")
_WHO_THEN = any_of(
    rf"\bwho (?:in|around|about) {_YEAR}",
    rf"^who \w+ [^?]*? (?:in|around|about) {_YEAR}\s*\?",
    rf"^(?:in|around) {_YEAR},? who\b",
    rf"(?<!\w)(?:кто|кем) (?:впервые |первым )?в {_YEAR} (?:году|годах|г\.|гг\.)",
    rf"^(?:кто|кем) [^?]* в {_YEAR} (?:году|годах|г\.|гг\.)\s*\?",
    rf"^в {_YEAR} (?:году|годах|г\.|гг\.),? (?:кто|кем)(?!\w)",
)
"""A person asked for by a deed and its year. Who were freed in 1861 (the serfs) is another thing: the answer tells."""
_NAME = re.compile(r"\s[A-ZА-ЯЁ]\w")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """English and Russian."""
    if draft.kind is Kind.CLOZE:
        return None
    pattern, asked = {"en": _ENGLISH, "ru": _RUSSIAN}.get(language(draft, passage)), own(draft.question)
    dated = _DATED.search(asked) and _WHO_THEN.search(asked) and _NAME.search(prose(draft.answer))
    if pattern and (dated or pattern.search(asked)):
        return Finding(
            "trivia", Verdict.WARN, "a year, a date or a name for its own sake is rarely worth years of review"
        )
    return None
