"""A passage made ready for the gates, once for all of its cards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flashgen.gates._prose import prose
from flashgen.numerals import Reading, values
from flashgen.quotes import shown
from flashgen.text import fold, script, words
from flashgen.types import Passage
from flashgen.vocabulary import STOP, content, generic, listed

SHORT = 120
"""Words under which every content word of a passage is one that a question may hold on to."""
_HIDDEN = re.compile(r"\]\(<?([^()\s<>]+)|^[ \t]*`{3,}([\w+#-]+)", re.M)
"""Addresses of links, and the languages of code blocks."""
_SECOND_SCRIPT = 0.05
"""Share of letters from which a passage counts as written in a script."""
_LETTERS = re.compile(r"[^\W_]+")
_ALIASES = {
    "db": "database", "js": "javascript", "ts": "typescript", "k8s": "kubernetes", "repo": "repositori",
    "postgres": "postgresql", "lan": "local", "os": "operat", "vm": "virtual", "ml": "machin", "ai": "artifici",
    "бд": "баз", "субд": "баз", "ос": "операцион", "по": "программн", "ии": "интеллект",
}  # fmt: skip
"""Short names, and a stem of what they are short for."""
_JOINING = frozenset(("and", "of", "и"))
"""Small words that an acronym passes over."""
_EVERYWHERE = listed("api cpu ram url ui id ok os it pc io i/o gb mb kb tb ms hz khz mhz ghz celsius fahrenheit kelvin")
"""Acronyms that are common nouns by now: a card may use them whatever the passage says."""


@dataclass(frozen=True)
class Source:
    """What a card may take its facts from: the passage with its headings, title, topic and address."""

    passage: Passage

    @cached_property
    def text(self) -> str:
        """The passage as a reader sees it."""
        return shown(self.passage.text)

    @cached_property
    def heads(self) -> str:
        """Title, headings and topic."""
        return " \n".join((*self.passage.topic, self.passage.title, *self.passage.path))

    @cached_property
    def everything(self) -> str:
        """All text that was before the model, folded; an address or a code's language names things too."""
        given = self.passage
        marks = " ".join(map("".join, _HIDDEN.findall(given.text)))
        return fold(" \n".join((self.heads, given.url, marks, self.text)))

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts that it is written in: a page about code may have two."""
        letters: Counter[str] = Counter()
        for letter, count in Counter(prose(self.passage.text)).items():
            if letter.isalpha():
                letters[script(letter)] += count
        return frozenset(
            name for name, count in letters.items() if name and count > sum(letters.values()) * _SECOND_SCRIPT
        )

    @cached_property
    def words(self) -> Sequence[str]:
        """The folded words of everything, in order."""
        return words(self.everything)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of everything."""
        return frozenset(self._row)

    @cached_property
    def _row(self) -> Sequence[str]:
        return content(self.everything)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first letters of the stems, by which forms of one word are known."""
        return frozenset(filter(None, map(_beginning, self.stems)))

    @cached_property
    def numbers(self) -> frozenset[Reading]:
        """Every number in any reading."""
        return values(self.everything)

    @cached_property
    def letters(self) -> str:
        """Everything without anything but letters and digits: `git hub` and `GitHub` are the same there."""
        return _letters(self.everything)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Stems that a question may hold on to: of title, headings and topic, and those that the passage repeats, if in
        another form of the word."""
        said = Counter(self._row)
        words = Counter(filter(None, map(_beginning, self._row)))
        least = 1 if len(self.words) < SHORT else 2
        repeated = {stem for stem, count in said.items() if count >= least or words[_beginning(stem)] >= least}
        return frozenset({*content(self.heads), *repeated}) - generic()

    @cached_property
    def _anchor_beginnings(self) -> frozenset[str]:
        return frozenset(filter(None, map(_beginning, self.anchors)))

    def anchors_on(self, stem: str) -> bool:
        """Whether a stem of a question, or another form of the same word, is one of the anchors."""
        return stem in self.anchors or _beginning(stem) in self._anchor_beginnings

    @cached_property
    def foreign(self) -> bool:
        """Whether the cards are in another language than the passage."""
        given = self.passage
        if given.language and given.source_language:
            return given.language[:2].casefold() != given.source_language[:2].casefold()
        wanted = WRITING.get(given.language[:2].casefold())
        return bool(wanted and self.scripts) and wanted not in self.scripts

    def says(self, name: str) -> bool:
        """Whether a name or an acronym stands in the source, in this or a related spelling."""
        folded = fold(name)
        if folded in _EVERYWHERE or all(part in self.stems or part in STOP for part in content(name) or (folded,)):
            return True
        letters = _letters(folded)
        if len(letters) > 2 and (letters in self.letters or letters.removesuffix("s") in self.letters):
            return True
        return _ALIASES.get(folded, "") in self.stems or self._abbreviates(name, letters)

    def has_stem(self, stem: str) -> bool:
        """Whether a content stem stands in the source, or another form of the same word."""
        return stem in self.stems or _beginning(stem) in self.beginnings

    def _abbreviates(self, name: str, letters: str) -> bool:
        """Whether `name` is made of the first letters of words that follow each other, or shortens or lengthens one."""
        if name.isupper() and len(letters) > 1 and letters in self._firsts:
            return True
        if len(letters) >= 6 and any(len(word) >= 5 and letters.startswith(word) for word in self.words):
            return True
        cyrillic = len(letters) > 4 and "а" <= letters[0] <= "я"
        return cyrillic and any(word.startswith(letters[: max(4, len(letters) - 3)]) for word in self.words)

    @cached_property
    def _firsts(self) -> str:
        """The first letters of the words in order, with a gap for each small one."""
        parts = (part for word in self.words for part in word.split("-") if part and part not in _JOINING)
        return "".join(" " if len(part) < 3 or part in STOP else part[0] for part in parts)


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _beginning(stem: str) -> str:
    """The letters that forms of one word share ("latency", "latent"; снимок, снимка); '' of a short stem."""
    if "а" <= stem[0] <= "я" and len(stem) <= 6:
        return stem[:4] if len(stem) > 4 else ""
    return stem[:5] if len(stem) > 4 else ""


_IN_LATIN = listed(
    """en de fr es it pt nl pl cs sk sl hr sv da no nb nn fi et lv lt hu ro tr vi id ms ca eu gl is ga sq az uz eo la"""
)
WRITING = {
    **dict.fromkeys(listed("ru uk be bg sr mk kk ky mn tg"), "CYRILLIC"),
    **dict.fromkeys(_IN_LATIN, "LATIN"),
    "zh": "CJK", "ko": "HANGUL", "el": "GREEK", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "he": "HEBREW",
    "hi": "DEVANAGARI", "th": "THAI", "ka": "GEORGIAN", "hy": "ARMENIAN", "bn": "BENGALI", "ta": "TAMIL",
}  # fmt: skip
"""The script of a language, by its ISO 639-1 code; Japanese has several and isn't here."""


@lru_cache(maxsize=128)
def source(passage: Passage) -> Source:
    """`passage` made ready."""
    return Source(passage)
