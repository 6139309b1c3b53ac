"""A card and its sentence, ready to be compared: folded texts and sets of stems."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from flashgen.choosing import Fact
from flashgen.text import fold
from flashgen.types import Draft, Passage
from flashgen.vocabulary import content


@dataclass(frozen=True, slots=True)
class Case:
    """One card, `question`, `answer` and `fact` folded, with the stems of the words that carry meaning.

    `subject_stems` are the question's without the words that any question may have; `heading` is what stands over the
    sentence; `known_stems` are those of the whole passage and its headings.
    """

    question: str
    question_as_written: str
    answer: str
    fact: str
    fact_as_written: str
    heading: str
    question_stems: frozenset[str]
    subject_stems: frozenset[str]
    answer_stems: frozenset[str]
    fact_stems: frozenset[str]
    topic_stems: frozenset[str]
    known_stems: frozenset[str]

    @classmethod
    def of(cls, draft: Draft, fact: Fact, passage: Passage) -> Self:
        """The case of a card that was made from `fact`."""

        def stems(*texts: str) -> frozenset[str]:
            return frozenset(content(" ".join(texts), passage.language))

        return cls(
            question=fold(draft.question),
            question_as_written=draft.question,
            answer=fold(draft.answer).rstrip(" ."),
            fact=fold(fact.text),
            fact_as_written=fact.text,
            heading=fold(" ".join((fact.sentence.heading, *passage.path[-1:]))),
            question_stems=stems(draft.question),
            subject_stems=stems(without_frame(draft.question)),
            answer_stems=stems(draft.answer),
            fact_stems=stems(fact.text),
            topic_stems=stems(fact.topic),
            known_stems=stems(passage.text, fact.topic, *passage.path),
        )


def share(part: Collection[str], whole: Collection[str]) -> float:
    """The share of `part` that stands in `whole`; 1 if `part` is empty."""
    return sum(item in whole for item in part) / len(part) if part else 1.0


def without_frame(question: str) -> str:
    """`question`, folded, without the words that any question may have."""
    return _FRAME.sub(" ", fold(question))


_FRAME = re.compile(
    r"\b(?:what|why|how|when|where|which|who|purpose|role|result|happens?|main|differences?|differs?|example|kind|type|"
    r"benefits?|advantages?|disadvantages?|drawbacks?|reason|way|effect|function|goal|meaning|definition|term|"
    r"что|почему|как|какой|какая|какое|какие|цель|роль|происходит|разница|отличается|причина|результат|термин)\b"
)
