"""Does a sentence stand in a text word for word, and in which words exactly?

What is compared is a key: letters, digits and the signs that change what is said, without letter case, white
space, Markdown marks and other punctuation. So line breaks, hyphenation, typographic quotes and emphasis never
part a quote from its page, while another digit or another word does.
"""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from flashgen.text import fold, plain

SHORTEST = 20
"""Characters that a quote must have to prove anything."""

_TOKEN = re.compile(r"\S+")
_DROPPED = re.compile(r"[^\w+<>=%$€£¥±×÷/^&@ ](?<!\d[.,](?=\d))(?<!(?<![^\W_])-(?=\d))")
"""Signs that say nothing: all but those of arithmetic and money, the point within a number and the minus before one."""
_HALF_LINK = re.compile(r"\]\[[^\[\]]*\]|\]\([^()]*\)|[\[\]]")
"""What is left of a link where a quote begins or ends within it."""
_PER_EDIT = 12
"""One edit is forgiven for so many characters of the key, where it is looked for … """
_LEAST_EDITS, _MOST_EDITS = 2, 30
_MOST_PLACES = 4
"""… at no more than so many places of the text, and in no longer a quote …"""
_LONGEST = 600
_LEADING = re.compile(r"(?:[,;:)»”]+|[-–—.!?…]+\s+)+")
_TRAILING = re.compile(r"(?:[,;:(«“‘]|\s[-–—]+)+$")
_PAIRS = {"(": ")", "[": "]", "«": "»", "“": "”", "‘": "’", '"': '"', "'": "'"}


@dataclass(frozen=True, slots=True)
class _Text:
    """A text ready for the search: where each of its words begins and, after that, ends, and where each one's key ends
    in the key of the whole."""

    plain: str
    key: str
    edges: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the words begin and end that the key's characters from `start` to `end` come from."""
        first, last = bisect_right(self.ends, start), bisect_left(self.ends, end)
        return self.edges[2 * first], self.edges[2 * last + 1]

    def words(self, start: int, end: int) -> str:
        """The text's own words that the key's characters from `start` to `end` come from."""
        first, last = self.place(start, end)
        return self.plain[first:last]


def find(quote: str, passage_text: str) -> str | None:
    """The words of `passage_text` (Markdown) that `quote` stands for, as a reader sees them; None if it has none such.

    A few wrong letters are forgiven: what comes back are the passage's words, not the quote's.
    """
    return _find(quote, passage_text)


def span(quote: str, shown: str) -> tuple[int, int] | None:
    """Where in `shown`, a text as a reader sees it, the words of `quote` begin and end; None if it has none such."""
    text = _indexed(shown)
    for key in _keys(quote):
        if (start := text.key.find(key)) >= 0:
            return text.place(start, start + len(key))
    return None


def stands(quote: str, text: str) -> bool:
    """Whether `quote` still stands in `text` (Markdown) word for word. Fast for many quotes and one text."""
    whole = _prepared(text).key
    return any(key in whole for key in _keys(quote))


def shown(markdown: str) -> str:
    """`plain(markdown)`, as it is kept for the search in it."""
    return _prepared(markdown).plain


def places(quotes: Sequence[str], text: str, *, in_order: bool = False) -> list[tuple[int, int] | None]:
    """Where each of `quotes` stands in `text` (Markdown): begin and end in characters of what is compared; None for one
    that doesn't. With `in_order`, each is looked for behind the one before."""
    whole, found, start = _prepared(text).key, [], 0
    for quote in quotes:
        hits = ((whole.find(key, start), len(key)) for key in _keys(quote))
        place = next(((at, at + length) for at, length in hits if at >= 0), None)
        found.append(place)
        start = place[1] if place and in_order else start
    return found


@lru_cache(maxsize=512)
def _find(quote: str, passage_text: str) -> str | None:
    text = _prepared(passage_text)
    for key in _keys(quote):
        if (start := text.key.find(key)) >= 0:
            return _trimmed(text.words(start, start + len(key)))
    near = _near(next(_keys(quote), ""), text.key)
    return _trimmed(text.words(*near)) if near else None


