"""Cards that say the same as another card.

Likeness alone misleads: "At which layer does TCP work?" and "At which layer does IP work?" are more alike than many
true duplicates. So two cards are near only if their questions are alike, their answers are alike, and they are not
one card with a word exchanged (an aligned substitution). What is near is for a person to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from flashgen.numerals import Reading, claims
from flashgen.text import fold, plain, words
from flashgen.vocabulary import content, generic, listed

Vector = Sequence[float]
Vectors = Callable[[Sequence[str]], Sequence[Vector]]
"""Unit vectors of texts, nearer for nearer meanings. What they cost is the caller's to cache."""

LIKE_QUESTION, LIKE_ANSWER, LIKE_CARD = 0.3, 0.25, 0.4
"""Jaccard similarity of stems from which questions, answers and whole cards are alike."""
SAME_ANSWER, LESS_LIKE = 0.8, 0.2
"""Where answers of several words are so much alike, questions need be less so."""
NEAR_QUESTION, NEAR_ANSWER = 0.85, 0.89
"""The same for the cosine of vectors."""

_MOST_POSTINGS = 2000
"""Entries of the index that one search may look at: rare stems first, so that common ones cost nothing."""
_MOST_CANDIDATES = 25
_LONGEST_SPAN = 3
"""Stems of a stretch that stands in place of another, for the two cards to be one with a word exchanged."""
_STEM = 6
"""Letters that two stems share if they are forms of one word ("replica", "replicate")."""


@dataclass(frozen=True, slots=True)
class Match:
    """A card that says the same: its key, whether word for word, and how alike it is (0 to 1)."""

    key: str
    exact: bool
    score: float


@dataclass(frozen=True, slots=True)
class _Side:
    """A question or an answer: its stems in order, as a set, those that say something of their own, and its numbers."""

    row: tuple[str, ...]
    all: frozenset[str]
    own: frozenset[str]
    numbers: frozenset[Reading]


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    same: tuple[str, str]
    question: _Side
    answer: _Side


class Index:
    """Cards to look for duplicates among. With `vectors`, meaning decides instead of words."""

    def __init__(self, vectors: Vectors | None = None) -> None:
        self._vectors = vectors
        self._entries: list[_Entry] = []
        self._texts: list[tuple[str, str]] = []
        self._exact: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._postings: dict[str, list[int]] = defaultdict(list)

    def add(self, key: str, question: str, answer: str, language: str = "") -> None:
        """Make a card findable under `key`."""
        entry = _entry(key, question, answer, language)
        number = len(self._entries)
        self._entries.append(entry)
        self._texts.append((question, answer))
        self._exact[entry.same].append(number)
        for stem in entry.question.all | entry.answer.all:
            self._postings[stem].append(number)

    def near(self, question: str, answer: str, language: str = "") -> list[Match]:
        """The cards that say the same: those that do so word for word first, then the likest."""
        entry = _entry("", question, answer, language)
        exact = self._exact.get(entry.same, [])
        found = [Match(self._entries[number].key, True, 1.0) for number in exact]
        others = [number for number in self._candidates(entry) if number not in exact]
        alike = self._by_meaning((question, answer), others) if self._vectors else self._by_words(entry, others)
        near = [
            Match(self._entries[number].key, False, round(score, 3))
            for number, score in alike
            if not _contrasts(entry, self._entries[number])
        ]
        return found + sorted(near, key=lambda match: -match.score)

    def _candidates(self, entry: _Entry) -> list[int]:
        """The cards that share most stems with `entry`, found by its rarest ones."""
        stems = entry.question.all | entry.answer.all
        postings = sorted((self._postings[stem] for stem in stems if stem in self._postings), key=len)
        shared: Counter[int] = Counter()
        looked_at = 0
        for posting in postings:
            if looked_at and looked_at + len(posting) > _MOST_POSTINGS:
                break
            shared.update(posting[-_MOST_POSTINGS:])
            looked_at += len(posting)
        least = 2 if len(stems) > 3 and not self._vectors else 1
        likely = [(count, number) for number, count in shared.items() if count >= least]
        return [number for _, number in sorted(likely, reverse=True)[:_MOST_CANDIDATES]]

    def _by_words(self, entry: _Entry, numbers: Sequence[int]) -> Iterator[tuple[int, float]]:
        mine = entry.question.own or entry.question.all
        for number in numbers:
            other = self._entries[number]
            question = _jaccard(mine, other.question.own or other.question.all)
            if question < LESS_LIKE:
                continue
            answer = _jaccard(entry.answer.all, other.answer.all)
            least = LESS_LIKE if answer >= SAME_ANSWER and len(entry.answer.row) > 1 else LIKE_QUESTION
            whole = _jaccard(entry.question.own | entry.answer.all, other.question.own | other.answer.all)
            if question >= least and answer >= LIKE_ANSWER and whole >= LIKE_CARD:
                yield number, whole

    def _by_meaning(self, card: tuple[str, str], numbers: Sequence[int]) -> Iterator[tuple[int, float]]:
        if not self._vectors or not numbers:
            return
        asked, said = self._vectors(card)
        others = self._vectors([text for number in numbers for text in self._texts[number]])
        for number, question, answer in zip(numbers, others[::2], others[1::2], strict=True):
            likeness = _cosine(asked, question), _cosine(said, answer)
            if likeness[0] >= NEAR_QUESTION and likeness[1] >= NEAR_ANSWER:
                yield number, sum(likeness) / 2


