"""How many items an answer lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flashgen.gates._prose import LONGEST, prose

_BULLET = re.compile(r"^[ \t]*(?:[-*+•–—][ \t]+|\d{1,2}[.)][ \t]+)(?=\S)", re.M)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_IDIOM = re.compile(
    r"(?<!\w)(?:more or less|back and forth|up and down|to and fro|now and then|by and large|one or more|and/or|"
    r"более или менее|туда и обратно|один или несколько|так или иначе)(?!\w)",
    re.I,
)
_COMMA = re.compile(r",(?!\d)|;|\n|(?:,|;)?\s+(?:and|or|и|или|а также)\s+|\s[&]\s")
_FINAL = re.compile(r"(?:,|;)?\s+(?:and|or|и|или|а также|&)\s+\S")
_MOST_WORDS = 5
_CLAUSE = re.compile(
    r"^(?:which|that|who|because|so|but|where|when|while|if|it|they|this|these|then|thus|since|although|not|even"
    r"|unless|rather|instead|making|allowing|"
    r"который|которая|которое|которые|что|чтобы|потому|поэтому|но|а|где|когда|если|он|она|оно|они|это|так|то"
    r"|затем|хотя|не|поскольку|тогда|иначе)(?!\w)"
    r"|(?<!\w)(?:is|are|was|were|has|have|can|will|must|does|do)(?!\w)"
    r"|\w (?:\w+ )?\w+(?:ется|ится|утся|ются|атся|ятся|[аяу]ет|[аяу]ют|ует|уют)(?!\w)",
    re.I,
)
_FIRST_CLAUSE = re.compile(
    r"^(?:it|they|he|she|you|we|by|when|if|because|after|before|since|as|он|она|оно|они|если|когда|потому|после"
    r"|при|так)(?!\w)",
    re.I,
)
_ARTICLE = re.compile(r"^(?:an?|the|its|their|one|any|each|every|some)\s", re.I)
_SERIES = re.compile(
    r"(?:[\w□-]+(?: [\w□-]+){0,2}, ){2,}(?:[\w□-]+(?: [\w□-]+){0,2},? )?(?:and|or|и|или|а также) [\w□-]+"
)
_ADJECTIVE = re.compile(
    r"^(?:[\w-]+(?:able|ible|al|ful|ic|ive|less|ous|ish|ed|ing|ant|ent|ary|ory|y|fast|cheap|new|big|small|slow"
    r"|short|long|large|simple|deep|strong|weak)|"
    r"[\w-]+(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ых|их|ыми|ими)|(?:fast|cheap|new|big"
    r"|small|slow|short|long|large|deep|weak|strong|low|high|rare|hot|cold))$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Items:
    """How many, whether they are the whole answer, and whether they stand as a bulleted or numbered list."""

    count: int
    whole: bool
    marked: bool = False


@lru_cache(maxsize=2048)
def items(answer: str) -> Items:
    """The items of an answer: list marks first, else a series parted by commas."""
    bullets = len(_BULLET.findall(answer))
    if bullets >= 2:
        return Items(bullets, whole=True, marked=True)
    text = _ASIDE.sub("", _IDIOM.sub("so", prose(answer)[:LONGEST])).strip().rstrip(".!")
    head, colon, tail = text.rpartition(": ")
    if colon and "," in tail and not re.search(r"[,;]", head):
        text = tail
    found = [part.strip() for part in _COMMA.split(text) if part and part.strip()]
    if len(found) >= 3 and _is_series(text, found):
        return Items(len(found), whole=True)
    series = max((len(_COMMA.split(match[0])) for match in _SERIES.finditer(text)), default=0)
    return Items(series, whole=False)


def _is_series(text: str, found: list[str]) -> bool:
    """Whether the parts are things side by side, and neither clauses nor the adjectives of one thing."""
    if any(len(part.split()) > _MOST_WORDS for part in found) or re.search(r"[.!?] ", text):
        return False
    if any(_CLAUSE.search(part) for part in found) or _FIRST_CLAUSE.match(found[0]):
        return False
    *before, last = found
    bare = [_ARTICLE.sub("", part) for part in before]
    adjectives = all(len(part.split()) == 1 for part in bare) and len(last.split()) > 1
    one_article = _ARTICLE.match(found[0]) and not any(map(_ARTICLE.match, found[1:]))
    if adjectives and (
        one_article or (not _FINAL.search(text) and ";" not in text) or all(map(_ADJECTIVE.match, bare))
    ):
        return False
    return not (all(map(_ADJECTIVE.match, (*bare, last))) and not text[:1].isupper() and len(found) < 4)
