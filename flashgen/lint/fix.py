"""What can be put right in a card without asking anybody: the form, never the content.

Labels, fences and entities that a model or an export left behind go, stray cloze marks give back their words, markup
becomes Markdown, and a quote takes on the words of its passage. No card is overwritten: what could be better is shown,
and kept as a proposal where the file is one of ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flashgen.gates import Level, judge
from flashgen.lint import read_cards
from flashgen.lint.card import LintCard
from flashgen.store.proposing import propose
from flashgen.types import Draft, Finding, Kind, Proposal, Verdict

_LABEL = re.compile(
    r"^[*_#\s]*(?:question|answer|вопрос|ответ|front|back|flashcard|карточка"
    r"|[qa])\s*(?:№?\s*\d+)?\s*[*_]*\s*:[*_]*\s*",
    re.I,
)
_SMALL_TALK = re.compile(
    r"^(?:(?:sure|certainly|of course|okay|great|конечно|разумеется|хорошо)\s*[!,.]\s*)?"
    r"(?:here(?:'s| is) (?:the|your|an?) (?:question|answer|card|flashcard)|вот (?:ваш )?(?:вопрос|ответ"
    r"|карточка))\s*:\s*",
    re.I,
)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(?:json|markdown|md|text|txt)?[ \t]*\n(.*?)\n?[ \t]*\1\s*$", re.S | re.I)
_CLOZE = re.compile(r"\{\{c\d*::(.*?)(?:::[^{}]*)?\}\}", re.S)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.S)


@dataclass(frozen=True, slots=True)
class Fix:
    """A card of a file as it is and as it could be; `left` is what the gates still say of that."""

    line: int
    before: Draft
    after: Draft
    left: tuple[Finding, ...] = ()


def stored(path: Path, found: Sequence[Fix]) -> int | None:
    """Keep `found` as proposals in our own card file at `path`; how many were. None for a file of another kind.

    Raises FileError.
    """
    if path.suffix.casefold() not in (".yaml", ".yml"):
        return None
    return propose(path, {fix.line: _proposal(fix.after) for fix in found})


def _proposal(draft: Draft) -> Proposal:
    return Proposal(draft.question, draft.answer, draft.quote, "flashgen lint --fix")


def fixes(path: Path, levels: Mapping[str, Level]) -> list[Fix]:
    """The cards of a file that could be better, in its order. Raises FileError and SettingsError."""
    return [fix for card in read_cards(path) if (fix := fixed(card, levels))]


def fixed(card: LintCard, levels: Mapping[str, Level]) -> Fix | None:
    """A better form of a card, or None if there is nothing to put right, or the gates would then say more."""
    wanted = levels if card.quoted else {**levels, "quote": "off"}
    draft = replace(
        card.draft,
        question=_side(card.draft.question, card.draft.kind),
        answer=_side(card.draft.answer, card.draft.kind),
    )
    before, after = judge(card.draft, card.passage, wanted), judge(draft, card.passage, wanted)
    if after.draft == card.draft or _weight(after.findings) > _weight(before.findings):
        return None
    return Fix(card.line, card.draft, after.draft, judge(after.draft, card.passage, wanted).findings)


def _side(text: str, kind: Kind) -> str:
    """One side without what surrounds it, capital first where it had one."""
    if whole := _FENCE.match(text):
        text = whole[2]
    bare = _LABEL.sub("", _SMALL_TALK.sub("", text, count=1), count=1).strip()
    if bare[:1].islower() and text.strip()[:1].isupper():
        bare = bare[:1].upper() + bare[1:]
    if kind is Kind.BASIC:
        bare = _outside_code(bare, lambda part: _CLOZE.sub(r"\1", part))
    return _outside_code(bare, html.unescape).replace("\u00a0", " ").strip()


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join((*parts, change(text[end:])))


def _weight(findings: tuple[Finding, ...]) -> tuple[int, int]:
    verdicts = [finding.verdict for finding in findings]
    return verdicts.count(Verdict.REJECT), verdicts.count(Verdict.WARN)
