"""The card wants a list recited: "list", "name all", or too many items without saying how many."""

from __future__ import annotations

import re

from flashgen.gates._items import items
from flashgen.gates._prose import any_of, language, own
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

NEEDS_WORDS = True

MOST = 5
"""Items of an answer above which it is rejected even if the question says how many there are."""
MOST_UNCOUNTED = 3

_COUNT = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|both|\d+|pair of|couple of)\b|(?<!\w)(?:два|две|двух"
    r"|двумя|оба|обе|три|трех|тремя|четыре|"
    r"четырех|четырьмя|пять|пяти|пятью|шесть|шести|семь|семи|восемь|восьми|девять|десять|десяти|пару|пара)(?!\w)"
)
_COUNTED = re.compile(_COUNT)
_ENGLISH = any_of(
    r"^(?:please )?(?:can you |could you )?(?:list|enumerate|name|give|mention|identify|state|provide"
    r"|recall) (?:me )?(?:all|every|each|some|several|various|different|as many|a few|any|the (?:main|key"
    r"|various|different|major|most important|common)\b|examples? of|the (?:types|kinds|benefits|advantages"
    r"|disadvantages|drawbacks|reasons|features|steps|components|principles|characteristics|stages|phases"
    r"|properties|elements|ways)\b)",
    r"^(?:please )?(?:list|enumerate) (?!comprehension|slicing|indexing)\w[^?]*[^?]$",
    r"^(?:please )?(?:list|enumerate) (?:out )?(?:the|\w+s)\b(?! (?:do|does|in python)\b)",
    r", list (?:them|all)",
    r"\bwhat are all\b",
    r"\band list\b",
    r"\bname (?:all|every|them all)\b",
)
_RUSSIAN = any_of(
    r"^(?:пожалуйста,? )?(?:перечисли|перечислите|перечислить)(?!\w)",
    r"^(?:назови|назовите|укажи|укажите|приведи|приведите) (?:все|основные|главные|ключевые|несколько"
    r"|некоторые|различные|разные|примеры|виды|типы|этапы|преимущества|недостатки|причины|свойства"
    r"|принципы)(?!\w)",
    r"(?<!\w)какие (?:все|бывают все)(?!\w)",
    r"(?<!\w)перечислите(?!\w)",
)
_ASKS_FOR_MANY = any_of(
    r"\bwhat(?: \w+)? are\b",
    r"\bwhich (?:\w+ )?\w+s\b(?! (?:is|does)\b)",
    r"\bwhat \w+s (?:are|does|do|can|must|should|make)\b",
    r"^name\b",
    r"\bconsists? of\b",
    r"\bmade (?:up )?of\b",
    r"\binclude\b",
    r"(?<!\w)(?:какие|каковы|каких|какими|из чего|из каких|что входит|назовите)(?!\w)",
)


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Counted lists ("the three …") are fine up to five items; adjectives in a row are one item."""
    if draft.kind is Kind.CLOZE:
        return None
    asked, spoken = own(draft.question), language(draft, passage)
    counted = bool(_COUNTED.search(asked))
    pattern = {"en": _ENGLISH, "ru": _RUSSIAN}.get(spoken)
    if pattern and pattern.search(asked) and not counted:
        return _finding(Verdict.REJECT, "the question asks for a list without saying how long it is")
    found = items(draft.answer)
    if found.count > MOST and found.whole:
        return _finding(Verdict.REJECT, f"the answer has {found.count} items: too many to recall")
    if found.count > MOST:
        return _finding(Verdict.WARN, f"the answer lists {found.count} things: split it")
    if counted or found.count < MOST_UNCOUNTED or not found.whole:
        return None
    if found.count > MOST_UNCOUNTED and (found.marked or _ASKS_FOR_MANY.search(asked)):
        return _finding(Verdict.REJECT, f"the answer has {found.count} items and the question doesn't say so")
    return _finding(Verdict.WARN, f"the answer has {found.count} items and the question doesn't say so")


def _finding(verdict: Verdict, reason: str) -> Finding:
    return Finding("enumeration", verdict, reason)
