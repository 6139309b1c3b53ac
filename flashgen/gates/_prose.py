"""A card's text as the gates look at it: without code, without formulas, without what is only quoted."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from flashgen.text import fold, plain
from flashgen.types import Draft, Kind, Passage
from flashgen.vocabulary import guess, writing

LONGEST = 2000
"""Characters of a side that the patterns look at: what is longer is far too long for a card anyway."""
GAP = "□"
"""Stands where code, a formula or a quotation was: something is there, but none of its words."""

LANGUAGES = ("en", "ru")
"""Where the gates know the words. Elsewhere the ones that need words say nothing."""

_CAPITAL_NOUNS = ("de", "lb")

CODE = re.compile(
    r"(?P<block>^[ \t]*(?P<fence>`{3,}|~{3,})[^`\n]*(?:\n.*?(?:^[ \t]*(?P=fence)[ \t]*$|\Z)|\Z))"
    r"|(?P<span>(?<!`)(?P<ticks>`{1,3})(?!`).{1,1000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<math>\\\(.{1,500}?\\\)|\\\[.{1,1000}?\\\]|\$\$.{1,1000}?\$\$)",
    re.M | re.S,
)
CLOZE = re.compile(r"\{\{c(?P<number>\d+)::(?P<hidden>.*?)(?:::(?P<hint>[^:{}]*))?\}\}", re.S)
_QUOTED = {"“": "”", "«": "»", "„": "“”", '"': '"'}
_CONDITION = re.compile(
    r"^(?:если|когда|пока|хотя|как только|чтобы|после того,? как|перед тем,? как|поскольку|так как)(?!\w)[^,?]*, "
)
_SINGLE = re.compile(r"(?<![\w])['‘][^'‘’\n]{2,200}['’](?!\w)")


def any_of(*alternatives: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that finds any of several, each a line of its own where it is written down, without a bar outside of
    brackets. The edge that several in a row begin with is looked for once: only where there is one, each is tried."""
    edged = groupby(alternatives, key=_edge)
    joined = [f"{edge}(?:{'|'.join(one.removeprefix(edge) for one in several)})" for edge, several in edged]
    return re.compile(joined[0] if len(joined) == 1 else f"(?:{'|'.join(joined)})", flags)


def _edge(pattern: str) -> str:
    return next(filter(pattern.startswith, (r"\b", r"(?<!\w)", "^")), "")


@lru_cache(maxsize=16384)
def without_code(text: str) -> str:
    """`text` with a gap for each piece of code and each formula."""
    return CODE.sub(GAP, text)


@lru_cache(maxsize=2048)
def prose(text: str) -> str:
    """`text` as a reader sees it, with a gap for each piece of code and each formula."""
    return plain(without_code(text)).strip()


@lru_cache(maxsize=2048)
def own(text: str) -> str:
    """The card's own words, folded: `prose` with gaps for quotations, unless all of it is one."""
    whole = prose(text)
    kept = _SINGLE.sub(GAP, _unquoted(whole))
    return fold(kept if sum(map(str.isalpha, kept)) >= 3 else whole)[:LONGEST]


def without_condition(asked: str) -> str:
    """A folded Russian question without the clause that only says when: "Если лидер упал, можно ли писать?" """
    return _CONDITION.sub("", asked, count=1)


def code_spans(text: str) -> list[str]:
    """What stands in backticks in `text`, without them."""
    if "`" not in text:
        return []
    return [found["span"].strip("`").strip() for found in CODE.finditer(text) if found["span"]]


def question(draft: Draft) -> str:
    """The question; of a cloze card the whole sentence, with what it hides."""
    return revealed(draft.question) if draft.kind is Kind.CLOZE else draft.question


def answer(draft: Draft) -> str:
    """The answer; of a cloze card what it hides."""
    return " ".join(found["hidden"] for found in CLOZE.finditer(draft.question)) if _is_cloze(draft) else draft.answer


def revealed(text: str) -> str:
    """`text` with the cloze marks taken away and what they hide left."""
    return CLOZE.sub(lambda found: found["hidden"], text)


def _is_cloze(draft: Draft) -> bool:
    return draft.kind is Kind.CLOZE


def language(draft: Draft, passage: Passage) -> str:
    """ "en" or "ru" where the card is written so, else ''. What the passage says goes before a guess."""
    said = passage.language[:2].casefold()
    if not said:
        return guess(f"{prose(draft.question)} {prose(draft.answer)}")
    written = writing(prose(draft.question))
    return said if said in LANGUAGES and written in ("", "CYRILLIC" if said == "ru" else "LATIN") else ""


def capitals_name(draft: Draft, passage: Passage) -> bool:
    """Whether a capital within a sentence makes a name: not in German, where every noun has one, and not where the
    language isn't known."""
    said = passage.language[:2].casefold()
    return said not in _CAPITAL_NOUNS if said else bool(language(draft, passage))


def _unquoted(text: str) -> str:
    """`text` with a gap for each quotation; inner quotations belong to the outer ones."""
    if not any(map(text.__contains__, _QUOTED)):
        return text
    kept: list[str] = []
    closers: list[str] = []
    for letter in text:
        if closers and letter in closers[-1]:
            closers.pop()
            if not closers:
                kept.append(GAP)
        elif letter in _QUOTED and (not closers or letter != '"'):
            closers.append(_QUOTED[letter])
        elif not closers:
            kept.append(letter)
    return text if closers else "".join(kept)
