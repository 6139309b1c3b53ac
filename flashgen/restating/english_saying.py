"""English sentences that say what a thing is, or what it has to do with others."""

from __future__ import annotations

import re

from flashgen.restating import Form, Restated
from flashgen.restating.english_parts import EVALUATES, first_clause, is_subject
from flashgen.restating.naming import uncapitalised
from flashgen.restating.verbs import base_form
from flashgen.text import words
from flashgen.vocabulary import STOP, listed

_DEFINITION = re.compile(
    r"^((?:An? |The )?[\w+#./'’-]+(?: [\w+#./'’-]+){0,5}?)(?: \(([^()]{1,40})\))?,? (is|are) "
    r"(?:(?:simply|just|basically|essentially|really|actually) )?((?:an?|the|any) .+|\w+s that .+|\w+ that .+)$"
)
_NO_GENUS = listed(
    """way ways example examples thing things topic question problem problems reason result results idea case cases
    concept concepts matter part parts bit lot kind story point step steps issue fact choice alternative option feature
    advantage disadvantage goal must-have subject challenge task course one opposite foundation basis heart essence
    backbone difference key core default order effort attempt revival evolution
    string tuple expression directory pointer flag integer boolean"""
)
_PRAISE = re.compile(
    r"(?i)\b(?:fun|awesome|easy|easier|great|delightful|beautiful|amazing|powerful|symptom|commonly used)\b"
)
_GROUP = re.compile(r"(?i)(?:an?|the) (?:type|kind|form|sort|set|group|collection|piece|number|variety) of ")
_ORIGIN = re.compile(
    r" (?:that|which) (?:was|were) (?:\w+ly |first )?"
    r"(?:specified|introduced|released|developed|created|published|written|founded|invented|standardi[sz]ed)\b"
)
"""Where a thing comes from, and not what sets it apart."""
_DIFFERENTIA = re.compile(
    r"\b(?:that|which|who|where|when|whose|for|used|using|to|with|without|by|between|from|of|whereby|in which|"
    r"\w{3,}ing|\w{3,}ed)\b"
)


def definition(text: str, seen: str, about: str) -> Restated | None:
    """ "What is X?" for "X is a Y that …"."""
    found = _DEFINITION.match(text)
    if not found:
        return None
    term, short, copula, said = found[1], found[2] or "", found[3], first_clause(found[4])
    said = said if _is_genus(said) else found[4]
    if not is_subject(term, about, 6) or re.search(r"(?i)\b(?:of|in|on|over|from|with|for|to|and|or|like)\b", term):
        return None
    if re.match(r"(?i)\w+ing \w|\w+ed \w|what|how|why", term) and len(term.split()) > 2:
        return None
    if not _is_genus(said) or not _is_genus(first_clause(said, 1)):
        return None
    name = uncapitalised(term, seen) + (f" ({short})" if _abbreviates(short, term) else "")
    return Restated(Form.DEFINES, f"What {copula} {name}?", said)


def _is_genus(said: str) -> bool:
    """Whether what is said of a thing is what it is and what sets it apart, and no praise or blame."""
    head = re.split(r" (?:that|which|who|where|when|of|for|to|with|used|in|by|from|on|whose|between|\w{4,}ing) ", said)[
        0
    ]
    low = [word.strip(",()\"'“”") for word in head.casefold().split()]
    if set(low) & EVALUATES or low[-1] in _NO_GENUS or len(words(said)) < 5:
        return False
    if _GROUP.match(said) and set(said.casefold().split()[3:6]) & (EVALUATES - {"one", "more"}):
        return False
    rest = said[len(head) :]
    if _ORIGIN.match(rest):
        return False
    if _PRAISE.search(said):
        return False
    return bool(_DIFFERENTIA.search(rest)) and len(words(rest)) >= 3


def _abbreviates(short: str, term: str) -> bool:
    return short.isupper() or (bool(short) and short[0].isupper() and " " not in short)


# --- what it has to do with others ---

