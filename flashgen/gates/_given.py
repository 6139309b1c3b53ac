"""Numbers that a question sets up itself: in a case that it makes up, in a comparison, or for what it offers to choose.

They say nothing of the passage: "A clock loses 5 seconds an hour. How much does it lose a day?"
"""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of
from flashgen.numerals import Reading, claims
from flashgen.text import fold

_SENTENCE = re.compile(r"(?<=[.!;])\s+(?=[^\s.!;])")
_SUPPOSED = re.compile(
    r"^(?:suppose|supposing|given|assume|assuming|imagine|let|пусть|допустим|предположим|представ(?:им|ьте)|дан[аоы]?)"
    r"(?!\w)[^?]*?, (?=(?:\w+ )?(?:what|which|who|where|when|how|by|at|"
    r"что|какой|какая|какое|какие|каков[аоы]?|сколько|во|на|чему|где|когда)(?!\w))"
)
_RATIO = any_of(
    r"\bby (?:\w+ )?(?:what|which) factor\b",
    r"\bhow many times\b",
    r"\bhow much (?:\w+er|more|less|fewer)\b",
    r"(?<!\w)(?:во|на) сколько (?:\w+ )?(?:раз|процент\w+|градус\w+)(?!\w)",
    r"(?<!\w)(?:насколько|на сколько|в какое число раз)(?!\w)",
)
_JOINED = re.compile(r",|(?<!\w)(?:or|and|или|и)(?!\w)")
_OFFERED = re.compile(r"(?<!\w)(?:of|between|из|между)(?: the| these| этих)? (?=\w)")


def made_up(asked: str) -> str:
    """The part of a question, without code, that tells of a case before anything is asked: '' if there is none.

    That is every sentence before the last, or a clause that begins with "suppose" or "given".
    """
    *told, last = _SENTENCE.split(asked.strip())
    if not last.endswith("?"):
        return ""
    if told:
        return " ".join(told)
    found = _SUPPOSED.match(fold(asked))
    return found[0] if found else ""


def compares(asked: str) -> bool:
    """Whether a question asks how many times as large, or by how much larger, one thing is than another."""
    return bool(_RATIO.search(fold(asked)))


def counts_offers(asked: str, readings: frozenset[Reading]) -> bool:
    """Whether a number only counts what the question then names: "Which of the two is faster, A or B?" """
    folded = fold(asked)
    for found in _OFFERED.finditer(folded):
        number, _, rest = folded[found.end() :].partition(" ")
        said = next(claims(number), None)
        if said and said[1] & readings and readings & {2.0 + n for n in range(len(_JOINED.findall(rest)))}:
            return True
    return False
