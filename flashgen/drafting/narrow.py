"""What is too loose about a card that a small model worded: it asks what has many answers, or drops half of what the
sentence says.

Stricter than `asked.py`: a small model's cards of these kinds were read one by one, and most were no good. A card that
the sentence's own grammar tells (`restating`) is not held against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.choosing import Fact
from flashgen.drafting.case import Case, share
from flashgen.restating.verbs import base_form
from flashgen.types import Draft, Passage
from flashgen.vocabulary import content, listed, writing

_COVERED = 0.7
"""Share of what the sentence says that question and answer together must say again."""
_ABOUT = 0.6
"""Share of the question's own words that the sentence must have."""
_GIVEN = 0.75
"""Share of a condition, or of what is to be explained, that the question must have."""

_LIGHT = listed(
    """do provide allow enable help let offer support include contain have use need require make give result lead cause
    mean refer ensure suggest say work happen become take get keep handle manage define represent describe involve
    improve increase reduce affect create build add change show tell see bring consider produce integrate run serve
    return hold store know want follow perform solve share set read write treat depend rely"""
)


def worth_asking(sentence: str, begins: str) -> bool:
    """Whether a question about `sentence` that begins so has a chance; of some it is known beforehand what they give.

    Definitions and conditions that grammar turns never come here: what is left of them is praise, or a story. Where
    nobody can say how a question begins, because the sentence names no one who does something, a small model can't
    either.
    """
    low = sentence.casefold()
    if begins.startswith(("Что такое", "Что происходит")):
        return False
    if not begins:
        return writing(sentence) == "CYRILLIC" and not _CIRCUMSTANCE.match(low)
    if begins.startswith("What happens"):
        return not _UNSURE.search(low) and not _YOU.search(low)
    asked = _WHAT.match(begins.casefold())
    if not asked or asked[1] not in low:
        return True
    verb, *more = [word for word in low.rpartition(asked[1])[2].split() if word not in _BEFORE_VERBS] or [""]
    return base_form(verb) not in _LIGHT or bool(_MORE.search(" ".join(more)))


_CIRCUMSTANCE = re.compile(r"(?:в|во|на|при|для|с|со|по|из|если|когда|чтобы|после|до|за|у|к|от|[\w-]+ть)\b")
_WHAT = re.compile(r"what (?:do|does|can|could|must|should|will) (.+)")
_BEFORE_VERBS = listed("can could must should will may also often usually only generally typically simply then still")
_MORE = re.compile(
    r"\b(?:as|with|for|from|between|when|if|unless|until|without|per|than|instead|by|before|after|while)\b"
)


def loose(draft: Draft, fact: Fact, passage: Passage) -> str:
    """Why a model's card is too loose to be kept, in words for a person; '' if nothing was found."""
    case = Case.of(draft, fact, passage)
    return next((reason for check, reason in _CHECKS if check(case, passage.language)), "")


def _asks_widely(case: Case, language: str) -> bool:
    """ "What does X provide?", "What can X lead to?": the verb fits everything, and nothing narrows it."""
    found = _ASKS.match(case.question)
    if not found:
        return False
    words = found[1].split()
    if "do" in words[1:]:
        return words[words.index("do", 1) + 1 :][:1] not in (["when"], ["if"], ["after"], ["before"], ["with"])
    for n in range(len(words) - 1, 0, -1):
        if base_form(words[n]) == words[n] and words[n] in _LIGHT:
            return not content(" ".join(words[n + 1 :]), language)
    return False


_ASKS = re.compile(r"(?:what|which|who|how) (?:does|do|did|can|could|should|must|will|would|may|might) (.+)\?$")


def _drops(case: Case, language: str) -> bool:
    """Question and answer together say too little of the statement that the answer stands in."""
    said = case.question_stems | case.answer_stems
    clauses = [frozenset(content(clause, language)) for clause in _CLAUSES.split(case.fact)]
    home = max(clauses, key=lambda stems: (len(stems & case.answer_stems), -len(stems)))
    return share(home, said | case.topic_stems) < _COVERED


_CLAUSES = re.compile(
    r"(?:; |, (?:but|while|whereas|although|so|yet|and then) | [-–—] | but |, (?:но|а|однако|тогда как|хотя|поэтому) )"
)


def _asks_elsewhere(case: Case, language: str) -> bool:
    """Most of what it asks about stands in the heading, not in the sentence."""
    return share(case.subject_stems, case.fact_stems) < _ABOUT


def _promises(case: Case, language: str) -> bool:
    """It asks for a purpose, a benefit, a best practice, and the sentence doesn't call it so."""
    return any(
        not re.search(rf"\b{re.escape(word[:6])}", f"{case.fact} {case.heading}")
        for word in _PROMISE.findall(case.question)
    )


