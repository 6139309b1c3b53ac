"""Cards that say the same as another card.

Likeness alone misleads: "At which layer does TCP work?" and "At which layer does IP work?" are more alike than many
true duplicates. So two cards are near only if their questions are alike, their answers are alike, and they are not
one card with a word exchanged (an aligned substitution); or if each asks for what the other answers. What is near is
for a person to decide.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import mul
from typing import Literal

from flashgen.duplicates.contrast import contrasts
from flashgen.duplicates.sides import Entry, Side, entry, held, jaccard, said

Vector = Sequence[float]
Vectors = Callable[[Sequence[str]], Sequence[Vector]]
"""Unit vectors of texts, nearer for nearer meanings. What they cost is the caller's to cache. Raises NoVectors."""


class NoVectors(Exception):
    """The model of the vectors can't run after all: words decide."""


LIKE_QUESTION, LIKE_ANSWER, LIKE_CARD = 0.3, 0.25, 0.4
"""Jaccard similarity of stems from which questions, answers and whole cards are alike."""
SAME_ANSWER, LESS_LIKE = 0.65, 0.2
"""Where answers of several words are so much alike, questions need be less so."""
TURNED = 0.6
"""Share of an answer's stems in the other card's question, both ways, from which one card is the other turned round."""
NEAR_QUESTION, NEAR_ANSWER = 0.85, 0.92
SAME_WORDS, LESS_NEAR = 0.6, 0.9
"""The same for the cosine of vectors; where answers share so many stems, they need be less near …"""
NEAR_TURNED = 0.89
"""… and each answer to the other card's question."""

_MOST_POSTINGS = 2000
"""Entries of the index that one search may look at: rare stems first, so that common ones cost nothing."""
_MOST_CANDIDATES = 25
_ANY_CARD, _ANY_ANSWER = 0.25, 0.6
"""Likeness by stems below which neither card nor answer is worth a look at its vectors, which cost a model's time."""


@dataclass(frozen=True, slots=True)
class Match:
    """A card that says the same: its key, whether word for word, and how alike it is (0 to 1)."""

    key: str
    exact: bool
    score: float


@dataclass(frozen=True, slots=True)
class Rules:
    """How cards are compared: by `vectors`, where there are some, and what becomes of one that says nearly the same as
    another: it is held for a person ("warn"), rejected, or let be ("off")."""

    vectors: Vectors | None = None
    level: Literal["off", "warn", "reject"] = "warn"


BY_WORDS = Rules()