def _entry(key: str, question: str, answer: str, language: str) -> _Entry:
    return _Entry(key, (_said(question), _said(answer)), _side(question, language), _side(answer, language))


def _said(text: str) -> str:
    return fold(plain(text)).strip(" .!?;:")


@lru_cache(maxsize=8192)
def _side(text: str, language: str) -> _Side:
    said = plain(text)
    row = tuple(stem[:_STEM] for stem in content(said, language)) or tuple(fold(said).split())
    numbers = frozenset(reading for _, readings in claims(said) for reading in readings)
    return _Side(row, frozenset(row) | {f"={number}" for number in numbers}, frozenset(row) - _general(), numbers)


@lru_cache(maxsize=1)
def _general() -> frozenset[str]:
    return frozenset(stem[:_STEM] for stem in generic())


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def _cosine(one: Vector, other: Vector) -> float:
    return float(sum(a * b for a, b in zip(one, other, strict=True)))


# --- contrast -----------------------------------------------------------------------------------

_PAIRS = listed(
    """advant/benefi/upsid/pros|disadv/drawba/downsi/cons read/reads|write/writes/writte client|server encryp|decryp
    min/minimu|max/maximu sync/synchr|async/asynch optimi|pessim horizo|vertic inner|outer encode/encodi|decode/decodi
    leader/master/primar|follow/slave/replic/second public|privat start/begin|end/stop increa|decrea lower|upper
    best|worst преиму/плюс|недост/минус чтен/чита|запис/пиш клиент|сервер миним|максим синхро|асинхр оптими|пессим
    горизо|вертик лидер/мастер|ведом/реплик/слейв внутре|внешн кодиро|декоди шифров|расшиф публич|приват
    начал|конец/конч увелич|уменьш"""
)
_OPPOSITES = tuple(tuple(listed(side.replace("/", " ")) for side in pair.split("|")) for pair in _PAIRS)
"""Stems, cut to length, that make two questions opposite however they are worded."""
_SMALL_PAIRS = listed(
    """before|after above|below over|under with|without up|down in|out back|through inside|outside during|after on|off
    до|после над|под с|без внутри|снаружи перед|за"""
)
_SMALL_OPPOSITES = {tuple(side) for pair in _SMALL_PAIRS for side in (pair.split("|"), pair.split("|")[::-1])}
"""Small words that make two questions opposite."""
_NEGATIONS = listed("not no without never no non нет не без никогда")


def _contrasts(one: _Entry, other: _Entry) -> bool:
    """Whether two cards are one with something exchanged: another number, an opposite, an aligned word."""
    for mine, theirs in ((one.question, other.question), (one.answer, other.answer)):
        if mine.numbers and theirs.numbers and not mine.numbers & theirs.numbers:
            return True
    here, there = one.question.all - other.question.all, other.question.all - one.question.all
    if any((here & left and there & right) or (here & right and there & left) for left, right in _OPPOSITES):
        return True
    asked, also_asked = (set(words(side.same[0].replace("-", " "))) for side in (one, other))
    if any(left in asked - also_asked and right in also_asked - asked for left, right in _SMALL_OPPOSITES):
        return True
    return bool(_NEGATIONS & asked) != bool(_NEGATIONS & also_asked) or _exchanged(one.question, other.question)


def _exchanged(one: _Side, other: _Side) -> bool:
    """Whether one or two short stretches of content stand in the place of others, and all the rest is equal."""
    mine = [stem for stem in one.row if stem not in _general()]
    theirs = [stem for stem in other.row if stem not in _general()]
    changes = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    replaced = [(a2 - a1, b2 - b1) for tag, a1, a2, b1, b2 in changes if tag == "replace"]
    if not replaced or len(replaced) > 2 or any(tag in ("insert", "delete") for tag, *_ in changes):
        return False
    return all(max(spans) <= _LONGEST_SPAN for spans in replaced) and any(tag == "equal" for tag, *_ in changes)
