"""What commands ask of the app, and what it answers for single sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flashgen.types import Article, Judged, Section, Usage


@dataclass(frozen=True, slots=True)
class ReadResult:
    """One source as `flashgen read` gives it: an article, or the state and reason why there is none."""

    url: str
    kind: str
    state: str = "ok"
    reason: str = ""
    article: Article | None = None
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """The cards that one source would give."""

    url: str
    title: str
    cards: tuple[Judged, ...]
    problems: tuple[str, ...]
    llm: Usage


@dataclass(frozen=True, slots=True)
class Output:
    """What `build` writes: the format's name, one file per topic or per list, and where to (None: build/)."""

    format: str = "apkg"
    split: bool = False
    folder: Path | None = None
