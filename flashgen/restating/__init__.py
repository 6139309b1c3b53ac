"""A sentence said again as a question and its answer, by its grammar alone: "X is a Y that …" asks "What is X?".

Question and answer are the sentence's own words, so that the card says what the sentence says; a small model's often
don't. Only sentences of a few forms can be turned so, in English and Russian; of all others nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """What a sentence does, as its grammar shows."""

    DEFINES = "defines"
    RELATES = "relates"
    EXPLAINS = "explains"
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True)
class Restated:
    """A sentence as question and answer."""

    form: Form
    question: str
    answer: str


def restated(sentence: str, seen: str = "", about: str = "") -> Restated | None:
    """`sentence` as question and answer; None where its form is none of the known ones.

    `seen` is the text around it, which tells names from words that only begin a sentence; `about` are the headings it
    stands under, which tell what "the capacity" is the capacity of.
    """
    from flashgen.restating import english, russian
    from flashgen.vocabulary import writing

    text = " ".join(sentence.split()).rstrip(".").strip()
    if writing(text) == "CYRILLIC":
        return russian.restated(text, seen, about)
    return english.restated(text, seen, about)
