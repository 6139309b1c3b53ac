"""Text as it is compared: one spelling for what reads the same.

Matching a quote to its page, a fingerprint to its section and a gate to a card all use these few functions,
so that none of them differs from another about what "the same words" means.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        "ё": "е",
        "Ё": "Е",
    }
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*[+#]*")

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*$", re.M)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\\]|\\.|\([^()]*\))*\)")
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+)", re.M)
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}.*$", re.M)
_EMPHASIS = re.compile(r"(?<![\w\\])([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", re.S)
_CODE = re.compile(r"`+([^`]+)`+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


def normalise(text: str) -> str:
    """One spelling: NFKC, plain quotes and dashes, white space folded, soft hyphens gone, ё as е."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(_UNIFIED)).strip()


def fold(text: str) -> str:
    """`normalise`, and without letter case."""
    return normalise(text).casefold()


def words(text: str) -> list[str]:
    """The words of `text`, folded; `C++`, `don't`, `read-only` and `v1.2` are one word each."""
    return _WORD.findall(fold(text))


def plain(markdown: str) -> str:
    """What a reader sees of `markdown`: the words of links, images, tables and code without their marks."""
    text = _FENCE.sub("", _COMMENT.sub("", markdown))
    text = _TABLE_RULE.sub("", text)
    return inline(_LINE_START.sub("", _LINE_START.sub("", text)))


def inline(markdown: str) -> str:
    """`plain` for the inside of one block: what looks like a list's number or a heading's mark stays."""
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", markdown))
    text = _AUTOLINK.sub(r"\1", text)
    text = _CODE.sub(r"\1", _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)))
    text = re.sub(r"[ \t]*\|[ \t]*", " ", text)
    return _ESCAPE.sub(r"\1", text)


def script(text: str) -> str:
    """The script that most letters of `text` belong to: "LATIN", "CYRILLIC", "CJK" …; '' without letters."""
    counts: dict[str, int] = {}
    for letter in filter(str.isalpha, text):
        name = _script_of(letter)
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=counts.__getitem__, default="")


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


@lru_cache(maxsize=65536)
def _stem(word: str, algorithm: str) -> str:
    return str(_stemmer(algorithm).stemWord(word))


@lru_cache(maxsize=32)
def _stemmer(algorithm: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(algorithm)


_ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


def stem(word: str, language: str = "") -> str:
    """The stem of a folded word. Cyrillic words are stemmed as Russian and Latin ones as English where
    `language` (ISO 639-1) doesn't say otherwise; a word with a digit stays as it is."""
    if any(map(str.isdigit, word)):
        return word
    cyrillic = "а" <= word[:1] <= "я"
    default = "russian" if cyrillic else "english"
    algorithm = _ALGORITHMS.get(language, default)
    if cyrillic != (algorithm == "russian"):
        algorithm = default
    return _stem(word, algorithm)


def stems(text: str, language: str = "") -> list[str]:
    """The stems of the words of `text`, in order."""
    return [stem(word, language) for word in words(text)]
