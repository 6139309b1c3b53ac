"""How a question best begins: a hint that keeps a small model from asking "What is X?" of every sentence.

Only what can be read off the words is hinted: a condition, a reason, a means, or who does what with a verb that takes
an object. Everything else is left to the model.
"""

from __future__ import annotations

import re

from flashgen.restating.naming import uncapitalised
from flashgen.restating.verbs import base_form
from flashgen.vocabulary import listed

_AUXILIARY = listed("can could must should will")
_ADVERBS = listed("also only often usually generally typically always never automatically simply then still already")
_NOT_IN_SUBJECT = listed(
    "that which who whose where when while if because since so and or but is are was were be been has had do does did "
    "can could must should will would may might not to as than then it they this these you we i"
)
_PREPOSITIONS = listed("in on at with for by from to of under over during after before without through within across")
_MOST_SUBJECT_WORDS = 8

_DEFINES = re.compile(r"^(?:an? |the )?[\w+#./' ()-]{2,60}? (?:is|are) (?:an?|the|any|anything|one)\b")
_HAPPENS = re.compile(r"^(.{3,60}?) (?:happens?|occurs?|arises?) when\b")
_IS_WHEN = re.compile(r"^(.{3,60}?) (is|are) (\w+) when\b")
_RUSSIAN_DEFINITION = re.compile(r"^([^,.:;—–]{2,60}) [—–-] это\b")
_NEEDED = re.compile(r"^([^,.:;]{2,60}) (нуж\w+|необходим\w*), чтобы\b")
_CUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?:when|whenever|if|once)\b[^,]{8,},"), "What happens when"),
    (re.compile(r"(?<!^)\b(?:because|in order to)\b|, so that\b"), "Why"),
    (re.compile(r"\b(?:unlike|differs? from)\b"), "How"),
    (re.compile(r"\b(?:потому что|поскольку|так как|поэтому)\b"), "Почему"),
    (re.compile(r", чтобы\b"), "Зачем"),
    (re.compile(r"\b(?:в отличие от|тогда как)\b"), "Чем"),
    (re.compile(r"^(?:когда|если)\b[^,]{8,},"), "Что происходит"),
)


def beginning(sentence: str, passage: str = "") -> str:
    """The words that a question about `sentence` best begins with; '' leaves it to the model.

    `passage` tells names from words that only begin a sentence: a word that it also has without a capital is no name.
    """
    low = sentence.casefold()
    if _DEFINES.match(low):
        return ""
    if found := _HAPPENS.match(sentence):
        return f"When does {uncapitalised(found[1], passage)} happen"
    if found := _IS_WHEN.match(sentence):
        return f"When {found[2]} {uncapitalised(found[1], passage)} {found[3]}"
    if found := _RUSSIAN_DEFINITION.match(sentence):
        return f"Что такое {uncapitalised(found[1], passage)}?"
    if found := _NEEDED.match(sentence):
        return f"Зачем {found[2]} {uncapitalised(found[1], passage)}?"
    for cue, words in _CUES:
        if cue.search(low):
            return words
    return _who_does(sentence, passage)


def _who_does(sentence: str, passage: str) -> str:
    """ "What does the reverse proxy" for "The reverse proxy hides …"; '' if the subject can't be made out."""
    words = sentence.split(" ")
    if words[0].casefold() in _NOT_IN_SUBJECT | _PREPOSITIONS:
        return ""
    for n, word in enumerate(words[1 : _MOST_SUBJECT_WORDS + 2], 1):
        low, following = word.casefold(), words[n + 1].casefold() if n + 1 < len(words) else ""
        if low in _AUXILIARY:
            return _asking(sentence, passage, low, words[:n]) if base_form(following) == following != "" else ""
        if n <= _MOST_SUBJECT_WORDS and _is_verb(words, n):
            return _asking(sentence, passage, "do" if base_form(low) == low else "does", words[:n])
        if low in _NOT_IN_SUBJECT or not re.fullmatch(r"\(?[\w'’/+#.-]*\w[+#]*\)?", word):
            return ""
    return ""


def _is_verb(words: list[str], n: int) -> bool:
    """Whether the word at `n` is the sentence's verb and no noun of the same form: "stores", "store"."""
    low = words[n].casefold()
    following = words[n + 1].casefold() if n + 1 < len(words) else ""
    if (
        not base_form(low)
        or not following
        or following in _AFTER_NOUNS
        or (base_form(low) != low and base_form(following) == following)
    ):
        return False
    before = next(word for word in reversed(words[:n]) if word.casefold() not in _ADVERBS or word is words[0])
    plural = before.endswith("s") and not before.endswith("ss") and words[0].casefold() not in ("a", "an")
    return plural if base_form(low) == low else True


_AFTER_NOUNS = _AUXILIARY | listed(
    "is are was were has had have of like such that who and or generally often also with than"
)


def _asking(sentence: str, passage: str, auxiliary: str, subject: list[str]) -> str:
    subject = [word for word in subject if word.casefold() not in _ADVERBS]
    first = subject[0] if subject else ""
    if not first or (auxiliary == "do" and len(subject) == 1 and not first.endswith("s")):
        return ""
    if len(subject) == 1 and first.endswith(_NO_NOUN_ENDINGS):
        return ""
    asked = "How" if re.search(r"\bby \w+ing\b", sentence) else "What"
    return " ".join((asked, auxiliary, uncapitalised(" ".join(subject), passage)))


_NO_NOUN_ENDINGS = ("ly", "rent", "al", "ic", "ous", "ive", "ble", "ful", "less")