class Index:
    """Cards to look for duplicates among. With vectors, meaning decides instead of words.

    A card is a number, and what is known of it stands in lists by that: as an object of its own each would take half as
    much memory again, and the cards of a large list are all in here at once.
    """

    def __init__(self, rules: Rules = BY_WORDS) -> None:
        self._vectors = rules.vectors
        self._only_exact = rules.level == "off"
        self._keys: list[str] = []
        self._questions: list[str] = []
        self._answers: list[str] = []
        self._question_sides: list[Side] = []
        self._answer_sides: list[Side] = []
        self._exact: dict[int, int] = {}
        self._again: dict[int, list[int]] = defaultdict(list)
        self._postings: dict[str, array[int]] = defaultdict(_numbers)

    def add(self, key: str, question: str, answer: str, language: str = "") -> None:
        """Make a card findable under `key`."""
        number = len(self._keys)
        self._keys.append(key)
        self._questions.append(question)
        self._answers.append(answer)
        same = hash(said(question, answer))
        if self._exact.setdefault(same, number) != number:
            self._again[same].append(number)
        if self._only_exact:
            return
        card = entry(question, answer, language)
        self._question_sides.append(card.question)
        self._answer_sides.append(card.answer)
        for stem in card.question.all | card.answer.all:
            self._postings[stem].append(number)

    def near(self, question: str, answer: str, language: str = "") -> list[Match]:
        """The cards that say the same: those that do so word for word first, then the likest."""
        exact = self._word_for_word(said(question, answer))
        found = [Match(self._keys[number], True, 1.0) for number in exact]
        if self._only_exact:
            return found
        card = entry(question, answer, language)
        others = [number for number in self._candidates(card) if number not in exact]
        whole, entries = card.whole, {number: self._entry(number) for number in others}
        alike = {number: jaccard(whole, other.whole) for number, other in entries.items()}
        scores = self._meanings(card, (question, answer), alike) or [
            _by_words(card, entries[number], likeness) for number, likeness in alike.items()
        ]
        near = [
            Match(self._keys[number], False, round(score, 3))
            for number, score in zip(others, scores, strict=True)
            if score
        ]
        return found + sorted(near, key=lambda match: -match.score)

    def _word_for_word(self, same: tuple[str, str]) -> list[int]:
        key = hash(same)
        likely = (self._exact[key], *self._again.get(key, ())) if key in self._exact else ()
        return [number for number in likely if said(self._questions[number], self._answers[number]) == same]

    def _entry(self, number: int) -> Entry:
        return Entry(self._questions[number], self._question_sides[number], self._answer_sides[number])

    def _candidates(self, card: Entry) -> list[int]:
        """The cards that share most stems with `card`, found by its rarest ones."""
        stems = card.question.all | card.answer.all
        postings = sorted((self._postings[stem] for stem in stems if stem in self._postings), key=len)
        shared: Counter[int] = Counter()
        looked_at = 0
        for posting in postings:
            if looked_at and looked_at + len(posting) > _MOST_POSTINGS:
                break
            shared.update(posting[-_MOST_POSTINGS:])
            looked_at += len(posting)
        likely = sorted(((count, number) for number, count in shared.items() if count > 1), reverse=True)
        found = [number for _, number in likely[:_MOST_CANDIDATES]]
        if len(stems) > 3 and not self._vectors:
            return found
        room = _MOST_CANDIDATES - len(found)
        return found + nlargest(room, (number for number, count in shared.items() if count == 1))

    def _meanings(self, card: Entry, texts: tuple[str, str], alike: Mapping[int, float]) -> Sequence[float]:
        """How alike `card` and each of the candidates are by their vectors, 0 for those that aren't near; nothing where
        there are no vectors."""
        if not self._vectors:
            return ()
        try:
            return self._by_meaning(card, texts, alike, self._vectors)
        except NoVectors:
            self._vectors = None
            return ()

    def _by_meaning(
        self, card: Entry, texts: tuple[str, str], alike: Mapping[int, float], vectors: Vectors
    ) -> Sequence[float]:
        """Answers first: they are short, and where they are far apart, questions needn't be looked at, which cost more
        of a model's time."""
        entries = ((number, self._entry(number), likeness) for number, likeness in alike.items())
        likely = {number: other for number, other, likeness in entries if _worth_a_look(card, other, likeness)}
        if not likely:
            return [0.0] * len(alike)
        answers = dict(zip((None, *likely), vectors([texts[1], *(self._answers[n] for n in likely)]), strict=True))
        near = [
            n for n, other in likely.items() if _cosine(answers[None], answers[n]) >= _least_for_answers(card, other)
        ]
        turned = [n for n, other in likely.items() if n not in near and _may_be_turned(card, other)]
        asked = (*near, *turned)
        if not asked:
            return [0.0] * len(alike)
        questions = dict(zip((None, *asked), vectors([texts[0], *(self._questions[n] for n in asked)]), strict=True))
        scores = {
            n: _score(card, likely[n], (questions[None], answers[None]), (questions[n], answers[n])) for n in asked
        }
        return [scores.get(number, 0.0) for number in alike]


def _numbers() -> array[int]:
    return array("I")


def _worth_a_look(one: Entry, other: Entry, whole: float) -> bool:
    return whole >= _ANY_CARD or jaccard(one.answer.all, other.answer.all) >= _ANY_ANSWER


def _by_words(one: Entry, other: Entry, whole: float) -> float:
    """How alike two cards are by their stems, which are so much alike as a `whole`; 0 if they aren't near."""
    if whole < LIKE_CARD:
        return 0.0
    question = jaccard(one.question.telling, other.question.telling)
    answer = jaccard(one.answer.all, other.answer.all)
    least = LESS_LIKE if answer >= SAME_ANSWER and len(one.answer.row) > 1 else LIKE_QUESTION
    if question >= least and answer >= LIKE_ANSWER:
        return 0.0 if contrasts(one, other) else whole
    turned = min(held(one.answer.all, other.question.all), held(other.answer.all, one.question.all))
    return whole if turned >= TURNED else 0.0


def _least_for_answers(one: Entry, other: Entry) -> float:
    return LESS_NEAR if jaccard(one.answer.all, other.answer.all) >= SAME_WORDS else NEAR_ANSWER


def _may_be_turned(one: Entry, other: Entry) -> bool:
    """Whether each asks with a word of what the other answers."""
    return bool(one.answer.all & other.question.all and other.answer.all & one.question.all)


def _score(one: Entry, other: Entry, mine: tuple[Vector, Vector], theirs: tuple[Vector, Vector]) -> float:
    """How alike two cards are by the vectors of their questions and answers; 0 if they aren't near."""
    question, answer = _cosine(mine[0], theirs[0]), _cosine(mine[1], theirs[1])
    if question >= NEAR_QUESTION and answer >= _least_for_answers(one, other):
        return 0.0 if contrasts(one, other) else (question + answer) / 2
    turned = min(_cosine(mine[0], theirs[1]), _cosine(mine[1], theirs[0]))
    return turned if turned >= NEAR_TURNED else 0.0


def _cosine(one: Vector, other: Vector) -> float:
    return float(sum(map(mul, one, other)))
