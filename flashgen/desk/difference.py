"""Two wordings side by side: what the old one loses and what the new one brings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, and whether it differs from the other side."""

    text: str
    differs: bool = False


def difference(old: str, new: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """`old` and `new` as runs, word by word."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    left: list[Run] = []
    right: list[Run] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        _add(left, "".join(before[a1:a2]), tag != "equal")
        _add(right, "".join(after[b1:b2]), tag != "equal")
    return tuple(left), tuple(right)


def _add(runs: list[Run], text: str, differs: bool) -> None:
    if text:
        runs.append(Run(text, differs))
