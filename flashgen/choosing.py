"""Which sentences of a passage are worth a card, for models too small to choose themselves.

A sentence must be able to stand alone, and should define, compare, explain or measure something that its passage is
about. What is long, vague, a story or an address to the reader comes last.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flashgen.prose import Sentence, sentences
from flashgen.restating import Form, Restated, restated
from flashgen.standalone import phrases, stands_alone, unified
from flashgen.text import words
from flashgen.types import Passage
from flashgen.vocabulary import STOP, content, listed

LEAST = 2.0
"""The score that a sentence must have to be worth a question."""
_SURE = {Form.DEFINES: 2.5, Form.EXPLAINS: 2.5, Form.RELATES: 1.5, Form.FOLLOWS: 0.5}
"""What it adds to a sentence's score that question and answer can be read off it, for then they are right."""
_ALIKE = 0.5
"""Jaccard of two sentences' stems from which the later one says nothing new."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence to make a card from. `topic` are the words that say what it is about; a higher `score` is better.
    `said` is the sentence as question and answer, where its grammar alone tells them."""

    sentence: Sentence
    topic: str
    score: float
    said: Restated | None = None

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.text


def facts(passage: Passage, *, least: float = LEAST) -> tuple[Fact, ...]:
    """The sentences of a passage that a card can be made from, best first; those that say the same again left out."""
    there = sentences(passage.text)
    weights = _weights(passage, there)
    prose = " ".join(sentence.text for sentence in there)
    scored = [
        _fact(sentence, passage, weights, prose)
        for sentence in there
        if stands_alone(sentence.text) and not _ends_the_article(sentence, passage)
    ]
    chosen: list[Fact] = []
    seen: list[set[str]] = []
    for fact in sorted(scored, key=lambda fact: (-fact.score, fact.sentence.n)):
        said = set(content(fact.text, passage.source_language))
        if fact.score >= least and all(jaccard(said, other) < _ALIKE for other in seen):
            chosen.append(fact)
            seen.append(said)
    return tuple(chosen)


def _fact(sentence: Sentence, passage: Passage, weights: Mapping[str, float], prose: str) -> Fact:
    headings = " ".join((sentence.heading, *passage.path, passage.title))
    known = passage.source_language.casefold().split("-")[0] in ("en", "ru", "")
    said = restated(sentence.text, prose, headings) if known else None
    score = _score(sentence, weights, passage.source_language) + (_SURE[said.form] if said else 0.0)
    return Fact(sentence, _topic(passage, sentence), score, said)


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    """How alike two sets are, 0 to 1."""
    first, second = set(one), set(other)
    return len(first & second) / max(1, len(first | second))


def _ends_the_article(sentence: Sentence, passage: Passage) -> bool:
    """Whether a sentence stands among references and the like."""
    return any(_APPENDIX.search(unified(heading)) for heading in (sentence.heading, *passage.path))


_APPENDIX = phrases(
    """references; external links; see also; further reading; bibliography; footnotes; sources; related articles;
    related posts; comments; литература; источники; ссылки; примечания; комментарии; см. также""",
    start=True,
)


# --- what is worth it -------------------------------------------------------------------------------

