"""How a name that begins a sentence reads in the middle of one."""

from __future__ import annotations

import re

from flashgen.vocabulary import STOP

_NAMES_ENDINGS = ("ian", "ine", "ese", "ish", "'s", "’s")
_COMMON_ENDINGS = (
    "ing",
    "ed",
    "tion",
    "sion",
    "ment",
    "ness",
    "ity",
    "ance",
    "ence",
    "ism",
    "ies",
    "ive",
    "ous",
    "ble",
)


def uncapitalised(subject: str, passage: str) -> str:
    """`subject` as it reads in the middle of a sentence: without its capital where its first word is no name.

    `passage` tells: a word that it has without a capital, and not more often with one inside its sentences, is none.
    """
    low = subject[:1].lower() + subject[1:]
    first = low.split(" ")[0]
    name = re.escape(subject.split(" ")[0])
    inside = len(re.findall(rf"(?<=[a-zа-яё,] ){name}\b", passage))
    if inside > len(re.findall(rf"\b{re.escape(first)}\b", passage)) and subject[:1].isupper():
        return subject
    more = subject.split(" ")[1:]
    if any(word[:1].isupper() for word in more) and not "а" <= first[0] <= "я":
        return low if first in ("a", "an", "the") else subject
    common = (
        (more and more[0].isalpha() and not first.endswith(_NAMES_ENDINGS) and not inside)
        or first in STOP
        or "а" <= first[0] <= "я"
        or first.endswith(_COMMON_ENDINGS)
        or re.search(rf"\b{re.escape(first)}\b", passage)
    )
    return low if first in ("a", "an") or (common and subject[1:2].islower()) else subject
