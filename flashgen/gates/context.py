"""The card leans on a text that its reader doesn't have: "the article says", "this approach", "as mentioned above"."""

from __future__ import annotations

import re

from flashgen.gates import _context_en, _context_ru
from flashgen.gates._prose import CODE, GAP, any_of, language, own, question
from flashgen.gates._source import source
from flashgen.text import fold, stem, stems, words
from flashgen.types import Draft, Finding, Kind, Passage, Verdict
from flashgen.vocabulary import STOP, listed

NEEDS_WORDS = True

_RULES = {"en": _context_en.RULES, "ru": _context_ru.RULES}
_ALWAYS = {spoken: any_of(*(pattern.pattern for pattern in rules.always)) for spoken, rules in _RULES.items()}
"""All that always points outside, at once: most cards have none of it."""
_ONLY_TEXTS = listed(
    """author authors writer speaker presenter paper guide text chapter paragraph talk lecture piece lesson
    тексте текста тексту главе главы абзаце уроке"""
)
_DEFINED = re.compile(r"(?: [\w-]+){0,3},? (?:where|which|that|who|in which|где|(?:\w{1,3} )?котор\w+)(?!\w)")
"""What follows "this kind of …" where the question itself says what kind is meant."""
_APPOSITION = re.compile(rf"[^,?]{{0,60}}(?:,| -) [^?]*(?<!\w)(?:or|или)(?!\w)|,?(?: -)? {GAP}")
"""What is meant may be named after it: "Which of these two is a stack, A or B?", "What does this flag, `-v`, add?" """
_ANY, _ALL = r"(?:an?|any|every|each|no|another|one|several|two)", r"(?:of|for|between|all|most|many|some)"
_BOUNDARY = re.compile(r"[,;:.!?(—]| - ")


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """In the question: reject; in the answer: warn. A field named "author" leans on nothing."""
    spoken = language(draft, passage)
    if spoken not in _RULES:
        return None
    asked = question(draft)
    if found := _leaning(spoken, asked, draft, passage, pronouns=draft.kind is not Kind.CLOZE) or _this(spoken, asked):
        return Finding("context", Verdict.REJECT, f"“{found}” in the question leans on a text that is not there")
    if draft.kind is not Kind.CLOZE and (found := _leaning(spoken, draft.answer, draft, passage, pronouns=False)):
        return Finding("context", Verdict.WARN, f"“{found}” in the answer leans on a text that is not there")
    return None


def _leaning(spoken: str, text: str, draft: Draft, passage: Passage, *, pronouns: bool) -> str:
    """The words of `text` that point outside of it, '' if none do."""
    rules, said = _RULES[spoken], own(text)
    if _ALWAYS[spoken].search(said):
        for pattern in rules.always:
            if found := pattern.search(said):
                return found[0].strip(" ,")
    for found in rules.perhaps.finditer(said):
        if not _is_subject(found["noun"], passage):
            return found[0].strip(" ,")
    if rules.owner and (found := rules.owner.search(said)) and not _are_meant(found["noun"], draft, passage):
        return found[0]
    for found in rules.pointing.finditer(said):
        if not _has_antecedent(said[: found.start()], text, said[found.end() :]):
            return found[0].strip(" ,")
    if pronouns and ":" not in said and (found := rules.pronoun.search(said)) and not CODE.search(text):
        return found[0].strip(" ,?")
    return ""


def _is_subject(noun: str, passage: Passage) -> bool:
    """Whether the passage itself is about such a thing (a `document` of a database): then it is no way to say "here".

    Where there is no passage, only what is nothing but a text counts against the card.
    """
    if not passage.text:
        return noun not in _ONLY_TEXTS
    return source(passage).has_stem(stem(noun))


def _are_meant(noun: str, draft: Draft, passage: Passage) -> bool:
    """Whether any author, and not the one who wrote the passage, is its subject or the question's."""
    told = f"{fold(question(draft))} \n {source(passage).everything}"
    return bool(re.search(rf"\b{_ANY} (?:[\w-]+ )?{noun}s?\b|\b{_ALL} {noun}s\b", told))


def _this(spoken: str, text: str) -> str:
    """ "This" or "these" with a noun that the question itself hasn't brought up, '' if there is none."""
    said = own(text)
    for found in _RULES[spoken].this.finditer(said):
        named, before, after = words(found["named"]), said[: found.start()], said[found.end() :]
        if not named or named[0] in STOP or _has_antecedent(before, text, after):
            continue
        if not {stem(word) for word in named} & set(stems(before)) and not _APPOSITION.match(after):
            return found[0].strip(" ,")
    return ""


def _has_antecedent(before: str, written: str, after: str) -> bool:
    """Whether what "this …" points at stands in the card: in a clause before it, or as code or a list after it."""
    if "\n" in written or (":" in after and after.partition(":")[2].strip(" ?")):
        return True
    if GAP in before or _DEFINED.match(after):
        return True
    clauses = _BOUNDARY.split(before)
    return any(sum(word not in STOP for word in words(clause)) >= 2 for clause in clauses[:-1])
