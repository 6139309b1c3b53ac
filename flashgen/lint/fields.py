"""What the readers share: names of fields, and files as text."""

from __future__ import annotations

from pathlib import Path

from flashgen.errors import FileError

QUESTION = ("question", "front", "q", "prompt", "term", "вопрос")
ANSWER = ("answer", "back", "a", "response", "definition", "ответ")
"""Names under which decks of other tools keep the two sides."""


def text_of(path: Path) -> str:
    """The file as text. Raises FileError, with the line where it is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileError(path, f"can't be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(path, "is not UTF-8 text; save it as UTF-8", line=line) from None
