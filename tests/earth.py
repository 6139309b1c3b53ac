"""Two articles of three sentences each, on a site of their own, and the scripted model that makes a card of each."""

from __future__ import annotations

from collections.abc import Iterator

import llm_server
import pytest
import website
from llm_server import ModelServer
from scripts import scripted
from website import Site

TIDES = (
    "The tide rises and falls twice a day, because the earth turns under two bulges of water.",
    "A spring tide comes when sun and moon pull along one line, at new moon and at full moon.",
    "A neap tide comes a week later, when sun and moon pull at a right angle to each other.",
)
ROCKS = (
    "Granite cools slowly and deep below the ground, which gives its crystals time to grow large.",
    "Basalt cools fast at the surface, so that its crystals stay too small to be seen by eye.",
    "Marble is limestone that was heated and pressed until its grains grew together anew.",
)
NEW_SPRING = TIDES[1].replace("pull along one line", "pull along the same line")


@pytest.fixture
def web() -> Iterator[Site]:
    """The site."""
    with website.serving() as running:
        running.put("/tides", "Tides", *TIDES)
        running.put("/rocks", "Rocks", *ROCKS)
        yield running


@pytest.fixture
def llm() -> Iterator[ModelServer]:
    """The scripted model."""
    with llm_server.serving(scripted) as running:
        yield running