_PROMISE = re.compile(
    r"\b(purpose|benefits?|advantages?|disadvantages?|drawbacks?|problems?|issues?|practices?|role|goals?|results?|"
    r"differences?|examples?|types?|features?|main|primary|key|important|recommended|effects?|impact|"
    r"цель|цели|преимуществ\w+|недостат\w+|проблем\w+|роль|результат\w*|особенност\w+|пример\w*|плюс\w*|минус\w*)\b"
)


def _supposes(case: Case, language: str) -> bool:
    """What happens is asked of a sentence that states no condition, or the question leaves some of it out."""
    if not _HAPPENS.match(case.question):
        return False
    if set(_EXAMPLES.findall(case.answer)) - set(_EXAMPLES.findall(case.question)):
        return True
    given = _CONDITION.match(case.fact)
    if not given or _UNSURE.search(case.fact) or share(content(given[1], language), case.question_stems) < _GIVEN:
        return True
    return not case.question_stems & (case.topic_stems | frozenset(content(case.heading, language)))


_HAPPENS = re.compile(
    r"what (?:happens?|occurs?|will happen|does .* do when)\b|что (?:происходит|произойдет|случится)\b"
)
_CONDITION = re.compile(r"(?:when|if|whenever|once|когда|если|при) ([^,]+), ")
_EXAMPLES = re.compile(r"\b[a-z]+_[a-z_]+\b")
"""Names out of the code of an example."""
_UNSURE = re.compile(r"\b(?:should|would|could|might|may|was|were|бы|был\w*|получа(?:ем|ете)|начина(?:ем|ете))\b")


def _explains_another(case: Case, language: str) -> bool:
    """Why is asked of something else than what the sentence gives the reason of."""
    if not case.question.startswith(("why", "почему", "зачем")):
        return False
    parts = _BECAUSE.split(case.fact, maxsplit=1)
    if len(parts) < 2:
        return not case.question.startswith("зачем")
    main, reason = (frozenset(content(part, language)) for part in parts)
    if not case.answer_stems or len(case.answer_stems & reason) * 2 < len(case.answer_stems):
        return True
    return share(main, case.question_stems) < _GIVEN


_BECAUSE = re.compile(r",? \(?(?:because|so that|in order to|потому что|поскольку|так как|чтобы) ")


def _copies(case: Case, language: str) -> bool:
    """The question is the sentence's own words with a question mark, or the answer begins with the question's."""
    if case.question.rstrip("?").strip() in case.fact or re.search(r"\w: \w", case.question):
        return True
    if re.match(r"(?:it|they) ", case.answer) and re.match(r"what (?:does|do) (?!.* do\b)", case.question):
        return True  # a thing is asked for, and a sentence given
    begins = [stem for word in case.answer.split()[:4] for stem in content(word, language)][:2]
    return len(begins) == 2 and set(begins) <= case.question_stems


def _leans(case: Case, language: str) -> bool:
    if _LEANING.search(case.answer) or _YOU.search(case.question):
        return True
    them = re.search(r"\bthem\b", case.answer)
    return them is not None and not _PLURAL.search(f"{case.question} {case.answer[: them.start()]}")


_PLURAL = re.compile(r"\b\w{3,}(?<!s)s\b")
_LEANING = re.compile(
    r"\b(?:you|your|we|our|us|these|those|this|he|she|мы|нас|нам|наш\w*|вы|вам|ваш\w*|эт(?:от|а|и|ого|ой|ому|их))\b|"
    r"^(?:он|она|оно|они|их|им)\b"
)
_YOU = re.compile(r"\b(?:you|your|we|our|my)\b")


def _defines_by_itself(case: Case, language: str) -> bool:
    """ "What is X?" of a sentence whose grammar is not that of a definition: praise, blame, or a mere example."""
    return bool(_WHAT_IS.match(case.question))


_WHAT_IS = re.compile(
    r"what (?:is|are) (?:an? |the )?(?!.*\b(?:of|for|in|with|between|used|called|name|default|most|to)\b)[^,]{2,60}\?$|"
    r"что такое\b|что представля\w+ собой\b|(?:что|чем) явля(?:ется|ются)\b"
)

_CHECKS: tuple[tuple[Callable[[Case, str], bool], str], ...] = (
    (_asks_widely, "the question has many answers"),
    (_drops, "question and answer leave out too much of what the sentence says"),
    (_asks_elsewhere, "the question is about something else than the sentence"),
    (_promises, "the question asks for something that the sentence does not speak of"),
    (_supposes, "the question supposes what the sentence does not state"),
    (_explains_another, "the answer is not the reason that the sentence gives"),
    (_copies, "question or answer only repeat the sentence"),
    (_leans, "the card leans on words that stand for something outside of it"),
    (_defines_by_itself, "the sentence is no definition"),
)
"""Each check and what it says of the card, in words for a person."""
