"""`examples.yaml` beside a reading list: cards that the model is shown as examples, good and bad. People edit it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from flashgen import examples
from flashgen.errors import FileError
from flashgen.store import atomic
from flashgen.store.card_file import Loader
from flashgen.store.yaml_text import item
from flashgen.types import Example

NAME = "examples.yaml"
_HEAD = """\
# Cards that you deleted or rewrote in Anki. The newest stand in the next prompts as examples of what you want and what
# not. Change, add and delete them as you like; `verdict` is good or bad.
"""
_BROKEN = "expected a list of question, answer, verdict (good or bad) and reason"


def load(home: Path) -> tuple[Example, ...]:
    """The examples of the list that lives in `home`, the newest last. Raises FileError."""
    path = home / NAME
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader)
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise FileError(path, "not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise FileError(path, f"can't be read: {atomic.reason(error)}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FileError(path, f"not valid YAML: {error.problem}", line=line) from None
    if data in (None, ""):
        return ()
    if not isinstance(data, list):
        raise FileError(path, _BROKEN)
    return tuple(_example(one, path) for one in data)


def add(home: Path, new: Iterable[Example], *, write: atomic.Write = os.write) -> tuple[Example, ...]:
    """Add examples to the file, and return those that weren't there; without any, it is not touched. Raises FileError.

    What stands in the file stays as it is, comments too, as long as none is dropped for being old.
    """
    known = load(home)
    after = examples.added(known, new)
    fresh = [example for example in after if example not in known]
    if not fresh:
        return ()
    path = home / NAME
    if after[: len(known)] == known and known:
        text = path.read_text(encoding="utf-8-sig").rstrip("\n") + "\n"
        text += "".join(_text(example) for example in fresh)
    else:
        text = _HEAD + "".join(map(_text, after))
    atomic.write_text(path, text, write=write)
    return tuple(fresh)


def _text(example: Example) -> str:
    data = {"question": example.question, "answer": example.answer, "verdict": "good" if example.good else "bad"}
    return item({**data, "reason": example.reason} if example.reason else data, 0) + "\n"


def _example(data: Any, path: Path) -> Example:
    texts = data if isinstance(data, dict) else {}
    if not all(isinstance(value, str) for value in texts.values()) or texts.get("verdict") not in ("good", "bad"):
        raise FileError(path, _BROKEN)
    reason = texts.get("reason", "")
    return Example(texts.get("question", ""), texts.get("answer", ""), texts["verdict"] == "good", reason)
