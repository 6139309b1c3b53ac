"""The proper names and acronyms of a card."""

from __future__ import annotations

import re
from functools import lru_cache

from flashgen.text import fold
from flashgen.vocabulary import STOP

_WORD = re.compile(r"[^\W_][\w'’.&+#]*(?:-[^\W_][\w'’.+#]*)*")
_BEGINS = re.compile(r"(?:^|[.!?:;•\n]|[-–—](?=\s))[\s\"'“‘«(\[*□¿¡]*\Z|[\"“«(\[]\Z")
_INNER_CAPITAL = re.compile(r"[a-zа-яё\d][A-ZА-ЯЁ]|^[A-ZА-ЯЁ]{2,}[a-zа-яё]+[A-ZА-ЯЁ]")
_CODE_NAME = re.compile(r"[^\W\d_]+\d+[\w.]*")
"""`s3`, `IPv4`, `sha256`: letters first, then digits."""
_TITLE_CASE = 0.6
"""Share of capitalised words from which a question is written in title case, and capitals name nothing."""


@lru_cache(maxsize=2048)
def names(text: str, *, capitals: bool) -> tuple[str, ...]:
    """Acronyms, words with a capital inside or with digits, and, with `capitals`, capitalised words that begin no
    sentence."""
    found = [(match, _bare(match[0])) for match in _WORD.finditer(text)]
    titled = not capitals or _is_title(text, [word for _, word in found])
    named = []
    for match, word in found:
        if word.isalpha() and word.islower():
            continue
        first = bool(_BEGINS.search(text[max(0, match.start() - 6) : match.start()]))
        capital = word[:1].isupper() and len(word) > 1 and not first and not titled and fold(word) not in STOP
        if capital or _is_acronym(word) or _INNER_CAPITAL.search(word) or _CODE_NAME.fullmatch(word):
            named.append(word)
    return tuple(dict.fromkeys(named))


def _bare(word: str) -> str:
    """Without a possessive and a full stop at the end."""
    bare = word.rstrip(".'’&")
    return bare[:-2] if bare.endswith(("'s", "’s", "'S", "’S")) else bare


def _is_acronym(word: str) -> bool:
    letters = [letter for letter in word.removesuffix("s") if letter.isalpha()]
    return len(letters) > 1 and all(map(str.isupper, letters))


def _is_title(text: str, found: list[str]) -> bool:
    long = [word for word in found if len(word) > 3 and word[0].isalpha()]
    if text.isupper():
        return True
    return len(long) >= 4 and sum(word[0].isupper() for word in long) / len(long) > _TITLE_CASE
