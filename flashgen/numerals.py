"""The numbers of a text, whether in digits or in words, in English and Russian.

A number has readings: `1,500` may be 1500 or 1.5, `10k` is ten thousand. Two numbers agree if they share one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from flashgen.text import fold
from flashgen.vocabulary import listed

Reading = float | str
"""A value, or a version such as "1.2.3"."""
Number = tuple[str, frozenset[Reading]]
"""A number as written, and what it may mean."""


def _numbered(first: int, text: str) -> dict[str, int]:
    """Words to values: forms of one number are parted by slashes, numbers by white space."""
    return {form: first + n for n, forms in enumerate(text.split()) for form in forms.split("/")}


_SMALL = {
    **_numbered(0, "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"),
    **_numbered(16, "sixteen seventeen eighteen nineteen"),
    **_numbered(
        2,
        "два/две/двух/двум/двумя/двое/двоих три/трех/трем/тремя/трое/троих четыре/четырех/четырем/четырьмя/четверо "
        "пять/пяти/пятью/пятеро шесть/шести/шестью семь/семи/семью восемь/восьми/восемью девять/девяти/девятью "
        "десять/десяти/десятью одиннадцать/одиннадцати двенадцать/двенадцати тринадцать/тринадцати "
        "четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати семнадцать/семнадцати "
        "восемнадцать/восемнадцати девятнадцать/девятнадцати",
    ),
    **{word: (n + 2) * 10 for word, n in _numbered(0, "twenty thirty forty fifty sixty seventy eighty ninety").items()},
    **{
        word: (n + 2) * 10
        for word, n in _numbered(
            0,
            "двадцать/двадцати тридцать/тридцати сорок/сорока пятьдесят/пятидесяти шестьдесят/шестидесяти "
            "семьдесят/семидесяти восемьдесят/восьмидесяти девяносто/девяноста",
        ).items()
    },
    **{
        word: (n + 1) * 100
        for word, n in _numbered(
            0,
            "сто/ста двести/двухсот триста/трехсот четыреста/четырехсот пятьсот/пятисот шестьсот/шестисот "
            "семьсот/семисот восемьсот/восьмисот девятьсот/девятисот",
        ).items()
    },
}
_LARGE = {
    "hundred": 100.0, "hundreds": 100.0, "thousand": 1e3, "thousands": 1e3, "million": 1e6, "millions": 1e6,
    "billion": 1e9, "billions": 1e9, "trillion": 1e12, "тысяч": 1e3, "тысяча": 1e3, "тысячи": 1e3, "тысячу": 1e3,
    "тысячам": 1e3, "тысячами": 1e3, "тыс": 1e3, "миллион": 1e6, "миллиона": 1e6, "миллионов": 1e6, "млн": 1e6,
    "миллиард": 1e9, "миллиарда": 1e9, "миллиардов": 1e9, "млрд": 1e9, "триллион": 1e12, "трлн": 1e12,
}  # fmt: skip
_SUFFIX = {"k": 1e3, "к": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9, "t": 1e12}
_UNIT_TOO = listed("m b t к")
"""Suffixes that may be a unit as well: 5 m is five metres."""
_RELATED: dict[str, tuple[float, ...]] = {
    "half": (0.5, 50), "halves": (0.5, 50), "quarter": (0.25, 25), "twice": (2,), "double": (2,), "doubles": (2,),
    "doubled": (2,), "doubling": (2,), "thrice": (3,), "triple": (3,), "dozen": (12,), "both": (2,), "pair": (2,),
    "first": (1,), "second": (2,), "third": (3,), "fourth": (4,), "fifth": (5,), "once": (1,), "single": (1,),
    "половина": (0.5, 50), "половину": (0.5, 50), "половины": (0.5, 50), "четверть": (0.25, 25), "вдвое": (2,),
    "дважды": (2,), "удваивает": (2,), "удваивается": (2,), "трижды": (3,), "втрое": (3,), "дюжина": (12,),
    "вчетверо": (4,), "впятеро": (5,), "вшестеро": (6,), "вдесятеро": (10,), "twofold": (2,), "threefold": (3,),
    "fourfold": (4,), "fivefold": (5,), "tenfold": (10,), "hundredfold": (100,), "quadruple": (4,), "quadruples": (4,),
    "quadrupled": (4,), "пара": (2,),
    "оба": (2,), "обе": (2,), "обоих": (2,), "первый": (1,), "второй": (2,), "вторая": (2,),
    "третий": (3,),
    "третья": (3,), "четвертый": (4,), "пятый": (5,), "полтора": (1.5,), "однажды": (1,),
}  # fmt: skip
_NOT_COUNTS = listed("zero one")
"""Words for numbers that mostly count nothing ("the one that …")."""

_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+)|(?<![\w.])(?P<digits>\d{1,3}(?: \d{3})+(?![\d\w])|\d+(?:[.,]\d+)*)(?P<suffix>[^\W\d_]*)"
)
_RANGE = re.compile(r"-(?<=\d-)(?=\d)")
"""Between two numbers, not within one: 80-100 is no 80 100."""
_INSIDE = re.compile(r"\d(?<=[^\W\d_]\d)\d{0,14}(?:\.\d{1,15})?")
"""Digits in a name: the 2 of `v2`, the 3.5 of `v3.5`."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")


