"""The question gives the answer away."""

from __future__ import annotations

import re

from flashgen.gates._prose import CODE, any_of, prose
from flashgen.numerals import claims
from flashgen.text import fold, stems, words
from flashgen.types import Draft, Finding, Kind, Passage, Verdict
from flashgen.vocabulary import content, listed

_SAME = 7
"""Letters that words of one family share ("балансировщик", "балансировка")."""
NEW_ENOUGH = 0.25
"""Share of the answer's stems that the question must not have already."""

_CHOICE = any_of(
    r"\b(?:or|either|which of|which one|of the two|between|versus|vs|differ\w*|compar\w+|contrast\w*|whether"
    r"|unlike|instead)\b",
    r"(?<!\w)(?:или|либо|отлич\w+|разниц\w+|различ\w+|между|сравни\w*|из двух|как(?:ой|ая|ое|ие) из|что из"
    r"|кто из|в отличие|вместо)(?!\w)",
    r"\([^()]+,[^()]+\)",
)
_BOTH = any_of(r"\b(?:or|either|between)\b", r"(?<!\w)(?:или|либо|между)(?!\w)")
"""What an answer doesn't say that chooses one of what is offered: "between A and B" takes all of it."""
_DIRECTIONS = listed(
    """less more fewer never always rarely seldom twice only first last before after above below up down none neither
    меньше больше реже чаще никогда всегда вдвое только раньше позже выше ниже вверх вниз до после"""
)
"""Small words that can be all that an answer has to say."""
_IDENTIFIER = re.compile(r"\w+[_.]\w[\w.]*(?:\(.*\))?|[a-z]+[A-Z]\w*|\w+\(.*\)")
_FORMULA = re.compile(r"\w\s*[+*/^<>=]\s*\w")
_BLANK = re.compile(r"_{2,}|…|\.{3}|\[\s*\]")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Mere numbers apart, and what the question offers to choose from. In a sentence with a blank, other forms of the
    missing word only warn."""
    if draft.kind is Kind.CLOZE or not draft.answer.strip():
        return None
    asked, said = fold(prose(draft.question)), fold(prose(draft.answer)).strip(" .!?\"'")
    if _is_code(draft.answer):
        return _code_leak(draft)
    chosen, blank = bool(_CHOICE.search(asked)), bool(_BLANK.search(draft.question))
    counts = next(claims(prose(draft.answer)), None)
    whole = not chosen or bool(_BOTH.search(said))
    if whole and len(said) > 1 and (not counts or len(said.split()) > 1) and _holds(asked, said):
        return _reject("the answer stands in the question")
    if chosen or counts:
        return None
    if _FORMULA.search(said):
        return None
    wanted = content(draft.answer) or tuple(stems(draft.answer))
    given = {*content(draft.question), *stems(draft.question)}
    given |= {stem[:_SAME] for stem in given if len(stem) > _SAME}
    new = [stem for stem in wanted if stem not in given and stem[:_SAME] not in given]
    if not wanted or len(new) / len(wanted) >= NEW_ENOUGH or _turns(said, asked):
        return None
    if new or (blank and not set(words(draft.answer)) & set(words(draft.question))):
        return Finding("leak", Verdict.WARN, "the question gives most of the answer away")
    return _reject("every word of the answer is in the question already")


def _turns(said: str, asked: str) -> bool:
    """Whether the answer says in which direction, and the question doesn't: "it falls less" for "how does it fall?" """
    return bool(_DIRECTIONS & (set(words(said)) - set(words(asked))))


def _is_code(answer: str) -> bool:
    """Whether the answer is one piece of code: there letter case and every mark count."""
    text = answer.strip().rstrip(".")
    return bool(CODE.fullmatch(text) or _IDENTIFIER.fullmatch(text))


def _code_leak(draft: Draft) -> Finding | None:
    wanted = draft.answer.strip().rstrip(".").strip("`").strip()
    asked = CODE.sub(lambda found: f" {found[0].strip('`')} ", draft.question)
    if len(wanted) > 1 and not _CHOICE.search(fold(asked)) and _holds(asked, wanted):
        return _reject("the answer stands in the question")
    return None


def _holds(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as words of their own."""
    at = text.find(words)
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + len(words) : at + len(words) + 1]
        if not any(letter.isalnum() or letter in "-_" for letter in around):
            return True
        at = text.find(words, at + 1)
    return False


def _reject(reason: str) -> Finding:
    return Finding("leak", Verdict.REJECT, reason)