_CUES: tuple[tuple[float, re.Pattern[str]], ...] = (
    # a definition
    (3.0, re.compile(r"^[\w+#./' -]{2,54}?(?: \([^)]+\))? (?:is|are) (?:an?|the|any\w*|one|when|where|how)\b")),
    (3.0, re.compile(r"^[а-яa-z0-9 ()-]{3,60} (?:-|–|—) (?:это )?[а-я]")),
    (
        2.5,
        phrases(
            """refer to; refers to; stands for; stand for; is called; are called; is known as; are known as; is defined
            as; means that; consist of; consists of;
            называется; называются; называют; представляет собой; означает; состоит из; определяется как"""
        ),
    ),
    # why, what for, what follows
    (
        2.0,
        phrases(
            """because; so that; in order to; since; due to; lead to; leads to; result in; results in; cause; causes;
            prevent; prevents; avoid; avoids; ensure; ensures; guarantee; guarantees;
            потому что; поскольку; чтобы; из-за; благодаря; приводит; приводят; вызывает; вызывают; предотвраща*;
            гарантиру*; обеспечива*"""
        ),
    ),
    (
        1.5,
        phrases(
            """allow; allows; enable; enables; let; lets; help; helps; provide; provides; reduce; reduces; improve;
            improves; increase; increases; require; requires; must; depend on; depends on; use; uses; used to; used
            for; used by;
            позволя*; помога*; использу*; требу*; должен; должна; должно; должны; необходим*; завис*; уменьша*;
            увеличива*; ограничива*; хран*; нужн*"""
        ),
    ),
    # how things differ, and under what condition
    (
        1.5,
        phrases(
            """unlike; whereas; while; rather than; instead of; compared to; compared with; differ; differs; faster;
            slower; only; never; always; unless;
            в отличие; тогда как; вместо; быстрее; медленнее; отлича*; только; никогда; всегда; без"""
        ),
    ),
    (1.0, re.compile(r"^(?:when|if|once|during|after|before|когда|если|при|после)\b.+,|\b(?:happens|occurs) when\b")),
    # how much
    (1.0, re.compile(r"\b\d+(?:[.,]\d+)?(?: ?%| ?x\b| [a-zа-я]+|[kmgt]b\b)|\bo\([^)]+\)")),
    (1.0, phrases("at most; at least; не более; не менее; не больше; не меньше")),
)  # fmt: skip
_YOU = phrases("you; your; you're; you'll; вы; тебе; ты; твой")
_PAST = phrases(
    """was; were; had; did; said; wrote; decided; wanted; started; announced; released;
    был; была; были; было; решили; сделали"""
)
_VAGUE = phrases(
    """many; several; various; some; thing; things; stuff; etc; and so on; important; different; ways; a number of; a
    lot of; lots of; easy; hard; nice; good; better; best; similar; equivalent; popular;
    многие; некоторые; различные; разные; и т. д; важно"""
)
_HEDGED = phrases(
    """maybe; perhaps; probably; hopefully; arguably; pretty much; kind of; sort of; a lot of fun; awesome; great;
    cool; amazing; наверное; пожалуй; вероятно; кажется; круто; отличн*"""
)
_LISTED = re.compile(r",[^,]+,[^,]+,")


def _weights(passage: Passage, there: Sequence[Sentence]) -> Mapping[str, float]:
    """What each stem tells of the passage's matter: repeated ones a little, those of headings and title more."""
    language = passage.source_language
    counts = Counter(stem for sentence in there for stem in set(content(sentence.text, language)))
    weights = {stem: min(1.0, (count - 1) / 4) for stem, count in counts.items()}
    for stem in content(" ".join((passage.title, *passage.path)), language):
        weights[stem] = weights.get(stem, 0.0) + 0.7
    return weights


def _score(sentence: Sentence, weights: Mapping[str, float], language: str) -> float:
    """The two strongest cues first, then the matter; what is long, vague, a story or an address to the reader less."""
    low = unified(sentence.text)
    matter = set(content(sentence.text, language))
    score = sum(sorted((weight for weight, cue in _CUES if cue.search(low)), reverse=True)[:2])
    score += min(2.5, sum(weights.get(stem, 0.0) for stem in matter))
    score += 1.0 if matter & set(content(sentence.heading, language)) else 0.0
    score += 0.5 if sentence.leads else 0.0
    score -= 1.5 * bool(_YOU.search(low)) + 1.5 * bool(_HEDGED.search(low))
    score -= 1.0 * bool(_PAST.search(low)) + 1.0 * bool(_LISTED.search(low))
    score -= 0.5 * len(_VAGUE.findall(low)) + 0.08 * max(0, len(words(low)) - 24)
    return score


# --- what it is about -------------------------------------------------------------------------------

_ASKING = phrases("why; how; what; when; where; which; who; почему; как; что; когда; где; зачем; кто", start=True)
"""How a heading begins that is half a question: a small model takes it for the question."""
_GENERIC = listed(
    """introduction intro overview summary conclusion conclusions background basics general notes note details usage
    example examples features description motivation definition goals faq tldr readme about advantages disadvantages
    pros cons benefits drawbacks advantage disadvantage
    введение вступление обзор итог итоги вывод выводы заключение пример примеры основы описание возможности
    определение преимущества недостатки плюсы минусы"""
)


def _topic(passage: Passage, sentence: Sentence) -> str:
    """The nearest heading that says something, else the title; '' if all are generic or half a question.

    Headings of the reading list are left out: a small model asks "What is X in software?" of them.
    """
    headings = (sentence.heading, *reversed(passage.path), passage.title)
    return next((heading for heading in headings if heading and _says_something(heading)), "")


def _says_something(heading: str) -> bool:
    if heading.endswith("?") or _ASKING.search(unified(heading)):
        return False
    return not all(word in _GENERIC or word in STOP or word.isdigit() for word in words(heading))