def claims(text: str) -> Iterator[Number]:
    """The numbers that `text` states: digits, and words from "two" on. Digits inside names (`HTTP/2`, `s3`) aren't."""
    for written, readings, parts in _occurrences(_tokens(fold(text))):
        if parts != _NOT_COUNTS and not (len(parts) == 1 and parts <= _NOT_COUNTS):
            yield written, readings


@lru_cache(maxsize=128)
def values(text: str) -> frozenset[Reading]:
    """Every number that stands in `text` in any reading, with the parts of compound ones, ordinals and halves."""
    found: set[Reading] = set()
    folded = fold(text)
    tokens = _tokens(folded)
    for written, readings, parts in _occurrences(tokens):
        found |= readings
        for part in parts:
            found |= _digits(part) if part[0].isdigit() else {float(_SMALL.get(part, _LARGE.get(part, 1)))}
        if re.fullmatch(r"\d+(?:\.\d+){2,}", written):
            numbers = written.split(".")
            found |= {float(number) for number in numbers} | {float(".".join(numbers[:2]))}
    found.update(float(inside) for inside in _INSIDE.findall(folded))
    for word in _RELATED.keys() & {token["word"] or token["suffix"] for token in tokens}:
        found.update(_RELATED[word])
    return frozenset(found)


def multiples(text: str) -> Iterator[tuple[str, frozenset[Reading]]]:
    """The words of `text` that are numbers in another way than counting: "half", "twice", "hundredfold"."""
    for token in _tokens(fold(text)):
        if token["word"] in _RELATED:
            yield token["word"], frozenset(_RELATED[token["word"]])


def _tokens(folded: str) -> list[re.Match[str]]:
    return list(_TOKEN.finditer(_RANGE.sub("  ", folded).replace("-", " ")))


def _occurrences(tokens: Sequence[re.Match[str]]) -> Iterator[tuple[str, frozenset[Reading], frozenset[str]]]:
    """Each number as written, with its readings and the words or digits that it is made of."""
    run: list[re.Match[str]] = []
    for token in tokens:
        word = token["word"]
        if word and word not in _SMALL and word not in _LARGE:
            continue
        if run and not _continues(run, token):
            yield _read(run)
            run = []
        if run or word not in _LARGE:
            run.append(token)
    if run:
        yield _read(run)


def _continues(run: list[re.Match[str]], token: re.Match[str]) -> bool:
    """Whether `token` belongs to the number that `run` began: "two hundred", "2 million", "twenty five"."""
    last, word = run[-1], token["word"]
    if last.string[last.end() : token.start()] != " " or last["suffix"]:
        return False
    if word in _LARGE or (last["digits"] and word in _SUFFIX and word not in _UNIT_TOO):
        return True
    before, now = _SMALL.get(last["word"] or "", 0), _SMALL.get(word or "", 0)
    if last["word"] in _LARGE:
        return bool(now)
    return bool(now) and (before >= 100 > now or (20 <= before < 100 and before % 10 == 0 and now < 10))


def _read(run: list[re.Match[str]]) -> tuple[str, frozenset[Reading], frozenset[str]]:
    written = " ".join(token[0] for token in run)
    parts = frozenset(token["digits"] or token["word"] for token in run)
    head = run[0]
    if head["digits"]:
        readings = _digits(head["digits"])
        factor = 1.0
        for token in run[1:]:
            factor *= _LARGE.get(token["word"], 1.0)
        suffix = head["suffix"]
        scaled = {value * factor for value in readings if isinstance(value, float)}
        if suffix in _SUFFIX:
            larger = {value * _SUFFIX[suffix] for value in scaled}
            scaled = scaled | larger if suffix in _UNIT_TOO else larger
        readings = frozenset(scaled) | {value for value in readings if isinstance(value, str)}
        return written, readings, parts
    total = current = 0.0
    for token in run:
        word = token["word"]
        if word == "hundred":
            current = (current or 1) * 100
        elif word in _LARGE:
            total, current = total + (current or 1) * _LARGE[word], 0.0
        else:
            current += _SMALL.get(word, 0)
    return written, frozenset({total + current}), parts


@lru_cache(maxsize=8192)
def _digits(written: str) -> frozenset[Reading]:
    digits = written.replace(" ", "")
    readings: set[Reading] = set()
    if _GROUPED.fullmatch(digits):
        readings.add(float(digits.replace(",", "")))
    if _DOTTED.fullmatch(digits):
        readings.add(float(digits.replace(".", "")))
    as_decimal = digits.replace(",", ".")
    if as_decimal.count(".") <= 1:
        readings.add(float(as_decimal))
    if not readings and "," in digits:
        readings.update(float(part) for part in digits.split(",") if part.count(".") <= 1)
    return frozenset(readings or {digits})
