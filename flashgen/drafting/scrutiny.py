"""What is wrong with a card that a small model wrote from one sentence: the faults of such models, beside the gates.

Each check asks one thing of a card and its sentence; the first that says yes names the fault. Those on the question
are in `asked.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from flashgen.choosing import Fact, jaccard
from flashgen.drafting import asked
from flashgen.drafting.case import Case, share, without_frame
from flashgen.drafting.narrow import loose
from flashgen.text import fold, stems, words
from flashgen.types import Draft, Finding, Judged, Passage, Verdict
from flashgen.vocabulary import content, generic

GATE = "sentence"
"""The gate's name in findings."""

_NEW = 0.5
"""Share of the answer's stems that the question must not have."""
_GROUNDED = 0.8
"""Share of the answer's stems that the sentence must have."""
_LONGEST = 24
"""Words of an answer beyond which it is more than one thing to remember."""
_TWIN = 0.6
"""Jaccard of two cards' stems from which the later one says the same again."""


def scrutinised(judged: Judged, fact: Fact, passage: Passage, told: str, others: Sequence[Draft]) -> Judged:
    """`judged` with a rejection where the card has a fault of small models.

    `told` is what the prompt said before the passage, examples included; `others` are the cards kept before. A card
    that a gate warned of is rejected too: of a small model's cards, the doubtful ones are mostly bad.
    """
    reason = fault(judged.draft, fact, passage, told, others)
    if not reason and judged.verdict is Verdict.WARN:
        reason = "a card that a small model wrote is not kept with a warning"
    return _rejected(judged, reason) if reason else judged


def strayed(judged: Judged, begins: str, passage: Passage) -> Judged:
    """`judged` with a rejection where the question left out who or what it was told to ask about ("What does X …")."""
    if not re.match(r"(?:What|How) (?:do|does|can|could|should|must|will) ", begins):
        return judged
    left_out = set(content(begins, passage.language)) - set(content(judged.draft.question, passage.language))
    return _rejected(judged, "the question is about something else than the sentence") if left_out else judged


def narrowed(judged: Judged, fact: Fact, passage: Passage) -> Judged:
    """`judged` with a rejection where a card that a model worded is too loose."""
    reason = loose(judged.draft, fact, passage)
    return _rejected(judged, reason) if reason else judged


def _rejected(judged: Judged, reason: str) -> Judged:
    return Judged(judged.draft, (*judged.findings, Finding(GATE, Verdict.REJECT, reason)))


def fault(draft: Draft, fact: Fact, passage: Passage, told: str, others: Sequence[Draft]) -> str:
    """Why the card is no good, in words for a person; '' if nothing was found."""
    case = Case.of(draft, fact, passage)
    found = next((reason for check, reason in _CHECKS if check(case)), "")
    return found or _leaked(draft, fact, passage, told) or _repeats(draft, others)


# --- the answer -----------------------------------------------------------------------------------


def _is_ungrounded(case: Case) -> bool:
    return share(case.answer_stems, case.fact_stems) < _GROUNDED


def _says_little_new(case: Case) -> bool:
    """Half of the answer must be new; more than half where a thing and not a reason or an event is asked for."""
    new = 1 - share(case.answer_stems, case.question_stems)
    return new < _NEW or (new == _NEW and not case.question.startswith(_EVENTS))


_EVENTS = ("why", "when", "how", "what happens", "почему", "зачем", "когда", "как", "что происходит")


def _is_thin(case: Case) -> bool:
    """A single common word is the answer to many questions. A number, a name, and the term that the sentence defines
    are not."""
    found = words(case.answer)
    if len(found) > 2 or len(case.answer_stems) != 1 or any(map(str.isdigit, case.answer)):
        return False
    word = re.escape(found[-1])
    defined = rf"(?:an? |the )?{word} (?:is|are|means|-|это)\b"
    named = rf"\b(?:called|as|named|термин\w*|называ\w+)\W+(?:an? |the )?{word}"
    if re.match(defined, case.fact) or re.search(named, case.fact):
        return False
    inside = re.search(rf"(?<=[^.!?] )(?i:{word})", case.fact_as_written)
    return not (inside and any(map(str.isupper, inside[0])))


def _is_long(case: Case) -> bool:
    return len(words(case.answer)) > _LONGEST


def _is_vague(case: Case) -> bool:
    return bool(_VAGUE.match(case.answer))


_VAGUE = re.compile(
    r"(?:it is |they are )?(?:a lot of|lots of|a number of|many|various|several|some|different|important|другие|"
    r"многие|различные|разные|некоторые|несколько)\b"
)


def _breaks_off(case: Case) -> bool:
    """The answer ends in the middle of a phrase: with a small word that is not the last of the sentence either."""
    last = " ".join(case.answer.split()[-2:])
    return bool(_OPEN_END.search(case.answer)) and not re.search(rf"{re.escape(last)}(?=[.,;:!?)]|$)", case.fact)


_OPEN_END = re.compile(
    r"(?:\b(?:a|an|the|of|to|in|on|at|by|for|with|from|and|or|but|that|which|и|в|на|с|к|по|из|от|для|или|что)|,)$"
)

_CHECKS: tuple[tuple[Callable[[Case], bool], str], ...] = (
    (_is_ungrounded, "the sentence does not say what the answer says"),
    (_says_little_new, "the answer says little that the question doesn't"),
    (_is_thin, "the answer is a single common word"),
    (_is_long, "the answer is too long to be remembered as one thing"),
    (_is_vague, "the answer names nothing"),
    (_breaks_off, "the answer breaks off"),
    *asked.CHECKS,
)


# --- against the prompt and other cards -------------------------------------------------------------


def _leaked(draft: Draft, fact: Fact, passage: Passage, told: str) -> str:
    """That the card has a word of the prompt's examples that the text has not; '' if it hasn't."""
    text = " ".join((passage.text, passage.title, *passage.path, *passage.topic, fact.topic))
    foreign = set(content(without_frame(told), passage.language)) - set(stems(text, passage.language)) - generic()
    for word in words(f"{draft.question} {draft.answer}"):
        if set(stems(word, passage.language)) & foreign:
            return f"it speaks of {word}, which stands in the prompt's examples and not in the text"
    return ""


def _repeats(draft: Draft, others: Sequence[Draft]) -> str:
    """That an earlier card asks the same or says nearly the same; '' if none does."""
    question, said = fold(draft.question), stems(f"{draft.question} {draft.answer}")
    for other in others:
        if question == fold(other.question) or jaccard(said, stems(f"{other.question} {other.answer}")) > _TWIN:
            return f"it says again what another card says: {other.question}"
    return ""
