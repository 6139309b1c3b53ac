"""The report of a run as a page in the folder of the decks."""

from __future__ import annotations

import time
from pathlib import Path

from flashgen.errors import FileError
from flashgen.outcome import ListResult
from flashgen.pages.refresh import render, worth_a_page
from flashgen.store.atomic import write_text

FOLDER = "reports"


def write(result: ListResult, folder: Path, now: int) -> str:
    """Write what a run changed in one list as a page under `folder`, and return its path; '' where nothing changed.

    Each run has a page of its own, named by its time (UTC): nothing is missed where a clock refreshes more often than a
    person looks. Raises FileError.
    """
    if not worth_a_page(result):
        return ""
    path = folder / FOLDER / f"{result.name}-{time.strftime('%Y-%m-%d-%H%M%S', time.gmtime(now))}.html"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(path.parent, f"can't be made: {error.strerror}") from None
    write_text(path, render(result, now))
    return str(path)
