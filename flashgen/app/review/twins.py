"""Cards that say nearly the same as the one on the desk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from flashgen.desk.index import Found, Index
from flashgen.duplicates import Index as Duplicates
from flashgen.duplicates import Rules
from flashgen.embeddings import Remembered
from flashgen.types import Card


class Twins:
    """Looks in an index for cards that say nearly the same: by `vectors` where there are some, else by words.

    Vectors are made in a thread of its own, so that no page waits for them; who asks for another card meanwhile has no
    more use for the answer, and gets none.
    """

    def __init__(self, index: Index, vectors: Remembered | None, level: Literal["off", "warn", "reject"]) -> None:
        self._index = index
        self._vectors = vectors
        self._rules = Rules(vectors, level)
        self._thread = ThreadPoolExecutor(1, "flashgen-near")
        self._latest = 0

    async def near(self, card: Card) -> list[Found]:
        """Cards in use that say nearly what `card` says, the likest first."""
        others = {found.card.id: found for found in self._index.alike(card)}
        if self._vectors is None:
            return self._compared(card, others)
        self._latest += 1
        return await asyncio.wrap_future(self._thread.submit(self._if_wanted, self._latest, card, others))

    def close(self) -> None:
        """Let go of the thread and of the vectors' file."""
        self._latest += 1
        self._thread.shutdown(cancel_futures=True)
        if self._vectors:
            self._vectors.close()

    def _if_wanted(self, number: int, card: Card, others: Mapping[str, Found]) -> list[Found]:
        return self._compared(card, others) if number == self._latest else []

    def _compared(self, card: Card, others: Mapping[str, Found]) -> list[Found]:
        try:
            return _near(card, others, self._rules)
        except sqlite3.Error:  # a build keeps the vectors' file to itself just now
            return _near(card, others, Rules(level=self._rules.level))


def _near(card: Card, others: Mapping[str, Found], rules: Rules) -> list[Found]:
    duplicates = Duplicates(rules)
    for key, found in others.items():
        duplicates.add(key, found.card.question, found.card.answer)
    return [others[match.key] for match in duplicates.near(card.question, card.answer)]