_NOUN_OF = re.compile(
    r"^(The (?:[\w-]+ ){1,4}(?:of|in|for|with|behind|between|to) (?:[\w+#./'’()-]+ ?){1,7}?) (is|are)"
    r"(?: (?:mainly|usually|often|that|typically|simply))* (to \w+ .+|an? .+|the .+|\S+|that .+|\w+ing .+)$"
)
_ASSUMES = re.compile(r"^(The (?:[\w-]+ ){1,4}?)(is|are) (that .+|to \w+ .+)$")
_DOING = re.compile(r"The (?:[\w-]+ )*?[\w-]+(?:ing|ility|tion|ment) (?:of|in|for|with|behind|between|to) ")
"""What is done: to say "an extension" or "a dance" of it answers no question."""
_VERBAL = re.compile(
    r"^(.{3,70}?) "
    r"(consists? of|stands? for|refers? to|means? that) (.+)$"
)
_PASSIVE = re.compile(
    r"^(.{3,70}?) (is|are|can be|must be) (?:(?:often|usually|typically|mainly|mostly|commonly|primarily) )?"
    r"(called|known as|responsible for|based on|made up of|made of|composed of|divided into|"
    r"used for|used to|named after|built on top of|built on|defined as|measured in|referred to as) (.+)$"
)


def noun_of(text: str, seen: str, about: str) -> Restated | None:
    """ "What is the issue with X?" for "The issue with X is that …"."""
    found = _NOUN_OF.match(text)
    found = found or _ASSUMES.match(text)
    if not found or not is_subject(found[1].strip(), about, 12):
        return None
    asked, said = found[1].strip(), found[3]
    if re.match(r"The (?:first|second|third|next|last|same|only|rest|number of|end|(?:[\w-]+ )?way) ", asked):
        return None
    low = said.casefold().split()
    if (
        set(low[:3]) & EVALUATES
        or re.search(r"['’]s?$", said)
        or (len(low) == 1 and low[0] in STOP)
        or re.search(r"\bas\b.*\bas\b|^an? (?:\w+ )?(?:string|tuple|integer|number|boolean)$", said)
        or (low[0] in ("a", "an") and _DOING.match(asked))
        or (found[2] == "is" and re.match(r"The (?:[\w-]+ )*?\w+(?<![sui])s (?:of|in|for|with|behind) ", asked))
    ):
        return None
    if len(low) == 1 and not re.search(r"(?i)\b(?:default|name|type|unit|size|value|language|format|port)\b", asked):
        return None
    said = first_clause(said.removeprefix("that "))
    return Restated(Form.RELATES, f"What {found[2]} t{asked[1:]}?", said)


def verbal(text: str, seen: str, about: str) -> Restated | None:
    """ "What does X consist of?" for "X consists of …"."""
    found = _VERBAL.match(text)
    if not found or not is_subject(found[1], about):
        return None
    verb, particle = found[2].split(" ", 1)
    base = base_form(verb.casefold()) or verb.removesuffix("s")
    if base == "mean":
        if len(found[1].split()) > 4 or re.match(r"(?i)\w+ing\b", found[1]):
            return None
        particle = ""
    does = "do" if verb == base else "does"
    form = Form.DEFINES if verb.startswith(("stand", "refer", "mean")) else Form.RELATES
    said = first_clause(found[3], 2)
    if verb.startswith("consist") and re.fullmatch(r"(?:two|three|four|five|six|\d+) \w+", said):
        return None
    return Restated(form, f"What {does} {uncapitalised(found[1], seen)} {base} {particle}".rstrip() + "?", said)


def passive(text: str, seen: str, about: str) -> Restated | None:
    """ "What is X used for?" for "X is used for …"."""
    found = _PASSIVE.match(text)
    if not found or not is_subject(found[1], about) or re.search(r" (?:and|or)$| and .*(?: .*){3}", found[1]):
        return None
    subject, aux, verb, said = uncapitalised(found[1], seen), found[2], found[3], first_clause(found[4], 2)
    if verb == "called" and (
        len(found[1].split()) < 4
        or aux not in ("is", "are")
        or " called " in said
        or re.search(r"\b(?:with|by|when)\b|^(?:no|not|at|in|on|for|from|after|before|until|as)\b", said)
    ):
        return None
    asked = f"{aux.split()[0]} {subject}{' be' if ' ' in aux else ''} {verb}"
    if verb == "used to":
        asked = f"{asked} do"
        if said.startswith("be ") or " be" in aux:  # what it can be used for is one of many things
            return None
    if verb == "used for" and " be" in aux:
        return None
    if verb in ("used for", "used to", "based on") and (len(words(said)) < 4 or said.startswith(("any ", "other "))):
        return None
    if verb == "used to" and said != found[4]:  # a second purpose, left out
        return None
    return Restated(Form.RELATES, f"What {asked}?", said)
