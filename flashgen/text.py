"""Text as it is compared: one spelling for what reads the same.

Matching a quote to its page, a fingerprint to its section and a gate to a card all use these few functions,
so that none of them differs from another about what "the same words" means.
"""

from __future__ import annotations

import html
import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any

_CONTROLS = "".join(map(chr, (*range(9), *range(14, 28), *range(127, 133), *range(134, 160)))) + (
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ue000\ue001"
)
_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff" + _CONTROLS, None),
        "ё": "е",
        "Ё": "Е",
    }
)
_WORD = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*[+#]*")
_CONTROL = re.compile(f"[{re.escape(_CONTROLS)}]")

# Lengths are bounded so that a hostile page full of openers without closers costs linear time.
_FENCED = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^`\n]*(?:\n(?P<code>.*?)(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)|\Z)", re.M | re.S
)
_CODE = re.compile(r"(`(?<!``)`{0,2})(?!`)(.{1,1000}?)(?<!`)\1(?!`)", re.S)
_SHELVED = re.compile("\ue000(\\d+)\ue001")
_IMAGE = re.compile(r"!\[([^\]]{0,1000})\]\([^)]{0,3000}\)")
_LINK = re.compile(r"\[([^\[\]]{0,1000})\]\((?:[^()\\\n]|\\.|\([^()\n]{0,500}\)){0,3000}\)")
_REFERENCE = re.compile(r"\[([^\[\]]{1,1000})\]\[[^\[\]]{0,200}\]")
_DEFINITION = re.compile(r"^[ ]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]+\S.*$", re.M)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,50}\]")
_AUTOLINK = re.compile(r"<(https?://[^>\s]{1,3000})>")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_TAG = re.compile(
    r"</?(?:a|abbr|b|center|cite|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|picture|pre|"
    r"s|small|source|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|var|video)(?:\s[^<>]{0,2000})?/?>",
    re.I,
)
_LINE_START = re.compile(r"^(?:[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+)){1,2}", re.M)
_TABLE_RULE = re.compile(r"^[ \t]*(?:\|[ \t]*)?:?--[-:| \t]*$", re.M)
_EMPHASIS = re.compile(r"(?<![\w\\])([*_]{1,3})(?=\S)(.{1,600}?)(?<=\S)\1(?!\w)", re.S)
_PIPE = re.compile(r"(?<![ \t\\])[ \t]*\|[ \t]*")
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.M)
_BETWEEN_CELLS = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")


def normalise(text: str) -> str:
    """One spelling: NFKC, plain quotes and dashes, white space folded, soft hyphens gone, ё as е."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_UNIFIED).split())


def fold(text: str) -> str:
    """`normalise`, and without letter case."""
    return normalise(text).casefold()


def words(text: str) -> list[str]:
    """The words of `text`, folded; `C++`, `don't`, `read-only` and `v1.2` are one word each."""
    return _WORD.findall(fold(text))


def plain(markdown: str) -> str:
    """What a reader sees of `markdown`: the words of links, images, tables and code without their marks.

    What stands in code stays as it is, letter for letter; control characters are gone everywhere.
    """
    shelf: list[str] = []

    def shelve(code: str) -> str:
        shelf.append(code)
        return f"\ue000{len(shelf) - 1}\ue001"

    text = _without_comments(_CONTROL.sub("", markdown))
    if "```" in text or "~~~" in text:
        text = _FENCED.sub(lambda found: shelve(found["code"] or ""), text)
    if "`" in text:
        text = _CODE.sub(lambda found: shelve(found[2]), text)
    text = _without_links(text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _AUTOLINK.sub(r"\1", text)))
    if "--" in text:
        text = _TABLE_RULE.sub("", text)
    text = _LINE_START.sub("", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    if "|" in text:
        text = _PIPE.sub(" ", _ROW.sub(lambda row: _BETWEEN_CELLS.sub(" · ", row[1]), text))
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = html.unescape(text)
    return _SHELVED.sub(lambda found: shelf[int(found[1])], text) if shelf else text


def _without_comments(markdown: str) -> str:
    kept, end = [], 0
    while (start := markdown.find("<!--", end)) >= 0 and (close := markdown.find("-->", start + 4)) >= 0:
        kept.append(markdown[end:start])
        end = close + 3
    return "".join(kept) + markdown[end:]


def _without_links(text: str) -> str:
    if "[" not in text:
        return text
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    return _FOOTNOTE.sub("", _REFERENCE.sub(r"\1", _DEFINITION.sub("", text)))


def script(text: str) -> str:
    """The script that most letters of `text` belong to: "LATIN", "CYRILLIC", "CJK" …; '' without letters."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else ""
    counts: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if letter.isalpha():
            counts[_script_of(letter)] += count
    return max(counts, key=counts.__getitem__, default="")


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


_stemmers = threading.local()


def _stemmer(algorithm: str) -> Any:
    """A stemmer of this thread's own: while it is at a word, it holds it."""
    known = vars(_stemmers)
    if algorithm not in known:
        import Stemmer

        known[algorithm] = Stemmer.Stemmer(algorithm, 0)  # its own cache would be a second one
    return known[algorithm]


_ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip


@lru_cache(maxsize=16384)
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
    return str(_stemmer(algorithm).stemWord(word))


def stems(text: str, language: str = "") -> list[str]:
    """The stems of the words of `text`, in order."""
    return [stem(word, language) for word in words(text)]
