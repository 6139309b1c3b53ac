"""Questions and answers as they are compared: stems, numbers and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any

from flashgen.numerals import Reading, claims
from flashgen.text import fold, plain, words
from flashgen.vocabulary import content, generic

_STEM = 6
"""Letters that two stems share if they are forms of one word ("replica", "replicate")."""
_NAME = re.compile(r"`[^`]+`|(?<![^\W_])[^\W_]*(?:[^\W\d_a-zа-яё][^\W_]*[^\W\d_a-zа-яё]|\d)[^\W_]*")
"""Code, acronyms and words with a digit: what names one thing and no other."""


@dataclass(frozen=True, slots=True)
class Side:
    """A question or an answer: its stems in order, its numbers and its names. Its sets are made when they are asked
    for: those of 100,000 cards would take half a gigabyte."""

    row: tuple[str, ...]
    numbers: frozenset[Reading]
    names: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Its stems and numbers."""
        return (
            frozenset((*self.row, *(f"={number}" for number in self.numbers))) if self.numbers else frozenset(self.row)
        )

    @property
    def own(self) -> frozenset[str]:
        """The stems that say something of their own."""
        return frozenset(self.row) - general()

    @property
    def telling(self) -> frozenset[str]:
        """What likeness is told by: the stems of its own, or all where it has none."""
        return self.own or self.all


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as two sides, with its question as it is written."""

    text: str
    question: Side
    answer: Side

    @property
    def whole(self) -> frozenset[str]:
        """What the likeness of whole cards is told by: all stems but those that are a mere frame of the question."""
        return self.question.own | self.answer.all

    @property
    def asked(self) -> frozenset[str]:
        """All words of the question, small ones too."""
        return frozenset(words(_said(self.text).replace("-", " ")))


@lru_cache(maxsize=64)
def entry(question: str, answer: str, language: str) -> Entry:
    """A card made ready."""
    return Entry(question, _side(question, language), _side(answer, language))


@lru_cache(maxsize=64)
def said(question: str, answer: str) -> tuple[str, str]:
    """A card as text for the comparison word for word."""
    return _said(question), _said(answer)


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of what both have in what either has."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if one or other else 1.0


def held(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of `one` that `other` has."""
    return len(one & other) / len(one) if one else 0.0


@lru_cache(maxsize=1)
def general() -> frozenset[str]:
    """Stems that are the frame of a question and not its matter."""
    return frozenset(stem[:_STEM] for stem in generic())


_seen = lru_cache(maxsize=64)(plain)


def _said(text: str) -> str:
    return fold(_seen(text)).strip(" .!?;:")


@lru_cache(maxsize=8192)
def _side(text: str, language: str) -> Side:
    seen = _seen(text)
    row = tuple(intern(stem[:_STEM]) for stem in content(seen, language)) or tuple(fold(seen).split())
    numbers = frozenset(reading for _, readings in claims(seen) for reading in readings) or _NONE
    names = frozenset(name.strip("`").casefold() for name in _NAME.findall(text)) or _NONE
    return Side(row, numbers, names)


_NONE: frozenset[Any] = frozenset()
"""One for all: of 100,000 cards each would have four of its own."""
