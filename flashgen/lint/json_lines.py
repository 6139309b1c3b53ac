"""Cards as JSON: one object a line, or one document with a list.

An object has `question` and `answer`, and if known `quote`, `passage`, `topic`, `title`, `section`, `url`, `kind`,
`language` (of the card) and `source_language` (of the passage).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flashgen.errors import FileError
from flashgen.lint.card import LintCard
from flashgen.lint.fields import ANSWER, QUESTION, text_of
from flashgen.types import Draft, Kind, Passage


def read(path: Path) -> Sequence[LintCard]:
    """One card a line; empty lines are passed over. Raises FileError with the line."""
    lines = text_of(path).split("\n")
    return [_card(path, _loaded(path, line, n), n) for n, line in enumerate(lines, 1) if line.strip()]


def read_document(path: Path) -> Sequence[LintCard]:
    """A list of cards, or an object with a list `cards`; `line` is the place in the list. Raises FileError."""
    text = text_of(path)
    data = _loaded(path, text, 0)
    cards = data.get("cards") if isinstance(data, dict) else data
    if not isinstance(cards, list):
        raise FileError(path, 'must hold a list of cards, or an object with a list "cards"')
    return [_card(path, card, n) for n, card in enumerate(cards, 1)]


def _loaded(path: Path, text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(path, f"not valid JSON: {error.msg}", line=line or error.lineno) from None
    except RecursionError:
        raise FileError(path, "not usable: its JSON is nested too deeply", line=line or 1) from None


def _card(path: Path, data: Any, line: int) -> LintCard:
    if not isinstance(data, dict):
        raise FileError(path, "a card must be a JSON object with question and answer", line=line)
    question, answer = _first(data, QUESTION), _first(data, ANSWER)
    if question is None and answer is None:
        raise FileError(path, "a card has neither question nor answer", line=line)
    if str(data.get("kind") or "basic") not in list(Kind):
        raise FileError(path, f"kind is {data['kind']!r}; it can be {' or '.join(Kind)}", line=line)
    for name in ("question", "answer", "quote", "language", "source_language"):
        if isinstance(data.get(name), list | dict):
            raise FileError(path, f"{name} must be a text", line=line)
    draft = Draft(_text(question), _text(answer), _text(data.get("quote")), Kind(str(data.get("kind") or "basic")))
    return LintCard(line, draft, _passage(data), quoted=data.get("quote") is not None)


def _passage(data: Mapping[str, Any]) -> Passage:
    passage = data.get("passage")
    inner = passage if isinstance(passage, dict) else {"text": passage}
    given = {**data, **inner}
    return Passage(
        text=_text(inner.get("text")),
        path=tuple(_texts(given.get("section", given.get("path")))),
        topic=tuple(_texts(given.get("topic"))),
        title=_text(given.get("title")),
        url=_text(given.get("url", given.get("source"))),
        language=_text(given.get("language")),
        source_language=_text(given.get("source_language")),
    )


def _first(data: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((data[name] for name in names if name in data), None)


def _text(value: Any) -> str:
    """A value as text; numbers as they are written, nothing as ''."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _texts(value: Any) -> Iterator[str]:
    """A list of texts from a list or a single text."""
    if isinstance(value, list):
        yield from map(_text, value)
    elif value:
        yield _text(value)
