"""A text in sentences, each word for word as a reader sees it.

The rules know what ends with a full stop and ends no sentence: abbreviations, initials, decimals, versions, file
names, in English and Russian. Code blocks, tables and headings hold no sentences and are left out.
"""

from __future__ import annotations

import re

from flashgen.text import plain
from flashgen.vocabulary import listed

_CUT = "\ue100"
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^`\n]*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]|^ {0,3}(?:=+|-+)[ \t]*$")
_TABLE = re.compile(r"^[ \t]*\|.*\|[ \t]*$|^[ \t]*\|?[ \t]*:?-{2,}[-:| \t]*\|[-:| \t]*$")
_BLOCK = re.compile(r"^[ \t]*(?:>[ \t]?|[-*+•][ \t]+|\d{1,3}[.)][ \t]+|\[[^\]]+\]:[ \t])")
_END = re.compile(r"(?:(?<![.!?…])[.!?…]{1,10}|(?<=[^\W\d_]):(?=\s*\Z))[\"'”’»)\]]{0,5}(?=\s)|[。！？]+[」』”）]*")
_LAST_WORD = re.compile(r"[^\W_][\w.\-]*\Z")
_WRAPPED = 50
"""Characters of a line from which its end may be a mere wrap where the text has no Markdown marks."""
_AROUND = 40
"""Characters before and after a full stop that tell whether it ends a sentence."""

_NEVER_LAST = listed(
    """e.g i.e cf viz vs approx ca resp fig figs eq eqs sec ch no nos vol pp p ed eds mr mrs ms dr prof sr jr st mt gen
    rev hon incl excl est max min avg dept art al
    т.е т.к т.н напр см ср рис табл стр гл разд им ул пр пл кв обл проф акад доц канд ред изд англ нем лат греч рус
    яп франц итал букв прим пер сокр назв д-р г-н г-жа св п пп ч ст"""
)
"""Abbreviations that something always follows."""
_BEFORE_NUMBERS = listed("no art max min est in co p п ч ст пр в г д кв оф")
"""Words, or abbreviations where a number follows."""
_BEFORE_NAMES = listed("г ст п ч д")
"""Of these, the ones that also stand before a name: г. Москва (but: в 2010 г. Москва …)."""
_MAYBE_LAST = listed("etc inc ltd co corp a.m p.m u.s u.k др пр т.д т.п г гг в вв н.э руб коп млн млрд тыс")
"""Abbreviations that may end a sentence: they do if a capital letter follows."""


def split(text: str) -> list[str]:
    """The sentences of `text` (Markdown or plain), in order; each stands word for word in `plain(text)`.

    An item of a list or a paragraph without a full stop counts as one sentence.
    """
    return [
        sentence
        for block in plain(_marked(text)).split(_CUT)
        for sentence in _sentences(block.strip())
        if any(map(str.isalpha, sentence))
    ]


def _marked(markdown: str) -> str:
    """`markdown` with a cut wherever one block ends and another begins, without what holds no sentences."""
    kept: list[str] = []
    fence = before = ""
    for line in markdown.replace(_CUT, "").splitlines():
        if opened := _FENCE.match(line):
            mark = opened[1]
            closes = fence and mark.startswith(fence)
            fence = "" if closes else fence or mark
            kept.append(_CUT)
            before = ""
        elif fence:
            continue
        elif not line.strip() or _HEADING.match(line) or _TABLE.match(line):
            kept.append(_CUT)
            before = ""
        else:
            new = before and (_BLOCK.match(line) or _stops(before, line))
            kept.append(f"{_CUT}\n{line}" if new else line)
            before = line
    return "\n".join(kept)


def _stops(before: str, line: str) -> bool:
    """Whether a line break ends a sentence without a full stop: after a short line, before a new beginning."""
    begins = line.lstrip(" \t\"'“«(`*_")[:1]
    return len(before) < _WRAPPED and before.rstrip()[-1:] not in ",;-–—" and not begins.islower()


def _sentences(block: str) -> list[str]:
    found, start = [], 0
    for match in _END.finditer(block):
        if _ends(block, match):
            found.append(block[start : match.end()].strip())
            start = match.end()
    found.append(block[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(block: str, match: re.Match[str]) -> bool:
    """Whether the punctuation at `match` ends a sentence."""
    mark = match[0]
    if mark[0] in "。！？":
        return True
    following = block[match.end() : match.end() + _AROUND].lstrip()
    begins = following.lstrip(" \"'“«([`*_—–-…")[:1]
    if begins.islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = block[max(0, match.start() - _AROUND) : match.start()]
    word = _LAST_WORD.search(before)
    return not (word and _abbreviates(word[0], before[: word.start()], begins))


def _abbreviates(word: str, before: str, begins: str) -> bool:
    """Whether the full stop after `word` belongs to it. `begins` is the first character of what follows."""
    short = word.casefold()
    if len(word) == 1 and word.isupper():
        return word not in "IЯ" and not _is_label(before)
    if word.isdigit():
        return not before.strip()
    if short in ("д", "п") and before.casefold().endswith("т. "):
        return not begins.isupper()
    if short in _BEFORE_NUMBERS:
        return begins.isdigit() or (short in _BEFORE_NAMES and not re.search(r"\d\s*\Z", before))
    if short in ("е", "к"):
        return before.casefold().endswith("т. ")
    return short in _NEVER_LAST or (short in _MAYBE_LAST and not begins.isupper())


def _is_label(before: str) -> bool:
    """Whether a lone capital is the name of something ("plan B.") and no initial: a small word stands before it."""
    return bool(re.search(r"(?<!\w)[^\W\d_]*[a-zа-яё]\s+\Z", before))
