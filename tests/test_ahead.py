"""Meaning is compared at the end of a run; what that takes is got ready while the model is asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from llm_server import finished

from flashgen.agenda import Item, Request
from flashgen.app.ahead import Ahead
from flashgen.drafting import Drafted
from flashgen.duplicates import NoVectors, Vector
from flashgen.embeddings import Remembered
from flashgen.halt import Halt
from flashgen.ledger import LinkRecord
from flashgen.outcome import ListResult
from flashgen.parts import Parts
from flashgen.pipeline import run
from flashgen.selection import EVERYTHING, Selection
from flashgen.settings import Settings
from flashgen.store import Store
from flashgen.study import Reading
from flashgen.types import Article, Card, Draft, Judged, Link, Passage, ReadingList, Status

LIST = ReadingList("demo", links=tuple(Link(f"https://example.org/{n}", (), n) for n in range(2)))
NEAR = [("What bounds the quorum of a leader?", "The cluster's size"), ("How small may a quorum be?", "As a cluster's")]


def alike(texts: Sequence[str]) -> Sequence[Vector]:
    """A model to which all means the same."""
    return [(1.0, 0.0) for _ in texts]


def card(card_id: str, text: tuple[str, str]) -> Card:
    return Card(card_id, *text, "A quote.", "https://example.org/0")


def parts(**more: Any) -> Parts:
    """A run over articles of one section, each of which gives both cards of NEAR, with words of its own."""
    ids = iter("abcdefgh")

    async def read(item: Item, record: LinkRecord | None) -> Reading:
        return Reading(Article(item.url, item.url, "web", f"# One\n\nA sentence of {item.url}.\n"))

    async def draft(passage: Passage, most: int) -> Drafted:
        number = passage.text.strip(" .\n")[-1]
        drafts = [Draft(f"{question[:-1]} {number}?", answer, passage.text) for question, answer in NEAR]
        return Drafted(tuple(map(Judged, drafts)))

    async def select(*_: object) -> Selection:
        return EVERYTHING

    async def nobody(*_: object) -> Any:
        raise AssertionError("nothing is revised")

    made = Parts(
        read=read,
        draft=draft,
        revise=nobody,
        select=select,
        settings=Settings(),
        emit=lambda event: None,
        clock=lambda: 1_800_000_000,
        new_id=lambda: next(ids),
        spent=dict,
        cost=lambda: None,
        halt=Halt(),
    )
    return replace(made, **more)


def built(home: Path, **more: Any) -> list[Status]:
    """What a run leaves of the four cards, in their order."""

    async def building() -> list[Status]:
        with Store(home) as store:
            await run(LIST, store, parts(**more), Request(), ListResult("demo"))
            return [card.status for card in sorted(store.all_cards(), key=lambda card: card.id)]

    return finished(building())


def test_no_article_waits_for_vectors(tmp_path: Path) -> None:
    """Articles are entered while no vector is known; at the end, the near cards of an article wait."""
    entered: list[int] = []

    async def foreseen() -> None:
        entered.append(len(told))

    told: list[Card] = []
    asked: list[int] = []

    def vectors(texts: Sequence[str]) -> Sequence[Vector]:
        asked.append(len(entered))
        return alike(texts)

    found = built(tmp_path, vectors=vectors, foresee=told.extend, foreseen=foreseen)
    assert found == [Status.ACTIVE, Status.DRAFT] * 2
    assert entered == [4]
    assert set(asked) == {1}


def test_words_decide_where_vectors_fail(tmp_path: Path) -> None:
    """What was left to vectors that can't be had after all is compared by its words."""

    def vectors(texts: Sequence[str]) -> Sequence[Vector]:
        raise NoVectors

    assert built(tmp_path / "vectors", vectors=vectors) == built(tmp_path / "words")


def test_what_is_foreseen_is_known_at_the_end() -> None:
    """The vectors of near cards are computed in other threads; whoever compares them then need not wait."""
    threads: set[str] = set()

    def embed(texts: Sequence[str]) -> Sequence[Vector]:
        threads.add(threading.current_thread().name)
        return alike(texts)

    known = Remembered(lambda: embed)

    async def looked() -> None:
        with Ahead(known) as ahead:
            ahead.foresee([card(str(n), text) for n, text in enumerate(NEAR)])
            await ahead.ready()

    finished(looked())
    assert threads
    assert all(name.startswith("flashgen-vectors") for name in threads)
    threads.clear()
    known([side for text in NEAR for side in text])
    assert not threads


@pytest.mark.parametrize("status", [Status.REJECTED, Status.DRAFT])
def test_what_is_not_compared_is_not_foreseen(status: Status) -> None:
    """Rejected cards and drafts cost no model's time."""

    def vectors(texts: Sequence[str]) -> Sequence[Vector]:
        raise AssertionError("nothing to compare")

    async def looked() -> None:
        with Ahead(vectors) as ahead:
            ahead.foresee([replace(card(str(n), text), status=status) for n, text in enumerate(NEAR)])
            await ahead.ready()

    finished(looked())
