"""Runs that break: what was done until then is counted, and the person is told in a sentence."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from llm_server import finished

from flashgen.agenda import Item, Request
from flashgen.app.running import as_ours
from flashgen.errors import FileError, Skipped
from flashgen.halt import Halt
from flashgen.ledger import LinkRecord
from flashgen.outcome import ListResult
from flashgen.parts import Parts
from flashgen.pipeline import run
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.study import Reading
from flashgen.types import Link, ReadingList

LIST = ReadingList("demo", links=tuple(Link(f"https://example.org/{n}", (), n) for n in range(4)))


def parts(fault: Exception) -> Parts:
    """A run of one worker, in which the third link brings up a fault of our own."""

    async def read(item: Item, record: LinkRecord | None) -> Reading:
        if item.url.endswith("/2"):
            raise fault
        raise Skipped(item.url, "a shop")

    async def nobody(*_: object) -> Any:
        raise AssertionError("no model is asked")

    return Parts(
        read=read,
        draft=nobody,
        revise=nobody,
        select=nobody,
        settings=Settings(),
        emit=lambda event: None,
        clock=lambda: 1_800_000_000,
        new_id=lambda: "id",
        spent=dict,
        cost=lambda: None,
        halt=Halt(),
        workers=1,
    )


@pytest.mark.parametrize("fault", [KeyError("x"), OSError(28, "No space left on device")])
def test_what_was_done_is_counted(tmp_path: Path, fault: Exception) -> None:
    """A run that breaks in the middle: the links that were finished are in its result and in the ledger."""
    result = ListResult("demo")

    async def broken() -> None:
        with Store(tmp_path) as store:
            try:
                await run(LIST, store, parts(fault), Request(), result)
            finally:
                assert len(store.ledger.links) == 2

    with pytest.raises(ExceptionGroup):
        finished(broken())
    assert (result.links.total, result.links.skipped, result.links.pending) == (4, 2, 2)
    assert [problem.reason for problem in result.problems] == ["a shop", "a shop"]


def test_what_broke_is_told_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """Our own errors as they are, the system's with what to do; a fault of ours is logged with its traceback."""
    ours = FileError(Path("cards.yaml"), "locked")
    assert as_ours(ours) is ours
    assert as_ours(ExceptionGroup("", [ExceptionGroup("", [ours])])) is ours
    assert "make room and run again" in str(as_ours(OSError(28, "No space left on device", "sources.json")))
    assert not caplog.records
    with caplog.at_level(logging.ERROR):
        assert "KeyError: 'x'): please report it" in str(as_ours(ExceptionGroup("", [KeyError("x"), ours])))
    assert caplog.records[0].exc_info