def _keys(quote: str) -> Iterator[str]:
    """The key of the quote as Markdown, then as the plain text that it may be already; never an empty one."""
    seen = {""}
    for reading in (plain(quote), quote, html.unescape(quote), _HALF_LINK.sub("", quote)):
        key = "".join(map(_word_key, reading.split()))
        if key not in seen:
            seen.add(key)
            yield key


@lru_cache(maxsize=128)
def _prepared(markdown: str) -> _Text:
    return _indexed(plain(markdown))


@lru_cache(maxsize=16)
def _indexed(text: str) -> _Text:
    edges = array("I", [edge for match in _TOKEN.finditer(text) for edge in match.span()])
    keys = _key(text).split(" ")
    if len(keys) * 2 != len(edges):  # a word of nothing but soft hyphens and their like
        keys = list(map(_word_key, text.split()))
    return _Text(text, "".join(keys), edges, array("I", accumulate(map(len, keys))))


def _key(text: str) -> str:
    return _DROPPED.sub("", fold(text)).replace("_", "")


_word_key = lru_cache(maxsize=16384)(_key)


def _trimmed(words: str) -> str:
    """One line, without what was left over from the sentence around it."""
    line = _TRAILING.sub("", " ".join(words.split()))
    if leftover := _LEADING.match(line):
        line = line[leftover.end() :]
    for opener, closer in _PAIRS.items():
        if line.startswith(opener) and closer not in line[1:]:
            line = line[1:]
        if line.endswith(closer) and opener not in line[:-1]:
            line = line[:-1]
    return line


# --- nearly the same ----------------------------------------------------------------------------


def _near(key: str, whole: str) -> tuple[int, int] | None:
    """Where in `whole` a stretch begins and ends that differs from `key` in a few characters only."""
    if not SHORTEST <= len(key) <= _LONGEST:
        return None
    edits = min(_MOST_EDITS, max(_LEAST_EDITS, len(key) // _PER_EDIT))
    best = None
    for place in _places(key, whole, edits):
        start, end = max(0, place - edits), place + len(key) + 2 * edits + 1
        found = _aligned(key, whole[start:end], edits)
        if found and (best is None or found[0] < best[0]):
            best = (found[0], start + found[1], start + found[2])
            edits = found[0]
    return best and (best[1], best[2])


def _places(key: str, whole: str, edits: int) -> list[int]:
    """Where the quote may begin, likeliest first, to within `edits`.

    Of `edits` + 1 pieces of the quote one at least is free of edits (the pigeonhole principle); each piece votes.
    """
    size = max(6, len(key) // (edits + 1))
    votes: Counter[int] = Counter()
    for offset in range(0, len(key) - size + 1, size):
        at = -1
        for _ in range(50):
            at = whole.find(key[offset : offset + size], at + 1)
            if at < 0:
                break
            votes[(at - offset) // (edits + 1)] += 1
    return [slot * (edits + 1) for slot, _ in votes.most_common(_MOST_PLACES)]


def _aligned(key: str, window: str, most: int) -> tuple[int, int, int] | None:
    """The fewest edits that turn a stretch of `window` into `key`, with its begin and end; None above `most`.

    Sellers' algorithm: dynamic programming in which a match may begin and end anywhere in the window.
    """
    costs, starts = list(range(len(key) + 1)), [0] * (len(key) + 1)
    best = (most + 1, 0, 0)
    for column, letter in enumerate(window, 1):
        above, start = costs[0], starts[0]
        costs[0], starts[0] = 0, column
        for row, wanted in enumerate(key, 1):
            cost, begun = (above, start) if letter == wanted else (above + 1, start)
            if costs[row] + 1 < cost:
                cost, begun = costs[row] + 1, starts[row]
            if costs[row - 1] + 1 < cost:
                cost, begun = costs[row - 1] + 1, starts[row - 1]
            above, start = costs[row], starts[row]
            costs[row], starts[row] = cost, begun
        if costs[-1] < best[0]:
            best = (costs[-1], starts[-1], column)
    return best if best[0] <= most else None
