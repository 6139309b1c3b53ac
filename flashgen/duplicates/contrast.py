"""Cards that are one with something exchanged: another number, an opposite, an aligned word."""

from __future__ import annotations

from difflib import SequenceMatcher

from flashgen.duplicates.sides import Entry, Side, general, jaccard
from flashgen.vocabulary import listed

SAME = 0.8
"""Likeness from which answers are the same: then another name in the question makes another card, another verb none."""

_TELLING = 2
"""Stems of an answer that few other cards have by chance: "two" or "a list" answers many a question."""
_LONGEST_SPAN = 3
"""Stems of a stretch that stands in place of another, for the two cards to be one with a word exchanged."""
_SHORT = 2
"""Stems of a question that is little but the word it asks for ("What is a phoneme?")."""

_PAIRS = listed(
    """advant/benefi/upsid/pros|disadv/drawba/downsi/cons read/reads|write/writes/writte client|server encryp|decryp
    min/minimu|max/maximu sync/synchr|async/asynch optimi|pessim horizo|vertic inner|outer encode/encodi|decode/decodi
    leader/master/primar|follow/slave/replic/second public|privat start/begin|end/stop increa|decrea lower|upper
    best|worst first|second|third|last left|right преиму/плюс|недост/минус чтен/чита|запис/пиш клиент|сервер
    миним|максим синхро|асинхр оптими|пессим
    горизо|вертик лидер/мастер|ведом/реплик/слейв внутре|внешн кодиро|декоди шифров|расшиф публич|приват
    начал|конец/конч увелич|уменьш перв|втор|трет|послед лев|прав"""
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


def contrasts(one: Entry, other: Entry) -> bool:
    """Whether two cards are alike because they are one with something exchanged."""
    for mine, theirs in ((one.question, other.question), (one.answer, other.answer)):
        if mine.numbers and theirs.numbers and not mine.numbers & theirs.numbers:
            return True
    if _opposite(one.question.all - other.question.all, other.question.all - one.question.all):
        return True
    asked, also_asked = one.asked, other.asked
    if any(left in asked - also_asked and right in also_asked - asked for left, right in _SMALL_OPPOSITES):
        return True
    denies = bool(_NEGATIONS & asked) != bool(_NEGATIONS & also_asked)
    exchanged = _exchanged(one.question, other.question)
    if len(one.answer.row) < _TELLING or jaccard(one.answer.all, other.answer.all) < SAME:
        return denies or exchanged
    return (denies and one.question.own == other.question.own) or (
        exchanged and _differ(one.question.names, other.question.names)
    )


def _opposite(here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether one has a word of a group of opposites and the other has another of the group."""
    for group in _OPPOSITES:
        mine = [n for n, stems in enumerate(group) if here & stems]
        theirs = [n for n, stems in enumerate(group) if there & stems]
        if mine and theirs and mine != theirs:
            return True
    return False


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one - other and other - one)


def _exchanged(one: Side, other: Side) -> bool:
    """Whether one or two short stretches of content stand in the place of others, and all the rest is equal."""
    mine = [stem for stem in one.row if stem not in general()]
    theirs = [stem for stem in other.row if stem not in general()]
    changes = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    replaced = [(a2 - a1, b2 - b1) for tag, a1, a2, b1, b2 in changes if tag == "replace"]
    if not replaced or len(replaced) > 2 or any(tag in ("insert", "delete") for tag, *_ in changes):
        return False
    if not any(tag == "equal" for tag, *_ in changes):
        return max(len(mine), len(theirs)) <= _SHORT
    return all(max(spans) <= _LONGEST_SPAN for spans in replaced)
