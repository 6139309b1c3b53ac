"""Questions and answers as they are compared: stems, numbers and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from flashgen.numerals import Reading, claims
from flashgen.text import fold, plain
from flashgen.vocabulary import content, generic

_STEM = 6
"""Letters that two stems share if they are forms of one word ("replica", "replicate")."""
_NAME = re.compile(r"`[^`]+`|(?<![^\W_])[^\W_]*(?:[^\W\d_a-zа-яё][^\W_]*[^\W\d_a-zа-яё]|\d)[^\W_]*")
"""Code, acronyms and words with a digit: what names one thing and no other."""


@dataclass(frozen=True, slots=True)
class Side:
    """A question or an answer: its stems in order, as a set, those that say something of their own, its numbers and
    its names."""

    row: tuple[str, ...]
    all: frozenset[str]
    own: frozenset[str]
    numbers: frozenset[Reading]
    names: frozenset[str]

    @property
    def telling(self) -> frozenset[str]:
        """What likeness is told by: the stems of its own, or all where it has none."""
        return self.own or self.all


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as text for the comparison word for word, and as two sides."""

    same: tuple[str, str]
    question: Side
    answer: Side


@lru_cache(maxsize=64)
def entry(question: str, answer: str, language: str) -> Entry:
    """A card made ready."""
    return Entry(said(question, answer), _side(question, language), _side(answer, language))


@lru_cache(maxsize=64)
def said(question: str, answer: str) -> tuple[str, str]:
    """A card as text for the comparison word for word."""
    return _said(question), _said(answer)


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of what both have in what either has."""
    return len(one & other) / len(one | other) if one or other else 1.0


def held(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of `one` that `other` has."""
    return len(one & other) / len(one) if one else 0.0


@lru_cache(maxsize=1)
def general() -> frozenset[str]:
    """Stems that are the frame of a question and not its matter."""
    return frozenset(stem[:_STEM] for stem in generic())


def _said(text: str) -> str:
    return fold(plain(text)).strip(" .!?;:")


@lru_cache(maxsize=8192)
def _side(text: str, language: str) -> Side:
    seen = plain(text)
    row = tuple(intern(stem[:_STEM]) for stem in content(seen, language)) or tuple(fold(seen).split())
    numbers = frozenset(reading for _, readings in claims(seen) for reading in readings)
    return Side(
        row,
        frozenset(row) | {f"={number}" for number in numbers},
        frozenset(row) - general(),
        numbers,
        frozenset(name.strip("`").casefold() for name in _NAME.findall(text)),
    )
