"""The files of a list, as a run works on them: `Store`; and the lock that keeps runs apart: `locked`."""

from __future__ import annotations

from flashgen.store.book import Store
from flashgen.store.lock import locked

__all__ = ["Store", "locked"]
