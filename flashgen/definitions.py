"""Which cards say what a thing is: they come first, for the others are easier once they are known."""

from __future__ import annotations

import re

from flashgen.cues import parted
from flashgen.types import Card, Kind

_WORDS = 5
"""A longer name is no name but a circumstance."""

_ASKS = re.compile(
    r"""(?ix) ^(?:
        (?:what|who)\ (?:is|are)\ (?!the\b)(?:an?\ )?(?P<en>[^,.;:?]+)
      | (?:what\ does|what\ do)\ (?P<stand>[^,.;:?]+)\ (?:stand\ for|mean|abbreviate)
      | define\ (?:an?\ )?(?P<define>[^,;:?]+)
      | (?:how\ is)\ (?P<how>[^,.;:?]+)\ defined
      | что\ такое\ (?P<ru>[^,.;:?]+)
      | (?:как\ расшифровывается|что\ означает|что\ значит)\ (?P<means>[^,.;:?]+)
      | was\ (?:ist|sind)\ (?!der\b|die\b|das\b)(?:eine?\ )?(?P<de>[^,.;:?]+)
      | qu['’]est[-\ ]ce\ qu(?:e|['’]un|['’]une)?\ (?:une?\ )?(?P<fr>[^,.;:?]+)
      | qué\ (?:es|son)\ (?!el\b|la\b|los\b|las\b)(?:una?\ )?(?P<es>[^,.;:?¿]+)
      | ما\ (?:هو|هي)\ (?P<ar>[^,.;:?؟]+)
      | 什么是(?P<zh>[^,.;:?？]+)
    )\s*[?.؟？]?$"""
)
_CIRCUMSTANCE = re.compile(
    r"(?i)\b(?:of|when|if|by|for|after|before|than|to|that|which|who|used|called|needed|required|"
    r"когда|если|для|при|после|перед|чем|который|wenn|bei|für|nach|quand|pour|cuando|para)\b"
)
_IS = re.compile(
    r"(?i)^\{\{c1::[^{}]+?\}\}(?:\s\([^()]*\))?\s*(?:(?:is|are)\s(?:an?|the)\b|—\s|–\s|это\b|ist\s(?:eine?|der|die|das)\b)"
)


def is_definition(card: Card) -> bool:
    """Whether a card asks what a thing is or what its name stands for."""
    question = " ".join(card.question.split()).lstrip("¿ ")
    if card.kind is Kind.CLOZE:
        return bool(_IS.match(question))
    found = _ASKS.match(parted(re.sub(r"[`*_«»“”\"]", "", question))[1])
    if not found:
        return False
    name = next(filter(None, found.groups()))
    return len(name.split()) <= _WORDS and not _CIRCUMSTANCE.search(name)
